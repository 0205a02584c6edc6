"""A lane: every due job is stepped, none twice at once, and no fault stops the others."""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from sqlalchemy.exc import OperationalError

from bot import clock
from bot.tracker.giving_way import PATIENCE
from bot.tracker.lane import HOPELESS_AFTER, Lane

FAR = 3600.0


class Steps:
    """A step that is told what to do: it counts, waits at a gate, and gives the answers it was given."""

    def __init__(self) -> None:
        self.begun: Counter[str] = Counter()
        self.ended: Counter[str] = Counter()
        self.at_once: Counter[str] = Counter()
        self.most_at_once = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self.answers: dict[str, list[float | Exception | None]] = {}
        self.given_up: Counter[str] = Counter()
        self._news = asyncio.Event()

    async def give_up(self, job_id: str) -> None:
        self.given_up[job_id] += 1
        self._tell()

    async def __call__(self, job_id: str) -> float | None:
        self.begun[job_id] += 1
        self.at_once[job_id] += 1
        assert self.at_once[job_id] == 1, "stepped twice at once"
        self.most_at_once = max(self.most_at_once, self.at_once.total())
        self._tell()
        try:
            await self.gate.wait()
        finally:
            self.at_once[job_id] -= 1
            self.ended[job_id] += 1
            self._tell()
        answer = self.answers[job_id].pop(0) if self.answers.get(job_id) else None
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def until(self, true: Callable[[], bool]) -> None:
        while not true():
            await self._news.wait()

    def _tell(self) -> None:
        self._news.set()
        self._news = asyncio.Event()


@contextlib.asynccontextmanager
async def running(lane: Lane, steps: Steps) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(lane.run(steps, steps.give_up))
    try:
        yield task
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await lane.stop()


async def settled(*awaited: Awaitable[object]) -> None:
    """Whatever is due now has had its turn."""
    await asyncio.gather(*awaited)
    for _ in range(20):
        await asyncio.sleep(0)


@pytest.fixture
def steps() -> Steps:
    return Steps()


@pytest.fixture
async def lane(steps: Steps) -> AsyncIterator[Lane]:
    lane = Lane("test", width=3)
    async with running(lane, steps):
        yield lane
        steps.gate.set()


async def test_each_job_is_stepped_and_then_left(lane: Lane, steps: Steps) -> None:
    for number in range(20):
        lane.wake(str(number))
    await steps.until(lambda: steps.ended.total() == 20)
    await settled()
    assert set(steps.ended.values()) == {1}
    assert len(lane) == 0


async def test_a_job_woken_before_the_start_is_stepped(steps: Steps) -> None:
    lane = Lane("test", width=1)
    lane.wake("a")
    assert len(lane) == 1
    async with running(lane, steps):
        await steps.until(lambda: steps.ended["a"] == 1)


async def test_no_more_at_once_than_the_lane_is_wide(lane: Lane, steps: Steps) -> None:
    steps.gate.clear()
    for number in range(10):
        lane.wake(str(number))
    await steps.until(lambda: steps.begun.total() == 3)
    await settled()
    assert (steps.begun.total(), len(lane)) == (3, 10)
    steps.gate.set()
    await steps.until(lambda: steps.ended.total() == 10)
    assert steps.most_at_once == 3


async def test_a_job_is_due_at_its_time_and_the_earlier_wish_wins(lane: Lane, steps: Steps) -> None:
    lane.wake("later", time.time() + FAR)
    lane.wake("sooner", time.time() + FAR)
    lane.wake("sooner")
    lane.wake("sooner", time.time() + FAR)
    await steps.until(lambda: steps.ended["sooner"] == 1)
    await settled()
    assert (steps.begun["later"], steps.begun["sooner"]) == (0, 1)
    assert len(lane) == 1


async def test_many_wakes_are_one_step(lane: Lane, steps: Steps) -> None:
    for _ in range(100):
        lane.wake("a")
    await steps.until(lambda: steps.ended["a"] > 0)
    await settled()
    assert steps.begun["a"] == 1


async def test_a_wake_during_a_step_steps_again(lane: Lane, steps: Steps) -> None:
    steps.gate.clear()
    lane.wake("a")
    await steps.until(lambda: steps.begun["a"] == 1)
    lane.wake("a")
    await settled()
    assert steps.begun["a"] == 1
    steps.gate.set()
    await steps.until(lambda: steps.ended["a"] == 2)
    await settled()
    assert (steps.begun["a"], len(lane)) == (2, 0)


async def test_a_job_comes_back_when_it_said(lane: Lane, steps: Steps) -> None:
    steps.answers["a"] = [time.time(), time.time() + 0.05, time.time() + FAR]
    lane.wake("a")
    await steps.until(lambda: steps.ended["a"] == 3)
    await settled()
    assert (steps.begun["a"], len(lane)) == (3, 1)


async def test_a_wake_overtakes_a_far_date(lane: Lane, steps: Steps) -> None:
    steps.answers["a"] = [time.time() + FAR, None]
    lane.wake("a")
    await steps.until(lambda: steps.ended["a"] == 1)
    await settled()
    lane.wake("a")
    await steps.until(lambda: steps.ended["a"] == 2)
    await settled()
    assert len(lane) == 0


async def test_a_fault_is_tried_again_and_stops_nobody(
    lane: Lane, steps: Steps, caplog: pytest.LogCaptureFixture
) -> None:
    steps.answers["bad"] = [RuntimeError("one"), None]
    for name in ("bad", "good", "better"):
        lane.wake(name)
    await steps.until(lambda: steps.ended["good"] == steps.ended["better"] == 1)
    await settled()
    assert len(lane) == 1
    await steps.until(lambda: steps.ended["bad"] == 2)
    await settled()
    assert len(lane) == 0
    (line,) = caplog.records
    assert (getattr(line, "job", None), line.exc_info is not None) == ("bad", True)


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.tracker.lane.backoff", lambda _: 0.0)
    monkeypatch.setattr("bot.tracker.lane.HOPELESS_FOR", 0.0)


@pytest.mark.usefixtures("at_once")
async def test_a_step_that_fails_the_same_way_each_time_is_given_up(lane: Lane, steps: Steps) -> None:
    """It came back for ever, and kept the job's place at the vendor."""
    steps.answers["bad"] = [ValueError("poison") for _ in range(100)]
    lane.wake("bad")
    await steps.until(lambda: steps.given_up["bad"] == 1)
    await settled()
    assert (steps.begun["bad"], len(lane)) == (HOPELESS_AFTER, 0)


AWAY_OR_ELSEWHERE: dict[str, list[Exception]] = {
    "in another way each time": [ValueError("one"), KeyError("another")] * HOPELESS_AFTER,
    "the database is away": [OperationalError("", {}, OSError("no route"))] * (2 * HOPELESS_AFTER),
    "nothing is there": [OSError("no route")] * (2 * HOPELESS_AFTER),
}


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("failures", AWAY_OR_ELSEWHERE.values(), ids=AWAY_OR_ELSEWHERE)
async def test_what_may_yet_go_well_is_not_given_up(lane: Lane, steps: Steps, failures: list[Exception]) -> None:
    steps.answers["a"] = [*failures]
    lane.wake("a")
    await steps.until(lambda: steps.ended["a"] > len(failures))
    assert not steps.given_up


async def test_how_long_it_fails_counts_as_well(lane: Lane, steps: Steps, monkeypatch: pytest.MonkeyPatch) -> None:
    """News of a job have its step tried at once: that may be often within a second."""
    monkeypatch.setattr("bot.tracker.lane.backoff", lambda _: 0.0)
    steps.answers["a"] = [ValueError("poison") for _ in range(3 * HOPELESS_AFTER)]
    lane.wake("a")
    await steps.until(lambda: steps.ended["a"] > 3 * HOPELESS_AFTER)
    assert not steps.given_up


async def test_many_faults_leave_the_lane_its_width(lane: Lane, steps: Steps) -> None:
    for number in range(5):
        steps.answers[str(number)] = [RuntimeError("broken")]
        lane.wake(str(number))
    await steps.until(lambda: steps.ended.total() == 5)
    steps.gate.clear()
    for name in ("a", "b", "c"):
        lane.wake(name)
    await steps.until(lambda: steps.at_once.total() == 3)


async def test_stopping_waits_for_what_is_in_hand_and_takes_nothing_new(steps: Steps) -> None:
    lane = Lane("test", width=3)
    steps.gate.clear()
    async with running(lane, steps) as task:
        lane.wake("in hand")
        await steps.until(lambda: steps.begun["in hand"] == 1)
        stopping = asyncio.create_task(lane.stop())
        lane.wake("new")
        await settled()
        assert not stopping.done()
        steps.gate.set()
        await stopping
        await task
    assert steps.ended == {"in hand": 1}


async def test_while_answers_are_late_jobs_are_taken_up_one_by_one_and_none_waits_for_ever() -> None:
    late = [1.0]
    lane, steps = Lane("work", width=8, late=lambda: late[0]), Steps()
    for number in range(3):
        lane.wake(f"due now {number}")
    at_first = lane._take_due(clock.now())
    assert len(at_first) == 1
    assert len(lane._take_due(clock.now())) == 1
    late[0] = 0.0
    for number in range(3):
        lane.wake(f"due now, too {number}")
    assert len(lane._take_due(clock.now())) == 4
    late[0] = 1.0
    for number in range(3):
        lane.wake(f"due for long {number}", clock.now() - PATIENCE - 1)
    assert len(lane._take_due(clock.now())) == 3
    running = asyncio.create_task(lane.run(steps, steps.give_up))
    lane.wake("one more")
    await steps.until(lambda: steps.ended["one more"] == 1)
    await lane.stop()
    await running
