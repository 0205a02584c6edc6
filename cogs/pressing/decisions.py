"""Deciding about a job by a button: check who, do one thing, answer."""

from bot.actions import Accepted, Effect, may_decide
from bot.jobs import Job
from bot.video_request import Draft

from ..asking.reading import missing_permissions, read_actor, read_ask
from ..showing.answers import answer_alone, answer_card, answer_refusal
from ..showing.buttons import buttons
from ..words.wording import say
from .components import Press
from .subjects import effect_text, of_job, tell


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
    if refusal := missing_permissions(press.interaction):
        await answer_refusal(press.interaction, refusal)
        return
    ask = read_ask(press.interaction, Draft(prompt=job.request.prompt))
    outcome = await press.bot.actions.decisions.send_again(job.id, read_actor(press.interaction), ask)
    if isinstance(outcome, Accepted):
        await answer_card(press.interaction, outcome)
    elif outcome:
        await tell(press, outcome, job)


@of_job
async def leave(press: Press, job: Job) -> None:
    await tell(press, await press.bot.actions.decisions.leave(job.id, read_actor(press.interaction)), job)


@of_job
async def delete(press: Press, job: Job) -> None:
    """Ask first: it cannot be undone."""
    if not may_decide(read_actor(press.interaction), job):
        await tell(press, Effect.NOT_YOURS, job)
        return
    sure = buttons(job, "erase", locale=press.locale)
    await answer_alone(press.interaction, say(press.locale, "ask.delete"), view=sure)


@of_job
async def erase(press: Press, job: Job) -> None:
    await replace(press, job, await press.bot.actions.decisions.delete(job.id, read_actor(press.interaction)))


async def replace(press: Press, job: Job, effect: Effect) -> None:
    """The button stands on a private question, which the answer replaces."""
    await press.interaction.response.edit_message(content=effect_text(press, effect, job), view=None)
