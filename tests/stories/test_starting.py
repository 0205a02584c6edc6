"""Coming up, and coming back, on a bad day of Discord's."""

import re
import time

import pytest

from sandbox.driver import wait_for
from tests.stories.conftest import Studio, card_of

GATEWAY = "/gateway/bot"


async def test_a_start_waits_out_whatever_discord_answers_and_then_asks_nothing_more(studio: Studio) -> None:
    await studio.bot.kill()
    faults = studio.discord.faults
    faults.reset(GATEWAY, times=2)
    faults.answer_next(r"/users/@me$", status=429, via=False)
    before = len([*studio.discord.record])
    await studio.start()
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite"))
    assert (await studio.hears(card, "Done in")).attachments
    assert faults.pending == []
    # what is asked while connecting is asked without patience, so nothing is: each of these belongs to a login
    asked = [(each.path, each.status) for each in [*studio.discord.record][before:] if each.path.startswith("/gateway")]
    assert asked == [(GATEWAY, 0), (GATEWAY, 0), (GATEWAY, 200), (GATEWAY, 200)]


ME = r"/users/@me$"


@pytest.mark.parametrize(
    ("path", "status", "via", "asked_for"),
    [
        (GATEWAY, 429, False, 4.0),
        (GATEWAY, 429, True, 4.0),
        (GATEWAY, 429, False, None),
        (GATEWAY, 502, False, None),
        (ME, 429, False, 4.0),
        (ME, 429, False, None),
        (ME, 503, False, 4.0),
        (ME, 503, True, None),
    ],
)
async def test_who_is_not_let_in_waits_as_long_as_discord_or_cloudflare_says_and_tells_it_in_one_line(
    studio: Studio, path: str, status: int, via: bool, asked_for: float | None
) -> None:
    """Who asks again at once is banned for longer."""
    await studio.bot.kill()
    before = len([*studio.discord.record])
    studio.discord.faults.answer_next(path, status=status, via=via, retry_after=asked_for)
    began = len(studio.bot.log)
    await studio.start()
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite"))
    assert (await studio.hears(card, "Done in")).attachments
    asked = [*studio.discord.record][before:]
    refused = next(number for number, each in enumerate(asked) if each.status == status)
    assert asked[refused + 1].at - asked[refused].at >= (asked_for or 1.0)
    lines = studio.bot.log[began:].splitlines()
    assert all(re.match(r"\d{4}-\d\d-\d\d ", line) for line in lines), lines
    [said] = [line for line in lines if "WARNING" in line]
    assert re.search(rf"let us in \(HTTP {status} [A-Z][A-Za-z ]+\), trying again in {asked_for or 1:.0f} s$", said)


async def test_a_gateway_that_refuses_and_then_cuts_before_a_word_is_waited_out(studio: Studio) -> None:
    studio.discord.gateway.cut_next = 2
    studio.discord.faults.refuse_gateway(1.0)
    # discord.py waits at random, and longer each time: up to half a minute in all
    await wait_for(lambda: not studio.discord.gateway.cut_next, timeout=90, what="the cuts")
    await studio.discord.wait_until_connected(seconds=90)
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite"))
    assert (await studio.hears(card, "Done in")).attachments


async def test_a_gateway_that_is_away_at_the_start_is_waited_for(studio: Studio) -> None:
    await studio.bot.kill()
    studio.discord.gateway.cut_next = 2
    await studio.start()
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite"))
    assert (await studio.hears(card, "Done in", timeout=60)).attachments


async def test_a_stop_leaves_what_it_is_reading_without_a_fault(studio: Studio) -> None:
    """Nothing that was begun goes on over connections that are closed: the fixture looks for a trace in the log."""
    await studio.bot.stop()
    for channel in (studio.channel, studio.add_channel("kites")):
        await studio.ana.say(channel, "A kite")
    studio.discord.faults.slow(r"/channels/\d+/messages", 20.0, method="GET")
    await studio.start()
    await wait_for(lambda: not studio.discord.faults.pending, what="the channel to be read")
    began = time.monotonic()
    assert await studio.bot.stop() == 0
    assert time.monotonic() - began < 20.0
