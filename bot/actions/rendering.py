"""Rendering: what is missing of a storyboard is foreseen, then sent whole or not at all."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, replace

from .. import clock
from ..briefs.brief import Act, Doer, Halt, may
from ..briefs.storyboard import Kind, Shot, Storyboard
from ..briefs.storyboard_check import Finding, check
from ..briefs.takes import Batch
from ..catalogue import Catalogue, Model
from ..jobs import Job, PictureState, job_id
from ..joins import Join
from ..server_rules.decide import NeedsConfirming
from ..store import Store, Weighing
from ..store.takes import NewTake, Sent
from ..tracker import Tracker
from ..video_request import Draft, Refusal, most_alike
from .admission import Admission
from .ask import Ask
from .batches import Batches, Foreseen, in_brief
from .gate import Gate
from .pictures import PictureReader, ReadPicture


@dataclass(frozen=True, kw_only=True)
class Missing:
    """What has to be made for a storyboard: what of it cannot be sent and why, by the shot's number, and the rest.

    `jobs` are as they would be, `numbers` of which shots; `foreseen` is what they come to, None where there is none.
    """

    board: Storyboard
    findings: tuple[Finding, ...] = ()
    refusals: tuple[tuple[int, Refusal], ...] = ()
    numbers: tuple[int, ...] = ()
    foreseen: Foreseen | Refusal | None = None

    @property
    def can_be_sent(self) -> bool:
        return bool(self.numbers) and not self.refusals and isinstance(self.foreseen, Foreseen)


@dataclass(frozen=True, kw_only=True)
class _New:
    """A job for a shot, and the picture that it starts from, as far as that is there."""

    shot: Shot
    job: Job
    read: ReadPicture | None = None

    @property
    def picture(self) -> bytes | None:
        return self.read.data if self.read else None


class Rendering:
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
        self._pictures = pictures
        self._gate = gate
        self._admission = admission
        self._batches = batches

    async def foresee(self, board: Storyboard, ask: Ask) -> Missing:
        """What has to be made, what it comes to, and what stands in the way; nothing is kept and nothing spent."""
        new, refusals = await self._new_jobs(board, ask)
        refused = await asyncio.gather(*(self._refuse(ask, each) for each in new))
        refusals += [(board.number(each.shot), refusal) for each, refusal in zip(new, refused, strict=True) if refusal]
        foreseen = await self._batches.foresee(in_brief(ask, board.brief), [each.job for each in new]) if new else None
        return Missing(
            board=board,
            findings=check(board),
            refusals=tuple(sorted(refusals, key=lambda each: each[0])),
            numbers=tuple(board.number(each.shot) for each in new),
            foreseen=foreseen,
        )

    async def render(self, brief_id: str, step: int, ask: Ask) -> Sent | Batch | Halt | NeedsConfirming | Refusal:
        """Commit a job for each shot that is missing, all in one transaction; or say which rule the whole of it breaks.

        `step` is the change that its asker was shown the cost of: of another storyboard they are shown it first.
        """
        if refusal := await self._admission.refuse(ask.guild_id, ask.asker_id):
            return refusal
        known = await self._store.reel(job_id(ask.event_id))
        if known is not None and known.batch.is_sent:
            return known.batch
        board = await self._store.storyboard(brief_id)
        if board is None:
            return Halt.GONE
        if board.step != step:
            return Halt.MOVED_ON
        new, refusals = await self._new_jobs(board, ask)
        if refusals:
            return refusals[0][1]
        if not new:
            return Halt.NOTHING_MISSING
        batch = _batch(board, ask)

        def judge(now: Storyboard) -> Halt | None:
            if halt := may(now.brief, Act.ARRANGE, Doer(id=ask.asker_id)):
                return halt
            # somebody else may have sent some of them in this moment
            missing = {shot.source for shot in now.missing}
            return None if now.step == step and all(each.shot.source in missing for each in new) else Halt.MOVED_ON

        def keep(weighings: Sequence[Weighing]) -> Awaitable[Sent | Batch | Halt]:
            kept = [NewTake(job=each.job, picture=each.picture, shot=each.shot.source) for each in new]
            return self._store.send_shots(batch, kept, weighings, judge, clock.now())

        asked, seen = in_brief(ask, board.brief), [[each.read] if each.read else [] for each in new]
        outcome = await self._batches.send(asked, [each.job for each in new], keep, seen)
        if isinstance(outcome, Sent):
            self._tracker.storyboards.wake()
        return outcome

    # --- for both

    async def _refuse(self, ask: Ask, new: _New) -> Refusal | None:
        """Why its words may not be said, or its picture not be shown."""
        said = replace(ask, draft=replace(ask.draft, prompt=new.shot.words))
        return await self._admission.refuse(ask.guild_id, ask.asker_id) or await self._gate.refuse_idea(said, new.read)

    async def _new_jobs(self, board: Storyboard, ask: Ask) -> tuple[list[_New], list[tuple[int, Refusal]]]:
        """A job for each shot that is missing, in their order, and why there is none, by the shot's number."""
        new: list[_New] = []
        refusals: list[tuple[int, Refusal]] = []
        size = _usual_size(board)
        asked = in_brief(ask, board.brief)
        for shot in board.missing:
            number = board.number(shot)
            parent = _parent(board, shot, new)
            read = None if parent else await self._start(board, shot)
            state = PictureState.AWAITED if parent else PictureState.READ if read else PictureState.NONE
            draft = self._draft(shot, size, read, has_picture=state is not PictureState.NONE)
            spoiler = shot.spoiler or _is_hidden(board, shot, parent)
            made_from = replace(asked, parent_id=parent)
            job = await self._batches.job(made_from, draft, len(new) + 1, state, spoiler=spoiler)
            if isinstance(job, Refusal):
                refusals.append((number, job))
            else:
                new.append(_New(shot=shot, job=job, read=read))
        return new, refusals

    def _draft(self, shot: Shot, size: str | None, read: ReadPicture | None, *, has_picture: bool) -> Draft:
        chosen = self._catalogue.find(shot.model) if shot.model else None
        model = chosen or self._catalogue.default
        seconds = _nearest(model, shot.seconds)
        made = model.size.values if seconds is None else model.sizes(seconds)
        return Draft(
            prompt=shot.words,
            model=chosen.id if chosen else None,
            seconds=seconds,
            size=size and most_alike(size, made),
            has_picture=has_picture,
            picture=read.shape if read else None,
        )

    async def _start(self, board: Storyboard, shot: Shot) -> ReadPicture | None:
        """The picture that is there already for it to start from: its own, or the last of the one that it continues."""
        before = board.before(shot) if shot.join is Join.CONTINUE else None
        is_there = before is not None and before.kind in (Kind.STILL, Kind.CLIP) and before.has_picture
        of = before if before is not None and is_there else shot
        given = await self._store.shot_picture(of.source) if of.has_picture else None
        return await self._pictures.look_at(given) if given else None


def _batch(board: Storyboard, ask: Ask) -> Batch:
    return Batch(
        id=job_id(ask.event_id),
        brief_id=board.brief.id,
        guild_id=board.brief.guild_id,
        asker_id=ask.asker_id,
        made_at=clock.now(),
        idea=0,
    )


def _parent(board: Storyboard, shot: Shot, new: Sequence[_New]) -> str | None:
    """The job whose clip a shot goes on from, which may be among the new ones."""
    before = board.before(shot) if shot.join is Join.CONTINUE else None
    if before is None:
        return None
    made = board.made_of(before)
    of_new = next((each.job.id for each in new if each.shot is before), None)
    return of_new or (made.job.id if made and (made.is_there or board.is_in_work(before)) else None)


def _is_hidden(board: Storyboard, shot: Shot, parent: str | None) -> bool:
    before = board.before(shot) if shot.join is Join.CONTINUE else None
    if before is None:
        return False
    made = board.made_of(before)
    return before.spoiler or (parent is not None and made is not None and made.job.spoiler)


def _usual_size(board: Storyboard) -> str | None:
    """The one that most of the clips have that are there: a film has one."""
    sizes = Counter(made.job.request.size for shot in board.shots if (made := board.made_of(shot)))
    return sizes.most_common(1)[0][0] if sizes else None


def _nearest(model: Model, seconds: float | None) -> int | None:
    """What it makes that comes nearest."""
    if seconds is None:
        return None
    return min(model.seconds.values, key=lambda offered: (abs(offered - seconds), offered))
