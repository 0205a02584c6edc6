"""The rules of a server, as records: what is allowed where, within which limits, and what moderators look at first."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from .limits import Limit


class Pictures(StrEnum):
    """Who may start from a picture."""

    ALL = "all"
    ROLES = "roles"
    REVIEW = "review"
    OFF = "off"


class BeforeSending(StrEnum):
    """What a moderator looks at before anything is spent."""

    OFF = "off"
    ALL = "all"
    PICTURES = "pictures"
    FLAGGED = "flagged"
    NEWCOMERS = "newcomers"


class BeforePublishing(StrEnum):
    """Which clips a moderator looks at before anybody else does."""

    OFF = "off"
    ALL = "all"
    FLAGGED = "flagged"


class Then(StrEnum):
    """What becomes of what nobody decided about in time."""

    DENY = "deny"
    APPROVE = "approve"


class Threads(StrEnum):
    PUBLIC = "public"
    PRIVATE = "private"


@dataclass(frozen=True, kw_only=True)
class Limits:
    """`roles` are in the place of the member's for whoever has one of them; `ceiling` and `bot` are the operator's."""

    member: Limit = field(default_factory=Limit)
    channel: Limit = field(default_factory=Limit)
    server: Limit = field(default_factory=Limit)
    roles: Mapping[int, Limit] = field(default_factory=dict)
    ceiling: Limit = field(default_factory=Limit)
    bot: Limit = field(default_factory=Limit)


@dataclass(frozen=True, kw_only=True)
class Review:
    """`channel` is where it is decided, by whoever has one of `roles` or may manage messages there.

    What waits for `hours` is decided as `then` says; `appeals_day` is how often a member may ask a moderator.
    """

    before_sending: BeforeSending = BeforeSending.OFF
    before_publishing: BeforePublishing = BeforePublishing.OFF
    channel: int | None = None
    roles: tuple[int, ...] = ()
    hours: int = 24
    then: Then = Then.DENY
    appeals_day: int = 3


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What holds in one place. An empty list of roles, models or sizes names all of them.

    `max_seconds` of a clip; money in millionths; `newcomer_days` since somebody joined.
    """

    allowed: bool = True
    roles_allowed: tuple[int, ...] = ()
    roles_denied: tuple[int, ...] = ()
    models: tuple[str, ...] = ()
    max_seconds: int | None = None
    sizes: tuple[str, ...] = ()
    pictures: Pictures = Pictures.ALL
    picture_roles: tuple[int, ...] = ()
    limits: Limits = field(default_factory=Limits)
    confirm_above: int | None = None
    review: Review = field(default_factory=Review)
    newcomer_days: int = 7
    threads: Threads = Threads.PUBLIC
    spoiler: bool = False
    age_restricted_only: bool = False
    blocked: tuple[str, ...] = ()
    automod: bool = False
    log_channel: int | None = None


def needs_reviewers(rules: Rules) -> bool:
    """Whether anything waits for a moderator."""
    review = rules.review
    return (
        review.before_sending is not BeforeSending.OFF
        or review.before_publishing is not BeforePublishing.OFF
        or rules.pictures is Pictures.REVIEW
    )


def counts_money(rules: Rules) -> bool:
    """Whether a model without a price is refused."""
    limits = (rules.limits.member, rules.limits.channel, rules.limits.server, *rules.limits.roles.values())
    return rules.confirm_above is not None or any(limit.counts_money for limit in limits)
