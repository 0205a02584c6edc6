"""The record: every request the bot made, with what it was answered."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, kw_only=True)
class SentFile:
    """A file part of a request; the bytes are on the message."""

    index: int
    name: str
    size: int
    content_type: str


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """One request and its answer.

    `template` is the path as Discord's OpenAPI description writes it, `at` the time it came in seconds since 1970,
    `took` the seconds until the answer, `interaction_age` the seconds since the interaction it answers. `status` is 0
    when the connection was cut. `warnings` name the fields sent that Discord does not know, and ignores.
    """

    method: str
    path: str
    template: str
    query: dict[str, str]
    json: Any
    content_type: str
    files: tuple[SentFile, ...]
    status: int
    answer: Any
    at: float
    took: float
    interaction_age: float | None
    warnings: tuple[str, ...] = ()


@dataclass(kw_only=True)
class Record:
    """The exchanges in the order in which they ended."""

    exchanges: list[Exchange] = field(default_factory=list)

    def add(self, exchange: Exchange) -> None:
        self.exchanges.append(exchange)

    def __iter__(self) -> Iterator[Exchange]:
        return iter(self.exchanges)

    def __len__(self) -> int:
        return len(self.exchanges)

    @property
    def warnings(self) -> list[str]:
        """What was ignored in any request, each with the request."""
        return [f"{one.method} {one.template}: {warning}" for one in self.exchanges for warning in one.warnings]

    def find(self, method: str, path: str) -> list[Exchange]:
        """Those of this method whose path matches the regular expression."""
        return [one for one in self.exchanges if one.method == method and re.search(path, one.path)]

    def save(self, file: Path) -> None:
        """Write one JSON object a line."""
        lines = (json.dumps(_plain(one), default=str) for one in self.exchanges)
        file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _plain(exchange: Exchange) -> dict[str, Any]:
    return {**vars(exchange), "files": [vars(file) for file in exchange.files]}
