"""Form input: buttons, menus and modals as a person uses them, and what Discord's client would not let through."""

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.discord.constants import OBJECT_SELECTS, ComponentType
from sandbox.discord.entities import Channel, Message, Role, User
from sandbox.discord.errors import DriverError
from sandbox.discord.files import Upload
from sandbox.discord.input_values import Resolved, check_count, check_length

Json = dict[str, Any]

OFFERS: Mapping[int, tuple[type, ...]] = {
    ComponentType.USER_SELECT: (User,),
    ComponentType.ROLE_SELECT: (Role,),
    ComponentType.MENTIONABLE_SELECT: (User, Role),
    ComponentType.CHANNEL_SELECT: (Channel,),
}
"""What can be picked in a select whose choices Discord fills."""


def components_of(message: Message) -> Iterator[Json]:
    """Every component of a message, nested ones included."""
    return _walk(message.components)


def _walk(components: list[Json]) -> Iterator[Json]:
    for component in components:
        yield component
        yield from _walk(component.get("components", []))
        for single in ("accessory", "component"):
            if single in component:
                yield from _walk([component[single]])


def find_button(message: Message, name: str) -> Json:
    """The button with this label or custom id.

    Raises DriverError when it is absent, disabled or a link.
    """
    buttons = [one for one in components_of(message) if one["type"] == ComponentType.BUTTON]
    button = next((one for one in buttons if name in (one.get("label"), one.get("custom_id"))), None)
    if button is None:
        raise DriverError(f"no button {name!r}, only {[one.get('label') or one.get('custom_id') for one in buttons]}")
    if button.get("disabled"):
        raise DriverError(f"the button {name!r} is disabled")
    if "custom_id" not in button:
        raise DriverError(f"the button {name!r} is a link")
    return button


def find_menu(message: Message, name: str) -> Json:
    """The select menu with this custom id or placeholder.

    Raises DriverError when it is absent or disabled.
    """
    menus = [one for one in components_of(message) if one["type"] in (ComponentType.STRING_SELECT, *OBJECT_SELECTS)]
    menu = next((one for one in menus if name in (one.get("custom_id"), one.get("placeholder"))), None)
    if menu is None:
        raise DriverError(f"no menu {name!r}, only {[one.get('custom_id') for one in menus]}")
    if menu.get("disabled"):
        raise DriverError(f"the menu {name!r} is disabled")
    return menu


def pick(menu: Json, values: list[Any], resolved: Resolved, *, in_form: bool = False) -> list[str]:
    """The `values` of a select: those of its options, meant by value or label, or ids of what was picked.

    In a form it may be left empty where it is not required; in a message `required` means nothing. Raises DriverError
    for too few or many, for one twice, or what is not on offer.
    """
    name = menu.get("custom_id", "")
    may_be_empty = in_form and menu.get("required") is False and not values
    check_count(name, values, 0 if may_be_empty else menu.get("min_values", 1), menu.get("max_values", 1))
    picked = [_object_id(menu, value, resolved) if menu["type"] in OBJECT_SELECTS else _option_value(menu, value)
              for value in values]  # fmt: skip
    if len(set(picked)) < len(picked):
        raise DriverError(f"{name}: the same twice in {values}")
    return picked


def _object_id(menu: Json, value: object, resolved: Resolved) -> str:
    offered = OFFERS[menu["type"]]
    if not isinstance(value, offered):
        raise DriverError(f"{value!r} cannot be picked here, only {[one.__name__ for one in offered]}")
    types = menu.get("channel_types")
    if types and isinstance(value, Channel) and int(value.type) not in types:
        raise DriverError(f"{value.name} is of the wrong type")
    return resolved.any(value)


def _option_value(menu: Json, value: object) -> str:
    for option in menu["options"]:
        if value in (option["value"], option["label"]):
            return str(option["value"])
    raise DriverError(f"{value!r} is none of {[option['label'] for option in menu['options']]}")


def fill_form(modal: Json, values: Mapping[str, object], resolved: Resolved) -> list[Json]:
    """The `components` of a submitted modal; fields are meant by label or custom id, unnamed ones keep their preset.

    Raises DriverError for a field that is not there or a value the client would refuse.
    """
    left = dict(values)
    filled = [_filled(component, left, resolved) for component in modal["components"]]
    if left:
        raise DriverError(f"the form has no field {sorted(left)}")
    return filled


def _filled(component: Json, left: dict[str, object], resolved: Resolved) -> Json:
    kind = component["type"]
    if kind == ComponentType.TEXT_DISPLAY:
        return {"type": kind, "id": component["id"]}
    if kind == ComponentType.LABEL:
        inner = _field(component["component"], component.get("label", ""), left, resolved)
        return {"type": kind, "id": component["id"], "component": inner}
    inner = _field(component["components"][0], component["components"][0].get("label", ""), left, resolved)
    return {"type": kind, "id": component["id"], "components": [inner]}


def _field(field: Json, label: str, left: dict[str, object], resolved: Resolved) -> Json:
    named = next((name for name in (label, field["custom_id"]) if name in left), None)
    given = left.pop(named) if named is not None else None
    body = {"type": field["type"], "id": field["id"], "custom_id": field["custom_id"]}
    name = label or field["custom_id"]
    match field["type"]:
        case ComponentType.TEXT_INPUT:
            return body | {"value": _text(name, field, given)}
        case ComponentType.FILE_UPLOAD:
            return body | {"values": _files(name, field, given, resolved)}
        case ComponentType.RADIO_GROUP | ComponentType.CHECKBOX:
            return body | {"value": _single(name, field, given)}
        case ComponentType.CHECKBOX_GROUP:
            return body | {"values": _several(name, field, given)}
        case _:
            values = given if isinstance(given, list) else preset_of(field, resolved) if given is None else [given]
            return body | {"values": pick(field, values, resolved, in_form=True)}


def _text(name: str, field: Json, given: object) -> str:
    text = field.get("value") or "" if given is None else str(given)
    if field.get("required", True) and not text:
        raise DriverError(f"{name}: this field is required")
    if text:
        check_length(name, text, field.get("min_length"), field.get("max_length") or 4000)
    return text


def _files(name: str, field: Json, given: object, resolved: Resolved) -> list[str]:
    uploads = given if isinstance(given, list) else [] if given is None else [given]
    least = field.get("min_values", 1) if field.get("required", True) else 0
    check_count(name, uploads, least, field.get("max_values", 1))
    files = [upload for upload in uploads if isinstance(upload, Upload)]
    if len(files) != len(uploads):
        raise DriverError(f"{name}: only files")
    return [resolved.file(upload) for upload in files]


def _single(name: str, field: Json, given: object) -> str | bool | None:
    if field["type"] == ComponentType.CHECKBOX:
        return bool(field.get("default", False) if given is None else given)
    preset = next(iter(_preset(field)), None)
    if given is None and preset is None:
        if field.get("required", True):
            raise DriverError(f"{name}: this field is required")
        return None
    return _option_value(field, preset if given is None else given)


def _several(name: str, field: Json, given: object) -> list[str]:
    """What is ticked: as many as the field says, or none where it is not required."""
    values = given if isinstance(given, list) else _preset(field) if given is None else [given]
    may_be_empty = field.get("required") is False and not values
    check_count(name, values, 0 if may_be_empty else field.get("min_values", 1), field.get("max_values", 10))
    picked = [_option_value(field, value) for value in values]
    if len(set(picked)) < len(picked):
        raise DriverError(f"{name}: the same twice in {values}")
    return picked


def _preset_objects(field: Json, resolved: Resolved) -> list[Any]:
    """What the client shows as chosen already: the preset values that are still there."""
    found = (resolved.known(preset["type"], int(preset["id"])) for preset in field.get("default_values", []))
    return [one for one in found if one]


def preset_of(menu: Json, resolved: Resolved) -> list[Any]:
    """What a menu shows as chosen already: values of its options, or who and what Discord knows by the preset ids."""
    return _preset_objects(menu, resolved) if menu["type"] in OBJECT_SELECTS else _preset(menu)


def _preset(field: Json) -> list[Any]:
    return [option["value"] for option in field.get("options", []) if option.get("default")]
