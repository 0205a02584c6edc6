"""What people can do: ask for a video, stop it, look again, decide about a doubtful one."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

import aiohttp

from . import media
from .catalogue import Catalogue
from .download import DownloadTroubled, LinkDead, fetch_picture
from .errors import BadPicture
from .jobs import LOOKABLE, Job, PictureState, Place, Status, card_face, change, is_undecided, job_id
from .outlook import Outlook
from .store import Post, Store
from .tracker import Tracker
from .video_request import Draft, Refusal, VideoRequest, choose_size, parse
from .workbench import Workbench, WorkFailed

# Discord wants the first answer within three seconds; what takes longer is read after it.
READ_BUDGET = 1.8
# Each picture may have 32 MB: more of them at once wait, and those that wait too long are read later.
READ_AT_ONCE = 4


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file as Discord describes it, before a byte was read: `bytes` and `shape` are its word, not ours."""

    url: str
    bytes: int
    shape: tuple[int, int] | None


@dataclass(frozen=True, kw_only=True)
class Ask:
    """A member's wish, in plain values. `event_id` is the Discord event that carried it."""

    event_id: int
    draft: Draft
    attachment: Attachment | None
    asker_id: int
    asker_name: str
    guild_id: int | None
    channel_id: int
    locale: str
    place: Place


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """A job that is committed; `thumbnail` is a small JPEG when there is a picture and it was read."""

    job: Job
    thumbnail: bytes | None


@dataclass(frozen=True, kw_only=True)
class Actor:
    id: int
    may_moderate: bool


class Verdict(StrEnum):
    """What came of pressing a button; each has its sentence."""

    CANCELLED = "cancelled"
    BEING_SENT = "being_sent"
    AT_VENDOR = "at_vendor"
    UNFOLLOWED = "unfollowed"
    SENT_AGAIN = "sent_again"
    LEFT = "left"
    FINISHED = "finished"
    STILL_WORKING = "still_working"
    NOT_ANSWERED = "not_answered"
    TOO_LATE = "too_late"
    NOT_YOURS = "not_yours"
    NO_SUCH_JOB = "no_such_job"


class Actions:
    def __init__(
        self,
        *,
        store: Store,
        tracker: Tracker,
        catalogue: Catalogue,
        session: aiohttp.ClientSession,
        workbench: Workbench,
    ) -> None:
        self._store = store
        self._tracker = tracker
        self._catalogue = catalogue
        self._session = session
        self._workbench = workbench
        self._reading = asyncio.Semaphore(READ_AT_ONCE)

    async def submit(self, ask: Ask) -> Accepted | Refusal | None:
        """Commit a job for `ask`; or say which rule it breaks; or None when this very event already made one."""
        request = parse(ask.draft, self._catalogue)
        if isinstance(request, Refusal):
            return request
        data, thumbnail = None, None
        if ask.attachment:
            if ask.attachment.bytes > media.MAX_BYTES:
                return Refusal(code="picture_too_heavy", facts={"limit": media.MAX_BYTES})
            read = await self._read(ask.attachment)
            if isinstance(read, Refusal):
                return read
            if read:
                data, thumbnail = read.data, read.thumbnail
                request = self._fit_size(request, read.shape)
        job = self._new_job(ask, request, read=data is not None)
        if not await self._store.insert(job, data):
            return None
        self._tracker.wake(job.id)
        return Accepted(job=job, thumbnail=thumbnail)

    async def card_shown(self, job: Job, message_id: int) -> None:
        """The card is there: remember where."""

        def keep(now_job: Job) -> Job:
            return replace(now_job, card_id=message_id, card_face=card_face(job))

        post = Post(key="card", channel_id=job.channel_id, message_id=message_id)
        await self._store.update(job.id, keep, epoch=None, posted=[post])
        self._tracker.wake(job.id)

    async def find(self, job_id: str) -> Job | None:
        return await self._store.find(job_id)

    def outlook(self, job: Job) -> Outlook:
        """What the job can look forward to."""
        return self._tracker.outlook(job)

    async def cancel(self, job_id: str, actor: Actor) -> Verdict:
        """Stop a job that was not sent; one that was cannot be stopped, and the verdict says so."""

        def cancel(job: Job) -> Job | None:
            return change(job, time.time(), Status.CANCELLED) if job.status is Status.QUEUED else None

        verdict = await self._decide(job_id, actor, cancel, Verdict.CANCELLED)
        if verdict is not Verdict.TOO_LATE:
            return verdict
        job = await self._store.find(job_id)
        match job.status if job else None:
            case Status.CANCELLED:
                # the same press, heard by two processes
                return Verdict.CANCELLED
            case Status.SUBMITTING:
                return Verdict.BEING_SENT
            case Status.PENDING | Status.PROCESSING | Status.EXPIRED:
                return Verdict.AT_VENDOR
            case _:
                return Verdict.TOO_LATE

    async def unfollow(self, job_id: str, actor: Actor) -> Verdict:
        """Stop watching a job that the vendor has; it may still be made, and charged."""

        def unfollow(job: Job) -> Job | None:
            followed = (Status.PENDING, Status.PROCESSING, Status.EXPIRED)
            return change(job, time.time(), Status.UNFOLLOWED) if job.status in followed else None

        return await self._decide(job_id, actor, unfollow, Verdict.UNFOLLOWED)

    async def look(self, job_id: str, actor: Actor) -> Verdict:
        """Ask the vendor now about a job that was given up."""
        job = await self._store.find(job_id)
        if job is None:
            return Verdict.NO_SUCH_JOB
        if not _may(actor, job):
            return Verdict.NOT_YOURS
        if job.status not in LOOKABLE:
            return Verdict.TOO_LATE
        looked = await self._tracker.look(job)
        if not looked.answered:
            return Verdict.NOT_ANSWERED
        return Verdict.FINISHED if looked.job and looked.job.status not in LOOKABLE else Verdict.STILL_WORKING

    async def send_again(self, job_id: str, actor: Actor, ask: Ask) -> Accepted | Verdict | None:
        """Make a second job of a doubtful one, because a person says so; at most once, whoever presses.

        None when this very press already made one: whoever heard it first answers.
        """
        old = await self._store.find(job_id)
        if old is None:
            return Verdict.NO_SUCH_JOB
        if not _may(actor, old):
            return Verdict.NOT_YOURS
        picture = PictureState.NONE if old.picture is PictureState.NONE else PictureState.READ
        new = replace(self._new_job(ask, old.request, read=True), picture=picture, picture_url=None, parent_id=old.id)
        if not await self._store.replace_job(old.id, _settle("sent_again"), new):
            return None if await self._store.find(new.id) else Verdict.TOO_LATE
        self._tracker.wake(old.id)
        self._tracker.wake(new.id)
        return Accepted(job=new, thumbnail=await self._thumbnail(new))

    async def leave(self, job_id: str, actor: Actor) -> Verdict:
        """Leave a doubtful job as it is."""
        return await self._decide(job_id, actor, _settle("left"), Verdict.LEFT)

    # ---

    async def _decide(
        self, job_id: str, actor: Actor, transition: Callable[[Job], Job | None], done: Verdict
    ) -> Verdict:
        job = await self._store.find(job_id)
        if job is None:
            return Verdict.NO_SUCH_JOB
        if not _may(actor, job):
            return Verdict.NOT_YOURS
        changed = await self._store.update(job_id, transition, epoch=None)
        if changed is None:
            return Verdict.TOO_LATE
        self._tracker.wake(job_id)
        return done

    async def _read(self, attachment: Attachment) -> "_Read | Refusal | None":
        """The picture, read and checked; a refusal when it is none; None when that takes too long."""
        try:
            async with asyncio.timeout(READ_BUDGET), self._reading:
                data = await fetch_picture(self._session, attachment.url, media.MAX_BYTES)
                picture, thumbnail = await self._workbench.run(media.examine, data)
        except BadPicture as error:
            return Refusal(code=f"picture_{error.code}", facts=error.facts)
        except WorkFailed:
            return Refusal(code="picture_undecodable")
        except (TimeoutError, DownloadTroubled, LinkDead):
            return None
        return _Read(data=data, thumbnail=thumbnail, shape=(picture.width, picture.height))

    def _fit_size(self, request: VideoRequest, shape: tuple[int, int]) -> VideoRequest:
        model = self._catalogue.find(request.model)
        if request.size_given or model is None:
            return request
        return replace(request, size=choose_size(model, shape))

    def _new_job(self, ask: Ask, request: VideoRequest, *, read: bool) -> Job:
        now = time.time()
        picture = PictureState.NONE
        if ask.attachment:
            picture = PictureState.READ if read else PictureState.LINK
        return Job(
            id=job_id(ask.event_id),
            created_at=now,
            status_since=now,
            request=request,
            picture=picture,
            picture_url=ask.attachment.url if ask.attachment and not read else None,
            asker_id=ask.asker_id,
            asker_name=ask.asker_name,
            guild_id=ask.guild_id,
            channel_id=ask.channel_id,
            locale=ask.locale,
            place=ask.place,
            worker=self._tracker.worker,
            epoch=1,
        )

    async def _thumbnail(self, job: Job) -> bytes | None:
        """For a job that is committed already: its card must not fail for want of a small picture."""
        given = await self._store.picture(job.id)
        if given is None:
            return None
        try:
            async with asyncio.timeout(READ_BUDGET):
                _, thumbnail = await self._workbench.run(media.examine, given)
        except (TimeoutError, WorkFailed, BadPicture):
            return None
        return thumbnail


@dataclass(frozen=True, kw_only=True)
class _Read:
    data: bytes
    thumbnail: bytes
    shape: tuple[int, int]


def _may(actor: Actor, job: Job) -> bool:
    return actor.id == job.asker_id or actor.may_moderate


def _settle(reason: str) -> Callable[[Job], Job | None]:
    """A doubtful job is decided about once."""
    return lambda job: replace(job, reason=reason) if is_undecided(job) else None
