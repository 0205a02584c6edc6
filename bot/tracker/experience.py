"""Experience: what jobs of each kind took, learned by all workers, kept in memory by each."""

import time
from collections.abc import Mapping

from ..catalogue import Catalogue, Model
from ..durations import Durations, Expected, Kind, expect, kind_of
from ..jobs import Job
from ..mulerun import Task
from ..outlook import Outlook, Standing


class Experience:
    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._durations: Mapping[Kind, Durations] = {}
        self._expected: dict[Kind, Expected] = {}

    def read(self, durations: Mapping[Kind, Durations]) -> None:
        """Take in what the database has."""
        self._durations = durations
        self._expected = {}

    def expected(self, kind: Kind) -> Expected:
        found = self._expected.get(kind)
        if found is None:
            found = expect(self._catalogue.describe(kind[0]), self._durations.get(kind))
            self._expected[kind] = found
        return found

    def outlook(self, job: Job, standing: Standing | None, instead: Model | None = None) -> Outlook:
        return Outlook(expected=self.expected(kind_of(job.request)), standing=standing, instead=instead)

    def learn(self, job: Job, task: Task) -> tuple[Kind, float] | None:
        """What a finished task took, by the vendor's own clock where it tells, else by ours; seconds."""
        ended = task.updated_at or time.time()
        began = task.created_at if task.updated_at and task.created_at else job.submitted_at
        return (kind_of(job.request), ended - began) if began and ended > began else None
