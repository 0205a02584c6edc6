"""Awaiting: how another job's clip stands, for one that is to start where that ends. Pure."""

from enum import StrEnum
from typing import assert_never

from .jobs import Job, Status, is_undecided, may_look
from .reasons import Reason

# What a person may still bring about is waited for so long, seconds.
BROUGHT_WITHIN = 3600.0


class Before(StrEnum):
    """How the clip stands that a job goes on from."""

    TO_COME = "to_come"
    THERE = "there"
    FAILED = "failed"
    GONE = "gone"


# Why a job ends whose picture will never be there.
REASONS = {Before.FAILED: Reason.BEFORE_FAILED, Before.GONE: Reason.BEFORE_GONE}


def stands(job: Job, parent: Job | None, now: float) -> Before:
    """How the clip stands that `job` goes on from: that of its `parent`, None for one that is not there any more.

    While that one goes on it is waited for without an end; once it hangs on a person, for an hour.
    """
    if parent is None or parent.is_emptied:
        return Before.GONE
    match parent.status:
        case Status.COMPLETED:
            return Before.THERE
        case Status.IN_REVIEW | Status.QUEUED | Status.SUBMITTING | Status.PENDING | Status.PROCESSING | Status.HELD:
            return Before.TO_COME
        case Status.UNCONFIRMED | Status.FAILED | Status.EXPIRED | Status.UNFOLLOWED:
            in_time = now - waited_since(job, parent) <= BROUGHT_WITHIN
            return Before.TO_COME if in_time and (is_undecided(parent) or may_look(parent)) else Before.FAILED
        case Status.DENIED | Status.REJECTED | Status.CANCELLED:
            return Before.FAILED
        case Status.DELETED:
            return Before.GONE
        case _:
            assert_never(parent.status)


def waited_since(job: Job, parent: Job) -> float:
    """Since when `job` waits for what its parent came to, unix seconds."""
    return max(job.status_since, parent.status_since)
