"""What a member sees: the channels they may read now, and whether all who are here could see one, too."""

from collections.abc import Iterator, Mapping

import discord

from bot.jobs import Job
from bot.permissions import VOICE

# What it takes to see what was posted; the chat of voice channels is closed to those who may not connect.
SEEING = ("view_channel", "read_message_history")
SEEING_VOICE = (*SEEING, "connect")

Channel = discord.abc.GuildChannel | discord.Thread


class Sight:
    """Of the member behind an interaction, from where they are, by what Discord says of both at this moment.

    A channel that is not known, or no longer, is seen by nobody. Of a private thread only that much is certain: who
    asks in it sees it, and so does who manages threads. Discord.py forgets threads that are archived: `card_channels`
    has the channels of those that stand on a card.
    """

    def __init__(self, interaction: discord.Interaction, card_channels: Mapping[int, int] | None = None) -> None:
        self._card_channels = card_channels or {}
        self.viewer_id = interaction.user.id
        self.guild_id = interaction.guild_id
        self.channel_id = interaction.channel_id or 0
        self._guild = interaction.guild
        self._member = interaction.user if isinstance(interaction.user, discord.Member) else None
        self._here = interaction.channel if isinstance(interaction.channel, Channel) else None
        self._granted_here = interaction.permissions

    @property
    def here(self) -> tuple[int, ...]:
        """The channel where the member is; of a thread, the thread and the channel above it."""
        holder = _holder(self._here)
        return (self.channel_id, holder.id) if holder else (self.channel_id,)

    def sees(self, job: Job) -> bool:
        """Whether the job may be shown to the member: an own one always, another's only of a channel they may read."""
        if job.asker_id == self.viewer_id:
            return True
        return job.guild_id is not None and job.guild_id == self.guild_id and self.reads(job.channel_id)

    def reads(self, channel_id: int) -> bool:
        """Whether the member may read this channel of the guild they are in."""
        if self._guild is None or self._member is None:
            return False
        if channel_id == self.channel_id:
            return _suffices(self._granted_here, self._here)
        channel = self._find(channel_id)
        return channel is not None and self._reads(channel)

    def readable(self) -> frozenset[int]:
        """Every channel and thread of the guild that the member may read."""
        known = {self.channel_id} if self.reads(self.channel_id) else set()
        return frozenset(known.union(channel.id for channel in self._channels() if self._reads(channel)))

    def shares(self, channel_id: int) -> bool:
        """Whether all who see the channel where the member is see that one as well, as far as is certain."""
        if self.guild_id is None or channel_id == self.channel_id:
            return True
        channel = self._find(channel_id)
        if channel is None or channel.type is discord.ChannelType.private_thread:
            return False
        here, there = _holder(self._here), _holder(channel)
        if here is None or there is None:
            return False
        return here.id == there.id or (_suits_all_ages(here, there) and (_is_open(there) or _is_alike(here, there)))

    def _find(self, channel_id: int) -> Channel | None:
        if self._guild is None:
            return None
        known = self._guild.get_channel_or_thread(channel_id)
        return known or self._guild.get_channel(self._card_channels.get(channel_id, 0))

    def _channels(self) -> Iterator[Channel]:
        if self._guild and self._member:
            yield from self._guild.channels
            yield from self._guild.threads

    def _reads(self, channel: Channel) -> bool:
        holder = _holder(channel)
        if holder is None or self._member is None:
            return False
        granted = holder.permissions_for(self._member)
        is_private = channel.type is discord.ChannelType.private_thread
        return _suffices(granted, holder) and (granted.manage_threads or not is_private)


def _holder(channel: Channel | None) -> discord.abc.GuildChannel | None:
    """The channel whose permissions count: a thread's are its parent's."""
    return channel.parent if isinstance(channel, discord.Thread) else channel


def _suffices(granted: discord.Permissions, channel: Channel | None) -> bool:
    needed = SEEING_VOICE if channel is not None and channel.type in VOICE else SEEING
    return all(getattr(granted, name) for name in needed)


def _is_open(channel: discord.abc.GuildChannel) -> bool:
    """Whether everybody in the guild may read the channel, and it is closed to no role and no member."""
    needed = SEEING_VOICE if channel.type in VOICE else SEEING
    closed = any(getattr(overwrite, name) is False for overwrite in channel.overwrites.values() for name in needed)
    return not closed and _suffices(channel.permissions_for(channel.guild.default_role), channel)


def _is_alike(here: discord.abc.GuildChannel, there: discord.abc.GuildChannel) -> bool:
    """Whether both are open to the same people, as channels of one category mostly are."""
    return there.type not in VOICE and here.overwrites == there.overwrites


def _suits_all_ages(here: discord.abc.GuildChannel, there: discord.abc.GuildChannel) -> bool:
    """Nothing leaves an age-restricted channel for one that is not."""
    return not getattr(there, "nsfw", False) or bool(getattr(here, "nsfw", False))
