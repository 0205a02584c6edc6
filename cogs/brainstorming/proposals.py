"""What is proposed, from a form that came back to the sentence that says what became of it."""

import discord

from bot.actions import Proposal
from bot.briefs.brief import Brief, Halt
from bot.briefs.ideas import Idea, Text, read_text
from bot.discord_bot import Interaction
from bot.drafts import Link, read_whole
from bot.video_request import Refusal

from ..asking.forms import read_form
from ..pressing.components import Press
from ..showing.answers import answer_alone
from ..showing.brief_notes import TITLE_SHOWN
from ..words.plain import beside
from ..words.wording import say
from .briefs import halted


def written(press: Press) -> tuple[Text | None, Link | None]:
    filled = read_form(press.interaction)
    return read_text(filled.values), filled.file


def own_proposal(interaction: Interaction, text: Text, link: Link | None, *, of: tuple[int, ...] = ()) -> Proposal:
    user = interaction.user
    return Proposal(text=text, author_id=user.id, author_name=user.display_name, link=link, of=of)


async def answer_added(interaction: Interaction, brief: Brief, outcome: Idea | Halt | Refusal, text: Text) -> None:
    if isinstance(outcome, Idea):
        await answer_idea(interaction, "idea.added", outcome)
    else:
        await halted(interaction, outcome, brief, text.prompt)


async def answer_idea(interaction: Interaction, key: str, idea: Idea) -> None:
    await answer_alone(interaction, added_text(key, idea, interaction.locale.value))


def added_text(key: str, idea: Idea, locale: str) -> str:
    return say(locale, key, number=idea.number, title=beside(idea.title, TITLE_SHOWN))


async def redraw(press: Press, embed: discord.Embed, components: discord.ui.View, *, anew: bool) -> None:
    """In place of the page that was pressed; from the board a page of one's own."""
    if anew:
        await answer_alone(press.interaction, embed=embed, view=components)
    else:
        await press.interaction.response.edit_message(embed=embed, view=components)


def two_numbers(argument: str) -> tuple[int, int]:
    first, _, second = argument.partition("-")
    return read_whole(first) or 0, read_whole(second) or 0
