"""A message to be sent or edited: its content, flags, mentions and files, and what has to hold between them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Protocol

from sandbox.discord.constants import EDITABLE_FLAGS, SENDABLE_FLAGS, MessageFlag, ReferenceType

from .components import file_references, layout, repeated
from .embeds import EMBEDS, is_shown
from .shapes import (
    INT64,
    Check,
    anything,
    flag,
    is_whole,
    listing,
    number,
    one_of,
    record,
    snowflake,
    text,
    then,
    whole,
    wrong,
)
from .violations import Path, Violation

MAX_CONTENT = 2000
MAX_FILES = 10
MAX_STICKERS = 3
MAX_NONCE = 25
MAX_MENTIONED = 100

EMPTY_MESSAGE = "EMPTY_MESSAGE"
"""The code of the one violation that is no form error: Discord answers it with error 50006."""


class File(Protocol):
    """A file part of a multipart request."""

    @property
    def name(self) -> str: ...


NO_FILES: Mapping[int, File] = MappingProxyType({})


def mentions_rule(mentions: Mapping[str, Any], path: Path) -> list[Violation]:
    """All of a kind, or those listed, but not both."""
    found = []
    for kind in ("users", "roles"):
        if kind in (mentions.get("parse") or []) and mentions.get(kind):
            message = f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.'
            found += wrong(path, "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", message)
    return found


def nonce(value: object, path: Path) -> list[Violation]:
    """A number of 64 bits or a short string, given back with the message."""
    return whole(-INT64 - 1, INT64)(value, path) if is_whole(value) else text(0, MAX_NONCE)(value, path)


IDS = listing(snowflake, 0, MAX_MENTIONED, unique=True)
MENTIONS = record(
    {
        "parse": listing(one_of("users", "roles", "everyone"), unique=True),
        "users": IDS,
        "roles": IDS,
        "replied_user": flag,
    },
    rule=mentions_rule,
)
REFERENCE = record(
    {
        "message_id": snowflake,
        "channel_id": snowflake,
        "guild_id": snowflake,
        "fail_if_not_exists": flag,
        "type": one_of(*map(int, ReferenceType)),
    },
    required=["message_id"],
)
ATTACHMENT = record(
    {
        "id": snowflake,
        "filename": text(1, 1024),
        "description": text(0, 1024),
        "title": text(0, 1024),
        "duration_secs": number,
        "waveform": text(0, 400),
        "is_spoiler": flag,
        "is_remix": flag,
    },
    required=["id"],
    # A kept attachment is often listed as it was received: the rest of it is ignored.
    closed=False,
)

ANY_MESSAGE: Mapping[str, Check] = {
    "content": text(0, MAX_CONTENT),
    "embeds": EMBEDS,
    "allowed_mentions": MENTIONS,
    "attachments": listing(ATTACHMENT, 0, MAX_FILES),
    "flags": whole(0, INT64),
    # discord.py writes it on edits and webhooks too, where Discord's description lacks it.
    "tts": flag,
}
STICKERS: Mapping[str, Check] = {"sticker_ids": listing(snowflake, 0, MAX_STICKERS)}
FORUM_POST: Mapping[str, Check] = {**ANY_MESSAGE, **STICKERS}
NEW_MESSAGE: Mapping[str, Check] = {
    **FORUM_POST,
    "nonce": nonce,
    "enforce_nonce": flag,
    "message_reference": REFERENCE,
    "poll": anything,
}
ANSWER: Mapping[str, Check] = {**ANY_MESSAGE, "poll": anything}
EDIT: Mapping[str, Check] = {**ANY_MESSAGE, **STICKERS}


BULK_DELETE = record({"messages": listing(snowflake, 2, 100, unique=True)}, required=["messages"])


def check_bulk_delete(payload: object) -> list[Violation]:
    """What Discord would refuse in a request to delete several messages at once."""
    return BULK_DELETE(payload, ())


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A message payload with what it stands on: its files, and the message it changes."""

    payload: Mapping[str, Any]
    files: Mapping[int, File]
    editing: bool
    existing: Mapping[str, Any]
    interaction: bool

    def outcome(self, name: str) -> Any:
        """The field as it will be: the payload's, or the one the message already has."""
        return self.payload[name] if name in self.payload else self.existing.get(name)

    @property
    def flags(self) -> int:
        """The message's flags as they will be, 0 where they cannot be read."""
        value = self.outcome("flags")
        return value if isinstance(value, int) else 0

    @property
    def is_new_layout(self) -> bool:
        """Whether the message holds components of the second version."""
        return bool(self.flags & MessageFlag.COMPONENTS_V2)

    @property
    def kept(self) -> dict[str, str]:
        """The attachments the message already has: file names by id."""
        return {str(each["id"]): str(each["filename"]) for each in self.existing.get("attachments") or []}


def check_message(
    payload: object,
    *,
    files: Mapping[int, File] = NO_FILES,
    editing: bool = False,
    existing: Mapping[str, Any] | None = None,
    interaction: bool = False,
) -> list[Violation]:
    """What Discord would refuse in a message.

    `files` are the request's parts `files[n]` by n. `editing` is a PATCH or callback 7, `existing` then the message as
    it is, in Discord's JSON with *all* its attachments, those shown in embeds too. `interaction` is a callback or a
    follow-up rather than a message to a channel. An empty message gives the one violation EMPTY_MESSAGE, which Discord
    answers with 50006 instead of 50035. Size limits of files depend on the server, and are not looked at here.
    """
    fields = EDIT if editing else ANSWER if interaction else NEW_MESSAGE
    return check_draft(payload, fields, files, editing=editing, existing=existing, interaction=interaction)


def check_forum_post(payload: object, files: Mapping[int, File]) -> list[Violation]:
    """What Discord would refuse in the `message` a forum thread begins with: no nonce, no reference, no poll."""
    return check_draft(payload, FORUM_POST, files, editing=False, existing=None, interaction=False)


def check_draft(
    payload: object,
    fields: Mapping[str, Check],
    files: Mapping[int, File],
    *,
    editing: bool,
    existing: Mapping[str, Any] | None,
    interaction: bool,
) -> list[Violation]:
    if not isinstance(payload, Mapping):
        return record(fields)(payload, ())
    draft = Draft(payload=payload, files=files, editing=editing, existing=existing or {}, interaction=interaction)
    shape = record({**fields, "components": layout(is_new=draft.is_new_layout)})
    return then(shape, lambda kept, path: draft_problems(replace(draft, payload=kept)))(payload, ())


def draft_problems(draft: Draft) -> list[Violation]:
    """What is wrong between the fields of a message, its files and what it changes."""
    found = [*flag_problems(draft), *file_problems(draft), *layout_problems(draft)]
    if not found and is_empty(draft) and not (draft.editing and not draft.existing):
        return wrong((), EMPTY_MESSAGE, "Cannot send an empty message")
    return found


def flag_problems(draft: Draft) -> Iterator[Violation]:
    """Flags a bot may not set here, and the one it may not take away."""
    flags = draft.payload.get("flags")
    if flags is None:
        return
    before = draft.existing.get("flags") or 0
    if flags & ~(allowed_flags(draft) | before):
        yield from wrong(("flags",), "MESSAGE_FLAGS_INVALID", "A bot cannot set these flags here.")
    if before & ~flags & MessageFlag.COMPONENTS_V2:
        message = "The IS_COMPONENTS_V2 flag cannot be removed from a message."
        yield from wrong(("flags",), "MESSAGE_FLAGS_COMPONENTS_V2_REMOVED", message)


def allowed_flags(draft: Draft) -> int:
    if draft.editing:
        return EDITABLE_FLAGS
    return SENDABLE_FLAGS | MessageFlag.EPHEMERAL if draft.interaction else SENDABLE_FLAGS


def file_problems(draft: Draft) -> Iterator[Violation]:
    """Every listed attachment is a file of this request or one the message has; every file of the request is listed.

    Source: Discord API reference, "Uploading Files" and "Editing Message Attachments".
    """
    listed = draft.payload.get("attachments") or []
    for index, entry in enumerate(listed):
        yield from attachment_problems(entry, draft, ("attachments", index))
    for index in repeated(str(entry["id"]) for entry in listed):
        yield from wrong(("attachments", index, "id"), "ATTACHMENT_ID_DUPLICATED", "This attachment is listed twice.")
    unlisted = set(map(str, draft.files)) - {str(entry["id"]) for entry in listed}
    if listed and unlisted:
        message = f"No entry for files[{', '.join(sorted(unlisted))}]."
        yield from wrong(("attachments",), "ATTACHMENT_NOT_LISTED", message)
    if len(file_names(draft)) > MAX_FILES:
        message = f"Must be {MAX_FILES} or fewer in length."
        yield from wrong(("attachments",), "BASE_TYPE_MAX_LENGTH", message)


def attachment_problems(entry: Mapping[str, Any], draft: Draft, path: Path) -> list[Violation]:
    if is_part(entry, draft):
        return []
    if str(entry["id"]) in draft.kept:
        return []
    return wrong((*path, "id"), "ATTACHMENT_NOT_FOUND", f"There is no file or attachment {entry['id']}.")


def is_part(entry: Mapping[str, Any], draft: Draft) -> bool:
    """Whether the entry is for a file of this request: its id is the n of a part `files[n]`."""
    return int(entry["id"]) in draft.files


def file_names(draft: Draft) -> list[str]:
    """The names of the files the message will have."""
    listed = draft.payload.get("attachments")
    new = {index: file.name for index, file in draft.files.items()}
    if listed is None:
        return [*draft.kept.values(), *new.values()]
    new |= {int(entry["id"]): entry["filename"] for entry in listed if is_part(entry, draft) and entry.get("filename")}
    return [*(draft.kept[str(entry["id"])] for entry in listed if str(entry["id"]) in draft.kept), *new.values()]


LEGACY = ("content", "embeds", "sticker_ids", "poll")


def layout_problems(draft: Draft) -> Iterator[Violation]:
    """With IS_COMPONENTS_V2 there is no content and no embed, and the files shown are there."""
    if not draft.is_new_layout:
        return
    for name in LEGACY:
        if draft.outcome(name):
            message = "This field cannot be used with the IS_COMPONENTS_V2 flag."
            yield from wrong((name,), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", message)
    names = file_names(draft)
    for name, path in file_references(draft.payload.get("components") or []):
        if name not in names:
            code = "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND"
            yield from wrong(("components", *path), code, "The referenced attachment could not be found.")


def is_empty(draft: Draft) -> bool:
    """Whether nothing would be left to see."""
    if draft.is_new_layout:
        return not draft.outcome("components")
    content = draft.outcome("content") or ""
    rest = (draft.outcome(name) for name in ("components", "sticker_ids", "poll"))
    shown = any(map(is_shown, draft.outcome("embeds") or []))
    return not (content.strip() or shown or file_names(draft) or any(rest))
