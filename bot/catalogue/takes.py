"""Reads what a model takes beside the usual: one table of its block for each."""

from collections.abc import Sequence

from .block import Block
from .extras import (
    Fields,
    LastFrameField,
    NegativeField,
    ReferencesField,
    ResolutionField,
    SeedField,
    ShotsField,
    SoundField,
    Takes,
)

EXTRA_FIELDS = ("last_frame", "references", "negative", "seed", "sound", "resolution", "shots")
# A form takes so many files at once, a menu has so many options. Source: Discord's component reference.
FILES, OPTIONS = 10, 25
# No side of a picture, where the vendor names none.
ANY_SIDE = (1, 100_000)


def read_takes(model: Block, lengths: Sequence[int], fixed: Fields) -> Takes:
    """What the operator fixed is nobody's to choose, and without a first picture there is no last one.

    Raises CatalogueError.
    """

    def table(name: str) -> Block | None:
        read = None if model.is_off(name) else model.inner(name)
        return None if read is None or ("field" in read and read.text("field") in fixed) else read

    return Takes(
        last_frame=_last_frame(read) if (read := table("last_frame")) and not model.is_off("picture") else None,
        references=_references(read, lengths) if (read := table("references")) else None,
        negative=_negative(read) if (read := table("negative")) else None,
        seed=_seed(read) if (read := table("seed")) else None,
        sound=_sound(read) if (read := table("sound")) else None,
        resolution=_resolution(read) if (read := table("resolution")) else None,
        shots=_shots(read) if (read := table("shots")) else None,
    )


def read_sides(read: Block) -> tuple[int, int]:
    sides = read.listed("sides", int) if "sides" in read else ANY_SIDE
    read.require("sides", len(sides) == 2 and 0 < sides[0] <= sides[1], "must be the least and the most pixels")
    return sides[0], sides[1]


def read_path(read: Block) -> str | None:
    path = read.text("path") if "path" in read else None
    read.require("path", path is None or path.startswith("/"), "must begin with /")
    return path


def _last_frame(read: Block) -> LastFrameField:
    read.only("field", "alone")
    return LastFrameField(field=read.text("field"), alone=read.flag("alone"))


def _references(read: Block, lengths: Sequence[int]) -> ReferencesField:
    read.only("field", "most", "limit", "sides", "path", "lengths", "together")
    some = read.listed("lengths", int) if "lengths" in read else []
    read.require("lengths", set(some) <= set(lengths), "must be some of the lengths of seconds")
    most = read.whole("most")
    read.require("most", most <= FILES, f"must be at most {FILES}")
    return ReferencesField(
        field=read.text("field"),
        most=most,
        limit=read.whole("limit"),
        sides=read_sides(read),
        path=read_path(read),
        lengths=tuple(some),
        together=read.flag("together"),
    )


def _negative(read: Block) -> NegativeField:
    read.only("field", "limit")
    return NegativeField(field=read.text("field"), limit=read.whole("limit"))


def _seed(read: Block) -> SeedField:
    read.only("field", "range")
    span = read.listed("range", int)
    read.require("range", len(span) == 2 and 0 <= span[0] < span[1], "must be the least and the most, from 0 on")
    return SeedField(field=read.text("field"), least=span[0], most=span[1])


def _sound(read: Block) -> SoundField:
    read.only("field", "on", "off", "default")
    for name in ("on", "off", "default"):
        read.require(name, name in read, "is missing")
    return SoundField(
        field=read.text("field"), on=read.plain("on"), off=read.plain("off"), default=read.flag("default")
    )


def _resolution(read: Block) -> ResolutionField:
    read.only("field", "values", "default")
    values = read.listed("values", str)
    read.require("values", 0 < len(values) <= OPTIONS and all(values), f"must be 1 to {OPTIONS} texts")
    default = read.text("default")
    read.require("default", default in values, "must be one of the values")
    return ResolutionField(field=read.text("field"), values=tuple(values), default=default)


def _shots(read: Block) -> ShotsField:
    read.only("several", "listed", "field", "most", "limit")
    read.require("", "several" in read or "listed" in read, "must say several, listed, or both")
    several = _fields(read.inner("several")) if "several" in read else None
    if "listed" not in read:
        return ShotsField(several=several)
    return ShotsField(
        several=several,
        listed=_fields(read.inner("listed")),
        field=read.text("field"),
        most=read.whole("most"),
        limit=read.whole("limit"),
    )


def _fields(read: Block) -> Fields:
    return {name: read.plain(name) for name in read}
