"""Drafts: what a member has written and chosen so far, kept until it is sent, so that nobody types it twice."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import Any

from .catalogue import Catalogue, Extras
from .further_pictures import LAST, reference_slot
from .prompt import clean
from .video_request import Draft, Fit, VideoRequest, carry_over

# What the vendor advises a prompt to name, in the order in which it reads well. Source: Sora 2 Pro, "Prompting".
PARTS = ("shot", "subject", "action", "setting", "lighting")

# A draft that nobody touched for so long is thrown away, seconds.
DRAFT_LIFE = 30 * 24 * 3600.0


class Form(StrEnum):
    """Where a draft was begun, which decides what its form asks."""

    COMPOSE = "compose"  # five parts, then a review
    CHANGE = "change"  # a finished request, with everything as it was
    CONTINUE = "continue"  # what happens after a clip's last frame
    ANIMATE = "animate"  # a picture that somebody posted
    IDEA = "idea"  # what was suggested for a brief: by part and number, never sent as it is


@dataclass(frozen=True, kw_only=True)
class Link:
    """A file as Discord describes it, before a byte was read: `bytes` and `shape` are its word, not ours.

    A `spoiler` is hidden until somebody clicks on it.
    """

    url: str
    bytes: int
    shape: tuple[int, int] | None = None
    name: str = ""
    spoiler: bool = False


@dataclass(frozen=True, kw_only=True)
class Given:
    """A further picture of a wish: its slot, and the link where it is; without one it is kept with the draft already,
    or is the one in this slot `of_parent`.
    """

    slot: str
    link: Link | None = None
    of_parent: bool = False
    kept_spoiler: bool = False

    @property
    def spoiler(self) -> bool:
        return self.link.spoiler if self.link else self.kept_spoiler


@dataclass(frozen=True, kw_only=True)
class SavedDraft:
    """`links` are the pictures to choose from, `picked` the index of the chosen one.

    `size_given` is whether a person chose the size, so that another picture does not change it. `has_picture` says that
    the bytes of one are kept with the draft, and `spoiler` that they are hidden; `keeps_picture` that the parent's is
    used as long as there is no other. `further` are the pictures beside that one. `parts` is what a composer was given,
    empty for other forms. `appeals` says that a moderator is asked about what a rule refused.
    """

    id: str
    author_id: int
    form: Form
    draft: Draft
    changed_at: float
    parts: Mapping[str, str] = field(default_factory=dict)
    links: tuple[Link, ...] = ()
    picked: int | None = None
    size_given: bool = True
    has_picture: bool = False
    spoiler: bool = False
    keeps_picture: bool = False
    further: tuple[Given, ...] = ()
    parent_id: str | None = None
    appeals: bool = False

    @property
    def link(self) -> Link | None:
        """The chosen picture, where it is one that was posted somewhere."""
        return self.links[self.picked] if self.picked is not None and self.picked < len(self.links) else None

    @property
    def shows_picture(self) -> bool:
        return self.link is not None or self.has_picture or self.keeps_picture

    @property
    def wished(self) -> Extras:
        """What it wishes for beside the usual, with which pictures come along."""
        return replace(self.draft, further=dict.fromkeys(each.slot for each in self.further)).wished


def further_of(extras: Extras) -> tuple[Given, ...]:
    """The further pictures of a job that has these extras, for what is made from it."""
    references = [reference_slot(number) for number in range(1, extras.references + 1)]
    return tuple(Given(slot=slot, of_parent=True) for slot in ([LAST] if extras.last else []) + references)


def with_further(saved: SavedDraft, added: Iterable[Given], dropped: Collection[str], now: float) -> SavedDraft:
    """The draft with these further pictures, and without those in the slots `dropped`."""
    kept = {each.slot: each for each in saved.further if each.slot not in dropped}
    kept |= {each.slot: each for each in added}
    return rewritten(saved, now, further=tuple(kept.values()))


def assemble(parts: Mapping[str, str]) -> str:
    """One prompt of the parts that were filled in: each becomes a sentence."""
    return " ".join(_sentence(text) for part in PARTS if (text := clean(parts.get(part, ""))))


def rewritten(saved: SavedDraft, now: float, **changes: Any) -> SavedDraft:
    """The draft with other contents; what names a field of the request changes that."""
    of_request = {name: changes.pop(name) for name in list(changes) if name in _OF_DRAFT}
    return replace(saved, draft=replace(saved.draft, **of_request), changed_at=now, **changes)


def fill(
    saved: SavedDraft, values: Mapping[str, str], file: Link | None, catalogue: Catalogue, now: float
) -> SavedDraft:
    """The draft as a form came back: what was written or chosen, by field, and a picture that was added."""
    changes: dict[str, Any] = {"prompt": values.get("prompt", saved.draft.prompt)}
    if saved.form is Form.COMPOSE:
        parts = {part: values.get(part, "") for part in PARTS}
        changes |= {"parts": parts, "prompt": assemble(parts)}
    if "seconds" in values:
        changes["seconds"] = read_whole(values["seconds"])
    if saved.form in (Form.CHANGE, Form.ANIMATE):
        changes["size"] = values.get("size")
    if "picked" in values:
        changes["picked"] = read_whole(values["picked"])
    if file:
        changes |= {"links": (file,), "picked": 0, "keeps_picture": False, "has_picture": False}
        if not saved.size_given and changes.get("size") == saved.draft.size:
            changes["size"] = None
    filled = rewritten(saved, now, **changes)
    return with_model(filled, values["model"], catalogue, now) if "model" in values else filled


def with_model(saved: SavedDraft, model_id: str, catalogue: Catalogue, now: float) -> SavedDraft:
    """The draft for another model: length and size go to the nearest that it offers.

    The default that stood there already was chosen by nobody.
    """
    model, draft = catalogue.find(model_id), saved.draft
    before = catalogue.find(draft.model or "") or catalogue.default
    if model is None:
        return rewritten(saved, now, model=model_id)
    if model.id == before.id:
        return rewritten(saved, now)
    wish = VideoRequest(
        model=before.id,
        prompt=draft.prompt,
        seconds=draft.seconds or before.seconds.default,
        size=draft.size or before.size.default,
        size_given=draft.size is not None,
        fit=Fit(draft.fit or Fit.CROP),
        extras=saved.wished,
    )
    carried = carry_over(wish, model, has_picture=saved.shows_picture)
    return rewritten(
        saved,
        now,
        model=model.id,
        seconds=draft.seconds and carried.seconds,
        size=draft.size and carried.size,
    )


def read_whole(text: str) -> int | None:
    """A number as a menu or a form sends it; anything else was never on offer."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _sentence(text: str) -> str:
    return text if text[-1] in ".!?…。！？" else text + "."


_OF_DRAFT = {one.name for one in fields(Draft)} - {"has_picture", "further"}
