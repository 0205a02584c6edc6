"""Deciding about a job by a button: check who, do one thing, answer."""

from bot.actions import Effect, ToConfirm, may_decide
from bot.jobs import Job
from bot.video_request import Draft

from ..asking.places import refused_here
from ..asking.reading import read_actor, read_ask
from ..showing.answers import answer_alone, answer_outcome, answer_refusal
from ..showing.buttons import buttons
from ..showing.confirming import question_text, told_money
from ..words.wording import say
from .components import Press, button, read_money, view
from .subjects import effect_text, of_any_job, of_job, tell

# Of a button under the maker's content rules.
KNOWN = "known"


@of_job
async def cancel(press: Press, job: Job) -> None:
    effect = await press.bot.actions.decisions.cancel(job.id, read_actor(press.interaction))
    left = buttons(job, "unfollow", locale=press.locale) if effect is Effect.AT_VENDOR else None
    await tell(press, effect, job, left)


@of_job
async def unfollow(press: Press, job: Job) -> None:
    await replace(press, job, await press.bot.actions.decisions.unfollow(job.id, read_actor(press.interaction)))


@of_job
async def look(press: Press, job: Job) -> None:
    # the vendor may take longer to answer than Discord waits
    await press.interaction.response.defer(ephemeral=True, thinking=True)
    effect = await press.bot.actions.decisions.look(job.id, read_actor(press.interaction))
    await press.interaction.edit_original_response(content=effect_text(press, effect, job))


@of_job
async def again(press: Press, job: Job) -> None:
    if refusal := await refused_here(press.interaction):
        await answer_refusal(press.interaction, refusal)
        return
    # the button says that it may cost as much once more, unless a question told how much it is by now
    known, _, money = press.argument.partition("-")
    confirmed = read_money(money) if money else job.cost or 0
    draft = Draft(prompt=job.request.prompt)
    ask = read_ask(press.interaction, draft, confirmed=confirmed, knows_rules=known == KNOWN)
    outcome = await press.bot.actions.decisions.send_again(job.id, read_actor(press.interaction), ask)
    match outcome:
        case Effect():
            await tell(press, outcome, job)
        case ToConfirm():
            # a draft would know nothing of the job that this one takes the place of
            argument = f"{KNOWN}-{told_money(outcome)}"
            sure = view(button("again", job.id, say(press.locale, "button.again"), argument=argument))
            await answer_alone(press.interaction, question_text(press.locale, outcome), view=sure)
        case _:
            await answer_outcome(press.interaction, outcome)


@of_job
async def leave(press: Press, job: Job) -> None:
    await tell(press, await press.bot.actions.decisions.leave(job.id, read_actor(press.interaction)), job)


@of_any_job
async def delete(press: Press, job: Job) -> None:
    """Ask first: it cannot be undone."""
    if not may_decide(read_actor(press.interaction), job):
        await tell(press, Effect.NOT_YOURS, job)
        return
    sure = buttons(job, "erase", locale=press.locale)
    await answer_alone(press.interaction, say(press.locale, "ask.delete"), view=sure)


@of_any_job
async def erase(press: Press, job: Job) -> None:
    await replace(press, job, await press.bot.actions.decisions.delete(job.id, read_actor(press.interaction)))


async def replace(press: Press, job: Job, effect: Effect) -> None:
    """The button stands on a private question, which the answer replaces."""
    await press.interaction.response.edit_message(content=effect_text(press, effect, job), view=None)
