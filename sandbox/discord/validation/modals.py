"""The forms a bot may open, after Discord's documentation of modals and of the components they hold."""

from collections.abc import Mapping
from typing import Any

from sandbox.discord.constants import ComponentType

from .components import ANY_COMPONENT, CUSTOM_ID, OPTION, SELECTS, TEXT_DISPLAY, identity_problems, repeated, walk
from .shapes import Check, bad_length, by_type, flag, listing, one_of, record, text, whole, wrong
from .violations import Path, Violation, refused

MAX_COMPONENTS = 5
MAX_INPUT = 4000
MAX_LABEL = 45


def input_rule(field: Mapping[str, Any], path: Path) -> list[Violation]:
    """The preset text is within the field's own bounds, and these are in order."""
    low, high = field.get("min_length") or 0, field.get("max_length") or MAX_INPUT
    if low > high:
        return wrong((*path, "min_length"), "TEXT_INPUT_MIN_ABOVE_MAX", "min_length is greater than max_length.")
    if value := field.get("value"):
        return text(low, high)(value, (*path, "value"))
    return []


TEXT_INPUT: Mapping[str, Check] = {
    **ANY_COMPONENT,
    "custom_id": CUSTOM_ID,
    "style": one_of(1, 2),
    "value": text(0, MAX_INPUT),
    "placeholder": text(0, 100),
    "required": flag,
    "min_length": whole(0, MAX_INPUT),
    "max_length": whole(1, MAX_INPUT),
}


def no_text(value: object, path: Path) -> list[Violation]:
    """A label inside a Label: the outer one speaks for the field."""
    return wrong(path, "TEXT_INPUT_LABEL_NOT_ALLOWED", "A text input inside a label has no label of its own.")


def counted_rule(field: Mapping[str, Any], path: Path) -> list[Violation]:
    """Bounds in order and no wider than the options; one that may be empty is not required; no more preset than fit."""
    low, high = field.get("min_values"), field.get("max_values")
    options = field.get("options") or []
    greatest = high or len(options) or 1
    if (1 if low is None else low) > greatest:
        return wrong((*path, "min_values"), "COMPONENT_MIN_ABOVE_MAX", "min_values is greater than max_values.")
    if problems := empty_problems(field, path):
        return problems
    if options and greatest > len(options):
        # as with selects, whose options are counted so: not documented for groups
        return bad_length((*path, "options"), greatest, 10)
    if sum(1 for option in options if option.get("default")) > greatest:
        return wrong((*path, "options"), "COMPONENT_TOO_MANY_DEFAULT_VALUES", "Too many options are preset.")
    return option_values_rule(field, path)


def empty_problems(field: Any, path: Path) -> list[Violation]:
    """A field that may be left empty says so. Source: component reference, notes on `min_values`."""
    if field.get("min_values") == 0 and field.get("required") is not False:
        return wrong((*path, "required"), "COMPONENT_REQUIRED_WITHOUT_VALUES", "With min_values 0 it is not required.")
    return []


def option_values_rule(field: Mapping[str, Any], path: Path) -> list[Violation]:
    """No two options of one field carry the same value."""
    code, message = "COMPONENT_OPTION_VALUE_DUPLICATED", "The specified option value is already used"
    places = repeated(option["value"] for option in field.get("options") or [])
    return [each for index in places for each in wrong((*path, "options", index, "value"), code, message)]


def radio_rule(field: Mapping[str, Any], path: Path) -> list[Violation]:
    """One choice at most is preset."""
    if sum(1 for option in field["options"] if option.get("default")) > 1:
        return wrong((*path, "options"), "COMPONENT_TOO_MANY_DEFAULT_VALUES", "Only one option can be preset.")
    return option_values_rule(field, path)


def enabled(select: Check) -> Check:
    """A select as a form takes it: never disabled, and empty only where it is not required."""

    def check(value: object, path: Path) -> list[Violation]:
        if isinstance(value, Mapping) and value.get("disabled"):
            return wrong((*path, "disabled"), "COMPONENT_DISABLED_IN_MODAL", "It cannot be disabled in a modal.")
        found = select(value, path)
        return found if refused(found) else found + empty_problems(value, path)

    return check


def options(low: int) -> Check:
    """The choices of a radio or checkbox group, so many to ten."""
    return listing(record(OPTION, required=["label", "value"]), low, 10)


COUNTED: Mapping[str, Check] = {
    **ANY_COMPONENT,
    "custom_id": CUSTOM_ID,
    "min_values": whole(0, 10),
    "max_values": whole(1, 10),
    "required": flag,
}

IN_LABEL: Mapping[int, Check] = {
    ComponentType.TEXT_INPUT: record(
        {**TEXT_INPUT, "label": no_text}, required=["custom_id", "style"], rule=input_rule
    ),
    **{kind: enabled(select) for kind, select in SELECTS.items()},
    ComponentType.FILE_UPLOAD: record(
        {**COUNTED, "file_types": listing(text(1, 32), 0, 10)}, required=["custom_id"], rule=counted_rule
    ),
    ComponentType.RADIO_GROUP: record(
        {**ANY_COMPONENT, "custom_id": CUSTOM_ID, "required": flag, "options": options(2)},
        required=["custom_id", "options"],
        rule=radio_rule,
    ),
    ComponentType.CHECKBOX_GROUP: record(
        {**COUNTED, "options": options(1)}, required=["custom_id", "options"], rule=counted_rule
    ),
    ComponentType.CHECKBOX: record({**ANY_COMPONENT, "custom_id": CUSTOM_ID, "default": flag}, required=["custom_id"]),
}

OLD_INPUT = record(
    {**TEXT_INPUT, "label": text(1, MAX_LABEL)}, required=["custom_id", "style", "label"], rule=input_rule
)

IN_MODAL: Mapping[int, Check] = {
    ComponentType.ACTION_ROW: record(
        {**ANY_COMPONENT, "components": listing(by_type({ComponentType.TEXT_INPUT: OLD_INPUT}), 1, 1)},
        required=["components"],
    ),
    ComponentType.TEXT_DISPLAY: TEXT_DISPLAY,
    ComponentType.LABEL: record(
        {
            **ANY_COMPONENT,
            "label": text(1, MAX_LABEL),
            "description": text(1, 100),
            "component": by_type(IN_LABEL),
        },
        required=["label", "component"],
    ),
}


def modal_rule(data: Mapping[str, Any], path: Path) -> list[Violation]:
    """Each field answers to a name of its own."""
    return identity_problems(list(walk(data["components"], (*path, "components"))))


MODAL = record(
    {
        "custom_id": CUSTOM_ID,
        "title": text(1, MAX_LABEL),
        "components": listing(by_type(IN_MODAL), 1, MAX_COMPONENTS),
    },
    required=["custom_id", "title", "components"],
    rule=modal_rule,
)


def check_modal(data: object) -> list[Violation]:
    """What Discord would refuse in the `data` of callback type 9: title, fields, their names and bounds."""
    return MODAL(data, ())
