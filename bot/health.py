"""Health and metrics, for whoever watches the process."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from . import clock
from .jobs import Status
from .store import Store
from .tracker import Tracker

# How often the event loop is asked whether it is late, seconds.
PULSE_EVERY = 0.02
# A tracker that has not said that it lives for this long does not, seconds.
SILENT_AFTER = 30.0


class Pulse:
    """How late the event loop was at worst since somebody last asked: while it is, nobody gets an answer."""

    def __init__(self) -> None:
        self._worst = 0.0

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            due = time.monotonic() + PULSE_EVERY
            await asyncio.sleep(PULSE_EVERY)
            self._worst = max(self._worst, time.monotonic() - due)

    def take_worst(self) -> float:
        """Seconds."""
        worst, self._worst = self._worst, 0.0
        return worst


def healthz(tracker: Tracker, is_ready: Callable[[], bool]) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(_request: web.Request) -> web.Response:
        tracking = clock.now() - tracker.beat_at < SILENT_AFTER
        state = {"gateway": is_ready(), "tracker": tracking}
        return web.json_response(state, status=200 if all(state.values()) else 503)

    return answer


def metrics(store: Store, tracker: Tracker, pulse: Pulse) -> Callable[[web.Request], Awaitable[web.Response]]:
    registry = CollectorRegistry()
    jobs = Gauge("dailies_jobs", "Jobs in the database by status", ["status"], registry=registry)
    held = Gauge("dailies_held", "Jobs this process holds, by lane", ["lane"], registry=registry)
    late = Gauge("dailies_late_seconds", "How late the last job was taken up, by lane", ["lane"], registry=registry)

    stall = Gauge("dailies_loop_stall_seconds", "The event loop's worst delay since the last scrape", registry=registry)
    workers = Gauge("dailies_workers", "Processes on this database", registry=registry)
    commits = Gauge("dailies_commits", "Transactions this process committed", registry=registry)

    async def answer(_request: web.Request) -> web.Response:
        for status in Status:
            jobs.labels(status).set(await store.count(status))
        for lane in tracker.lanes:
            held.labels(lane.name).set(len(lane))
            late.labels(lane.name).set(lane.late_by)
        # of those in the lane it is the turn already
        waiting, late_by = tracker.looks
        held.labels("look").set(waiting)
        late.labels("look").set(late_by)
        stall.set(pulse.take_worst())
        workers.set(tracker.workers)
        commits.set(store.database.commits)
        return web.Response(body=generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return answer
