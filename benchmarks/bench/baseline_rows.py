"""The baseline's database: one table, a commit for every change."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Self

import aiosqlite

LIVE = ("new", "pending", "processing")

SCHEMA = """
CREATE TABLE IF NOT EXISTS jobs (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL,
    channel_id INTEGER NOT NULL,
    message_id INTEGER,
    thread_id INTEGER,
    prompt TEXT NOT NULL,
    seconds INTEGER NOT NULL,
    size TEXT NOT NULL,
    task_id TEXT,
    status TEXT NOT NULL
)
"""


@dataclass(kw_only=True)
class Row:
    """One job. `id` is the interaction's."""

    id: int
    user_id: int
    channel_id: int
    message_id: int | None = None
    thread_id: int | None = None
    prompt: str
    seconds: int
    size: str
    task_id: str | None = None
    status: str = "new"


COLUMNS = tuple(field.name for field in fields(Row))
INSERT = f"INSERT INTO jobs ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"


class Rows:
    def __init__(self, database: aiosqlite.Connection) -> None:
        self.reads = self.commits = 0
        self._database = database

    @classmethod
    async def open(cls, file: Path) -> Self:
        database = await aiosqlite.connect(file)
        await database.execute("PRAGMA journal_mode=WAL")
        await database.execute(SCHEMA)
        await database.commit()
        return cls(database)

    async def close(self) -> None:
        await self._database.close()

    async def insert(self, *rows: Row) -> None:
        await self._database.executemany(INSERT, [astuple(row) for row in rows])
        await self._commit()

    async def save(self, row: Row) -> None:
        changes = "message_id = ?, thread_id = ?, task_id = ?, status = ?"
        values = (row.message_id, row.thread_id, row.task_id, row.status, row.id)
        await self._database.execute(f"UPDATE jobs SET {changes} WHERE id = ?", values)
        await self._commit()

    async def set_status(self, row_id: int, status: str) -> None:
        await self._database.execute("UPDATE jobs SET status = ? WHERE id = ?", (status, row_id))
        await self._commit()

    async def live(self) -> Sequence[Row]:
        self.reads += 1
        query = f"SELECT {', '.join(COLUMNS)} FROM jobs WHERE status IN ({', '.join('?' * len(LIVE))})"
        async with self._database.execute(query, LIVE) as found:
            return [Row(**dict(zip(COLUMNS, row, strict=True))) async for row in found]

    async def _commit(self) -> None:
        await self._database.commit()
        self.commits += 1
