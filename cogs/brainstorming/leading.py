"""Leading a brief: its director takes it to another phase, sets its rules, chooses among equals, closes it."""

from collections.abc import Iterator
from dataclasses import replace

import discord

from bot.briefs.brief import IDEAS_MOST, PER_IDEA_MOST, VOTES_MOST, Act, Brief, Halt, Phase, Rules, may, next_phases
from bot.briefs.desk import Desk
from bot.drafts import read_whole

from ..asking.forms import read_form
from ..pressing.components import Component, Press, button, menu, view
from ..showing.answers import answer_alone
from ..showing.brief_notes import outcome_text, rules_text, state_text
from ..words.wording import say
from .briefs import doer_of, halted, of_brief
from .idea_forms import YES, rules_form
from .idea_pages import idea_options


@of_brief
async def lead(press: Press, desk: Desk) -> None:
    """What its director can do; others are told who that is."""
    if halt := may(desk.brief, Act.DIRECT, doer_of(press.interaction)):
        await halted(press.interaction, halt, desk.brief)
        return
    lines = [state_text(desk.brief), rules_text(desk.brief), outcome_text(desk)]
    embed = discord.Embed(title=say(press.locale, "brief.lead_title"), description="\n".join(filter(None, lines)))
    await answer_alone(press.interaction, embed=embed, view=view(*_components(desk, press.locale)))


@of_brief
async def move(press: Press, desk: Desk) -> None:
    """Another phase was chosen, or Close pressed."""
    closes = press.verb == "brief_close"
    to = Phase.CLOSED if closes else next((each for each in Phase if each == press.chosen), None)
    step = read_whole(press.argument)
    if to is None or step is None:
        await answer_alone(press.interaction, say(press.locale, "error.unknown_button"))
        return
    outcome = await press.bot.actions.briefs.move(desk.brief.id, step, to, doer_of(press.interaction))
    if isinstance(outcome, Halt):
        await halted(press.interaction, outcome, desk.brief)
        return
    await _done(press, say(press.locale, "brief.closed" if outcome.is_closed else "brief.moved"))


@of_brief
async def ask_rules(press: Press, desk: Desk) -> None:
    if halt := may(desk.brief, Act.DIRECT, doer_of(press.interaction)):
        await halted(press.interaction, halt, desk.brief)
    else:
        await press.interaction.response.send_modal(rules_form(desk.brief.id, desk.brief.rules, press.locale))


@of_brief
async def set_rules(press: Press, desk: Desk) -> None:
    values = read_form(press.interaction).values
    votes, ideas = read_whole(values.get("votes", "").strip()), read_whole(values.get("ideas", "").strip())
    is_ideas_given = bool(values.get("ideas", "").strip())
    if votes is None or not 1 <= votes <= VOTES_MOST or (is_ideas_given and not 1 <= (ideas or 0) <= IDEAS_MOST):
        await answer_alone(
            press.interaction, say(press.locale, "brief.rules_wrong", votes=VOTES_MOST, ideas=IDEAS_MOST)
        )
        return

    def change(rules: Rules) -> Rules:
        per_idea = read_whole(values.get("per_idea", "")) or rules.per_idea
        return replace(
            rules,
            votes=votes,
            per_idea=min(max(1, per_idea), PER_IDEA_MOST),
            own=values.get("own") == YES,
            secret=values.get("secret") == YES,
            ideas=ideas,
        )

    outcome = await press.bot.actions.briefs.set_rules(desk.brief.id, doer_of(press.interaction), change)
    if isinstance(outcome, Halt):
        await halted(press.interaction, outcome, desk.brief)
    else:
        await answer_alone(press.interaction, say(press.locale, "brief.rules_set"))


@of_brief
async def choose(press: Press, desk: Desk) -> None:
    number, doer = read_whole(press.chosen or press.argument) or 0, doer_of(press.interaction)
    outcome = await press.bot.actions.briefs.choose(desk.brief.id, number, doer)
    if isinstance(outcome, Halt):
        await halted(press.interaction, outcome, desk.brief)
    else:
        await _done(press, say(press.locale, "brief.chosen", number=outcome.number))


def _components(desk: Desk, locale: str) -> Iterator[Component]:
    brief = desk.brief
    options = [
        discord.SelectOption(label=say(locale, f"brief.go_{_word(brief, phase)}"), value=phase)
        for phase in next_phases(brief)
        if phase is not Phase.CLOSED
    ]
    yield menu("brief_move", brief.id, str(brief.step), options, say(locale, "brief.go"))
    if desk.tie:
        tied = [idea for idea in desk.by_number if idea.number in desk.tie][:25]
        yield menu("idea_choose", brief.id, "", idea_options(tied), say(locale, "brief.choose"))
    yield button("brief_rules", brief.id, say(locale, "button.brief_rules"))
    yield button("brief_close", brief.id, say(locale, "button.brief_close"), argument=str(brief.step))


def _word(brief: Brief, to: Phase) -> str:
    """A vote after a vote is another round."""
    return "again" if to is Phase.VOTE and brief.round else str(to)


async def _done(press: Press, text: str) -> None:
    """In place of the private panel; a public message stays as it is."""
    message = press.interaction.message
    if message and message.flags.ephemeral:
        await press.interaction.response.edit_message(content=text, embed=None, view=None, attachments=[])
    else:
        await answer_alone(press.interaction, text)
