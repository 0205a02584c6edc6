"""Clips in the database: for as long as Discord does not take them, so that they do not die with one machine's disk."""

import asyncio
import os
import uuid
from pathlib import Path

import sqlalchemy as sa

from .schema import clips
from .transactions import Transactions

# A clip is kept in pieces, so that neither side ever holds more than one of them; bytes.
PIECE = 4 * 1024 * 1024


class ClipRows(Transactions):
    async def keep_clip(self, job_id: str, part: int, file: Path) -> None:
        """Keep a copy of the clip; harmless when it is kept already. Raises OSError when the file is gone."""
        size = (await asyncio.to_thread(file.stat)).st_size
        # the first piece comes last: where it is, the others are
        for piece in reversed(range(-(-size // PIECE))):
            data = await asyncio.to_thread(_read_piece, file, piece)
            await self._keep_piece(job_id, part, piece, data)

    async def restore_clip(self, job_id: str, part: int, file: Path) -> bool:
        """Write a kept clip to `file`, whole or not at all; False when none is kept."""
        partial = file.with_name(f"{file.stem}-{uuid.uuid4().hex[:8]}.part")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            with partial.open("wb") as out:
                piece = 0
                while (data := await self._piece(job_id, part, piece)) is not None:
                    await asyncio.to_thread(out.write, data)
                    piece += 1
                out.flush()
                await asyncio.to_thread(os.fsync, out.fileno())
            if piece:
                os.replace(partial, file)
            return piece > 0
        finally:
            partial.unlink(missing_ok=True)

    async def kept_clip(self, job_id: str, part: int) -> bytes | None:
        """A kept clip; None when none is."""
        pieces: list[bytes] = []
        while (data := await self._piece(job_id, part, len(pieces))) is not None:
            pieces.append(data)
        return b"".join(pieces) if pieces else None

    async def discard_clips(self, job_id: str) -> None:
        await self._execute(sa.delete(clips).where(clips.c.job_id == job_id))

    async def _keep_piece(self, job_id: str, part: int, piece: int, data: bytes) -> None:
        kept = self._insert_of(clips).values(job_id=job_id, part=part, piece=piece, data=data)
        await self._execute(kept.on_conflict_do_nothing())

    async def _piece(self, job_id: str, part: int, piece: int) -> bytes | None:
        where = (clips.c.job_id == job_id, clips.c.part == part, clips.c.piece == piece)
        data: bytes | None = await self._read(lambda db: db.scalar(sa.select(clips.c.data).where(*where)))
        return data


def _read_piece(file: Path, piece: int) -> bytes:
    with file.open("rb") as source:
        source.seek(piece * PIECE)
        return source.read(PIECE)
