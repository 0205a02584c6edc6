"""What is suggested while an option is typed: what the chosen model makes with what is filled in already."""

import asyncio
import functools
import logging
from collections.abc import Awaitable, Callable, Collection, Coroutine
from typing import Any

from discord import app_commands

from bot.catalogue import CHOICES, Catalogue, Model
from bot.discord_bot import Interaction
from bot.video_request import as_we_spell

from ..words.wording import say, spell_size

log = logging.getLogger(__name__)

# Discord waits three seconds for a suggestion.
SUGGEST_WITHIN = 2.0

Choices = list[app_commands.Choice[Any]]


def never_failing(
    suggest: Callable[[Interaction, str], Awaitable[Choices]],
) -> Callable[[Interaction, str], Coroutine[Any, Any, Choices]]:
    """Without suggestions a member can still type; an error would only be noise beside what they are writing."""

    @functools.wraps(suggest)
    async def guarded(interaction: Interaction, typed: str) -> Choices:
        try:
            async with asyncio.timeout(SUGGEST_WITHIN):
                return await suggest(interaction, str(typed))
        except Exception:
            log.exception("No suggestions")
            return []

    return guarded


def suggest_models(
    catalogue: Catalogue,
    refused: Collection[str],
    typed: str,
    *,
    has_picture: bool,
    locale: str,
    has_last: bool = False,
) -> Choices:
    """Models whose name or id has what was typed, and that take the pictures that are filled in; those that the vendor
    refused lately come last and say so.
    """
    able = [
        model
        for model in catalogue.models.values()
        if (model.picture or not has_picture) and (model.takes.last_frame or not has_last)
    ]
    found = [model for model in able if _has(typed, model.name, model.id)]
    live = [app_commands.Choice(name=model.name, value=model.id) for model in found if model.id not in refused]
    gone = [
        app_commands.Choice(name=say(locale, "suggestion.refused", model=model.name), value=model.id)
        for model in found
        if model.id in refused
    ]
    return [*live, *gone][:CHOICES]


def suggest_lengths(model: Model, size: str | None, typed: str) -> Choices:
    """The lengths that the model makes, at this size if it is one of its own; the digits typed are how they begin.

    Bare digits: Android reads the name of a suggestion as if it had been typed, and refuses what is no number.
    """
    lengths = model.lengths(as_we_spell(size)) if size else model.seconds.values
    return [
        app_commands.Choice(name=str(length), value=length)
        for length in lengths
        if str(length).startswith(typed.strip())
    ][:CHOICES]


def suggest_sizes(model: Model, seconds: int | None, typed: str) -> Choices:
    """The sizes of the model, of this length if it is one of its own."""
    sizes = (model.sizes(seconds) if seconds else ()) or model.size.values
    return [
        app_commands.Choice(name=spell_size(size), value=size) for size in sizes if _has(typed, size, spell_size(size))
    ][:CHOICES]


def _has(typed: str, *texts: str) -> bool:
    return any(typed.strip().casefold() in text.casefold() for text in texts)


def read_model(catalogue: Catalogue, text: str, locale: str) -> str:
    """The id of a model that was suggested: Discord may send back what the suggestion was called in its place.

    Other text is left as it is. What the vendor refuses may have changed since.
    """
    for refused in (catalogue.models, ()):
        for choice in suggest_models(catalogue, refused, "", has_picture=False, locale=locale):
            if choice.name == text.strip():
                return str(choice.value)
    return text


def read_seconds(filled: object) -> int | None:
    """A length that is filled in; Discord hands on as text what is still being typed."""
    text = str(filled)
    return int(text) if text.isascii() and text.isdigit() else None
