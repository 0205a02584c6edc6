"""Pressing a button of a job: check who, do one thing, answer."""

import logging

import discord
from discord.ext import commands

from bot.actions import Accepted, Verdict
from bot.discord_bot import DailiesBot
from bot.jobs import Job
from bot.video_request import Draft, Refusal

from ._answer import answer_card, answer_refusal
from ._cards import JobButton, buttons
from ._intake import missing_permissions, read_actor, read_ask
from ._wording import say

log = logging.getLogger(__name__)


class JobButtons(commands.Cog):
    def __init__(self, bot: DailiesBot) -> None:
        self.bot = bot
        self.actions = bot.actions

    async def cog_load(self) -> None:
        self.bot.add_dynamic_items(JobButton)

    async def cog_unload(self) -> None:
        self.bot.remove_dynamic_items(JobButton)

    @commands.Cog.listener()
    async def on_job_button(self, interaction: discord.Interaction, job_id: str, verb: str) -> None:
        try:
            await self._press(interaction, job_id, verb)
        except Exception as error:  # a listener's exception reaches nobody: hand it to the place that answers
            self.bot.dispatch("interaction_trouble", interaction, error)

    async def _press(self, interaction: discord.Interaction, job_id: str, verb: str) -> None:
        job = await self.actions.find(job_id)
        if job is None:
            await self._tell(interaction, Verdict.NO_SUCH_JOB, None)
            return
        match verb:
            case "cancel":
                await self._cancel(interaction, job)
            case "unfollow":
                await self._unfollow(interaction, job)
            case "look":
                await self._look(interaction, job)
            case "again":
                await self._again(interaction, job)
            case "leave":
                await self._tell(interaction, await self.actions.leave(job.id, read_actor(interaction)), job)

    async def _cancel(self, interaction: discord.Interaction, job: Job) -> None:
        verdict = await self.actions.cancel(job.id, read_actor(interaction))
        view = buttons(job, "unfollow") if verdict is Verdict.AT_VENDOR else None
        await self._tell(interaction, verdict, job, view)

    async def _unfollow(self, interaction: discord.Interaction, job: Job) -> None:
        """The button stands on the private answer to Cancel, which is replaced."""
        verdict = await self.actions.unfollow(job.id, read_actor(interaction))
        await interaction.response.edit_message(content=self._sentence(interaction, verdict, job), view=None)

    async def _look(self, interaction: discord.Interaction, job: Job) -> None:
        # the vendor may take longer to answer than Discord waits
        await interaction.response.defer(ephemeral=True, thinking=True)
        verdict = await self.actions.look(job.id, read_actor(interaction))
        await interaction.edit_original_response(content=self._sentence(interaction, verdict, job))

    async def _again(self, interaction: discord.Interaction, job: Job) -> None:
        refusal = missing_permissions(interaction)
        if isinstance(refusal, Refusal):
            await answer_refusal(interaction, refusal)
            return
        ask = read_ask(interaction, Draft(prompt=job.request.prompt))
        outcome = await self.actions.send_again(job.id, read_actor(interaction), ask)
        if isinstance(outcome, Accepted):
            model = self.bot.catalogue.describe(job.request.model)
            await answer_card(interaction, self.actions, outcome, model)
        elif outcome:
            await self._tell(interaction, outcome, job)

    async def _tell(
        self,
        interaction: discord.Interaction,
        verdict: Verdict,
        job: Job | None,
        view: discord.ui.View | None = None,
    ) -> None:
        sentence = self._sentence(interaction, verdict, job)
        shown_view = discord.utils.MISSING if view is None else view
        await interaction.response.send_message(sentence, view=shown_view, ephemeral=True)

    def _sentence(self, interaction: discord.Interaction, verdict: Verdict, job: Job | None) -> str:
        asker = f"<@{job.asker_id}>" if job else ""
        return say(interaction.locale.value, f"verdict.{verdict}", asker=asker)


async def setup(bot: DailiesBot) -> None:
    await bot.add_cog(JobButtons(bot))
