"""`/moderate`: a member's record, taking a clip away, pausing, and what was done."""

import discord
from discord import app_commands

from bot.actions import Undecided
from bot.discord_bot import DailiesBot, Interaction
from bot.finding import read_pointer
from bot.jobs import Job

from ..finding.sight import Sight
from ..showing.answers import answer_alone
from ..showing.case_notes import ending_text
from ..words.wording import described, say
from .audit import show_audit
from .members import show_member
from .order_forms import REASON_MOST
from .who import SERVERS_ONLY, refused_without

WHOLE_SERVER = 0
HERE, SERVER = "here", "server"
# What stopping a channel takes, and stopping everything.
NEEDED = {HERE: "moderate_members", SERVER: "manage_guild"}
PLACES = [app_commands.Choice(name=described(f"command.pause_{place}"), value=place) for place in (HERE, SERVER)]

moderate = app_commands.Group(
    name="moderate",
    description=described("command.moderate"),
    allowed_contexts=SERVERS_ONLY,
    default_permissions=discord.Permissions(moderate_members=True),
)


@moderate.command(name="member", description=described("command.moderate_member"))
@app_commands.describe(member=described("command.moderate_whom"))
async def member(interaction: Interaction, member: discord.User) -> None:
    if not await refused_without(interaction, "moderate_members"):
        await show_member(interaction, member.id)


@moderate.command(name="remove", description=described("command.moderate_remove"))
@app_commands.describe(clip=described("command.moderate_clip"), why=described("command.moderate_why"))
async def remove(interaction: Interaction, clip: str, why: app_commands.Range[str, 0, REASON_MOST] = "") -> None:
    if await refused_without(interaction, "moderate_members"):
        return
    await interaction.response.defer(ephemeral=True, thinking=True)
    job = await _find(interaction, clip)
    await interaction.edit_original_response(content=await _remove(interaction, job, why.strip()))


@moderate.command(name="pause", description=described("command.moderate_pause"))
@app_commands.describe(where=described("command.moderate_where"))
@app_commands.choices(where=PLACES)
async def pause(interaction: Interaction, where: str = HERE) -> None:
    if not await refused_without(interaction, NEEDED[where]):
        place, by = _place(interaction, where), interaction.user.id
        changed = await interaction.client.actions.moderation.pause(interaction.guild_id or 0, place, by)
        await _answer(interaction, f"moderate.paused_{where}" if changed else "moderate.paused_before")


@moderate.command(name="resume", description=described("command.moderate_resume"))
@app_commands.describe(where=described("command.moderate_where"))
@app_commands.choices(where=PLACES)
async def resume(interaction: Interaction, where: str = HERE) -> None:
    if not await refused_without(interaction, NEEDED[where]):
        place, by = _place(interaction, where), interaction.user.id
        changed = await interaction.client.actions.moderation.resume(interaction.guild_id or 0, place, by)
        await _answer(interaction, f"moderate.resumed_{where}" if changed else "moderate.not_paused")


@moderate.command(name="audit", description=described("command.moderate_audit"))
@app_commands.describe(member=described("command.moderate_audited"))
async def audit(interaction: Interaction, member: discord.User | None = None) -> None:
    if not await refused_without(interaction, "moderate_members"):
        await show_audit(interaction, member.id if member else None)


def _place(interaction: Interaction, where: str) -> int:
    return WHOLE_SERVER if where == SERVER else interaction.channel_id or WHOLE_SERVER


async def _answer(interaction: Interaction, key: str) -> None:
    await answer_alone(interaction, say(interaction.locale.value, key, channel=f"<#{interaction.channel_id}>"))


async def _find(interaction: Interaction, clip: str) -> Job | None:
    """A clip of this server, of a place that the moderator sees, or may see if they manage the server."""
    lookup, pointer = interaction.client.lookup, read_pointer(clip)
    job = await lookup.find_meant(pointer) if pointer else None
    if job is None and pointer and pointer.message_id:
        job = await lookup.job_of_copy(pointer.message_id)
    if job is None or job.guild_id != interaction.guild_id:
        return None
    sight = Sight(interaction, await lookup.card_channels([job.channel_id]))
    return job if interaction.permissions.manage_guild or sight.sees(job) else None


async def _remove(interaction: Interaction, job: Job | None, why: str) -> str:
    """What came of it."""
    locale = interaction.locale.value
    outcome = await interaction.client.actions.moderation.remove(job, interaction.user.id, why) if job else None
    if outcome is None:
        return say(locale, f"report.{Undecided.UNKNOWN}")
    if isinstance(outcome, Undecided):
        return say(locale, f"report.{outcome}")
    case, is_mine = outcome
    return say(locale, "report.done" if is_mine else "report.already", told=ending_text(locale, case))


async def setup(bot: DailiesBot) -> None:
    bot.tree.add_command(moderate)
