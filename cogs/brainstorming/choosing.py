"""Choosing among takes: one opened, a vote for the best, the end of the vote, and a tie that the director decides."""

from collections.abc import Iterator

import discord

from bot.briefs.brief import Act, Doer, Halt, may
from bot.briefs.takes import Reel, Verdict
from bot.discord_bot import Interaction
from bot.drafts import read_whole

from ..pressing.components import Component, Press, button, menu, view
from ..showing.answers import answer_alone
from ..showing.batch_notes import outcome_text, take_buttons, take_card, take_options, title
from ..words.wording import say
from .batches import of_batch
from .briefs import doer_of, halt_text, halted, refused_to_take_part


@of_batch
async def open_take(press: Press, reel: Reel) -> None:
    """One take, to whoever looks alone, with what can be done about it."""
    take = reel.take(read_whole(press.chosen) or 0)
    if take is None or take.job.is_emptied:
        await halted(press.interaction, Halt.TAKE_GONE, reel.brief)
        return
    lookup = press.bot.lookup
    outlook = lookup.outlook(take.job)
    embed = take_card(reel, take, lookup.model(take.job), outlook, await lookup.take_notes(take.job))
    await answer_alone(press.interaction, embed=embed, view=take_buttons(reel, take, lookup.catalogue, outlook))


@of_batch
async def open_vote(press: Press, reel: Reel) -> None:
    """The own vote filled in; who leads the brief can end the vote here."""
    if not await refused_to_take_part(press.interaction):
        await _answer_sheet(press, reel, anew=True)


@of_batch
async def vote(press: Press, reel: Reel) -> None:
    if await refused_to_take_part(press.interaction):
        return
    doer, event_id = Doer(id=press.interaction.user.id), press.interaction.id
    halt = await press.bot.actions.takes.vote(reel.batch.id, press.chosen, doer, event_id)
    if halt:
        await _tell(press, halt_text(press.locale, halt, reel.brief))
    else:
        await _answer_sheet(press, await press.bot.lookup.reel(reel.batch.id) or reel)


@of_batch
async def end_vote(press: Press, reel: Reel) -> None:
    ended = await press.bot.actions.takes.end(reel.batch.id, doer_of(press.interaction))
    await _tell_outcome(press, reel, ended if isinstance(ended, Halt) else None)


@of_batch
async def ask_decision(press: Press, reel: Reel) -> None:
    """Of a tie its director makes something."""
    if halt := may(reel.brief, Act.DIRECT, doer_of(press.interaction)):
        await halted(press.interaction, halt, reel.brief)
        return
    embed = discord.Embed(title=title(reel, press.locale), description=outcome_text(reel) or None)
    await answer_alone(press.interaction, embed=embed, view=view(_decisions(press, reel)))


@of_batch
async def decide(press: Press, reel: Reel) -> None:
    chosen = await press.bot.actions.takes.choose(reel.batch.id, press.chosen, doer_of(press.interaction))
    await _tell_outcome(press, reel, chosen if isinstance(chosen, Halt) else None)


async def _answer_sheet(press: Press, reel: Reel, *, anew: bool = False) -> None:
    mine = await press.bot.lookup.take_vote(reel.batch.id, press.interaction.user.id)
    text = say(press.locale, "take.vote_kept" if mine and not anew else "take.vote_ask")
    embed = discord.Embed(title=title(reel, press.locale), description=text)
    components = view(*_sheet(press, reel, mine))
    if anew:
        await answer_alone(press.interaction, embed=embed, view=components)
    else:
        await press.interaction.response.edit_message(embed=embed, view=components)


def _sheet(press: Press, reel: Reel, mine: str | None) -> Iterator[Component]:
    options = take_options(reel, press.bot.lookup.model, chosen=mine)
    yield menu("take_voted", reel.batch.id, "", options, say(press.locale, "take.menu_vote"))
    if _leads(press.interaction, reel):
        yield button("take_end", reel.batch.id, say(press.locale, "take.button_end"))


def _decisions(press: Press, reel: Reel) -> Component:
    options = [each for each in take_options(reel, press.bot.lookup.model) if each.value != Verdict.TIE]
    return menu("take_decided", reel.batch.id, "", options, say(press.locale, "take.menu_decide"))


def _leads(interaction: Interaction, reel: Reel) -> bool:
    return may(reel.brief, Act.DIRECT, doer_of(interaction)) is None


async def _tell_outcome(press: Press, reel: Reel, halt: Halt | None) -> None:
    after = await press.bot.lookup.reel(reel.batch.id) or reel
    await _tell(press, halt_text(press.locale, halt, reel.brief) if halt else outcome_text(after))


async def _tell(press: Press, text: str) -> None:
    """In place of the private sheet."""
    await press.interaction.response.edit_message(content=text, embed=None, view=None)
