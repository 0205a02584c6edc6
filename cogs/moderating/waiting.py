"""`/reviews`: what waits for a moderator in this server, the oldest first, for those who may decide."""

from collections.abc import Iterator
from dataclasses import replace

import discord
from discord import app_commands

from bot.discord_bot import DailiesBot, Interaction
from bot.errors import BadRules
from bot.jobs import Job
from bot.reviews import Review, Reviewer, may_review
from bot.server_rules.document import Document
from bot.server_rules.rules import Review as Rule

from ..finding.pages import first_words, state_text
from ..pressing.components import Press, button, view
from ..showing.answers import answer_alone
from ..showing.links import message_link
from ..words.wording import described, relative, say
from .reviewing import read_reviewer

PER_PAGE = 8
# Whoever has so many to decide about begins with the oldest.
MOST = 500


@app_commands.command(name="reviews", description=described("command.reviews"))
@app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
async def reviews(interaction: Interaction) -> None:
    found = await _waiting(interaction)
    if found is None:
        await answer_alone(interaction, say(interaction.locale.value, "reviewing.not_yours"))
        return
    embed, turns = _page(found, 0, interaction.locale.value)
    await answer_alone(interaction, embed=embed, view=turns)


async def turn(press: Press) -> None:
    """Another page, in place of the one on which the button stands."""
    found = await _waiting(press.interaction)
    if found is None or not press.subject.isdecimal():
        await answer_alone(press.interaction, say(press.locale, "reviewing.not_yours"))
        return
    embed, turns = _page(found, int(press.subject), press.locale)
    await press.interaction.response.edit_message(embed=embed, view=turns)


async def _waiting(interaction: Interaction) -> list[tuple[Review, Job]] | None:
    """What this member may decide about; None for whoever may decide about nothing here."""
    lookup, guild_id = interaction.client.lookup, interaction.guild_id
    if guild_id is None:
        return None
    try:
        document = await lookup.rules(guild_id)
    except BadRules:
        return None
    if not any(_may_decide(interaction, rule) for rule in _rules(document)):
        return None
    waiting = await lookup.waiting_reviews(guild_id, MOST)
    return [each for each in waiting if _may_decide(interaction, document.rules_in(each[1].places).review)]


def _rules(document: Document) -> Iterator[Rule]:
    """How it is decided in the server, and where it is decided otherwise."""
    yield document.rules_in(()).review
    for channel_id in document.channels:
        yield document.rules_in((channel_id,)).review


def _may_decide(interaction: Interaction, rule: Rule) -> bool:
    return may_review(_as_if_there(interaction, rule), rule)


def _as_if_there(interaction: Interaction, rule: Rule) -> Reviewer:
    """The member as they would be in the review channel."""
    reviewer, member, guild = read_reviewer(interaction), interaction.user, interaction.guild
    if reviewer.channel_id == rule.channel or guild is None or not isinstance(member, discord.Member):
        return reviewer
    channel = guild.get_channel(rule.channel or 0)
    if channel is None:
        return replace(reviewer, manages=False)
    granted = channel.permissions_for(member)
    return replace(reviewer, channel_id=channel.id, manages=granted.view_channel and granted.manage_messages)


def _page(found: list[tuple[Review, Job]], number: int, locale: str) -> tuple[discord.Embed, discord.ui.View | None]:
    last_page = max(0, (len(found) - 1) // PER_PAGE)
    number = min(number, last_page)
    shown = found[number * PER_PAGE : (number + 1) * PER_PAGE]
    title = say(locale, "reviewing.list_title")
    if not shown:
        return discord.Embed(title=title, description=say(locale, "reviewing.list_empty")), None
    embed = discord.Embed(title=title, description="\n\n".join(_row(each, job, locale) for each, job in shown))
    first = number * PER_PAGE + 1
    count = say(locale, "reviewing.list_count", first=first, last=first + len(shown) - 1, total=len(found))
    embed.set_footer(text=count)
    sides = [(number - 1, "clips.previous"), (number + 1, "clips.next")]
    turns = [button("reviews", str(to), say(locale, key)) for to, key in sides if 0 <= to <= last_page]
    return embed, view(*turns) if turns else None


def _row(review: Review, job: Job, locale: str) -> str:
    facts = {
        "prompt": first_words(job),
        "asker": f"<@{job.asker_id}>",
        "state": state_text(locale, job),
        "since": relative(review.asked_at),
        "link": _link(review, locale),
    }
    return say(locale, "reviewing.list_row", **facts)


def _link(review: Review, locale: str) -> str:
    if review.channel_id is None or review.message_id is None:
        return say(locale, "reviewing.list_unseen")
    return say(
        locale,
        "reviewing.list_link",
        link=message_link(review.guild_id, review.channel_id, review.message_id),
    )


async def setup(bot: DailiesBot) -> None:
    bot.tree.add_command(reviews)
