"""The tables, and how a job becomes a row and comes back."""

import functools
import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

import sqlalchemy as sa

from ..jobs import ENDED, Decision, Face, Job, PictureState, Status, Venue, needs_drawing, told_late, unsaid
from ..reasons import read_reason
from ..video_request import Fit, VideoRequest

metadata = sa.MetaData()

jobs = sa.Table(
    "jobs",
    metadata,
    sa.Column("id", sa.String(16), primary_key=True),
    sa.Column("created_at", sa.Double, nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("status_since", sa.Double, nullable=False),
    sa.Column("model", sa.Text, nullable=False),
    sa.Column("prompt", sa.Text, nullable=False),
    sa.Column("seconds", sa.Integer, nullable=False),
    sa.Column("size", sa.String(16), nullable=False),
    sa.Column("size_given", sa.Boolean, nullable=False),
    sa.Column("fit", sa.String(8), nullable=False),
    sa.Column("picture", sa.String(8), nullable=False),
    sa.Column("picture_url", sa.Text),
    sa.Column("spoiler", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("asker_id", sa.BigInteger, nullable=False),
    sa.Column("asker_name", sa.Text, nullable=False),
    sa.Column("guild_id", sa.BigInteger),
    sa.Column("channel_id", sa.BigInteger, nullable=False),
    sa.Column("locale", sa.String(8), nullable=False),
    sa.Column("venue", sa.String(8), nullable=False),
    sa.Column("parent_id", sa.String(16)),
    sa.Column("card_id", sa.BigInteger),
    sa.Column("card_face", sa.Text),
    sa.Column("shown", sa.String(16)),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("not_before", sa.Double, nullable=False),
    sa.Column("wait", sa.String(16)),
    sa.Column("waiting_since", sa.Double),
    sa.Column("task_id", sa.Text),
    sa.Column("task_path", sa.Text),
    sa.Column("submitted_at", sa.Double),
    sa.Column("links", sa.JSON, nullable=False),
    sa.Column("made_at", sa.Double),
    sa.Column("reason", sa.Text),
    sa.Column("detail", sa.Text),
    sa.Column("facts", sa.JSON, nullable=False, server_default="{}"),
    sa.Column("decided", sa.String(16)),
    sa.Column("late", sa.Boolean, nullable=False, server_default=sa.false()),
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
)

pictures = sa.Table(
    "pictures",
    metadata,
    sa.Column("job_id", sa.String(16), sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("given", sa.LargeBinary, nullable=False),
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
    sa.Column("content", sa.JSON, nullable=False),
    sa.Column("picture", sa.LargeBinary),
    sa.Index("drafts_author", "author_id", "changed_at"),
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
    sa.Column("model", sa.Text, primary_key=True),
    sa.Column("seconds", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("size", sa.String(16), primary_key=True),
    # how many jobs took how long, by the steps of bot/usual_times
    sa.Column("counts", sa.JSON, nullable=False),
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

facts = sa.Table(
    "facts",
    metadata,
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

# So many faces are kept as they are read and written: most cards show one of a few.
FACES = 1000

OF_REQUEST = tuple(field.name for field in fields(VideoRequest))
_OF_JOB = tuple(field.name for field in fields(Job) if field.name != "request")


def to_row(job: Job) -> dict[str, Any]:
    request = {name: getattr(job.request, name) for name in OF_REQUEST}
    own = {name: getattr(job, name) for name in _OF_JOB}
    face = job.card_face and encode_face(job.card_face)
    plain = {"links": list(job.links), "facts": dict(job.facts), "card_face": face}
    return {**own, **request, **plain, "settled": is_settled(job), "lags": is_lagging(job)}


def from_row(row: sa.RowMapping) -> Job:
    request = VideoRequest(**{**{name: row[name] for name in OF_REQUEST}, "fit": Fit(row["fit"])})
    return Job(request=request, **_typed({name: row[name] for name in _OF_JOB}))


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
    "venue": Venue,
    "decided": Decision,
    "reason": read_reason,
    "wait": read_reason,
    "links": tuple,
    "card_face": decode_face,
}


def is_settled(job: Job) -> bool:
    """Ended, said, and not to be looked at once more by itself."""
    to_look = job.status is Status.EXPIRED and not told_late(job)
    return job.status in ENDED and not to_look and not unsaid(job) and not needs_drawing(job)


def is_lagging(job: Job) -> bool:
    """Whether somebody has to be told of the job, or its sender has to be asked what became of it.

    What the card of a job that goes on shows is not always written down, so only that of an ended one counts.
    """
    undrawn = job.card_face is None or (job.status in ENDED and needs_drawing(job))
    return not is_settled(job) and (unsaid(job) or undrawn or job.status is Status.SUBMITTING)
