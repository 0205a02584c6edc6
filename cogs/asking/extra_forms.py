"""The two forms for what a model takes beside the usual: further pictures, and settings."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import discord

from bot.catalogue import Catalogue, Model, Shots
from bot.chosen_settings import LONGEST_SEED
from bot.discord_bot import Interaction
from bot.drafts import Link, SavedDraft
from bot.further_pictures import LAST, reference_slot, references_in

from ..pressing.components import press_id
from ..words.wording import say
from .forms import TEXT_MOST, modal, read_fields, read_files

Label = discord.ui.Label[discord.ui.Modal]

# What can be thrown away, in the form's words; the second is all of the pictures to look like.
REFERENCES = "references"


@dataclass(frozen=True, kw_only=True)
class FilledFurther:
    """Further pictures as their form came back: those that were added, by slot, and slots that are to be empty."""

    links: Mapping[str, Link]
    dropped: tuple[str, ...]


def further_form(saved: SavedDraft, catalogue: Catalogue, locale: str) -> discord.ui.Modal:
    form = modal(press_id("further_given", saved.id), say(locale, "form.further"))
    for label in _pictures(saved, _model(saved, catalogue), locale):
        form.add_item(label)
    return form


def settings_form(saved: SavedDraft, catalogue: Catalogue, locale: str) -> discord.ui.Modal:
    """Filled with what was set; what is preset is what the model does by itself."""
    form = modal(press_id("extras_set", saved.id), say(locale, "form.extras"))
    for label in _settings(saved, _model(saved, catalogue), locale):
        form.add_item(label)
    return form


def read_further(interaction: Interaction, saved: SavedDraft) -> FilledFurther:
    """Pictures to look like that are added take the place of all that were there."""
    files = read_files(interaction)
    links = dict(zip([LAST], files.get(LAST, ()), strict=False))
    references = files.get(REFERENCES, ())
    links |= {reference_slot(number): link for number, link in enumerate(references, 1)}
    dropped = read_fields(interaction).get("drop", ())
    slots = [LAST] if LAST in dropped else []
    if references or REFERENCES in dropped:
        slots += references_in(each.slot for each in saved.further)
    return FilledFurther(links=links, dropped=tuple(slots))


def _model(saved: SavedDraft, catalogue: Catalogue) -> Model:
    return catalogue.find(saved.draft.model or "") or catalogue.default


def _pictures(saved: SavedDraft, model: Model, locale: str) -> Iterator[Label]:
    there = [each.slot for each in saved.further]
    if model.takes.last_frame:
        yield _files(LAST, 1, locale)
    if model.takes.references:
        yield _files(REFERENCES, model.takes.references.most, locale)
    if there:
        droppable = ([LAST] if LAST in there else []) + ([REFERENCES] if references_in(there) else [])
        options = [discord.SelectOption(label=say(locale, f"form.{what}"), value=what) for what in droppable]
        select = discord.ui.Select[discord.ui.Modal](
            custom_id="drop", options=options, required=False, min_values=0, max_values=len(options)
        )
        yield discord.ui.Label(text=say(locale, "form.drop"), component=select)


def _settings(saved: SavedDraft, model: Model, locale: str) -> Iterator[Label]:
    takes, extras = model.takes, saved.draft.extras
    if takes.negative:
        yield _text("negative", extras.negative, min(takes.negative.limit, TEXT_MOST), locale)
    if takes.seed:
        yield _text("seed", None if extras.seed is None else str(extras.seed), LONGEST_SEED, locale)
    if takes.sound:
        is_on = takes.sound.default if extras.sound is None else extras.sound
        yield _choice("sound", {way: say(locale, f"extras.sound_{way}") for way in ("on", "off")}, _on(is_on), locale)
    if takes.resolution:
        values = {value: value for value in takes.resolution.values}
        yield _choice("resolution", values, extras.resolution or takes.resolution.default, locale)
    if takes.shots:
        ways = {"one": say(locale, "form.shots_one")}
        ways |= {str(way): say(locale, f"extras.shots_{way}") for way in takes.shots.ways}
        hint = say(locale, "form.shots_hint") if Shots.LISTED in takes.shots.ways else None
        yield _choice("shots", ways, extras.shots or "one", locale, hint)


def _on(is_on: bool) -> str:
    return "on" if is_on else "off"


def _files(field: str, most: int, locale: str) -> Label:
    upload = discord.ui.FileUpload[discord.ui.Modal](custom_id=field, required=False, min_values=0, max_values=most)
    return discord.ui.Label(
        text=say(locale, f"form.{field}"), description=say(locale, f"form.{field}_hint", most=most), component=upload
    )


def _text(field: str, written: str | None, most: int, locale: str) -> Label:
    style = discord.TextStyle.paragraph if field == "negative" else discord.TextStyle.short
    text = discord.ui.TextInput[discord.ui.Modal](
        custom_id=field, style=style, default=(written or "")[:most] or None, required=False, max_length=most
    )
    return discord.ui.Label(
        text=say(locale, f"form.{field}"), description=say(locale, f"form.{field}_hint"), component=text
    )


def _choice(field: str, values: Mapping[str, str], chosen: str, locale: str, hint: str | None = None) -> Label:
    options = [
        discord.SelectOption(label=label, value=value, default=value == chosen) for value, label in values.items()
    ]
    select = discord.ui.Select[discord.ui.Modal](custom_id=field, options=options)
    return discord.ui.Label(text=say(locale, f"form.{field}"), description=hint, component=select)
