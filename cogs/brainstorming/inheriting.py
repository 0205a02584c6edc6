"""Inheriting: what the next takes have from one that won is chosen in the place of their sheet, and told there."""

from collections.abc import Callable
from dataclasses import replace

from bot.briefs.brief import Halt
from bot.briefs.desk import Desk
from bot.briefs.inheriting import Inherited, forebear
from bot.briefs.takes import Batch, Plan, Reel, Taken
from bot.drafts import read_whole
from bot.jobs import Job, PictureState

from ..pressing.components import Press
from .batches import of_batch
from .take_pages import heir_page
from .taking import show, show_or_tell


@of_batch
async def ask_inherited(press: Press, reel: Reel) -> None:
    """What is to be inherited; where the take that was chosen won no more, nothing is."""
    desk = await press.bot.lookup.desk(reel.brief.id)
    won = forebear(reel.batch.plan, desk.taken) if desk else None
    if desk is None or won is None:
        after = await _change(press, reel, lambda plan: replace(plan, inherits=(), heir_of=None))
        await show_or_tell(press, reel, after)
    else:
        await _show_page(press, reel, desk, won)


@of_batch
async def set_inherited(press: Press, reel: Reel) -> None:
    """What, or from which take, was chosen; or it is to stay as it is."""
    desk = await press.bot.lookup.desk(reel.brief.id)
    won = forebear(reel.batch.plan, desk.taken) if desk else None
    values = press.values
    if press.argument == "what" and won:
        number, what = won.number, tuple(each for each in Inherited if each in values)
        after = await _change(press, reel, lambda plan: replace(plan, inherits=what, heir_of=number if what else None))
        await show_or_tell(press, reel, after)
    elif press.argument == "whose" and desk:
        chosen = read_whole(press.chosen)
        after = await _change(press, reel, lambda plan: replace(plan, heir_of=chosen))
        now = replace(reel, batch=after) if isinstance(after, Batch) else reel
        other = forebear(now.batch.plan, desk.taken)
        if isinstance(after, Halt) or other is None:
            await show_or_tell(press, reel, after)
        else:
            await _show_page(press, now, desk, other)
    else:
        await show(press, reel.batch.id)


async def _change(press: Press, reel: Reel, change: Callable[[Plan], Plan]) -> Batch | Halt:
    return await press.bot.actions.takes.change(
        reel.batch.id, press.interaction.user.id, lambda batch: replace(batch, plan=change(batch.plan))
    )


async def _show_page(press: Press, reel: Reel, desk: Desk, won: Taken) -> None:
    job = await press.bot.lookup.find(won.job_id)
    embed, components = heir_page(reel, desk.taken, _offered(job, reel), press.locale)
    await press.interaction.response.edit_message(content=None, embed=embed, view=components)


def _offered(job: Job | None, reel: Reel) -> set[Inherited]:
    """Pictures only where that take was given any, to start from or to look like, or they are chosen already."""
    starts_from_one = job is not None and job.picture is not PictureState.NONE
    has_pictures = starts_from_one or (job is not None and job.request.extras.references > 0)
    has_pictures = has_pictures or Inherited.PICTURES in reel.batch.plan.inherits
    return {each for each in Inherited if each is not Inherited.PICTURES or has_pictures}
