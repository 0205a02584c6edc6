"""Health and metrics, for whoever watches the process."""

from collections.abc import Awaitable, Callable, Iterable

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector

from . import clock
from .jobs import Status
from .store import Store
from .tracker import Tracker

# A tracker that has not said that it lives for this long does not, seconds.
SILENT_AFTER = 30.0


class DatabaseCounters(Collector):
    """What this process had of its database since it began."""

    def __init__(self, store: Store) -> None:
        self._database = store.database

    def collect(self) -> Iterable[CounterMetricFamily]:
        database = self._database
        yield CounterMetricFamily("dailies_database_reads", "Transactions that this process read", value=database.reads)
        yield CounterMetricFamily(
            "dailies_database_writes", "Transactions that this process wrote", value=database.writes
        )
        yield CounterMetricFamily(
            "dailies_database_commits",
            "Commits of this process, each of one transaction or several",
            value=database.commits,
        )


def healthz(tracker: Tracker, is_ready: Callable[[], bool]) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(_request: web.Request) -> web.Response:
        tracking = clock.now() - tracker.beat_at < SILENT_AFTER
        state = {"gateway": is_ready(), "tracker": tracking}
        return web.json_response(state, status=200 if all(state.values()) else 503)

    return answer


def metrics(store: Store, tracker: Tracker) -> Callable[[web.Request], Awaitable[web.Response]]:
    registry = CollectorRegistry()
    jobs = Gauge("dailies_jobs", "Jobs in the database by status", ["status"], registry=registry)
    held = Gauge("dailies_held", "Jobs this process holds, by lane", ["lane"], registry=registry)
    late = Gauge("dailies_late_seconds", "How late the last job was taken up, by lane", ["lane"], registry=registry)

    stall = Gauge("dailies_loop_stall_seconds", "The event loop's worst delay since the last scrape", registry=registry)
    workers = Gauge("dailies_workers", "Processes on this database", registry=registry)
    registry.register(DatabaseCounters(store))

    async def answer(_request: web.Request) -> web.Response:
        counts = await store.counts()
        for status in Status:
            jobs.labels(status).set(counts.get(status, 0))
        for lane in tracker.lanes:
            held.labels(lane.name).set(len(lane))
            late.labels(lane.name).set(lane.late_by)
        # of those in the lane it is the turn already
        waiting, late_by = tracker.looks
        held.labels("look").set(waiting)
        late.labels("look").set(late_by)
        stall.set(tracker.pulse.take_worst())
        workers.set(tracker.workers)
        return web.Response(body=generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return answer
