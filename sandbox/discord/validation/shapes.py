"""The words the tables of this package are written in: small checks for JSON values, put together into bigger ones."""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

from .violations import UNKNOWN_FIELD, Path, Violation, refused, without

Check = Callable[[object, Path], list[Violation]]
"""Tells what is wrong with the value that stands at the path."""

Rule = Callable[[Any, Path], list[Violation]]
"""Tells what is wrong between the parts of an object or list whose parts are right by themselves."""

REQUIRED = "BASE_TYPE_REQUIRED"
CHOICES = "BASE_TYPE_CHOICES"

INT32 = 2**31 - 1
INT53 = 2**53 - 1
INT64 = 2**63 - 1


def wrong(path: Path, code: str, message: str) -> list[Violation]:
    """A list of the one violation."""
    return [Violation(path, code, message)]


def missing(path: Path) -> list[Violation]:
    """The violation of a field that has to be there."""
    return wrong(path, REQUIRED, "This field is required")


def not_one_of(path: Path, allowed: Collection[object]) -> list[Violation]:
    """The violation of a value outside a closed list."""
    return wrong(path, CHOICES, f"Value must be one of {{{', '.join(map(repr, allowed))}}}.")


def bad_length(path: Path, low: int, high: int | None) -> list[Violation]:
    """The violation of a text or list that is too short or too long."""
    if high is None:
        return wrong(path, "BASE_TYPE_MIN_LENGTH", f"Must be {low} or more in length.")
    if low == 0:
        return wrong(path, "BASE_TYPE_MAX_LENGTH", f"Must be {high} or fewer in length.")
    return wrong(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {low} and {high} in length.")


def text(low: int = 0, high: int | None = None) -> Check:
    """A string of so many characters; where some are asked for, blank ones do not count, for Discord trims them."""

    def check(value: object, path: Path) -> list[Violation]:
        if not isinstance(value, str):
            return wrong(path, "STRING_TYPE_CONVERT", f'Could not interpret "{value}" as string.')
        if low and not value.strip():
            return missing(path)
        return [] if fits(len(value), low, high) else bad_length(path, low, high)

    return check


def fits(number: float, low: float | None, high: float | None) -> bool:
    """Whether the number is within both bounds; None is no bound."""
    return (low is None or number >= low) and (high is None or number <= high)


def is_whole(value: object) -> bool:
    """Whether this is a JSON integer: Python counts true and false among them, JSON does not."""
    return isinstance(value, int) and not isinstance(value, bool)


def whole(low: int | None = None, high: int | None = None) -> Check:
    """An integer within bounds."""

    def check(value: object, path: Path) -> list[Violation]:
        if not isinstance(value, int) or not is_whole(value):
            return wrong(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not int.')
        return bounds(value, path, low, high, "int")

    return check


def number(value: object, path: Path) -> list[Violation]:
    """Any JSON number whose size a double holds exactly."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return wrong(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not float.')
    return bounds(value, path, -INT53, INT53, "float")


def bounds(value: float, path: Path, low: float | None, high: float | None, kind: str) -> list[Violation]:
    """The violation of a number that is too small or too big."""
    if low is not None and value < low:
        return wrong(path, "NUMBER_TYPE_MIN", f"{kind} value should be greater than or equal to {low}.")
    if high is not None and value > high:
        return wrong(path, "NUMBER_TYPE_MAX", f"{kind} value should be less than or equal to {high}.")
    return []


def flag(value: object, path: Path) -> list[Violation]:
    """True or false."""
    if isinstance(value, bool):
        return []
    return wrong(path, "BOOLEAN_TYPE_CONVERT", "Must be either true or false.")


def anything(value: object, path: Path) -> list[Violation]:
    """A field whose content is of no interest here."""
    return []


def snowflake(value: object, path: Path) -> list[Violation]:
    """An id: digits in a string, or the integer that discord.py writes."""
    digits = str(value) if isinstance(value, str) or is_whole(value) else ""
    if re.fullmatch(r"0|[1-9][0-9]{0,18}", digits, re.ASCII) and int(digits) <= INT64:
        return []
    return wrong(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.')


def one_of(*allowed: object) -> Check:
    """One of the listed values, of the same JSON type."""

    def check(value: object, path: Path) -> list[Violation]:
        if any(type(value) is type(each) and value == each for each in allowed):
            return []
        return not_one_of(path, allowed)

    return check


def link(*schemes: str, high: int = 2048) -> Check:
    """An absolute URL of one of the schemes."""
    fits_length = text(1, high)

    def check(value: object, path: Path) -> list[Violation]:
        found = fits_length(value, path)
        return found or link_problems(str(value), path, schemes)

    return check


def link_problems(url: str, path: Path, schemes: Collection[str]) -> list[Violation]:
    """What is wrong with this text as an absolute URL of one of the schemes."""
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if not parts.netloc or re.search(r"\s", url):
        return wrong(path, "URL_TYPE_INVALID_URL", "Not a well formed URL.")
    if parts.scheme.lower() not in schemes:
        listed = ", ".join(repr(each) for each in schemes)
        return wrong(
            path,
            "URL_TYPE_INVALID_SCHEME",
            f'Scheme "{parts.scheme}" is not supported. Scheme must be one of ({listed}).',
        )
    return []


def listing(item: Check, low: int = 0, high: int | None = None, *, unique: bool = False) -> Check:
    """A list of so many items, each of which passes; `unique` refuses repetition."""

    def check(value: object, path: Path) -> list[Violation]:
        if not isinstance(value, list):
            return wrong(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
        if not fits(len(value), low, high):
            return bad_length(path, low, high)
        found = [each for index, entry in enumerate(value) for each in item(entry, (*path, index))]
        if not refused(found) and unique and len({str(entry) for entry in value}) < len(value):
            return wrong(path, "SET_TYPE_ALREADY_CONTAINS_VALUE", "The set already contains this value")
        return found

    return check


def record(
    fields: Mapping[str, Check], *, required: Collection[str] = (), rule: Rule | None = None, closed: bool = True
) -> Check:
    """An object: each field passes its check, and null is as good as absent unless the field is required.

    `rule` is asked once every field is right by itself. A closed record tells unknown fields, which Discord ignores.
    """

    def check(value: object, path: Path) -> list[Violation]:
        if not isinstance(value, Mapping):
            return wrong(path, "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")
        found = [each for name in required if value.get(name) is None for each in missing((*path, name))]
        for name, entry in value.items():
            if entry is not None and name in fields:
                found += fields[name](entry, (*path, name))
            elif closed and name not in fields:
                found += wrong((*path, name), UNKNOWN_FIELD, "Discord knows no such field here.")
        return found

    return then(check, rule) if rule else check


def then(shape: Check, rule: Rule) -> Check:
    """The shape, and where it is right the rule that holds between its parts."""

    def check(value: object, path: Path) -> list[Violation]:
        found = shape(value, path)
        if refused(found):
            return found
        kept = without(value, [each.path[len(path) :] for each in found])
        return [*found, *rule(kept, path)]

    return check


def by_type(kinds: Mapping[int, Check]) -> Check:
    """An object whose integer `type` says which of the checks it has to pass."""

    def check(value: object, path: Path) -> list[Violation]:
        if not isinstance(value, Mapping):
            return wrong(path, "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")
        kind = value.get("type")
        if isinstance(kind, int) and is_whole(kind) and kind in kinds:
            return kinds[kind](value, path)
        listed = ", ".join(map(str, kinds))
        message = f'Value of field "type" must be one of ({listed}).'
        return wrong((*path, "type"), "UNION_TYPE_CHOICES", message)

    return check
