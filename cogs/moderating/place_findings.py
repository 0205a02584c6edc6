"""What the doctor finds of a server itself: what the bot may do there and in its channels, and how much it may post."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import discord

from bot.permissions import (
    NEEDED_FOR_PRIVATE_THREAD,
    NEEDED_FOR_THREAD,
    NEEDED_IN_ALL,
    OPENS_THREADS,
    invite_link,
    lacking,
    needed_in,
)
from bot.server_rules.document import Document
from bot.server_rules.rules import Threads

from .findings import Finding, LetIn, Subject
from .rules_panel import RULED

Channel = discord.abc.GuildChannel
Lacks = dict[tuple[str, ...], list[Channel]]

NEEDED_FOR = {Threads.PUBLIC: NEEDED_FOR_THREAD, Threads.PRIVATE: NEEDED_FOR_PRIVATE_THREAD}


def place_findings(guild: discord.Guild, document: Document, application_id: int) -> Iterator[Finding]:
    yield from _server(guild, application_id)
    asked = [channel for channel in guild.channels if channel.type in RULED]
    asked = [channel for channel in asked if document.rules_in([channel.id]).allowed]
    yield from _channels(guild, asked)
    yield from _threads(guild, asked, document)
    yield Finding(subject=Subject.UPLOAD, well=True, code="upload", facts={"most": guild.filesize_limit >> 20})


def _server(guild: discord.Guild, application_id: int) -> Iterator[Finding]:
    me = guild.me
    if me.timed_out_until and me.is_timed_out():
        until = me.timed_out_until.timestamp()
        yield Finding(subject=Subject.SERVER, well=False, code="timed_out", facts={"until": until})
    if missing := lacking(NEEDED_IN_ALL, me.guild_permissions):
        facts = {"permissions": missing, "link": invite_link(application_id, guild)}
        yield Finding(subject=Subject.SERVER, well=False, code="not_invited", facts=facts)
    else:
        yield Finding(subject=Subject.SERVER, well=True, code="invited")


def _channels(guild: discord.Guild, channels: Sequence[Channel]) -> Iterator[Finding]:
    """A channel that the bot does not see is not for it: that alone is no fault."""
    lacks: Lacks = defaultdict(list)
    seen = [channel for channel in channels if channel.permissions_for(guild.me).view_channel]
    for channel in seen:
        if missing := lacking(needed_in(channel.type), channel.permissions_for(guild.me)):
            lacks[missing].append(channel)
    yield from _lacking(guild, lacks, Subject.CHANNELS, "closed", well=False)
    if not seen:
        yield Finding(subject=Subject.CHANNELS, well=False, code="none")
    elif not lacks:
        yield Finding(subject=Subject.CHANNELS, well=True, code="open", facts={"count": len(seen)})
    if unseen := [channel for channel in channels if channel not in seen]:
        yield Finding(subject=Subject.CHANNELS, well=None, code="unseen", facts={"channels": _ids(unseen)})


def _threads(guild: discord.Guild, channels: Sequence[Channel], document: Document) -> Iterator[Finding]:
    """Nothing is lost without: a job is told of beside its card instead, or in direct messages."""
    lacks: dict[Threads, Lacks] = {kind: defaultdict(list) for kind in Threads}
    for channel in channels:
        granted, kind = channel.permissions_for(guild.me), document.rules_in([channel.id]).threads
        if channel.type not in OPENS_THREADS or lacking(needed_in(channel.type), granted):
            continue
        if missing := lacking(NEEDED_FOR[kind], granted):
            lacks[kind][missing].append(channel)
    for kind in Threads:
        yield from _lacking(guild, lacks[kind], Subject.THREADS, f"no_{kind}_thread", well=None)
    if not any(lacks.values()):
        yield Finding(subject=Subject.THREADS, well=True, code="threads")


def _lacking(
    guild: discord.Guild, lacks: Lacks, subject: Subject, code: str, *, well: bool | None
) -> Iterator[Finding]:
    for missing, channels in lacks.items():
        mendable = tuple(channel.id for channel in channels if _may_let_in(guild, channel, missing))
        yield Finding(
            subject=subject,
            well=well,
            code=code,
            facts={"permissions": missing, "channels": _ids(channels)},
            remedy=LetIn(channels=mendable) if mendable else None,
        )


def mendable_in(channel: Channel, threads: Threads) -> tuple[str, ...]:
    """What the bot lacks in a channel and may give itself."""
    granted = channel.permissions_for(channel.guild.me)
    opening = NEEDED_FOR[threads] if channel.type in OPENS_THREADS else ()
    missing = lacking(dict.fromkeys((*needed_in(channel.type), *opening)), granted)
    return missing if _may_let_in(channel.guild, channel, missing) else ()


def _may_let_in(guild: discord.Guild, channel: Channel, missing: Iterable[str]) -> bool:
    """Only what it has in the server.

    Source: channel resource, "Edit Channel Permissions".
    """
    granted = channel.permissions_for(guild.me)
    return granted.view_channel and granted.manage_roles and not lacking(missing, guild.me.guild_permissions)


def _ids(channels: Iterable[Channel]) -> tuple[int, ...]:
    return tuple(channel.id for channel in channels)
