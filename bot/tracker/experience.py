"""Experience: what jobs of each kind took, learned by all workers, kept in memory by each."""

from collections.abc import Mapping

from ..catalogue import Catalogue
from ..jobs import Job
from ..mulerun import Task
from ..poll_schedule import Chances
from ..store import Took
from ..usual_times import Expected, Kind, UsualTimes, chance, expect, kind_of


class Experience:
    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._past: Mapping[Kind, UsualTimes] = {}
        self._expected: dict[Kind, Expected] = {}
        self._chances: dict[Kind, Chances] = {}

    def read(self, past: Mapping[Kind, UsualTimes]) -> None:
        """Take in what the database has."""
        self._past = past
        self._expected, self._chances = {}, {}

    def expected(self, kind: Kind) -> Expected:
        found = self._expected.get(kind)
        if found is None:
            found = expect(self._catalogue.describe(kind[0]), self._past.get(kind))
            self._expected[kind] = found
        return found

    def chances(self, kind: Kind) -> Chances:
        found = self._chances.get(kind)
        if found is None:
            expected, longest = self.expected(kind), self._catalogue.describe(kind[0]).longest
            found = self._chances[kind] = Chances(lambda age: chance(expected, age), longest)
        return found


def took(job: Job, task: Task, now: float) -> Took | None:
    """What a finished task took, by the vendor's own times where they can be true, else by ours."""
    if job.submitted_at is None:
        return None
    ours = now - job.submitted_at
    theirs = task.updated_at - task.created_at if task.updated_at and task.created_at else ours
    seconds = theirs if 0 < theirs <= ours else ours
    return (kind_of(job.request), seconds) if seconds > 0 else None


def made_at(job: Job, task: Task, now: float) -> float:
    """When the vendor made it, unix seconds: by its own clock, unless that is off."""
    told = task.updated_at
    return told if told is not None and (job.submitted_at or job.status_since) <= told <= now else now
