"""The review of a draft: the whole prompt as it will be sent, what can still be chosen, and sending it."""

import re
from typing import Self

import discord

from bot.catalogue import Catalogue
from bot.drafts import SavedDraft

from ..showing.card import safe
from ..words.wording import say
from .forms import length_options, link_options, model_options, size_options

# Characters of a prompt that are shown; a description takes 4096, escapes included.
PROMPT_SHOWN = 3500


VERBS = ("edit", "send", "picture", "no_picture", "write")


class DraftButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=rf"draft:(?P<id>[0-9a-z]{{1,16}}):(?P<verb>{'|'.join(VERBS)})",
):
    """What is to be done with a draft; whose it is, is looked up."""

    def __init__(self, draft_id: str, verb: str, label: str) -> None:
        style = discord.ButtonStyle.primary if verb == "send" else discord.ButtonStyle.secondary
        super().__init__(discord.ui.Button(label=label, style=style, custom_id=f"draft:{draft_id}:{verb}"))
        self.draft_id = draft_id
        self.verb = verb

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[discord.ui.View], match: re.Match[str]
    ) -> Self:
        return cls(match["id"], match["verb"], getattr(item, "label", None) or "…")

    async def callback(self, interaction: discord.Interaction) -> None:
        interaction.client.dispatch("draft_button", interaction, self.draft_id, self.verb)


class DraftMenu(
    discord.ui.DynamicItem[discord.ui.Select[discord.ui.View]],
    template=r"pick:(?P<id>[0-9a-z]{1,16}):(?P<what>model|seconds|size|picked)",
):
    """What is chosen for a draft; checked like anything that is typed."""

    def __init__(self, draft_id: str, what: str, options: list[discord.SelectOption], placeholder: str = "…") -> None:
        super().__init__(
            discord.ui.Select(custom_id=f"pick:{draft_id}:{what}", options=options, placeholder=placeholder)
        )
        self.draft_id = draft_id
        self.what = what

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[discord.ui.View], match: re.Match[str]
    ) -> Self:
        return cls(match["id"], match["what"], getattr(item, "options", []))

    async def callback(self, interaction: discord.Interaction) -> None:
        interaction.client.dispatch("draft_choice", interaction, self.draft_id, self.what, self.item.values[0])


def review(saved: SavedDraft, catalogue: Catalogue, locale: str) -> tuple[discord.Embed, discord.ui.View]:
    """What only the author sees before anything is spent."""
    model = catalogue.find(saved.draft.model or "") or catalogue.default
    prompt, limit = saved.draft.prompt, model.prompt_limit
    key = "review.count" if len(prompt) <= limit else "review.too_long"
    lines = [safe(prompt, PROMPT_SHOWN)[:PROMPT_SHOWN], "", say(locale, key, length=len(prompt), limit=limit)]
    if saved.shows_picture:
        lines.append(say(locale, "review.picture" if saved.has_picture else "review.picture_reading"))
    view = discord.ui.View(timeout=None)
    view.add_item(DraftMenu(saved.id, "model", model_options(catalogue, model.id), say(locale, "form.model")))
    lengths = length_options(model, saved.draft.seconds, locale)
    view.add_item(DraftMenu(saved.id, "seconds", lengths, say(locale, "form.seconds")))
    by_picture = say(locale, "form.size_by_picture" if saved.shows_picture else "form.size")
    view.add_item(DraftMenu(saved.id, "size", size_options(model, saved.draft.size), by_picture))
    for verb in ("edit", "no_picture" if saved.shows_picture else "picture", "send"):
        view.add_item(DraftButton(saved.id, verb, say(locale, f"button.{verb}")))
    return discord.Embed(description="\n".join(lines)), view


def draft_buttons(saved: SavedDraft, locale: str, *verbs: str) -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    for verb in verbs:
        view.add_item(DraftButton(saved.id, verb, say(locale, f"button.{verb}")))
    return view


def link_menu(saved: SavedDraft, locale: str) -> discord.ui.View:
    """Which of several pictures is meant."""
    view = discord.ui.View(timeout=None)
    view.add_item(DraftMenu(saved.id, "picked", link_options(saved, locale), say(locale, "ask.picture")))
    return view
