"""What every press of a job's button begins and ends with: finding the job, and saying what came of it."""

import discord

from bot.actions import Actions, Verdict
from bot.jobs import Job

from ..words.wording import say


async def find_job(interaction: discord.Interaction, actions: Actions, job_id: str) -> Job | None:
    """The job, if this is where it is told of, or its asker presses; else they are told that there is none.

    What a button says can be made up: a job of a channel that somebody cannot see must not answer them.
    """
    job = await actions.find(job_id)
    if job and (interaction.channel_id in (job.channel_id, job.card_id) or interaction.user.id == job.asker_id):
        return job
    await tell(interaction, Verdict.NO_SUCH_JOB, None)
    return None


async def tell(
    interaction: discord.Interaction, verdict: Verdict, job: Job | None, view: discord.ui.View | None = None
) -> None:
    shown_view = discord.utils.MISSING if view is None else view
    text = verdict_text(interaction, verdict, job)
    await interaction.response.send_message(text, view=shown_view, ephemeral=True)


def verdict_text(interaction: discord.Interaction, verdict: Verdict, job: Job | None) -> str:
    asker = f"<@{job.asker_id}>" if job else ""
    return say(interaction.locale.value, f"verdict.{verdict}", asker=asker)
