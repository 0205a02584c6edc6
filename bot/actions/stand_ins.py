"""Standing in for the default model while it is not to be had: for every wish whose asker chose none."""

from dataclasses import dataclass, replace

from .. import clock
from ..catalogue import Catalogue, Model
from ..jobs import Job
from ..server_rules.decide import Refused
from ..stand_ins import nearest, stand_ins
from ..store import Store
from ..tracker.availability import Availability
from ..video_request import Draft, Fit, Refusal, VideoRequest
from .ask import Ask
from .gate import Gate

# Which default's absence the owners of the bot were told of.
PREFIX = "told_away:"


@dataclass(frozen=True, kw_only=True)
class Away:
    """The default model is refused as gone, by its `reason`; `instead` is what makes a plain wish, if anything does."""

    model: Model
    reason: str
    instead: Model | None

    @property
    def fact(self) -> str:
        return PREFIX + self.model.id


class StandIns:
    def __init__(self, store: Store, availability: Availability, catalogue: Catalogue, gate: Gate) -> None:
        self._store = store
        self._availability = availability
        self._catalogue = catalogue
        self._gate = gate

    async def settle(self, ask: Ask, draft: Draft, job: Job) -> Job | Refusal:
        """The job that is to be kept for a draft: by the nearest live model that rules let pass, where its own is the
        default, chosen by nobody and not to be had.
        """
        request, refused = job.request, self._availability.refused
        if request.by_default is None or request.model not in refused:
            return job
        for each in stand_ins(draft, request, self._catalogue, refused):
            stand_in = replace(job, request=each)
            if await self._may_be(ask, stand_in):
                return stand_in
        # what may not be made by the default either is refused as ever, by the gate
        gone = Refusal(code="default_gone", facts={"model": self._catalogue.default.name})
        return gone if await self._may_be(ask, job) else job

    @property
    def away(self) -> Away | None:
        """That the default is not to be had just now. From memory."""
        model = self._catalogue.default
        reason = self._availability.why(model.id)
        return Away(model=model, reason=reason, instead=self._for_plain(model)) if reason else None

    async def untold(self) -> Away | None:
        """That the default is away, if its owners were not told; it counts as told from now on, until it is back."""
        away = self.away
        if away is None:
            for fact in await self._store.facts(PREFIX):
                await self._store.forget_fact(fact)
            return None
        return away if await self._store.claim_fact(away.fact, str(clock.now())) else None

    async def forget(self, away: Away) -> None:
        """It could not be told after all."""
        await self._store.forget_fact(away.fact)

    def _for_plain(self, model: Model) -> Model | None:
        seconds, size = model.seconds.default, model.size.default
        plain = VideoRequest(model=model.id, prompt="", seconds=seconds, size=size, size_given=False, fit=Fit.CROP)
        return nearest(self._catalogue, model, self._availability.refused, plain, has_picture=False)

    async def _may_be(self, ask: Ask, job: Job) -> bool:
        """Whether rules and limits let it pass, perhaps once somebody said yes."""
        prospect = await self._gate.foresee(ask, job)
        return not isinstance(prospect, Refusal) and not isinstance(prospect.decision, Refused)
