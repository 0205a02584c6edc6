"""Ideas: what somebody proposes in a brief, by the parts that a prompt is made of; made, changed, joined. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from ..drafts import assemble
from ..prompt import clean, shows
from .brief import ALL_IDEAS_MOST, Brief, Halt

# In the order in which they are asked and read. `subject` is shot and subject, `setting` also its lighting.
PARTS = ("subject", "action", "setting")
TITLE_MOST, PART_MOST = 80, 700


@dataclass(frozen=True, kw_only=True)
class Text:
    """The words of an idea."""

    title: str = ""
    subject: str = ""
    action: str = ""
    setting: str = ""

    @property
    def parts(self) -> Mapping[str, str]:
        return {part: getattr(self, part) for part in PARTS}

    @property
    def prompt(self) -> str:
        """What a model is told."""
        return assemble(self.parts)


@dataclass(frozen=True, kw_only=True)
class Idea:
    """`number` counts within its brief, from 1. `of` are the numbers of the ideas that it joins, `source` a link to the
    message it was made of. `author_id` is None once its author asked to be forgotten.

    `added_by` is whoever made it one of somebody else's message.
    """

    brief_id: str
    number: int
    author_id: int | None
    author_name: str
    text: Text
    made_at: float
    added_by: int | None = None
    of: tuple[int, ...] = ()
    source: str | None = None
    has_picture: bool = False
    spoiler: bool = False
    withdrawn: bool = False
    chosen_in: int | None = None

    @property
    def title(self) -> str:
        return self.text.title


def read_text(given: Mapping[str, str]) -> Text | None:
    """What was written in a form; None where there is nothing to see in it. A title that is missing is made."""
    parts = {part: _seen(given.get(part, ""))[:PART_MOST] for part in PARTS}
    title = " ".join(_seen(given.get("title", "")).split())[:TITLE_MOST]
    if not any(parts.values()) and not title:
        return None
    if not any(parts.values()):
        parts["subject"] = title
    return Text(title=title or title_of(" ".join(filter(None, parts.values()))), **parts)


def _seen(words: str) -> str:
    cleaned = clean(words)
    return cleaned if shows(cleaned) else ""


def text_of(words: str) -> Text | None:
    """An idea of what somebody said."""
    return read_text({"subject": clean(words)})


def title_of(words: str) -> str:
    """The first words: "A paper boat drifts down the gutter" → "A paper boat drifts down the gutter"."""
    first = " ".join(words.split())
    if len(first) <= TITLE_MOST:
        return first.rstrip(".")
    return first[: TITLE_MOST - 1].rsplit(" ", 1)[0].rstrip(".,;:") + "…"


def joined_text(one: Text, other: Text) -> Text:
    """What is proposed for an idea of two: each part of both."""
    both = {part: _both(one.parts[part], other.parts[part])[:PART_MOST] for part in PARTS}
    return Text(title=f"{one.title} + {other.title}"[:TITLE_MOST], **both)


def _both(one: str, other: str) -> str:
    return one if one == other else " ".join(filter(None, (one, other)))


def open_ideas(ideas: Iterable[Idea]) -> list[Idea]:
    """Those that stand."""
    return [idea for idea in ideas if not idea.withdrawn]


def no_room(brief: Brief, ideas: Collection[Idea], author_id: int) -> Halt | None:
    """Why a member can have no more ideas in a brief."""
    standing = open_ideas(ideas)
    if len(ideas) >= ALL_IDEAS_MOST:
        return Halt.TOO_MANY
    most = brief.rules.ideas
    own = sum(idea.author_id == author_id for idea in standing)
    return Halt.TOO_MANY_YOURS if most is not None and own >= most else None
