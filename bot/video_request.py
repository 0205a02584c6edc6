"""From what a member typed to a request that a model can take, or to a refusal naming the rule."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from .catalogue import Catalogue, Model, pixels
from .media import best_size


class Fit(StrEnum):
    """How a picture of another shape fills the frame."""

    CROP = "crop"
    PAD = "pad"


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What was typed, unchecked. `picture` is (width, height) as far as known, or None without a picture."""

    prompt: str
    model: str | None = None
    seconds: int | None = None
    size: str | None = None
    fit: str | None = None
    has_picture: bool = False
    picture: tuple[int, int] | None = None


@dataclass(frozen=True, kw_only=True)
class VideoRequest:
    """A request that its model accepts. `size` is "1280x720"; `size_given` says whether a person chose it."""

    model: str
    prompt: str
    seconds: int
    size: str
    size_given: bool
    fit: Fit


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """A no before anything was spent: `code` names the rule, `facts` fill its sentence."""

    code: str
    facts: Mapping[str, object] = field(default_factory=dict)


def parse(draft: Draft, catalogue: Catalogue) -> VideoRequest | Refusal:
    """The first rule that `draft` breaks, or the request with the model's defaults filled in."""
    model = catalogue.find(draft.model) if draft.model else catalogue.default
    if model is None:
        return Refusal(code="no_such_model", facts={"model": draft.model, "models": _names(catalogue)})
    return _broken_rule(draft, model) or VideoRequest(
        model=model.id,
        prompt=clean(draft.prompt),
        seconds=draft.seconds or model.seconds.default,
        size=draft.size or choose_size(model, draft.picture),
        size_given=draft.size is not None,
        fit=Fit(draft.fit or Fit.CROP),
    )


def clean(prompt: str) -> str:
    """The prompt without blanks around it, and without NUL, which no database takes."""
    return prompt.replace("\0", "").strip()


def choose_size(model: Model, picture: tuple[int, int] | None) -> str:
    """The size whose shape fits the picture best; without a picture the model's default."""
    if picture is None:
        return model.size.default
    width, height = best_size(*picture, [pixels(size) for size in model.size.values])
    return f"{width}x{height}"


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
    if draft.fit is not None and draft.fit not in set(Fit):
        return Refusal(code="fit_not_offered", facts={"allowed": tuple(Fit)})
    if draft.has_picture and model.picture is None:
        return Refusal(code="no_pictures", facts={"model": model.name})
    return None


def _names(catalogue: Catalogue) -> tuple[str, ...]:
    return tuple(model.name for model in catalogue.models.values())
