"""What comes back from forms and reviews: take it down, then show it or send it."""

import time

import discord
from discord.ext import commands

from bot.discord_bot import DailiesBot
from bot.drafts import Form, SavedDraft, fill, read_whole, rewritten, with_model
from bot.video_request import Refusal

from ..showing.answers import answer_alone, answer_refusal
from ..words.wording import say
from .forms import Filled, file_form, read_form
from .review import DraftButton, DraftMenu, review
from .sending import answer_form, answer_gone, send_draft


class Forms(commands.Cog):
    def __init__(self, bot: DailiesBot) -> None:
        self.bot = bot
        self.actions = bot.actions
        self.catalogue = bot.catalogue

    async def cog_load(self) -> None:
        self.bot.add_dynamic_items(DraftButton, DraftMenu)

    async def cog_unload(self) -> None:
        self.bot.remove_dynamic_items(DraftButton, DraftMenu)

    @commands.Cog.listener()
    async def on_interaction(self, interaction: discord.Interaction) -> None:
        filled = read_form(interaction)
        if filled is None:
            return
        try:
            await self._take(interaction, filled)
        except Exception as error:  # a listener's exception reaches nobody: hand it to the place that answers
            self.bot.dispatch("interaction_trouble", interaction, error)

    @commands.Cog.listener()
    async def on_draft_button(self, interaction: discord.Interaction, draft_id: str, verb: str) -> None:
        try:
            await self._press(interaction, draft_id, verb)
        except Exception as error:  # as above
            self.bot.dispatch("interaction_trouble", interaction, error)

    @commands.Cog.listener()
    async def on_draft_choice(self, interaction: discord.Interaction, draft_id: str, what: str, value: str) -> None:
        try:
            await self._choose(interaction, draft_id, what, value)
        except Exception as error:  # as above
            self.bot.dispatch("interaction_trouble", interaction, error)

    # ---

    async def _take(self, interaction: discord.Interaction, filled: Filled) -> None:
        saved = await self._own(interaction, filled.draft_id)
        if saved is None:
            return
        if filled.kind == "file":
            await self._take_picture(interaction, saved, filled)
            return
        saved = fill(saved, filled.values, filled.file, self.catalogue, time.time())
        await self.actions.keep_draft(saved)
        if saved.form is Form.COMPOSE:
            await self._review(interaction, saved)
        else:
            await send_draft(interaction, self.actions, self.catalogue, saved)

    async def _take_picture(self, interaction: discord.Interaction, saved: SavedDraft, filled: Filled) -> None:
        changed = await self.actions.give_picture(saved, filled.file)
        if isinstance(changed, Refusal):
            await answer_refusal(interaction, changed)
        else:
            await self._review(interaction, changed)

    async def _press(self, interaction: discord.Interaction, draft_id: str, verb: str) -> None:
        saved = await self._own(interaction, draft_id)
        if saved is None:
            return
        match verb:
            case "send":
                await send_draft(interaction, self.actions, self.catalogue, saved)
            case "picture":
                await interaction.response.send_modal(file_form(saved, interaction.locale.value))
            case "no_picture":
                changed = await self.actions.give_picture(saved, None)
                assert isinstance(changed, SavedDraft)
                await self._review(interaction, changed)
            case _:
                await answer_form(interaction, self.actions, self.catalogue, saved)

    async def _choose(self, interaction: discord.Interaction, draft_id: str, what: str, value: str) -> None:
        saved = await self._own(interaction, draft_id)
        if saved is None:
            return
        now = time.time()
        match what:
            case "model":
                saved = with_model(saved, value, self.catalogue, now)
            case "seconds":
                saved = rewritten(saved, now, seconds=read_whole(value))
            case "size":
                saved = rewritten(saved, now, size=value)
            case _:
                saved = rewritten(saved, now, picked=read_whole(value))
        await self.actions.keep_draft(saved)
        if what == "picked":
            # the question was which picture: that was all that was missing
            await self._send_or_ask(interaction, saved)
        else:
            await self._review(interaction, saved)

    async def _send_or_ask(self, interaction: discord.Interaction, saved: SavedDraft) -> None:
        if saved.draft.prompt.strip():
            await send_draft(interaction, self.actions, self.catalogue, saved)
        else:
            await answer_form(interaction, self.actions, self.catalogue, saved)

    async def _own(self, interaction: discord.Interaction, draft_id: str) -> SavedDraft | None:
        """The draft, if it is there and the presser's; else they are told."""
        saved = await self.actions.find_draft(draft_id)
        if saved and saved.author_id == interaction.user.id:
            return saved
        if saved is None:
            await answer_gone(interaction, self.actions)
        else:
            await answer_alone(interaction, say(interaction.locale.value, "review.not_yours"))
        return None

    async def _review(self, interaction: discord.Interaction, saved: SavedDraft) -> None:
        """Show it anew, in place of what was shown before."""
        embed, view = review(saved, self.catalogue, interaction.locale.value)
        if interaction.message:
            await interaction.response.edit_message(embed=embed, view=view)
        else:
            await interaction.response.send_message(embed=embed, view=view, ephemeral=True)


async def setup(bot: DailiesBot) -> None:
    await bot.add_cog(Forms(bot))
