"""Coming up, and coming back, on a bad day of Discord's."""

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


async def test_a_gateway_that_refuses_and_then_cuts_before_a_word_is_waited_out(studio: Studio) -> None:
    studio.discord.gateway.cut_next = 2
    studio.discord.faults.refuse_gateway(1.0)
    await wait_for(lambda: not studio.discord.gateway.cut_next, what="the cuts")
    await studio.discord.wait_until_connected()
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite"))
    assert (await studio.hears(card, "Done in")).attachments


async def test_a_gateway_that_is_away_at_the_start_is_waited_for(studio: Studio) -> None:
    await studio.bot.kill()
    studio.discord.gateway.cut_next = 2
    await studio.start()
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite"))
    assert (await studio.hears(card, "Done in", timeout=60)).attachments
