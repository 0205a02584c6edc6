"""Combine: two ideas are picked, and what both say becomes a new one that names them; both stay."""

from bot.briefs.brief import Halt
from bot.briefs.desk import Desk
from bot.briefs.ideas import joined_text
from bot.drafts import read_whole

from ..pressing.components import Press
from .briefs import ask_of, halted, of_brief, refused_to_take_part
from .idea_forms import idea_form
from .idea_pages import idea_page
from .proposals import answer_added, own_proposal, redraw, two_numbers, written


@of_brief
async def ask_first(press: Press, desk: Desk) -> None:
    """Which two are combined: one after the other, since a menu holds only so many."""
    if await refused_to_take_part(press.interaction):
        return
    first, page = two_numbers(press.argument)
    embed, components = idea_page(desk, "combine_pick", first, page, press.locale)
    await redraw(press, embed, components, anew=not press.argument)


@of_brief
async def pick(press: Press, desk: Desk) -> None:
    """The first was picked, or the second: then the form opens with what both say."""
    first, _ = two_numbers(press.argument)
    picked = read_whole(press.chosen) or 0
    if not first:
        embed, components = idea_page(desk, "combine_pick", picked, 0, press.locale)
        await redraw(press, embed, components, anew=False)
        return
    one, other = desk.idea(first), desk.idea(picked)
    if one is None or other is None or one.withdrawn or other.withdrawn or one is other:
        await halted(press.interaction, Halt.WITHDRAWN, desk.brief)
        return
    text = joined_text(one.text, other.text)
    form = idea_form("combined", desk.brief.id, press.locale, argument=f"{first}-{picked}", text=text)
    await press.interaction.response.send_modal(form)


@of_brief
async def combine(press: Press, desk: Desk) -> None:
    text, link = written(press)
    one, other = two_numbers(press.argument)
    if text is None:
        await halted(press.interaction, Halt.EMPTY, desk.brief)
        return
    await press.interaction.response.defer(ephemeral=True, thinking=True)
    proposal = own_proposal(press.interaction, text, link, of=(one, other))
    outcome = await press.bot.actions.briefs.add(desk.brief.id, proposal, ask_of(press.interaction, text.prompt))
    await answer_added(press.interaction, desk.brief, outcome, text)
