"""A finding of the doctor's: what is well, or what is wrong with its mending."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from .topics import Topic


class Subject(StrEnum):
    """What is looked at, in the order in which it is told."""

    SERVER = "server"
    CHANNELS = "channels"
    THREADS = "threads"
    UPLOAD = "upload"
    RULES = "rules"
    REVIEW = "review"
    AUTOMOD = "automod"
    KEY = "key"
    MODELS = "models"
    ENDPOINT = "endpoint"
    SUGGEST = "suggest"
    BUDGET = "budget"
    DATABASE = "database"


@dataclass(frozen=True, kw_only=True)
class LetIn:
    """Give the bot what it lacks in these channels, which it may do itself."""

    channels: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Resume:
    """Have things asked for again in the whole server."""


@dataclass(frozen=True, kw_only=True)
class SetRules:
    """Open the rules of a topic in one place; `channel_id` is None for the whole server."""

    topic: Topic
    channel_id: int | None = None


Remedy = LetIn | Resume | SetRules


@dataclass(frozen=True, kw_only=True)
class Finding:
    """`well` is None for what is only worth knowing; `code` and `facts` make its sentence, with what to do about it."""

    subject: Subject
    well: bool | None
    code: str
    facts: Mapping[str, object] = field(default_factory=dict)
    remedy: Remedy | None = None
