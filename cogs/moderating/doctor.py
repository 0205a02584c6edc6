"""`/doctor`: what is well in a server and what is not, each with its mending, and why a member cannot do something."""

import asyncio
import logging
from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never

import aiohttp
import discord
from discord import app_commands

from bot.discord_away import in_a_line
from bot.discord_bot import DailiesBot, Interaction
from bot.errors import BadRules, Unchecked
from bot.jobs import job_id
from bot.server_rules.automod import AutomodRule
from bot.server_rules.document import Document
from bot.server_rules.named import levels
from bot.server_rules.rules import counts_money

from ..pressing.components import Component, Press, button, view
from ..words.plain import shorten
from ..words.wording import described, say
from .bot_findings import bot_findings
from .doctor_text import finding_text
from .findings import Finding, LetIn, Remedy, Resume, SetRules, Subject
from .inspection import show_member
from .place_findings import mendable_in, place_findings
from .rule_findings import automod_findings, follows_automod, rule_findings, unreadable_rules
from .rules_panel import LABEL_MOST, RULED
from .rules_text import topic_text
from .who import refused_without

log = logging.getLogger(__name__)

# Discord takes 1024 of a field, and 6000 of the whole embed with its headings.
FIELD_MOST = 1000
ALL_MOST = 5200
# Each takes a call of its own.
LET_IN_MOST = 20
# Of a message's 25 buttons.
BUTTONS_MOST = 10
WHOLE_SERVER = 0


@app_commands.command(name="doctor", description=described("doctor.command"))
@app_commands.describe(member=described("doctor.whom"))
@app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
@app_commands.default_permissions(manage_guild=True)
async def doctor(interaction: Interaction, member: discord.User | None = None) -> None:
    if member is not None:
        await show_member(interaction, member.id)
        return
    if await refused_without(interaction, "manage_guild"):
        return
    await interaction.response.defer(ephemeral=True, thinking=True)
    await _draw(interaction)


# --- presses


async def examine(press: Press) -> None:
    """Look at everything once more."""
    if not await refused_without(press.interaction, "manage_guild"):
        await press.interaction.response.defer()
        await _draw(press.interaction)


async def let_in(press: Press) -> None:
    """Have the bot give itself what it lacks, wherever it may do so now."""
    guild = press.interaction.guild
    if await refused_without(press.interaction, "manage_guild") or guild is None:
        return
    await press.interaction.response.defer()
    note = say(press.locale, "doctor.let_in", count=await _let_in(press, guild))
    await _draw(press.interaction, note)


async def resume(press: Press) -> None:
    if await refused_without(press.interaction, "manage_guild"):
        return
    await press.interaction.response.defer()
    guild_id, by = press.interaction.guild_id or 0, press.interaction.user.id
    await press.bot.actions.moderation.resume(guild_id, WHOLE_SERVER, by)
    await _draw(press.interaction)


async def _let_in(press: Press, guild: discord.Guild) -> int:
    """In how many channels it has all that it needs now."""
    try:
        document = await press.bot.lookup.rules(guild.id)
    except BadRules:
        return 0
    done = 0
    for channel in [channel for channel in guild.channels if channel.type in RULED]:
        missing = mendable_in(channel, document.rules_in([channel.id]).threads)
        if not missing:
            continue
        if done == LET_IN_MOST:
            break
        overwrite = channel.overwrites_for(guild.me)
        overwrite.update(**dict.fromkeys(missing, True))
        try:
            why = f"/doctor, {press.interaction.user.id}"
            await channel.set_permissions(guild.me, overwrite=overwrite, reason=why)
        except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
            log.info("Channel %s stays as it is: %s", channel.id, in_a_line(error))
            continue
        done += 1
    return done


# --- the page


async def _draw(interaction: Interaction, note: str = "") -> None:
    locale = interaction.locale.value
    findings = await _examine(interaction)
    embed = _embed(locale, findings, note)
    await interaction.edit_original_response(embed=embed, view=view(*_buttons(interaction, findings)))


async def _examine(interaction: Interaction) -> list[Finding]:
    bot, guild = interaction.client, interaction.guild
    assert guild is not None
    condition, admitted = await asyncio.gather(bot.actions.check_up.look(), bot.actions.admission.look(guild.id))
    document = await _rules(bot, guild.id) if condition.is_read else None
    found = [*place_findings(guild, document or Document(), bot.application_id or 0)]
    if document:
        found += rule_findings(guild, document, bot.lookup.catalogue, await bot.lookup.paused_places(guild.id))
        found += automod_findings(guild, document, await _automod(bot, guild, document))
    elif condition.is_read:
        found.append(unreadable_rules())
    money = document is not None and any(counts_money(rules) for rules in levels(document))
    found += bot_findings(condition, admitted, counts_money=money)
    return found


async def _rules(bot: DailiesBot, guild_id: int) -> Document | None:
    try:
        return await bot.lookup.rules(guild_id)
    except BadRules:
        return None


async def _automod(bot: DailiesBot, guild: discord.Guild, document: Document) -> Sequence[AutomodRule] | None:
    """None where they cannot be read; they are not asked for where nobody follows them."""
    if not follows_automod(guild, document):
        return ()
    try:
        return await bot.actions.content.read_automod(guild.id)
    except Unchecked:
        return None


def _embed(locale: str, findings: Sequence[Finding], note: str) -> discord.Embed:
    """Problems first within each subject."""
    wrong = sum(finding.well is False for finding in findings)
    summary = say(locale, "doctor.wrong", count=wrong) if wrong else say(locale, "doctor.well")
    embed = discord.Embed(title=say(locale, "doctor.title"), description="\n".join(filter(None, (note, summary))))
    told = {subject: _lines(locale, subject, findings) for subject in Subject}
    most = _fair_share([len(text) for text in told.values()])
    for subject, text in told.items():
        if text:
            name = say(locale, f"doctor.subject_{subject}")
            embed.add_field(name=name, value=shorten(text, most), inline=False)
    return embed


def _lines(locale: str, subject: Subject, findings: Iterable[Finding]) -> str:
    own = [finding for finding in findings if finding.subject is subject]
    return "\n".join(finding_text(locale, finding) for finding in sorted(own, key=lambda each: each.well is not False))


def _fair_share(lengths: Sequence[int]) -> int:
    """How much each may have so that all fit: what is short is told whole, and the long ones are cut alike."""
    return next(most for most in range(FIELD_MOST, 0, -10) if sum(min(length, most) for length in lengths) <= ALL_MOST)


def _buttons(interaction: Interaction, findings: Iterable[Finding]) -> Iterator[Component]:
    locale, guild = interaction.locale.value, interaction.guild
    remedies = dict.fromkeys(finding.remedy for finding in findings if finding.remedy)
    closed = {channel for remedy in remedies if isinstance(remedy, LetIn) for channel in remedy.channels}
    if closed:
        yield button("doctor_let_in", job_id(WHOLE_SERVER), say(locale, "doctor.button_let_in", count=len(closed)))
    yield from [each for remedy in remedies if (each := _button(locale, guild, remedy))][:BUTTONS_MOST]
    yield button("doctor", job_id(WHOLE_SERVER), say(locale, "doctor.button_again"))


def _button(locale: str, guild: discord.Guild | None, remedy: Remedy) -> Component | None:
    match remedy:
        case LetIn():
            return None
        case Resume():
            return button("doctor_resume", job_id(WHOLE_SERVER), say(locale, "doctor.button_resume"))
        case SetRules(topic=topic, channel_id=channel_id):
            label = say(locale, "doctor.button_rules", topic=topic_text(locale, topic))
            if guild and channel_id and (channel := guild.get_channel(channel_id)):
                label = f"{label} · #{channel.name}"
            place = job_id(channel_id or WHOLE_SERVER)
            return button("rules_open", place, shorten(label, LABEL_MOST), argument=topic)
        case _:
            assert_never(remedy)


async def setup(bot: DailiesBot) -> None:
    bot.tree.add_command(doctor)
