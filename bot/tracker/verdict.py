"""The verdict: what a look means for its job, by what the vendor answered and how old the job is; pure."""

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from ..catalogue import Model
from ..errors import TaskUnknown, VendorError
from ..jobs import AT_VENDOR, Status
from ..mulerun import Task, TaskState
from ..poll_schedule import last_look
from ..reasons import Reason, read_reason

# For so long a task has to be unknown before that is believed, seconds: a vendor that is updated may say the same.
UNKNOWN_FOR = 600.0
# A job that was given up is asked about for this long after it was sent when the vendor cannot be asked; seconds.
OUTAGE_PATIENCE = 24 * 3600.0


class Seen(StrEnum):
    """What is seen of a task that has not ended, or cannot be asked about."""

    NOTHING_NEW = "nothing_new"
    DOUBTED = "doubted"  # unknown to the vendor, which is not believed yet
    STARTED = "started"
    OVERDUE = "overdue"  # past the model's longest time: given up, but for one more look
    LATE = "late"  # nor did that look find anything
    ALIVE = "alive"  # it was taken for failed


@dataclass(frozen=True, kw_only=True)
class Done:
    task: Task


@dataclass(frozen=True, kw_only=True)
class Failed:
    """`reason` is ours, `detail` the vendor's wording."""

    reason: Reason
    detail: str = ""
    trace: str = ""


Meaning = Seen | Done | Failed
"""What a look means for its job."""


def verdict(
    answer: Task | VendorError,
    model: Model,
    status: Status,
    age: float,
    *,
    unknown_for: float = 0.0,
    is_made: bool = False,
) -> Meaning:
    """What `answer` means for a job in `status`, `age` seconds after it was sent.

    `unknown_for` is how long the vendor has not known its task, in seconds; `is_made` whether only its clip is missing.
    """
    if isinstance(answer, TaskUnknown):
        return Failed(reason=Reason.TASK_UNKNOWN) if unknown_for >= UNKNOWN_FOR else Seen.DOUBTED
    if isinstance(answer, VendorError):
        return Seen.NOTHING_NEW if is_made else _unanswered(model, status, age)
    match answer.state:
        case TaskState.WAITING | TaskState.WORKING:
            return _unfinished(model, status, age, working=answer.state is TaskState.WORKING)
        case TaskState.DONE:
            return Done(task=answer)
        case TaskState.FAILED:
            return Failed(reason=read_reason(answer.reason), detail=answer.detail, trace=answer.trace)
        case _:
            assert_never(answer.state)


def is_overdue(model: Model, status: Status, age: float) -> bool:
    """Whether the schedule holds no more looks: after the regular ones, or after the one that a given-up job gets."""
    return age >= (last_look(model) if status is Status.EXPIRED else model.longest)


def _unfinished(model: Model, status: Status, age: float, *, working: bool) -> Seen:
    if status is Status.FAILED:
        return Seen.ALIVE
    # what nobody follows has no time to keep
    if status in (*AT_VENDOR, Status.EXPIRED) and is_overdue(model, status, age):
        return Seen.LATE if age >= last_look(model) else Seen.OVERDUE
    return Seen.STARTED if working and status is Status.PENDING else Seen.NOTHING_NEW


def _unanswered(model: Model, status: Status, age: float) -> Seen:
    """The vendor cannot be asked: that is said when the job is overdue, and asking goes on for a day."""
    if status in AT_VENDOR and is_overdue(model, status, age):
        return Seen.OVERDUE
    return Seen.LATE if status is Status.EXPIRED and age > OUTAGE_PATIENCE else Seen.NOTHING_NEW
