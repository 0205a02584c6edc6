"""What a database takes of words from outside: the vendor's, Discord's, the names of files."""

from typing import Any

import sqlalchemy as sa

from ..prompt import UNKEPT


class Words(sa.TypeDecorator[str]):
    """A text, kept without NUL and half characters."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:
        kept: str | None = storable(value)
        return kept


class Data(sa.TypeDecorator[Any]):
    """Plain values as JSON, and the same of every text in them."""

    impl = sa.JSON
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> Any:
        return storable(value)


def storable(value: Any) -> Any:
    """The same value without what no database takes, in whatever it holds."""
    match value:
        case str():
            return value.translate(UNKEPT)
        case list() | tuple():
            return [storable(each) for each in value]
        case dict():
            return {storable(key): storable(each) for key, each in value.items()}
        case _:
            return value
