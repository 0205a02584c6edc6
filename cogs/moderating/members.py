"""A member as moderators see them: what the server knows of them, and whether they may ask for anything."""

import re

import discord

from bot.discord_bot import Interaction
from bot.errors import ShowTroubled
from bot.jobs import event_of, job_id
from bot.moderation import MemberRecord

from ..pressing.components import Press, button, view
from ..showing.answers import answer_alone
from ..words.plain import beside
from ..words.wording import ending, say
from .order_forms import block_form, read_block
from .ranks import may_block_here
from .who import refused_without

REASON_SHOWN = 300
# The largest id that Discord can give out.
LARGEST_ID = 2**63 - 1


async def show_member(interaction: Interaction, member_id: int) -> None:
    """Everything in one private message."""
    record = await interaction.client.lookup.member_record(interaction.guild_id or 0, member_id)
    locale = interaction.locale.value
    embed = discord.Embed(description=record_text(locale, member_id, record))
    await answer_alone(interaction, embed=embed, view=_buttons(locale, member_id, record))


def record_text(locale: str, member_id: int, record: MemberRecord) -> str:
    known = say(
        locale,
        "moderate.record",
        member=f"<@{member_id}>",
        asked=record.asked,
        refused=record.refused,
        denied=record.denied,
        reported=record.reported,
        removed=record.removed,
        blocks=record.blocks,
    )
    if record.block is None:
        return known
    facts = {"until": ending(locale, record.block.until), "reason": beside(record.block.why, REASON_SHOWN)}
    return f"{known}\n{say(locale, 'moderate.is_blocked', **facts)}"


async def ask_block(press: Press) -> None:
    member_id = await _member(press)
    if member_id is not None and await _may_block(press, member_id):
        title = say(press.locale, "moderate.block_title")
        await press.interaction.response.send_modal(block_form("member_blocked", press.subject, title, press.locale))


async def block(press: Press) -> None:
    member_id, chosen = await _member(press), read_block(press.interaction)
    if member_id is None:
        return
    if chosen is None:
        await answer_alone(press.interaction, say(press.locale, "error.unknown_button"))
    elif await _may_block(press, member_id):
        guild_id = press.interaction.guild_id or 0
        await press.bot.actions.moderation.block(guild_id, member_id, chosen, press.interaction.user.id)
        facts = {"member": f"<@{member_id}>", "until": ending(press.locale, chosen.until)}
        await answer_alone(press.interaction, say(press.locale, "moderate.blocked", **facts))


async def unblock(press: Press) -> None:
    member_id = await _member(press)
    if member_id is not None and await _may_block(press, member_id):
        guild_id = press.interaction.guild_id or 0
        changed = await press.bot.actions.moderation.unblock(guild_id, member_id, press.interaction.user.id)
        key = "moderate.unblocked" if changed else "moderate.not_blocked"
        await answer_alone(press.interaction, say(press.locale, key, member=f"<@{member_id}>"))


async def _member(press: Press) -> int | None:
    """Whom the button is about, for whoever may moderate here; what it says can be made up."""
    if await refused_without(press.interaction, "moderate_members"):
        return None
    member_id = read_member(press.subject)
    if member_id is None:
        await answer_alone(press.interaction, say(press.locale, "error.unknown_button"))
    return member_id


def read_member(subject: str) -> int | None:
    """The member whom the subject of a button names; None for what names none."""
    if not re.fullmatch("[0-9a-z]{1,16}", subject):
        return None
    member_id = event_of(subject)
    return member_id if 0 < member_id <= LARGEST_ID else None


async def _may_block(press: Press, member_id: int) -> bool:
    try:
        if await may_block_here(press.interaction, member_id):
            return True
    except ShowTroubled:
        await answer_alone(press.interaction, say(press.locale, "moderate.troubled"))
        return False
    await answer_alone(press.interaction, say(press.locale, "moderate.outranked", member=f"<@{member_id}>"))
    return False


def _buttons(locale: str, member_id: int, record: MemberRecord) -> discord.ui.View:
    verbs = ("member_block", "member_unblock") if record.block else ("member_block",)
    return view(*[button(verb, job_id(member_id), say(locale, f"button.{verb}")) for verb in verbs])
