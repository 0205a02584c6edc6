"""Extras: what of a wish beside the usual a model takes, leaves out, or refuses; and how it is kept. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from .catalogue import NO_EXTRAS, Catalogue, Extras, Model, Shots
from .shot_list import BadShots, read_shots

SETTINGS = ("negative", "seed", "sound", "resolution", "shots")


@dataclass(frozen=True, kw_only=True)
class Broken:
    """A rule that a wish breaks, by its code, and the facts that fill its sentence."""

    code: str
    facts: Mapping[str, object]


def taken(wished: Extras, model: Model) -> Extras:
    """What of it the model is asked for; what it takes nothing of is left out, by name."""
    left_out = tuple(name for name in SETTINGS if getattr(wished, name) is not None and not _takes(model, wished, name))
    nothing: dict[str, Any] = dict.fromkeys(left_out)
    return replace(wished, **nothing, left_out=left_out)


def wishes(extras: Extras) -> Extras:
    """The same, wished for once more: what was left out is gone, and which pictures come along is seen anew."""
    return replace(extras, last=False, references=0, left_out=())


def broken_picture(extras: Extras, model: Model, catalogue: Catalogue, *, has_picture: bool) -> Broken | None:
    """Why further pictures cannot come along: nothing that somebody gave is thrown away without their knowing."""
    last, references = model.takes.last_frame, model.takes.references
    named = {"model": model.name}
    if extras.last and last is None:
        return Broken(code="no_last_picture", facts={**named, **_able(catalogue, "last_frame")})
    if extras.references and references is None:
        return Broken(code="no_references", facts={**named, **_able(catalogue, "references")})
    if references and extras.references > references.most:
        return Broken(code="too_many_references", facts={**named, "most": references.most})
    if references and extras.references and not references.together and (has_picture or extras.last):
        return Broken(code="references_apart", facts=named)
    if last and extras.last and not last.alone and not has_picture:
        return Broken(code="last_without_first", facts=named)
    return None


def broken_setting(extras: Extras, model: Model) -> Broken | None:
    """Which limit of the model's a setting is beyond; what it takes nothing of is none."""
    seed, negative = model.takes.seed, model.takes.negative
    if seed and extras.seed is not None and not seed.least <= extras.seed <= seed.most:
        facts = {"model": model.name, "least": seed.least, "most": seed.most}
        return Broken(code="seed_out_of_range", facts=facts)
    if negative and extras.negative and len(extras.negative) > negative.limit:
        facts = {"length": len(extras.negative), "limit": negative.limit, "model": model.name}
        return Broken(code="negative_too_long", facts=facts)
    return None


def broken_shots(extras: Extras, model: Model, prompt: str, seconds: int) -> Broken | None:
    """Why a prompt is no list of shots of so many seconds, where it is to be one."""
    field = model.takes.shots
    if extras.shots is not Shots.LISTED or field is None or field.listed is None:
        return None
    try:
        read_shots(prompt, seconds, most=field.most, limit=field.limit)
    except BadShots as error:
        return Broken(code=error.code, facts={"model": model.name, **error.facts})
    return None


def lengths_with(extras: Extras, model: Model) -> tuple[int, ...]:
    """The lengths that a model makes with the pictures that come along."""
    references = model.takes.references
    return (references.lengths if references and extras.references else ()) or model.seconds.values


def fits(extras: Extras, model: Model, catalogue: Catalogue, *, has_picture: bool) -> bool:
    """Whether a model takes what cannot be left out."""
    broken = broken_picture(extras, model, catalogue, has_picture=has_picture) or broken_setting(extras, model)
    return broken is None


def to_plain(extras: Extras) -> dict[str, Any]:
    """As JSON: what is chosen, and nothing else."""
    chosen = {one.name: getattr(extras, one.name) for one in fields(extras)}
    plain = {name: value for name, value in chosen.items() if value != getattr(NO_EXTRAS, name)}
    return plain | {"left_out": list(extras.left_out)} if extras.left_out else plain


def from_plain(plain: Mapping[str, Any] | None) -> Extras:
    """What another version kept beside it is passed over."""
    known = {one.name: plain[one.name] for one in fields(Extras) if one.name in plain} if plain else {}
    if "left_out" in known:
        known["left_out"] = tuple(known["left_out"])
    if "shots" in known:
        known["shots"] = Shots(known["shots"])
    return Extras(**known)


def _able(catalogue: Catalogue, what: str) -> Mapping[str, object]:
    """The models that do, by name; it may be none."""
    return {"models": tuple(one.name for one in catalogue.models.values() if getattr(one.takes, what)) or ("–",)}


def _takes(model: Model, wished: Extras, name: str) -> bool:
    match name:
        case "resolution":
            return model.takes.resolution is not None and wished.resolution in model.takes.resolution.values
        case "shots":
            return model.takes.shots is not None and wished.shots in model.takes.shots.ways
        case _:
            return getattr(model.takes, name) is not None
