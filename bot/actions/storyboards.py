"""The storyboard: shots come, go, move and join; what is missing is foreseen, then sent whole or not at all."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from .. import clock
from ..briefs.brief import Act, Doer, Halt, may
from ..briefs.ideas import Idea
from ..briefs.storyboard import (
    LONGEST_SHOT,
    LONGEST_STILL,
    NOTE_MOST,
    Kind,
    Shot,
    Storyboard,
    changed_shot,
    inserted,
    may_change,
    may_undo,
    moved_shot,
    removed,
    replaced,
)
from ..briefs.storyboard_check import Finding, check
from ..briefs.takes import Batch
from ..catalogue import Catalogue, Model
from ..drafts import Link
from ..jobs import Job, PictureState, job_id, job_id_of
from ..joins import Join
from ..prompt import clean
from ..server_rules.decide import NeedsConfirming
from ..store import Store, Weighing
from ..store.storyboards import Arranged
from ..store.takes import NewTake, Sent
from ..tracker import Tracker
from ..video_request import Draft, Refusal, most_alike, parse
from .admission import Admission
from .ask import Ask
from .briefs import READ_WITHIN
from .gate import Gate
from .pictures import PictureReader, ReadPicture
from .stand_ins import StandIns
from .submit import Submission
from .takes import Foreseen, in_brief, sum_up

Arrange = Callable[[Storyboard], tuple[Shot, ...] | Halt]


@dataclass(frozen=True, kw_only=True)
class Given:
    """A shot as it comes in: of a take by its number, of an idea by its number, of words, or of a file behind `link`,
    which for a clip is the one of the message `clip`: channel, message.
    """

    take: int | None = None
    idea: int | None = None
    words: str = ""
    link: Link | None = None
    clip: tuple[int, int] | None = None
    model: str | None = None
    seconds: float | None = None
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Spot:
    """Where it goes: behind a shot, in the place of one, or, without either, at the end."""

    after: str | None = None
    instead_of: str | None = None


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


class Storyboards:
    def __init__(
        self,
        *,
        store: Store,
        tracker: Tracker,
        catalogue: Catalogue,
        pictures: PictureReader,
        gate: Gate,
        admission: Admission,
        submission: Submission,
        stand_ins: StandIns,
    ) -> None:
        self._store = store
        self._tracker = tracker
        self._catalogue = catalogue
        self._pictures = pictures
        self._gate = gate
        self._admission = admission
        self._submission = submission
        self._stand_ins = stand_ins

    async def show(self, brief_id: str) -> None:
        """Have it shown in its brief's place, also while it is empty."""
        await self._store.begin_storyboard(brief_id, clock.now())
        self._tracker.storyboards.wake()

    # --- shots

    async def add(self, brief_id: str, given: Given, spot: Spot, doer: Doer, ask: Ask) -> Storyboard | Halt | Refusal:
        """Put a shot in its spot. What others will see or read of it is held against the rules first."""
        read = await self._read(given.link)
        if isinstance(read, Refusal):
            return read
        said = replace(ask, draft=replace(ask.draft, prompt="\n".join(filter(None, (given.words, given.note)))))
        if refusal := self._too_long(given) or await self._refuse(said, read):
            return refusal
        found = await self._shot(brief_id, given, ask, read)
        if isinstance(found, Halt):
            return found
        shot, picture = found

        def arrange(board: Storyboard) -> tuple[Shot, ...] | Halt:
            if spot.instead_of is None:
                return inserted(board.shots, shot, spot.after)
            return _not_yours(board, spot.instead_of, doer) or replaced(board.shots, spot.instead_of, shot)

        return await self._arrange(brief_id, doer, ask, arrange, picture)

    async def edit(
        self, brief_id: str, shot: Shot, words: str, seconds: float | None, note: str, doer: Doer, ask: Ask
    ) -> Storyboard | Halt | Refusal:
        """Give a shot other words, another length, another note. Of other words a clip has to be made anew."""
        words, note = clean(words), clean(note)[:NOTE_MOST]
        given = Given(words=words, seconds=seconds, note=note)
        said = replace(ask, draft=replace(ask.draft, prompt="\n".join(filter(None, (words, note)))))
        if refusal := self._too_long(given) or await self._refuse(said, None):
            return refusal
        is_wish = shot.kind is Kind.WISH
        words = words if is_wish and words else shot.words
        # what a clip is made of is something else then; where a clip ends that is there is nothing new
        seconds = _bounded(seconds, shot.kind)
        is_new = is_wish and (words, seconds) != (shot.words, shot.seconds)
        picture = await self._store.shot_picture(shot.source) if is_new and shot.has_picture else None
        after = replace(
            shot,
            source=job_id(ask.event_id) if is_new else shot.source,
            words=words,
            seconds=seconds,
            note=note,
            noter_id=None if not note else shot.noter_id if note == shot.note else ask.asker_id,
        )
        return await self._put(brief_id, shot, after, doer, ask, picture)

    async def join(self, brief_id: str, shot: Shot, join: Join, doer: Doer, ask: Ask) -> Storyboard | Halt | Refusal:
        """Have it join the one before it in another way."""
        return await self._put(brief_id, shot, replace(shot, join=join), doer, ask)

    async def move(self, brief_id: str, shot_id: str, to: int, doer: Doer, ask: Ask) -> Storyboard | Halt | Refusal:
        """Bring it to another place, from 1."""

        def arrange(board: Storyboard) -> tuple[Shot, ...] | Halt:
            return _not_yours(board, shot_id, doer) or moved_shot(board.shots, shot_id, to)

        return await self._arrange(brief_id, doer, ask, arrange)

    async def remove(self, brief_id: str, shot_id: str, doer: Doer, ask: Ask) -> Storyboard | Halt | Refusal:
        def arrange(board: Storyboard) -> tuple[Shot, ...] | Halt:
            return _not_yours(board, shot_id, doer) or removed(board.shots, shot_id)

        return await self._arrange(brief_id, doer, ask, arrange)

    async def undo(self, brief_id: str, doer: Doer, ask: Ask) -> Storyboard | Halt | Refusal:
        """Take the last change back; whoever made it can, and whoever leads."""
        if refusal := await self._refuse(ask, None):
            return refusal

        def judge(board: Storyboard) -> Halt | None:
            if halt := may(board.brief, Act.ARRANGE, doer):
                return halt
            if not board.undoable:
                return Halt.NOTHING_UNDONE
            return None if may_undo(board, doer) else Halt.SHOT_NOT_YOURS

        after = await self._store.undo(brief_id, job_id(ask.event_id), judge, clock.now())
        self._tracker.storyboards.wake()
        return after

    async def picture(self, shot: Shot) -> bytes | None:
        """A small JPEG of the picture that is kept of it."""
        given = await self._store.shot_picture(shot.source) if shot.has_picture else None
        return (await self._pictures.look_at(given)).thumbnail if given else None

    # --- what is missing

    async def foresee(self, board: Storyboard, ask: Ask) -> Missing:
        """What has to be made, what it comes to, and what stands in the way; nothing is kept and nothing spent."""
        new, refusals = await self._new_jobs(board, ask)
        refused = await asyncio.gather(*(self._refuse(_saying(ask, each.shot.words), each.read) for each in new))
        refusals += [(board.number(each.shot), refusal) for each, refusal in zip(new, refused, strict=True) if refusal]
        foreseen: Foreseen | Refusal | None = None
        if new:
            jobs = [each.job for each in new]
            prospect = await self._gate.foresee_all(in_brief(ask, board.brief), jobs)
            foreseen = (
                prospect if isinstance(prospect, Refusal) else sum_up(jobs, prospect, self._gate, self._catalogue)
            )
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
        outcome = await self._gate.admit_all(asked, [each.job for each in new], keep, seen)
        if isinstance(outcome, Sent):
            for job in outcome.jobs:
                self._tracker.wake(job.id, reviewed=job.under_review)
            self._tracker.batches.wake()
            self._tracker.storyboards.wake()
        return outcome

    # --- for all of them

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
            request = parse(draft, self._catalogue)
            if isinstance(request, Refusal):
                refusals.append((number, request))
                continue
            job = self._submission.new_job(replace(asked, parent_id=parent), request, state)
            spoiler = shot.spoiler or _is_hidden(board, shot, parent)
            job = replace(job, id=job_id_of(ask.event_id, len(new) + 1), spoiler=spoiler)
            settled = await self._stand_ins.settle(asked, draft, job)
            if isinstance(settled, Refusal):
                refusals.append((number, settled))
                continue
            new.append(_New(shot=shot, job=settled, read=read))
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

    async def _shot(
        self, brief_id: str, given: Given, ask: Ask, read: ReadPicture | None
    ) -> tuple[Shot, bytes | None] | Halt:
        """The shot that is given, with the picture that is kept of it."""
        event = job_id(ask.event_id)
        shot = Shot(
            id=event,
            source=event,
            kind=Kind.WISH,
            author_id=ask.asker_id,
            author_name=ask.asker_name,
            made_at=clock.now(),
            words=clean(given.words),
            note=clean(given.note)[:NOTE_MOST],
            noter_id=ask.asker_id if given.note else None,
            spoiler=given.link is not None and given.link.spoiler,
        )
        if given.take is not None:
            found = await self._take(brief_id, given.take)
            return found if isinstance(found, Halt) else (_of_take(shot, found), None)
        if given.idea is not None:
            desk = await self._store.desk(brief_id)
            idea = desk.idea(given.idea) if desk else None
            if idea is None or idea.withdrawn:
                return Halt.WITHDRAWN
            picture = await self._store.idea_picture(brief_id, idea.number)
            return _of_idea(shot, idea), picture
        kind = Kind.CLIP if given.clip else Kind.STILL if read else Kind.WISH
        if kind is Kind.WISH and not shot.words:
            return Halt.EMPTY
        seconds = _bounded(given.seconds, kind)
        data = read.data if read else None
        shot = replace(shot, kind=kind, clip=given.clip, seconds=seconds, has_picture=data is not None)
        length = read.seconds if read else None
        return replace(shot, model=given.model if kind is Kind.WISH else None, length=length), data

    async def _take(self, brief_id: str, number: int) -> tuple[Job, str] | Halt:
        """The job of a take that can be looked at, with the words of its idea."""
        desk = await self._store.desk(brief_id)
        taken = next((take for take in desk.taken if take.number == number), None) if desk else None
        job = await self._store.find(taken.job_id) if taken else None
        known = await self._store.take_of(job.id) if job else None
        if desk is None or taken is None or job is None or known is None or not known[1].is_made or job.is_emptied:
            return Halt.TAKE_GONE
        idea = desk.idea(taken.idea)
        return job, idea.title if idea and not idea.withdrawn else ""

    async def _put(
        self, brief_id: str, before: Shot, after: Shot, doer: Doer, ask: Ask, picture: bytes | None = None
    ) -> Storyboard | Halt | Refusal:
        """Put the shot as it is now in the place of the one that was."""
        event = job_id(ask.event_id)

        def arrange(board: Storyboard) -> tuple[Shot, ...] | Halt:
            if after == before:
                return board.shots
            changed = changed_shot(board.shots, before.id, replace(after, id=event))
            return _not_yours(board, before.id, doer) or changed

        return await self._arrange(brief_id, doer, ask, arrange, picture)

    async def _arrange(
        self, brief_id: str, doer: Doer, ask: Ask, arrange: Arrange, picture: bytes | None = None
    ) -> Storyboard | Halt | Refusal:
        if refusal := await self._refuse(_saying(ask, ""), None):
            return refusal

        def transition(board: Storyboard) -> Arranged | Halt:
            if halt := may(board.brief, Act.ARRANGE, doer):
                return halt
            after = arrange(board)
            return after if isinstance(after, Halt) else Arranged(shots=after, picture=picture)

        outcome = await self._store.arrange(brief_id, job_id(ask.event_id), ask.asker_id, transition, clock.now())
        self._tracker.storyboards.wake()
        return outcome

    async def _refuse(self, ask: Ask, picture: ReadPicture | None) -> Refusal | None:
        refusal = await self._admission.refuse(ask.guild_id, ask.asker_id)
        return refusal or await self._gate.refuse_idea(ask, picture)

    async def _read(self, link: Link | None) -> ReadPicture | Refusal | None:
        if link is None:
            return None
        return await self._pictures.read(link, READ_WITHIN) or Refusal(code="picture_slow")

    def _too_long(self, given: Given) -> Refusal | None:
        model, length = self._catalogue.default, len(given.words)
        if length <= model.prompt_limit:
            return None
        facts = {"length": length, "limit": model.prompt_limit, "model": model.name}
        return Refusal(code="prompt_too_long", facts=facts)


def _saying(ask: Ask, words: str) -> Ask:
    return replace(ask, draft=replace(ask.draft, prompt=words))


def _not_yours(board: Storyboard, shot_id: str, doer: Doer) -> Halt | None:
    shot = board.shot(shot_id)
    if shot is None:
        return Halt.SHOT_GONE
    return None if may_change(shot, board.brief, doer) else Halt.SHOT_NOT_YOURS


def _of_take(shot: Shot, found: tuple[Job, str]) -> Shot:
    job, title = found
    return replace(shot, kind=Kind.TAKE, job_id=job.id, words=title, spoiler=job.spoiler)


def _of_idea(shot: Shot, idea: Idea) -> Shot:
    """Its words are still whose they are."""
    return replace(
        shot,
        author_id=idea.author_id,
        author_name=idea.author_name,
        idea=idea.number,
        words=idea.text.prompt,
        has_picture=idea.has_picture,
        spoiler=idea.spoiler,
    )


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


def _bounded(seconds: float | None, kind: Kind) -> float | None:
    longest = LONGEST_STILL if kind is Kind.STILL else LONGEST_SHOT
    return None if seconds is None else min(max(0.5, seconds), longest)
