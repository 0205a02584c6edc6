"""The storyboard of a brief: what a press on it is about, how it is opened, and how a change of it is taken back."""

import functools
from collections.abc import Awaitable, Callable

from bot.briefs.brief import Brief, Halt
from bot.briefs.desk import Desk
from bot.briefs.storyboard import Shot, Storyboard
from bot.video_request import Refusal

from ..pressing.components import Handler, Press
from ..showing.answers import answer_alone
from ..showing.links import message_link
from ..words.wording import say
from .briefs import ask_of, doer_of, halted, of_brief, refused_to_take_part

Act = Callable[[Press, Storyboard], Awaitable[None]]


def of_storyboard(act: Act) -> Handler:
    """Have `act` called with the storyboard, if its brief takes place here; else say that there is none."""

    @functools.wraps(act)
    async def act_there(press: Press) -> None:
        board = await press.bot.lookup.storyboard(press.subject)
        here = press.interaction.channel_id
        if board is None or here not in (board.brief.place_id, board.brief.channel_id):
            await answer_alone(press.interaction, say(press.locale, "brief.halt_gone"))
            return
        await act(press, board)

    return act_there


def of_shot(act: Callable[[Press, Storyboard, Shot], Awaitable[None]]) -> Handler:
    """Have `act` called with the shot that a menu or a button means, while that is as it was."""

    @of_storyboard
    async def act_there(press: Press, board: Storyboard) -> None:
        shot = board.shot(press.argument or press.chosen)
        if shot is None:
            await halted(press.interaction, Halt.SHOT_GONE, board.brief)
        else:
            await act(press, board, shot)

    return act_there


@of_brief
async def open_storyboard(press: Press, desk: Desk) -> None:
    """From the board: where it is, or that it comes."""
    if await refused_to_take_part(press.interaction):
        return
    board = await press.bot.lookup.storyboard(desk.brief.id)
    if board is not None and board.message_id is not None:
        link = message_link(desk.brief.guild_id, desk.brief.place_id or desk.brief.channel_id, board.message_id)
        await answer_alone(press.interaction, say(press.locale, "shot.is_here", link=link))
        return
    await press.bot.actions.storyboards.show(desk.brief.id)
    await answer_alone(press.interaction, say(press.locale, "shot.comes"))


@of_storyboard
async def undo(press: Press, board: Storyboard) -> None:
    outcome = await press.bot.actions.storyboards.undo(
        board.brief.id, doer_of(press.interaction), ask_of(press.interaction)
    )
    await tell(press, outcome, board.brief, say(press.locale, "shot.undone"))


async def tell(press: Press, outcome: Storyboard | Halt | Refusal, brief: Brief, done: str, prompt: str = "") -> None:
    """What became of a change, in place of the private panel that it was pressed on."""
    if not isinstance(outcome, Storyboard):
        await halted(press.interaction, outcome, brief, prompt)
        return
    message = press.interaction.message
    if message and message.flags.ephemeral and not press.interaction.response.is_done():
        await press.interaction.response.edit_message(content=done, embed=None, view=None, attachments=[])
    else:
        await answer_alone(press.interaction, done)
