"""One more of a kind: the same again, changed, continued, longer, in another shape, by another model."""

import time
from dataclasses import replace

import discord
from discord.ext import commands

from bot.actions import Verdict
from bot.catalogue import Model
from bot.discord_bot import DailiesBot
from bot.drafts import Form, Link, SavedDraft
from bot.jobs import Job, PictureState, job_id
from bot.video_request import Draft, Refusal, carry_over

from ..asking.forms import model_options, size_options
from ..asking.reading import missing_permissions, read_ask, read_attachment
from ..asking.sending import answer_form
from ..showing.answers import answer_outcome, answer_refusal
from ..showing.buttons import VARIATIONS, JobMenu, buttons, longer, menu, shorter
from ..words.wording import say
from .found import find_job, tell


class Results(commands.Cog):
    def __init__(self, bot: DailiesBot) -> None:
        self.bot = bot
        self.actions = bot.actions

    async def cog_load(self) -> None:
        self.bot.add_dynamic_items(JobMenu)

    async def cog_unload(self) -> None:
        self.bot.remove_dynamic_items(JobMenu)

    @commands.Cog.listener()
    async def on_job_button(self, interaction: discord.Interaction, pressed_id: str, verb: str) -> None:
        try:
            await self._press(interaction, pressed_id, verb)
        except Exception as error:  # a listener's exception reaches nobody: hand it to the place that answers
            self.bot.dispatch("interaction_trouble", interaction, error)

    @commands.Cog.listener()
    async def on_job_choice(self, interaction: discord.Interaction, chosen_id: str, what: str, value: str) -> None:
        try:
            await self._choose(interaction, chosen_id, what, value)
        except Exception as error:  # as above
            self.bot.dispatch("interaction_trouble", interaction, error)

    async def _press(self, interaction: discord.Interaction, pressed_id: str, verb: str) -> None:
        if verb not in VARIATIONS:
            return
        job = await find_job(interaction, self.actions, pressed_id)
        if job is None:
            return
        match verb:
            case "repeat":
                await self._vary(interaction, job)
            case "longer" | "shorter":
                await self._vary_length(interaction, job, verb)
            case "change":
                await self._open(interaction, job, Form.CHANGE)
            case "continue":
                await self._continue(interaction, job)
            case "nearest":
                await self._nearest(interaction, job)
            case _:
                await self._ask_which(interaction, job, verb)

    async def _vary(self, interaction: discord.Interaction, job: Job, **changes: object) -> None:
        """The same wish, but for `changes`; the new job is the presser's."""
        draft = replace(_draft(job), **changes)  # type: ignore[arg-type]  # fields of Draft by name
        ask = read_ask(interaction, draft, parent_id=job.id, keeps_picture=True)
        outcome = missing_permissions(interaction) or await self.actions.submit(ask)
        await answer_outcome(interaction, self.actions, self.bot.catalogue, outcome, draft.prompt)

    async def _vary_length(self, interaction: discord.Interaction, job: Job, verb: str) -> None:
        """The model may have changed since: what it no longer makes is not sold as something else."""
        model = self.bot.catalogue.describe(job.request.model)
        seconds = (longer if verb == "longer" else shorter)(model, job)
        if seconds is None:
            await tell(interaction, Verdict.TOO_LATE, job)
        else:
            await self._vary(interaction, job, seconds=seconds)

    async def _open(self, interaction: discord.Interaction, job: Job, form: Form, links: tuple[Link, ...] = ()) -> None:
        """A form with everything as it was."""
        saved = SavedDraft(
            id=job_id(interaction.id),
            author_id=interaction.user.id,
            form=form,
            draft=_draft(job),
            changed_at=time.time(),
            links=links,
            picked=0 if links else None,
            size_given=job.request.size_given,
            keeps_picture=not links and job.picture is not PictureState.NONE,
            parent_id=job.id,
        )
        await answer_form(interaction, self.actions, self.bot.catalogue, saved)

    async def _continue(self, interaction: discord.Interaction, job: Job) -> None:
        """From the clip beside the button: the vendor's link is long dead, and our own copy is gone."""
        shown = interaction.message.attachments if interaction.message else []
        links = tuple(link for one in shown if one.filename.endswith(".mp4") and (link := read_attachment(one)))
        if links:
            await self._open(interaction, job, Form.CONTINUE, links[:1])
        else:
            await answer_refusal(interaction, Refusal(code="clip_gone"))

    async def _ask_which(self, interaction: discord.Interaction, job: Job, what: str) -> None:
        locale, catalogue = interaction.locale.value, self.bot.catalogue
        model = catalogue.describe(job.request.model)
        options = (
            [one for one in size_options(model, None, job.request.seconds) if one.value != job.request.size]
            if what == "shape"
            else [one for one in model_options(catalogue, None) if one.value != job.request.model]
        )
        if not options:
            await tell(interaction, Verdict.TOO_LATE, job)
            return
        question = say(locale, f"ask.{what}")
        await interaction.response.send_message(question, view=menu(job, what, options, question), ephemeral=True)

    async def _choose(self, interaction: discord.Interaction, chosen_id: str, what: str, value: str) -> None:
        job = await find_job(interaction, self.actions, chosen_id)
        if job is None:
            return
        model = self.bot.catalogue.find(value) if what == "model" else None
        if model is None:
            await self._vary(interaction, job, **{"size" if what == "shape" else "model": value})
            return
        await self._carry(interaction, job, model)

    async def _nearest(self, interaction: discord.Interaction, job: Job) -> None:
        """The same with the model that the button names: another one costs something else, and is asked for anew."""
        model = self.actions.nearest(job)
        locale = interaction.locale.value
        if model is None:
            await interaction.response.send_message(say(locale, "nearest.none"), ephemeral=True)
            return
        named = [say(each, "button.nearest", model=model.name) for each in (job.locale, locale)]
        if _pressed_label(interaction) not in named:
            view = buttons(job, "nearest", locale=locale, model=model.name)
            sentence = say(locale, "nearest.changed", model=model.name)
            await interaction.response.send_message(sentence, view=view or discord.utils.MISSING, ephemeral=True)
            return
        await self._carry(interaction, job, model)

    async def _carry(self, interaction: discord.Interaction, job: Job, model: Model) -> None:
        carried = carry_over(job.request, model, has_picture=job.picture is not PictureState.NONE)
        await self._vary(interaction, job, model=carried.model, seconds=carried.seconds, size=carried.size)


def _draft(job: Job) -> Draft:
    """The wish of a job, to be sent once more."""
    request = job.request
    return Draft(
        prompt=request.prompt,
        model=request.model,
        seconds=request.seconds,
        size=request.size,
        fit=request.fit,
    )


def _pressed_label(interaction: discord.Interaction) -> str | None:
    """What the button says that was pressed."""
    rows = interaction.message.components if interaction.message else []
    pressed = dict(interaction.data or {}).get("custom_id")
    found = [item for row in rows if isinstance(row, discord.ActionRow) for item in row.children]
    return next((item.label for item in found if isinstance(item, discord.Button) and item.custom_id == pressed), None)


async def setup(bot: DailiesBot) -> None:
    await bot.add_cog(Results(bot))
