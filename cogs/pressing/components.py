"""One shape for every button and menu: verb, subject and perhaps an argument in its id, which outlives a restart.

Nothing else that a component says is trusted: whose the subject is, and who may do what with it, is looked up.
"""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import discord

from bot.discord_bot import DailiesBot, Interaction

ID = re.compile(r"(?P<verb>[a-z_]+):(?P<subject>[0-9a-z_]{1,16})(?::(?P<argument>.{1,80}))?")
# How ids began before, with the verb as the argument. Such buttons stand in channels for ever.
EARLIER = ("job", "draft")

# What costs again without a doubt, or cannot be undone; and what everything else leads to.
DANGEROUS = (
    "again",
    "erase",
    "forget",
    "reject",
    "block",
    "remove",
    "remove_block",
    "member_block",
    "brief_close",
    "shot_remove",
)
FIRST = (
    "send",
    "approve",
    "publish",
    "rules_apply",
    "idea_add",
    "vote",
    "takes_send",
    "take_vote",
    "shot_add",
    "render_send",
)

# Of one menu.
PICKED_MOST = 25


@dataclass(frozen=True, kw_only=True)
class Press:
    """A button that was pressed, a menu that was chosen from, a form that was sent: what to do, and with what.

    `values` are all that was chosen in a menu, `chosen` the first, `label` what the pressed button says.
    """

    interaction: Interaction
    verb: str
    subject: str
    argument: str = ""
    values: tuple[str, ...] = ()

    @property
    def chosen(self) -> str:
        return next(iter(self.values), "")

    @property
    def bot(self) -> DailiesBot:
        return self.interaction.client

    @property
    def locale(self) -> str:
        """The language of whoever pressed."""
        return self.interaction.locale.value

    @property
    def label(self) -> str | None:
        rows = self.interaction.message.components if self.interaction.message else []
        items = [item for row in rows if isinstance(row, discord.ActionRow) for item in row.children]
        data: Mapping[str, Any] = self.interaction.data or {}
        pressed = data.get("custom_id")
        return next((one.label for one in items if isinstance(one, discord.Button) and one.custom_id == pressed), None)


Handler = Callable[[Press], Awaitable[None]]


class Component(discord.ui.DynamicItem[discord.ui.Item[Any]], template=ID):
    """What is pressed is told to `cogs.pressing.presses`, which knows what each verb does."""

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str]
    ) -> Self:
        return cls(item)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        interaction.client.dispatch("press", read_press(interaction))


def read_press(interaction: Interaction) -> Press | None:
    """What was pressed or sent; None for what is not of this shape."""
    data: Mapping[str, Any] = interaction.data or {}
    read = read_id(str(data.get("custom_id", "")))
    if read is None:
        return None
    verb, subject, argument = read
    values = tuple(str(value) for value in data.get("values") or ())
    return Press(interaction=interaction, verb=verb, subject=subject, argument=argument, values=values)


def read_id(custom_id: str) -> tuple[str, str, str] | None:
    """Verb, subject and argument; "" for none. Also of ids as they were made before."""
    found = ID.fullmatch(custom_id)
    if found is None:
        return None
    verb, subject, argument = found["verb"], found["subject"], found["argument"] or ""
    return (argument, subject, "") if verb in EARLIER else (verb, subject, argument)


def press_id(verb: str, subject: str, argument: str = "") -> str:
    return f"{verb}:{subject}:{argument}" if argument else f"{verb}:{subject}"


def button(verb: str, subject: str, label: str, *, argument: str = "") -> Component:
    style = discord.ButtonStyle.secondary
    if verb in DANGEROUS:
        style = discord.ButtonStyle.danger
    if verb in FIRST:
        style = discord.ButtonStyle.primary
    return Component(discord.ui.Button(label=label, style=style, custom_id=press_id(verb, subject, argument)))


def menu(
    verb: str,
    subject: str,
    argument: str,
    options: Sequence[discord.SelectOption],
    placeholder: str,
    *,
    least: int = 1,
    most: int = 1,
) -> Component:
    custom_id = press_id(verb, subject, argument)
    return Component(
        discord.ui.Select(
            custom_id=custom_id, options=list(options), placeholder=placeholder, min_values=least, max_values=most
        )
    )


def role_menu(
    verb: str, subject: str, argument: str, chosen: Iterable[int], placeholder: str, *, most: int = PICKED_MOST
) -> Component:
    """Roles to pick any number of, up to `most`."""
    presets = [discord.SelectDefaultValue(id=each, type=discord.SelectDefaultValueType.role) for each in chosen]
    return Component(
        discord.ui.RoleSelect(
            custom_id=press_id(verb, subject, argument),
            placeholder=placeholder,
            min_values=0,
            max_values=most,
            default_values=presets[:most],
        )
    )


def channel_menu(
    verb: str,
    subject: str,
    argument: str,
    chosen: int | None,
    placeholder: str,
    kinds: Sequence[discord.ChannelType],
    *,
    least: int = 0,
) -> Component:
    """One channel of these kinds, or none."""
    presets = [discord.SelectDefaultValue(id=chosen, type=discord.SelectDefaultValueType.channel)] if chosen else []
    return Component(
        discord.ui.ChannelSelect(
            custom_id=press_id(verb, subject, argument),
            placeholder=placeholder,
            min_values=least,
            channel_types=list(kinds),
            default_values=presets,
        )
    )


def member_menu(verb: str, subject: str, argument: str, chosen: int | None, placeholder: str) -> Component:
    presets = [discord.SelectDefaultValue(id=chosen, type=discord.SelectDefaultValueType.user)] if chosen else []
    return Component(
        discord.ui.UserSelect(
            custom_id=press_id(verb, subject, argument), placeholder=placeholder, default_values=presets
        )
    )


def read_money(text: str) -> int:
    """How much something comes to, in millionths, as a button carries it; a button that says nothing stands for 0."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0


def view(*components: Component) -> discord.ui.View:
    """A fresh view each time, of dynamic items only: discord.py 2.7.1 forgets the class otherwise."""
    shown = discord.ui.View(timeout=None)
    for component in components:
        shown.add_item(component)
    return shown
