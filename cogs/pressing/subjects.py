"""What a press is about, looked up: the job, if whoever pressed may know of it."""

import functools
from collections.abc import Awaitable, Callable

import discord

from bot.actions import Effect
from bot.jobs import Job
from bot.video_request import Refusal

from ..showing.answers import answer_alone, answer_refusal
from ..words.wording import say
from .components import Handler, Press

Act = Callable[[Press, Job], Awaitable[None]]


def of_job(act: Act) -> Handler:
    """As `of_any_job`, with a job that still has its words; one that has lost them can be no more than told of."""

    @functools.wraps(act)
    async def act_on_words(press: Press, job: Job) -> None:
        if job.is_emptied:
            await answer_alone(press.interaction, say(press.locale, "refusal.emptied"))
        else:
            await act(press, job)

    return of_any_job(act_on_words)


def of_told_job(act: Act) -> Handler:
    """As `of_job`, with one of which may be told which model made it: whatever is made from it tells that."""

    @functools.wraps(act)
    async def act_on_told(press: Press, job: Job) -> None:
        if await press.bot.lookup.hides_model(job):
            await answer_refusal(press.interaction, Refusal(code="blind"))
        else:
            await act(press, job)

    return of_job(act_on_told)


def of_any_job(act: Act) -> Handler:
    """Have `act` called with the job, if this is where it is told of, or its asker presses; else say there is none.

    What a button says can be made up: a job of a channel that somebody cannot see must not answer them.
    """

    @functools.wraps(act)
    async def act_on_job(press: Press) -> None:
        job = await press.bot.lookup.find(press.subject)
        where, who = press.interaction.channel_id, press.interaction.user.id
        if job and (where in (job.channel_id, job.card_id) or who == job.asker_id):
            await act(press, job)
        else:
            await tell(press, Effect.NO_SUCH_JOB)

    return act_on_job


async def tell(press: Press, effect: Effect, job: Job | None = None, left: discord.ui.View | None = None) -> None:
    """What came of it, to whoever pressed alone, with buttons for what is left to do."""
    await answer_alone(press.interaction, effect_text(press, effect, job), view=left)


def effect_text(press: Press, effect: Effect, job: Job | None) -> str:
    return say(press.locale, f"effect.{effect}", asker=f"<@{job.asker_id}>" if job else "")
