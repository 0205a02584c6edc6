"""A second client library, written independently of the bot's, logs in and understands all that the sandbox says."""

from collections.abc import AsyncIterator

import hikari
import pytest
from hikari.events.auto_mod_events import AutoModActionExecutionEvent, AutoModRuleDeleteEvent

from sandbox.discord import ChannelType, Discord, Guild, Limits, Permissions, Upload, automod
from sandbox.discord.command_permissions import AllChannels, Target
from sandbox.discord.constants import THREADS, PresetType
from sandbox.discord.events import Event
from sandbox.driver import Blocked, Member, join, wait_for
from tests.sandbox.second_client import SecondClient, logged_in

STILL = hikari.Bytes(b"not looked at", "still.png")


@pytest.fixture
async def discord() -> AsyncIterator[Discord]:
    async with Discord(limits=Limits.lax()) as discord:
        discord.add_guild("Studio").add_channel("dailies")
        yield discord


@pytest.fixture
def guild(discord: Discord) -> Guild:
    return next(iter(discord.state.guilds.values()))


@pytest.fixture
def ana(discord: Discord, guild: Guild) -> Member:
    return join(discord, guild, "Ana")


@pytest.fixture
async def second(discord: Discord, ana: Member) -> AsyncIterator[SecondClient]:
    async with logged_in(discord) as client:
        yield client


def a_channel(guild: Guild, name: str = "dailies") -> int:
    return next(channel.id for channel in guild.channels if channel.name == name)


async def test_it_logs_in_and_knows_its_guild(second: SecondClient, guild: Guild) -> None:
    known = second.bot.cache.get_guild(guild.id)
    assert known
    assert known.name == "Studio"
    assert {channel.name for channel in known.get_channels().values()} == {"dailies"}
    assert {role.name for role in known.get_roles().values()} == {role.name for role in guild.roles.values()}
    me = known.get_my_member()
    assert me
    assert set(me.role_ids) == {guild.id, guild.bot_role.id}


async def test_it_follows_channels_roles_and_guilds(second: SecondClient, discord: Discord, guild: Guild) -> None:
    for type in set(ChannelType) - THREADS - {ChannelType.DM, ChannelType.GROUP_DM, ChannelType.DIRECTORY}:
        guild.add_channel(type.name.lower(), type)
    role = guild.add_role("Crew", Permissions.SEND_MESSAGES)
    channel = guild.add_channel("set", ChannelType.TEXT)
    channel.set_overwrite(role, deny=Permissions.SEND_MESSAGES)
    changed = await second.until(hikari.GuildChannelUpdateEvent)
    assert isinstance(changed.channel, hikari.PermissibleGuildChannel)
    assert changed.channel.permission_overwrites[hikari.Snowflake(role.id)].deny == hikari.Permissions.SEND_MESSAGES
    channel.delete()
    assert (await second.until(hikari.GuildChannelDeleteEvent)).channel_id == channel.id
    another = discord.add_guild("Second unit")
    assert (await second.until(hikari.GuildJoinEvent)).guild.name == "Second unit"
    another.remove_bot()
    assert (await second.until(hikari.GuildLeaveEvent)).guild_id == another.id


async def test_it_follows_what_moderators_do(second: SecondClient, guild: Guild, ana: Member) -> None:
    crew = guild.add_role("Crew", Permissions.MANAGE_MESSAGES)
    crew.rename("Cast")
    guild.give_role(guild.bot, crew)
    assert (await second.until(hikari.MemberUpdateEvent)).member.role_ids[-1] in (guild.id, crew.id, guild.bot_role.id)
    channel = guild.places[a_channel(guild)]
    said = [await ana.say(channel, str(number)) for number in range(2)]
    await second.rest.delete_messages(channel.id, [message.id for message in said])
    assert (await second.until(hikari.GuildBulkMessageDeleteEvent)).message_ids == {message.id for message in said}
    crew.delete()
    assert (await second.until(hikari.RoleDeleteEvent)).role_id == crew.id
    guild.hand_over(ana.user)
    assert (await second.until(hikari.GuildUpdateEvent)).guild.owner_id == ana.id
    guild.set_available(False)
    assert (await second.until(hikari.GuildUnavailableEvent)).guild_id == guild.id
    guild.set_available(True)
    await second.until(hikari.GuildAvailableEvent, 2)


async def test_it_reads_rules(second: SecondClient, guild: Guild) -> None:
    guild.bot_role.granted |= Permissions.MANAGE_GUILD
    channel = guild.places[a_channel(guild)]
    actions = [automod.block("No"), automod.alert(channel), automod.silence(60)]
    made = automod.add(guild, automod.keywords("cat*", allowed=["catalogue"]), actions=actions)
    for trigger in (automod.presets(PresetType.SLURS), automod.spam(), automod.mention_spam(5)):
        automod.add(guild, trigger)
    found = await second.rest.fetch_auto_mod_rules(guild.id)
    assert [int(rule.trigger.type) for rule in found] == [1, 4, 3, 5]
    assert (await second.rest.fetch_auto_mod_rule(guild.id, made.id)).name == "Rule"
    assert [int(action.type) for action in found[0].actions] == [1, 2, 3]


async def test_it_hears_of_rules(second: SecondClient, guild: Guild, ana: Member) -> None:
    guild.bot_role.granted |= Permissions.MANAGE_GUILD
    channel = guild.places[a_channel(guild)]
    rule = automod.add(guild, automod.keywords("cat"), actions=[automod.block("No"), automod.alert(channel)])
    with pytest.raises(Blocked):
        await ana.say(channel, "cat")
    assert (await second.until(AutoModActionExecutionEvent, 2)).matched_keyword == "cat"
    automod.change(rule, enabled=False)
    automod.remove(rule)
    assert (await second.until(AutoModRuleDeleteEvent)).rule.name == "Rule"


async def test_it_reads_who_may_use_commands(second: SecondClient, discord: Discord, guild: Guild, ana: Member) -> None:
    await register(second)
    rest, application = second.rest, discord.state.application
    video = next(int(one["id"]) for one in discord.state.commands[None] if one["name"] == "video")
    with pytest.raises(hikari.NotFoundError, match="Unknown application command permissions"):
        await rest.fetch_application_command_permissions(application.id, guild.id, video)
    rights: dict[Target, bool] = {guild.everyone: False, ana.user: True, AllChannels(guild=guild): False}
    discord.state.set_permissions(guild, rights, command="video")
    found = await rest.fetch_application_command_permissions(application.id, guild.id, video)
    expected = [(guild.id, 1, False), (ana.id, 2, True), (guild.id - 1, 3, False)]
    assert [(one.id, int(one.type), one.has_access) for one in found.permissions] == expected
    assert list(await rest.fetch_application_guild_commands_permissions(application.id, guild.id)) == [found]


async def test_it_hears_people(second: SecondClient, guild: Guild, ana: Member) -> None:
    channel = guild.places[a_channel(guild)]
    said = await ana.say(channel, f"look {guild.bot.mention}", files=[Upload.named("a.png", b"1")])
    heard = (await second.until(hikari.GuildMessageCreateEvent)).message
    assert (heard.id, heard.content, heard.author.username) == (said.id, said.content, "ana")
    assert [file.filename for file in heard.attachments] == ["a.png"]
    thread = await ana.open_thread(channel, "a thread", on=said)
    assert (await second.until(hikari.GuildThreadCreateEvent)).thread.name == "a thread"
    await ana.say(thread, "inside")
    await ana.say(ana.direct, "and in private")
    assert (await second.until(hikari.DMMessageCreateEvent)).message.content == "and in private"
    await ana.delete(said)
    assert (await second.until(hikari.GuildMessageDeleteEvent)).message_id == said.id


async def test_it_sends_and_edits(second: SecondClient, guild: Guild) -> None:
    rest, channel = second.rest, a_channel(guild)
    row = rest.build_message_action_row().add_interactive_button(hikari.ButtonStyle.PRIMARY, "a", label="Cancel")
    embed = hikari.Embed(title="A boat", color=0xFFAA00).set_image(STILL).set_footer("asked by Ana").add_field("n", "v")
    card = await rest.create_message(channel, "card", embed=embed, component=row)
    assert card.embeds[0].image
    assert card.embeds[0].image.url.startswith("http://127.0.0.1:")
    row_sent = card.components[0]
    assert isinstance(row_sent, hikari.ActionRowComponent)
    assert isinstance(row_sent.components[0], hikari.ButtonComponent)
    reply = await rest.create_message(
        channel, "reply", reply=card, attachment=STILL, flags=hikari.MessageFlag.SUPPRESS_NOTIFICATIONS
    )
    assert reply.referenced_message
    assert reply.referenced_message.id == card.id
    edited = await rest.edit_message(channel, card.id, "new", embed=None, components=None)
    assert (edited.content, list(edited.embeds), list(edited.components)) == ("new", [], [])
    assert edited.edited_timestamp
    assert [message.id for message in await rest.fetch_messages(channel)] == [reply.id, card.id]
    assert (await rest.edit_message(channel, reply.id, attachment=None)).attachments == []
    await rest.delete_message(channel, reply.id)
    with pytest.raises(hikari.NotFoundError, match="Unknown Message"):
        await rest.fetch_message(channel, reply.id)
    await second.until(hikari.GuildMessageUpdateEvent, 2)


async def test_it_sends_the_new_layout(second: SecondClient, guild: Guild) -> None:
    rest = second.rest
    section = hikari.impl.SectionComponentBuilder(accessory=hikari.impl.ThumbnailComponentBuilder(media=STILL))
    section.add_text_display("beside")
    container = hikari.impl.ContainerComponentBuilder(accent_color=hikari.Color(5)).add_component(section)
    container.add_text_display("text").add_separator()
    gallery = hikari.impl.MediaGalleryComponentBuilder().add_media_gallery_item(STILL)
    sent = await rest.create_message(
        a_channel(guild), components=[container, gallery], flags=hikari.MessageFlag.IS_COMPONENTS_V2
    )
    held, pictures = sent.components
    assert isinstance(held, hikari.ContainerComponent)
    assert len(held.components) == 3
    assert isinstance(pictures, hikari.MediaGalleryComponent)


async def test_it_opens_threads(second: SecondClient, guild: Guild) -> None:
    rest, channel = second.rest, a_channel(guild)
    card = await rest.create_message(channel, "card")
    thread = await rest.create_message_thread(channel, card.id, "A boat", auto_archive_duration=1440)
    assert (thread.id, thread.parent_id, thread.name) == (card.id, channel, "A boat")
    await rest.create_message(thread, "in line", attachment=STILL)
    await rest.edit_channel(thread, archived=True)
    assert (await second.until(hikari.GuildThreadUpdateEvent)).thread.is_archived
    alone = await rest.create_thread(channel, hikari.ChannelType.GUILD_PUBLIC_THREAD, "alone")
    assert isinstance(await rest.fetch_channel(alone.id), hikari.GuildPublicThread)
    forum = guild.add_channel("forum", ChannelType.FORUM)
    post = await rest.create_forum_post(forum.id, "a post", "first words", attachment=STILL)
    assert [message.content for message in await rest.fetch_messages(post)] == ["first words"]
    with pytest.raises(hikari.BadRequestError, match="thread has already been created"):
        await rest.create_message_thread(channel, card.id, "again")


async def test_it_reads_guilds_and_people(second: SecondClient, guild: Guild, ana: Member) -> None:
    rest = second.rest
    assert (await rest.fetch_my_user()).is_bot
    assert (await rest.fetch_application()).name == guild.bot.name
    assert (await rest.fetch_guild(guild.id)).name == "Studio"
    assert (await rest.fetch_member(guild.id, ana.id)).username == "ana"
    assert [channel.name for channel in await rest.fetch_guild_channels(guild.id)] == ["dailies"]
    assert [found.id async for found in rest.fetch_my_guilds()] == [guild.id]
    private = await rest.create_dm_channel(ana.id)
    assert (await rest.create_message(private, "hello")).channel_id == ana.direct.id


async def test_it_carries_on_after_a_cut(second: SecondClient, discord: Discord, guild: Guild, ana: Member) -> None:
    discord.faults.drop_gateway(resumable=True)
    await ana.say(guild.places[a_channel(guild)], "meanwhile")
    await second.until(hikari.ShardResumedEvent)
    assert (await second.until(hikari.GuildMessageCreateEvent)).message.author.id == ana.id


async def register(second: SecondClient) -> None:
    """A slash command with options of several sorts, and a message menu."""
    rest = second.rest
    video = rest.slash_command_builder("video", "Make a video")
    prompt = hikari.CommandOption(type=hikari.OptionType.STRING, name="prompt", description="d", is_required=True)
    model = hikari.CommandOption(type=hikari.OptionType.STRING, name="model", description="d", autocomplete=True)
    image = hikari.CommandOption(type=hikari.OptionType.ATTACHMENT, name="image", description="d")
    friend = hikari.CommandOption(type=hikari.OptionType.USER, name="friend", description="d")
    place = hikari.CommandOption(type=hikari.OptionType.CHANNEL, name="place", description="d")
    for option in (prompt, model, image, friend, place):
        video.add_option(option)
    menu = rest.context_menu_command_builder(hikari.CommandType.MESSAGE, "Animate this picture")
    application = await rest.fetch_application()
    registered = await rest.set_application_commands(application, [video, menu])
    assert [command.name for command in registered] == ["video", "Animate this picture"]
    assert list(await rest.fetch_application_commands(application)) == list(registered)


async def test_it_answers_a_slash_command(second: SecondClient, guild: Guild, ana: Member) -> None:
    await register(second)
    channel = guild.places[a_channel(guild)]
    asked: list[hikari.CommandInteraction] = []

    async def answer(event: hikari.CommandInteractionCreateEvent) -> None:
        asked.append(event.interaction)
        await event.interaction.create_initial_response(hikari.ResponseType.MESSAGE_CREATE, "first", attachment=STILL)
        assert (await event.interaction.fetch_initial_response()).content == "first"
        assert (await event.interaction.edit_initial_response("second")).content == "second"
        assert (await event.interaction.execute("more")).content == "more"

    second.bot.subscribe(hikari.CommandInteractionCreateEvent, answer)
    answered = await ana.run(
        channel, "video", prompt="a boat", image=Upload.named("a.png", b"1"), friend=ana, place=channel
    )
    assert answered.message
    await wait_for(lambda: [each.content for each in answered.follow_ups] == ["more"], timeout=10)
    assert answered.message.content == "second"
    assert asked[0].options
    assert {each.name for each in asked[0].options} == {"prompt", "image", "friend", "place"}
    found = asked[0].resolved
    assert found
    assert [file.filename for file in found.attachments.values()] == ["a.png"]
    assert [user.id for user in found.users.values()] == [ana.id]
    assert [place.id for place in found.channels.values()] == [channel.id]
    assert asked[0].app_permissions
    assert asked[0].member
    assert asked[0].member.permissions


async def test_it_answers_only_to_one_member(second: SecondClient, guild: Guild, ana: Member) -> None:
    await register(second)

    async def answer(event: hikari.CommandInteractionCreateEvent) -> None:
        await event.interaction.create_initial_response(
            hikari.ResponseType.DEFERRED_MESSAGE_CREATE, flags=hikari.MessageFlag.EPHEMERAL
        )
        await event.interaction.edit_initial_response("no picture")

    second.bot.subscribe(hikari.CommandInteractionCreateEvent, answer)
    answered = await ana.run(ana.direct, "video", prompt="a boat")
    assert answered.ephemeral
    await wait_for(lambda: answered.message and answered.message.content == "no picture", timeout=10)


async def test_it_answers_a_message_menu_and_completes(second: SecondClient, guild: Guild, ana: Member) -> None:
    await register(second)
    channel = guild.places[a_channel(guild)]

    async def use(event: hikari.CommandInteractionCreateEvent) -> None:
        assert event.interaction.resolved
        (target,) = event.interaction.resolved.messages.values()
        names = ", ".join(file.filename for file in target.attachments)
        await event.interaction.create_initial_response(hikari.ResponseType.MESSAGE_CREATE, names)

    async def complete(event: hikari.AutocompleteInteractionCreateEvent) -> None:
        typed = next(option for option in event.interaction.options if option.is_focused)
        await event.interaction.create_response([hikari.impl.AutocompleteChoiceBuilder(f"{typed.value}ra", "sora")])

    second.bot.subscribe(hikari.CommandInteractionCreateEvent, use)
    second.bot.subscribe(hikari.AutocompleteInteractionCreateEvent, complete)
    said = await ana.say(channel, "look", files=[Upload.named("a.png", b"1")])
    answered = await ana.use(said, "Animate this picture")
    assert answered.message
    assert answered.message.content == "a.png"
    choices = await ana.autocomplete(channel, "video", "model", "so", prompt="a boat")
    assert [(choice["name"], choice["value"]) for choice in choices] == [("sora", "sora")]


async def test_it_answers_buttons_and_forms(second: SecondClient, guild: Guild, ana: Member) -> None:
    rest = second.rest
    row = rest.build_message_action_row().add_interactive_button(hikari.ButtonStyle.PRIMARY, "change", label="Change")
    card = await rest.create_message(a_channel(guild), "card", component=row)

    async def press(event: hikari.ComponentInteractionCreateEvent) -> None:
        assert event.interaction.message.id == card.id
        form = rest.build_modal_action_row().add_text_input("prompt", "Prompt")
        await event.interaction.create_modal_response("Change", "form", component=form)

    async def submit(event: hikari.ModalInteractionCreateEvent) -> None:
        (first,) = event.interaction.components
        assert isinstance(first, hikari.ActionRowComponent)
        (typed,) = first.components
        assert isinstance(typed, hikari.TextInputComponent)
        await event.interaction.create_initial_response(
            hikari.ResponseType.MESSAGE_UPDATE, f"{typed.custom_id}: {typed.value}", components=[]
        )

    second.bot.subscribe(hikari.ComponentInteractionCreateEvent, press)
    second.bot.subscribe(hikari.ModalInteractionCreateEvent, submit)
    shown = guild.places[a_channel(guild)].messages[card.id]
    opened = await ana.press(shown, "Change")
    assert opened.modal
    changed = await ana.submit(opened, prompt="a kite")
    assert changed.failed is None
    assert (shown.content, shown.components) == ("prompt: a kite", [])


async def test_what_it_does_not_understand_is_noticed(discord: Discord, guild: Guild) -> None:
    with pytest.raises(AssertionError, match="MESSAGE_CREATE"):
        async with logged_in(discord) as client:
            discord.state.tell.publish(Event(name="MESSAGE_CREATE", payload=lambda _: {"id": "1"}, guild_id=guild.id))
            await wait_for(lambda: client.failures, timeout=10)
