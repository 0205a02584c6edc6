"""Making takes: a private sheet on which a batch is planned and what it comes to is seen, before it is sent whole."""

from collections.abc import Callable
from dataclasses import replace

from bot.actions import Foreseen, Sent
from bot.actions.ask import Ask
from bot.briefs.brief import Halt
from bot.briefs.desk import Desk
from bot.briefs.ideas import Idea
from bot.briefs.takes import Batch, Plan, Reel
from bot.drafts import read_whole
from bot.server_rules.decide import NeedsConfirming
from bot.video_request import Refusal

from ..pressing.components import Press
from ..showing.answers import answer_alone
from ..words.wording import say
from .batches import of_batch
from .briefs import ask_of, halt_text, halted, of_brief, refused_to_take_part
from .idea_pages import idea_page
from .take_pages import plan_sheet, read_shown


@of_brief
async def open_plan(press: Press, desk: Desk) -> None:
    """From the board, of the winner; from an idea, of that."""
    idea = _meant(press, desk)
    if idea is None:
        await halted(press.interaction, Halt.WITHDRAWN, desk.brief)
    elif not await refused_to_take_part(press.interaction):
        batch = await press.bot.actions.takes.plan(desk, idea, ask_of(press.interaction, idea.text.prompt))
        if isinstance(batch, Halt):
            await halted(press.interaction, batch, desk.brief)
        else:
            await show(press, batch.id, anew=True)


@of_batch
async def change_plan(press: Press, reel: Reel) -> None:
    """Something was chosen in one of the menus, or it is to be blind, or not any more."""
    change = _CHANGES.get(press.argument)
    if change is None:
        await answer_alone(press.interaction, say(press.locale, "error.unknown_button"))
        return
    values = press.values
    after = await press.bot.actions.takes.change(
        reel.batch.id, press.interaction.user.id, lambda batch: change(batch, values)
    )
    await show_or_tell(press, reel, after)


@of_batch
async def ask_idea(press: Press, reel: Reel) -> None:
    """Another idea is to be taken: which one."""
    desk = await press.bot.lookup.desk(reel.brief.id)
    if desk is None:
        return
    embed, components = idea_page(
        desk, "takes_idea", 0, (read_whole(press.argument) or 0), press.locale, of=reel.batch.id
    )
    await press.interaction.response.edit_message(embed=embed, view=components)


@of_batch
async def take_idea(press: Press, reel: Reel) -> None:
    number = read_whole(press.chosen) or 0
    after = await press.bot.actions.takes.change(
        reel.batch.id, press.interaction.user.id, lambda batch: replace(batch, idea=number)
    )
    await show_or_tell(press, reel, after)


@of_batch
async def send(press: Press, reel: Reel) -> None:
    """What it comes to is told above the button, so it is confirmed; of makers' rules only where they were told."""
    if await refused_to_take_part(press.interaction):
        return
    version, money, knows_rules = read_shown(press.argument)
    ask = replace(_ask(press, reel), confirmed=money, knows_rules=knows_rules)
    outcome = await press.bot.actions.takes.send(reel.batch.id, version, ask)
    match outcome:
        case Sent():
            await _replace(press, say(press.locale, "take.sent", takes=len(outcome.jobs)))
        case Batch():
            await _replace(press, say(press.locale, "take.sent_before"))
        case Halt.MOVED_ON | NeedsConfirming():
            # a choice whose answer was lost is in the plan, and was never seen
            await show(press, reel.batch.id)
        case Halt():
            await _replace(press, halt_text(press.locale, outcome, reel.brief))
        case Refusal():
            await show(press, reel.batch.id, refusal=outcome)


async def show_or_tell(press: Press, reel: Reel, after: Batch | Halt) -> None:
    """The sheet as it is now, or why it was not changed."""
    if isinstance(after, Halt):
        await _replace(press, halt_text(press.locale, after, reel.brief))
    else:
        await show(press, reel.batch.id)


async def show(press: Press, batch_id: str, *, anew: bool = False, refusal: Refusal | None = None) -> None:
    """The sheet in the place of what the press came from, or `anew`."""
    reel = await press.bot.lookup.reel(batch_id)
    if reel is None:
        await answer_alone(press.interaction, say(press.locale, "brief.halt_gone"))
        return
    if reel.batch.is_sent:
        await _replace(press, say(press.locale, "take.sent_before"))
        return
    foreseen: Foreseen | Refusal | Halt = await press.bot.actions.takes.foresee(reel, _ask(press, reel))
    if isinstance(foreseen, Halt):
        foreseen = Refusal(code="takes_no_idea")
    desk = await press.bot.lookup.desk(reel.brief.id)
    embed, components = plan_sheet(
        reel, refusal or foreseen, press.bot.lookup.catalogue, press.locale, taken=desk.taken if desk else ()
    )
    if anew:
        await answer_alone(press.interaction, embed=embed, view=components)
    else:
        await press.interaction.response.edit_message(content=None, embed=embed, view=components)


async def _replace(press: Press, text: str) -> None:
    """In place of the sheet, which is over."""
    await press.interaction.response.edit_message(content=text, embed=None, view=None)


def _ask(press: Press, reel: Reel) -> Ask:
    return ask_of(press.interaction, reel.idea.text.prompt if reel.idea else "")


def _meant(press: Press, desk: Desk) -> Idea | None:
    number = (read_whole(press.argument) or 0) or desk.winner or next((idea.number for idea in desk.ordered), 0)
    idea = desk.idea(number)
    return idea if idea and not idea.withdrawn else None


def _planned(set_plan: Callable[[Plan, tuple[str, ...]], Plan]) -> Callable[[Batch, tuple[str, ...]], Batch]:
    return lambda batch, values: replace(batch, plan=set_plan(batch.plan, values))


_CHANGES: dict[str, Callable[[Batch, tuple[str, ...]], Batch]] = {
    "each": _planned(lambda plan, values: replace(plan, each=(read_whole(values[0]) or 0) if values else plan.each)),
    "models": _planned(lambda plan, values: replace(plan, models=values)),
    "lengths": _planned(lambda plan, values: replace(plan, lengths=tuple(filter(None, map(read_whole, values))))),
    "sizes": _planned(lambda plan, values: replace(plan, sizes=values)),
    "blind": lambda batch, _values: replace(batch, blind=True),
    "open": lambda batch, _values: replace(batch, blind=False),
}
