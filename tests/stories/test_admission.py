"""Admission: a server that nobody allowed, whose owner is asked once; direct messages; a greeting."""

import pytest

from sandbox.discord import Channel, Guild, Message, Permissions
from sandbox.driver import Member, join, wait_for
from sandbox.mulerun import faults
from tests.stories.conftest import Studio, card_of, told
from tests.stories.test_command_line import run_bot
from tests.stories.test_variations import labels
from tests.stories.test_ways_in import answer_to, mention, upload

NOT_YET = "Whoever runs this bot has not allowed this server yet, so nothing was sent."
NOT_HERE = "Whoever runs this bot has not allowed this server, so nothing was sent."
NOT_IN_DIRECT = "Whoever runs this bot has not allowed you to ask in direct messages."
SEND_AGAIN = "Send again, may be charged twice"


def owner_of(studio: Studio) -> Member:
    """The application belongs to whoever owns the studio's server."""
    return Member(studio.discord, studio.guild.owner, studio.guild)


def elsewhere(studio: Studio) -> tuple[Guild, Channel, Member]:
    guild = studio.discord.add_guild("Else*where*")
    return guild, guild.add_channel("general"), join(studio.discord, guild, "Bea")


def questions(owner: Member) -> list[Message]:
    return [one for one in owner.direct.history if "wants a video on a server" in one.content]


async def question(owner: Member) -> Message:
    [only] = await wait_for(lambda: questions(owner), what="the owner to be asked")
    return only


async def test_a_foreign_server_is_asked_about_once_and_works_when_it_is_allowed(studio: Studio) -> None:
    guild, channel, bea = elsewhere(studio)
    owner, zoe = owner_of(studio), join(studio.discord, guild, "Zoe")
    assert NOT_YET in told(await bea.run(channel, "video", prompt="A kite"))
    asked = await question(owner)
    assert f"Else\\*where\\*, 4 members. {bea.mention} asked first." in asked.content and not asked.pinged
    assert labels(asked) == ["Allow", "Leave"]
    # somebody else asks, also after a restart: it is refused, and nobody is asked again
    await studio.restart()
    assert NOT_YET in told(await zoe.run(channel, "video", prompt="A boat"))
    await answer_to(studio, await zoe.say(channel, mention(studio, "A boat")), NOT_YET)
    # whose the bot is counts at the press, not when it was asked
    studio.discord.state.application.owner = studio.ana.user
    assert told(await owner.press(asked, "Allow")) == "Only the owner of this bot can decide that."
    assert NOT_YET in told(await zoe.run(channel, "video", prompt="A boat"))
    studio.discord.state.application.owner = owner.user
    pressed = await owner.press(asked, "Allow")
    assert pressed.kind == "update" and not asked.components
    assert asked.content.endswith(f"\n\nAllowed by {owner.mention}. Asking works there now.")
    card_of(await zoe.run(channel, "video", prompt="A boat"))
    assert questions(owner) == [asked]
    assert await wait_for(lambda: studio.vendor.ledger.charged) == 1


async def test_the_bot_leaves_and_the_decision_is_kept(studio: Studio) -> None:
    guild, channel, bea = elsewhere(studio)
    owner = owner_of(studio)
    assert NOT_YET in told(await bea.run(channel, "video", prompt="A kite"))
    asked = await question(owner)
    studio.discord.faults.answer_next(method="DELETE", path="/users/@me/guilds", status=403, code=50013)
    await owner.press(asked, "Leave")
    assert "does not let me leave just now" in asked.content and labels(asked) == ["Leave"] and guild.has_bot
    await owner.press(asked, "Leave")
    assert not guild.has_bot and not asked.components
    assert asked.content.endswith(f"Not allowed, by {owner.mention}. Nothing is made there.")
    # the library tells a server that was joined from one that was there only once it is ready
    await wait_for(lambda: "Ready as" in studio.bot.log, what="the bot to have heard of its servers")
    # invited again it says how to begin, where it may write, and makes nothing
    closed = guild.add_channel("rules")
    guild.places = {closed.id: closed, channel.id: channel}
    closed.set_overwrite(guild.everyone, deny=Permissions.SEND_MESSAGES)
    guild.add_bot()
    greeting = await wait_for(lambda: next((one for one in channel.history if one.author.bot), None), what="a greeting")
    assert greeting and "`/video`" in greeting.content and "“Animate picture”" in greeting.content
    assert "has to allow this server first" in greeting.content and "`/settings`" in greeting.content
    assert NOT_HERE in told(await bea.run(channel, "video", prompt="A kite"))
    # once, however often it comes back
    guild.remove_bot()
    guild.add_bot()
    assert NOT_HERE in told(await bea.run(channel, "video", prompt="A kite"))
    assert [one for one in channel.history if one.author.bot] == [greeting] and questions(owner) == [asked]


async def test_every_way_in_is_closed_where_the_bot_is_not_allowed(studio: Studio) -> None:
    _, channel, bea = elsewhere(studio)
    database = {"DATABASE_URL": f"sqlite:///{studio.folder / 'data' / 'dailies.db'}"}
    guild = str(channel.guild_id)
    assert (await run_bot(studio.folder, database, "guilds", "allow", guild))[0] == 0
    result = await studio.hears(card_of(await bea.run(channel, "video", prompt="A kite", image=upload())), "Done in")
    studio.vendor.faults.next_posts(faults.reset(accepted=True))
    doubtful = await studio.hears(card_of(await bea.run(channel, "video", prompt="A boat")), "cannot tell whether")
    composed = await bea.submit(await bea.run(channel, "compose"), Subject="A kite")
    # the operator's word, while the bot runs
    code, out, err = await run_bot(studio.folder, database, "guilds", "deny", guild)
    assert (code, err) == (0, "") and f"Server {guild} is denied" in out
    assert is_denied(await run_bot(studio.folder, database, "guilds", "list"), guild)
    made = len(studio.vendor.ledger.tasks)
    assert NOT_HERE in told(await bea.run(channel, "video", prompt="Another"))
    assert NOT_HERE in told(await bea.press(result, "Again"))
    assert NOT_HERE in told(await bea.submit(await bea.press(result, "Change"), Prompt="Another"))
    assert NOT_HERE in told(await bea.press(doubtful, SEND_AGAIN))
    assert composed.message and NOT_HERE in told(await bea.press(composed.message, "Send"))
    posted = await bea.say(channel, "a beach", files=[upload()])
    assert NOT_HERE in told(await bea.submit(await bea.use(posted, "Animate picture"), Prompt="It moves"))
    await answer_to(studio, await bea.say(channel, mention(studio, "Another")), NOT_HERE)
    remark = await answer_to(studio, await bea.say(result.channel, "at night", reply_to=result), "become a new video")
    assert NOT_HERE in told(await bea.press(remark, "Send"))
    assert len(studio.vendor.ledger.tasks) == made
    # what was refused is still to be decided on, and is sent once it may be
    await run_bot(studio.folder, database, "guilds", "allow", guild)
    card_of(await bea.press(doubtful, SEND_AGAIN))


def is_denied(ended: tuple[int, str, str], guild: str) -> bool:
    code, out, _ = ended
    return code == 0 and f"\n{guild}  denied; on the command line, " in f"\n{out}"


async def test_direct_messages_by_each_value(studio: Studio) -> None:
    ana, owner = studio.ana, owner_of(studio)
    assert NOT_IN_DIRECT in told(await ana.run(ana.direct, "video", prompt="A kite"))
    await answer_to(studio, await ana.say(ana.direct, mention(studio, "A kite")), NOT_IN_DIRECT)
    card_of(await owner.run(owner.direct, "video", prompt="A boat"))
    studio.settings["DIRECT"] = "none"
    await studio.restart()
    assert NOT_IN_DIRECT in told(await owner.run(owner.direct, "video", prompt="A kite"))
    studio.settings["DIRECT"] = str(ana.id)
    await studio.restart()
    card_of(await ana.run(ana.direct, "video", prompt="A tent"))
    assert NOT_IN_DIRECT in told(await owner.run(owner.direct, "video", prompt="A kite"))


async def test_who_manages_a_server_and_owns_the_bot_need_not_be_asked(studio: Studio) -> None:
    guild, channel, bea = elsewhere(studio)
    guild.admit(studio.guild.owner, roles=(guild.add_role("Keeper", Permissions.MANAGE_GUILD),))
    card_of(await bea.run(channel, "video", prompt="A kite"))
    assert not questions(owner_of(studio))


@pytest.mark.settings(GUILDS="ask", LOG_LEVEL="INFO")
async def test_an_owner_who_takes_no_messages_finds_in_the_log_what_to_do(studio: Studio) -> None:
    guild, channel, bea = elsewhere(studio)
    studio.guild.owner.closed = True
    for _ in range(2):
        assert NOT_YET in told(await bea.run(channel, "video", prompt="A kite"))
        await wait_for(lambda: f"python -m bot guilds allow {guild.id}" in studio.bot.log, what="a line in the log")
    assert studio.bot.log.count("guilds allow") == 1 and "Else" not in studio.bot.log
