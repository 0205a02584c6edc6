"""Voting: a private sheet with one's own ballot filled in; each choice in it writes the whole ballot."""

from collections.abc import Iterator

import discord

from bot.briefs.brief import Act, Doer, Halt, may
from bot.briefs.desk import Desk
from bot.briefs.ideas import Idea
from bot.briefs.votes import Ballot, standing
from bot.discord_bot import Interaction
from bot.drafts import read_whole
from bot.video_request import Refusal

from ..pressing.components import PICKED_MOST, Component, Press, button, menu, view
from ..showing.answers import answer_alone
from ..showing.brief_notes import TITLE_SHOWN
from ..words.plain import beside
from ..words.wording import say
from .briefs import ask_of, halt_text, halted, of_brief, refused_to_take_part
from .idea_pages import idea_options

# Of a ballot so many rows are told, which fit into 4096 characters whatever their titles are; the rest is counted.
TOLD = 15


@of_brief
async def open_sheet(press: Press, desk: Desk) -> None:
    if halt := may(desk.brief, Act.VOTE, Doer(id=press.interaction.user.id)):
        await halted(press.interaction, halt, desk.brief)
    elif not await refused_to_take_part(press.interaction):
        ballot = await press.bot.lookup.ballot(desk.brief, press.interaction.user.id)
        embed, components = sheet(desk, ballot, press.interaction.user.id, 0, press.locale)
        await answer_alone(press.interaction, embed=embed, view=components)


@of_brief
async def turn(press: Press, desk: Desk) -> None:
    ballot = await press.bot.lookup.ballot(desk.brief, press.interaction.user.id)
    embed, components = sheet(desk, ballot, press.interaction.user.id, _read(press.argument)[0], press.locale)
    await press.interaction.response.edit_message(embed=embed, view=components)


async def vote(press: Press) -> None:
    """What was chosen in one menu, and what the other menus said before, is the whole ballot."""
    interaction = press.interaction
    brief = await press.bot.lookup.brief(press.subject)
    if brief is None or interaction.channel_id not in (brief.place_id, brief.channel_id):
        await _answer(interaction, say(press.locale, "brief.halt_gone"))
        return
    page, votes, round = _read(press.argument)
    chosen = list(filter(None, map(read_whole, press.values)))
    offered = range(page * PICKED_MOST + 1, (page + 1) * PICKED_MOST + 1)
    # answered once it is kept, and not before: who was heard has voted
    outcome = await press.bot.actions.briefs.vote(brief.id, round, offered, votes, chosen, ask_of(interaction))
    if isinstance(outcome, Refusal):
        await halted(interaction, outcome, brief)
        return
    note = halt_text(press.locale, outcome.halt, brief) if outcome.halt else None
    if outcome.desk is None or isinstance(outcome.halt, Halt):
        await _answer(interaction, note)
    else:
        await _answer(interaction, note, sheet(outcome.desk, outcome.ballot, interaction.user.id, page, press.locale))


async def _answer(
    interaction: Interaction, note: str | None, shown: tuple[discord.Embed, discord.ui.View] | None = None
) -> None:
    """In place of the sheet that was used."""
    embed, components = shown or (None, None)
    await interaction.response.edit_message(content=note, embed=embed, view=components)


def sheet(desk: Desk, ballot: Ballot, member_id: int, page: int, locale: str) -> tuple[discord.Embed, discord.ui.View]:
    """A page holds ideas of so many numbers, withdrawn ones too: it offers the same ones for as long as it is open."""
    ballot = standing(ballot, desk.ideas)
    left = desk.brief.rules.votes - sum(ballot.values())
    lines = [say(locale, "ballot.left", left=left, votes=desk.brief.rules.votes), *_told(desk, ballot, locale)]
    embed = discord.Embed(title=say(locale, "ballot.title"), description="\n".join(lines))
    embed.set_footer(text=say(locale, "ballot.changeable"))
    return embed, view(*_menus(desk, ballot, member_id, page, locale))


def _told(desk: Desk, ballot: Ballot, locale: str) -> Iterator[str]:
    given = sorted(ballot.items(), key=lambda each: (-each[1], each[0]))
    for number, votes in given[:TOLD]:
        idea = desk.idea(number)
        title = beside(idea.title, TITLE_SHOWN) if idea else ""
        yield say(locale, "ballot.row", number=number, title=title, votes=votes)
    if len(given) > TOLD:
        yield say(locale, "ballot.more", count=len(given) - TOLD)


def _menus(desk: Desk, ballot: Ballot, member_id: int, page: int, locale: str) -> Iterator[Component]:
    brief, rules = desk.brief, desk.brief.rules
    last = max(0, (len(desk.ideas) - 1) // PICKED_MOST)
    page = min(page, last)
    offered = [idea for idea in desk.by_number if _is_on(idea, page) and (rules.own or idea.author_id != member_id)]
    for votes in range(1, rules.per_idea + 1) if offered else ():
        most = min(len(offered), rules.votes // votes)
        if most:
            options = idea_options(offered, chosen=[number for number, given in ballot.items() if given == votes])
            placeholder = say(locale, "ballot.menu", votes=votes)
            argument = f"{page}-{votes}-{brief.round}"
            yield menu("ballot", brief.id, argument, options, placeholder, least=0, most=most)
    for to, key in ((page - 1, "clips.previous"), (page + 1, "clips.next")):
        if 0 <= to <= last:
            yield button("ballot_page", brief.id, say(locale, key), argument=f"{to}-0-0")


def _is_on(idea: Idea, page: int) -> bool:
    return (idea.number - 1) // PICKED_MOST == page


def _read(argument: str) -> tuple[int, int, int]:
    parts = [read_whole(part) or 0 for part in (*argument.split("-"), "", "")]
    return parts[0], parts[1], parts[2]
