"""Messages: a payload becomes one, or changes one; the same for channels, webhooks and interaction answers."""

import dataclasses
import time
from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.discord import mentions
from sandbox.discord.constants import SENDABLE_FLAGS, MessageFlag, Permissions
from sandbox.discord.entities import Message
from sandbox.discord.errors import Refusal, field_refusal
from sandbox.discord.files import Attachment, Upload
from sandbox.discord.payloads.attachments import EMBED_IMAGES
from sandbox.discord.payloads.components import with_ids
from sandbox.discord.payloads.embeds import EMBED_ICONS
from sandbox.discord.permissions import permissions_in
from sandbox.discord.state import State
from sandbox.discord.threads import add_member, set_archived

Files = Mapping[int, Upload]
Payload = dict[str, Any]


def post(state: State, message: Message, payload: Payload, files: Files) -> Message:
    """Fill a message by a payload that was checked already, add it to its channel, and tell the bot.

    Raises Refusal 40005 for a file too large, 50035 for an embed that shows a file it does not have.
    """
    channel = message.channel
    message.refresh = state.cdn.refresh
    message.nonce = payload.get("nonce")
    _fill(state, message, payload, files)
    _mention(message, payload)
    message.pinged = mentions.pinged(message)
    channel.messages[message.id] = message
    if channel.is_thread and message.ephemeral_for is None:
        channel.sent_count += 1
        if channel.archived:
            set_archived(channel, archived=False)
        _let_in(state, message)
    state.tell.message_added(message)
    return message


def _let_in(state: State, message: Message) -> None:
    """Who speaks in a thread is in it from then on, and who is mentioned, if they see the channel above it.

    An answer to an interaction lets nobody in: a token brought it there.
    """
    parent = message.channel.parent
    if message.cause is None:
        message.channel.thread_members.setdefault(message.author.id, message.made_at)
    for user in message.mentions:
        if parent and Permissions.VIEW_CHANNEL in permissions_in(parent, user):
            add_member(state, message.channel, user)


def change(state: State, message: Message, payload: Payload, files: Files) -> Message:
    """Edit a message by a payload that was checked already, and tell the bot. Nobody is pinged by an edit."""
    was_loading = message.loading
    if not was_loading:
        message.remember()
    try:
        _fill(state, message, payload, files)
    except Refusal:
        if not was_loading:
            message.versions.pop()
        raise
    if "content" in payload or "components" in payload or "allowed_mentions" in payload:
        _mention(message, payload)
    message.flags &= ~MessageFlag.LOADING
    if was_loading:
        message.pinged = list(message.mentions)
    else:
        message.edited_at = time.time()
    state.tell.message_changed(message)
    return message


def remove(state: State, message: Message) -> None:
    """Delete a message, its files and its place in the history, and tell the bot."""
    _forget(state, message)
    state.tell.message_removed(message)


def remove_together(state: State, gone: Sequence[Message]) -> None:
    """Delete several messages of one channel, and tell the bot of all at once."""
    for message in gone:
        _forget(state, message)
    state.tell.messages_removed(gone)


def _forget(state: State, message: Message) -> None:
    message.deleted = True
    message.channel.messages.pop(message.id, None)
    for attachment in [*message.attachments, *(message.snapshot.attachments if message.snapshot else ())]:
        state.cdn.forget(attachment)
    if message.channel.is_thread and message.ephemeral_for is None:
        message.channel.sent_count -= 1


def existing_json(message: Message) -> Payload:
    """The message as an edit stands on it, with all its attachments."""
    return {
        "content": message.content,
        "embeds": message.embeds,
        "components": message.components,
        "flags": message.flags,
        "attachments": [{"id": str(one.id), "filename": one.filename} for one in message.attachments],
    }


def _fill(state: State, message: Message, payload: Payload, files: Files) -> None:
    embeds = payload["embeds"] or [] if "embeds" in payload else message.embeds
    attachments = _attachments(state, message, payload, files)
    _check_embed_files(embeds, attachments)
    message.attachments = attachments
    message.embeds = embeds
    if "content" in payload:
        message.content = payload["content"] or ""
    if "components" in payload:
        message.components = with_ids(payload["components"] or [])
    if payload.get("flags") is not None:
        kept = message.flags & ~SENDABLE_FLAGS | message.flags & MessageFlag.COMPONENTS_V2
        message.flags = kept | payload["flags"] & SENDABLE_FLAGS
    if message.ephemeral_for:
        message.flags |= MessageFlag.EPHEMERAL


def _attachments(state: State, message: Message, payload: Payload, files: Files) -> list[Attachment]:
    """Kept ones first. Without `attachments` all are kept; with it those listed, and those a kept embed still shows."""
    limit = state.limits.guild_upload_bytes(message.channel.boost_tier)
    if any(upload.size > limit for upload in files.values()):
        raise Refusal(40005)
    listed = payload.get("attachments")
    entries = {str(entry["id"]): entry for entry in listed or ()}
    kept = message.attachments
    if "attachments" in payload:
        shown = set() if "embeds" in payload else _embedded_names(message.embeds)
        kept = [one for one in kept if str(one.id) in entries or one.filename in shown]
    for one in kept:
        entry = entries.get(str(one.id), {})
        one.description = entry.get("description", one.description)
        one.spoiler = bool(entry.get("is_spoiler", one.spoiler))
    return [
        *kept,
        *(_kept(state, message, upload, entries.get(str(index), {})) for index, upload in sorted(files.items())),
    ]


def _kept(state: State, message: Message, upload: Upload, entry: Payload) -> Attachment:
    spoiler = bool(entry.get("is_spoiler", upload.spoiler))
    named = dataclasses.replace(upload, name=entry.get("filename") or upload.name, spoiler=spoiler)
    return state.cdn.keep(named, folder=str(message.channel.id), description=entry.get("description"))


def _embedded_names(embeds: list[Payload]) -> set[str]:
    slots = [(slot, "url") for slot in EMBED_IMAGES] + [(slot, "icon_url") for slot in EMBED_ICONS]
    links = [(embed.get(slot) or {}).get(key) or "" for embed in embeds for slot, key in slots]
    return {link.removeprefix("attachment://") for link in links if link.startswith("attachment://")}


def _check_embed_files(embeds: list[Payload], attachments: list[Attachment]) -> None:
    names = {one.filename for one in attachments}
    for name in _embedded_names(embeds) - names:
        raise field_refusal("embeds", "EMBED_ATTACHMENT_NOT_FOUND", f"There is no attachment named {name}.")


def _mention(message: Message, payload: Payload) -> None:
    found = mentions.find(message, payload.get("allowed_mentions"))
    message.mentions, message.mention_roles, message.mention_everyone = found.users, found.roles, found.everyone
