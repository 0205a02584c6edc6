"""Experience: what jobs of each kind took, learned by all workers, kept in memory by each."""

import time
from collections.abc import Mapping

from ..catalogue import Catalogue
from ..jobs import Job
from ..mulerun import Task
from ..store import Took
from ..usual_times import Expected, Kind, UsualTimes, expect, kind_of


class Experience:
    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._past: Mapping[Kind, UsualTimes] = {}
        self._expected: dict[Kind, Expected] = {}

    def read(self, past: Mapping[Kind, UsualTimes]) -> None:
        """Take in what the database has."""
        self._past = past
        self._expected = {}

    def expected(self, kind: Kind) -> Expected:
        found = self._expected.get(kind)
        if found is None:
            found = expect(self._catalogue.describe(kind[0]), self._past.get(kind))
            self._expected[kind] = found
        return found


def took(job: Job, task: Task) -> Took | None:
    """What a finished task took, by the vendor's own clock where it tells, else by ours."""
    ended = task.updated_at or time.time()
    began = task.created_at if task.updated_at and task.created_at else job.submitted_at
    return (kind_of(job.request), ended - began) if began and ended > began else None
