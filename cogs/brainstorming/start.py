"""`/brainstorm`: a brief is begun, found again, taken up anew, closed."""

import discord
from discord import app_commands

from bot.briefs.brief import IDEAS_MOST, SPANS, TOPIC_MOST, VOTES_MOST, Brief, Format, Halt, Phase, Rules
from bot.discord_bot import DailiesBot, Interaction
from bot.prompt import clean
from bot.video_request import Draft, Refusal

from ..asking.places import refused_here
from ..asking.reading import read_ask
from ..moderating.who import SERVERS_ONLY
from ..showing.answers import answer_alone, answer_openly, answer_refusal
from ..showing.brief_notes import card
from ..showing.links import message_link
from ..words.plain import beside, shorten
from ..words.wording import described, relative, say
from .briefs import doer_of, halted, place_of, visible_briefs

OPTIONS = ("topic", "ideas", "votes", "ends", "director", "format", "secret")
FORMATS = [app_commands.Choice(name=described(f"brief.format_{each}"), value=each.value) for each in Format]
ENDS = [app_commands.Choice(name=described(f"brief.span_{each}"), value=each) for each in SPANS]
# Of a list so many are told: they fit into 4096 characters whatever their topics are. Of suggestions Discord takes so
# many, each of so many characters.
LISTED, SUGGESTED, LABEL_MOST = 10, 25, 100

brainstorm = app_commands.Group(
    name="brainstorm", description=described("brief.command"), allowed_contexts=SERVERS_ONLY
)


@brainstorm.command(name="start", description=described("brief.command_start"))
@app_commands.describe(**{option: described(f"brief.command_{option}") for option in OPTIONS})
@app_commands.choices(format=FORMATS)
@app_commands.choices(ends=ENDS)
async def start(
    interaction: Interaction,
    topic: app_commands.Range[str, 1, TOPIC_MOST],
    ideas: app_commands.Range[int, 1, IDEAS_MOST] | None = None,
    votes: app_commands.Range[int, 1, VOTES_MOST] = Rules.votes,
    ends: int | None = None,
    director: discord.Member | None = None,
    format: str = Format.PHASES,
    secret: bool = False,
) -> None:
    locale = interaction.locale.value
    rules = Rules(ideas=ideas, votes=votes, lasts=ends, format=Format(format), secret=secret)
    refusal = await refused_here(interaction)
    ask = read_ask(interaction, Draft(prompt=clean(topic)))
    if not ask.draft.prompt or (director and director.bot):
        key = "brief.no_topic" if not ask.draft.prompt else "brief.no_director"
        await answer_alone(interaction, say(locale, key), topic)
        return
    leads = director.id if director else interaction.user.id
    brief = refusal or await interaction.client.actions.briefs.start(ask, rules, leads)
    if isinstance(brief, Refusal):
        await answer_refusal(interaction, brief, topic)
    # an answer that is lost is looked for, and said again, by whoever tends briefs
    elif brief and (card_id := await answer_openly(interaction, brief.id, embed=card(brief))):
        await interaction.client.actions.briefs.card_shown(brief, card_id)


@brainstorm.command(name="list", description=described("brief.command_list"))
async def list_briefs(interaction: Interaction) -> None:
    locale = interaction.locale.value
    found = await visible_briefs(interaction)
    rows = [_row(brief, locale) for brief in found[:LISTED]]
    text = "\n".join(rows) if rows else say(locale, "brief.list_empty")
    embed = discord.Embed(title=say(locale, "brief.list_title"), description=text)
    if len(found) > LISTED:
        embed.set_footer(text=say(locale, "brief.list_more", count=len(found) - LISTED))
    await answer_alone(interaction, embed=embed)


@brainstorm.command(name="resume", description=described("brief.command_resume"))
@app_commands.describe(brief=described("brief.command_brief"))
async def resume(interaction: Interaction, brief: str | None = None) -> None:
    locale = interaction.locale.value
    meant = await _meant(interaction, brief)
    if meant is None:
        await answer_alone(interaction, say(locale, "brief.unknown" if brief else "brief.none_here"))
        return
    outcome = await interaction.client.actions.briefs.resume(meant.id, doer_of(interaction))
    if isinstance(outcome, Halt):
        await halted(interaction, outcome, meant)
    else:
        await answer_alone(interaction, say(locale, "brief.resumed", link=_link(outcome)))


@brainstorm.command(name="close", description=described("brief.command_close"))
async def close(interaction: Interaction) -> None:
    locale = interaction.locale.value
    meant = await _meant(interaction, None)
    if meant is None:
        await answer_alone(interaction, say(locale, "brief.none_here"))
        return
    outcome = await interaction.client.actions.briefs.move(meant.id, meant.step, Phase.CLOSED, doer_of(interaction))
    if isinstance(outcome, Halt):
        await halted(interaction, outcome, meant)
    else:
        await answer_alone(interaction, say(locale, "brief.closed"))


@resume.autocomplete("brief")
async def suggest(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
    found = [brief for brief in await visible_briefs(interaction) if typed.casefold() in brief.topic.casefold()]
    return [app_commands.Choice(name=shorten(one.topic, LABEL_MOST), value=one.id) for one in found[:SUGGESTED]]


async def _meant(interaction: Interaction, brief_id: str | None) -> Brief | None:
    if brief_id is None:
        return await interaction.client.lookup.brief_of_place(interaction.channel_id or 0)
    return next((brief for brief in await visible_briefs(interaction) if brief.id == brief_id), None)


def _row(brief: Brief, locale: str) -> str:
    facts = {
        "topic": beside(brief.topic, 80),
        "phase": say(locale, f"brief.phase_{'free' if brief.is_free and not brief.is_closed else brief.phase}"),
        "changed": relative(brief.changed_at),
        "link": _link(brief),
    }
    return say(locale, "brief.list_row", **facts)


def _link(brief: Brief) -> str:
    return message_link(brief.guild_id, place_of(brief), brief.board_id or brief.card_id or 0)


async def setup(bot: DailiesBot) -> None:
    bot.tree.add_command(brainstorm)
