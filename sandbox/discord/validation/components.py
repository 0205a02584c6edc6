"""The components of a message, old layout and new, after Discord's component reference."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sandbox.discord.constants import ButtonStyle, ChannelType, ComponentType

from .embeds import WEB, WEB_OR_FILE
from .shapes import (
    INT32,
    Check,
    anything,
    bad_length,
    by_type,
    flag,
    link,
    listing,
    missing,
    one_of,
    record,
    snowflake,
    text,
    then,
    whole,
    wrong,
)
from .violations import Path, Violation

MAX_ROWS = 5
MAX_COMPONENTS = 40
MAX_TEXT = 4000

CUSTOM_ID = text(1, 100)
ANY_COMPONENT: Mapping[str, Check] = {"type": whole(), "id": whole(0, INT32)}


def emoji_rule(emoji: Mapping[str, Any], path: Path) -> list[Violation]:
    """A custom emoji has an id; without one the name is one emoji character."""
    name = emoji.get("name") or ""
    if emoji.get("id") or (re.search("[^\x00-\x7f]", name) and not re.search("[A-Za-z:]", name)):
        return []
    return wrong((*path, "name"), "COMPONENT_INVALID_EMOJI", "Invalid emoji")


EMOJI = record({"id": snowflake, "name": text(1, 32), "animated": flag}, rule=emoji_rule)


def button_rule(button: Mapping[str, Any], path: Path) -> list[Violation]:
    """What each style of button needs and what it may not have."""
    needs, bars = button_needs(button["style"])
    found = [each for name in needs if not button.get(name) for each in missing((*path, name))]
    for name in bars:
        if button.get(name) is not None:
            found += wrong(
                (*path, name), "BUTTON_COMPONENT_FIELD_NOT_ALLOWED", "A button of this style cannot have it."
            )
    if button["style"] != ButtonStyle.PREMIUM and not (button.get("label") or button.get("emoji")):
        found += wrong(path, "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", "A button needs a label or an emoji.")
    return found


def button_needs(style: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if style == ButtonStyle.LINK:
        return ("url",), ("custom_id", "sku_id")
    if style == ButtonStyle.PREMIUM:
        return ("sku_id",), ("custom_id", "label", "url", "emoji")
    return ("custom_id",), ("url", "sku_id")


BUTTON = record(
    {
        **ANY_COMPONENT,
        "style": one_of(*map(int, ButtonStyle)),
        "label": text(0, 80),
        "emoji": EMOJI,
        "custom_id": CUSTOM_ID,
        "url": link(*WEB, "discord", high=512),
        "sku_id": snowflake,
        "disabled": flag,
    },
    required=["style"],
    rule=button_rule,
)

OPTION: Mapping[str, Check] = {
    "label": text(1, 100), "value": text(1, 100), "description": text(0, 100), "default": flag
}  # fmt: skip


def options_rule(component: Mapping[str, Any], path: Path) -> list[Violation]:
    """Values are unique, and no more are preset than may be chosen."""
    options = component["options"]
    found = []
    for index in repeated(option["value"] for option in options):
        code = "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED"
        found += wrong((*path, "options", index, "value"), code, "The specified option value is already used")
    preset = sum(1 for option in options if option.get("default"))
    if preset > (component.get("max_values") or 1):
        found += wrong((*path, "options"), "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES", "Too many options are preset.")
    if (component.get("min_values") or 0) > len(options):
        found += wrong((*path, "min_values"), "NUMBER_TYPE_MAX", "There are fewer options than must be chosen.")
    elif len(options) < (most := component.get("max_values") or 1):
        # not documented: discord.py#6984
        found += bad_length((*path, "options"), most, 25)
    return found + range_rule(component, path)


def range_rule(component: Mapping[str, Any], path: Path) -> list[Violation]:
    """The least number of choices is not above the greatest."""
    low, high = component.get("min_values"), component.get("max_values")
    if (1 if low is None else low) <= (1 if high is None else high):
        return []
    return wrong((*path, "min_values"), "SELECT_COMPONENT_MIN_ABOVE_MAX", "min_values is greater than max_values.")


def repeated(values: Iterable[object]) -> Iterator[int]:
    """The places of values that already came before."""
    seen = set()
    for index, value in enumerate(values):
        if value in seen:
            yield index
        seen.add(value)


SELECT: Mapping[str, Check] = {
    **ANY_COMPONENT,
    "custom_id": CUSTOM_ID,
    "placeholder": text(0, 150),
    "min_values": whole(0, 25),
    "max_values": whole(1, 25),
    "disabled": flag,
    "required": flag,
}


def preset_rule(component: Mapping[str, Any], path: Path) -> list[Violation]:
    """As many values are preset as may be chosen, or none. Source: component reference, `default_values`."""
    preset, least = component.get("default_values") or [], component.get("min_values")
    if len(preset) > (component.get("max_values") or 1):
        code = "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES"
        return wrong((*path, "default_values"), code, "More values are preset than may be chosen.")
    if preset and len(preset) < (1 if least is None else least):
        code = "SELECT_COMPONENT_TOO_FEW_DEFAULT_VALUES"
        return wrong((*path, "default_values"), code, "Fewer values are preset than must be chosen.")
    places = repeated((str(each["id"]), each["type"]) for each in preset)
    code, message = "SELECT_COMPONENT_DEFAULT_VALUE_DUPLICATED", "The specified default value is already used"
    return [each for index in places for each in wrong((*path, "default_values", index), code, message)]


def picker(*kinds: str, **more: Check) -> Check:
    """A select whose choices Discord fills; `kinds` are what its preset values may be."""

    def rule(component: Mapping[str, Any], path: Path) -> list[Violation]:
        return range_rule(component, path) or preset_rule(component, path)

    preset = record({"id": snowflake, "type": one_of(*kinds)}, required=["id", "type"])
    fields = {**SELECT, "default_values": listing(preset, 0, 25), **more}
    return record(fields, required=["custom_id"], rule=rule)


STRING_OPTIONS = listing(record({**OPTION, "emoji": EMOJI}, required=["label", "value"]), 1, 25)

SELECTS: Mapping[int, Check] = {
    ComponentType.STRING_SELECT: record(
        {**SELECT, "options": STRING_OPTIONS}, required=["custom_id", "options"], rule=options_rule
    ),
    ComponentType.USER_SELECT: picker("user"),
    ComponentType.ROLE_SELECT: picker("role"),
    ComponentType.MENTIONABLE_SELECT: picker("user", "role"),
    ComponentType.CHANNEL_SELECT: picker("channel", channel_types=listing(one_of(*map(int, ChannelType)), unique=True)),
}


def row_rule(row: Mapping[str, Any], path: Path) -> list[Violation]:
    """A select takes a row of its own."""
    kinds = [child["type"] for child in row["components"]]
    if len(kinds) > 1 and any(kind in SELECTS for kind in kinds):
        return wrong((*path, "components"), "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The components do not fit in one row.")
    return []


ACTION_ROW = record(
    {**ANY_COMPONENT, "components": listing(by_type({ComponentType.BUTTON: BUTTON, **SELECTS}), 1, 5)},
    required=["components"],
    rule=row_rule,
)
TEXT_DISPLAY = record({**ANY_COMPONENT, "content": text(1, MAX_TEXT)}, required=["content"])


def media(*schemes: str) -> Check:
    """A file by its link, or by its name in this message. What Discord adds to it comes back when it is sent again."""
    echoed = ("proxy_url", "width", "height", "content_type", "loading_state", "attachment_id", "placeholder",
              "placeholder_version", "flags", "id")  # fmt: skip
    return record({"url": link(*schemes), **dict.fromkeys(echoed, anything)}, required=["url"])


PICTURE: Mapping[str, Check] = {"media": media(*WEB_OR_FILE), "description": text(1, 1024), "spoiler": flag}
THUMBNAIL = record({**ANY_COMPONENT, **PICTURE}, required=["media"])

IN_CONTAINER: Mapping[int, Check] = {
    ComponentType.ACTION_ROW: ACTION_ROW,
    ComponentType.SECTION: record(
        {
            **ANY_COMPONENT,
            "components": listing(by_type({ComponentType.TEXT_DISPLAY: TEXT_DISPLAY}), 1, 3),
            "accessory": by_type({ComponentType.BUTTON: BUTTON, ComponentType.THUMBNAIL: THUMBNAIL}),
        },
        required=["components", "accessory"],
    ),
    ComponentType.TEXT_DISPLAY: TEXT_DISPLAY,
    ComponentType.MEDIA_GALLERY: record(
        {**ANY_COMPONENT, "items": listing(record(PICTURE, required=["media"]), 1, 10)}, required=["items"]
    ),
    ComponentType.FILE: record(
        {**ANY_COMPONENT, "file": media("attachment"), "spoiler": flag, "name": anything, "size": anything},
        required=["file"],
    ),
    ComponentType.SEPARATOR: record({**ANY_COMPONENT, "divider": flag, "spacing": one_of(1, 2)}),
}
CONTAINER = record(
    {
        **ANY_COMPONENT,
        "components": listing(by_type(IN_CONTAINER), 1),
        "accent_color": whole(0, 0xFFFFFF),
        "spoiler": flag,
    },
    required=["components"],
)

OLD_LAYOUT = listing(by_type({ComponentType.ACTION_ROW: ACTION_ROW}), 0, MAX_ROWS)
NEW_LAYOUT = listing(by_type({**IN_CONTAINER, ComponentType.CONTAINER: CONTAINER}))


def layout(*, is_new: bool) -> Check:
    """The components of a message with or without the flag IS_COMPONENTS_V2."""
    return then(NEW_LAYOUT if is_new else OLD_LAYOUT, tree_problems)


def walk(components: Iterable[Mapping[str, Any]], path: Path = ()) -> Iterator[tuple[Mapping[str, Any], Path]]:
    """Every component and its path, nested ones and accessories included."""
    for index, component in enumerate(components):
        here = (*path, index)
        yield component, here
        yield from walk(component.get("components") or [], (*here, "components"))
        for name in ("accessory", "component"):
            if child := component.get(name):
                yield child, (*here, name)


def tree_problems(components: list[Mapping[str, Any]], path: Path) -> list[Violation]:
    """What is wrong with the components together: how many, how much text, and names used twice."""
    tree = list(walk(components, path))
    found = identity_problems(tree)
    if len(tree) > MAX_COMPONENTS:
        message = f"The total number of components must be {MAX_COMPONENTS} or fewer."
        found += wrong(path, "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", message)
    if sum(len(each.get("content") or "") for each, _ in tree) > MAX_TEXT:
        message = f"The displayable text must be {MAX_TEXT} or fewer in length."
        found += wrong(path, "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", message)
    return found


def identity_problems(tree: list[tuple[Mapping[str, Any], Path]]) -> list[Violation]:
    """A custom id, and a numeric id other than 0, names one component of the message only, disabled or not."""
    found = []
    for name, code in (("custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED"), ("id", "COMPONENT_ID_DUPLICATED")):
        named = [(each[name], path) for each, path in tree if each.get(name)]
        for index in repeated(value for value, _ in named):
            message = f"Component {name.replace('_', ' ')} cannot be duplicated"
            found += wrong((*named[index][1], name), code, message)
    return found


def file_references(components: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, Path]]:
    """The links `attachment://…` in the components, as file name and path."""
    for component, path in walk(components):
        holders = [(component, path)]
        holders += [(item, (*path, "items", index)) for index, item in enumerate(component.get("items") or [])]
        for holder, place in holders:
            for name in ("media", "file"):
                url = (holder.get(name) or {}).get("url", "")
                if url.startswith("attachment://"):
                    yield url.removeprefix("attachment://"), (*place, name, "url")
