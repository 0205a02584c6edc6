"""The rules of a server as they are set: by topic, in the order in which they are looked at, and what each takes."""

from collections.abc import Mapping
from enum import StrEnum

from bot.server_rules.rules import BeforePublishing, BeforeSending, Pictures, Then, Threads


class Topic(StrEnum):
    WHO = "who"
    WHAT = "what"
    CONTENT = "content"
    LIMITS = "limits"
    COST = "cost"
    REVIEW = "review"
    SHOWN = "shown"


class Kind(StrEnum):
    """What a rule is, and so by what it is set."""

    FLAG = "flag"
    ROLES = "roles"
    CHANNEL = "channel"
    CHOICE = "choice"
    MODELS = "models"
    SIZES = "sizes"
    # in a form
    NUMBER = "number"
    MONEY = "money"
    WORDS = "words"
    # in a form of its own
    LIMIT = "limit"
    ROLE_LIMITS = "role_limits"


KEYS: Mapping[Topic, tuple[str, ...]] = {
    Topic.WHO: ("allowed", "age_restricted_only", "roles_denied", "roles_allowed"),
    Topic.WHAT: ("models", "max_seconds", "sizes", "pictures", "picture_roles"),
    Topic.CONTENT: ("blocked", "automod"),
    Topic.LIMITS: ("limits.member", "limits.roles", "limits.channel", "limits.server"),
    Topic.COST: ("confirm_above",),
    Topic.REVIEW: (
        "review.before_sending",
        "review.before_publishing",
        "review.channel",
        "review.roles",
        "review.hours",
        "review.then",
        "review.appeals_day",
        "newcomer_days",
    ),
    Topic.SHOWN: ("threads", "spoiler", "log_channel"),
}

KINDS: Mapping[str, Kind] = {
    **dict.fromkeys(("allowed", "age_restricted_only", "automod", "spoiler"), Kind.FLAG),
    **dict.fromkeys(("roles_allowed", "roles_denied", "picture_roles", "review.roles"), Kind.ROLES),
    **dict.fromkeys(("review.channel", "log_channel"), Kind.CHANNEL),
    **dict.fromkeys(
        ("pictures", "review.before_sending", "review.before_publishing", "review.then", "threads"), Kind.CHOICE
    ),
    **dict.fromkeys(("max_seconds", "review.hours", "review.appeals_day", "newcomer_days"), Kind.NUMBER),
    **dict.fromkeys(("limits.member", "limits.channel", "limits.server"), Kind.LIMIT),
    "limits.roles": Kind.ROLE_LIMITS,
    "confirm_above": Kind.MONEY,
    "blocked": Kind.WORDS,
    "models": Kind.MODELS,
    "sizes": Kind.SIZES,
}

CHOICES: Mapping[str, type[StrEnum]] = {
    "pictures": Pictures,
    "review.before_sending": BeforeSending,
    "review.before_publishing": BeforePublishing,
    "review.then": Then,
    "threads": Threads,
}

# What is written in the form of its topic; there is no row left for the last of them.
WRITTEN = (Kind.NUMBER, Kind.MONEY, Kind.WORDS)
FORMS: Mapping[Topic, tuple[str, ...]] = {
    topic: tuple(key for key in keys if KINDS[key] in WRITTEN or key == "review.then") for topic, keys in KEYS.items()
}

# A limit has more parts than a form of Discord's has fields.
LIMIT_PARTS: Mapping[str, tuple[str, ...]] = {
    "clips": ("at_once", "clips_day", "seconds_day", "clips_month", "seconds_month"),
    "money": ("each", "money_day", "money_month"),
}
# Nothing may be left empty here.
ALWAYS_GIVEN = ("review.hours", "review.appeals_day", "newcomer_days")


def word(key: str) -> str:
    """A key as part of the name of a sentence."""
    return key.replace(".", "_")
