"""Outlooks: what jobs can look forward to, put together from what is known in memory."""

from ..catalogue import Catalogue, Model
from ..jobs import Job, PictureState, lacks_model
from ..outlook import Outlook
from ..stand_ins import nearest
from ..usual_times import Expected, Kind, kind_of
from .availability import Availability
from .experience import Experience
from .standings import Standings


class Outlooks:
    def __init__(
        self, catalogue: Catalogue, experience: Experience, standings: Standings, availability: Availability
    ) -> None:
        self._catalogue = catalogue
        self._experience = experience
        self._standings = standings
        self._availability = availability

    def of(self, job: Job) -> Outlook:
        """The job's place among those that wait, what its kind takes, or another model."""
        return Outlook(
            expected=self._experience.expected(kind_of(job.request)),
            standing=self._standings.standing(job),
            instead=self.nearest(job),
            stands_in_for=self._catalogue.describe(usual) if (usual := job.request.stands_in_for) else None,
        )

    def expected(self, kind: Kind) -> Expected:
        """What jobs of a kind take."""
        return self._experience.expected(kind)

    def nearest(self, job: Job) -> Model | None:
        """The live model that comes nearest to one which is not to be had; None for a job that had its model."""
        if not lacks_model(job):
            return None
        model = self._catalogue.describe(job.request.model)
        has_picture = job.picture is not PictureState.NONE
        return nearest(self._catalogue, model, self._availability.refused, job.request, has_picture=has_picture)
