"""The pulse: how late the event loop is, and how soon that is over."""

import asyncio
import time

from bot.pulse import Pulse
from bot.tracker.giving_way import LATE


async def test_a_delay_is_noticed_and_fades() -> None:
    pulse = Pulse()
    beating = asyncio.create_task(pulse.run())
    await asyncio.sleep(0)
    time.sleep(0.3)  # noqa: ASYNC251  # the loop is held up on purpose
    async with asyncio.timeout(30):
        while pulse.late < LATE:  # noqa: ASYNC110  # it is measured
            await asyncio.sleep(0.001)
        while pulse.late >= LATE:  # noqa: ASYNC110  # it is measured
            await asyncio.sleep(0.001)
    beating.cancel()
    assert pulse.take_worst() > LATE
    assert pulse.take_worst() == 0.0
