"""`/settings`: the rules of a server shown and set, by whoever may manage it, asked anew with each press."""

import functools
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

import discord
from discord import app_commands

from bot.discord_bot import DailiesBot, Interaction
from bot.errors import BadRules
from bot.jobs import event_of
from bot.server_rules.document import Document

from ..asking.forms import read_form
from ..pressing.components import Handler, Press
from ..showing.answers import answer_alone
from ..words.wording import described, say
from .rule_forms import has_room, limit_form, read_limit, read_topic, topic_form
from .rules_file import apply_file, leave_file, send_rules, show_file
from .rules_panel import RULED, Panel, overview, sizes_of, topic_page
from .rules_text import problem_text
from .topics import FORMS, KEYS, KINDS, LIMIT_PARTS, Kind, Topic
from .who import SERVERS_ONLY, refused_without

settings = app_commands.Group(
    name="settings",
    description=described("settings.command"),
    allowed_contexts=SERVERS_ONLY,
    default_permissions=discord.Permissions(manage_guild=True),
)

Act = Callable[[Press, Panel], Awaitable[None]]


@settings.command(name="show", description=described("settings.command_show"))
async def show(interaction: Interaction) -> None:
    if panel := await open_panel(interaction, None):
        embed, components = overview(panel)
        await answer_alone(interaction, embed=embed, view=components)


@settings.command(name="export", description=described("settings.command_export"))
async def export(interaction: Interaction) -> None:
    if panel := await open_panel(interaction, None):
        await send_rules(interaction, panel)


@settings.command(name="import", description=described("settings.command_import"))
@app_commands.describe(file=described("settings.command_file"))
async def take(interaction: Interaction, file: discord.Attachment) -> None:
    if panel := await open_panel(interaction, None):
        await show_file(interaction, panel, file.url, file.size)


# --- presses


def of_place(act: Act) -> Handler:
    """Have `act` called with the rules of the place, if whoever pressed may set them; else they are told."""

    @functools.wraps(act)
    async def act_there(press: Press) -> None:
        panel = await open_panel(press.interaction, event_of(press.subject) or None)
        if panel:
            try:
                await act(press, panel)
            except BadRules as error:
                await answer_alone(press.interaction, problem_text(press.locale, error))

    return act_there


@of_place
async def open_topic(press: Press, panel: Panel) -> None:
    """A topic that was chosen, or all of them."""
    await _draw(press, panel, _topic(press.chosen or press.argument))


@of_place
async def choose_place(press: Press, panel: Panel) -> None:
    channel_id = int(press.chosen) if press.chosen.isdigit() else None
    if there := await open_panel(press.interaction, channel_id):
        await _draw(press, there, None)


@of_place
async def set_rule(press: Press, panel: Panel) -> None:
    """A menu was chosen from, or a switch pressed."""
    key, _, wanted = press.argument.partition("=")
    if KINDS.get(key) is None or (wanted and KINDS[key] is not Kind.FLAG):
        await _unknown(press)
        return
    if not _are_known(panel, key, press.values):
        await answer_alone(press.interaction, say(press.locale, "settings.gone"))
        return
    await _put(press, panel, lambda document: {key: _chosen(key, wanted, press.values)}, _topic_of(key))


@of_place
async def open_form(press: Press, panel: Panel) -> None:
    topic = _topic(press.argument)
    key, _, part = press.argument.partition("/")
    if topic and FORMS[topic]:
        if not has_room(panel, topic):
            await answer_alone(press.interaction, say(press.locale, "settings.too_long"))
            return
        form = topic_form(panel, topic)
    elif part in LIMIT_PARTS and KINDS.get(key) is Kind.LIMIT:
        form = limit_form(panel, key, part)
    elif part in LIMIT_PARTS and KINDS.get(key) is Kind.ROLE_LIMITS:
        if not press.values:
            await _draw(press, panel, Topic.LIMITS)
            return
        form = limit_form(panel, key, part, int(press.chosen))
    else:
        await _unknown(press)
        return
    await press.interaction.response.send_modal(form)


@of_place
async def take_form(press: Press, panel: Panel) -> None:
    filled = read_form(press.interaction).values
    if topic := _topic(press.argument):
        await _put(press, panel, read_topic(topic, filled), topic)
        return
    key, part, role_id, *_ = [*press.argument.split("/"), "", ""]
    if part not in LIMIT_PARTS or KINDS.get(key) not in (Kind.LIMIT, Kind.ROLE_LIMITS):
        await _unknown(press)
        return
    role = int(role_id) if role_id.isdigit() else None
    await _put(press, panel, read_limit(panel.channel_id, key, part, role, filled), Topic.LIMITS)


@of_place
async def reset(press: Press, panel: Panel) -> None:
    """Take away what the place says of its own on a topic."""
    topic = _topic(press.argument)
    if topic is None:
        await _unknown(press)
        return
    changes, user = press.bot.actions.rules, press.interaction.user
    document = await changes.take_away(panel.guild.id, user.id, panel.channel_id, KEYS[topic])
    await _draw(press, replace(panel, document=document), topic)


@of_place
async def apply(press: Press, panel: Panel) -> None:
    await apply_file(press, panel)


@of_place
async def leave(press: Press, panel: Panel) -> None:
    await leave_file(press)


async def open_panel(interaction: Interaction, channel_id: int | None) -> Panel | None:
    """The rules of a place of the server where this is asked, for whoever may set them; others are told why not."""
    locale, guild = interaction.locale.value, interaction.guild
    if await refused_without(interaction, "manage_guild") or guild is None:
        return None
    if channel_id and not _is_ruled(guild, channel_id):
        await answer_alone(interaction, say(locale, "settings.gone"))
        return None
    lookup = interaction.client.lookup
    try:
        document = await lookup.rules(guild.id)
    except BadRules as error:
        await answer_alone(interaction, problem_text(locale, error))
        return None
    return Panel(locale=locale, guild=guild, channel_id=channel_id, document=document, catalogue=lookup.catalogue)


def _is_ruled(guild: discord.Guild, channel_id: int) -> bool:
    channel = guild.get_channel(channel_id)
    return channel is not None and channel.type in RULED


async def _put(press: Press, panel: Panel, values: Callable[[Document], Mapping[str, Any]], topic: Topic) -> None:
    """One change of the whole document; then the topic is drawn anew. Raises BadRules."""
    changes, user = press.bot.actions.rules, press.interaction.user
    document = await changes.change(panel.guild.id, user.id, panel.channel_id, values)
    await _draw(press, replace(panel, document=document), topic)


async def _draw(press: Press, panel: Panel, topic: Topic | None) -> None:
    embed, components = topic_page(panel, topic) if topic else overview(panel)
    await press.interaction.response.edit_message(embed=embed, view=components)


async def _unknown(press: Press) -> None:
    await answer_alone(press.interaction, say(press.locale, "error.unknown_button"))


def _topic(name: str) -> Topic | None:
    return Topic(name) if name in set(Topic) else None


def _topic_of(key: str) -> Topic:
    return next(topic for topic, keys in KEYS.items() if key in keys)


def _chosen(key: str, wanted: str, values: tuple[str, ...]) -> Any:
    """In JSON's types."""
    match KINDS[key]:
        case Kind.FLAG:
            return wanted == "on"
        case Kind.ROLES | Kind.MODELS | Kind.SIZES:
            return list(values)
        case _:
            return next(iter(values), None)


def _are_known(panel: Panel, key: str, values: tuple[str, ...]) -> bool:
    """Whether this server has such roles and channels, and this bot such models and sizes."""
    match KINDS[key]:
        case Kind.ROLES:
            return all(value.isdigit() and panel.guild.get_role(int(value)) for value in values)
        case Kind.CHANNEL:
            return all(value.isdigit() and panel.guild.get_channel(int(value)) for value in values)
        case Kind.MODELS:
            return set(values) <= panel.catalogue.models.keys()
        case Kind.SIZES:
            return set(values) <= {*sizes_of(panel.catalogue)}
        case _:
            return True


async def setup(bot: DailiesBot) -> None:
    bot.tree.add_command(settings)
