"""Forwarding: a copy of a message as it is now, carried into another channel."""

from typing import TYPE_CHECKING

from sandbox.discord import posting, threads
from sandbox.discord.errors import DriverError
from sandbox.discord.posts import DEFAULT, HAS_SNAPSHOT, MENU, REPLY, SETTABLE_FLAGS, SLASH, Attachment, Message, Upload

if TYPE_CHECKING:
    from sandbox.discord.places import Channel, User

FORWARDABLE = (DEFAULT, REPLY, SLASH, MENU)
"""Source: message resource, "Message Reference Types": other messages cannot be forwarded."""


def forward(message: Message, user: "User", channel: "Channel") -> Message:
    """Post what `message` shows now in `channel`; it stays when the original is edited or deleted.

    Raises DriverError for a system message or one that a single person sees, Refusal where `user` may not write.
    """
    if message.type not in FORWARDABLE or message.ephemeral_for:
        raise DriverError("this message cannot be forwarded")
    threads.allow_sending(channel, user)
    nobody = {"content": "", "allowed_mentions": {"parse": []}}
    kept = snapshot(message, channel)
    return posting.post(channel, user, nobody, {}, reference=message, snapshot=kept, flags=HAS_SNAPSHOT)


def snapshot(message: Message, channel: "Channel") -> Message:
    """A copy of what the message shows, with files of its own; of a forwarded one, of what that shows."""
    source = message.snapshot or message
    return Message(
        channel=channel,
        author=source.author,
        made_at=source.made_at,
        edited_at=source.edited_at,
        type=source.type,
        content=source.content,
        embeds=list(source.embeds),
        previews=list(source.previews),
        components=list(source.components),
        attachments=[_copied(one, channel) for one in source.attachments],
        flags=source.flags & SETTABLE_FLAGS,
        mentions=list(source.mentions),
        mention_roles=list(source.mention_roles),
    )


def _copied(attachment: Attachment, channel: "Channel") -> Attachment:
    upload = Upload(name=attachment.filename, data=attachment.data, content_type=attachment.content_type)
    return channel.state.cdn.keep(upload, folder=str(channel.id), description=attachment.description)
