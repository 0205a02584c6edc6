"""Forwarding: a copy of a message as it is now, carried into another channel."""

from sandbox.discord import messages, threads
from sandbox.discord.constants import SENDABLE_FLAGS, WRITTEN, MessageFlag
from sandbox.discord.entities import Channel, Message, User
from sandbox.discord.errors import DriverError
from sandbox.discord.files import Attachment, Upload
from sandbox.discord.state import State


def forward(state: State, message: Message, user: User, channel: Channel) -> Message:
    """Post what `message` shows now in `channel`; it stays when the original is edited or deleted.

    Raises DriverError for a system message or one that a single person sees, Refusal where `user` may not write.
    """
    if message.type not in WRITTEN or message.ephemeral_for:
        raise DriverError("this message cannot be forwarded")
    threads.allow_sending(channel, user)
    nobody = {"content": "", "allowed_mentions": {"parse": []}}
    kept = snapshot(state, message, channel)
    forwarded = Message(
        channel=channel,
        author=user,
        reference=message,
        reference_channel_id=message.channel.id,
        snapshot=kept,
        flags=MessageFlag.HAS_SNAPSHOT,
    )
    return messages.post(state, forwarded, nobody, {})


def snapshot(state: State, message: Message, channel: Channel) -> Message:
    """A copy of what the message shows, with files of its own; of a forwarded one, of what that shows."""
    source = message.snapshot or message
    return Message(
        channel=channel,
        author=source.author,
        refresh=source.refresh,
        made_at=source.made_at,
        edited_at=source.edited_at,
        type=source.type,
        content=source.content,
        embeds=list(source.embeds),
        previews=list(source.previews),
        components=list(source.components),
        attachments=[_copied(state, one, channel) for one in source.attachments],
        flags=source.flags & SENDABLE_FLAGS,
        mentions=list(source.mentions),
        mention_roles=list(source.mention_roles),
    )


def _copied(state: State, attachment: Attachment, channel: Channel) -> Attachment:
    upload = Upload(
        name=attachment.filename, data=attachment.data, content_type=attachment.content_type, seconds=attachment.seconds
    )
    return state.cdn.keep(upload, folder=str(channel.id), description=attachment.description)
