"""Rows of the bots' database, whichever it is, read while they run."""

import asyncio
import contextlib
import json
import sqlite3
from typing import Any

import asyncpg


async def read_rows(database_url: str, query: str) -> list[dict[str, Any]]:
    """Raises OSError, asyncpg.PostgresError or sqlite3.Error when it is not there."""
    if database_url.startswith("sqlite:///"):
        return await asyncio.to_thread(_from_file, database_url.removeprefix("sqlite:///"), query)
    connection = await asyncpg.connect(database_url)
    try:
        return [dict(row) for row in await connection.fetch(query)]
    finally:
        await connection.close()


def unpacked(value: Any) -> Any:
    """What a column of JSON holds: both drivers give it as text."""
    return json.loads(value) if isinstance(value, str) else value


def _from_file(path: str, query: str) -> list[dict[str, Any]]:
    with contextlib.closing(sqlite3.connect(path, timeout=10)) as database:
        database.row_factory = sqlite3.Row
        return [dict(row) for row in database.execute(query)]
