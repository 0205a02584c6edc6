"""Forms: the modals that ask for what a draft lacks, filled with what it has, and what comes back from them.

Their ids say which draft is meant, so a form that was opened before a restart is still understood after it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import discord

from bot.catalogue import Catalogue, Model
from bot.discord_bot import Interaction
from bot.drafts import PARTS, Form, Link, SavedDraft

from ..pressing.components import press_id
from ..showing.content_rules import content_rules_hint
from ..showing.replies import SPOILER
from ..words.plain import isolated
from ..words.wording import say, spell_size
from .names import in_words
from .reading import read_locale

# Discord takes 4000 characters of one field, and shows at most so many options of a menu. Source: Component reference.
TEXT_MOST, OPTIONS_MOST = 4000, 25
PART_MOST = 1000
# After this long discord.py forgets a form that was never sent; we know it by its id.
FORGOTTEN_AFTER = 900


@dataclass(frozen=True, kw_only=True)
class Filled:
    """A form that came back: what was written or chosen, by field; an empty choice is left out."""

    values: Mapping[str, str]
    file: Link | None


def draft_form(saved: SavedDraft, catalogue: Catalogue, locale: str) -> discord.ui.Modal:
    """The form that a draft was begun in, as it stands, with the model's content rules."""
    form = modal(press_id("form", saved.id), say(locale, f"form.{saved.form}"))
    model = catalogue.find(saved.draft.model or "") or catalogue.default
    for label in _fields(saved, model, catalogue, locale):
        form.add_item(label)
    return form


def file_form(saved: SavedDraft, locale: str) -> discord.ui.Modal:
    """The form that takes a picture."""
    form = modal(press_id("file", saved.id), say(locale, "form.picture"))
    form.add_item(_file(locale, required=True, hint="form.file_new"))
    return form


def read_form(interaction: Interaction) -> Filled:
    """Nothing is filled in where the interaction is no form."""
    files, locale = read_files(interaction), read_locale(interaction)
    values = {
        field: in_words(given[0], interaction, locale)
        for field, given in read_fields(interaction).items()
        if given and field not in (*files, "file")
    }
    return Filled(values=values, file=next(iter(files.get("file", ())), None))


def read_fields(interaction: Interaction) -> dict[str, tuple[str, ...]]:
    """What was written or chosen in a form, by field: of a field for files the ids of these."""
    data: Mapping[str, Any] = interaction.data or {}
    fields = [label["component"] for label in data.get("components", []) if "component" in label]
    return {str(one.get("custom_id")): _values(one) for one in fields}


def read_files(interaction: Interaction) -> dict[str, tuple[Link, ...]]:
    """The files that were added in a form, by field."""
    data: Mapping[str, Any] = interaction.data or {}
    attachments: Mapping[str, Any] = (data.get("resolved") or {}).get("attachments") or {}
    return {
        field: links
        for field, given in read_fields(interaction).items()
        if (links := tuple(_link(attachments[one]) for one in given if one in attachments))
    }


def _fields(
    saved: SavedDraft, model: Model, catalogue: Catalogue, locale: str
) -> Iterator[discord.ui.Label[discord.ui.Modal]]:
    match saved.form:
        case Form.COMPOSE:
            yield from (_part(saved, model, part, locale) for part in PARTS)
        case Form.CHANGE:
            yield _prompt(saved, model, locale)
            yield _models(model, catalogue, locale)
            yield _lengths(saved, model, locale)
            yield _sizes(saved, model, locale)
            yield _file(locale, required=False, hint="form.file_keep" if saved.shows_picture else "form.file_new")
        case Form.CONTINUE:
            yield _prompt(saved, model, locale)
            yield _lengths(saved, model, locale)
        case Form.ANIMATE:
            yield _prompt(saved, model, locale)
            if len(saved.links) > 1:
                yield _links(saved, locale)
            yield _lengths(saved, model, locale)
            yield _sizes(saved, model, locale)


def modal(custom_id: str, title: str) -> discord.ui.Modal:
    return discord.ui.Modal(title=title, custom_id=custom_id, timeout=FORGOTTEN_AFTER)


def _part(saved: SavedDraft, model: Model, part: str, locale: str) -> discord.ui.Label[discord.ui.Modal]:
    is_first = part == "subject"
    field = discord.ui.TextInput[discord.ui.Modal](
        custom_id=part,
        style=discord.TextStyle.paragraph,
        default=saved.parts.get(part) or None,
        placeholder=say(locale, f"form.{part}_hint"),
        required=is_first,
        max_length=PART_MOST,
    )
    rules = content_rules_hint(locale, model) if is_first else None
    return discord.ui.Label(text=say(locale, f"form.{part}"), description=rules, component=field)


def _prompt(saved: SavedDraft, model: Model, locale: str) -> discord.ui.Label[discord.ui.Modal]:
    field = discord.ui.TextInput[discord.ui.Modal](
        custom_id="prompt",
        style=discord.TextStyle.paragraph,
        default=saved.draft.prompt[:TEXT_MOST] or None,
        placeholder=say(locale, "form.prompt_hint"),
        max_length=TEXT_MOST,
    )
    return discord.ui.Label(
        text=say(locale, "form.prompt"), description=content_rules_hint(locale, model), component=field
    )


def _models(model: Model, catalogue: Catalogue, locale: str) -> discord.ui.Label[discord.ui.Modal]:
    return _menu(locale, "model", model_options(catalogue, model.id))


def _lengths(saved: SavedDraft, model: Model, locale: str) -> discord.ui.Label[discord.ui.Modal]:
    return _menu(locale, "seconds", length_options(model, saved.draft.seconds, locale))


def _sizes(saved: SavedDraft, model: Model, locale: str) -> discord.ui.Label[discord.ui.Modal]:
    chosen = saved.draft.size
    by_picture = say(locale, "form.size_by_picture") if chosen is None and saved.shows_picture else None
    # with nothing chosen the picture's shape decides, or the model's default
    return _menu(locale, "size", size_options(model, chosen), required=False, placeholder=by_picture)


def _links(saved: SavedDraft, locale: str) -> discord.ui.Label[discord.ui.Modal]:
    return _menu(locale, "picked", link_options(saved, locale), label="choose")


def _file(locale: str, *, required: bool, hint: str) -> discord.ui.Label[discord.ui.Modal]:
    field = discord.ui.FileUpload[discord.ui.Modal](
        custom_id="file", required=required, min_values=1 if required else 0, max_values=1
    )
    return discord.ui.Label(text=say(locale, "form.file"), description=say(locale, hint), component=field)


def _menu(
    locale: str,
    field: str,
    options: list[discord.SelectOption],
    *,
    required: bool = True,
    placeholder: str | None = None,
    label: str = "",
) -> discord.ui.Label[discord.ui.Modal]:
    select = discord.ui.Select[discord.ui.Modal](
        custom_id=field,
        options=options,
        placeholder=placeholder,
        required=required,
        min_values=1 if required else 0,
    )
    return discord.ui.Label(text=say(locale, f"form.{label or field}"), component=select)


def model_options(catalogue: Catalogue, chosen: str | None) -> list[discord.SelectOption]:
    models = list(catalogue.models.values())[:OPTIONS_MOST]
    return [discord.SelectOption(label=one.name, value=one.id, default=one.id == chosen) for one in models]


def length_options(model: Model, chosen: int | None, locale: str) -> list[discord.SelectOption]:
    wanted = chosen if chosen in model.seconds.values else model.seconds.default
    return [
        discord.SelectOption(
            label=say(locale, "form.seconds_option", seconds=value), value=str(value), default=value == wanted
        )
        for value in model.seconds.values
    ]


def size_options(model: Model, chosen: str | None, seconds: int | None = None) -> list[discord.SelectOption]:
    """The sizes of a model, or those in which it makes clips of so many seconds."""
    sizes = model.sizes(seconds) if seconds in model.seconds.values else model.size.values
    return [
        discord.SelectOption(label=spell_size(value), value=value, default=value == chosen)
        for value in sizes[:OPTIONS_MOST]
    ]


def link_options(saved: SavedDraft, locale: str) -> list[discord.SelectOption]:
    """The pictures to choose from, by number and name."""
    return [
        discord.SelectOption(
            label=say(
                locale, "form.choice", number=number + 1, name=isolated(link.name[:80]) or say(locale, "form.unnamed")
            ),
            value=str(number),
            default=number == saved.picked,
        )
        for number, link in enumerate(saved.links)
    ]


def _values(field: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(map(str, [field["value"]] if "value" in field else field.get("values") or ()))


def _link(attachment: Mapping[str, Any]) -> Link:
    width, height = attachment.get("width"), attachment.get("height")
    name, flags = str(attachment.get("filename", "")), int(attachment.get("flags", 0))
    return Link(
        url=str(attachment["url"]),
        bytes=int(attachment["size"]),
        shape=(int(width), int(height)) if width and height else None,
        name=name,
        spoiler=name.startswith(SPOILER) or bool(flags & discord.AttachmentFlags.spoiler.flag),
    )
