"""What is answered at HTTP_ADDR: health, metrics, and the vendor's events where they are set up."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable

from aiohttp import web

from . import clock
from .health import healthz, metrics
from .outages import AWAY
from .store import Store
from .tracker import Tracker
from .webhooks import LARGEST, EventRefused, Events

log = logging.getLogger(__name__)

WEBHOOK_PATH = "/webhooks/mulerouter"
# Whoever posts an event does it at once, seconds.
POSTED_WITHIN = 10.0


@contextlib.asynccontextmanager
async def serve_http(
    address: tuple[str, int] | None,
    *,
    store: Store,
    tracker: Tracker,
    is_ready: Callable[[], bool],
    webhook_secret: str | None = None,
) -> AsyncIterator[None]:
    """`/healthz` (200 or 503), `/metrics` (Prometheus), and with a secret the path for events; nothing at None.

    A port that is taken is no reason to leave jobs alone: it is logged.
    """
    if address is None:
        yield
        return
    application = web.Application(client_max_size=LARGEST)
    application.add_routes(
        [web.get("/healthz", healthz(tracker, is_ready)), web.get("/metrics", metrics(store, tracker))]
    )
    if webhook_secret:
        application.add_routes([web.post(WEBHOOK_PATH, _hear(Events(webhook_secret), tracker))])
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, *address).start()
        except OSError as error:
            off = "Health, metrics and webhooks are off" if webhook_secret else "Health and metrics are off"
            log.warning("%s: %s. Choose another address in HTTP_ADDR.", off, error)
        yield
    finally:
        await runner.cleanup()


def _hear(events: Events, tracker: Tracker) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def hear(request: web.Request) -> web.Response:
        try:
            await _hear_one(events, tracker, request)
        except EventRefused as refusal:
            log.info("An event that was posted is passed over: %s (%d)", refusal, refusal.status)
            return web.Response(status=refusal.status)
        return web.Response()

    return hear


async def _hear_one(events: Events, tracker: Tracker, request: web.Request) -> None:
    """Raises EventRefused."""
    try:
        async with asyncio.timeout(POSTED_WITHIN):
            body = await request.read()
    except web.HTTPRequestEntityTooLarge as error:
        raise EventRefused(413, "it is too large") from error
    except TimeoutError as error:
        raise EventRefused(408, "it did not come to an end") from error
    event = events.read(request.headers, body, clock.now())
    if event.task_id is None:
        return
    try:
        is_known = await tracker.hear(event.task_id)
    except AWAY as error:
        events.forget(event)
        raise EventRefused(503, "the database does not answer") from error
    if not is_known:
        # one that was sent just now may not be written down yet
        events.forget(event)
        raise EventRefused(404, "its task is none of those that are followed")
