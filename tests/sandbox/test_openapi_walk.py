"""The real client walks the paths the bot uses: what it asks and what it is answered are as Discord describes them."""

import io
from collections.abc import AsyncIterator

import discord
import pytest

from sandbox.discord import Channel, ChannelType, Discord, ForumTag, Guild, Limits, Permissions, Upload, automod
from sandbox.discord.command_permissions import AllChannels
from sandbox.discord.constants import PresetType
from sandbox.discord.state import Team
from sandbox.driver import Member, join, wait_for
from tests import discord_openapi
from tests.sandbox import client_payloads, real_client
from tests.sandbox.real_client import Bot


@pytest.fixture
async def sandbox() -> AsyncIterator[Discord]:
    """A Discord; whatever was asked of it and answered has to be as described."""
    description = discord_openapi.load()
    if description is None:
        pytest.skip(discord_openapi.ABSENT)
    async with Discord(limits=Limits.lax()) as running:
        running.add_guild("Studio").add_channel("dailies")
        yield running
    asked = {problem for each in running.record for problem in description.request_problems(each)}
    answered = {problem for each in running.record for problem in description.answer_problems(each)}
    assert (asked, answered, running.record.warnings) == (set(), set(), [])


@pytest.fixture
def guild(sandbox: Discord) -> Guild:
    return next(iter(sandbox.state.guilds.values()))


@pytest.fixture
def place(guild: Guild) -> Channel:
    return guild.channels[0]


@pytest.fixture
def ana(sandbox: Discord, guild: Guild) -> Member:
    return join(sandbox, guild, "Ana")


@pytest.fixture
async def bot(sandbox: Discord, ana: Member) -> AsyncIterator[Bot]:
    async with real_client.logged_in(sandbox) as running:
        yield running
        assert running.errors == []


def text_channel(bot: Bot, place: Channel) -> discord.TextChannel:
    channel = bot.get_channel(place.id)
    assert isinstance(channel, discord.TextChannel)
    return channel


async def test_it_reads_what_is_there(bot: Bot, guild: Guild, place: Channel, ana: Member) -> None:
    assert {command.name for command in await bot.tree.fetch_commands()} >= {"video", "Animate this picture"}
    assert (await bot.application_info()).id == bot.application_id
    found = await bot.fetch_guild(guild.id)
    assert [each.name for each in await found.fetch_channels()] == ["dailies"]
    assert (await found.fetch_member(ana.id)).name == "ana"
    assert [each.id async for each in bot.fetch_guilds()] == [guild.id]
    # no media channel: Discord's description does not know that type yet
    for type in (ChannelType.ANNOUNCEMENT, ChannelType.VOICE, ChannelType.STAGE, ChannelType.FORUM):
        channel = await bot.fetch_channel(guild.add_channel(type.name.lower(), type).id)
        assert isinstance(channel, discord.abc.GuildChannel)
        assert channel.type.value == type


async def test_it_reads_how_a_server_is_moderated(
    bot: Bot, sandbox: Discord, guild: Guild, place: Channel, ana: Member
) -> None:
    guild.bot_role.granted |= Permissions.MANAGE_GUILD
    channel, crew = text_channel(bot, place), guild.add_role("Crew")
    actions = [automod.block("No"), automod.block(), automod.alert(place), automod.silence(60)]
    automod.add(guild, automod.keywords("a"), actions=actions, exempt_roles=[crew], exempt_channels=[place])
    for trigger in (automod.presets(PresetType.SLURS), automod.spam(), automod.mention_spam(5)):
        automod.add(guild, trigger)
    for rule in await channel.guild.fetch_automod_rules():
        assert (await channel.guild.fetch_automod_rule(rule.id)).name == "Rule"
    sandbox.state.set_permissions(guild, {crew: True, ana.user: True, place: False}, command="video")
    sandbox.state.set_permissions(guild, {AllChannels(guild=guild): False})
    command = next(one for one in await bot.tree.fetch_commands() if one.name == "video")
    assert len((await command.fetch_permissions(channel.guild)).permissions) == 3
    application_id = sandbox.state.application.id
    everything = await bot.http.get_guild_application_command_permissions(application_id, guild.id)
    assert len(everything) == 2
    assert (await channel.guild.fetch_role(crew.id)).name == "Crew"
    sandbox.state.application.team = Team(name="Crew", owner=ana.user, invited=(guild.owner,))
    assert (await bot.application_info()).team
    fresh = sandbox.add_guild("Second unit")
    await wait_for(lambda: bot.get_guild(fresh.id))
    await bot.http.leave_guild(fresh.id)


async def test_it_removes_and_hides(bot: Bot, guild: Guild, place: Channel, ana: Member) -> None:
    guild.bot_role.granted |= Permissions.MANAGE_MESSAGES | Permissions.MANAGE_CHANNELS | Permissions.MANAGE_ROLES
    channel = text_channel(bot, place)
    said = [await ana.say(place, str(number)) for number in range(3)]
    await channel.delete_messages([discord.Object(message.id) for message in said[:2]])
    await channel.get_partial_message(said[2].id).delete()
    card = await channel.send(file=client_payloads.still())
    hidden = {"attachments": [{"id": str(card.attachments[0].id), "is_spoiler": True}]}
    with discord.http.MultipartParameters(payload=hidden, multipart=None, files=None) as parameters:
        await bot.http.edit_message(channel.id, card.id, params=parameters)
    assert (await channel.fetch_message(card.id)).attachments[0].is_spoiler()
    await channel.edit(name="calm")
    closed = discord.PermissionOverwrite(send_messages=False)
    await channel.edit(overwrites={channel.guild.default_role: closed})
    await channel.set_permissions(channel.guild.me, send_messages=True)


async def test_it_shows_menus_of_roles_and_people(bot: Bot, guild: Guild, place: Channel) -> None:
    view = discord.ui.View(timeout=None)
    crew = discord.Object(guild.add_role("Crew").id)
    view.add_item(discord.ui.RoleSelect(custom_id="r", default_values=[crew], max_values=5))
    view.add_item(discord.ui.UserSelect(custom_id="u", default_values=[discord.Object(guild.owner.id)]))
    view.add_item(discord.ui.ChannelSelect(custom_id="c", channel_types=[discord.ChannelType.text]))
    view.add_item(discord.ui.MentionableSelect(custom_id="m", min_values=0))
    sent = await text_channel(bot, place).send("choose", view=view)
    rows = [row for row in sent.components if isinstance(row, discord.ActionRow)]
    assert [type(row.children[0]) for row in rows] == [discord.SelectMenu] * 4


async def test_it_sends_edits_and_deletes(bot: Bot, place: Channel) -> None:
    channel = text_channel(bot, place)
    text = await channel.send("hello", nonce="job-1-queued", silent=True)
    card = await channel.send(
        embed=client_payloads.card(), file=client_payloads.still(), view=client_payloads.buttons()
    )
    await card.reply("a reply", mention_author=False)
    later = channel.get_partial_message(card.id)
    await later.edit(content="new", embed=client_payloads.card(), view=client_payloads.buttons())
    kept = await channel.fetch_message(card.id)
    await later.edit(attachments=[*kept.attachments, client_payloads.still()])
    await later.edit(attachments=[], embed=None, view=None)
    await channel.send(view=client_payloads.layout(), file=client_payloads.still())
    assert len([message async for message in channel.history(limit=20)]) == 4
    await text.delete()
    async with channel.typing():
        pass


async def test_it_opens_threads(bot: Bot, guild: Guild, place: Channel) -> None:
    channel = text_channel(bot, place)
    card = await channel.send("card")
    thread = await card.create_thread(name="A boat", auto_archive_duration=1440)
    clip = discord.File(io.BytesIO(b"not looked at"), "clip.mp4")
    await thread.send("done", file=clip, reference=await thread.send("in line"))
    await thread.edit(archived=True)
    await thread.edit(archived=False)
    await thread.leave()
    await thread.join()
    await channel.create_thread(name="alone", type=discord.ChannelType.public_thread)
    forum = await bot.fetch_channel(guild.add_channel("forum", ChannelType.FORUM).id)
    assert isinstance(forum, discord.ForumChannel)
    post = await forum.create_thread(name="a post", content="first", file=client_payloads.still())
    assert post.message.content == "first"


async def test_it_pins(bot: Bot, guild: Guild, place: Channel) -> None:
    guild.bot_role.granted |= Permissions.PIN_MESSAGES
    channel = text_channel(bot, place)
    card = await channel.send("board")
    await card.pin()
    assert [pinned.id async for pinned in channel.pins(limit=1)] == [card.id]
    assert [message.type async for message in channel.history(limit=1)] == [discord.MessageType.pins_add]
    await card.unpin()


async def test_it_opens_posts_with_tags_and_changes_them(bot: Bot, guild: Guild) -> None:
    guild.bot_role.granted |= Permissions.MANAGE_THREADS
    made = guild.add_forum("ideas", "open", ForumTag(name="voting", moderated=True, emoji="🗳️"), requires_tag=True)
    forum = await bot.fetch_channel(made.id)
    assert isinstance(forum, discord.ForumChannel) and forum.flags.require_tag
    opened, voting = forum.available_tags
    assert voting.moderated and str(voting.emoji) == "🗳️"
    post = await forum.create_thread(name="a brief", content="board", applied_tags=[opened])
    await post.thread.edit(applied_tags=[voting], name="a vote")
    changed = await bot.fetch_channel(post.thread.id)
    assert isinstance(changed, discord.Thread) and changed.applied_tags == [voting]
    await post.thread.edit(locked=True, archived=True)


async def test_it_is_refused_as_described(bot: Bot, place: Channel) -> None:
    channel = text_channel(bot, place)
    card = await channel.send("card")
    await card.create_thread(name="A boat")
    for wrong, code in (
        (channel.fetch_message(5), 10008),
        (channel.send(""), 50006),
        (channel.send("x" * 2001), 50035),
        (card.create_thread(name="again"), 160004),
        (bot.fetch_channel(5), 10003),
    ):
        with pytest.raises(discord.HTTPException) as refused:
            await wrong
        assert refused.value.code == code


async def test_it_writes_in_private(bot: Bot, ana: Member) -> None:
    person = await bot.fetch_user(ana.id)
    assert (await person.send("hello")).channel.id == ana.direct.id


async def test_it_answers_a_slash_command(bot: Bot, place: Channel, ana: Member) -> None:
    picture = Upload.named("a.png", b"four")
    answer = await ana.run(place, "video", prompt="a boat", seconds=8, image=picture)
    assert answer.message
    await wait_for(lambda: answer.follow_ups and answer.follow_ups[0].deleted)
    assert answer.message.content == "a boat, 8 s, 4 bytes"
    assert (answer.follow_ups[0].content, answer.follow_ups[0].edits) == ("even more", 1)


async def test_it_answers_privately_and_by_menu(bot: Bot, place: Channel, ana: Member) -> None:
    answer = await ana.run(place, "privately")
    await wait_for(lambda: answer.message and answer.message.content == "only you see this")
    assert answer.ephemeral
    said = await ana.say(place, "look", files=[Upload.named("a.png", b"1")])
    used = await ana.use(said, "Animate this picture")
    assert used.message
    assert used.message.content == "a.png"
    choices = await ana.autocomplete(place, "video", "model", "pro", prompt="a boat")
    assert [choice["value"] for choice in choices] == ["sora-2-pro"]


async def test_it_answers_forms(bot: Bot, place: Channel, ana: Member) -> None:
    form = await ana.run(place, "ask")
    answer = await ana.submit(form, Prompt="a kite", Picture=Upload.named("a.png", b"1"))
    assert answer.message
    assert answer.message.content == "a kite"


async def test_it_answers_buttons(bot: Bot, place: Channel, ana: Member) -> None:
    card = (await ana.run(place, "video", prompt="a boat")).message
    assert card
    assert (await ana.press(card, "Touch")).kind == "update"
    assert card.components[0]["components"][0]["label"] == "Changed"
    changed = await ana.submit(await ana.press(card, "Changed"), Prompt="a kite")
    assert (changed.kind, card.content) == ("update", "a kite")
    assert (await ana.press(card, "Wait")).kind == "deferred_update"
    await wait_for(lambda: card.content == "waited")
