"""What a message is to the bot: speech, a call of its role, a new edit, one that Discord is not done with."""

import discord

from bot import clock

from .typed_links import open_links

SPOKEN = (discord.MessageType.default, discord.MessageType.reply)
# Discord tells of a message anew also when it changes itself; an edit longer ago was heard when it was made, seconds.
EDIT_HEARD_BY = 600.0


def is_speech(message: discord.Message) -> bool:
    return not message.author.bot and message.type in SPOKEN


def calls_role(message: discord.Message) -> bool:
    """Whether it mentions the role that Discord keeps for the bot, which has the bot's name."""
    role = message.guild.self_role if message.guild else None
    return role in message.role_mentions and is_speech(message)


def is_new_edit(message: discord.Message) -> bool:
    return message.edited_at is not None and clock.now() - message.edited_at.timestamp() < EDIT_HEARD_BY


def awaits_preview(message: discord.Message) -> bool:
    """Whether Discord may yet show what is behind a link."""
    shown = {embed.url for embed in message.embeds}
    return not message.flags.suppress_embeds and len(shown) < len(open_links(message.content))
