"""`/usage`: what was asked for and what is left, one's own or a whole server's; as a file; more for somebody."""

import datetime
import io
from enum import StrEnum

import discord
from discord import app_commands

from bot import clock
from bot.actions import Report
from bot.discord_bot import DailiesBot, Interaction
from bot.errors import BadRules
from bot.server_rules.limits import DAY, Amount
from bot.usage_report import Left, by_member, money_by_spending
from bot.video_request import Draft

from ..asking.reading import read_ask
from ..asking.suggestions import Choices, never_failing
from ..showing.answers import answer_alone
from ..showing.limits import left_text, money
from ..words.wording import ahead, described, relative, say
from .who import refused_without

CHART_NAME, TABLE_NAME = "chart.png", "table.csv"
# Members that are named; a picture has bars for no more.
NAMED = 8
SUGGESTED_DAYS = (1, 3, 7, 30)


class Whose(StrEnum):
    MINE = "mine"
    SERVER = "server"


WHOSE = [app_commands.Choice(name=described(f"command.whose_{whose}"), value=whose.value) for whose in Whose]

usage = app_commands.Group(name="usage", description=described("command.usage"))


@usage.command(name="show", description=described("command.usage_show"))
@app_commands.describe(whose=described("command.usage_whose"))
@app_commands.choices(whose=WHOSE)
async def show(interaction: Interaction, whose: str = Whose.MINE) -> None:
    """The picture may take longer to draw than Discord waits."""
    everybody = whose == Whose.SERVER
    if everybody and await refused_without(interaction, "manage_guild"):
        return
    await interaction.response.defer(ephemeral=True, thinking=True)
    try:
        report = await interaction.client.actions.usage.report(
            read_ask(interaction, Draft(prompt="")), everybody=everybody
        )
    except BadRules:
        await interaction.edit_original_response(content=say(interaction.locale.value, "refusal.rule_unreadable"))
        return
    embed = discord.Embed(
        title=say(interaction.locale.value, f"usage.title_{Whose(whose)}"),
        description="\n\n".join(_parts(report, interaction.locale.value, everybody=everybody)),
    )
    files = []
    if report.chart:
        files = [discord.File(io.BytesIO(report.chart), CHART_NAME)]
        embed.set_image(url=f"attachment://{CHART_NAME}")
    await interaction.edit_original_response(embed=embed, attachments=files)


@usage.command(name="export", description=described("command.usage_export"))
@app_commands.describe(whose=described("command.usage_whose"))
@app_commands.choices(whose=WHOSE)
async def export(interaction: Interaction, whose: str = Whose.MINE) -> None:
    everybody = whose == Whose.SERVER
    if everybody and await refused_without(interaction, "manage_guild"):
        return
    await interaction.response.defer(ephemeral=True, thinking=True)
    member_id = None if everybody else interaction.user.id
    table = await interaction.client.actions.usage.export(interaction.guild_id, member_id)
    note = say(interaction.locale.value, "usage.exported")
    await interaction.edit_original_response(content=note, attachments=[discord.File(io.BytesIO(table), TABLE_NAME)])


@usage.command(name="grant", description=described("command.usage_grant"))
@app_commands.describe(
    member=described("command.grant_member"),
    clips=described("command.grant_clips"),
    until=described("command.grant_until"),
)
@app_commands.guild_only()
async def grant(
    interaction: Interaction, member: discord.Member, clips: app_commands.Range[int, 0, 1000], until: str
) -> None:
    if await refused_without(interaction, "manage_guild") or interaction.guild_id is None:
        return
    locale, ends = interaction.locale.value, read_until(until, clock.now())
    if ends is None:
        await answer_alone(interaction, say(locale, "usage.bad_until"))
        return
    became = await interaction.client.actions.usage.grant(
        interaction.guild_id, member.id, clips, ends, interaction.user.id
    )
    facts = {"member": member.mention, "clips": clips, "until": relative(ends)}
    await answer_alone(interaction, say(locale, f"usage.{became}", **facts))


@grant.autocomplete("until")
@never_failing
async def suggest_until(interaction: Interaction, typed: str) -> Choices:
    locale = interaction.locale.value
    days = [int(typed)] if typed.isascii() and typed.isdigit() and 0 < int(typed[:4]) < 366 else SUGGESTED_DAYS
    return [app_commands.Choice(name=ahead(locale, each * DAY), value=str(each)) for each in days]


def read_until(text: str, now: float) -> float | None:
    """Days from now, or the end of a day ("2026-12-01") in UTC; unix seconds, None for anything else."""
    text = text.strip()
    if text.isascii() and text.isdigit() and len(text) < 5:
        return now + int(text) * DAY
    try:
        day = datetime.datetime.combine(datetime.date.fromisoformat(text), datetime.time.min, datetime.UTC)
    except (ValueError, OverflowError):
        return None
    return day.timestamp() + DAY


def _parts(report: Report, locale: str, *, everybody: bool) -> list[str]:
    total = sum((row.kept for row in report.rows), Amount())
    parts = [say(locale, "usage.total", clips=total.clips, seconds=total.seconds)]
    if spent := money_by_spending(report.rows):
        lines = [say(locale, f"usage.money_{spending}", money=money(locale, sum_)) for spending, sum_ in spent.items()]
        parts.append("\n".join([*lines, say(locale, "usage.estimated")]))
    parts.append(_limits(report.left, locale))
    clips, until = report.granted
    if clips and not everybody:
        parts.append(say(locale, "usage.beyond", clips=clips, until=relative(until)))
    if everybody and (members := by_member(report.rows)[:NAMED]):
        rows = [f"{place}. <@{member_id}> · {clips}" for place, (member_id, clips) in enumerate(members, 1)]
        parts.append("\n".join([say(locale, "usage.members"), *rows]))
    return parts


def _limits(left: tuple[Left, ...], locale: str) -> str:
    if not left:
        return say(locale, "usage.unlimited")
    return "\n".join([say(locale, "usage.limits"), *(f"- {left_text(locale, each)}" for each in left)])


async def setup(bot: DailiesBot) -> None:
    bot.tree.add_command(usage)
