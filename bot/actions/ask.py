"""A wish as it comes from Discord, in plain values, and what becomes of it when it is accepted."""

from dataclasses import dataclass

from ..drafts import Link
from ..jobs import Job, Venue
from ..video_request import Draft


@dataclass(frozen=True, kw_only=True)
class Ask:
    """A member's wish, in plain values. `event_id` is the Discord event that carried it.

    `link` is a picture to be read; without one, the bytes that were kept with the draft are taken, of a `spoiler`
    perhaps, or, if it `keeps_picture`, the parent's. A wish that was kept as a draft takes its place. One that was
    `pressed` says nothing new: pressed twice in a moment it is one wish.
    """

    event_id: int
    draft: Draft
    link: Link | None
    asker_id: int
    asker_name: str
    guild_id: int | None
    channel_id: int
    locale: str
    venue: Venue
    keeps_picture: bool = False
    spoiler: bool = False
    parent_id: str | None = None
    draft_id: str | None = None
    pressed: bool = False


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """A job that is committed; `thumbnail` is a small JPEG when there is a picture that may be shown and was read.

    `parent` is the job that it was made from.
    """

    job: Job
    thumbnail: bytes | None
    parent: Job | None = None


@dataclass(frozen=True, kw_only=True)
class Repeated:
    """The same wish was pressed a moment ago, and is this job."""

    job: Job
