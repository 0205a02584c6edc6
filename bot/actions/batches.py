"""Batches: jobs that are made together, of one ask: as they would be, what they come to, sent whole or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..briefs.brief import Brief, Halt
from ..briefs.takes import Batch
from ..catalogue import Catalogue, Model
from ..jobs import Job, PictureState, Venue, job_id_of
from ..server_rules.decide import NeedsConfirming
from ..server_rules.limits import Amount
from ..store.takes import Sent
from ..tracker import Tracker
from ..video_request import Draft, Refusal, parse
from .ask import Ask
from .case import Prospect
from .gate import Gate, KeepAll
from .pictures import ReadPicture
from .stand_ins import StandIns
from .submit import Submission


@dataclass(frozen=True, kw_only=True)
class Foreseen:
    """What a plan comes to: its jobs, in the order of their numbers, as they would be; nothing of it is kept.

    `amount` is that of all together; `is_priced` whether the operator said what each costs. `tells` are the models
    whose makers' rules its asker has to be told first, `stood_in` who makes any of them in whose place.
    """

    jobs: tuple[Job, ...]
    amount: Amount
    is_priced: bool
    prospect: Prospect
    tells: tuple[Model, ...] = ()
    stood_in: tuple[tuple[Model, Model], ...] = ()


class Batches:
    def __init__(
        self, tracker: Tracker, catalogue: Catalogue, gate: Gate, submission: Submission, stand_ins: StandIns
    ) -> None:
        self._tracker = tracker
        self._catalogue = catalogue
        self._gate = gate
        self._submission = submission
        self._stand_ins = stand_ins

    async def job(
        self,
        ask: Ask,
        draft: Draft,
        number: int,
        picture: PictureState,
        further: PictureState = PictureState.NONE,
        *,
        spoiler: bool,
    ) -> Job | Refusal:
        """One of a batch as it would be inserted, by its number from 1; or which rule its draft breaks."""
        request = parse(draft, self._catalogue)
        if isinstance(request, Refusal):
            return request
        job = self._submission.new_job(ask, request, picture, further)
        job = replace(job, id=job_id_of(ask.event_id, number), spoiler=spoiler)
        return await self._stand_ins.settle(ask, draft, job)

    async def foresee(self, ask: Ask, jobs: Sequence[Job]) -> Foreseen | Refusal:
        """What they come to together; nothing is kept."""
        prospect = await self._gate.foresee_all(ask, jobs)
        return prospect if isinstance(prospect, Refusal) else self._sum_up(jobs, prospect)

    async def send(
        self,
        ask: Ask,
        jobs: Sequence[Job],
        keep: KeepAll[Sent | Batch | Halt],
        pictures: Sequence[Sequence[ReadPicture]],
    ) -> Sent | Batch | Halt | NeedsConfirming | Refusal:
        """Have them kept, all or none; `pictures` are those of each.

        What costs more than its asker was told is shown once more.
        """
        if ask.confirmed is not None and self._amount(jobs).money > ask.confirmed:
            return Halt.MOVED_ON
        outcome = await self._gate.admit_all(ask, jobs, keep, pictures)
        if isinstance(outcome, Sent):
            for job in outcome.jobs:
                self._tracker.wake(job.id, reviewed=job.under_review)
            self._tracker.batches.wake()
        return outcome

    def _amount(self, jobs: Sequence[Job]) -> Amount:
        return sum((self._gate.amount_of(job) for job in jobs), Amount())

    def _sum_up(self, new: Sequence[Job], prospect: Prospect) -> Foreseen:
        """What jobs come to, of which the rules say that."""
        models = [self._catalogue.describe(job.request.model) for job in new]
        decision = prospect.decision
        tells_rules = isinstance(decision, NeedsConfirming) and decision.tells_rules
        stood_in = dict.fromkeys((job.request.model, usual) for job in new if (usual := job.request.stands_in_for))
        return Foreseen(
            jobs=tuple(new),
            amount=self._amount(new),
            is_priced=all(model.is_priced for model in models),
            prospect=prospect,
            tells=tuple({model.id: model for model in models if model.rules}.values()) if tells_rules else (),
            stood_in=tuple(
                (self._catalogue.describe(model), self._catalogue.describe(usual)) for model, usual in stood_in
            ),
        )


def in_brief(ask: Ask, brief: Brief) -> Ask:
    """What is asked for in a brief counts, and is told of, where that takes place."""
    place = brief.place_id or brief.channel_id
    within = brief.channel_id if place != brief.channel_id else brief.within_id
    return replace(ask, venue=Venue.BATCH, channel_id=place, within_id=within, locale=brief.locale)
