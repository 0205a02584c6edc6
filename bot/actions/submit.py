"""Submitting a wish: from an ask to a committed job, or to the rule that it breaks."""

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from functools import partial

from .. import clock
from ..catalogue import Catalogue
from ..display import THREAD_KEY, Post
from ..drafts import Link
from ..jobs import Face, Job, PictureState, job_id, may_show_start
from ..store import Store, Weighing
from ..tracker import Tracker
from ..video_request import Refusal, VideoRequest, parse
from .admission import Admission
from .ask import Accepted, Ask, Repeated, ToConfirm
from .case import Prospect
from .further import FurtherReader, shapes_of, state_of
from .gate import Gate, Passed
from .pictures import PictureReader, ReadPicture
from .stand_ins import StandIns

# Within this, the same wish of the same member from the same job is one wish, pressed more than once; seconds.
PRESSED_TOGETHER = 10.0


class Submission:
    def __init__(
        self,
        *,
        store: Store,
        tracker: Tracker,
        catalogue: Catalogue,
        pictures: PictureReader,
        further: FurtherReader,
        gate: Gate,
        admission: Admission,
        stand_ins: StandIns,
    ) -> None:
        self._store = store
        self._admission = admission
        self._gate = gate
        self._tracker = tracker
        self._catalogue = catalogue
        self._pictures = pictures
        self._further = further
        self._stand_ins = stand_ins

    async def submit(self, ask: Ask) -> Accepted | Repeated | ToConfirm | Refusal | None:
        """Commit a job for `ask`; or say which rule it breaks, what it costs first, or which job it is already.

        None when this very event already made one, or its draft was sent already.
        """
        if refusal := await self._admission.refuse(ask.guild_id, ask.asker_id):
            return refusal
        parent = await self._store.find(ask.parent_id) if ask.parent_id else None
        of_parent = ask.keeps_picture or any(given.of_parent for given in ask.further)
        if of_parent and ask.parent_id and (parent is None or parent.is_emptied):
            return Refusal(code="emptied")
        if parent and ask.keeps_picture and parent.picture is PictureState.LINK:
            ask = replace(ask, link=Link(url=parent.picture_url or "", bytes=0, spoiler=parent.spoiler))
        kept = None if ask.link else await self._kept_picture(ask)
        awaits = not (ask.link or kept) and ask.keeps_picture and parent is not None and parent.is_awaiting
        shape = ask.link.shape if ask.link else None
        gathered = await self._further.gather(ask)
        has_picture = bool(ask.link or kept or awaits)
        draft = replace(ask.draft, has_picture=has_picture, picture=shape, further=shapes_of(gathered))
        request = parse(draft, self._catalogue)
        if isinstance(request, Refusal):
            return request
        read, further = await asyncio.gather(self._read(ask.link, kept), self._further.read(gathered))
        if isinstance(read, Refusal):
            return read
        if isinstance(further, Refusal):
            return further
        if (read and read.shape) or further:
            # now by what the pictures are, not by Discord's word
            draft = replace(draft, picture=read.shape if read else shape, further=shapes_of(further))
            request = parse(draft, self._catalogue)
            if isinstance(request, Refusal):
                return request
        state = PictureState.AWAITED if awaits else _state(ask.link, read)
        job = replace(self.new_job(ask, request, state, state_of(further)), spoiler=_is_hidden(ask, parent))
        settled = await self._stand_ins.settle(ask, draft, job)
        if isinstance(settled, Refusal):
            return settled
        job = settled
        if awaits and parent:
            # what that one waits for, this one waits for, too
            job = replace(job, parent_id=parent.parent_id)
            parent = await self._store.find(parent.parent_id) if parent.parent_id else None
        since = job.created_at - PRESSED_TOGETHER if ask.pressed else None

        def keep(weighing: Weighing) -> Awaitable[Job | None]:
            picture = read.data if read else None
            insert = partial(
                self._store.insert,
                job,
                picture,
                further=[each.to_keep() for each in further],
                draft_id=ask.draft_id,
                once_since=since,
                weighing=weighing,
            )
            return self._tracker.write(job.id, insert)

        seen = [picture for picture in (read, *(each.read for each in further)) if picture]
        passed = await self._gate.admit(ask, job, keep, seen)
        if not isinstance(passed, Passed):
            return passed
        there = passed.job
        if there is None:
            return None
        if there.id != job.id:
            return Repeated(job=there)
        thumbnail = read.thumbnail if read and may_show_start(there) else None
        return Accepted(job=there, thumbnail=thumbnail, parent=parent, near=passed.near)

    async def foresee(self, ask: Ask) -> Prospect | Refusal:
        """What would become of a wish without a picture; nothing is kept and nothing spent."""
        request = parse(ask.draft, self._catalogue)
        if isinstance(request, Refusal):
            return request
        job = await self._stand_ins.settle(ask, ask.draft, self.new_job(ask, request, PictureState.NONE))
        return job if isinstance(job, Refusal) else await self._gate.foresee(ask, job)

    async def look_at_showing(self, ask: Ask, job: Job) -> Refusal | bool:
        """Why a clip that is there may not be shown to everybody where this is asked, else whether behind a spoiler."""
        refusal = await self._admission.refuse(ask.guild_id, ask.asker_id)
        return refusal or await self._gate.look_at_showing(ask, job)

    async def card_shown(self, job: Job, message_id: int, face: Face) -> None:
        """The card is there: remember where, and what it shows."""

        def keep(now_job: Job) -> Job:
            return replace(now_job, card_id=message_id, card_face=face)

        post = Post(key="card", channel_id=job.channel_id, message_id=message_id)
        await self._tracker.show(job.id, keep, post)

    async def thread_opened(self, job: Job, thread_id: int) -> None:
        """A private thread is there: remember it, which no card leads to."""
        post = Post(key=THREAD_KEY, channel_id=thread_id, message_id=thread_id)
        await self._store.update(job.id, lambda now_job: now_job, epoch=None, posted=[post])

    def new_job(
        self,
        ask: Ask,
        request: VideoRequest,
        picture: PictureState,
        further: PictureState = PictureState.NONE,
    ) -> Job:
        now = clock.now()
        return Job(
            id=job_id(ask.event_id),
            created_at=now,
            status_since=now,
            request=request,
            picture=picture,
            further=further,
            picture_url=ask.link.url if ask.link and picture is PictureState.LINK else None,
            parent_id=ask.parent_id,
            asker_id=ask.asker_id,
            asker_name=ask.asker_name,
            guild_id=ask.guild_id,
            channel_id=ask.channel_id,
            locale=ask.locale,
            venue=ask.venue,
            worker=self._tracker.worker,
            epoch=1,
        )

    async def _kept_picture(self, ask: Ask) -> bytes | None:
        """The bytes that are ours already: kept with the draft, or the parent's."""
        kept = await self._store.draft_picture(ask.draft_id) if ask.draft_id else None
        if kept is None and ask.keeps_picture and ask.parent_id:
            kept = await self._store.picture(ask.parent_id)
        return kept

    async def _read(self, link: Link | None, kept: bytes | None) -> ReadPicture | Refusal | None:
        if link:
            return await self._pictures.read(link)
        return await self._pictures.look_at(kept) if kept else None


def _is_hidden(ask: Ask, parent: Job | None) -> bool:
    """Whether any picture is a spoiler, wherever it comes from."""
    if any(given.spoiler or (given.of_parent and parent and parent.spoiler) for given in ask.further):
        return True
    if ask.link:
        return ask.link.spoiler
    return ask.spoiler or (ask.keeps_picture and parent is not None and parent.spoiler)


def _state(link: Link | None, read: ReadPicture | None) -> PictureState:
    if read:
        return PictureState.READ
    return PictureState.LINK if link else PictureState.NONE
