"""What the bot needs in each kind of channel, and asks for when it is invited."""

from collections.abc import Iterable

import discord

# What a job needs in a text channel, in a thread, and to open one; with "connect", for the chat of voice channels, it
# is exactly what the invitation asks for.
NEEDED = ("view_channel", "send_messages", "embed_links", "attach_files", "read_message_history")
NEEDED_IN_THREAD = ("view_channel", "send_messages_in_threads", "embed_links", "attach_files", "read_message_history")
NEEDED_FOR_THREAD = ("create_public_threads", "send_messages_in_threads")
NEEDED_FOR_PRIVATE_THREAD = ("create_private_threads", "send_messages_in_threads")
# What Discord wants of whoever is to use a command.
NEEDED_BY_MEMBERS = ("view_channel", "use_application_commands")
# Voice text is closed to those who may not connect.
NEEDED_IN_VOICE = (*NEEDED, "connect")
INVITED = discord.Permissions(**dict.fromkeys({*NEEDED, *NEEDED_IN_THREAD, *NEEDED_FOR_THREAD, "connect"}, True))
NEEDED_IN_ALL = tuple(name for name, is_needed in INVITED if is_needed)

OPENS_THREADS = (discord.ChannelType.text, discord.ChannelType.news)
VOICE = (discord.ChannelType.voice, discord.ChannelType.stage_voice)
THREADS = (
    discord.ChannelType.public_thread,
    discord.ChannelType.private_thread,
    discord.ChannelType.news_thread,
)


def needed_in(kind: discord.ChannelType | None) -> tuple[str, ...]:
    """What a job needs in a channel or thread of this kind."""
    return NEEDED_IN_THREAD if kind in THREADS else NEEDED_IN_VOICE if kind in VOICE else NEEDED


def lacking(needed: Iterable[str], granted: discord.Permissions) -> tuple[str, ...]:
    """Of what is needed, by discord.py's names, what is not granted; to an administrator all is."""
    return () if granted.administrator else tuple(name for name in needed if not getattr(granted, name))


def invite_link(application_id: int, guild: discord.abc.Snowflake = discord.utils.MISSING) -> str:
    """The link that adds the bot with exactly what it needs, to a server of somebody's choice or to this one."""
    return discord.utils.oauth_url(
        application_id, permissions=INVITED, guild=guild, scopes=("bot", "applications.commands")
    )
