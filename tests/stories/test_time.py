"""A machine whose time is off, or jumps: what is planned happens all the same, and nobody's job is taken for dead."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.bot_process import REPOSITORY
from sandbox.driver import wait_for
from sandbox.mulerun import faults
from tests.stories.conftest import Studio, card_of, card_text
from tests.stories.test_workers import Company, company

__all__ = ["company"]

HOUR = 3600
BEFORE = Path(__file__).parent / "other_time"
# a worker notices with its next beat
QUICK = {"bot.tracker.worker:BEAT_EVERY": 1.0}
# from one beat of the worker to the next, and what a busy machine adds, seconds
NOTICED = 15.0

SetTime = Callable[[float], None]


def on_another_time(folder: Path, off_by: float = 0.0) -> tuple[dict[str, str], SetTime]:
    """The settings of a process whose time is off, and what sets it by how much."""
    file = folder / "time-off-by"

    def set_time(off_by: float) -> None:
        # at once: it is read with every look at the time
        (new := file.with_suffix(".new")).write_text(str(off_by), encoding="utf-8")
        new.replace(file)

    set_time(off_by)
    return {"PYTHONPATH": f"{BEFORE}:{REPOSITORY}", "TIME_OFF_BY": str(file)}, set_time


async def on_its_own_time(studio: Studio) -> SetTime:
    await studio.bot.stop()
    settings, set_time = on_another_time(studio.folder)
    studio.settings |= settings
    await studio.start()
    return set_time


@pytest.mark.clocks(QUICK)
@pytest.mark.vendor(pending=0.3, processing=2.0)
@pytest.mark.parametrize("jump", [-HOUR, HOUR])
async def test_a_job_goes_on_when_the_time_jumps(studio: Studio, jump: int) -> None:
    """An hour back it was looked at an hour later; an hour forward it was told late, and not looked at any more."""
    set_time = await on_its_own_time(studio)
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="a fox in the snow"))
    await studio.hears(card, "Rendering")
    set_time(jump)
    done = await studio.hears(card, "Done", timeout=NOTICED)
    assert len(done.attachments) == 1
    await wait_for(lambda: "Done" in card_text(card), what="the card to show the end")
    assert "Still no result" not in " ".join(studio.said(card))
    after = card_of(await studio.ana.run(studio.channel, "video", prompt="a boat in the rain"))
    await studio.hears(after, "Done", timeout=NOTICED)
    # what was noticed is said once
    await wait_for(lambda: "The time jumped" in studio.bot.log, timeout=NOTICED, what="the jump to be noticed")
    assert studio.bot.log.count("The time jumped") == 1


@pytest.mark.clocks(QUICK)
@pytest.mark.vendor(pending=0.3, processing=2.0)
async def test_a_job_goes_on_when_the_time_was_put_back_while_nobody_ran(studio: Studio) -> None:
    set_time = await on_its_own_time(studio)
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="a fox in the snow"))
    await studio.hears(card, "Rendering")
    await studio.bot.kill()
    set_time(-HOUR)
    await studio.start()
    await studio.hears(card, "Done", timeout=NOTICED)


@pytest.mark.vendor(pending=6.0)
async def test_a_machine_that_slept_says_nothing_twice(studio: Studio) -> None:
    """A message reached Discord and its answer did not; after an hour's sleep Discord knows its nonce no more."""
    set_time = await on_its_own_time(studio)
    studio.discord.faults.reset(r"/messages$", method="POST", after_applying=True)
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="a fox in the snow"))
    await studio.hears(card, "Sent to")
    set_time(HOUR)
    studio.discord.state.nonces.clear()
    await studio.hears(card, "Done")
    assert len(studio.said(card)) == len(set(studio.said(card)))


async def test_workers_whose_clocks_differ_leave_each_others_jobs_alone(company: Company) -> None:
    """A POST in flight became a doubt, though nobody had crashed."""
    settings, _ = on_another_time(company.folder, -HOUR)
    late = await company.hire(**settings)
    company.vendor.faults.next_posts(faults.slow(6.0))
    await company.wait_for_commands()
    card = card_of(await company.ana.run(company.channel, "video", prompt="a fox in the snow"))
    await wait_for(lambda: company.vendor.ledger.charged, what="the POST")
    await company.hire()
    await company.hears(card, "Done")
    assert "Took over" not in "".join(worker.log for worker in company.workers)
    assert late.runs and company.vendor.ledger.charged == 1
