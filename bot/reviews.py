"""Reviews: what a moderator is asked about a job, what they can say, and what that makes of it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from .jobs import ENDED, Job, Status, change
from .reasons import Reason
from .server_rules.decide import Flag
from .server_rules.rules import Review as Rule
from .server_rules.rules import Then

# Seconds. After this part of its time a review is called to mind, once.
HOUR = 3600.0
REMINDED_AFTER = 0.25
# Who decides when nobody did: the rule of the server.
NOBODY = 0


class Kind(StrEnum):
    """What is asked: whether a wish may be sent, or whether its clip may be published."""

    SENDING = "sending"
    PUBLISHING = "publishing"


class Verdict(StrEnum):
    """What was said. `withdrawn` and `forgotten` are what nobody has to decide about any more.

    `forgotten` is so because its asker had everything deleted.
    """

    APPROVED = "approved"
    EDITED = "edited"
    DENIED = "denied"
    PUBLISHED = "published"
    HIDDEN = "hidden"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    FORGOTTEN = "forgotten"


class Task(StrEnum):
    """What a review needs done."""

    WAIT = "wait"
    POST = "post"
    REMIND = "remind"
    END = "end"
    WITHDRAW = "withdraw"
    CLOSE = "close"


AWAITS: Mapping[Kind, Status] = {Kind.SENDING: Status.IN_REVIEW, Kind.PUBLISHING: Status.HELD}
# What its asker is refused by.
REFUSALS = (Verdict.DENIED, Verdict.REJECTED)
# What nobody said: there is nothing left to decide about.
MOOT = (Verdict.WITHDRAWN, Verdict.FORGOTTEN)


@dataclass(frozen=True, kw_only=True)
class Review:
    """One question about one job. Times are unix seconds; `joined_at` is since when its asker is in the server.

    `message_id` is the message in the review channel; `settled` says that it shows the verdict.
    """

    job_id: str
    kind: Kind
    guild_id: int
    asker_id: int
    asked_at: float
    why: str
    flags: tuple[Flag, ...] = ()
    joined_at: float | None = None
    channel_id: int | None = None
    message_id: int | None = None
    verdict: Verdict | None = None
    decided_at: float | None = None
    decided_by: int | None = None
    reason: str | None = None
    reminded_at: float | None = None
    settled: bool = False


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """What `by` says about a review at `at`, unix seconds; for its asker perhaps a `reason`.

    `prompt` is what is made in place of what was asked for.
    """

    job_id: str
    kind: Kind
    verdict: Verdict
    by: int
    at: float
    reason: str | None = None
    prompt: str | None = None


@dataclass(frozen=True, kw_only=True)
class Ruled:
    """A review as it is decided: by this ruling, or by an earlier one; `job` is what became of it by this one."""

    review: Review
    job: Job | None = None


@dataclass(frozen=True, kw_only=True)
class Block:
    """That the asker is to ask for nothing `until`, unix seconds, and why."""

    until: float
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Record:
    """What a server knows of a member: how many videos they asked for, were denied, and had reported."""

    asked: int = 0
    denied: int = 0
    reported: int = 0


@dataclass(frozen=True, kw_only=True)
class Reviewer:
    """Who pressed, as Discord says: where, with which roles, and whether they may manage messages there."""

    id: int
    guild_id: int | None
    channel_id: int | None
    role_ids: frozenset[int] = frozenset()
    manages: bool = False


def may_review(reviewer: Reviewer, rule: Rule) -> bool:
    """Whoever has one of the roles that decide, or may manage messages in the review channel."""
    is_there = rule.channel is not None and reviewer.channel_id == rule.channel
    return bool(reviewer.role_ids.intersection(rule.roles)) or (reviewer.manages and is_there)


def due_at(review: Review, rule: Rule) -> float:
    """When the rule decides, if nobody else did; unix seconds."""
    return review.asked_at + rule.hours * HOUR


def reminder_at(review: Review, rule: Rule) -> float:
    return review.asked_at + rule.hours * HOUR * REMINDED_AFTER


def next_task(review: Review, job: Job, rule: Rule, now: float) -> Task:
    """What is to be done about a review that is not settled."""
    if review.verdict:
        return Task.CLOSE
    if job.status is not AWAITS[review.kind]:
        # a clip that has to be fetched once more comes back
        return Task.WITHDRAW if job.status in ENDED else Task.WAIT
    if now >= due_at(review, rule):
        return Task.END
    if review.message_id is None:
        return Task.WAIT if job.is_unread else Task.POST
    if review.reminded_at is None and now >= reminder_at(review, rule):
        return Task.REMIND
    return Task.WAIT


def next_time(review: Review, rule: Rule, now: float) -> float:
    """When a review that waits needs something by itself; unix seconds."""
    reminds = review.message_id is not None and review.reminded_at is None
    return max(now, reminder_at(review, rule) if reminds else due_at(review, rule))


def without_answer(review: Review, rule: Rule, *, seen: bool) -> Verdict:
    """What becomes of a review that nobody decided: as the rule says, but no where nobody could see it."""
    approves = seen and rule.then is Then.APPROVE
    if review.kind is Kind.SENDING:
        return Verdict.APPROVED if approves else Verdict.DENIED
    return Verdict.PUBLISHED if approves else Verdict.REJECTED


def ruled(job: Job, ruling: Ruling) -> Job | None:
    """The job as a ruling leaves it; None when it does not wait for one any more."""
    if job.status is not AWAITS[ruling.kind]:
        return None
    match ruling.verdict:
        case Verdict.APPROVED:
            return _approved(job, ruling.at)
        case Verdict.EDITED:
            request = replace(job.request, prompt=ruling.prompt or job.request.prompt)
            asked = job.asked_prompt or job.request.prompt
            return _approved(replace(job, request=request, asked_prompt=asked), ruling.at)
        case Verdict.PUBLISHED | Verdict.HIDDEN:
            spoiler = job.spoiler or ruling.verdict is Verdict.HIDDEN
            return change(job, ruling.at, Status.COMPLETED, wait=None, held=False, spoiler=spoiler)
        case Verdict.DENIED:
            return _refused(job, ruling, Status.DENIED)
        case Verdict.REJECTED:
            return _refused(job, ruling, Status.REJECTED)
        case Verdict.WITHDRAWN | Verdict.FORGOTTEN:
            return None


def _approved(job: Job, now: float) -> Job:
    return change(job, now, Status.QUEUED, wait=None, waiting_since=None, unapproved=False)


def _refused(job: Job, ruling: Ruling, status: Status) -> Job:
    reason = Reason.UNREVIEWED if ruling.by == NOBODY else None
    return change(job, ruling.at, status, reason=reason, detail=None, facts={}, wait=None)
