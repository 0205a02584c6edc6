"""What is suggested while an option is typed: what the chosen model makes with what is filled in already. Pure."""

from collections.abc import Collection

from discord import app_commands

from bot.catalogue import CHOICES, Catalogue, Model

from ..words.wording import say, spell_size


def suggest_models(
    catalogue: Catalogue, refused: Collection[str], typed: str, *, has_picture: bool, locale: str
) -> list[app_commands.Choice[str]]:
    """Models whose name or id has what was typed; those that the vendor refused lately come last and say so."""
    able = [model for model in catalogue.models.values() if model.picture or not has_picture]
    found = [model for model in able if _has(typed, model.name, model.id)]
    live = [app_commands.Choice(name=model.name, value=model.id) for model in found if model.id not in refused]
    gone = [
        app_commands.Choice(name=say(locale, "suggestion.refused", model=model.name), value=model.id)
        for model in found
        if model.id in refused
    ]
    return [*live, *gone][:CHOICES]


def suggest_lengths(model: Model, size: str | None, typed: str, *, locale: str) -> list[app_commands.Choice[int]]:
    """The lengths that the model makes, at this size if it is one of its own; the digits typed are how they begin."""
    lengths = model.lengths(size) if size else model.seconds.values
    return [
        app_commands.Choice(name=say(locale, "suggestion.seconds", seconds=length), value=length)
        for length in lengths
        if str(length).startswith(typed.strip())
    ][:CHOICES]


def suggest_sizes(model: Model, seconds: int | None, typed: str) -> list[app_commands.Choice[str]]:
    """The sizes of the model, of this length if it is one of its own."""
    sizes = (model.sizes(seconds) if seconds else ()) or model.size.values
    return [
        app_commands.Choice(name=spell_size(size), value=size) for size in sizes if _has(typed, size, spell_size(size))
    ][:CHOICES]


def _has(typed: str, *texts: str) -> bool:
    return any(typed.strip().casefold() in text.casefold() for text in texts)
