"""The tables, and how a job becomes a row and comes back."""

import functools
import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

import sqlalchemy as sa

from ..extras import from_plain, to_plain
from ..jobs import ENDED, Decision, Face, Job, PictureState, Status, Venue, needs_drawing, told_late, unsaid
from ..reasons import read_reason
from ..refused_pictures import PARTS
from ..reviews import Kind, Review, Verdict
from ..server_rules.decide import Flag
from ..video_request import Fit, VideoRequest
from .storable import Data, Words

metadata = sa.MetaData()

WORDED = sa.text("emptied_at IS NULL")

jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("id", sa.String(16), primary_key=True),
    sa.Column("created_at", sa.Double, nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("status_since", sa.Double, nullable=False),
    sa.Column("model", Words, nullable=False),
    sa.Column("prompt", Words, nullable=False),
    sa.Column("seconds", sa.Integer, nullable=False),
    sa.Column("size", sa.String(16), nullable=False),
    sa.Column("size_given", sa.Boolean, nullable=False),
    # the default model of that time, where nobody chose one
    sa.Column("by_default", Words),
    sa.Column("fit", sa.String(8), nullable=False),
    sa.Column("picture", sa.String(8), nullable=False),
    sa.Column("picture_url", Words),
    sa.Column("extras", Data, nullable=False, server_default="{}"),
    sa.Column("further", sa.String(8), nullable=False, server_default=PictureState.NONE),
    sa.Column("spoiler", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("asker_id", sa.BigInteger, nullable=False),
    sa.Column("asker_name", Words, nullable=False),
    sa.Column("guild_id", sa.BigInteger),
    sa.Column("channel_id", sa.BigInteger, nullable=False),
    sa.Column("locale", sa.String(8), nullable=False),
    sa.Column("venue", sa.String(8), nullable=False),
    sa.Column("parent_id", sa.String(16)),
    sa.Column("card_id", sa.BigInteger),
    sa.Column("card_face", Words),
    sa.Column("shown", sa.String(16)),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("not_before", sa.Double, nullable=False),
    sa.Column("wait", sa.String(16)),
    sa.Column("waiting_since", sa.Double),
    sa.Column("task_id", Words),
    sa.Column("task_path", Words),
    sa.Column("submitted_at", sa.Double),
    sa.Column("links", Data, nullable=False),
    sa.Column("made_at", sa.Double),
    sa.Column("reason", Words),
    sa.Column("detail", Words),
    sa.Column("facts", Data, nullable=False, server_default="{}"),
    sa.Column("decided", sa.String(16)),
    sa.Column("late", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("within_id", sa.BigInteger),
    sa.Column("cost", sa.BigInteger),
    sa.Column("counted_at", sa.Double),
    sa.Column("granted", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("held", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("unapproved", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("under_review", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("asked_prompt", Words),
    # since when its words and pictures are gone
    sa.Column("emptied_at", sa.Double),
    sa.Column("worker", sa.String(32)),
    sa.Column("epoch", sa.Integer, nullable=False),
    # true when nothing is left to do or to say: what a start can leave alone
    sa.Column("settled", sa.Boolean, nullable=False),
    # true when Discord has not heard the last of it, or the vendor's answer is on its way
    sa.Column("lags", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Index("jobs_open", "settled", "worker"),
    sa.Index("jobs_status", "status"),
    sa.Index("jobs_lagging", "worker", "lags", "settled"),
    # whose, where and of what: how people find them
    sa.Index("jobs_asker", "asker_id", "created_at"),
    sa.Index("jobs_channel", "channel_id", "created_at"),
    sa.Index("jobs_guild", "guild_id", "created_at"),
    sa.Index("jobs_parent", "parent_id"),
    sa.Index("jobs_card", "card_id"),
    # the oldest that still have their words
    sa.Index("jobs_worded", "created_at", sqlite_where=WORDED, postgresql_where=WORDED),
)

pictures = sa.Table(
    "pictures",
    metadata,
    sa.Column("job_id", sa.String(16), sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("given", sa.LargeBinary, nullable=False),
    sa.Column("fitted", sa.LargeBinary),
)

# beside the one that a video starts from: as a link until it is read
further_pictures = sa.Table(
    "further_pictures",
    metadata,
    sa.Column("job_id", sa.String(16), sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("slot", sa.String(8), primary_key=True),
    sa.Column("url", Words),
    sa.Column("given", sa.LargeBinary),
    sa.Column("fitted", sa.LargeBinary),
)

posts = sa.Table(
    "posts",
    metadata,
    sa.Column("job_id", sa.String(16), sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("key", sa.String(32), primary_key=True),
    sa.Column("channel_id", sa.BigInteger, nullable=False),
    sa.Column("message_id", sa.BigInteger, nullable=False),
    sa.Index("posts_message", "message_id"),
)

drafts = sa.Table(
    "drafts",
    metadata,
    sa.Column("id", sa.String(16), primary_key=True),
    sa.Column("author_id", sa.BigInteger, nullable=False),
    sa.Column("changed_at", sa.Double, nullable=False),
    # what a member has written and chosen so far
    sa.Column("content", Data, nullable=False),
    sa.Column("picture", sa.LargeBinary),
    sa.Index("drafts_author", "author_id", "changed_at"),
)
# one that was sent is emptied, and stays until it would be thrown away: what it was made of is not taken again
UNSENT = drafts.c.content["form"].as_string().is_not(None)

draft_pictures = sa.Table(
    "draft_pictures",
    metadata,
    sa.Column("draft_id", sa.String(16), sa.ForeignKey("drafts.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("slot", sa.String(8), primary_key=True),
    sa.Column("author_id", sa.BigInteger, nullable=False),
    sa.Column("kept_at", sa.Double, nullable=False),
    sa.Column("data", sa.LargeBinary, nullable=False),
)

workers = sa.Table(
    "workers",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("beat_at", sa.Double, nullable=False),
)

usual_times = sa.Table(
    "usual_times",
    metadata,
    sa.Column("model", Words, primary_key=True),
    sa.Column("seconds", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("size", sa.String(16), primary_key=True),
    # how many jobs took how long, by the steps of bot/usual_times
    sa.Column("counts", Data, nullable=False),
)

clips = sa.Table(
    "clips",
    metadata,
    sa.Column("job_id", sa.String(16), sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("part", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("piece", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("data", sa.LargeBinary, nullable=False),
)

turns = sa.Table(
    "turns",
    metadata,
    sa.Column("home", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("asker_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("taken_at", sa.Double, nullable=False),
)

refused_pictures = sa.Table(
    "refused_pictures",
    metadata,
    sa.Column("guild_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("hash", sa.String(16), primary_key=True),
    # two that are alike have one part at least in common: bot/refused_pictures
    *(sa.Column(f"part_{number}", sa.SmallInteger, nullable=False) for number in range(PARTS)),
    sa.Column("added_by", sa.BigInteger, nullable=False),
    sa.Column("added_at", sa.Double, nullable=False),
    sa.Column("job_id", sa.String(16)),
    sa.Column("why", Words, nullable=False),
    sa.Column("hits", sa.Integer, nullable=False, server_default="0"),
    *(sa.Index(f"refused_pictures_{number}", "guild_id", f"part_{number}") for number in range(PARTS)),
)

facts = sa.Table(
    "facts",
    metadata,
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("value", Words, nullable=False),
)

rules = sa.Table(
    "rules",
    metadata,
    sa.Column("guild_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("document", Data, nullable=False),
    sa.Column("changed_at", sa.Double, nullable=False),
    sa.Column("changed_by", sa.BigInteger, nullable=False),
)

# what was used within a quarter of an hour, and within a day, by whose it is (bot/server_rules/holding): `start` counts
# times of `span` seconds since 1970
spent = sa.Table(
    "spent",
    metadata,
    sa.Column("whose", sa.String(64), primary_key=True),
    sa.Column("span", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("start", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("clips", sa.BigInteger, nullable=False),
    sa.Column("seconds", sa.BigInteger, nullable=False),
    sa.Column("money", sa.BigInteger, nullable=False),
    sa.Index("spent_start", "span", "start"),
)

# clips beyond a member's own limits
grants = sa.Table(
    "grants",
    metadata,
    sa.Column("guild_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("member_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("left", sa.Integer, nullable=False),
    sa.Column("until", sa.Double, nullable=False),
)

blocks = sa.Table(
    "blocks",
    metadata,
    sa.Column("guild_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("member_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("at", sa.Double, nullable=False),
    sa.Column("until", sa.Double, nullable=False),
    sa.Column("why", Words, nullable=False),
)

# channel 0 is the whole server
pauses = sa.Table(
    "pauses",
    metadata,
    sa.Column("guild_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("channel_id", sa.BigInteger, primary_key=True, autoincrement=False),
)

# what people who keep order did, in its order; rows are never changed, but for what became of it
audit = sa.Table(
    "audit",
    metadata,
    sa.Column("guild_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", sa.Double, nullable=False),
    sa.Column("actor_id", sa.BigInteger, nullable=False),
    sa.Column("action", sa.String(32), nullable=False),
    sa.Column("member_id", sa.BigInteger),
    sa.Column("job_id", sa.String(16)),
    sa.Column("before", Data, nullable=False),
    sa.Column("after", Data, nullable=False),
    sa.Column("outcome", Data, nullable=False),
    # when the log channel is to be told of it; null when there is nothing left to tell
    sa.Column("log_due_at", sa.Double),
    sa.Index("audit_member", "guild_id", "member_id"),
    sa.Index("audit_log_due", "log_due_at"),
)

# what waits for a moderator or was decided by one: before sending, before publishing, after a report
reviews = sa.Table(
    "reviews",
    metadata,
    sa.Column("job_id", sa.String(16), primary_key=True),
    sa.Column("kind", sa.String(16), primary_key=True),
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("asker_id", sa.BigInteger, nullable=False),
    sa.Column("asked_at", sa.Double, nullable=False),
    sa.Column("why", sa.String(16), nullable=False),
    sa.Column("flags", Data, nullable=False),
    # since when its asker is in the server, as far as that was known
    sa.Column("joined_at", sa.Double),
    sa.Column("channel_id", sa.BigInteger),
    sa.Column("message_id", sa.BigInteger),
    sa.Column("face", Data, nullable=False),
    sa.Column("verdict", sa.String(16)),
    sa.Column("decided_at", sa.Double),
    sa.Column("decided_by", sa.BigInteger),
    sa.Column("reason", Words),
    sa.Column("reminded_at", sa.Double),
    # true when nothing is left to decide or to show in the review channel
    sa.Column("settled", sa.Boolean, nullable=False),
    sa.Index("reviews_open", "settled", "guild_id"),
    sa.Index("reviews_asker", "guild_id", "asker_id", "asked_at"),
)

reports = sa.Table(
    "reports",
    metadata,
    sa.Column("job_id", sa.String(16), primary_key=True),
    sa.Column("reporter_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("at", sa.Double, nullable=False),
    sa.Column("why", Words, nullable=False),
)

# clips that were reported, or that a moderator took away: decided once
cases = sa.Table(
    "cases",
    metadata,
    sa.Column("job_id", sa.String(16), primary_key=True),
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("asker_id", sa.BigInteger, nullable=False),
    sa.Column("opened_at", sa.Double, nullable=False),
    sa.Column("channel_id", sa.BigInteger),
    sa.Column("message_id", sa.BigInteger),
    sa.Column("face", sa.String(32), nullable=False),
    sa.Column("ending", sa.String(16)),
    sa.Column("decided_at", sa.Double),
    sa.Column("decided_by", sa.BigInteger),
    sa.Column("entry", sa.Integer),
    sa.Column("copied", sa.Boolean, nullable=False),
    sa.Column("carried", sa.Boolean, nullable=False),
    sa.Column("due_at", sa.Double),
    sa.Index("cases_due", "due_at"),
)

erasures = sa.Table(
    "erasures",
    metadata,
    sa.Column("member_id", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("asked_at", sa.Double, nullable=False),
    sa.Column("locale", sa.String(8), nullable=False),
    # nobody works it off before; whoever does puts it off, so that it is one worker
    sa.Column("not_before", sa.Double, nullable=False),
    # the job whose messages were removed last, in the order of ids; "" before the first
    sa.Column("after", sa.String(16), nullable=False),
    sa.Column("refused", sa.Integer, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("told", sa.Boolean, nullable=False),
)

briefs = sa.Table(
    "briefs",
    metadata,
    sa.Column("id", sa.String(16), primary_key=True),
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("channel_id", sa.BigInteger, nullable=False),
    sa.Column("within_id", sa.BigInteger),
    sa.Column("topic", Words, nullable=False),
    sa.Column("locale", sa.String(8), nullable=False),
    sa.Column("starter_id", sa.BigInteger, nullable=False),
    sa.Column("starter_name", Words, nullable=False),
    sa.Column("director_id", sa.BigInteger, nullable=False),
    sa.Column("made_at", sa.Double, nullable=False),
    sa.Column("rules", Data, nullable=False),
    sa.Column("phase", sa.String(16), nullable=False),
    sa.Column("phase_since", sa.Double, nullable=False),
    sa.Column("ends_at", sa.Double),
    sa.Column("step", sa.Integer, nullable=False),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("changed_at", sa.Double, nullable=False),
    sa.Column("asked_at", sa.Double),
    sa.Column("card_id", sa.BigInteger),
    sa.Column("place_id", sa.BigInteger),
    sa.Column("board_id", sa.BigInteger),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("drawn", sa.Integer, nullable=False),
    sa.Column("drawn_at", sa.Double, nullable=False),
    sa.Column("told_step", sa.Integer, nullable=False),
    # the message of its record and when that was read, while it may have a sheet with pictures
    sa.Column("sheet_id", sa.BigInteger),
    sa.Column("sheet_at", sa.Double),
    sa.Column("tries", sa.Integer, nullable=False),
    # when somebody has to see to it; who does has it until then
    sa.Column("due_at", sa.Double),
    sa.Column("taken_until", sa.Double),
    sa.Index("briefs_due", "due_at"),
    sa.Index("briefs_place", "place_id"),
    sa.Index("briefs_guild", "guild_id", "made_at"),
)

ideas = sa.Table(
    "ideas",
    metadata,
    sa.Column("brief_id", sa.String(16), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    # the Discord event that it came with, so that one that arrives twice makes one idea
    sa.Column("event", sa.String(16), nullable=False),
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    # null once its author asked to be forgotten
    sa.Column("author_id", sa.BigInteger),
    sa.Column("author_name", Words, nullable=False),
    sa.Column("added_by", sa.BigInteger),
    sa.Column("title", Words, nullable=False),
    sa.Column("subject", Words, nullable=False),
    sa.Column("action", Words, nullable=False),
    sa.Column("setting", Words, nullable=False),
    sa.Column("made_at", sa.Double, nullable=False),
    sa.Column("of", Data, nullable=False),
    sa.Column("source", Words),
    sa.Column("picture", sa.LargeBinary),
    sa.Column("has_picture", sa.Boolean, nullable=False),
    sa.Column("spoiler", sa.Boolean, nullable=False),
    sa.Column("withdrawn", sa.Boolean, nullable=False),
    sa.Column("chosen_in", sa.Integer),
    sa.UniqueConstraint("brief_id", "event", name="ideas_event"),
)

ballots = sa.Table(
    "ballots",
    metadata,
    # says nothing of whose it is
    sa.Column("id", sa.String(16), primary_key=True),
    sa.Column("brief_id", sa.String(16), nullable=False),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    # null once they asked to be forgotten: their votes count
    sa.Column("member_id", sa.BigInteger),
    sa.Column("at", sa.Double, nullable=False),
    sa.Column("votes", Data, nullable=False),
    sa.UniqueConstraint("brief_id", "round", "member_id", name="ballots_member"),
)

batches = sa.Table(
    "batches",
    metadata,
    sa.Column("id", sa.String(16), primary_key=True),
    sa.Column("brief_id", sa.String(16), nullable=False),
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("asker_id", sa.BigInteger, nullable=False),
    sa.Column("made_at", sa.Double, nullable=False),
    sa.Column("idea", sa.Integer, nullable=False),
    sa.Column("plan", Data, nullable=False),
    sa.Column("blind", sa.Boolean, nullable=False),
    # the Discord event that sent it; null while it is only planned
    sa.Column("event", sa.String(16)),
    sa.Column("sent_at", sa.Double),
    sa.Column("message_id", sa.BigInteger),
    sa.Column("done_at", sa.Double),
    sa.Column("comparison_id", sa.BigInteger),
    sa.Column("ended_at", sa.Double),
    # the number of the take that won, "tie" or "none"; null where nobody voted
    sa.Column("outcome", sa.String(8)),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("drawn", sa.Integer, nullable=False),
    sa.Column("drawn_at", sa.Double, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    # when somebody has to see to it; who does has it until then
    sa.Column("due_at", sa.Double),
    sa.Column("taken_until", sa.Double),
    sa.Index("batches_due", "due_at"),
    sa.Index("batches_brief", "brief_id"),
    sa.Index("batches_guild", "guild_id"),
)

takes = sa.Table(
    "takes",
    metadata,
    sa.Column("job_id", sa.String(16), primary_key=True),
    sa.Column("brief_id", sa.String(16), nullable=False),
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("batch_id", sa.String(16), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    # the source of the shot of the storyboard that it was made for
    sa.Column("shot", sa.String(16)),
    sa.UniqueConstraint("brief_id", "number", name="takes_number"),
    sa.Index("takes_batch", "batch_id"),
    sa.Index("takes_guild", "guild_id"),
)

take_votes = sa.Table(
    "take_votes",
    metadata,
    # says nothing of whose it is
    sa.Column("id", sa.String(16), primary_key=True),
    sa.Column("batch_id", sa.String(16), nullable=False),
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    # null once they asked to be forgotten: their vote counts
    sa.Column("member_id", sa.BigInteger),
    sa.Column("at", sa.Double, nullable=False),
    sa.Column("choice", sa.String(8), nullable=False),
    sa.UniqueConstraint("batch_id", "member_id", name="take_votes_member"),
    sa.Index("take_votes_guild", "guild_id"),
)

take_notes = sa.Table(
    "take_notes",
    metadata,
    # the Discord event that it came with
    sa.Column("id", sa.String(16), primary_key=True),
    sa.Column("job_id", sa.String(16), nullable=False),
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("author_id", sa.BigInteger, nullable=False),
    sa.Column("author_name", Words, nullable=False),
    sa.Column("at", sa.Double, nullable=False),
    # seconds from the take's beginning; null for all of it
    sa.Column("moment", sa.Integer),
    sa.Column("words", Words, nullable=False),
    sa.Index("take_notes_job", "job_id"),
    sa.Index("take_notes_guild", "guild_id"),
)

storyboards = sa.Table(
    "storyboards",
    metadata,
    # its brief's
    sa.Column("id", sa.String(16), primary_key=True),
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("message_id", sa.BigInteger),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("drawn", sa.Integer, nullable=False),
    sa.Column("drawn_at", sa.Double, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    # when somebody has to see to it; who does has it until then
    sa.Column("due_at", sa.Double),
    sa.Column("taken_until", sa.Double),
    sa.Index("storyboards_due", "due_at"),
    sa.Index("storyboards_message", "message_id"),
    sa.Index("storyboards_guild", "guild_id"),
)

# its order after each change
storyboard_steps = sa.Table(
    "storyboard_steps",
    metadata,
    sa.Column("brief_id", sa.String(16), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    # the Discord events that made it, and took it back
    sa.Column("event", sa.String(16), nullable=False),
    sa.Column("undone_by", sa.String(16)),
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    # null once they asked to be forgotten
    sa.Column("member_id", sa.BigInteger),
    sa.Column("at", sa.Double, nullable=False),
    sa.Column("shots", Data, nullable=False),
    sa.Index("storyboard_steps_guild", "guild_id"),
)

# each as it is since one change
shots = sa.Table(
    "shots",
    metadata,
    sa.Column("id", sa.String(16), primary_key=True),
    sa.Column("source", sa.String(16), nullable=False),
    sa.Column("brief_id", sa.String(16), nullable=False),
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("kind", sa.String(8), nullable=False),
    # null once they asked to be forgotten
    sa.Column("author_id", sa.BigInteger),
    sa.Column("author_name", Words, nullable=False),
    sa.Column("made_at", sa.Double, nullable=False),
    sa.Column("words", Words, nullable=False),
    sa.Column("idea", sa.Integer),
    sa.Column("job_id", sa.String(16)),
    # the message with a clip that somebody gave
    sa.Column("clip_channel", sa.BigInteger),
    sa.Column("clip_message", sa.BigInteger),
    sa.Column("has_picture", sa.Boolean, nullable=False),
    # of the source only
    sa.Column("picture", sa.LargeBinary),
    sa.Column("spoiler", sa.Boolean, nullable=False),
    sa.Column("model", Words),
    sa.Column("seconds", sa.Double),
    sa.Column("length", sa.Double),
    sa.Column("note", Words, nullable=False),
    sa.Column("noter_id", sa.BigInteger),
    sa.Column("join", sa.String(8), nullable=False),
    sa.Index("shots_brief", "brief_id"),
    sa.Index("shots_guild", "guild_id"),
)

films = sa.Table(
    "films",
    metadata,
    # the Discord event that asked for it
    sa.Column("id", sa.String(16), primary_key=True),
    sa.Column("brief_id", sa.String(16), nullable=False),
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("asker_id", sa.BigInteger, nullable=False),
    sa.Column("made_at", sa.Double, nullable=False),
    sa.Column("title", Words, nullable=False),
    sa.Column("end", Words, nullable=False),
    # of the storyboard
    sa.Column("step", sa.Integer, nullable=False),
    sa.Column("cuts", Data, nullable=False),
    sa.Column("progress", sa.String(8), nullable=False),
    sa.Column("done", sa.Integer, nullable=False),
    sa.Column("of", sa.Integer, nullable=False),
    # why it could not be made, and because of which shot
    sa.Column("code", sa.String(24)),
    sa.Column("shot", sa.String(24)),
    sa.Column("message_id", sa.BigInteger),
    sa.Column("posted_id", sa.BigInteger),
    sa.Column("posted_at", sa.Double),
    # whether the one that is posted was made to fit
    sa.Column("smaller", sa.Boolean, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("drawn", sa.Integer, nullable=False),
    sa.Column("drawn_at", sa.Double, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    # when somebody has to see to it; who does has it until then
    sa.Column("due_at", sa.Double),
    sa.Column("taken_until", sa.Double),
    sa.Index("films_due", "due_at"),
    sa.Index("films_brief", "brief_id"),
    sa.Index("films_guild", "guild_id"),
)

guilds = sa.Table(
    "guilds",
    metadata,
    sa.Column("id", sa.BigInteger, primary_key=True, autoincrement=False),
    # allowed or denied; null is undecided
    sa.Column("admission", sa.String(8)),
    sa.Column("admitted_by", sa.BigInteger),
    sa.Column("admitted_at", sa.Double),
    sa.Column("asked_at", sa.Double),
    sa.Column("greeted_at", sa.Double),
    # since when the bot is no longer there
    sa.Column("left_at", sa.Double),
)

# copies of what somebody has to decide about: links die
evidence = sa.Table(
    "evidence",
    metadata,
    sa.Column("job_id", sa.String(16), primary_key=True),
    sa.Column("name", sa.String(16), primary_key=True),
    sa.Column("guild_id", sa.BigInteger, nullable=False),
    sa.Column("data", sa.LargeBinary, nullable=False),
    # null until it is decided
    sa.Column("until", sa.Double),
)

# So many faces are kept as they are read and written: most cards show one of a few.
FACES = 1000

Row = sa.RowMapping | Mapping[str, Any]

OF_REQUEST = tuple(field.name for field in fields(VideoRequest))
_OF_JOB = tuple(field.name for field in fields(Job) if field.name != "request")


def to_row(job: Job) -> dict[str, Any]:
    request = {name: getattr(job.request, name) for name in OF_REQUEST}
    own = {name: getattr(job, name) for name in _OF_JOB}
    face = job.card_face and encode_face(job.card_face)
    plain = {"links": list(job.links), "facts": dict(job.facts), "card_face": face}
    plain |= {"extras": to_plain(job.request.extras)}
    return {**own, **request, **plain, "settled": is_settled(job), "lags": is_lagging(job)}


def from_row(row: Row) -> Job:
    typed = {"fit": Fit(row["fit"]), "extras": from_plain(row["extras"])}
    request = VideoRequest(**{**{name: row[name] for name in OF_REQUEST}, **typed})
    return Job(request=request, **_typed({name: row[name] for name in _OF_JOB}))


def review_row(review: Review) -> dict[str, Any]:
    return {**vars(review), "flags": [[flag.rule, flag.what, flag.told] for flag in review.flags], "face": {}}


def review_of(row: Row) -> Review:
    plain = {field.name: row[field.name] for field in fields(Review)}
    flags = tuple(Flag(rule=rule, what=what, told=told) for rule, what, told in plain["flags"])
    verdict = Verdict(plain["verdict"]) if plain["verdict"] else None
    return Review(**{**plain, "kind": Kind(plain["kind"]), "flags": flags, "verdict": verdict})


@functools.lru_cache(maxsize=FACES)
def encode_face(face: Face) -> str:
    return json.dumps({name: value for name, value in vars(face).items() if value is not None})


@functools.lru_cache(maxsize=FACES)
def decode_face(text: str) -> Face | None:
    """None for one of another version: its card is drawn anew."""
    try:
        return Face(**_typed(json.loads(text)))
    except (ValueError, TypeError, AttributeError):
        return None


def _typed(plain: Mapping[str, Any]) -> dict[str, Any]:
    typed = {name: read(plain[name]) for name, read in _TYPES.items() if plain.get(name) is not None}
    return {**plain, **typed}


_TYPES: Mapping[str, Callable[[Any], object]] = {
    "status": Status,
    "shown": Status,
    "picture": PictureState,
    "further": PictureState,
    "venue": Venue,
    "decided": Decision,
    "reason": read_reason,
    "wait": read_reason,
    "links": tuple,
    "card_face": decode_face,
}


def is_settled(job: Job) -> bool:
    """Ended, said, also to those who decided about it, and not to be looked at once more by itself."""
    to_look = job.status is Status.EXPIRED and not told_late(job) and not job.is_emptied
    return job.status in ENDED and not (to_look or job.under_review or unsaid(job) or needs_drawing(job))


def is_lagging(job: Job) -> bool:
    """Whether somebody has to be told of the job, or its sender has to be asked what became of it.

    What the card of a job that goes on shows is not always written down, so only that of an ended one counts.
    """
    undrawn = not job.is_emptied and (job.card_face is None or job.status in ENDED) and needs_drawing(job)
    return not is_settled(job) and (unsaid(job) or undrawn or job.status is Status.SUBMITTING)
