"""Own jobs: those that this worker carries, as the database has them."""

from ..jobs import Job
from ..store import Store
from .outcomes import persist


class OwnJobs:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def find(self, job_id: str) -> Job | None:
        """None for a job that is gone, or another worker's by now. Waits until the database answers."""
        job = await persist(lambda: self._store.find(job_id))
        return job if job and job.worker == self._store.worker else None
