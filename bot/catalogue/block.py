"""One table of a catalogue's file, read value by value; whatever is wrong is said with file, model and field."""

from collections.abc import Iterator
from typing import Any

from ..errors import CatalogueError

PLAIN = (str, bool, int, float)
"""What a field of the vendor's JSON can be set to."""


class Block:
    """`where` names file and model, `prefix` the way to this table. Every method raises CatalogueError."""

    def __init__(self, where: str, block: Any, prefix: str = "") -> None:
        self._where = where
        self._prefix = prefix
        self._block: dict[str, Any] = {}
        self.require("", isinstance(block, dict), "must be a table")
        self._block = block

    def __contains__(self, field: str) -> bool:
        return field in self._block

    def __iter__(self) -> Iterator[str]:
        return iter(self._block)

    def require(self, field: str, holds: object, problem: str) -> None:
        if not holds:
            raise CatalogueError(f"{self._where}: {(self._prefix + field).rstrip('.') or 'it'} {problem}.")

    def over(self, below: dict[str, Any]) -> "Block":
        """This table on top of another: what it does not say, the other one does."""
        return Block(self._where, {**below, **self._block}, self._prefix)

    def only(self, *fields: str) -> None:
        """A field that nobody reads is most likely one that was misspelled."""
        for field in self._block:
            self.require(field, field in fields, "is not a field that I know")

    def text(self, field: str) -> str:
        return str(self._value(field, str, "a text"))

    def whole(self, field: str) -> int:
        value = self._value(field, int, "a whole number above 0")
        self.require(field, value > 0, "must be a whole number above 0")
        return int(value)

    def number(self, field: str) -> float:
        value = self._value(field, int | float, "a number above 0")
        self.require(field, 0 < value < float("inf"), "must be a number above 0")
        return float(value)

    def plain(self, field: str) -> object:
        """A value as the vendor's JSON takes it."""
        value = self._block[field]
        self.require(field, isinstance(value, PLAIN), "must be a text, a number, true or false")
        return value

    def flag(self, field: str) -> bool:
        """True or false; left out, false."""
        value = self._block.get(field, False)
        self.require(field, isinstance(value, bool), "must be true or false")
        return bool(value)

    def listed(self, field: str, kind: Any) -> list[Any]:
        values = self._value(field, list, "a list")
        fitting = [value for value in values if isinstance(value, kind) and not isinstance(value, bool)]
        self.require(field, len(fitting) == len(values), "has a value of the wrong type")
        return fitting

    def is_off(self, field: str) -> bool:
        """Whether a field is left out, or taken away by `false` from what a catalogue before this one says."""
        return self._block.get(field, False) is False

    def is_table(self, field: str) -> bool:
        return isinstance(self._block.get(field), dict)

    def inner(self, field: str) -> "Block":
        self.require(field, field in self._block, "is missing")
        return Block(self._where, self._block[field], f"{self._prefix}{field}.")

    def _value(self, field: str, kind: Any, expected: str) -> Any:
        self.require(field, field in self._block, "is missing")
        value = self._block[field]
        self.require(field, isinstance(value, kind) and not isinstance(value, bool), f"must be {expected}")
        return value
