"""`/clips`: lists of jobs, page by page, and any clip once more, from the message that Discord keeps."""

import asyncio
import logging

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord_bot import DailiesBot
from bot.errors import ShowTroubled
from bot.finding import UNLISTED, Cursor, Page, Search, StateGroup, read_pointer
from bot.jobs import Job, Status
from bot.tracker import Post

from ..showing.posting import FileTooLarge
from ..words.wording import described, estimate, relative, say
from .clip_answer import clip_embeds, clip_place, send_clips
from .pages import (
    NEWER,
    PER_PAGE,
    PageButton,
    Scope,
    card_text,
    first_words,
    message_link,
    page_buttons,
    page_embed,
    state_text,
    suggestion,
)
from .sight import Sight
from .stored_clips import ClipsGone, clip_posts

log = logging.getLogger(__name__)

# Discord gives a suggestion three seconds and takes at most 25.
SUGGEST_WITHIN = 2.0
SUGGESTED = 25
# Each clip on its way from Discord to Discord is held in memory, and may have 100 MB.
SHOWN_AT_ONCE = 2

SCOPES = [app_commands.Choice(name=described(f"command.scope_{scope}"), value=scope.value) for scope in Scope]
STATES = [app_commands.Choice(name=described(f"command.state_{group}"), value=group.value) for group in StateGroup]


class Clips(commands.Cog):
    def __init__(self, bot: DailiesBot) -> None:
        self.bot = bot
        self.store = bot.store
        self._showing = asyncio.Semaphore(SHOWN_AT_ONCE)

    async def cog_load(self) -> None:
        self.bot.add_dynamic_items(PageButton)

    async def cog_unload(self) -> None:
        self.bot.remove_dynamic_items(PageButton)

    clips = app_commands.Group(
        name="clips",
        description=described("command.clips"),
        allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=False),
    )

    # --- lists

    @clips.command(name="list", description=described("command.clips_list"))
    @app_commands.describe(scope=described("command.clips_scope"), state=described("command.clips_state"))
    @app_commands.choices(scope=SCOPES, state=STATES)
    async def list_clips(self, interaction: discord.Interaction, scope: str = Scope.MINE, state: str = "any") -> None:
        asked, group, locale = Scope(scope), StateGroup(state), interaction.locale.value
        page = await self._page(interaction, asked, group)
        view = page_buttons(page, asked, group, locale) or discord.utils.MISSING
        embed = page_embed(page, asked, group, self.bot.catalogue, locale)
        await interaction.response.send_message(embed=embed, view=view, ephemeral=True)

    @commands.Cog.listener()
    async def on_clips_page(self, interaction: discord.Interaction, pressed: PageButton) -> None:
        try:
            await self._turn(interaction, pressed)
        except Exception as error:  # a listener's exception reaches nobody: hand it to the place that answers
            self.bot.dispatch("interaction_trouble", interaction, error)

    async def _turn(self, interaction: discord.Interaction, pressed: PageButton) -> None:
        scope, group, locale = pressed.scope, pressed.group, interaction.locale.value
        page = await self._page(interaction, scope, group, pressed.cursor, newer=pressed.side == NEWER)
        embed = page_embed(page, scope, group, self.bot.catalogue, locale)
        await interaction.response.edit_message(embed=embed, view=page_buttons(page, scope, group, locale))

    async def _page(
        self,
        interaction: discord.Interaction,
        scope: Scope,
        group: StateGroup,
        cursor: Cursor | None = None,
        *,
        newer: bool = False,
    ) -> Page:
        """What this member may see at this moment, whatever an older page showed."""
        search = _search(Sight(interaction), scope, group)
        return await self.store.page(search, PER_PAGE, cursor, newer=newer)

    # --- one clip

    @clips.command(name="show", description=described("command.clips_show"))
    @app_commands.describe(clip=described("command.clips_clip"))
    async def show_clip(self, interaction: discord.Interaction, clip: str) -> None:
        locale = interaction.locale.value
        job = await self._find(clip)
        family = await self.store.family(job.id) if job else []
        channels = await self.store.card_channels(kin.channel_id for kin in family)
        sight = Sight(interaction, channels)
        if job is None or job.status in UNLISTED or not sight.sees(job):
            # the same words for both: whether there is such a clip is nobody's business
            await interaction.response.send_message(say(locale, "clips.unknown"), ephemeral=True)
            return
        posts = clip_posts(await self.store.posts(job.id))
        if job.status is not Status.COMPLETED or not posts:
            await interaction.response.send_message(await self._standing(job, locale), ephemeral=True)
            return
        place = clip_place(job, posts[0])
        if place != job.channel_id and job.asker_id != sight.viewer_id:
            # it was delivered in direct messages
            await interaction.response.send_message(
                say(locale, "clips.gone", card=card_text(locale, job)), ephemeral=True
            )
            return
        is_public = sight.shares(place)
        # reading may take longer than Discord waits
        await interaction.response.defer(ephemeral=not is_public, thinking=True)
        embeds = clip_embeds(job, family, sight, self.bot.catalogue, locale, is_public=is_public)
        async with self._showing:
            problem = await self._send(interaction, job, posts[0], embeds, is_public=is_public)
        if problem:
            await interaction.edit_original_response(content=problem, embeds=[], attachments=[])

    @show_clip.autocomplete("clip")
    async def suggest(self, interaction: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        try:
            async with asyncio.timeout(SUGGEST_WITHIN):
                found = await self.store.recent_prompts(interaction.user.id, current.strip(), SUGGESTED)
        except Exception as error:  # no suggestion is better than a fault while somebody types
            log.warning("No suggestions: %s", type(error).__name__)
            return []
        locale = interaction.locale.value
        return [app_commands.Choice(name=suggestion(recent, locale), value=recent.id) for recent in found]

    async def _find(self, text: str) -> Job | None:
        """The job that was chosen, or whose id or link was pasted."""
        pointer = read_pointer(text)
        if pointer is None:
            return None
        if pointer.job_id:
            return await self.store.find(pointer.job_id)
        job = await self.store.job_of_message(pointer.message_id) if pointer.message_id else None
        # any message of a job's thread means the job
        return job or (await self.store.job_of_card(pointer.channel_id) if pointer.channel_id else None)

    async def _send(
        self, interaction: discord.Interaction, job: Job, post: Post, embeds: list[discord.Embed], *, is_public: bool
    ) -> str | None:
        """What to say instead, when the clip cannot be shown."""
        locale = interaction.locale.value
        try:
            await send_clips(self.bot, interaction, job, embeds, is_public=is_public)
        except FileTooLarge:
            guild_id = job.guild_id if clip_place(job, post) == job.channel_id else None
            return say(locale, "clips.too_large", link=message_link(guild_id, post.channel_id, post.message_id))
        except ClipsGone as error:
            log.info("The clip cannot be shown: %s", error, extra={"job": job.id})
            return say(locale, "clips.gone", card=card_text(locale, job))
        except ShowTroubled as error:
            log.warning("The clip cannot be shown for now: %s", error, extra={"job": job.id})
            return say(locale, "clips.troubled")
        return None

    async def _standing(self, job: Job, locale: str) -> str:
        """How a job stands of which there is no clip to show."""
        facts = {
            "prompt": first_words(job),
            "state": state_text(locale, job),
            "since": relative(job.status_since),
            "card": card_text(locale, job),
        }
        if job.status is Status.COMPLETED:
            return say(locale, "clips.on_its_way", **facts)
        standing = (await self.bot.tracker.queue()).get(job.id) if job.status is Status.QUEUED else None
        if standing is None:
            return say(locale, "clips.not_there", **facts)
        return say(locale, "clips.in_line", place=standing.place, wait=estimate(locale, standing.wait), **facts)


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
    await bot.add_cog(Clips(bot))
