"""One shot of a storyboard: opened, moved, joined otherwise, rewritten, removed."""

import io

import discord

from bot.briefs.storyboard import Shot, Storyboard
from bot.drafts import read_whole
from bot.joins import Join

from ..asking.forms import read_form
from ..pressing.components import Press
from ..showing.answers import answer_alone
from ..words.wording import say
from .briefs import ask_of, doer_of, refused_to_take_part
from .shot_forms import edit_form, read_seconds
from .storyboard_pages import shot_page
from .storyboards import of_shot, tell

# The picture that is kept of a shot, as its page shows it.
PICTURE = "still.jpg"


@of_shot
async def open_shot(press: Press, board: Storyboard, shot: Shot) -> None:
    """One shot, to whoever looks alone, with what they can do with it."""
    embed, components = shot_page(board, shot, doer_of(press.interaction), press.locale)
    files = []
    if not shot.spoiler and (shown := await press.bot.actions.storyboards.picture(shot)):
        files = [discord.File(io.BytesIO(shown), PICTURE)]
        embed.set_image(url=f"attachment://{PICTURE}")
    await press.interaction.response.send_message(embed=embed, view=components, files=files, ephemeral=True)


@of_shot
async def move(press: Press, board: Storyboard, shot: Shot) -> None:
    if await refused_to_take_part(press.interaction):
        return
    to = read_whole(press.chosen) or 0
    outcome = await press.bot.actions.storyboards.move(
        board.brief.id, shot.id, to, doer_of(press.interaction), ask_of(press.interaction)
    )
    await tell(press, outcome, board.brief, say(press.locale, "shot.changed"))


@of_shot
async def join(press: Press, board: Storyboard, shot: Shot) -> None:
    chosen = next((each for each in Join if each == press.chosen), None)
    if chosen is None:
        await answer_alone(press.interaction, say(press.locale, "error.unknown_button"))
        return
    if await refused_to_take_part(press.interaction):
        return
    outcome = await press.bot.actions.storyboards.join(
        board.brief.id, shot, chosen, doer_of(press.interaction), ask_of(press.interaction)
    )
    await tell(press, outcome, board.brief, say(press.locale, "shot.changed"))


@of_shot
async def ask_edit(press: Press, board: Storyboard, shot: Shot) -> None:
    if not await refused_to_take_part(press.interaction):
        await press.interaction.response.send_modal(edit_form(board.brief.id, shot, press.locale))


@of_shot
async def edit(press: Press, board: Storyboard, shot: Shot) -> None:
    values = read_form(press.interaction).values
    words = values.get("words", "")
    try:
        seconds = read_seconds(values.get("seconds", ""))
    except ValueError:
        await answer_alone(press.interaction, say(press.locale, "shot.no_length"), words)
        return
    await press.interaction.response.defer(ephemeral=True, thinking=True)
    ask = ask_of(press.interaction, words)
    outcome = await press.bot.actions.storyboards.edit(
        board.brief.id, shot, words, seconds, values.get("note", ""), doer_of(press.interaction), ask
    )
    await tell(press, outcome, board.brief, say(press.locale, "shot.changed"), words)


@of_shot
async def remove(press: Press, board: Storyboard, shot: Shot) -> None:
    if await refused_to_take_part(press.interaction):
        return
    outcome = await press.bot.actions.storyboards.remove(
        board.brief.id, shot.id, doer_of(press.interaction), ask_of(press.interaction)
    )
    await tell(press, outcome, board.brief, say(press.locale, "shot.removed"))
