"""Takes: a batch is planned, foreseen, sent whole or not at all; then compared, voted on, decided."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from .. import clock
from ..briefs.brief import Act, Brief, Doer, Halt, may
from ..briefs.desk import Desk
from ..briefs.ideas import Idea
from ..briefs.notes import Note, read_note
from ..briefs.takes import EACH_MOST, TAKES_MOST, Batch, Reel, Take, drafts_of, ended, is_choice
from ..catalogue import Catalogue
from ..jobs import Job, event_time, job_id
from ..server_rules.decide import NeedsConfirming
from ..store import Store, Weighing
from ..store.takes import NewTake, Sent
from ..tracker import Tracker
from ..video_request import Refusal
from .admission import Admission
from .ask import Ask
from .batches import Batches, Foreseen, in_brief
from .gate import Gate
from .makings import Makings, MakingsReader
from .pictures import PictureReader


class Takes:
    def __init__(
        self,
        *,
        store: Store,
        tracker: Tracker,
        catalogue: Catalogue,
        pictures: PictureReader,
        gate: Gate,
        admission: Admission,
        batches: Batches,
    ) -> None:
        self._store = store
        self._tracker = tracker
        self._catalogue = catalogue
        self._makings = MakingsReader(store, catalogue, pictures)
        self._gate = gate
        self._admission = admission
        self._batches = batches

    # --- a plan

    async def plan(self, desk: Desk, idea: Idea, ask: Ask) -> Batch | Halt:
        """Begin to plan takes of an idea."""
        if halt := _may_take(desk.brief, idea, ask):
            return halt
        batch = Batch(
            id=job_id(ask.event_id),
            brief_id=desk.brief.id,
            guild_id=desk.brief.guild_id,
            asker_id=ask.asker_id,
            made_at=clock.now(),
            idea=idea.number,
        )
        return await self._store.plan_batch(batch)

    async def change(self, batch_id: str, asker_id: int, change: Callable[[Batch], Batch]) -> Batch | Halt:
        """Plan it otherwise; whoever planned it can, until it is sent. What two processes heard is one change."""

        def transition(reel: Reel) -> Batch | Halt:
            if reel.batch.is_sent or reel.batch.asker_id != asker_id:
                return Halt.MOVED_ON
            changed = change(reel.batch)
            plan = replace(changed.plan, each=min(max(1, changed.plan.each), EACH_MOST))
            changed = replace(changed, plan=plan)
            return changed if changed == reel.batch else replace(changed, version=reel.batch.version + 1)

        return await self._store.change_batch(batch_id, transition, clock.now())

    async def foresee(self, reel: Reel, ask: Ask) -> Foreseen | Refusal | Halt:
        """What would become of it just now; nothing is kept and nothing spent."""
        makings = await self._makings.gather(reel, ask.draft.prompt)
        if isinstance(makings, Refusal):
            return makings
        new = await self._new_jobs(reel, ask, makings)
        if isinstance(new, Refusal | Halt):
            return new
        return await self._batches.foresee(in_brief(ask, reel.brief), new)

    async def send(self, batch_id: str, version: int, ask: Ask) -> Sent | Batch | Halt | NeedsConfirming | Refusal:
        """Commit a job for each take, all in one transaction; or say which rule the whole of it breaks.

        `version` is the plan that its asker was shown: of another one they are shown first what it comes to. The batch
        itself when it was sent already, by whoever's press.
        """
        if refusal := await self._admission.refuse(ask.guild_id, ask.asker_id):
            return refusal
        reel = await self._store.reel(batch_id)
        if reel is None or reel.batch.asker_id != ask.asker_id:
            return Halt.GONE
        if reel.batch.is_sent:
            return reel.batch
        if reel.batch.version != version:
            return Halt.MOVED_ON
        makings = await self._makings.gather(reel, ask.draft.prompt)
        if isinstance(makings, Refusal):
            return makings
        new = await self._new_jobs(reel, ask, makings)
        if isinstance(new, Refusal | Halt):
            return new

        def judge(now: Reel) -> Halt | None:
            return Halt.MOVED_ON if now.batch != reel.batch else _may_take(now.brief, now.idea, ask)

        def keep(weighings: Sequence[Weighing]) -> Awaitable[Sent | Batch | Halt]:
            takes = [NewTake(job=job, picture=makings.kept, further=makings.kept_further) for job in new]
            return self._store.send_batch(batch_id, job_id(ask.event_id), takes, weighings, judge, clock.now())

        outcome = await self._batches.send(in_brief(ask, reel.brief), new, keep, [makings.seen] * len(new))
        if isinstance(outcome, Sent):
            self._tracker.briefs.wake()
        return outcome

    # --- what came of it

    async def vote(self, batch_id: str, choice: str, doer: Doer, event_id: int) -> Halt | None:
        """Say which take is the best, that they are equal, or that none is good; why not, if not.

        The Discord event says when it was said.
        """

        def judge(reel: Reel) -> Halt | None:
            if halt := _votes_now(reel):
                return halt
            return None if is_choice(choice, reel) else Halt.TAKE_GONE

        halt = await self._store.vote_for_take(batch_id, doer.id, choice, judge, event_time(event_id))
        self._wake()
        return halt

    async def end(self, batch_id: str, doer: Doer) -> Batch | Halt:
        """End the vote on its takes: what most said is what came of it."""

        def end(reel: Reel) -> Batch | Halt:
            if halt := may(reel.brief, Act.DIRECT, doer):
                return halt
            # pressed twice, or heard by two processes, it is over all the same
            is_over = reel.batch.ended_at is not None
            return reel.batch if is_over else _votes_now(reel) or ended(reel.batch, reel.count.outcome, clock.now())

        return await self._decide(batch_id, end)

    async def choose(self, batch_id: str, choice: str, doer: Doer) -> Batch | Halt:
        """Have the director say what came of it, whatever was voted."""

        def choose(reel: Reel) -> Batch | Halt:
            if halt := may(reel.brief, Act.DIRECT, doer):
                return halt
            if reel.batch.done_at is None or reel.batch.is_of_shots:
                return Halt.MOVED_ON
            return ended(reel.batch, choice, clock.now()) if is_choice(choice, reel) else Halt.TAKE_GONE

        return await self._decide(batch_id, choose)

    async def _decide(self, batch_id: str, transition: Callable[[Reel], Batch | Halt]) -> Batch | Halt:
        after = await self._store.change_batch(batch_id, transition, clock.now(), tells_board=True)
        self._wake()
        return after

    async def note(self, reel: Reel, take: Take, text: str, ask: Ask) -> Note | Halt | Refusal:
        """Hang a note on a take, which others will read."""
        moment, words = read_note(text)
        if reel.brief.is_closed or not words:
            return Halt.CLOSED if reel.brief.is_closed else Halt.EMPTY
        refusal = await self._admission.refuse(ask.guild_id, ask.asker_id) or await self._gate.refuse_idea(ask)
        if refusal:
            return refusal
        note = Note(
            id=job_id(ask.event_id),
            job_id=take.job.id,
            guild_id=reel.batch.guild_id,
            author_id=ask.asker_id,
            author_name=ask.asker_name,
            at=clock.now(),
            moment=moment,
            words=words,
        )
        kept = await self._store.note_take(note)
        self._wake()
        return note if kept else Halt.NOTED_ENOUGH

    # --- for all of them

    async def _new_jobs(self, reel: Reel, ask: Ask, makings: Makings) -> list[Job] | Refusal | Halt:
        """The jobs as they would be inserted, of `ask`, whose words are the idea's."""
        if reel.idea is None or reel.idea.withdrawn:
            return Halt.WITHDRAWN
        drafts = drafts_of(
            reel.batch.plan,
            makings.prompt,
            self._catalogue,
            makings.shape,
            has_picture=makings.has_picture,
            further=makings.shapes,
        )
        if len(drafts) > TAKES_MOST:
            return Refusal(code="takes_too_many", facts={"takes": len(drafts), "most": TAKES_MOST})
        new: list[Job] = []
        asked = in_brief(ask, reel.brief)
        before = makings.before.id if makings.before else None
        for number, draft in enumerate(drafts, 1):
            job = await self._batches.job(
                asked, draft, number, makings.state, makings.further_state, spoiler=makings.spoiler
            )
            if isinstance(job, Refusal):
                return job
            new.append(replace(job, parent_id=before))
        return new

    def _wake(self) -> None:
        self._tracker.batches.wake()
        self._tracker.briefs.wake()


def _may_take(brief: Brief, idea: Idea | None, ask: Ask) -> Halt | None:
    if halt := may(brief, Act.TAKE, Doer(id=ask.asker_id)):
        return halt
    return Halt.WITHDRAWN if idea is None or idea.withdrawn else None


def _votes_now(reel: Reel) -> Halt | None:
    if reel.brief.is_closed:
        return Halt.CLOSED
    return None if reel.batch.is_compared else Halt.COMPARED
