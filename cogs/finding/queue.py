"""`/queue`: who waits here, in the order in which jobs are sent, and how long that takes."""

from collections.abc import Iterable

import discord
from discord import app_commands

from bot.discord_bot import DailiesBot, Interaction
from bot.jobs import Job
from bot.lookup import Lookup
from bot.outlook import Standing

from ..showing.answers import answer_alone
from ..showing.links import card_text
from ..words.plain import beside
from ..words.wording import described, estimate, say, span
from .pages import first_words
from .sight import Sight

# So many of the line are told of, and of whoever asks so many more.
TOLD = 10
OWN_TOLD = 3


@app_commands.command(name="queue", description=described("command.queue"))
async def queue(interaction: Interaction) -> None:
    sight, locale, lookup = Sight(interaction), interaction.locale.value, interaction.client.lookup
    line = await lookup.line()
    here = await _waiting_here(lookup, sight)
    waiting = [(here[job_id], standing) for job_id, standing in line.items() if job_id in here]
    embed = discord.Embed(title=say(locale, "queue.title"))
    facts = {
        "count": len(waiting),
        "total": len(line),
        "active": await lookup.count_at_vendor(),
        "usual": span(locale, lookup.usual.low, lookup.usual.high),
    }
    if waiting:
        rows = [_row(job, standing, sight, locale) for job, standing in _told(waiting, sight.viewer_id)]
        left = len(waiting) - len(rows)
        rows += [say(locale, "queue.more", count=left)] if left else []
        embed.description = "\n".join(rows)
        embed.set_footer(text=say(locale, "queue.count", **facts))
    else:
        embed.description = say(locale, "queue.empty", **facts)
    await answer_alone(interaction, embed=embed)


async def _waiting_here(lookup: Lookup, sight: Sight) -> dict[str, Job]:
    """Those of this server; in direct messages the member's own, wherever they were asked for."""
    if sight.guild_id is None:
        return await lookup.waiting_jobs(asker_id=sight.viewer_id)
    return await lookup.waiting_jobs(guild_id=sight.guild_id)


def _row(job: Job, standing: Standing | None, sight: Sight, locale: str) -> str:
    if sight.sees(job):
        words, asker = first_words(job), beside(job.asker_name, 40)
        what = say(locale, "queue.what", prompt=words, asker=asker, card=card_text(locale, job))
    else:
        what = say(locale, "queue.hidden")
    if job.wait:
        return say(locale, "queue.row_held", what=what)
    if standing is None:
        return say(locale, "queue.row_next", what=what)
    return say(locale, "queue.row", place=standing.place, what=what, wait=estimate(locale, standing.wait))


def _told(waiting: list[tuple[Job, Standing | None]], viewer_id: int) -> Iterable[tuple[Job, Standing | None]]:
    """The first of the line, and those further back whom the member wants to know of most."""
    own = [each for each in waiting[TOLD:] if each[0].asker_id == viewer_id]
    return [*waiting[:TOLD], *own[:OWN_TOLD]]


async def setup(bot: DailiesBot) -> None:
    bot.tree.add_command(queue)
