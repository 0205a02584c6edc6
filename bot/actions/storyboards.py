"""The storyboard: shots come, go, move and join, by many hands, each for all to see; changes are taken back."""

from collections.abc import Callable
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
from ..catalogue import Catalogue
from ..drafts import Link
from ..jobs import Job, job_id
from ..joins import Join
from ..prompt import clean
from ..store import Store
from ..store.storyboards import Arranged
from ..tracker import Tracker
from ..video_request import Refusal
from .admission import Admission
from .ask import Ask
from .briefs import READ_WITHIN
from .gate import Gate
from .pictures import PictureReader, ReadPicture

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
    ) -> None:
        self._store = store
        self._tracker = tracker
        self._catalogue = catalogue
        self._pictures = pictures
        self._gate = gate
        self._admission = admission

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

    # --- for all of them

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


def _bounded(seconds: float | None, kind: Kind) -> float | None:
    longest = LONGEST_STILL if kind is Kind.STILL else LONGEST_SHOT
    return None if seconds is None else min(max(0.5, seconds), longest)
