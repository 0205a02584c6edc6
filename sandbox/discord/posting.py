"""Posting: a payload becomes a message, or changes one; the same for channels, webhooks and interaction answers."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sandbox.discord import mentions
from sandbox.discord.errors import Refusal, field_refusal
from sandbox.discord.message_payloads import EMBED_ICONS, EMBED_IMAGES, with_ids
from sandbox.discord.posts import COMPONENTS_V2, EPHEMERAL, LOADING, REPLY, SETTABLE_FLAGS, Attachment, Message, Upload
from sandbox.discord.threads import set_archived
from sandbox.discord.validation import EMPTY_MESSAGE, Violation, check_message, error_body

if TYPE_CHECKING:
    from sandbox.discord.interactions import Interaction
    from sandbox.discord.places import Channel, User

Files = Mapping[int, Upload]
Payload = dict[str, Any]


def refuse(violations: list[Violation]) -> None:
    """Raise what Discord answers to these violations; 50006 for an empty message, else 50035; nothing when none."""
    if any(violation.code == EMPTY_MESSAGE for violation in violations):
        raise Refusal(50006)
    if violations:
        raise Refusal(50035, errors=error_body(violations)["errors"])


def post(
    channel: "Channel",
    author: "User",
    payload: Payload,
    files: Files,
    *,
    interaction: "Interaction | None" = None,
    ephemeral_for: "User | None" = None,
    type: int = 0,
    reference: Message | None = None,
    snapshot: Message | None = None,
    flags: int = 0,
    id: int | None = None,
) -> Message:
    """Add a message that was checked already, and tell the bot.

    Raises Refusal 40005 for a file too large, 50035 for an embed that shows a file it does not have.
    """
    message = Message(
        channel=channel,
        author=author,
        made_at=channel.state.clock(),
        type=type,
        interaction=interaction,
        ephemeral_for=ephemeral_for,
        nonce=payload.get("nonce"),
        flags=flags,
        snapshot=snapshot,
    )
    message.id = id or message.id
    if reference:
        message.reference, message.reference_id = reference, reference.id
    if reference and snapshot:
        message.reference_channel_id = reference.channel.id
    _fill(message, payload, files, author)
    _ping(message, payload, author)
    channel.messages[message.id] = message
    if channel.is_thread and ephemeral_for is None:
        channel.sent_count += 1
        if channel.archived:
            set_archived(channel, archived=False)
        channel.thread_members.setdefault(author.id, message.made_at)
    channel.state.tell.message_added(message)
    return message


def change(message: Message, payload: Payload, files: Files) -> Message:
    """Edit a message by a payload that was checked already, and tell the bot. Nobody is pinged by an edit."""
    state = message.channel.state
    was_loading = message.loading
    if not was_loading:
        message.remember(state.clock())
    try:
        _fill(message, payload, files, message.author)
    except Refusal:
        if not was_loading:
            message.versions.pop()
        raise
    if "content" in payload or "components" in payload or "allowed_mentions" in payload:
        _mention(message, payload, message.author)
    message.flags &= ~LOADING
    if was_loading:
        message.pinged = list(message.mentions)
    else:
        message.edited_at = state.clock()
    state.tell.message_changed(message)
    return message


def remove(message: Message) -> None:
    """Delete a message, its files and its place in the history, and tell the bot."""
    message.deleted = True
    message.channel.messages.pop(message.id, None)
    for attachment in [*message.attachments, *(message.snapshot.attachments if message.snapshot else ())]:
        message.channel.state.cdn.forget(attachment)
    if message.channel.is_thread and message.ephemeral_for is None:
        message.channel.sent_count -= 1
    message.channel.state.tell.message_removed(message)


def check_new(payload: Payload, files: Files, *, interaction: bool = False) -> None:
    """Refuse what Discord would refuse in a new message."""
    refuse(check_message(payload, files=files, interaction=interaction))


def check_edit(message: Message, payload: Payload, files: Files, *, interaction: bool = False) -> None:
    """Refuse what Discord would refuse in an edit of `message`."""
    found = check_message(payload, files=files, editing=True, existing=existing_json(message), interaction=interaction)
    refuse(found)


def existing_json(message: Message) -> Payload:
    """The message as an edit stands on it, with all its attachments."""
    return {
        "content": message.content,
        "embeds": message.embeds,
        "components": message.components,
        "flags": message.flags,
        "attachments": [{"id": str(one.id), "filename": one.filename} for one in message.attachments],
    }


def _fill(message: Message, payload: Payload, files: Files, author: "User") -> None:
    embeds = payload["embeds"] or [] if "embeds" in payload else message.embeds
    attachments = _attachments(message, payload, files)
    _check_embed_files(embeds, attachments)
    message.attachments = attachments
    message.embeds = embeds
    if "content" in payload:
        message.content = payload["content"] or ""
    if "components" in payload:
        message.components = with_ids(payload["components"] or [])
    if payload.get("flags") is not None:
        kept = message.flags & ~SETTABLE_FLAGS | message.flags & COMPONENTS_V2
        message.flags = kept | payload["flags"] & SETTABLE_FLAGS
    if message.ephemeral_for:
        message.flags |= EPHEMERAL


def _attachments(message: Message, payload: Payload, files: Files) -> list[Attachment]:
    """Kept ones first. Without `attachments` all are kept; with it those listed, and those a kept embed still shows."""
    limit = message.channel.state.limits.guild_upload_bytes(message.channel.boost_tier)
    if any(upload.size > limit for upload in files.values()):
        raise Refusal(40005)
    listed = payload.get("attachments")
    entries = {str(entry["id"]): entry for entry in listed or ()}
    kept = message.attachments
    if "attachments" in payload:
        shown = set() if "embeds" in payload else _embedded_names(message.embeds)
        kept = [one for one in kept if str(one.id) in entries or one.filename in shown]
    for one in kept:
        one.description = entries.get(str(one.id), {}).get("description", one.description)
    return [*kept, *(_kept(message, upload, entries.get(str(index), {})) for index, upload in sorted(files.items()))]


def _kept(message: Message, upload: Upload, entry: Payload) -> Attachment:
    named = Upload(name=entry.get("filename") or upload.name, data=upload.data, content_type=upload.content_type)
    return message.channel.state.cdn.keep(named, folder=str(message.channel.id), description=entry.get("description"))


def _embedded_names(embeds: list[Payload]) -> set[str]:
    slots = [(slot, "url") for slot in EMBED_IMAGES] + [(slot, "icon_url") for slot in EMBED_ICONS]
    links = [(embed.get(slot) or {}).get(key) or "" for embed in embeds for slot, key in slots]
    return {link.removeprefix("attachment://") for link in links if link.startswith("attachment://")}


def _check_embed_files(embeds: list[Payload], attachments: list[Attachment]) -> None:
    names = {one.filename for one in attachments}
    for name in _embedded_names(embeds) - names:
        raise field_refusal("embeds", "EMBED_ATTACHMENT_NOT_FOUND", f"There is no attachment named {name}.")


def _mention(message: Message, payload: Payload, author: "User") -> None:
    found = mentions.find(message, payload.get("allowed_mentions"), author)
    message.mentions, message.mention_roles, message.mention_everyone = found.users, found.roles, found.everyone


def _ping(message: Message, payload: Payload, author: "User") -> None:
    _mention(message, payload, author)
    message.pinged = mentions.pinged(message)


def next_type(reference: Message | None) -> int:
    """The type of a plain message or of a reply."""
    return REPLY if reference else 0
