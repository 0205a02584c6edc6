"""Comparing: what helps people to compare takes is made of their clips, in child processes; what fails is left out."""

from collections.abc import Sequence

from ..briefs.takes import Take
from ..display import Sample
from ..workbench import Workbench


class Comparing:
    def __init__(self, workbench: Workbench) -> None:
        self._workbench = workbench

    async def sample(self, takes: Sequence[tuple[Take, bytes]]) -> Sample:
        """A contact sheet and a grid clip of takes with their clips."""
        return Sample()
