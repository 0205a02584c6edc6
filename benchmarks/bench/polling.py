"""Polling alone: memory per waiting job and CPU per poll, with a vendor that answers as fast as one core allows.

Each measurement is a process of its own: `python -m benchmarks.bench.polling ours 10000 20` prints one as JSON.
"""

import argparse
import asyncio
import contextlib
import json
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import UUID

import aiohttp

from bot.catalogue import read_catalogue
from bot.download import LinkRule
from bot.mulerun import MuleRun
from bot.settings import LOOKS_A_JOB
from bot.store import open_store
from bot.tracker import Tracker
from bot.tracker.lane import LaneStep
from bot.workbench import Workbench
from sandbox.discord.snowflakes import next_id
from sandbox.mulerun import MODELS

from .baseline_rows import Row, Rows
from .live import fill_rows, live_row
from .metrics import LoopDelay, percentile
from .table import Found, draw_table

JOBS = (10_000, 100_000)
WARM_UP, WATCHED = 10.0, 20.0
QUICK_JOBS, QUICK_SECONDS = (1_000,), 3.0
# Jobs were sent at any moment of so many seconds before now, so that some are on hold and most are looked at.
SENT_WITHIN = 420.0
EVERY = 15.0


@dataclass(frozen=True, kw_only=True)
class Measured:
    """`late_*` in milliseconds after a poll was due; CPU in microseconds a poll, and in percent of one core."""

    bytes_per_job: float
    polls_per_second: float
    wanted_per_second: float
    cpu_percent: float
    cpu_us_per_poll: float
    late_p50_ms: float
    late_p99_ms: float
    stall_ms: float
    ready_s: float


async def measure_polling(quick: bool) -> Found:
    rows: list[list[object]] = []
    figures: dict[str, float] = {}
    for count in QUICK_JOBS if quick else JOBS:
        for name in ("ours", "baseline"):
            measured = await _in_a_process(name, count, QUICK_SECONDS if quick else WATCHED)
            figures |= {f"polling_{name}_{count}_{key}": value for key, value in asdict(measured).items()}
            rows.append(_row(name, count, measured))
    heads = ["bot", "jobs", "B/job", "polls/s", "wanted", "CPU %", "µs/poll", "late p50", "p99 ms", "stall ms", "up s"]
    return draw_table(heads, rows), figures


def _row(name: str, count: int, found: Measured) -> list[object]:
    return [
        name,
        count,
        f"{found.bytes_per_job:.0f}",
        f"{found.polls_per_second:.0f}",
        f"{found.wanted_per_second:.0f}",
        f"{found.cpu_percent:.0f}",
        f"{found.cpu_us_per_poll:.0f}",
        f"{found.late_p50_ms:.1f}",
        f"{found.late_p99_ms:.0f}",
        f"{found.stall_ms:.0f}",
        f"{found.ready_s:.1f}",
    ]


async def _in_a_process(name: str, count: int, seconds: float) -> Measured:
    """Raises RuntimeError with what it said when it failed."""
    arguments = (sys.executable, "-m", "benchmarks.bench.polling", name, str(count), str(seconds))
    process = await asyncio.create_subprocess_exec(
        *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, error = await process.communicate()
    if process.returncode:
        raise RuntimeError(error.decode(errors="replace"))
    return Measured(**json.loads(out))


# --- in that process


class Watch:
    """Counts polls and how late each began."""

    def __init__(self) -> None:
        self.late: list[float] = []

    def note(self, due: float) -> None:
        self.late.append(max(0.0, time.time() - due))


# Starts polling all jobs of a database, and returns when every one is known, while the block goes on.
Start = Callable[[str, str, int, Watch], contextlib.AbstractAsyncContextManager[None]]


@contextlib.asynccontextmanager
async def start_ours(database: str, vendor: str, count: int, watch: Watch) -> AsyncIterator[None]:
    async with (
        open_store(database, "bench") as store,
        aiohttp.ClientSession() as session,
        MuleRun.open(vendor, "muk-bench") as mulerun,
    ):
        tracker = Tracker(
            store=store,
            mulerun=mulerun,
            session=session,
            catalogue=read_catalogue(),
            workbench=Workbench(),
            data_dir=Path(database.removeprefix("sqlite:///")).parent,
            max_active=10 * count,
            looks_per_minute=LOOKS_A_JOB * count,
            link_rule=LinkRule.beside(vendor),
        )
        lane = tracker.lanes.looking
        run = lane.run

        async def run_watched(step: LaneStep, give_up: LaneStep) -> None:
            async def watched(job_id: str) -> float | None:
                watch.note(time.time() - tracker.looks[1])
                return await step(job_id)

            await run(watched, give_up)

        lane.run = run_watched  # type: ignore[method-assign]  # this lane's alone
        await tracker.join()
        running = asyncio.create_task(tracker.run())
        try:
            while tracker.looks[0] < count:  # noqa: ASYNC110  # the product tells nobody that it is up
                await asyncio.sleep(0.02)
            yield
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


@contextlib.asynccontextmanager
async def start_baseline(database: str, vendor: str, count: int, watch: Watch) -> AsyncIterator[None]:
    """A task for each job, asleep in between, that writes down what it saw. Its edits are left out: ours has none."""
    rows = await Rows.open(Path(database.removeprefix("sqlite:///")))
    async with aiohttp.ClientSession() as session:

        async def poll(row: Row) -> None:
            due = time.time() + EVERY * (row.id % count) / count
            await asyncio.sleep(due - time.time())
            while True:
                watch.note(due)
                async with session.get(f"{vendor}{MODELS[0].path}/{row.task_id}") as response:
                    status = (await response.json())["task_info"]["status"]
                await rows.set_status(row.id, status)
                due = time.time() + EVERY
                await asyncio.sleep(EVERY)

        tasks = [asyncio.create_task(poll(row)) for row in await rows.live()]
        try:
            await asyncio.sleep(0)
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await rows.close()


async def fill_ours(database: str, count: int) -> None:
    await fill_rows(
        database, (live_row(next_id(), _task_id(number), _sent_at(number, count)) for number in range(count))
    )


async def fill_baseline(database: str, count: int) -> None:
    rows = await Rows.open(Path(database.removeprefix("sqlite:///")))
    try:
        await rows.insert(
            *(
                Row(
                    id=number + 1,
                    user_id=1,
                    channel_id=1,
                    message_id=1,
                    thread_id=1,
                    prompt="A live job",
                    seconds=8,
                    size="1280x720",
                    task_id=_task_id(number),
                    status="processing",
                )
                for number in range(count)
            )
        )
    finally:
        await rows.close()


def _task_id(number: int) -> str:
    return str(UUID(int=number))


def _sent_at(number: int, count: int) -> float:
    return time.time() - SENT_WITHIN * (number + 0.5) / count


BOTS: dict[str, tuple[Callable[[str, int], Awaitable[None]], Start]] = {
    "ours": (fill_ours, start_ours),
    "baseline": (fill_baseline, start_baseline),
}


async def measure(name: str, count: int, seconds: float) -> Measured:
    fill, start = BOTS[name]
    watch = Watch()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        database = f"sqlite:///{folder}/jobs.db"
        await fill(database, count)
        async with _answerer() as vendor:
            before, began = _resident(), time.monotonic()
            async with start(database, vendor, count, watch), LoopDelay() as delay:
                ready = time.monotonic() - began
                await asyncio.sleep(WARM_UP if seconds > WARM_UP else seconds)
                watch.late.clear()
                delay.delays.clear()
                cpu, since = time.process_time(), time.monotonic()
                await asyncio.sleep(seconds)
                cpu, took = time.process_time() - cpu, time.monotonic() - since
                polls = len(watch.late)
                return Measured(
                    bytes_per_job=(_resident() - before) / count,
                    polls_per_second=polls / took,
                    wanted_per_second=count / EVERY if name == "baseline" else polls / took,
                    cpu_percent=100 * cpu / took,
                    cpu_us_per_poll=1e6 * cpu / max(1, polls),
                    late_p50_ms=1000 * percentile(watch.late, 0.5),
                    late_p99_ms=1000 * percentile(watch.late, 0.99),
                    stall_ms=1000 * delay.worst,
                    ready_s=ready,
                )


@contextlib.asynccontextmanager
async def _answerer() -> AsyncIterator[str]:
    """The vendor, as a process on the other core."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.bench.answerer", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout
    try:
        yield f"http://127.0.0.1:{int(await process.stdout.readline())}"
    finally:
        process.kill()
        await process.wait()


def _resident() -> int:
    """Bytes of memory that this process has."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError("this system does not tell what memory a process has")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bench.polling", description=__doc__)
    parser.add_argument("bot", choices=BOTS)
    parser.add_argument("jobs", type=int)
    parser.add_argument("seconds", type=float)
    chosen = parser.parse_args()
    print(json.dumps(asdict(asyncio.run(measure(chosen.bot, chosen.jobs, chosen.seconds)))))


if __name__ == "__main__":
    main()
