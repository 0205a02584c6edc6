"""The forms of numbers, sums and words: filled with what holds, and read back into JSON's values."""

from collections.abc import Callable, Mapping
from typing import Any

import discord

from bot.server_rules.changes import holds
from bot.server_rules.document import Document

from ..pressing.components import press_id
from .rules_panel import Panel
from .topics import ALWAYS_GIVEN, CHOICES, FORMS, KINDS, LIMIT_PARTS, Kind, Topic, word

# Discord takes so many characters of one field.
WORDS_MOST = 4000
NUMBER_MOST = 12
# After this long discord.py forgets a form that was never sent; we know it by its id.
FORGOTTEN_AFTER = 900

Form = discord.ui.Modal
Label = discord.ui.Label[discord.ui.Modal]
Values = Callable[[Document], Mapping[str, Any]]
"""What a form asks for, which may depend on what holds when it comes back."""


def has_room(panel: Panel, topic: Topic) -> bool:
    """Whether what is there fits into a form."""
    return all(len(_text(panel.holds(key), key)) <= WORDS_MOST for key in FORMS[topic])


def topic_form(panel: Panel, topic: Topic) -> Form:
    """All of a topic that is written."""
    form = _form(panel, topic, panel.say(f"settings.form_{topic}"))
    for key in FORMS[topic]:
        form.add_item(_choice(panel, key) if key in CHOICES else _field(panel, key))
    return form


def limit_form(panel: Panel, key: str, part: str, role_id: int | None = None) -> Form:
    """One part of a limit, as it is; for a role its own."""
    limit = panel.holds(key)
    if role_id:
        limit = limit.get(str(role_id), {})
    target = f"{key}/{part}/{role_id}" if role_id else f"{key}/{part}"
    form = _form(panel, target, panel.say(f"settings.title_{part}"))
    for name in LIMIT_PARTS[part]:
        form.add_item(_number(panel, name, panel.say(f"settings.part_{name}"), limit.get(name), required=False))
    return form


def read_topic(topic: Topic, filled: Mapping[str, str]) -> Values:
    """Values by key; what was left empty and may not be is left as it is."""
    values = {key: _value(key, filled.get(word(key), "")) for key in FORMS[topic]}
    given = {key: value for key, value in values.items() if value is not None or key not in ALWAYS_GIVEN}
    return lambda document: given


def read_limit(channel_id: int | None, key: str, part: str, role_id: int | None, filled: Mapping[str, str]) -> Values:
    """The limit with this part of it anew."""
    read = _money if part == "money" else _whole
    written = {name: read(filled.get(name, "")) for name in LIMIT_PARTS[part]}

    def values(document: Document) -> Mapping[str, Any]:
        limit = holds(document, channel_id, key)
        if role_id is None:
            return {key: _given(limit | written)}
        own = _given(limit.get(str(role_id), {}) | written)
        others = {each: one for each, one in limit.items() if each != str(role_id)}
        return {key: others | ({str(role_id): own} if own else {})}

    return values


def _given(limit: dict[str, Any]) -> dict[str, Any]:
    return {name: most for name, most in limit.items() if most is not None}


# --- fields


def _form(panel: Panel, target: str, title: str) -> Form:
    return Form(title=title[:45], custom_id=press_id("rule_written", panel.place, target), timeout=FORGOTTEN_AFTER)


def _field(panel: Panel, key: str) -> Label:
    label, value = panel.say(f"settings.rule_{word(key)}"), panel.holds(key)
    if KINDS[key] is not Kind.WORDS:
        return _number(panel, word(key), label, value, required=key in ALWAYS_GIVEN)
    field = discord.ui.TextInput[Form](
        custom_id=word(key),
        style=discord.TextStyle.paragraph,
        default=_text(value, key) or None,
        required=False,
        max_length=WORDS_MOST,
    )
    return discord.ui.Label(text=label, description=panel.say("settings.hint_words"), component=field)


def _number(panel: Panel, name: str, label: str, value: Any, *, required: bool) -> Label:
    field = discord.ui.TextInput[Form](
        custom_id=name,
        default=None if value is None else f"{value:g}" if isinstance(value, float) and value < 1e6 else str(value),
        required=required,
        max_length=NUMBER_MOST,
    )
    hint = None if required else panel.say("settings.hint_empty")
    return discord.ui.Label(text=label, description=hint, component=field)


def _choice(panel: Panel, key: str) -> Label:
    options = [
        discord.SelectOption(
            label=panel.say(f"settings.choice_{word(key)}_{choice}"), value=choice, default=choice == panel.holds(key)
        )
        for choice in CHOICES[key]
    ]
    field = discord.ui.Select[Form](custom_id=word(key), options=options)
    return discord.ui.Label(text=panel.say(f"settings.rule_{word(key)}"), component=field)


def _text(value: Any, key: str) -> str:
    return "\n".join(value) if KINDS[key] is Kind.WORDS else str(value)


# --- values: what is no number stays text, and is refused with its place


def _value(key: str, text: str) -> Any:
    match KINDS[key]:
        case Kind.WORDS:
            return [line.strip() for line in text.splitlines() if line.strip()]
        case Kind.MONEY:
            return _money(text)
        case Kind.NUMBER:
            return _whole(text)
        case _:
            return text or None


def _whole(text: str) -> int | str | None:
    bare = text.strip()
    return int(bare) if bare.isascii() and bare.isdigit() else bare or None


def _money(text: str) -> float | str | None:
    """A comma is as good as a point."""
    bare = text.strip().replace(",", ".")
    try:
        return float(bare) if bare else None
    except ValueError:
        return bare
