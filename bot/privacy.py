"""What is kept of whom, as data: what of each table goes, what stays, and the file in which a member gets their own."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from .briefs.ideas import Idea
from .briefs.notes import Note
from .display import Post
from .draft_content import KEPT
from .drafts import SavedDraft
from .extras import to_plain
from .jobs import Job, PictureState

# A server that removed the bot is deleted after so long, seconds.
GUILD_LIFE = 30 * 24 * 3600.0


@dataclass(frozen=True, kw_only=True)
class Table:
    """What becomes of a table's rows. `member`, `guild` and `job` name the columns that say whose a row is.

    A row of a job follows that job, which is emptied when its member asks to be forgotten or it grew too old; a
    row of a member is emptied when they ask. Then the row `goes` whole, or what stands in its `emptied` columns is
    put in their place; `stays` names all other columns. A row of a guild is deleted with it, and so is what belongs to
    its jobs. `at` names the column of a row's time, unix seconds: what came after a member's wish is not meant by it.
    `others` names columns of further members in a row, and what is put into it when those ask.
    """

    member: str | None = None
    at: str | None = None
    guild: str | None = None
    job: str | None = None
    goes: bool = False
    emptied: Mapping[str, object] = field(default_factory=dict)
    others: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    stays: tuple[str, ...] = ()


# What was paid, when, for whom and where stays: it is the operator's account, and limits count it.
# A new table is one more line; a test holds the lines to the schema, and PRIVACY.md to both.
TABLES: Mapping[str, Table] = {
    "jobs": Table(
        member="asker_id",
        at="created_at",
        guild="guild_id",
        job="id",
        emptied={
            "prompt": "",
            "picture": str(PictureState.NONE),
            "picture_url": None,
            "extras": {},
            "further": str(PictureState.NONE),
            "asker_name": "",
            "links": [],
            "detail": None,
            "facts": {},
            "asked_prompt": None,
        },
        stays=(
            *("id", "created_at", "status", "status_since", "model", "seconds", "size", "size_given", "fit", "spoiler"),
            "by_default",
            *("asker_id", "guild_id", "channel_id", "locale", "venue", "parent_id", "card_id", "card_face", "shown"),
            *("attempts", "not_before", "wait", "waiting_since", "task_id", "task_path", "submitted_at", "made_at"),
            *("reason", "decided", "late", "within_id", "cost", "counted_at", "granted", "held", "emptied_at"),
            *("unapproved", "under_review", "worker", "epoch", "settled", "lags"),
        ),
    ),
    "pictures": Table(job="job_id", goes=True),
    "further_pictures": Table(job="job_id", goes=True),
    "clips": Table(job="job_id", goes=True),
    # each goes when its message is gone, so that none is left behind unknown
    "posts": Table(job="job_id", stays=("job_id", "key", "channel_id", "message_id")),
    # as one that was sent: the message that it was made of is not asked about again
    "drafts": Table(
        member="author_id",
        at="changed_at",
        emptied={"content": {}, "picture": None},
        stays=("id", "author_id", "changed_at"),
    ),
    "draft_pictures": Table(member="author_id", at="kept_at", goes=True),
    "turns": Table(member="asker_id", at="taken_at", guild="home", goes=True),
    # goes by itself when it is done
    "erasures": Table(
        member="member_id",
        at="asked_at",
        stays=("member_id", "asked_at", "locale", "not_before", "after", "refused", "attempts", "told"),
    ),
    "guilds": Table(
        guild="id", stays=("id", "admission", "admitted_by", "admitted_at", "asked_at", "greeted_at", "left_at")
    ),
    "rules": Table(guild="guild_id", stays=("guild_id", "document", "changed_at", "changed_by")),
    # numbers, which go by themselves after a month
    "spent": Table(stays=("whose", "span", "start", "clips", "seconds", "money")),
    "grants": Table(guild="guild_id", stays=("guild_id", "member_id", "left", "until")),
    # that somebody was moderated stays, without the words
    "blocks": Table(
        member="member_id",
        at="at",
        guild="guild_id",
        emptied={"why": ""},
        stays=("guild_id", "member_id", "at", "until"),
    ),
    "pauses": Table(guild="guild_id", stays=("guild_id", "channel_id")),
    "audit": Table(
        member="member_id",
        at="at",
        guild="guild_id",
        emptied={"before": {}, "after": {}, "outcome": {}},
        stays=("guild_id", "number", "at", "actor_id", "action", "member_id", "job_id", "log_due_at"),
    ),
    "reviews": Table(
        member="asker_id",
        at="asked_at",
        guild="guild_id",
        job="job_id",
        emptied={"flags": [], "reason": None},
        stays=(
            *("job_id", "kind", "guild_id", "asker_id", "asked_at", "why", "joined_at"),
            *("channel_id", "message_id", "face", "verdict", "decided_at", "decided_by", "reminded_at", "settled"),
        ),
    ),
    "cases": Table(
        guild="guild_id",
        stays=(
            *("job_id", "guild_id", "asker_id", "opened_at", "channel_id", "message_id", "face", "ending"),
            *("decided_at", "decided_by", "entry", "copied", "carried", "due_at"),
        ),
    ),
    # what somebody reported is theirs, and about the job
    "reports": Table(
        member="reporter_id", at="at", job="job_id", emptied={"why": ""}, stays=("job_id", "reporter_id", "at")
    ),
    # kept until it is decided, and for a time of its own
    "evidence": Table(guild="guild_id", stays=("job_id", "name", "guild_id", "data", "until")),
    "refused_pictures": Table(
        guild="guild_id",
        stays=(
            *("guild_id", "hash", "part_0", "part_1", "part_2", "part_3", "part_4"),
            *("added_by", "added_at", "job_id", "why", "hits"),
        ),
    ),
    # what others made of it stays
    "briefs": Table(
        member="starter_id",
        at="made_at",
        guild="guild_id",
        emptied={"starter_name": ""},
        stays=(
            *("id", "guild_id", "channel_id", "within_id", "topic", "locale", "starter_id", "director_id", "made_at"),
            *("rules", "phase", "phase_since", "ends_at", "step", "round", "changed_at", "asked_at", "card_id"),
            *("place_id", "board_id", "version", "drawn", "drawn_at", "told_step", "sheet_id", "sheet_at", "tries"),
            *("due_at", "taken_until"),
        ),
    ),
    "ideas": Table(
        member="author_id",
        at="made_at",
        guild="guild_id",
        emptied={
            "author_id": None,
            "author_name": "",
            "title": "",
            "subject": "",
            "action": "",
            "setting": "",
            "source": None,
            "picture": None,
            "has_picture": False,
            "withdrawn": True,
        },
        stays=("brief_id", "number", "event", "guild_id", "added_by", "made_at", "of", "spoiler", "chosen_in"),
    ),
    # that somebody voted counts, without saying who
    "ballots": Table(
        member="member_id",
        at="at",
        guild="guild_id",
        emptied={"member_id": None},
        stays=("id", "brief_id", "round", "guild_id", "at", "votes"),
    ),
    # what was chosen to be made of others' ideas, and what they came to
    "batches": Table(
        member="asker_id",
        at="made_at",
        guild="guild_id",
        emptied={"plan": {}},
        stays=(
            *("id", "brief_id", "guild_id", "asker_id", "made_at", "idea", "blind", "event", "sent_at", "message_id"),
            *("done_at", "comparison_id", "ended_at", "outcome", "version", "drawn", "drawn_at", "tries"),
            *("due_at", "taken_until"),
        ),
    ),
    "takes": Table(
        guild="guild_id", job="job_id", stays=("job_id", "brief_id", "guild_id", "batch_id", "number", "shot")
    ),
    # with its author, and with the take that it hangs on
    "take_notes": Table(member="author_id", at="at", guild="guild_id", job="job_id", goes=True),
    "take_votes": Table(
        member="member_id",
        at="at",
        guild="guild_id",
        emptied={"member_id": None},
        stays=("id", "batch_id", "guild_id", "at", "choice"),
    ),
    "storyboards": Table(
        guild="guild_id",
        stays=(*("id", "guild_id", "message_id", "version", "drawn", "drawn_at", "tries", "due_at", "taken_until"),),
    ),
    "storyboard_steps": Table(
        member="member_id",
        at="at",
        guild="guild_id",
        emptied={"member_id": None},
        stays=("brief_id", "number", "event", "undone_by", "guild_id", "at", "shots"),
    ),
    # a note on it may be somebody else's
    "shots": Table(
        member="author_id",
        at="made_at",
        guild="guild_id",
        emptied={
            "author_id": None,
            "author_name": "",
            "words": "",
            "clip_channel": None,
            "clip_message": None,
            "picture": None,
            "has_picture": False,
            "note": "",
        },
        others={"noter_id": {"noter_id": None, "note": ""}},
        stays=(
            *("id", "source", "brief_id", "guild_id", "kind", "made_at", "idea", "job_id", "spoiler", "model"),
            *("seconds", "length", "noter_id", "join"),
        ),
    ),
    "films": Table(
        member="asker_id",
        at="made_at",
        guild="guild_id",
        # without cuts it is gone in Discord, too
        emptied={"title": "", "end": "", "cuts": []},
        stays=(
            *("id", "brief_id", "guild_id", "asker_id", "made_at", "step", "progress", "done", "of", "code"),
            *("shot", "message_id", "posted_id", "posted_at", "smaller", "version", "drawn", "drawn_at", "tries"),
            *("due_at", "taken_until"),
        ),
    ),
    # nobody's
    "usual_times": Table(stays=("model", "seconds", "size", "counts")),
    "workers": Table(stays=("id", "beat_at")),
    "facts": Table(stays=("key", "value")),
}

OF_JOB: Mapping[str, Any] = MappingProxyType(dict(TABLES["jobs"].emptied))
"""What stands in a job's columns once it is emptied."""


@dataclass(frozen=True, kw_only=True)
class Erasure:
    """A member who asked to be forgotten, and how far that has come. Times are unix seconds.

    Jobs that were asked for until `asked_at` are meant. Of those up to the id `after` the messages are removed, but for
    `refused` ones; `attempts` counts how often all were gone through and some were refused.
    """

    member_id: int
    asked_at: float
    locale: str
    not_before: float
    after: str = ""
    refused: int = 0
    attempts: int = 0
    told: bool = False


@dataclass(frozen=True, kw_only=True)
class Own:
    """How much of a member's is kept: jobs that still have their words, drafts that were not sent, ideas."""

    jobs: int
    drafts: int
    ideas: int = 0


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What whoever runs the bot chose: for how long ended jobs keep their words, None for no end, and the names of the
    endpoints that read words, where there are such: the one that moderates, and the one that suggests.
    """

    retention_days: int | None = None
    moderation_host: str | None = None
    suggest_host: str | None = None


# --- what a member is handed out

VERSION = 1
"""Of the file's shape, as PRIVACY.md describes it: it grows when a field changes its meaning, or goes."""

# Discord takes 10 MiB everywhere.
FILE_SIZE = 8 * 1024 * 1024

LinkTo = Callable[[int | None, int, int], str]
"""The address of a message: by guild, None for direct messages, channel and message."""


def job_record(job: Job, posts: Iterable[Post], link_to: LinkTo) -> dict[str, object]:
    """A job as its member gets it. Ids are texts, since many readers of JSON know no such large numbers."""
    request = job.request
    return {
        "id": job.id,
        "asked_at": _time(job.created_at),
        "server": job.guild_id and str(job.guild_id),
        "channel": str(job.channel_id),
        "name": job.asker_name,
        "prompt": request.prompt,
        "model": request.model,
        "seconds": request.seconds,
        "size": request.size,
        "fit": str(request.fit),
        "picture": str(job.picture),
        "picture_link": job.picture_url,
        "extras": to_plain(request.extras),
        "spoiler": job.spoiler,
        "made_from": job.parent_id,
        "language": job.locale,
        "status": str(job.status),
        "status_since": _time(job.status_since),
        "sent_at": _time(job.submitted_at),
        "made_at": _time(job.made_at),
        "task": job.task_id,
        "reason": job.reason and str(job.reason),
        "detail": job.detail,
        "emptied_at": _time(job.emptied_at),
        "clip_links": list(job.links),
        "messages": [{"what": post.key, "link": _link(job, post, link_to)} for post in posts],
    }


def draft_record(saved: SavedDraft) -> dict[str, object]:
    return {
        "id": saved.id,
        "changed_at": _time(saved.changed_at),
        "form": str(saved.form),
        "parts": dict(saved.parts),
        "pictures": [{"name": link.name, "link": link.url} for link in saved.links],
        "picture_kept": saved.has_picture,
        "further_pictures": [{"what": one.slot, "link": one.link.url if one.link else None} for one in saved.further],
        "made_from": saved.parent_id,
        "extras": to_plain(saved.draft.extras),
        **{name: getattr(saved.draft, name) for name in KEPT},
    }


def idea_record(idea: Idea) -> dict[str, object]:
    return {
        "brief": idea.brief_id,
        "number": idea.number,
        "made_at": _time(idea.made_at),
        "name": idea.author_name,
        "title": idea.text.title,
        **idea.text.parts,
        "joins": list(idea.of),
        "made_of": idea.source,
        "picture_kept": idea.has_picture,
        "withdrawn": idea.withdrawn,
    }


def ballot_record(brief_id: str, round: int, at: float, votes: Mapping[str, int]) -> dict[str, object]:
    """What was voted in a round: votes by the number of the idea."""
    return {"brief": brief_id, "round": round, "at": _time(at), "votes": dict(votes)}


def note_record(note: Note) -> dict[str, object]:
    said = {"moment": note.moment, "words": note.words}
    return {"job": note.job_id, "at": _time(note.at), "name": note.author_name, **said}


def take_vote_record(batch_id: str, at: float, choice: str) -> dict[str, object]:
    return {"batch": batch_id, "at": _time(at), "choice": choice}


class ExportFiles:
    """Cuts a member's records into files, none larger than `most` bytes but for a single record that is."""

    def __init__(self, member_id: int, now: float, most: int = FILE_SIZE) -> None:
        self._head = {"version": VERSION, "member": str(member_id), "written_at": _time(now)}
        self._most = most
        self._part = 1
        self._size = 0
        self._records: dict[str, list[str]] = {}

    def add(self, kind: str, record: Mapping[str, object]) -> bytes | None:
        """The file that is full, when there was no more room in it."""
        text = json.dumps(record, ensure_ascii=False)
        size = len(text.encode()) + len(",\n")
        full = self._close(last=False) if self._size and self._size + size > self._most else None
        self._records.setdefault(kind, []).append(text)
        self._size += size
        return full

    def last(self) -> bytes:
        return self._close(last=True)

    def _close(self, *, last: bool) -> bytes:
        head = json.dumps({**self._head, "part": self._part, "last": last}, ensure_ascii=False)[1:-1]
        lists = (f'"{kind}": [\n' + ",\n".join(self._records.get(kind, ())) + "\n]" for kind in KINDS)
        file = "{" + ",\n".join([head, *lists]) + "}\n"
        self._part, self._size, self._records = self._part + 1, 0, {}
        return file.encode()


KINDS = ("jobs", "drafts", "ideas", "ballots", "notes", "take_votes")
"""The lists of a file, in their order."""


def _link(job: Job, post: Post, link_to: LinkTo) -> str:
    is_direct = job.guild_id is None or post.channel_id not in (job.channel_id, job.card_id)
    return link_to(None if is_direct else job.guild_id, post.channel_id, post.message_id)


def _time(at: float | None) -> str | None:
    """1700000000.0 → "2023-11-14T22:13:20+00:00"."""
    return None if at is None else datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")
