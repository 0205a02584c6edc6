"""When jobs are looked at, on a clock of its own: the bot's schedule beside the optimum of the same budget."""

import heapq
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from bot.catalogue import Model, read_catalogue
from bot.look_budget import LookBudget
from bot.look_queue import LookQueue
from bot.poll_schedule import Chances, next_look
from bot.usual_times import UsualTimes, chance, expect

from .lifetimes import Lifetimes
from .metrics import mean, percentile
from .optimum import lost_at_best
from .table import Found, draw_table

# The vendor's times as the catalogue has them, and how far those of one kind spread where they are alike.
POOLED = 0.367
KINDS = (0.20, 0.10)
# What of the jobs is refused early.
FAILING = 0.02
# So many jobs of a kind were seen before.
SEEN = 300
# Live jobs, and looks a minute: the setting as it is by itself where MAX_ACTIVE is as many.
BUDGETS = ((10, 60), (200, 800), (2_000, 8_000))
# What is sent is worked on after so many seconds.
STARTED_AFTER = (10.0, 20.0)
# Ends that are waited for after all live ones have changed once, and seconds between two samples.
ENDS, ENDS_QUICK = 4_000, 400
WARM_UP = 900.0
SAMPLED_EVERY = 20.0
MINUTE = 60.0
EVERY = 15.0


@dataclass(frozen=True, kw_only=True)
class Case:
    name: str
    label: str
    jobs: Lifetimes
    is_learned: bool = False


def _known(sigma: float) -> Case:
    jobs = Lifetimes(sigma=sigma, failing=FAILING)
    return Case(name=f"sigma{sigma * 100:.0f}", label=f"kind known, sigma {sigma:.2f}", jobs=jobs, is_learned=True)


CASES = (
    Case(name="pooled", label=f"all kinds, sigma {POOLED}", jobs=Lifetimes(sigma=POOLED, failing=FAILING)),
    *(_known(sigma) for sigma in KINDS),
    Case(name="never_refused", label="all kinds, none refused", jobs=Lifetimes(sigma=POOLED)),
    Case(name="often_refused", label="all kinds, 5 % refused", jobs=Lifetimes(sigma=POOLED, failing=0.05)),
)


@dataclass(frozen=True, kw_only=True)
class Score:
    """Looks a job and in the fullest minute; how late ends were seen, in seconds, and how late at best."""

    looks: float
    fullest: float
    lag: float
    p95: float
    optimum: float

    @property
    def above(self) -> float:
        """Above the optimum, as a share of it."""
        return self.lag / self.optimum - 1


async def measure_schedule(quick: bool) -> Found:
    model = read_catalogue().default
    rows: list[Sequence[object]] = []
    figures: dict[str, float] = {}
    for case in CASES[:1] if quick else CASES:
        for live, per_minute in BUDGETS[:2] if quick else BUDGETS:
            score = simulate(case, model, live, per_minute, ends=ENDS_QUICK if quick else ENDS)
            rows.append((case.label, live, per_minute, *_written(score)))
            found = {**vars(score), "above": score.above}
            figures |= {f"schedule_{case.name}_{live}_{name}": value for name, value in found.items()}
    lines = [
        "schedule: simulated; jobs take 300 s in the median, 900 s at most, each that ends is followed by another;",
        f"  a kind is known from {SEEN} jobs; the optimum knows every job's chance and which have ended,",
        f"  and keeps budget and floor; a plain bot's look each {EVERY:.0f} s takes {MINUTE / EVERY:.0f} looks"
        f" a job and minute, and sees ends {EVERY / 2} s late in the mean",
        *draw_table(HEADS, rows),
    ]
    return lines, figures


HEADS = ("jobs", "live", "budget/min", "fullest min", "looks a job", "mean lag s", "p95 s", "optimum s", "above it")


def _written(score: Score) -> list[str]:
    figures = (score.looks, score.lag, score.p95, score.optimum)
    looks, *lags = (f"{value:.2f}" for value in figures)
    return [f"{score.fullest:.0f}", looks, *lags, f"{score.above:.1%}"]


@dataclass(frozen=True, kw_only=True)
class Life:
    sent_at: float
    begins_at: float
    ends_at: float


class Play:
    """A vendor and the bot's looks at it, on a clock that leaps from look to look."""

    def __init__(self, case: Case, model: Model, chances: Chances, per_minute: int, dice: Random) -> None:
        self.now = 0.0
        self.looked_at: list[float] = []
        self.lags: list[float] = []
        self._case, self._model, self._chances, self._dice = case, model, chances, dice
        self._queue = LookQueue(LookBudget(per_minute))
        self._lives: dict[str, Life] = {}
        self._ends: list[tuple[float, str]] = []
        self._sent = 0

    def send(self) -> None:
        self._sent += 1
        job_id = str(self._sent)
        life = Life(
            sent_at=self.now,
            begins_at=self.now + self._dice.uniform(*STARTED_AFTER),
            ends_at=self.now + self._case.jobs.draw_any(self._dice),
        )
        self._lives[job_id] = life
        heapq.heappush(self._ends, (life.ends_at, job_id))
        self._plan(job_id, is_waiting=True)

    def go_on(self, until: float) -> None:
        """Look, and send a job for each that ends, until then."""
        while True:
            looks_at, ends_at = self._queue.next_at(self.now), self._ends[0][0] if self._ends else until
            if min(looks_at, ends_at) >= until:
                break
            self.now = min(looks_at, ends_at)
            if ends_at <= looks_at:
                heapq.heappop(self._ends)
                self.send()
            elif job_id := self._queue.take(self.now):
                self._look(job_id)
        self.now = until

    @property
    def ages(self) -> list[float]:
        """Of all jobs that go on."""
        return [self.now - self._lives[job_id].sent_at for _, job_id in self._ends]

    def _look(self, job_id: str) -> None:
        self.looked_at.append(self.now)
        life = self._lives[job_id]
        if self.now < life.ends_at:
            self._plan(job_id, is_waiting=self.now < life.begins_at)
            return
        self._queue.drop(job_id)
        self.lags.append(self.now - self._lives.pop(job_id).ends_at)

    def _plan(self, job_id: str, *, is_waiting: bool) -> None:
        age, pace = self.now - self._lives[job_id].sent_at, self._queue.pace(self.now)
        self._queue.put(job_id, next_look(self._model, self._chances, age, pace, seen_waiting=is_waiting), self.now)


def simulate(case: Case, model: Model, live: int, per_minute: int, *, ends: int, seed: int = 1) -> Score:
    """So many jobs live all the time; counted from when all have changed, until so many have ended."""
    dice = Random(seed)
    expected = expect(model, _past(case.jobs, dice) if case.is_learned else None)
    chances = Chances(lambda age: chance(expected, age), model.longest)
    play = Play(case, model, chances, per_minute, dice)
    for number in range(live):
        play.go_on(WARM_UP / 3 * number / live)
        play.send()
    play.go_on(WARM_UP)
    before, play.lags = len(play.looked_at), []
    lost = ended = 0.0
    while len(play.lags) < ends:
        play.go_on(play.now + SAMPLED_EVERY)
        chances_now = [case.jobs.chance(age) for age in play.ages]
        lost += lost_at_best(chances_now, per_minute / MINUTE, model.poll_floor)
        ended += sum(chances_now)
    return Score(
        looks=(len(play.looked_at) - before) / len(play.lags),
        fullest=fullest_minute(play.looked_at),
        lag=mean(play.lags),
        p95=percentile(play.lags, 0.95),
        optimum=lost / ended,
    )


def fullest_minute(times: Sequence[float]) -> int:
    """How many of these moments, in their order, were in one minute at most."""
    within: deque[float] = deque()
    most = 0
    for at in times:
        within.append(at)
        while within[0] <= at - MINUTE:
            within.popleft()
        most = max(most, len(within))
    return most


def _past(jobs: Lifetimes, dice: Random) -> UsualTimes:
    """What was learned of those that were made."""
    past = UsualTimes()
    for _ in range(SEEN):
        past = past.add(replace(jobs, failing=0.0).draw(dice))
    return past
