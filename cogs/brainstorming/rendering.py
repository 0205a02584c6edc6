"""Rendering what is missing of a storyboard: what it comes to is seen first, then it is sent whole."""

from dataclasses import replace

from bot.actions import Sent
from bot.briefs.brief import Act, Halt, may
from bot.briefs.storyboard import Storyboard
from bot.briefs.takes import Batch
from bot.server_rules.decide import NeedsConfirming
from bot.video_request import Refusal

from ..pressing.components import Press
from ..words.wording import say
from .briefs import ask_of, doer_of, halt_text, halted, refused_to_take_part
from .storyboard_pages import missing_page
from .storyboards import of_storyboard
from .take_pages import read_shown


@of_storyboard
async def open_missing(press: Press, board: Storyboard) -> None:
    """A check that costs nothing: what would be made, what it comes to, and what stands in the way."""
    if halt := may(board.brief, Act.ARRANGE, doer_of(press.interaction)):
        await halted(press.interaction, halt, board.brief)
        return
    if not await refused_to_take_part(press.interaction):
        await press.interaction.response.defer(ephemeral=True, thinking=True)
        await _show(press, board)


@of_storyboard
async def render(press: Press, board: Storyboard) -> None:
    """What it comes to is told above the button, so it is confirmed; of makers' rules only where they were told."""
    if await refused_to_take_part(press.interaction):
        return
    await press.interaction.response.defer(ephemeral=True)
    step, money, knows_rules = read_shown(press.argument)
    ask = replace(ask_of(press.interaction), confirmed=money, knows_rules=knows_rules)
    outcome = await press.bot.actions.rendering.render(board.brief.id, step, ask)
    match outcome:
        case Sent():
            await _replace(press, say(press.locale, "shot.sent", shots=len(outcome.jobs)))
        case Batch():
            await _replace(press, say(press.locale, "take.sent_before"))
        case Halt.MOVED_ON | NeedsConfirming():
            now = await press.bot.lookup.storyboard(board.brief.id)
            await _show(press, now or board)
        case Halt():
            await _replace(press, halt_text(press.locale, outcome, board.brief))
        case Refusal():
            await _show(press, board, refusal=outcome)


async def _show(press: Press, board: Storyboard, refusal: Refusal | None = None) -> None:
    missing = await press.bot.actions.rendering.foresee(board, ask_of(press.interaction))
    embed, components = missing_page(missing, press.bot.lookup.catalogue, press.locale, refusal=refusal)
    await press.interaction.edit_original_response(content=None, embed=embed, view=components)


async def _replace(press: Press, text: str) -> None:
    await press.interaction.edit_original_response(content=text, embed=None, view=None)
