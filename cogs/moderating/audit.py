"""The audit: what those who keep order did, newest first, page by page, and as a file; for them alone."""

import io

import discord

from bot.discord_bot import Interaction
from bot.jobs import job_id
from bot.moderation import Entry

from ..pressing.components import Component, Press, button, view
from ..showing.answers import answer_alone
from ..showing.audit_notes import entry_text
from ..words.wording import say
from .audit_files import WRITERS
from .members import read_member
from .who import refused_without

PER_PAGE = 8
# A file has the newest so many actions.
MOST = 10_000
EVERYBODY = "_"
NEWER, OLDER = "newer", "older"


async def show_audit(interaction: Interaction, member_id: int | None) -> None:
    entries = await _entries(interaction, member_id)
    locale = interaction.locale.value
    shown = entries[:PER_PAGE]
    await answer_alone(
        interaction,
        embed=_embed(locale, shown),
        view=_buttons(locale, member_id, shown, older=len(entries) > PER_PAGE),
    )


async def turn(press: Press) -> None:
    """Another page, in place of the one on which the button stands."""
    if await refused_without(press.interaction, "moderate_members"):
        return
    side, _, number = press.argument.partition(":")
    member_id = read_member(press.subject)
    is_known = member_id is not None or press.subject == EVERYBODY
    if not is_known or side not in (NEWER, OLDER) or not number.isdecimal() or len(number) > 9:
        await answer_alone(press.interaction, say(press.locale, "error.unknown_button"))
        return
    bound = int(number)
    entries = await _entries(press.interaction, member_id, **{"after" if side == NEWER else "before": bound})
    if side == NEWER:
        shown = entries[-PER_PAGE:]
        newer, older = len(entries) > PER_PAGE, True
    else:
        shown = entries[:PER_PAGE]
        newer, older = True, len(entries) > PER_PAGE
    shown_view = _buttons(press.locale, member_id, shown, newer=newer, older=older)
    await press.interaction.response.edit_message(embed=_embed(press.locale, shown), view=shown_view)


async def export(press: Press) -> None:
    """All of it as a file."""
    if await refused_without(press.interaction, "moderate_members"):
        return
    write = WRITERS.get(press.argument)
    member_id = read_member(press.subject)
    if write is None or (member_id is None and press.subject != EVERYBODY):
        await answer_alone(press.interaction, say(press.locale, "error.unknown_button"))
        return
    await press.interaction.response.defer(ephemeral=True, thinking=True)
    guild_id = press.interaction.guild_id or 0
    entries = await press.bot.lookup.entries(guild_id, MOST, member_id=member_id)
    file = discord.File(io.BytesIO(write(entries).encode()), f"audit.{press.argument}")
    text = say(press.locale, "audit.file", count=len(entries))
    await press.interaction.edit_original_response(content=text, attachments=[file])


async def _entries(interaction: Interaction, member_id: int | None, **bound: int) -> list[Entry]:
    """One more than a page has, to know whether there is another."""
    lookup, guild_id = interaction.client.lookup, interaction.guild_id or 0
    return await lookup.entries(guild_id, PER_PAGE + 1, member_id=member_id, **bound)


def _embed(locale: str, entries: list[Entry]) -> discord.Embed:
    rows = [entry_text(locale, entry) for entry in entries]
    text = "\n\n".join(rows) if rows else say(locale, "audit.empty")
    return discord.Embed(title=say(locale, "audit.title"), description=text)


def _buttons(
    locale: str, member_id: int | None, entries: list[Entry], *, newer: bool = False, older: bool = False
) -> discord.ui.View | None:
    """None where there is nothing at all."""
    if not entries:
        return None
    subject = EVERYBODY if member_id is None else job_id(member_id)
    turns: list[Component] = []
    if newer:
        argument = f"{NEWER}:{entries[0].number}"
        turns.append(button("audit", subject, say(locale, "clips.previous"), argument=argument))
    if older:
        argument = f"{OLDER}:{entries[-1].number}"
        turns.append(button("audit", subject, say(locale, "clips.next"), argument=argument))
    files = [
        button("audit_file", subject, say(locale, "audit.save", kind=kind.upper()), argument=kind) for kind in WRITERS
    ]
    return view(*turns, *files)
