"""What a press about takes is about, looked up: their batch, if it is told of here."""

import functools
from collections.abc import Awaitable, Callable

from bot.briefs.takes import Reel

from ..pressing.components import Handler, Press
from ..showing.answers import answer_alone
from ..words.wording import say

Act = Callable[[Press, Reel], Awaitable[None]]


def of_batch(act: Act) -> Handler:
    """Have `act` called with the batch, if its brief takes place here; else say that there is none.

    What a button says can be made up: takes in a thread that somebody cannot see must not answer them.
    """

    @functools.wraps(act)
    async def act_there(press: Press) -> None:
        reel = await press.bot.lookup.reel(press.subject)
        here, me = press.interaction.channel_id, press.interaction.user.id
        is_here = reel is not None and here in (reel.brief.place_id, reel.brief.channel_id)
        # of a plan nobody else knows
        if reel is None or not is_here or not (reel.batch.is_sent or reel.batch.asker_id == me):
            await answer_alone(press.interaction, say(press.locale, "take.gone"))
            return
        await act(press, reel)

    return act_there
