"""What the bot needs in each kind of channel, and asks for when it is invited."""

import discord

# What a job needs in a text channel, in a thread, and to open one; with "connect", for the chat of voice channels, it
# is exactly what the invitation asks for.
NEEDED = ("view_channel", "send_messages", "embed_links", "attach_files", "read_message_history")
NEEDED_IN_THREAD = ("view_channel", "send_messages_in_threads", "embed_links", "attach_files", "read_message_history")
NEEDED_FOR_THREAD = ("create_public_threads", "send_messages_in_threads")
# Voice text is closed to those who may not connect.
NEEDED_IN_VOICE = (*NEEDED, "connect")
INVITED = discord.Permissions(**dict.fromkeys({*NEEDED, *NEEDED_IN_THREAD, *NEEDED_FOR_THREAD, "connect"}, True))

OPENS_THREADS = (discord.ChannelType.text, discord.ChannelType.news)
VOICE = (discord.ChannelType.voice, discord.ChannelType.stage_voice)
THREADS = (
    discord.ChannelType.public_thread,
    discord.ChannelType.private_thread,
    discord.ChannelType.news_thread,
)
