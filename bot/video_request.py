"""From what a member typed to a request that a model can take, or to a refusal naming the rule."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from .catalogue import NO_EXTRAS, Catalogue, Extras, Model, pixels
from .errors import BadPicture
from .extras import Broken, broken_picture, broken_setting, broken_shots, lengths_with, taken, wishes
from .further_pictures import LAST, references_in
from .media import SAME_SHAPE, best_size, check_sides, shape_of
from .prompt import clean


class Fit(StrEnum):
    """How a picture of another shape fills the frame."""

    CROP = "crop"
    PAD = "pad"


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What was typed, unchecked. `picture` is (width, height) as far as known, or None without a picture; `further` are
    those of further pictures, by their slot.
    """

    prompt: str
    model: str | None = None
    seconds: int | None = None
    size: str | None = None
    fit: str | None = None
    has_picture: bool = False
    picture: tuple[int, int] | None = None
    extras: Extras = NO_EXTRAS
    further: Mapping[str, tuple[int, int] | None] = field(default_factory=dict)

    @property
    def wished(self) -> Extras:
        """The extras, with which pictures come along."""
        return replace(self.extras, last=LAST in self.further, references=len(references_in(self.further)))


@dataclass(frozen=True, kw_only=True)
class VideoRequest:
    """A request that its model accepts. `size` is "1280x720"; `size_given` says whether a person chose it.

    `by_default` is the model that was the usual one, where nobody chose any: another `model` stands in for it.
    """

    model: str
    prompt: str
    seconds: int
    size: str
    size_given: bool
    fit: Fit
    extras: Extras = NO_EXTRAS
    by_default: str | None = None

    @property
    def stands_in_for(self) -> str | None:
        """The model in whose place another one makes it."""
        return None if self.by_default == self.model else self.by_default


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """A no before anything was spent: `code` names the rule, `facts` fill its sentence.

    `appeal` is the draft that a moderator can be asked about, where one can.
    """

    code: str
    facts: Mapping[str, object] = field(default_factory=dict)
    appeal: str | None = None


def parse(draft: Draft, catalogue: Catalogue) -> VideoRequest | Refusal:
    """The first rule that `draft` breaks, or the request with the model's defaults filled in."""
    draft = replace(draft, size=draft.size and as_we_spell(draft.size))
    model = catalogue.named(draft.model) if draft.model else catalogue.default
    if model is None:
        return Refusal(code="no_such_model", facts={"model": draft.model, "models": _names(catalogue)})
    refusal = _broken_rule(draft, model) or _broken_extra(draft, model, catalogue)
    if refusal:
        return refusal
    seconds = draft.seconds or _choose_seconds(model, draft.size, draft.wished)
    request = VideoRequest(
        model=model.id,
        prompt=clean(draft.prompt),
        seconds=seconds,
        size=draft.size or choose_size(model, draft.picture or draft.further.get(LAST), seconds),
        size_given=draft.size is not None,
        fit=Fit(draft.fit or Fit.CROP),
        extras=taken(draft.wished, model),
        by_default=None if draft.model else model.id,
    )
    return _any_too_small(draft, request, model) or _no_shots(request, model) or request


def as_we_spell(size: str) -> str:
    """A size as people see it, 1280×720, may also be typed like that."""
    return size.replace("×", "x").strip()


def as_draft(request: VideoRequest, catalogue: Catalogue) -> Draft:
    """The wish of a request, to be sent once more: its size counts as chosen, its model if somebody chose it.

    What another model than the default made is brought back to what that one offers.
    """
    if request.by_default and request.model != catalogue.default.id:
        request = replace(carry_over(request, catalogue.default, has_picture=False), by_default=request.by_default)
    return Draft(
        prompt=request.prompt,
        model=None if request.by_default else request.model,
        seconds=request.seconds,
        size=request.size,
        fit=request.fit,
        extras=wishes(request.extras),
    )


def choose_size(model: Model, picture: tuple[int, int] | None, seconds: int | None = None) -> str:
    """The size whose shape fits the picture best; without a picture the model's default.

    With `seconds` only a size in which the model makes clips of that length.
    """
    made = model.size.values if seconds is None else model.sizes(seconds)
    usual = [size for size in made if size in model.size.usual] or list(made)
    if picture is None:
        return model.size.default if model.size.default in made else usual[0]
    width, height = best_size(*picture, [pixels(size) for size in usual])
    return f"{width}x{height}"


def carry_over(request: VideoRequest, model: Model, *, has_picture: bool) -> VideoRequest:
    """The same wish for another model, as if chosen: what that does not offer is brought to the nearest that it does.

    Length goes before size. With a picture whose shape chose the size, it chooses among the model's usual ones again.
    """
    offered = lengths_with(request.extras, model)
    seconds = min(offered, key=lambda each: (abs(each - request.seconds), each))
    sizes: Sequence[str] = model.sizes(seconds)
    if has_picture and not request.size_given:
        sizes = [size for size in sizes if size in model.size.usual] or sizes
    size = most_alike(request.size, sizes)
    return replace(request, model=model.id, seconds=seconds, size=size, by_default=None)


def most_alike(size: str, sizes: Sequence[str]) -> str:
    """The one of `sizes` with the nearest shape, and among those of like shape the nearest number of pixels."""
    nearest = min(shape_distance(size, other) for other in sizes)
    alike = [other for other in sizes if shape_distance(size, other) <= nearest + SAME_SHAPE]
    return min(alike, key=lambda other: pixel_distance(size, other))


def shape_distance(size: str, other: str) -> float:
    return abs(shape_of(pixels(size)) - shape_of(pixels(other)))


def pixel_distance(size: str, other: str) -> float:
    return abs(math.log(math.prod(pixels(size)) / math.prod(pixels(other))))


def _choose_seconds(model: Model, size: str | None, extras: Extras) -> int:
    """The default, or the nearest to it that is made at this size, and with these pictures."""
    made = model.lengths(size) if size else model.seconds.values
    offered = [seconds for seconds in made if seconds in lengths_with(extras, model)] or made
    return min(offered, key=lambda seconds: abs(seconds - model.seconds.default))


def _broken_rule(draft: Draft, model: Model) -> Refusal | None:
    prompt = clean(draft.prompt)
    if not prompt:
        return Refusal(code="prompt_empty")
    if len(prompt) > model.prompt_limit:
        return Refusal(
            code="prompt_too_long",
            facts={"length": len(prompt), "limit": model.prompt_limit, "model": model.name},
        )
    if draft.seconds is not None and draft.seconds not in model.seconds.values:
        return Refusal(code="seconds_not_offered", facts={"model": model.name, "allowed": model.seconds.values})
    if draft.size is not None and draft.size not in model.size.values:
        return Refusal(code="size_not_offered", facts={"model": model.name, "allowed": model.size.values})
    if draft.size and draft.seconds and draft.seconds not in model.lengths(draft.size):
        return Refusal(
            code="seconds_not_at_size",
            facts={"model": model.name, "size": (draft.size,), "allowed": model.lengths(draft.size)},
        )
    if draft.fit is not None and draft.fit not in set(Fit):
        return Refusal(code="fit_not_offered", facts={"allowed": tuple(Fit)})
    if draft.has_picture and model.picture is None:
        return Refusal(code="no_pictures", facts={"model": model.name})
    return None


def _broken_extra(draft: Draft, model: Model, catalogue: Catalogue) -> Refusal | None:
    broken = broken_picture(draft.wished, model, catalogue, has_picture=draft.has_picture) or broken_setting(
        draft.wished, model
    )
    if broken:
        return _refusal(broken)
    allowed = lengths_with(draft.wished, model)
    if draft.seconds is not None and draft.seconds not in allowed:
        return Refusal(code="seconds_with_references", facts={"model": model.name, "allowed": allowed})
    return None


def _no_shots(request: VideoRequest, model: Model) -> Refusal | None:
    broken = broken_shots(request.extras, model, request.prompt, request.seconds)
    return _refusal(broken) if broken else None


def _refusal(broken: Broken) -> Refusal:
    return Refusal(code=broken.code, facts=broken.facts)


def _any_too_small(draft: Draft, request: VideoRequest, model: Model) -> Refusal | None:
    """The last picture has to fill the frame as the first one does; one to look like only has the model's sides."""
    for picture in (draft.picture, draft.further.get(LAST)):
        if refusal := _too_small(picture, request, model):
            return refusal
    least = model.takes.references.sides[0] if model.takes.references else 1
    for slot in references_in(draft.further):
        shape = draft.further[slot]
        if shape and min(shape) < least:
            return Refusal(code="picture_too_small", facts={"width": shape[0], "height": shape[1], "least": least})
    return None


def _too_small(picture: tuple[int, int] | None, request: VideoRequest, model: Model) -> Refusal | None:
    if picture is None or model.picture is None:
        return None
    try:
        check_sides(picture, model.frame(request.size), request.fit.value, model.picture.sides[0])
    except BadPicture as error:
        return Refusal(code=f"picture_{error.code}", facts=error.facts)
    return None


def _names(catalogue: Catalogue) -> tuple[str, ...]:
    return tuple(model.name for model in catalogue.models.values())
