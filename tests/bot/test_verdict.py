"""What a look means: by the vendor's answer, the job's status and its age, and nothing else."""

import pytest

from bot.catalogue import read_catalogue
from bot.errors import TaskUnknown, VendorBusy, VendorError, VendorTroubled
from bot.jobs import Status
from bot.mulerun import Task, TaskState
from bot.poll_schedule import last_look
from bot.reasons import Reason
from bot.tracker.verdict import OUTAGE_PATIENCE, UNKNOWN_FOR, Done, Failed, Meaning, Seen, is_overdue, verdict

SORA = read_catalogue().default
YOUNG, OVERDUE, LATE, DAY = 60.0, SORA.longest, last_look(SORA), OUTAGE_PATIENCE + 1


def a_task(state: TaskState, **facts: str) -> Task:
    return Task(id="task", state=state, word=state, **facts)  # type: ignore[arg-type]  # its texts by name


WAITING, WORKING, DONE = map(a_task, (TaskState.WAITING, TaskState.WORKING, TaskState.DONE))
FAILED = a_task(TaskState.FAILED, reason="content", detail="A real face", trace="00-1")
BUSY, AWAY, UNKNOWN = VendorBusy("busy", retry_after=5.0), VendorTroubled("unreached"), TaskUnknown("task_unknown")


@pytest.mark.parametrize(
    ("answer", "status", "age", "meaning"),
    [
        (WAITING, Status.PENDING, YOUNG, Seen.NOTHING_NEW),
        (WAITING, Status.PROCESSING, YOUNG, Seen.NOTHING_NEW),
        (WORKING, Status.PENDING, YOUNG, Seen.STARTED),
        (WORKING, Status.PROCESSING, YOUNG, Seen.NOTHING_NEW),
        (WAITING, Status.PENDING, OVERDUE, Seen.OVERDUE),
        (WORKING, Status.PENDING, OVERDUE, Seen.OVERDUE),
        (WORKING, Status.PROCESSING, OVERDUE, Seen.OVERDUE),
        (WORKING, Status.EXPIRED, OVERDUE, Seen.NOTHING_NEW),
        (WORKING, Status.EXPIRED, LATE, Seen.LATE),
        # nobody looked in between
        (WORKING, Status.PROCESSING, LATE, Seen.LATE),
        # what failed, by its word or because it was unknown, and is looked at again
        (WORKING, Status.FAILED, YOUNG, Seen.ALIVE),
        (WAITING, Status.FAILED, DAY, Seen.ALIVE),
        (DONE, Status.FAILED, DAY, Done(task=DONE)),
        (AWAY, Status.FAILED, DAY, Seen.NOTHING_NEW),
        # what was left is nobody's to give up
        (WORKING, Status.UNFOLLOWED, LATE, Seen.NOTHING_NEW),
        (AWAY, Status.UNFOLLOWED, DAY, Seen.NOTHING_NEW),
        (AWAY, Status.PENDING, YOUNG, Seen.NOTHING_NEW),
        (BUSY, Status.PROCESSING, YOUNG, Seen.NOTHING_NEW),
        (AWAY, Status.PENDING, OVERDUE, Seen.OVERDUE),
        # an outage takes none of the time in which a job is still asked about
        (AWAY, Status.PROCESSING, DAY, Seen.OVERDUE),
        (BUSY, Status.EXPIRED, LATE, Seen.NOTHING_NEW),
        (AWAY, Status.EXPIRED, DAY, Seen.LATE),
        (UNKNOWN, Status.PROCESSING, DAY, Seen.DOUBTED),
        (DONE, Status.PENDING, YOUNG, Done(task=DONE)),
        (DONE, Status.UNFOLLOWED, DAY, Done(task=DONE)),
        (FAILED, Status.EXPIRED, DAY, Failed(reason=Reason.CONTENT, detail="A real face", trace="00-1")),
    ],
)
def test_what_a_look_means(answer: Task | VendorError, status: Status, age: float, meaning: Meaning) -> None:
    assert verdict(answer, SORA, status, age) == meaning


def test_an_unknown_task_is_believed_when_it_stays_unknown() -> None:
    seen = [verdict(UNKNOWN, SORA, Status.PENDING, YOUNG, unknown_for=age) for age in (0.0, 75.0, UNKNOWN_FOR)]
    assert seen == [Seen.DOUBTED, Seen.DOUBTED, Failed(reason=Reason.TASK_UNKNOWN)]


def test_what_is_made_is_not_given_up_because_the_vendor_is_away() -> None:
    assert verdict(AWAY, SORA, Status.PROCESSING, DAY, is_made=True) is Seen.NOTHING_NEW


@pytest.mark.parametrize(
    ("status", "age", "overdue"),
    [
        (Status.PENDING, OVERDUE - 1, False),
        (Status.PROCESSING, OVERDUE, True),
        (Status.EXPIRED, LATE - 1, False),
        (Status.EXPIRED, LATE, True),
    ],
)
def test_a_job_that_was_given_up_has_one_more_look_to_come(status: Status, age: float, overdue: bool) -> None:
    assert is_overdue(SORA, status, age) is overdue
