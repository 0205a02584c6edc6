"""Deciding about a job by a button: check who, do one thing, answer."""

import discord
from discord.ext import commands

from bot.actions import Accepted, Verdict, may_decide
from bot.discord_bot import DailiesBot
from bot.jobs import Job
from bot.video_request import Draft, Refusal

from ..asking.reading import missing_permissions, read_actor, read_ask
from ..showing.answers import answer_card, answer_refusal
from ..showing.buttons import DECISIONS, JobButton, buttons
from ..words.wording import say
from .found import find_job, tell, verdict_text


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
        if verb not in DECISIONS:
            return
        job = await find_job(interaction, self.actions, job_id)
        if job is None:
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
            case "delete":
                await self._confirm(interaction, job)
            case "erase":
                await self._erase(interaction, job)
            case "leave":
                await tell(interaction, await self.actions.leave(job.id, read_actor(interaction)), job)

    async def _cancel(self, interaction: discord.Interaction, job: Job) -> None:
        verdict = await self.actions.cancel(job.id, read_actor(interaction))
        locale = interaction.locale.value
        view = buttons(job, "unfollow", locale=locale) if verdict is Verdict.AT_VENDOR else None
        await tell(interaction, verdict, job, view)

    async def _unfollow(self, interaction: discord.Interaction, job: Job) -> None:
        """The button stands on the private answer to Cancel, which is replaced."""
        verdict = await self.actions.unfollow(job.id, read_actor(interaction))
        await interaction.response.edit_message(content=verdict_text(interaction, verdict, job), view=None)

    async def _look(self, interaction: discord.Interaction, job: Job) -> None:
        # the vendor may take longer to answer than Discord waits
        await interaction.response.defer(ephemeral=True, thinking=True)
        verdict = await self.actions.look(job.id, read_actor(interaction))
        await interaction.edit_original_response(content=verdict_text(interaction, verdict, job))

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
            await tell(interaction, outcome, job)

    async def _confirm(self, interaction: discord.Interaction, job: Job) -> None:
        if not may_decide(read_actor(interaction), job):
            await tell(interaction, Verdict.NOT_YOURS, job)
            return
        text = say(interaction.locale.value, "ask.delete")
        view = buttons(job, "erase", locale=interaction.locale.value) or discord.utils.MISSING
        await interaction.response.send_message(text, view=view, ephemeral=True)

    async def _erase(self, interaction: discord.Interaction, job: Job) -> None:
        """The button stands on the private question, which is replaced."""
        verdict = await self.actions.delete(job.id, read_actor(interaction))
        await interaction.response.edit_message(content=verdict_text(interaction, verdict, job), view=None)


async def setup(bot: DailiesBot) -> None:
    await bot.add_cog(JobButtons(bot))
