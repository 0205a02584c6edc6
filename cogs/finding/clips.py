"""`/clips`: lists of jobs, page by page, and any clip once more."""

import discord
from discord import app_commands

from bot.discord_bot import DailiesBot, Interaction
from bot.finding import Cursor, Page, Search, StateGroup, read_pointer
from bot.jobs import Job
from bot.lineage import blind_among

from ..asking.suggestions import Choices, never_failing
from ..pressing.components import Press
from ..showing.answers import answer_alone
from ..words.wording import described, say
from .clip_shown import show_clip
from .pages import PER_PAGE, Scope, page_buttons, page_embed, read_turn, suggested, suggestion
from .sight import Sight

# Discord takes at most so many suggestions.
SUGGESTED = 25

SCOPES = [app_commands.Choice(name=described(f"command.scope_{scope}"), value=scope.value) for scope in Scope]
STATES = [app_commands.Choice(name=described(f"command.state_{group}"), value=group.value) for group in StateGroup]

clips = app_commands.Group(name="clips", description=described("command.clips"))


@clips.command(name="list", description=described("command.clips_list"))
@app_commands.describe(scope=described("command.clips_scope"), state=described("command.clips_state"))
@app_commands.choices(scope=SCOPES, state=STATES)
async def list_clips(interaction: Interaction, scope: str = Scope.MINE, state: str = "any") -> None:
    asked, group, locale = Scope(scope), StateGroup(state), interaction.locale.value
    page = await _page(interaction, asked, group)
    embed = await _embed(interaction, page, asked, group)
    await answer_alone(interaction, embed=embed, view=page_buttons(page, asked, group, locale))


async def turn(press: Press) -> None:
    """Another page of a list, in place of the one on which the button stands."""
    wanted = read_turn(press.subject, press.argument)
    if wanted is None:
        await answer_alone(press.interaction, say(press.locale, "error.unknown_button"))
        return
    page = await _page(press.interaction, wanted.scope, wanted.group, wanted.cursor, newer=wanted.newer)
    embed = await _embed(press.interaction, page, wanted.scope, wanted.group)
    view = page_buttons(page, wanted.scope, wanted.group, press.locale)
    await press.interaction.response.edit_message(embed=embed, view=view)


@clips.command(name="show", description=described("command.clips_show"))
@app_commands.describe(clip=described("command.clips_clip"))
async def show(interaction: Interaction, clip: str) -> None:
    lookup, pointer = interaction.client.lookup, read_pointer(clip)
    await show_clip(interaction, await lookup.find_meant(pointer) if pointer else await _suggested(interaction, clip))


async def _suggested(interaction: Interaction, text: str) -> Job | None:
    """The job of a suggestion, where Discord sends back the suggestion's text in place of the id."""
    lookup = interaction.client.lookup
    found = suggested(text, await lookup.recent_prompts(interaction.user.id), interaction.locale.value)
    return await lookup.find(found.id) if found else None


@show.autocomplete("clip")
@never_failing
async def suggest(interaction: Interaction, typed: str) -> Choices:
    lookup, locale = interaction.client.lookup, interaction.locale.value
    found = await lookup.recent_prompts(interaction.user.id, typed.strip(), SUGGESTED)
    return [app_commands.Choice(name=suggestion(recent, locale), value=recent.id) for recent in found]


async def _embed(interaction: Interaction, page: Page, scope: Scope, group: StateGroup) -> discord.Embed:
    lookup = interaction.client.lookup
    blind = blind_among(page.jobs, await lookup.taken(job.id for job in page.jobs))
    return page_embed(page, scope, group, lookup.catalogue, interaction.locale.value, blind=blind)


async def _page(
    interaction: Interaction, scope: Scope, group: StateGroup, cursor: Cursor | None = None, *, newer: bool = False
) -> Page:
    """What this member may see at this moment, whatever an older page showed."""
    search = _search(Sight(interaction), scope, group)
    return await interaction.client.lookup.page(search, PER_PAGE, cursor, newer=newer)


def _search(sight: Sight, scope: Scope, group: StateGroup) -> Search:
    """In direct messages there is nobody else's to be seen."""
    if scope is Scope.MINE or sight.guild_id is None:
        return Search(viewer_id=sight.viewer_id, group=group)
    if scope is Scope.CHANNEL:
        channels, channel_id = frozenset(filter(sight.reads, sight.here)), sight.channel_id
    else:
        channels, channel_id = sight.readable(), None
    return Search(
        viewer_id=sight.viewer_id, channels=channels, guild_id=sight.guild_id, channel_id=channel_id, group=group
    )


async def setup(bot: DailiesBot) -> None:
    bot.tree.add_command(clips)
