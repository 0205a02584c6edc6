"""The review of a draft: the whole prompt as it will be sent, what can still be chosen, and sending it."""

from collections.abc import Collection

import discord

from bot.catalogue import Catalogue, Model
from bot.drafts import SavedDraft
from bot.extras import taken

from ..pressing.components import menu, view
from ..showing.buttons import draft_components
from ..showing.content_rules import content_rules
from ..showing.extras import extras_lines
from ..words.plain import safe
from ..words.wording import say
from .forms import length_options, link_options, model_options, size_options

# Characters of a prompt that are shown; a description takes 4096, escapes included.
PROMPT_SHOWN = 3300


def review(
    saved: SavedDraft, catalogue: Catalogue, locale: str, *, refused: Collection[str] = ()
) -> tuple[discord.Embed, discord.ui.View]:
    """What the author looks over before anything is spent; `refused` are models that are not to be had just now."""
    model = catalogue.find(saved.draft.model or "") or catalogue.default
    lengths, sizes = length_options(model, saved.draft.seconds, locale), size_options(model, saved.draft.size)
    by_picture = say(locale, "form.size_by_picture" if saved.shows_picture else "form.size")
    shown = view(
        menu("pick", saved.id, "model", model_options(catalogue, model.id), say(locale, "form.model")),
        menu("pick", saved.id, "seconds", lengths, say(locale, "form.seconds")),
        menu("pick", saved.id, "size", sizes, by_picture),
        *draft_components(saved, locale, *_verbs(saved, model)),
    )
    return sheet(saved, catalogue, locale, refused=refused), shown


def _verbs(saved: SavedDraft, model: Model) -> tuple[str, ...]:
    """What can be done; what a model takes beside the usual is asked for in forms of its own."""
    further = ("further",) if model.takes.pictures or saved.further else ()
    extras = ("extras",) if model.takes.settings else ()
    return ("edit", "no_picture" if saved.shows_picture else "picture", *further, *extras, "send")


def sheet(saved: SavedDraft, catalogue: Catalogue, locale: str, *, refused: Collection[str] = ()) -> discord.Embed:
    """The whole prompt, its length, which pictures there are, what was set and what will be left out, whether another
    model stands in, and what the model's maker does not make.
    """
    model = catalogue.find(saved.draft.model or "") or catalogue.default
    prompt, limit = saved.draft.prompt, model.prompt_limit
    key = "review.count" if len(prompt) <= limit else "review.too_long"
    lines = [safe(prompt, PROMPT_SHOWN, PROMPT_SHOWN), "", say(locale, key, length=len(prompt), limit=limit)]
    if saved.shows_picture:
        is_ours = saved.has_picture or saved.keeps_picture
        lines.append(say(locale, "review.picture" if is_ours else "review.picture_reading"))
    lines += extras_lines(locale, taken(saved.wished, model), model)
    if saved.draft.model is None and model.id in refused:
        lines.append(say(locale, "review.default_away", model=model.name))
    if rules := content_rules(locale, model):
        lines.append(rules)
    return discord.Embed(description="\n".join(lines))


def link_menu(saved: SavedDraft, locale: str) -> discord.ui.View:
    """Which of several pictures is meant."""
    return view(menu("pick", saved.id, "picked", link_options(saved, locale), say(locale, "ask.picture")))
