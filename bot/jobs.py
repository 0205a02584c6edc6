"""The job: one frozen record, its states, and the pure rules of what comes next."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import assert_never

from .outlook import Standing, round_minutes, round_place
from .reasons import SAID_NO, WITHOUT_MODEL, Reason
from .retry import backoff
from .video_request import VideoRequest

# Discord gives a command three seconds; after this long its own answer can no longer arrive.
CARD_GRACE = 10.0
# A job that is not sent within this time is told that it waits; most are, and hear of that at once.
WAITS_AFTER = 3.0
# How long a job that was surely never accepted is tried again.
SUBMIT_PATIENCE = 3600.0
# The vendor keeps a clip for an hour after it was made.
CLIP_LIFE = 3600.0
# A snowflake counts milliseconds in the bits from this one on, since then, unix seconds. Source: API Reference,
# "Snowflake Format".
SNOWFLAKE_CLOCK = 22
SNOWFLAKES_SINCE = 1_420_070_400.0


class Status(StrEnum):
    """`pending` to `failed` are the vendor's words, the rest are ours.

    `in_review` waits for a moderator before it is sent, `held` before its clip is shown to anybody else.
    """

    IN_REVIEW = "in_review"
    DENIED = "denied"
    QUEUED = "queued"
    SUBMITTING = "submitting"
    PENDING = "pending"
    PROCESSING = "processing"
    HELD = "held"
    REJECTED = "rejected"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNCONFIRMED = "unconfirmed"
    UNFOLLOWED = "unfollowed"
    EXPIRED = "expired"
    DELETED = "deleted"


class Decision(StrEnum):
    """What a person can make of a job of which nobody can tell whether it was accepted; or of one that is done."""

    SENT_AGAIN = "sent_again"
    LEFT = "left"
    REMOVED = "removed"


WAITING = (Status.QUEUED, Status.SUBMITTING, Status.PENDING)
AT_VENDOR = (Status.SUBMITTING, Status.PENDING, Status.PROCESSING)
LIVE = (Status.IN_REVIEW, Status.QUEUED, *AT_VENDOR)
ENDED = tuple(status for status in Status if status not in (*LIVE, Status.HELD))
# Of these a clip was made that nobody but moderators is to see.
UNPUBLISHED = (Status.HELD, Status.REJECTED)
# A moderator has not said yes, to the wish or to its clip: nobody makes another one like it.
UNAPPROVED = (Status.IN_REVIEW, Status.DENIED, *UNPUBLISHED)
# Nobody looks any more, or only once more; the vendor may still finish it.
GIVEN_UP = (Status.EXPIRED, Status.UNFOLLOWED)
# Looked at without being asked to.
FOLLOWED = (Status.PENDING, Status.PROCESSING, Status.EXPIRED)
LOOKABLE = (Status.PENDING, Status.PROCESSING, *GIVEN_UP)
# Of which a clip may still come: what failed may have been taken for that by mistake.
FINDABLE = (*LOOKABLE, Status.FAILED)
# Statuses whose reply asks for a decision.
AWAITS_DECISION = (Status.UNCONFIRMED, *GIVEN_UP, Status.FAILED)


class PictureState(StrEnum):
    """How far the job's picture has come."""

    NONE = "none"
    LINK = "link"  # only its address is known yet
    AWAITED = "awaited"  # it is the last frame of the parent's clip, which may not be made yet
    READ = "read"  # its bytes are stored, as they were given
    FITTED = "fitted"  # it has the frame's size and the vendor's limit


class Venue(StrEnum):
    """Where replies go: the first of these that Discord accepts."""

    THREAD = "thread"  # a thread on the card
    CHANNEL = "channel"  # beside the card, as replies to it
    PRIVATE = "private"  # a thread that only the asker and moderators see; no picture is on the card
    DIRECT = "direct"  # the asker's direct messages
    BATCH = "batch"  # a line in its batch's message, and its clip beside that; there is no card


# A job that is told of there may have no card, and needs none.
CARDLESS = (Venue.DIRECT, Venue.BATCH)


class Step(StrEnum):
    """What a job's own work can be. Sending is the line's, showing is Discord's."""

    READ = "read"
    FIT = "fit"
    DOUBT = "doubt"
    LOOK = "look"


@dataclass(frozen=True, kw_only=True)
class Face:
    """Everything that changes on a card, as it is told there.

    `status` is QUEUED for all that wait: most jobs pass through them in a second. `size` is None while it is not known.
    `left` says that a clip was taken back and could not be removed: no job is to look like that for good.
    """

    status: Status
    reason: Reason | None = None
    decided: Decision | None = None
    late: bool = False
    wait: Reason | None = None
    place: int | None = None
    minutes: int | None = None
    size: str | None = None
    left: bool = False


@dataclass(frozen=True, kw_only=True)
class Job:
    """One request of one member. Times are unix seconds; ids of Discord are ints.

    `spoiler` says that the picture was hidden by who gave it: so is everything that shows it.
    `further` is how far the least far of its further pictures has come.
    `facts` fill the sentence of a failure, plain values only; `late` says that even the last look found nothing.
    `within_id` is the channel of the thread that it was asked for in. `cost` is in millionths of the catalogue's
    currency; `counted_at` is since when it counts towards limits, `granted` that it is beyond its member's, `held` that
    a moderator is to see its clip before anybody else. `unapproved` says that no moderator let it be sent who had
    to, so that its picture is not shown; `under_review` that there is something to show to moderators still.
    `asked_prompt` is what its asker wrote, where a moderator changed that.
    `emptied_at` is when its words and pictures were thrown away: it is followed to its end, and shown nowhere any more.
    """

    id: str
    created_at: float
    status: Status = Status.QUEUED
    status_since: float
    request: VideoRequest
    picture: PictureState = PictureState.NONE
    picture_url: str | None = None
    further: PictureState = PictureState.NONE
    spoiler: bool = False
    asker_id: int
    asker_name: str
    guild_id: int | None
    channel_id: int
    locale: str = "en-US"
    venue: Venue = Venue.THREAD
    parent_id: str | None = None
    card_id: int | None = None
    card_face: Face | None = None
    shown: Status | None = None
    attempts: int = 0
    not_before: float = 0.0
    wait: Reason | None = None
    waiting_since: float | None = None
    task_id: str | None = None
    task_path: str | None = None
    submitted_at: float | None = None
    links: tuple[str, ...] = ()
    made_at: float | None = None
    reason: Reason | None = None
    detail: str | None = None
    facts: Mapping[str, object] = field(default_factory=dict)
    decided: Decision | None = None
    late: bool = False
    within_id: int | None = None
    cost: int | None = None
    counted_at: float | None = None
    granted: bool = False
    held: bool = False
    unapproved: bool = False
    under_review: bool = False
    asked_prompt: str | None = None
    emptied_at: float | None = None
    worker: str | None = None
    epoch: int = 0

    @property
    def places(self) -> tuple[int, ...]:
        """The channel whose rules hold; of a thread also the one that it belongs to."""
        return (self.channel_id, self.within_id) if self.within_id else (self.channel_id,)

    @property
    def is_emptied(self) -> bool:
        return self.emptied_at is not None

    @property
    def is_hidden(self) -> bool:
        """Whether no picture of it is to be on its card."""
        return self.spoiler or self.venue is Venue.PRIVATE

    @property
    def has_pictures(self) -> bool:
        """Whether it was given any, to start from or beside that."""
        return self.picture is not PictureState.NONE or self.further is not PictureState.NONE

    @property
    def is_unread(self) -> bool:
        """Whether there are pictures of which only the address is known yet."""
        return PictureState.LINK in (self.picture, self.further)

    @property
    def is_awaiting(self) -> bool:
        """Whether it starts from the last frame of its parent's clip, and does not have that yet."""
        return self.picture is PictureState.AWAITED

    @property
    def parts(self) -> int:
        """How many clips the vendor made."""
        return len(self.links)


# An event that asks for several jobs makes so many at most: each has a digit of its own behind the event's.
TOGETHER_MOST = 35


def job_id(snowflake: int) -> str:
    """The id of the job that a Discord event asked for: the event's own id in base 36, so a replay cannot make two."""
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    text = ""
    while snowflake:
        snowflake, digit = divmod(snowflake, 36)
        text = digits[digit] + text
    return text or "0"


def job_id_of(snowflake: int, number: int) -> str:
    """The id of one of the jobs, `number` from 1 to TOGETHER_MOST, that one event asked for.

    No other event's job has it, also of one in the same millisecond.
    """
    return f"{job_id(snowflake)}_{job_id(number)}"


def event_of(job_id: str) -> int:
    """The Discord event that asked for the job: the inverse of `job_id` and `job_id_of`."""
    return int(job_id.partition("_")[0], 36)


def event_time(snowflake: int) -> float:
    """When Discord heard of an event, unix seconds by its own clock."""
    return (snowflake >> SNOWFLAKE_CLOCK) / 1000 + SNOWFLAKES_SINCE


def next_step(job: Job) -> Step | None:
    """What the job itself needs now; None when it waits for the line, for a person, or for nothing.

    A job is `submitting` here only when nobody is sending it: whoever was is gone, so its answer is lost.
    """
    match job.status:
        case Status.IN_REVIEW:
            # a link dies, and whoever decides has to see what is behind it; a clip that is not made is not waited for
            return Step.READ if job.is_unread or job.is_awaiting else None
        case Status.QUEUED:
            if job.is_unread or job.is_awaiting:
                return Step.READ
            return Step.FIT if PictureState.READ in (job.picture, job.further) else None
        case Status.SUBMITTING:
            return Step.DOUBT
        case Status.EXPIRED if job.is_emptied:
            return None
        case Status.PENDING | Status.PROCESSING | Status.EXPIRED:
            return Step.LOOK
        case (
            Status.DENIED
            | Status.HELD
            | Status.REJECTED
            | Status.COMPLETED
            | Status.FAILED
            | Status.CANCELLED
            | Status.UNCONFIRMED
            | Status.UNFOLLOWED
            | Status.DELETED
        ):
            return None
        case _:
            assert_never(job.status)


def visible_status(job: Job) -> Status | None:
    """The status that the thread is to hear of; None while sending, and when what it heard is taken back.

    Of a job of a batch that is its clip: all else is drawn in the line that it has there.
    """
    if job.venue is Venue.BATCH and job.status is not Status.COMPLETED:
        return None
    return None if job.status in (Status.SUBMITTING, Status.DELETED) else job.status


def card_face(job: Job, standing: Standing | None = None) -> Face:
    """What the card is to show; it is edited only when this differs from `job.card_face`."""
    placed = standing if is_waiting(job) else None
    return Face(
        status=Status.QUEUED if job.status in WAITING else job.status,
        reason=job.reason,
        decided=job.decided,
        late=told_late(job),
        wait=job.wait,
        place=round_place(placed.place) if placed else None,
        minutes=round_minutes(placed.wait) if placed else None,
        size=None if job.picture in (PictureState.LINK, PictureState.AWAITED) else job.request.size,
    )


def is_waiting(job: Job) -> bool:
    """Whether the job has a place in line to tell of."""
    return job.status is Status.QUEUED and job.wait is None and not (job.is_unread or job.is_awaiting)


def unsaid(job: Job) -> bool:
    """Whether the thread lags behind the job. Of one that was emptied there is nothing left to tell."""
    return not job.is_emptied and visible_status(job) not in (None, job.shown)


def needs_saying(job: Job) -> bool:
    """Whether something is to be said, now or from `say_from` on. The card comes first: a thread stands on it."""
    return unsaid(job) and (job.card_id is not None or job.venue in CARDLESS)


def say_from(job: Job) -> float:
    """When what is unsaid may be said, unix seconds: that a job waits is worth a message only when it does."""
    waits_since = job.status_since if job.shown is Status.IN_REVIEW else job.created_at
    return waits_since + WAITS_AFTER if job.status is Status.QUEUED else 0.0


def needs_drawing(job: Job, standing: Standing | None = None) -> bool:
    """Whether the card lags behind the job; one that could not be put anywhere is let be.

    What was taken back is removed where the card is drawn, also where there is none. That it was needs no words, so it
    is drawn of a job that was emptied, too.
    """
    if job.is_emptied and job.status is not Status.DELETED:
        return False
    lost = job.card_id is None and job.venue in CARDLESS and job.status is not Status.DELETED
    return card_face(job, standing) != job.card_face and not lost


def shows_start(job: Job) -> bool:
    """Whether the picture to start from is on the card: put there with the first face that knew its size."""
    face = job.card_face
    shown = face is not None and face.size is not None and face.status is not Status.IN_REVIEW
    return shown and may_show_start(job) and not showed_end(job)


def may_show_start(job: Job) -> bool:
    """Whether the picture to start from may be seen: nobody hid it, no moderator has still to look at it."""
    return not (job.is_hidden or job.unapproved or job.status is Status.DELETED)


def showed_end(job: Job) -> bool:
    """Whether the card showed the clip's picture instead, of a clip that has to be fetched again."""
    return job.card_face is not None and job.card_face.status is Status.COMPLETED


def change(job: Job, now: float, status: Status, **fields: object) -> Job:
    """The job in another status, since now."""
    return replace(job, status=status, status_since=now, **fields)  # type: ignore[arg-type]  # fields of Job by name


def sent(job: Job, now: float, task_id: str, task_path: str) -> Job:
    return change(
        job, now, Status.PENDING, task_id=task_id, task_path=task_path, submitted_at=now, wait=None, detail=None
    )


def put_back(job: Job, now: float, wait: Reason, retry_after: float | None) -> Job:
    """Surely nothing was accepted: back into the line, or failed when patience ends. Nothing was charged."""
    since = job.waiting_since or now
    if now - since > SUBMIT_PATIENCE:
        return failed(job, now, wait)
    attempts = job.attempts + 1
    pause = max(retry_after or 0.0, backoff(attempts))
    return change(job, since, Status.QUEUED, attempts=attempts, not_before=now + pause, wait=wait, waiting_since=since)


def failed(job: Job, now: float, reason: Reason, detail: str = "", facts: Mapping[str, object] | None = None) -> Job:
    return change(job, now, Status.FAILED, reason=reason, detail=detail or None, facts=facts or {}, wait=None)


def followed(job: Job, now: float, **fields: object) -> Job:
    """Given up or failed, and found to be at work all the same."""
    since = job.status_since if job.status is Status.PROCESSING else now
    return change(job, since, Status.PROCESSING, late=False, reason=None, detail=None, facts={}, **fields)


def unfetched(job: Job, now: float) -> Job:
    """Made, and not here any more: back to where it is fetched; the thread need not hear of it."""
    return change(job, now, Status.PROCESSING, links=(), shown=Status.PROCESSING)


def clip_late(job: Job, now: float) -> Job:
    """It is made, and its clip is not to be had yet."""
    return job if awaits_clip(job) else followed(job, now, wait=Reason.CLIP_LATE, waiting_since=now)


def completed(job: Job, now: float, links: tuple[str, ...], made_at: float) -> Job:
    """One that is fetched for the second time was made when it was first; one that is held goes to moderators.

    Of one that was emptied there is nothing that they could look at.
    """
    is_held = job.held and not job.is_emptied
    status = Status.HELD if is_held else Status.COMPLETED
    done = change(job, now, status, links=links, made_at=job.made_at or made_at)
    done = replace(done, under_review=is_held or job.under_review)
    return replace(done, reason=None, detail=None, facts={}, wait=None, waiting_since=None)


def awaits_clip(job: Job) -> bool:
    """Whether the vendor has made it, and only its clip is not to be had yet."""
    return job.status is Status.PROCESSING and job.wait is Reason.CLIP_LATE


def may_look(job: Job) -> bool:
    """Whether asking the vendor may still bring a clip."""
    return job.status in LOOKABLE or (
        job.status is Status.FAILED and job.task_id is not None and job.reason not in SAID_NO
    )


def is_undecided(job: Job) -> bool:
    """Whether a doubtful job still waits for a person to say what becomes of it."""
    return job.status is Status.UNCONFIRMED and job.decided is None and not job.is_emptied


def lacks_model(job: Job) -> bool:
    """Whether the job failed because its model is not to be had."""
    return job.status is Status.FAILED and job.reason in WITHOUT_MODEL


def told_late(job: Job) -> bool:
    """Whether even the last look, which a given-up job gets by itself, found nothing."""
    return job.status is Status.EXPIRED and job.late


def next_venue(venue: Venue) -> Venue | None:
    """What is left when `venue` takes nothing. What is to be private is told to nobody else."""
    match venue:
        case Venue.THREAD:
            return Venue.CHANNEL
        case Venue.CHANNEL | Venue.PRIVATE | Venue.BATCH:
            return Venue.DIRECT
        case Venue.DIRECT:
            return None
        case _:
            assert_never(venue)


def removed(job: Job, now: float) -> Job | None:
    """A clip that a moderator took away; None where there is none. What its asker took back is only removed again."""
    if job.status is Status.DELETED:
        return job
    return change(job, now, Status.DELETED, decided=Decision.REMOVED) if job.status is Status.COMPLETED else None


def is_removed(job: Job) -> bool:
    """Whether a moderator took its clip away: then nothing is to be left that tells what it showed."""
    return job.status is Status.DELETED and job.decided is Decision.REMOVED


def deleted(job: Job, now: float) -> Job | None:
    """A clip that somebody took back: its card says so, and nothing more is said. Only what was shown can be.

    Who does so once more asks for what could not be removed before.
    """
    if job.status is Status.DELETED:
        return job
    return change(job, now, Status.DELETED) if job.status is Status.COMPLETED else None
