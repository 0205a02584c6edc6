"""What each verb of a button, a menu or a form does: the table, and the one place that hears them all."""

from collections.abc import Mapping

import discord
from discord.ext import commands

from bot.discord_bot import DailiesBot, Interaction

from ..asking import drafts
from ..asking.unexpected import answer_unexpected
from ..finding import clips
from ..showing.answers import answer_alone
from ..words.wording import say
from . import decisions, variations
from .components import Component, Handler, Press, read_press

DOES: Mapping[str, Handler] = {
    # a job
    "cancel": decisions.cancel,
    "unfollow": decisions.unfollow,
    "look": decisions.look,
    "again": decisions.again,
    "leave": decisions.leave,
    "delete": decisions.delete,
    "erase": decisions.erase,
    # one more like it
    "repeat": variations.repeat,
    "change": variations.change,
    "continue": variations.go_on,
    "more": variations.more,
    "longer": variations.make_longer,
    "shorter": variations.make_shorter,
    "shape": variations.ask_shape,
    "model": variations.ask_model,
    "choose": variations.choose,
    "nearest": variations.take_nearest,
    # a draft
    "form": drafts.take_form,
    "file": drafts.take_file,
    "edit": drafts.edit,
    "write": drafts.edit,
    "send": drafts.send,
    "picture": drafts.ask_picture,
    "no_picture": drafts.take_picture,
    "pick": drafts.pick,
    # a list
    "clips": clips.turn,
}


class Presses(commands.Cog):
    @commands.Cog.listener()
    async def on_press(self, press: Press) -> None:
        try:
            if does := DOES.get(press.verb):
                await does(press)
            else:
                await answer_alone(press.interaction, say(press.locale, "error.unknown_button"))
        except Exception as error:  # a listener's exception reaches nobody
            await answer_unexpected(press.interaction, error)

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Interaction) -> None:
        """Forms are known by their ids, also after a restart: discord.py knows only those that it opened itself."""
        if interaction.type is discord.InteractionType.modal_submit and (sent := read_press(interaction)):
            await self.on_press(sent)


async def setup(bot: DailiesBot) -> None:
    bot.add_dynamic_items(Component)
    await bot.add_cog(Presses())
