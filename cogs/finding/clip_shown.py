"""A clip once more: who may see it here, what is said with it, and bringing its file to the answer."""

import asyncio
import io
import logging
from collections.abc import Collection
from dataclasses import dataclass

import discord

from bot.catalogue import Catalogue
from bot.discord_bot import Interaction
from bot.display import DEFAULT_UPLOAD, Post
from bot.errors import FileTooLarge, ShowTroubled
from bot.finding import UNLISTED
from bot.jobs import Job, Status
from bot.lineage import blind_among
from bot.video_request import Draft, Refusal

from ..asking.reading import read_ask
from ..showing.answers import answer_alone
from ..showing.batch_notes import won_text
from ..showing.buttons import buttons
from ..showing.discord_errors import is_too_large
from ..showing.links import card_text, message_link
from ..showing.refusals import refusal_text
from ..words.plain import beside, safe
from ..words.wording import estimate, relative, say
from .family import family_tree
from .pages import facts_text, first_words, state_text
from .sight import Sight
from .stored_clips import ClipsGone, clip_posts, read_clip, stored_clips

log = logging.getLogger(__name__)

PROMPT_SHOWN = 1500  # characters; with the family it has to stay below the 6000 of a message's embeds
# Each clip on its way from Discord to Discord is held in memory, and may have 100 MB.
SHOWN_AT_ONCE = asyncio.Semaphore(2)


async def show_clip(interaction: Interaction, job: Job | None) -> None:
    lookup, locale = interaction.client.lookup, interaction.locale.value
    family = await lookup.family(job.id) if job else []
    sight = Sight(interaction, await lookup.card_channels(kin.channel_id for kin in family))
    if job is None or job.is_emptied or job.status in UNLISTED or not sight.sees(job):
        # the same words for both: whether there is such a clip is nobody's business
        await answer_alone(interaction, say(locale, "clips.unknown"))
        return
    posts = clip_posts(await lookup.posts(job.id))
    if job.status is not Status.COMPLETED or not posts:
        await answer_alone(interaction, await _standing(interaction, job))
        return
    channel_id = clip_channel(job, posts[0])
    if channel_id != job.channel_id and job.asker_id != sight.viewer_id:
        # it was delivered in direct messages
        await answer_alone(interaction, say(locale, "clips.gone", card=card_text(locale, job)))
        return
    terms = await _terms(interaction, job, sight, channel_id)
    is_public = terms.is_public
    # reading may take longer than Discord waits
    deferred = await interaction.response.defer(ephemeral=not is_public, thinking=True)
    message_id = deferred.message_id if deferred else None
    if is_public and not await _is_kept(interaction, job, message_id or (await interaction.original_response()).id):
        await interaction.edit_original_response(content=say(locale, "clips.unknown"))
        return
    blind = blind_among(family, await lookup.taken(kin.id for kin in family))
    embeds = clip_embeds(job, family, sight, lookup.catalogue, locale, is_public=is_public, blind=blind)
    taken = await lookup.take_of(job.id)
    if taken and taken[1].number == taken[0].batch.winner:
        embeds[0].title = won_text(*taken, locale)
    async with SHOWN_AT_ONCE:
        problem = await _send(interaction, job, posts, embeds, terms)
    if problem:
        await interaction.edit_original_response(content=problem, embeds=[], attachments=[])


def clip_channel(job: Job, post: Post) -> int:
    """The channel whose members see the clip: a thread on the card is as open as the card's channel."""
    return job.channel_id if post.channel_id in (job.card_id, job.channel_id) else post.channel_id


def clip_embeds(
    job: Job,
    family: list[Job],
    sight: Sight,
    catalogue: Catalogue,
    locale: str,
    *,
    is_public: bool,
    blind: Collection[str],
) -> list[discord.Embed]:
    """The prompt and who asked for it, and the family as far as whoever reads this may see it.

    Of those that are `blind` it is not told which model made them.
    """
    facts = {
        "prompt": safe(job.request.prompt, PROMPT_SHOWN, PROMPT_SHOWN),
        "asker": beside(job.asker_name, 40),
        "facts": facts_text(job, catalogue, locale, blind=job.id in blind),
        "when": relative(job.created_at),
        "card": card_text(locale, job),
        "id": job.id,
    }
    embeds = [discord.Embed(description=say(locale, "clips.shown", **facts))]

    def may_show(kin: Job) -> bool:
        return not kin.is_emptied and sight.sees(kin) and (not is_public or sight.shares(kin.channel_id))

    tree = family_tree(family, job, catalogue, locale, may_show, blind)
    return embeds + ([discord.Embed(title=say(locale, "family.title"), description=tree)] if tree else [])


@dataclass(frozen=True, kw_only=True)
class Terms:
    """How a clip may be shown once more; `private` is what to say where only whoever asks may see it."""

    private: str | None = None
    spoiler: bool = False

    @property
    def is_public(self) -> bool:
        return self.private is None


async def _terms(interaction: Interaction, job: Job, sight: Sight, channel_id: int) -> Terms:
    locale = interaction.locale.value
    if not sight.shares(channel_id):
        return Terms(private=say(locale, "clips.private"))
    if interaction.guild_id is None:
        return Terms()
    ask = read_ask(interaction, Draft(prompt=job.request.prompt))
    found = await interaction.client.actions.submission.look_at_showing(ask, job)
    if isinstance(found, Refusal):
        return Terms(private=say(locale, "clips.private_rule", sentence=refusal_text(locale, found)))
    return Terms(spoiler=found)


async def _is_kept(interaction: Interaction, job: Job, message_id: int) -> bool:
    """Have the message known before it has the clip, so that whoever takes that away finds it; False when they did."""
    moderation = interaction.client.actions.moderation
    return await moderation.keep_copy(job, interaction.channel_id or 0, message_id)


async def _send(
    interaction: Interaction, job: Job, posts: list[Post], embeds: list[discord.Embed], terms: Terms
) -> str | None:
    """What to say instead, when the clip cannot be shown."""
    locale = interaction.locale.value
    try:
        await _send_clips(interaction, job, posts, embeds, terms)
    except FileTooLarge:
        post = posts[0]
        guild_id = job.guild_id if clip_channel(job, post) == job.channel_id else None
        return say(locale, "clips.too_large", link=message_link(guild_id, post.channel_id, post.message_id))
    except ClipsGone as error:
        log.info("The clip cannot be shown: %s", error, extra={"job": job.id})
        return say(locale, "clips.gone", card=card_text(locale, job))
    except ShowTroubled as error:
        log.warning("The clip cannot be shown for now: %s", error, extra={"job": job.id})
        return say(locale, "clips.troubled")
    return None


async def _send_clips(
    interaction: Interaction, job: Job, posts: list[Post], embeds: list[discord.Embed], terms: Terms
) -> None:
    """Fill the deferred answer; one message a clip, what there is to say is with the first.

    Raises FileTooLarge, ClipsGone, and ShowTroubled when Discord does not give the clip for now.
    """
    clips = await stored_clips(interaction.client, posts)
    limit = interaction.guild.filesize_limit if interaction.guild else DEFAULT_UPLOAD
    if any(clip.size > limit for clip in clips):
        raise FileTooLarge(f"more than {limit} bytes")
    for part, clip in enumerate(clips):
        file = discord.File(
            io.BytesIO(await read_clip(clip)), clip.filename, spoiler=terms.spoiler or clip.is_spoiler()
        )
        try:
            if part == 0:
                is_here = terms.is_public and interaction.guild_id is not None
                verbs = (*(["tree"] if len(embeds) > 1 else []), *(["report"] if is_here else []))
                offered = buttons(job, *verbs, locale=interaction.locale.value)
                await interaction.edit_original_response(
                    content=terms.private, embeds=embeds, attachments=[file], view=offered
                )
            else:
                sent = await interaction.followup.send(file=file, ephemeral=not terms.is_public, wait=True)
                if terms.is_public and not await _is_kept(interaction, job, sent.id):
                    await sent.delete()
        except discord.HTTPException as error:
            if is_too_large(error):
                raise FileTooLarge(str(error)) from error
            raise


async def _standing(interaction: Interaction, job: Job) -> str:
    """How a job stands of which there is no clip to show."""
    locale = interaction.locale.value
    facts = {
        "prompt": first_words(job),
        "state": state_text(locale, job),
        "since": relative(job.status_since),
        "card": card_text(locale, job),
    }
    if job.status is Status.COMPLETED:
        return say(locale, "clips.on_its_way", **facts)
    standing = (await interaction.client.lookup.line()).get(job.id) if job.status is Status.QUEUED else None
    if standing is None:
        return say(locale, "clips.not_there", **facts)
    return say(locale, "clips.in_line", place=standing.place, wait=estimate(locale, standing.wait), **facts)
