"""Sheets of one's own: menus with what was chosen before, boxes in forms, as people and the client use them."""

from typing import Any

import discord as library
import pytest
from discord import ui

from sandbox import driver
from sandbox.discord import Channel, Discord, Guild

from .conftest import HELLO, Bot
from .real_client import logged_in

RADIO, BOXES, BOX = 21, 22, 23
IDEAS = [{"label": f"Idea {n}", "value": str(n)} for n in range(25)]


def ballot(*chosen: int, **more: Any) -> dict[str, Any]:
    """All ideas in one menu, of which up to five can be chosen, some are."""
    options = [idea | {"default": n in chosen} for n, idea in enumerate(IDEAS)]
    menu = {"type": 3, "custom_id": "ballot", "options": options, "min_values": 0, "max_values": 5, **more}
    return {"content": "Your votes", "flags": 64, "components": [{"type": 1, "components": [menu]}]}


def label(text: str, kind: int, **field: Any) -> dict[str, Any]:
    return {"type": 18, "label": text, "component": {"type": kind, "custom_id": text.lower(), **field}}


async def form_of(bot: Bot, channel: Channel, ana: driver.Member, *labels: dict[str, Any]) -> driver.Answer:
    bot.answers += [{"type": 9, "data": {"title": "Takes", "custom_id": "form", "components": list(labels)}}, HELLO]
    form = await ana.run(channel, "video", prompt="x")
    assert form.modal, bot.replies[-1].body
    return form


# --- menus


async def test_a_ballot_opens_filled_in_and_is_written_whole(bot: Bot, channel: Channel, ana: driver.Member) -> None:
    bot.answers.append({"type": 4, "data": ballot(3, 24)})
    sheet = await ana.run(channel, "video", prompt="x")
    assert sheet.message and sheet.ephemeral
    assert ana.preset(sheet.message, "ballot") == ["3", "24"]
    bot.answers.append({"type": 7, "data": ballot(1, 2, 3, 4, 5)})
    voted = await ana.choose(sheet.message, "ballot", ["1", "Idea 2", "3", "4", "5"])
    assert bot.interaction["data"]["values"] == ["1", "2", "3", "4", "5"]
    assert voted.kind == "update" and ana.preset(sheet.message, "ballot") == ["1", "2", "3", "4", "5"]
    with pytest.raises(driver.DriverError, match="0 to 5 values"):
        await ana.choose(sheet.message, "ballot", list("123456"))
    bot.answers.append({"type": 7, "data": ballot()})
    await ana.choose(sheet.message, "ballot", [])
    assert bot.interaction["data"]["values"] == [] == ana.preset(sheet.message, "ballot")


async def test_a_sheet_is_for_one_alone(bot: Bot, channel: Channel, guild: Guild, ana: driver.Member) -> None:
    bot.answers.append({"type": 4, "data": ballot()})
    sheet = await ana.run(channel, "video", prompt="x")
    bea = driver.join(bot.api.discord, guild, "Bea")
    assert sheet.message
    with pytest.raises(driver.DriverError, match="Bea does not see"):
        await bea.choose(sheet.message, "ballot", "1")
    with pytest.raises(driver.DriverError, match="Bea does not see"):
        bea.preset(sheet.message, "ballot")


@pytest.mark.parametrize(
    "wrong",
    [ballot(*range(6)), ballot(max_values=26), ballot(options=IDEAS[:4]), ballot(options=[*IDEAS, IDEAS[0]])],
    ids=["too many chosen", "too many to choose", "fewer ideas than votes", "26 ideas"],
)
async def test_a_bad_ballot_is_refused(bot: Bot, channel: Channel, ana: driver.Member, wrong: dict[str, Any]) -> None:
    bot.answers.append({"type": 4, "data": wrong})
    assert (await ana.run(channel, "video", prompt="x")).kind == "none"
    assert bot.replies[-1].code == (400, 50035)


async def test_people_are_shown_as_chosen(bot: Bot, channel: Channel, guild: Guild, ana: driver.Member) -> None:
    bea = driver.join(bot.api.discord, guild, "Bea")
    preset = [{"id": str(one.id), "type": "user"} for one in (ana, bea)]
    menu = {"type": 5, "custom_id": "who", "min_values": 0, "max_values": 25, "default_values": preset}
    sent = await bot.api.send(channel, "Directors", components=[{"type": 1, "components": [menu]}])
    message = channel.messages[int(sent.body["id"])]
    assert ana.preset(message, "who") == [ana.user, bea.user]
    guild.dismiss(bea.user)
    assert ana.preset(message, "who") == [ana.user]


# --- groups in forms


async def test_groups_keep_their_preset_and_take_what_is_ticked(bot: Bot, channel: Channel, ana: driver.Member) -> None:
    labels = (
        label("Model", RADIO, options=[IDEAS[0], IDEAS[1] | {"default": True}]),
        label("Lengths", BOXES, options=[IDEAS[0] | {"default": True}, *IDEAS[1:10]], max_values=3),
        label("Blind", BOX, default=True),
    )
    await ana.submit(await form_of(bot, channel, ana, *labels))
    filled = {each["component"]["custom_id"]: each["component"] for each in bot.interaction["data"]["components"]}
    assert (filled["model"]["value"], filled["lengths"]["values"], filled["blind"]["value"]) == ("1", ["0"], True)
    form = await form_of(bot, channel, ana, *labels)
    await ana.submit(form, Model="Idea 0", Lengths=["4", "Idea 5"], Blind=False)
    filled = {each["component"]["custom_id"]: each["component"] for each in bot.interaction["data"]["components"]}
    assert (filled["model"]["value"], filled["lengths"]["values"], filled["blind"]["value"]) == ("0", ["4", "5"], False)


@pytest.mark.parametrize(
    ("group", "ticked"),
    [
        (label("A", BOXES, options=IDEAS[:3]), []),
        (label("A", BOXES, options=IDEAS[:3], min_values=2), ["0"]),
        (label("A", BOXES, options=IDEAS[:3], max_values=2), ["0", "1", "2"]),
        (label("A", BOXES, options=IDEAS[:3]), ["0", "Idea 0"]),
        (label("A", BOXES, options=IDEAS[:3]), ["9"]),
        (label("A", RADIO, options=IDEAS[:3]), None),
        (label("A", RADIO, options=IDEAS[:3]), "9"),
    ],
)
async def test_the_client_sends_no_form_that_is_filled_in_wrongly(
    bot: Bot, channel: Channel, ana: driver.Member, group: dict[str, Any], ticked: object
) -> None:
    form = await form_of(bot, channel, ana, group)
    with pytest.raises(driver.DriverError):
        await ana.submit(form, A=ticked)


async def test_what_is_not_required_may_be_left_empty(bot: Bot, channel: Channel, ana: driver.Member) -> None:
    form = await form_of(
        bot,
        channel,
        ana,
        label("A", BOXES, options=IDEAS[:3], min_values=0, required=False),
        label("B", RADIO, options=IDEAS[:3], required=False),
    )
    await ana.submit(form, A=[])
    boxes, radio = (each["component"] for each in bot.interaction["data"]["components"])
    assert (boxes["values"], radio["value"]) == ([], None)


class Takes(ui.Modal, title="Takes"):
    """Every group of a form, as the client writes it."""

    lengths: ui.Label[Any] = ui.Label(
        text="Lengths",
        component=ui.CheckboxGroup(
            custom_id="lengths",
            max_values=2,
            options=[
                library.CheckboxGroupOption(label="4 s", value="4", default=True),
                library.CheckboxGroupOption(label="8 s", value="8", description="twice as long"),
            ],
        ),
    )
    model: ui.Label[Any] = ui.Label(
        text="Model",
        component=ui.RadioGroup(
            custom_id="model",
            options=[library.RadioGroupOption(label=name, value=name) for name in ("Sora 2", "Veo 3.1")],
        ),
    )
    blind: ui.Label[Any] = ui.Label(text="Blind", component=ui.Checkbox(custom_id="blind", default=True))

    def __init__(self, chosen: dict[str, Any]) -> None:
        super().__init__()
        self.chosen = chosen

    async def on_submit(self, interaction: library.Interaction) -> None:
        lengths: Any = self.lengths.component
        self.chosen["lengths"] = lengths.values
        for each in (self.model, self.blind):
            field: Any = each.component
            self.chosen[field.custom_id] = field.value
        await interaction.response.send_message("taken", ephemeral=True)


async def test_the_real_client_writes_and_reads_groups(
    discord: Discord, guild: Guild, channel: Channel, ana: driver.Member
) -> None:
    chosen: dict[str, Any] = {}
    async with logged_in(discord) as client:

        @client.tree.command(description="Takes", guild=library.Object(guild.id))
        async def takes(interaction: library.Interaction) -> None:
            await interaction.response.send_modal(Takes(chosen))

        await client.tree.sync(guild=library.Object(guild.id))
        form = await ana.run(channel, "takes")
        taken = await ana.submit(form, Lengths=["4 s", "8 s"], Model="Veo 3.1")
        assert taken.message and taken.message.content == "taken"
        assert chosen == {"lengths": ["4", "8"], "model": "Veo 3.1", "blind": True}
        assert discord.record.warnings == [] and client.errors == []
