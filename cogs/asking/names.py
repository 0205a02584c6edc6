"""What Discord's numbers in a prompt are called, as far as the bot knows without asking."""

from collections.abc import Mapping
from typing import Any, assert_never

import discord

from bot.prompt import Named, spell_out

from ..words.wording import say

Heard = discord.Interaction | discord.Message


def in_words(text: str, heard: Heard, locale: str) -> str:
    """What was typed, with words for Discord's markup; who or what is not known is only said to be somebody, or one."""

    def name_of(kind: Named, number: int) -> str:
        return _name(kind, number, heard) or say(locale, f"named.{kind}")

    return spell_out(text, name_of)


def _name(kind: Named, number: int, heard: Heard) -> str | None:
    match kind:
        case Named.MEMBER:
            return _people(heard).get(number)
        case Named.ROLE:
            role = heard.guild.get_role(number) if heard.guild else None
            return role.name if role else None
        case Named.CHANNEL:
            return _channel_name(number, heard)
        case Named.SOUND | Named.TIME:
            return None
        case _:
            assert_never(kind)


def _people(heard: Heard) -> dict[int, str]:
    """The members that came with what was heard: the bot keeps none."""
    if isinstance(heard, discord.Message):
        return {one.id: one.display_name for one in (*heard.mentions, heard.author)}
    data: Mapping[str, Any] = heard.data or {}
    resolved = data.get("resolved") or {}
    members = resolved.get("members", {})
    named = {
        int(number): members.get(number, {}).get("nick") or user.get("global_name") or user["username"]
        for number, user in resolved.get("users", {}).items()
    }
    return {**named, heard.user.id: heard.user.display_name}


def _channel_name(number: int, heard: Heard) -> str | None:
    """Of a channel that whoever wrote the prompt sees: its name may be a secret."""
    place = heard.guild.get_channel_or_thread(number) if heard.guild else None
    writer = heard.author if isinstance(heard, discord.Message) else heard.user
    holder = place.parent if isinstance(place, discord.Thread) else place
    if place is None or holder is None or place.type is discord.ChannelType.private_thread:
        return None
    sees = isinstance(writer, discord.Member) and holder.permissions_for(writer).view_channel
    return place.name if sees else None
