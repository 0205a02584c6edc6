"""Where accepted tasks are worked on: walks each through its states and keeps the clips while their links live."""

import asyncio
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from uuid import uuid4

from sandbox.mulerun.clips import render
from sandbox.mulerun.clock import Clock
from sandbox.mulerun.fates import Problem, read_fate
from sandbox.mulerun.ledger import Ledger, State, Task, now
from sandbox.mulerun.models import Model
from sandbox.mulerun.orders import Order

RENDERERS = 2


@dataclass(frozen=True, kw_only=True)
class Timing:
    """Vendor seconds; None for `pending` or `processing` draws from the model's usual times, or from `draw`."""

    pending: float | None = None
    processing: float | None = None
    link_life: float = 3600.0
    draw: Callable[[], tuple[float, float]] | None = None


@dataclass(frozen=True, kw_only=True)
class Result:
    """A clip behind a link that lives while the vendor's clock shows at least `lives_from` and less than `dies_at`."""

    clip: bytes
    lives_from: float
    dies_at: float


class Studio:
    """Every task has one coroutine that walks it; `clip` is handed out instead of rendering one."""

    def __init__(self, ledger: Ledger, clock: Clock, timing: Timing, clip: bytes | None) -> None:
        self.results: dict[str, Result] = {}
        self._ledger, self._clock, self._timing, self._clip = ledger, clock, timing, clip
        self._random = Random(0)
        self._walks: list[asyncio.Task[None]] = []
        self._renderers = asyncio.Semaphore(RENDERERS)

    def accept(self, order: Order, pictures: Mapping[str, tuple[bytes, ...]], size: tuple[int, int]) -> Task:
        """Charge the order and start working on it; `pictures` are by their field, `size` is that of the clip."""
        moment = now()
        task = Task(
            id=str(uuid4()),
            model=order.model.path,
            prompt=order.prompt,
            seconds=order.seconds,
            size=size,
            picture=next(iter(pictures.get(order.model.picture or "", ())), None),
            pictures=pictures,
            said=order.said,
            accepted_at=moment,
            states=[State(word="pending", at=moment)],
        )
        self._ledger.accept(task)
        self._walks.append(asyncio.create_task(self._walk(task, order.model), name=f"walk {task.id}"))
        return task

    async def close(self) -> None:
        """Stop all work; raises what broke it, if anything did."""
        for walk in self._walks:
            walk.cancel()
        for end in await asyncio.gather(*self._walks, return_exceptions=True):
            if isinstance(end, Exception):
                raise end

    async def _walk(self, task: Task, model: Model) -> None:
        fate = read_fate(task.prompt)
        pending, processing = self._draw_times(model)
        await self._clock.sleep(pending)
        steps = (*fate.words, "processing")
        for word in steps:
            self._ledger.enter(task, word)
            await self._clock.sleep(processing / len(steps))
        if fate.failure:
            self._fail(task, fate.failure)
        elif fate.ends:
            await self._complete(task)

    def _draw_times(self, model: Model) -> tuple[float, float]:
        fixed = self._timing
        pending = self._random.uniform(*model.pending)
        processing = self._random.uniform(*model.total) - pending
        if fixed.draw:
            pending, processing = fixed.draw()
        return (
            pending if fixed.pending is None else fixed.pending,
            processing if fixed.processing is None else fixed.processing,
        )

    def _fail(self, task: Task, problem: Problem) -> None:
        task.error.update(problem.describe())
        self._ledger.enter(task, "failed")

    async def _complete(self, task: Task) -> None:
        fate = read_fate(task.prompt)
        clips = [await self._render(task, take) for take in range(fate.clips)]
        for clip in clips:
            name = secrets.token_urlsafe(24) + ".mp4"
            if not fate.dead_link:
                made_at = self._clock.now()
                dies_at = made_at + self._timing.link_life
                self.results[name] = Result(clip=clip, lives_from=made_at + fate.late_by, dies_at=dies_at)
            task.videos.append(name)
        self._ledger.enter(task, "completed")

    async def _render(self, task: Task, take: int) -> bytes:
        if self._clip is not None:
            return self._clip
        prompt = task.prompt if take == 0 else f"{task.prompt} (take {take + 1})"
        fate = read_fate(task.prompt)
        grain = fate.grain and take >= fate.grain_from
        async with self._renderers:
            clip = await asyncio.to_thread(
                render, prompt, task.size, task.seconds, task.picture, grain=grain, codec=fate.codec
            )
        return clip[: len(clip) // 2] if fate.stump else clip
