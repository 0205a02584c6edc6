"""One shape for every button and menu: verb, subject and perhaps an argument in its id, which outlives a restart.

Nothing else that a component says is trusted: whose the subject is, and who may do what with it, is looked up.
"""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import discord

from bot.discord_bot import DailiesBot, Interaction

ID = re.compile(r"(?P<verb>[a-z_]+):(?P<subject>[0-9a-z_]{1,16})(?::(?P<argument>.{1,80}))?")
# How ids began before, with the verb as the argument. Such buttons stand in channels for ever.
EARLIER = ("job", "draft")

# What costs again without a doubt, or cannot be undone; and what everything else leads to.
DANGEROUS = ("again", "erase")
FIRST = ("send",)


@dataclass(frozen=True, kw_only=True)
class Press:
    """A button that was pressed, a menu that was chosen from, a form that was sent: what to do, and with what.

    `chosen` is the value of a menu, `label` what the pressed button says.
    """

    interaction: Interaction
    verb: str
    subject: str
    argument: str = ""
    chosen: str = ""

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
    chosen = str(next(iter(data.get("values") or ()), ""))
    return Press(interaction=interaction, verb=verb, subject=subject, argument=argument, chosen=chosen)


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
    verb: str, subject: str, argument: str, options: Sequence[discord.SelectOption], placeholder: str
) -> Component:
    custom_id = press_id(verb, subject, argument)
    return Component(discord.ui.Select(custom_id=custom_id, options=list(options), placeholder=placeholder))


def view(*components: Component) -> discord.ui.View:
    """A fresh view each time, of dynamic items only: discord.py 2.7.1 forgets the class otherwise."""
    shown = discord.ui.View(timeout=None)
    for component in components:
        shown.add_item(component)
    return shown
