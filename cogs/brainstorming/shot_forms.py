"""The forms in which shots are written and given, and what comes back from them."""

import discord

from bot.actions import Spot
from bot.briefs.storyboard import LONGEST_SHOT, LONGEST_STILL, NOTE_MOST, Kind, Shot
from bot.catalogue import Catalogue

from ..asking.forms import TEXT_MOST, modal, model_options
from ..pressing.components import press_id
from ..words.wording import say

Label = discord.ui.Label[discord.ui.Modal]

# As an argument tells where a shot goes: behind one, or in its place.
AFTER, INSTEAD = "a", "r"


def spot_of(argument: str) -> Spot:
    """Where a shot goes that a button's argument tells of."""
    kind, shot_id = argument[:1], argument[1:]
    return Spot(after=shot_id if kind == AFTER else None, instead_of=shot_id if kind == INSTEAD else None)


def write_form(brief_id: str, argument: str, catalogue: Catalogue, locale: str) -> discord.ui.Modal:
    """Words that a clip is made of."""
    form = modal(press_id("shot_written", brief_id, argument), say(locale, "shot.form_write"))
    form.add_item(_words("", locale))
    form.add_item(_model(catalogue, locale))
    form.add_item(_seconds(None, LONGEST_SHOT, locale))
    form.add_item(_note("", locale))
    return form


def give_form(brief_id: str, argument: str, locale: str) -> discord.ui.Modal:
    """A picture that is held."""
    form = modal(press_id("shot_given", brief_id, argument), say(locale, "shot.form_give"))
    file = discord.ui.FileUpload[discord.ui.Modal](custom_id="file", required=True, min_values=1, max_values=1)
    form.add_item(Label(text=say(locale, "shot.picture"), description=say(locale, "form.file_new"), component=file))
    form.add_item(_seconds(None, LONGEST_STILL, locale))
    form.add_item(_note("", locale))
    return form


def edit_form(brief_id: str, shot: Shot, locale: str) -> discord.ui.Modal:
    form = modal(press_id("shot_edited", brief_id, shot.id), say(locale, "shot.form_edit"))
    if shot.kind is Kind.WISH:
        form.add_item(_words(shot.words, locale))
    form.add_item(_seconds(shot.seconds, LONGEST_STILL if shot.kind is Kind.STILL else LONGEST_SHOT, locale))
    form.add_item(_note(shot.note, locale))
    return form


def read_seconds(text: str) -> float | None:
    """How long, as somebody writes it: "3", "2.5", "2,5 s". Raises ValueError for what is no length."""
    written = text.strip().removesuffix("s").strip().replace(",", ".")
    if not written:
        return None
    seconds = float(written)
    if not 0 < seconds < 10_000:
        raise ValueError(text)
    return seconds


def _words(words: str, locale: str) -> Label:
    written = discord.ui.TextInput[discord.ui.Modal](
        custom_id="words",
        style=discord.TextStyle.paragraph,
        default=words or None,
        placeholder=say(locale, "shot.words_hint"),
        max_length=TEXT_MOST,
    )
    return Label(text=say(locale, "shot.words"), component=written)


def _model(catalogue: Catalogue, locale: str) -> Label:
    options = model_options(catalogue, catalogue.default.id)
    select = discord.ui.Select[discord.ui.Modal](custom_id="model", options=options, required=False)
    return Label(text=say(locale, "form.model"), component=select)


def _seconds(seconds: float | None, longest: float, locale: str) -> Label:
    written = discord.ui.TextInput[discord.ui.Modal](
        custom_id="seconds", default=None if seconds is None else f"{seconds:g}", required=False, max_length=8
    )
    hint = say(locale, "shot.seconds_hint", seconds=int(longest))
    return Label(text=say(locale, "shot.seconds"), description=hint, component=written)


def _note(note: str, locale: str) -> Label:
    written = discord.ui.TextInput[discord.ui.Modal](
        custom_id="note", default=note or None, required=False, max_length=NOTE_MOST
    )
    return Label(text=say(locale, "shot.note"), component=written)
