"""A message in Discord's JSON, its links resolved and its content hidden from who may not read it."""

import re

from sandbox.discord.constants import MessageType, ReferenceType
from sandbox.discord.entities import Cause, Message, User
from sandbox.discord.payloads.attachments import attachment_json, shown_attachments
from sandbox.discord.payloads.components import component_json
from sandbox.discord.payloads.embeds import embed_json
from sandbox.discord.payloads.guilds import Json, channel_json, moment, user_json


def message_json(message: Message, *, reader: User, sees_content: bool = True, with_reference: bool = True) -> Json:
    """The message as `reader` gets it; without `sees_content` it is blanked unless Discord makes an exception.

    The nonce is not part of it: it is given once, to who sent it and in MESSAGE_CREATE.
    """
    body: Json = {
        "id": str(message.id),
        "channel_id": str(message.channel.id),
        "author": user_json(message.author),
        "mention_everyone": message.mention_everyone,
        "pinned": message.pinned_at is not None,
        "tts": False,
    }
    readable = sees_content or always_readable(message, reader)
    body |= minimal_json(message, readable)
    if message.thread and not message.thread.deleted:
        body["thread"] = channel_json(message.thread, reader=reader)
    if message.cause:
        body |= _cause_part(message.cause)
    if message.reference_id or message.reference_channel_id:
        body |= _reference_part(message, reader, sees_content, with_reference)
    if message.snapshot:
        body["message_snapshots"] = [{"message": minimal_json(message.snapshot, readable)}]
    return body


def minimal_json(message: Message, readable: bool) -> Json:
    """What a message shows, which is all that a forwarded one keeps of it; blank when not `readable`."""
    body: Json = {
        "type": int(message.type),
        "content": message.content,
        "embeds": [embed_json(embed, message) for embed in message.embeds] + message.previews,
        "attachments": [attachment_json(one) for one in shown_attachments(message)],
        "components": [component_json(component, message) for component in message.components],
        "mentions": [user_json(user) for user in message.mentions],
        "mention_roles": [str(role_id) for role_id in message.mention_roles],
        "timestamp": moment(message.made_at),
        "edited_timestamp": moment(message.edited_at) if message.edited_at else None,
        "flags": message.flags,
    }
    return body if readable else body | _blank()


def nonce_json(message: Message) -> Json:
    """The nonce as the fresh message carries it."""
    return {} if message.nonce is None else {"nonce": message.nonce}


def always_readable(message: Message, reader: User) -> bool:
    """Discord's exceptions for bots without the message content intent: own, direct, mentions, pinging replies."""
    if message.author is reader or message.channel.is_direct:
        return True
    if reader not in message.mentions:
        return False
    named = re.search(rf"<@!?{reader.id}>", message.content)
    reply = message.reference
    return bool(named) or bool(reply and reply.author is reader and reply.cause is None)


def _blank() -> Json:
    return {"content": "", "embeds": [], "attachments": [], "components": []}


def _cause_part(cause: Cause) -> Json:
    body: Json = {
        "application_id": str(cause.application_id),
        "webhook_id": str(cause.application_id),
        "interaction_metadata": metadata_json(cause),
    }
    if cause.original_id:
        body["interaction_metadata"]["original_response_message_id"] = str(cause.original_id)
    if cause.command_name:
        body["interaction"] = {
            "id": str(cause.id),
            "type": int(cause.type),
            "name": cause.command_name,
            "user": user_json(cause.user),
        }
    return body


def metadata_json(cause: Cause) -> Json:
    """Who caused a message, and by what."""
    body: Json = {
        "id": str(cause.id),
        "type": int(cause.type),
        "user": user_json(cause.user),
        "authorizing_integration_owners": owners_json(cause.guild_id),
    }
    if cause.target_id:
        body["target_message_id"] = str(cause.target_id)
    if cause.source_id:
        body["interacted_message_id"] = str(cause.source_id)
    if cause.trigger:
        body["triggering_interaction_metadata"] = metadata_json(cause.trigger)
    return body


def owners_json(guild_id: int | None) -> Json:
    """Who installed the application: the guild, or in a direct message nobody in particular."""
    return {"0": str(guild_id or 0)}


def _reference_part(message: Message, reader: User, sees_content: bool, with_reference: bool) -> Json:
    reference: Json = {
        "type": int(ReferenceType.FORWARD if message.snapshot else ReferenceType.REPLY),
        "channel_id": str(message.reference_channel_id or message.channel.id),
    }
    found = message.reference
    origin = found.channel if found and message.snapshot else message.channel
    if origin.guild:
        reference["guild_id"] = str(origin.guild.id)
    body: Json = {"message_reference": reference}
    if message.reference_id is None:
        return body
    reference["message_id"] = str(message.reference_id)
    # of a pin only the ids are told. Source: message resource, "Message Reference Content Attribution"
    if message.snapshot or message.type is MessageType.PINNED:
        return body
    if with_reference and (found is None or found.deleted):
        body["referenced_message"] = None
    elif with_reference and found:
        body["referenced_message"] = message_json(found, reader=reader, sees_content=sees_content, with_reference=False)
    return body
