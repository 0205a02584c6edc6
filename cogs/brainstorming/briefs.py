"""What a press in a brief is about, looked up: the brief, where its board is; and how a no is told."""

import functools
from collections.abc import Awaitable, Callable

import discord

from bot.actions import Ask
from bot.briefs.brief import ALL_IDEAS_MOST, Brief, Doer, Halt
from bot.briefs.desk import Desk
from bot.briefs.storyboard import SHOTS_MOST
from bot.briefs.votes import Spoilt
from bot.discord_bot import Interaction
from bot.video_request import Draft, Refusal

from ..asking.places import refused_here
from ..asking.reading import may_moderate, read_ask
from ..finding.sight import Sight
from ..pressing.components import Handler, Press
from ..showing.answers import answer_alone, answer_refusal
from ..words.wording import say

Act = Callable[[Press, Desk], Awaitable[None]]


def of_brief(act: Act) -> Handler:
    """Have `act` called with all that lies on the table, if the brief takes place here; else say that there is none.

    What a button says can be made up: a brief of a thread that somebody cannot see must not answer them.
    """

    @functools.wraps(act)
    async def act_there(press: Press) -> None:
        desk = await press.bot.lookup.desk(press.subject)
        here = press.interaction.channel_id
        if desk is None or here not in (desk.brief.place_id, desk.brief.channel_id):
            await answer_alone(press.interaction, say(press.locale, "brief.halt_gone"))
            return
        await act(press, desk)

    return act_there


def place_of(brief: Brief) -> int:
    """Where it takes place: its thread, or where it was asked for until there is one."""
    return brief.place_id or brief.channel_id


async def visible_briefs(interaction: Interaction) -> list[Brief]:
    """The briefs of this server whose channels the member may read, the newest first."""
    lookup, sight = interaction.client.lookup, Sight(interaction)
    found = await lookup.briefs_in(interaction.guild_id or 0)
    return [brief for brief in found if sight.reads(brief.channel_id)]


def doer_of(interaction: Interaction) -> Doer:
    return Doer(id=interaction.user.id, moderates=may_moderate(interaction))


def ask_of(interaction: Interaction, words: str = "") -> Ask:
    """Who says this, and where, as rules look at it."""
    return read_ask(interaction, Draft(prompt=words))


async def refused_to_take_part(interaction: Interaction) -> bool:
    """Whether somebody may not take part here; then they are told."""
    refusal = await refused_here(interaction) or await interaction.client.actions.briefs.refuse(ask_of(interaction))
    if refusal:
        await answer_refusal(interaction, refusal)
    return refusal is not None


async def halted(
    interaction: discord.Interaction, halt: Halt | Spoilt | Refusal, brief: Brief, prompt: str = ""
) -> None:
    """Tell why not, and give back what was written."""
    if isinstance(halt, Refusal):
        await answer_refusal(interaction, halt, prompt)
        return
    await answer_alone(interaction, halt_text(interaction.locale.value, halt, brief), prompt)


def halt_text(locale: str, halt: Halt | Spoilt, brief: Brief) -> str:
    rules = brief.rules
    facts = {
        "director": f"<@{brief.director_id}>",
        "ideas": rules.ideas or 0,
        "votes": rules.votes,
        "most": ALL_IDEAS_MOST,
        "shots": SHOTS_MOST,
    }
    return say(locale, f"brief.halt_{halt}", **facts)
