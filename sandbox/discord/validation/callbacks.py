"""The answers to an interaction: which type goes with which kind, and what its data may say."""

from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType
from typing import Any

from .messages import EPHEMERAL, MENTIONS, NO_FILES, File, check_message
from .modals import check_modal
from .options import CHOICE_NAME, MAX_CHOICES, MAX_VALUE, localised
from .shapes import anything, is_whole, listing, missing, not_one_of, number, one_of, record, text
from .violations import Path, Violation, under


class Interaction(IntEnum):
    """What a member did, by Discord's interaction types."""

    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL_SUBMIT = 5


class Callback(IntEnum):
    """What the bot answers, by Discord's interaction callback types."""

    MESSAGE = 4
    DEFERRED_MESSAGE = 5
    DEFERRED_UPDATE = 6
    UPDATE = 7
    CHOICES = 8
    MODAL = 9


NEW_MESSAGES = (Callback.MESSAGE, Callback.DEFERRED_MESSAGE)
UPDATES = (Callback.DEFERRED_UPDATE, Callback.UPDATE)

ALLOWED: Mapping[int, tuple[Callback, ...]] = MappingProxyType(
    {
        Interaction.COMMAND: (*NEW_MESSAGES, Callback.MODAL),
        Interaction.COMPONENT: (*NEW_MESSAGES, *UPDATES, Callback.MODAL),
        Interaction.AUTOCOMPLETE: (Callback.CHOICES,),
        Interaction.MODAL_SUBMIT: NEW_MESSAGES,
    }
)

ENVELOPE = record({"type": anything, "data": anything}, required=["type"])
# Of the flags a deferral takes one only; mentions are what some clients write in every answer. Content would be lost.
DEFERRED_CHANGE = record({"allowed_mentions": MENTIONS})
DEFERRED = record({"flags": one_of(0, EPHEMERAL), "allowed_mentions": MENTIONS})


def choice_value(value: object, path: Path) -> list[Violation]:
    """A suggestion's value: a text, or a number for options that take one."""
    return text(0, MAX_VALUE)(value, path) if isinstance(value, str) else number(value, path)


CHOICES = record(
    {
        "choices": listing(
            record(
                {"name": CHOICE_NAME, "name_localizations": localised(CHOICE_NAME), "value": choice_value},
                required=["name", "value"],
            ),
            0,
            MAX_CHOICES,
        )
    },
    required=["choices"],
)


def check_callback(
    payload: object,
    *,
    kind: int,
    files: Mapping[int, File] = NO_FILES,
    existing: Mapping[str, Any] | None = None,
) -> list[Violation]:
    """What Discord would refuse in an answer to an interaction of this kind (2 command, 3 component, 4, 5 modal).

    `existing` is the message that carried the button, or from which the modal was opened: with it, a submitted modal
    too may be answered by changing that message.
    """
    found = ENVELOPE(payload, ())
    if found or not isinstance(payload, Mapping):
        return found
    allowed = allowed_callbacks(kind, on_message=existing is not None)
    chosen = payload["type"]
    if not is_whole(chosen) or chosen not in allowed:
        return not_one_of(("type",), [each.value for each in allowed])
    if payload.get("data") is None and chosen not in (Callback.DEFERRED_MESSAGE, *UPDATES):
        return missing(("data",))
    return under(("data",), data_problems(Callback(chosen), payload.get("data") or {}, files, existing))


def allowed_callbacks(kind: int, *, on_message: bool) -> tuple[Callback, ...]:
    """The answers that fit this kind of interaction."""
    allowed = ALLOWED[kind]
    return (*allowed, *UPDATES) if kind == Interaction.MODAL_SUBMIT and on_message else allowed


def data_problems(
    chosen: Callback, data: object, files: Mapping[int, File], existing: Mapping[str, Any] | None
) -> list[Violation]:
    """What is wrong with the data of this callback."""
    match chosen:
        case Callback.MESSAGE:
            return check_message(data, files=files, interaction=True)
        case Callback.UPDATE:
            return check_message(data, files=files, editing=True, existing=existing, interaction=True)
        case Callback.DEFERRED_MESSAGE:
            return DEFERRED(data, ())
        case Callback.DEFERRED_UPDATE:
            return DEFERRED_CHANGE(data, ())
        case Callback.CHOICES:
            return CHOICES(data, ())
        case Callback.MODAL:
            return check_modal(data)
