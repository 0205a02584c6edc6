"""Sending: what was found out is true, whatever becomes of the words that came with it."""

import asyncio

import aiohttp
import pytest

from bot.catalogue import read_catalogue
from bot.jobs import Status
from bot.line import Room
from bot.mulerun import MuleRun
from bot.reasons import Reason
from bot.store import Store
from bot.tracker.availability import Availability
from bot.tracker.lanes import Lanes
from bot.tracker.outcomes import Outcomes
from bot.tracker.own_jobs import OwnJobs
from bot.tracker.quiet import Quiet
from bot.tracker.sender import Sender
from sandbox.mulerun import MuleRun as Vendor
from sandbox.mulerun import faults
from tests.bot.test_watcher import POISON
from tests.jobs import a_job

CATALOGUE = read_catalogue()


async def test_a_refusal_whose_words_no_database_takes_is_no_doubt(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    """It was told that it may have been charged, untruly."""
    await store._write(lambda db: db.exec_driver_sql(POISON["sqlite" if store.is_exclusive else "postgresql"]) and None)
    await store.insert(a_job(1, card_id=7))
    async with Vendor() as vendor, aiohttp.ClientSession() as session:
        vendor.faults.next_posts(faults.rejected("poison"))
        mulerun, quiet = MuleRun(session, session, vendor.base_url, vendor.api_key), Quiet()
        lanes, room, news = Lanes(quiet), Room(most=1), asyncio.Event()
        jobs = OwnJobs(store, lanes)
        outcomes, availability = Outcomes(store, jobs, lanes), Availability(store)
        sender = Sender(store, jobs, mulerun, CATALOGUE, outcomes, availability, quiet, room, news)
        running = asyncio.create_task(sender.run())
        async with asyncio.timeout(30):
            while not (job := await store.find(a_job(1).id)) or job.status in (Status.QUEUED, Status.SUBMITTING):  # noqa: ASYNC110  # it is the row that tells
                await asyncio.sleep(0.02)
        await sender.stop()
        await running
    assert (job.status, job.reason, job.detail) == (Status.FAILED, Reason.BAD_REQUEST, None)
    assert vendor.ledger.charged == 0 and "Sending failed" in caplog.text
