"""A wish as it comes from Discord, in plain values, and what becomes of it when it is accepted."""

from collections.abc import Mapping
from dataclasses import dataclass

from ..catalogue import Model
from ..drafts import Given, Link, SavedDraft
from ..jobs import Job, Venue
from ..server_rules.limits import Amount
from ..video_request import Draft


@dataclass(frozen=True, kw_only=True)
class Ask:
    """A member's wish, in plain values. `event_id` is the Discord event that carried it.

    `link` is a picture to be read; without one, the bytes that were kept with the draft are taken, of a `spoiler`
    perhaps, or, if it `keeps_picture`, the parent's. `further` are the pictures beside that one. A wish that was kept
    as a draft takes its place. One that was `pressed` says nothing new: pressed twice in a moment it is one wish.

    Of the asker their roles, and since when they are in the server, unix seconds; of the channel which one it is a
    thread of, and its category. `confirmed` is how much the asker was told that it costs, in millionths, None where
    they were told nothing; `knows_rules` says that they were told what the model's maker does not make, `appeals` that
    they ask a moderator about what a rule refused.
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
    role_ids: frozenset[int] = frozenset()
    joined_at: float | None = None
    within_id: int | None = None
    category_id: int | None = None
    age_restricted: bool = False
    confirmed: int | None = None
    knows_rules: bool = False
    appeals: bool = False

    @property
    def places(self) -> tuple[int, ...]:
        """The channel whose rules hold; of a thread also the one that it belongs to."""
        return (self.channel_id, self.within_id) if self.within_id else (self.channel_id,)

    keeps_picture: bool = False
    spoiler: bool = False
    further: tuple[Given, ...] = ()
    parent_id: str | None = None
    draft_id: str | None = None
    pressed: bool = False


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """A job that is committed; `thumbnail` is a small JPEG when there is a picture that may be shown and was read.

    `parent` is the job that it was made from; `near` names limits of the asker that are nearly used up now: key, used,
    of how much.
    """

    job: Job
    thumbnail: bytes | None
    parent: Job | None = None
    near: tuple[tuple[str, int, int], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Repeated:
    """The same wish was pressed a moment ago, and is this job."""

    job: Job


@dataclass(frozen=True, kw_only=True)
class ToConfirm:
    """A wish that is dearer than what is sent unasked, or its asker's first: kept as a draft until they say so.

    `rules_of` is the model whose content rules are told, `amount` what it comes to; None for what is not told. `left`
    is what is left after it of each limit of money, by whose it is, in millionths.
    """

    saved: SavedDraft
    rules_of: Model | None
    amount: Amount | None
    left: Mapping[str, int]
