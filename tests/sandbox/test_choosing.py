"""Roles, people and channels, chosen in menus of messages and in forms, given to commands, and read by the client."""

from typing import Any

import discord as library
import pytest
from discord import ui

from sandbox import driver
from sandbox.discord import Channel, ChannelType, Discord, Guild, Message, Permissions, Upload

from .conftest import HELLO, Api, Bot
from .real_client import logged_in

USER, ROLE, MENTIONABLE, CHANNEL = 5, 6, 7, 8


def menu(kind: int, **more: Any) -> dict[str, Any]:
    return {"type": kind, "custom_id": "pick", **more}


async def with_menu(bot: Bot, channel: Channel, select: dict[str, Any]) -> Message:
    """A message of the bot's with one menu, answered once."""
    rows = [{"type": 1, "components": [select]}]
    sent = await bot.api.send(channel, "choose", components=rows)
    assert sent.status == 200, sent.body
    bot.answers.append({"type": 6})
    return channel.messages[int(sent.body["id"])]


async def form_of(bot: Bot, channel: Channel, ana: driver.Member, select: dict[str, Any]) -> driver.Answer:
    """A form with one select, opened by a command; what it is submitted with is answered once."""
    label = {"type": 18, "label": "Pick", "component": select}
    modal = {"title": "Choose", "custom_id": "form", "components": [label]}
    bot.answers += [{"type": 9, "data": modal}, HELLO]
    form = await ana.run(channel, "video", prompt="x")
    assert form.modal, bot.replies[-1].body if bot.replies else None
    return form


async def test_a_menu_brings_what_was_chosen(bot: Bot, guild: Guild, channel: Channel, ana: driver.Member) -> None:
    crew = guild.add_role("Crew")
    message = await with_menu(bot, channel, menu(MENTIONABLE, max_values=3))
    await ana.choose(message, "pick", [ana, crew])
    data = bot.interaction["data"]
    assert data["values"] == [str(ana.id), str(crew.id)]
    assert data["component_type"] == MENTIONABLE
    assert data["resolved"]["roles"][str(crew.id)]["name"] == "Crew"
    assert data["resolved"]["users"][str(ana.id)]["username"] == "ana"
    assert not {"user", "deaf", "mute"} & data["resolved"]["members"][str(ana.id)].keys()


async def test_who_has_left_is_no_member(bot: Bot, guild: Guild, channel: Channel, ana: driver.Member) -> None:
    gone = guild.add_member("Gone")
    guild.dismiss(gone)
    message = await with_menu(bot, channel, menu(USER))
    await ana.choose(message, "pick", gone)
    resolved = bot.interaction["data"]["resolved"]
    assert (list(resolved["users"]), "members" in resolved) == ([str(gone.id)], False)


async def test_what_no_client_would_send(
    bot: Bot, discord: Discord, guild: Guild, channel: Channel, ana: driver.Member
) -> None:
    crew, foreign = guild.add_role("Crew"), discord.add_guild("Elsewhere").add_role("Crew")
    voice, hidden = guild.add_channel("lounge", ChannelType.VOICE), guild.add_channel("hidden")
    hidden.set_overwrite(guild.everyone, deny=Permissions.VIEW_CHANNEL)
    gone = guild.add_role("Gone")
    gone.delete()
    discord.limits.enforced = False
    wrong: list[tuple[dict[str, Any], object]] = [
        (menu(ROLE), ana),
        (menu(USER), crew),
        (menu(ROLE), []),
        (menu(ROLE, required=False), []),
        (menu(ROLE), [crew, guild.everyone]),
        (menu(ROLE, max_values=2), [crew, crew]),
        (menu(ROLE), foreign),
        (menu(ROLE), gone),
        (menu(CHANNEL, channel_types=[0]), voice),
        (menu(CHANNEL), hidden),
        (menu(MENTIONABLE), channel),
    ]
    for select, values in wrong:
        message = await with_menu(bot, channel, select)
        with pytest.raises(driver.DriverError):
            await ana.choose(message, "pick", values)
    assert not bot.told("INTERACTION_CREATE")


@pytest.mark.parametrize(
    "select",
    [
        menu(ROLE, default_values=[{"id": "1", "type": "user"}]),
        menu(CHANNEL, default_values=[{"id": "1", "type": "role"}]),
        menu(ROLE, default_values=[{"id": "1", "type": "role"}, {"id": "2", "type": "role"}]),
        menu(ROLE, min_values=2, max_values=3, default_values=[{"id": "1", "type": "role"}]),
        menu(ROLE, max_values=3, default_values=[{"id": "1", "type": "role"}] * 2),
        menu(ROLE, default_values=[{"id": "1"}]),
        menu(ROLE, channel_types=[0]),
        menu(CHANNEL, channel_types=[99]),
        menu(ROLE, max_values=26),
        menu(ROLE, options=[{"label": "a", "value": "a"}]),
    ],
)
async def test_menus_that_discord_refuses(api: Api, channel: Channel, select: dict[str, Any]) -> None:
    sent = await api.send(channel, "x", components=[{"type": 1, "components": [select]}])
    ignored = {"channel_types", "options"} & select.keys() and select["type"] == ROLE
    assert sent.status == (200 if ignored else 400)
    assert bool(api.discord.record.warnings) is bool(ignored)


async def test_presets_come_back_as_ids(bot: Bot, guild: Guild, channel: Channel) -> None:
    crew = guild.add_role("Crew")
    message = await with_menu(bot, channel, menu(ROLE, default_values=[{"id": crew.id, "type": "role"}]))
    shown = (await bot.api.call("GET", f"/channels/{channel.id}/messages/{message.id}")).body
    assert shown["components"][0]["components"][0]["default_values"] == [{"id": str(crew.id), "type": "role"}]


async def test_a_form_keeps_its_presets(bot: Bot, guild: Guild, channel: Channel, ana: driver.Member) -> None:
    crew, gone = guild.add_role("Crew"), guild.add_role("Gone")
    preset = [{"id": str(role.id), "type": "role"} for role in (crew, gone)]
    form = await form_of(bot, channel, ana, menu(ROLE, max_values=2, default_values=preset))
    gone.delete()
    await ana.submit(form)
    data = bot.interaction["data"]
    assert data["components"][0]["component"]["values"] == [str(crew.id)]
    assert list(data["resolved"]["roles"]) == [str(crew.id)]


async def test_a_form_takes_members_channels_and_nothing(
    bot: Bot, guild: Guild, channel: Channel, ana: driver.Member
) -> None:
    for select, given, expected in (
        (menu(USER, max_values=2), [ana, guild.bot], [ana.id, guild.bot.id]),
        (menu(USER), ana, [ana.id]),
        (menu(CHANNEL), channel, [channel.id]),
        (menu(ROLE, required=False, min_values=0), [], []),
        (menu(ROLE, required=False), [], []),
    ):
        form = await form_of(bot, channel, ana, select)
        await ana.submit(form, Pick=given)
        values = bot.interaction["data"]["components"][0]["component"]["values"]
        assert values == [str(number) for number in expected]


async def test_a_form_that_asks_for_something(bot: Bot, channel: Channel, ana: driver.Member) -> None:
    form = await form_of(bot, channel, ana, menu(ROLE))
    with pytest.raises(driver.DriverError):
        await ana.submit(form)


@pytest.mark.parametrize(
    "select", [menu(ROLE, min_values=0), menu(ROLE, min_values=0, required=True), menu(ROLE, disabled=True)]
)
async def test_forms_that_discord_refuses(
    bot: Bot, discord: Discord, channel: Channel, ana: driver.Member, select: dict[str, Any]
) -> None:
    discord.limits.answer_deadline = 0.1
    with pytest.raises(AssertionError, match="Invalid Form Body"):
        await form_of(bot, channel, ana, select)


async def test_a_command_takes_roles_members_and_channels(
    bot: Bot, api: Api, discord: Discord, guild: Guild, channel: Channel, ana: driver.Member
) -> None:
    options = [
        {"type": kind, "name": name, "description": "d"}
        for kind, name in ((6, "who"), (7, "where"), (8, "role"), (9, "any"))
    ]
    command = {"name": "allow", "description": "d", "options": options}
    await api.call("PUT", f"/applications/{discord.state.application.id}/commands", [command])
    crew, hidden = guild.add_role("Crew"), guild.add_channel("hidden")
    hidden.set_overwrite(guild.everyone, deny=Permissions.VIEW_CHANNEL)
    bot.answers.append(HELLO)
    await ana.run(channel, "allow", who=ana, where=channel, role=crew, any=guild.everyone)
    data = bot.interaction["data"]
    assert [one["value"] for one in data["options"]] == [str(one.id) for one in (ana, channel, crew, guild)]
    assert data["resolved"].keys() == {"users", "members", "channels", "roles"}
    assert data["resolved"]["roles"].keys() == {str(crew.id), str(guild.id)}
    foreign = discord.add_guild("Elsewhere")
    for wrong in ({"role": foreign.everyone}, {"where": hidden}, {"where": foreign.add_channel("x")}, {"who": crew}):
        with pytest.raises(driver.DriverError):
            await ana.run(channel, "allow", **wrong)


async def test_a_file_is_hidden_later(api: Api, channel: Channel) -> None:
    path = f"/channels/{channel.id}/messages"
    file = {0: Upload.named("a.png", b"a")}
    sent = (await api.call("POST", path, {"attachments": [{"id": 0, "is_spoiler": False}]}, files=file)).body
    assert "flags" not in sent["attachments"][0]
    kept = {"id": sent["attachments"][0]["id"]}
    hidden = await api.call("PATCH", f"{path}/{sent['id']}", {"attachments": [kept | {"is_spoiler": True}]})
    assert [(one["flags"], one["filename"]) for one in hidden.body["attachments"]] == [(8, "a.png")]
    again = await api.call("PATCH", f"{path}/{sent['id']}", {"content": "still", "attachments": [kept]})
    assert again.body["attachments"][0]["flags"] == 8
    shown = await api.call("PATCH", f"{path}/{sent['id']}", {"attachments": [kept | {"is_spoiler": False}]})
    assert "flags" not in shown.body["attachments"][0]
    wrong = await api.call("PATCH", f"{path}/{sent['id']}", {"attachments": [kept | {"is_spoiler": "yes"}]})
    assert wrong.code == (400, 50035)


class Settings(ui.Modal, title="Settings"):
    """Every select that Discord fills, as the client writes them into a form."""

    roles: ui.Label[Any] = ui.Label(
        text="Roles", component=ui.RoleSelect(custom_id="roles", min_values=0, max_values=5, required=False)
    )
    people: ui.Label[Any] = ui.Label(text="People", component=ui.UserSelect(custom_id="people", max_values=5))
    places: ui.Label[Any] = ui.Label(
        text="Places",
        component=ui.ChannelSelect(custom_id="places", channel_types=[library.ChannelType.text], required=True),
    )
    anybody: ui.Label[Any] = ui.Label(text="Anybody", component=ui.MentionableSelect(custom_id="anybody"))

    def __init__(self, chosen: dict[str, list[Any]]) -> None:
        super().__init__()
        self.chosen = chosen

    async def on_submit(self, interaction: library.Interaction) -> None:
        for label in (self.roles, self.people, self.places, self.anybody):
            select: Any = label.component
            self.chosen[select.custom_id] = select.values
        await interaction.response.send_message("saved")


async def test_the_real_client_reads_a_form(
    discord: Discord, guild: Guild, channel: Channel, ana: driver.Member
) -> None:
    crew = guild.add_role("Crew")
    guild.give_role(ana.user, crew)
    chosen: dict[str, list[Any]] = {}
    async with logged_in(discord) as client:

        @client.tree.command(description="Settings", guild=library.Object(guild.id))
        async def settings(
            interaction: library.Interaction, who: library.Member, role: library.Role, where: library.TextChannel
        ) -> None:
            chosen["given"] = [who, role, where]
            await interaction.response.send_modal(Settings(chosen))

        await client.tree.sync(guild=library.Object(guild.id))
        form = await ana.run(channel, "settings", who=ana, role=crew, where=channel)
        saved = await ana.submit(form, Roles=[crew], People=[ana], Places=channel, Anybody=crew)
        assert saved.message
        assert saved.message.content == "saved"
        assert {name: [one.id for one in found] for name, found in chosen.items()} == {
            "given": [ana.id, crew.id, channel.id],
            "roles": [crew.id],
            "people": [ana.id],
            "places": [channel.id],
            "anybody": [crew.id],
        }
        member = chosen["people"][0]
        assert isinstance(member, library.Member)
        assert [role.id for role in member.roles] == [guild.id, crew.id]
        assert client.errors == []


async def test_the_real_client_reads_a_menu(
    discord: Discord, guild: Guild, channel: Channel, ana: driver.Member
) -> None:
    crew = guild.add_role("Crew")
    chosen: list[Any] = []
    async with logged_in(discord) as client:
        select: ui.RoleSelect[Any] = ui.RoleSelect(custom_id="roles", default_values=[library.Object(crew.id)])

        async def keep(interaction: library.Interaction) -> None:
            chosen.extend(select.values)
            await interaction.response.defer()

        select.callback = keep  # type: ignore[method-assign]
        place = client.get_channel(channel.id)
        assert isinstance(place, library.TextChannel)
        sent = await place.send("choose", view=ui.View(timeout=None).add_item(select))
        await ana.choose(channel.messages[sent.id], "roles", crew)
        assert [role.id for role in chosen] == [crew.id]
        assert discord.record.warnings == []
