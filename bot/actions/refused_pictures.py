"""The list of pictures that a server refuses: what comes onto it and off again, written down as it happens."""

from enum import StrEnum

from .. import clock
from ..errors import BadPicture
from ..jobs import Job
from ..refused_pictures import RefusedPicture, hash_picture
from ..store import Store
from ..store.refused_pictures import Added
from ..tracker import Tracker
from ..workbench import Workbench, WorkFailed


class Unseen(StrEnum):
    """Why a picture cannot be put on the list; each has its sentence."""

    GONE = "gone"
    PLAIN = "plain"
    UNREAD = "unread"


class RefusedPictures:
    """Who may is for those who ask to look up."""

    def __init__(self, store: Store, tracker: Tracker, workbench: Workbench) -> None:
        self._store = store
        self._tracker = tracker
        self._workbench = workbench

    async def add(self, job: Job, by: int, why: str = "") -> Added | Unseen:
        """Have the pictures that a job was given, and whatever looks like them, refused in the job's server.

        Of several outcomes the best is told.
        """
        outcomes = [await self._add_one(job, given, by, why) for given in await self._pictures(job)]
        if Added.ADDED in outcomes:
            self._tracker.audit_log.wake()
            return Added.ADDED
        return outcomes[0] if outcomes else Unseen.GONE

    async def _add_one(self, job: Job, given: bytes, by: int, why: str) -> Added | Unseen:
        try:
            found = await self._workbench.run(hash_picture, given)
        except (WorkFailed, BadPicture):
            return Unseen.UNREAD
        if found is None:
            return Unseen.PLAIN
        refused = RefusedPicture(
            guild_id=job.guild_id or 0, hash=found, added_by=by, added_at=clock.now(), job_id=job.id, why=why
        )
        return await self._store.add_refused_picture(refused, member_id=job.asker_id)

    async def remove(self, guild_id: int, picture_hash: str, by: int) -> bool:
        """Let such pictures through again; False when it was not on the list."""
        removed = await self._store.remove_refused_picture(guild_id, picture_hash, by, clock.now())
        if removed:
            self._tracker.audit_log.wake()
        return removed is not None

    async def _pictures(self, job: Job) -> list[bytes]:
        """As the job has them, or as they were copied when its clip was reported."""
        first = await self._store.picture(job.id)
        further = (await self._store.further_pictures(job.id)).values()
        own = [data for data in (first, *(each.data for each in further)) if data]
        copied = await self._store.evidence(job.id) if not own else {}
        return own or [data for name, data in copied.items() if name.startswith("picture")]
