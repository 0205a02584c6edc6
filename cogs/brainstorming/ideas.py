"""Ideas: added by a form, listed, opened, changed, withdrawn."""

import io

import discord

from bot.briefs.brief import Halt
from bot.briefs.desk import Desk
from bot.briefs.ideas import Idea
from bot.drafts import read_whole

from ..pressing.components import Press
from ..words.wording import say
from .briefs import ask_of, doer_of, halted, of_brief, refused_to_take_part
from .idea_forms import idea_form
from .idea_pages import idea_sheet, list_page
from .proposals import answer_added, answer_idea, own_proposal, redraw, written

# The picture of an idea, as its sheet shows it.
PICTURE = "picture.jpg"


@of_brief
async def ask_idea(press: Press, desk: Desk) -> None:
    if not await refused_to_take_part(press.interaction):
        await press.interaction.response.send_modal(idea_form("idea_added", desk.brief.id, press.locale))


@of_brief
async def add(press: Press, desk: Desk) -> None:
    text, link = written(press)
    if text is None:
        await halted(press.interaction, Halt.EMPTY, desk.brief)
        return
    await press.interaction.response.defer(ephemeral=True, thinking=True)
    proposal = own_proposal(press.interaction, text, link)
    outcome = await press.bot.actions.briefs.add(desk.brief.id, proposal, ask_of(press.interaction, text.prompt))
    await answer_added(press.interaction, desk.brief, outcome, text)


@of_brief
async def ask_edit(press: Press, desk: Desk) -> None:
    if idea := await _found(press, desk):
        form = idea_form("idea_edited", desk.brief.id, press.locale, argument=str(idea.number), text=idea.text)
        await press.interaction.response.send_modal(form)


@of_brief
async def edit(press: Press, desk: Desk) -> None:
    text, link = written(press)
    if text is None:
        await halted(press.interaction, Halt.EMPTY, desk.brief)
        return
    await press.interaction.response.defer(ephemeral=True, thinking=True)
    number, doer = (read_whole(press.argument) or 0), doer_of(press.interaction)
    ask = ask_of(press.interaction, text.prompt)
    outcome = await press.bot.actions.briefs.edit(desk.brief.id, number, text, link, doer, ask)
    if isinstance(outcome, Idea):
        await answer_idea(press.interaction, "idea.edited", outcome)
    else:
        await halted(press.interaction, outcome, desk.brief, text.prompt)


@of_brief
async def withdraw(press: Press, desk: Desk) -> None:
    outcome = await press.bot.actions.briefs.withdraw(
        desk.brief.id, (read_whole(press.argument) or 0), doer_of(press.interaction)
    )
    if isinstance(outcome, Halt):
        await halted(press.interaction, outcome, desk.brief)
    else:
        told = say(press.locale, "idea.withdrawn", number=outcome.number)
        await press.interaction.response.edit_message(content=told, embed=None, view=None, attachments=[])


# --- a list, and one of it


@of_brief
async def show_list(press: Press, desk: Desk) -> None:
    embed, components = list_page(desk, (read_whole(press.argument) or 0), press.locale)
    await redraw(press, embed, components, anew=not press.argument)


@of_brief
async def open_idea(press: Press, desk: Desk) -> None:
    idea = desk.idea(read_whole(press.chosen or press.argument) or 0)
    if idea is None or idea.withdrawn:
        await halted(press.interaction, Halt.WITHDRAWN, desk.brief)
        return
    suggests = press.bot.actions.suggest is not None
    embed, components = idea_sheet(desk, idea, doer_of(press.interaction), press.locale, suggests=suggests)
    files = []
    if idea.has_picture and not idea.spoiler and (shown := await press.bot.actions.briefs.picture(idea)):
        files = [discord.File(io.BytesIO(shown), PICTURE)]
        embed.set_image(url=f"attachment://{PICTURE}")
    await press.interaction.response.send_message(embed=embed, view=components, files=files, ephemeral=True)


async def _found(press: Press, desk: Desk) -> Idea | None:
    """The idea that a button means, if whoever pressed may change it; else they are told."""
    idea = desk.idea(read_whole(press.argument) or 0)
    if idea and not idea.withdrawn and not await refused_to_take_part(press.interaction):
        return idea
    if idea is None or idea.withdrawn:
        await halted(press.interaction, Halt.WITHDRAWN, desk.brief)
    return None
