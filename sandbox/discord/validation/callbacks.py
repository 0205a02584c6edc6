"""The answers to an interaction: which type goes with which kind, and what its data may say."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from sandbox.discord.constants import CallbackType, InteractionType, MessageFlag

from .messages import MENTIONS, NO_FILES, File, check_message
from .modals import check_modal
from .options import CHOICE_NAME, MAX_CHOICES, MAX_VALUE, localised
from .shapes import anything, is_whole, listing, missing, not_one_of, number, one_of, record, text
from .violations import Path, Violation, refused, under

NEW_MESSAGES = (CallbackType.MESSAGE, CallbackType.DEFERRED_MESSAGE)
UPDATES = (CallbackType.DEFERRED_UPDATE, CallbackType.UPDATE)

ALLOWED: Mapping[InteractionType, tuple[CallbackType, ...]] = MappingProxyType(
    {
        InteractionType.COMMAND: (*NEW_MESSAGES, CallbackType.MODAL),
        InteractionType.COMPONENT: (*NEW_MESSAGES, *UPDATES, CallbackType.MODAL),
        InteractionType.AUTOCOMPLETE: (CallbackType.CHOICES,),
        InteractionType.MODAL: NEW_MESSAGES,
    }
)

ENVELOPE = record({"type": anything, "data": anything}, required=["type"])
# Of the flags a deferral takes one only; mentions are what some clients write in every answer. Content would be lost.
DEFERRED_CHANGE = record({"allowed_mentions": MENTIONS})
DEFERRED = record({"flags": one_of(0, int(MessageFlag.EPHEMERAL)), "allowed_mentions": MENTIONS})


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
    type: InteractionType,
    files: Mapping[int, File] = NO_FILES,
    existing: Mapping[str, Any] | None = None,
) -> list[Violation]:
    """What Discord would refuse in an answer to an interaction of this type.

    `existing` is the message that carried the button, or from which the modal was opened: with it, a submitted modal
    too may be answered by changing that message.
    """
    found = ENVELOPE(payload, ())
    if refused(found) or not isinstance(payload, Mapping):
        return found
    allowed = allowed_callbacks(type, on_message=existing is not None)
    chosen = payload["type"]
    if not is_whole(chosen) or chosen not in allowed:
        return not_one_of(("type",), [each.value for each in allowed])
    if payload.get("data") is None and chosen not in (CallbackType.DEFERRED_MESSAGE, *UPDATES):
        return missing(("data",))
    return found + under(("data",), data_problems(CallbackType(chosen), payload.get("data") or {}, files, existing))


def allowed_callbacks(type: InteractionType, *, on_message: bool) -> tuple[CallbackType, ...]:
    """The answers that fit this type of interaction."""
    allowed = ALLOWED[type]
    return (*allowed, *UPDATES) if type is InteractionType.MODAL and on_message else allowed


def data_problems(
    chosen: CallbackType, data: object, files: Mapping[int, File], existing: Mapping[str, Any] | None
) -> list[Violation]:
    """What is wrong with the data of this callback."""
    match chosen:
        case CallbackType.MESSAGE:
            return check_message(data, files=files, interaction=True)
        case CallbackType.UPDATE:
            return check_message(data, files=files, editing=True, existing=existing, interaction=True)
        case CallbackType.DEFERRED_MESSAGE:
            return DEFERRED(data, ())
        case CallbackType.DEFERRED_UPDATE:
            return DEFERRED_CHANGE(data, ())
        case CallbackType.CHOICES:
            return CHOICES(data, ())
        case CallbackType.MODAL:
            return check_modal(data)
