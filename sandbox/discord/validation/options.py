"""The words and options of a command: names, translations, choices, bounds and nesting."""

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.discord.constants import NESTING, ChannelType, OptionType

from .components import repeated
from .shapes import (
    INT53,
    Check,
    by_type,
    flag,
    listing,
    number,
    one_of,
    record,
    text,
    then,
    whole,
    wrong,
)
from .violations import Path, Violation

MAX_OPTIONS = 25
MAX_CHOICES = 25
MAX_VALUE = 6000

SPOKEN = (
    "ar bg cs da de el en-GB en-US es-419 es-ES fi fr he hi hr hu id it ja ko lt nl no pl pt-BR ro ru sv-SE th tr"
    " uk vi zh-CN zh-TW"
)
LOCALES = frozenset(SPOKEN.split())


def is_name_character(character: str) -> bool:
    """Whether Discord's pattern ^[-_'\\p{L}\\p{N}\\p{sc=Deva}\\p{sc=Thai}]{1,32}$ takes this character."""
    if character in "-_'" or unicodedata.category(character)[0] in "LN":
        return True
    return unicodedata.name(character, "").startswith(("DEVANAGARI", "THAI"))


def typed_name(value: object, path: Path) -> list[Violation]:
    """A name as members type it: 1 to 32 letters, digits, - _ ', in lower case where there is one."""
    found = text(1, 32)(value, path)
    if found or not isinstance(value, str):
        return found
    if all(map(is_name_character, value)) and value == value.lower():
        return []
    return wrong(path, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")


DESCRIPTION = text(1, 100)
MENU_NAME = text(1, 32)
CHOICE_NAME = text(1, 100)


def localised(words: Check) -> Check:
    """Translations by Discord's locales, each as good as the original."""

    def check(value: object, path: Path) -> list[Violation]:
        found = record({}, closed=False)(value, path)
        if found or not isinstance(value, Mapping):
            return found
        for locale, translation in value.items():
            if locale not in LOCALES:
                found += wrong((*path, locale), "BASE_TYPE_CHOICES", f'Locale "{locale}" is not one of Discord\'s.')
            else:
                found += words(translation, (*path, locale))
        return found

    return check


NAMED: Mapping[str, Check] = {
    "type": whole(),
    "name": typed_name,
    "name_localizations": localised(typed_name),
    "description": DESCRIPTION,
    "description_localizations": localised(DESCRIPTION),
}
PLAIN: Mapping[str, Check] = {**NAMED, "required": flag}


def choice_rule(option: Mapping[str, Any], path: Path) -> list[Violation]:
    """Choices exclude suggestions while typing, and no two are called the same."""
    choices = option.get("choices") or []
    found = range_problems(option, path, "min_value", "max_value")
    if choices and option.get("autocomplete"):
        code = "APPLICATION_COMMAND_OPTIONS_CHOICES_AND_AUTOCOMPLETE"
        found += wrong(path, code, "An option with choices cannot have autocomplete.")
    for index in repeated(choice["name"] for choice in choices):
        code = "APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_DUPLICATE"
        found += wrong((*path, "choices", index, "name"), code, "Choice names must be unique.")
    return found + range_problems(option, path, "min_length", "max_length")


def range_problems(option: Mapping[str, Any], path: Path, low: str, high: str) -> list[Violation]:
    """The least is not above the greatest."""
    least, greatest = option.get(low), option.get(high)
    if least is None or greatest is None or least <= greatest:
        return []
    return wrong((*path, low), "APPLICATION_COMMAND_OPTION_RANGE_INVALID", f"{low} is greater than {high}.")


def chosen(value: Check, **bounds: Check) -> Check:
    """An option for a text or a number, with its choices, suggestions and bounds."""
    choice = record(
        {"name": CHOICE_NAME, "name_localizations": localised(CHOICE_NAME), "value": value}, required=["name", "value"]
    )
    fields = {**PLAIN, "autocomplete": flag, "choices": listing(choice, 0, MAX_CHOICES), **bounds}
    return record(fields, required=["name", "description"], rule=choice_rule)


def plain(**more: Check) -> Check:
    """An option that takes one thing of its kind."""
    return record({**PLAIN, **more}, required=["name", "description"])


WHOLE = whole(-INT53, INT53)
BASIC: Mapping[int, Check] = {
    OptionType.STRING: chosen(text(1, MAX_VALUE), min_length=whole(0, MAX_VALUE), max_length=whole(1, MAX_VALUE)),
    OptionType.INTEGER: chosen(WHOLE, min_value=WHOLE, max_value=WHOLE),
    OptionType.BOOLEAN: plain(),
    OptionType.USER: plain(),
    OptionType.CHANNEL: plain(channel_types=listing(one_of(*map(int, ChannelType)), unique=True)),
    OptionType.ROLE: plain(),
    OptionType.MENTIONABLE: plain(),
    OptionType.NUMBER: chosen(number, min_value=number, max_value=number),
    OptionType.ATTACHMENT: plain(file_types=listing(text(1, 32), 0, 10)),
}


def options(kinds: Mapping[int, Check], low: int = 0) -> Check:
    """A list of options of these kinds, in an order Discord takes, each with a name of its own."""
    return then(listing(by_type(kinds), low, MAX_OPTIONS), order_rule)


def order_rule(listed: list[Mapping[str, Any]], path: Path) -> list[Violation]:
    """Required options come first, and subcommands do not mix with options."""
    found = []
    for index in repeated(option["name"] for option in listed):
        code = "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS"
        found += wrong((*path, index, "name"), code, "Option name already exists in options")
    for index in required_after_optional(listed):
        message = "Required options must be placed before non-required options"
        found += wrong((*path, index), "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message)
    nests = {option["type"] in NESTING for option in listed}
    if len(nests) > 1:
        message = "Sub-command and sub-command group option types are mutually exclusive to all other types"
        found += wrong(path, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message)
    return found


def required_after_optional(listed: Iterable[Mapping[str, Any]]) -> Iterable[int]:
    optional = False
    for index, option in enumerate(listed):
        if optional and option.get("required"):
            yield index
        optional = optional or not option.get("required")


SUBCOMMAND = record({**PLAIN, "options": options(BASIC)}, required=["name", "description"])
GROUP = record(
    {**PLAIN, "options": options({OptionType.SUBCOMMAND: SUBCOMMAND}, 1)}, required=["name", "description", "options"]
)
OPTIONS = options({**BASIC, OptionType.SUBCOMMAND: SUBCOMMAND, OptionType.GROUP: GROUP})
