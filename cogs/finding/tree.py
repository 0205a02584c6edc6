"""The family of a clip as a picture, for whoever presses alone; and how any family is drawn and brought to them."""

import io
from collections.abc import Mapping

import discord

from bot.actions import StoredClip
from bot.discord_bot import DailiesBot, Interaction
from bot.display import Post
from bot.finding import UNLISTED
from bot.jobs import Job
from bot.lineage import Family, Portrait, family_of_job, has_poster

from ..pressing.components import Press
from ..showing.answers import answer_alone
from ..words.wording import say
from .clip_shown import clip_channel
from .sight import Sight
from .stored_clips import read_clip, stored_clips
from .tree_words import alt_text, portraits_of

PICTURE = "tree.jpg"


async def show_tree(press: Press) -> None:
    """Of the job that the button names, as far as whoever pressed may see it."""
    interaction, lookup = press.interaction, press.bot.lookup
    jobs = await lookup.family(press.subject)
    job = next((each for each in jobs if each.id == press.subject), None)
    sight = await sight_of(interaction, jobs)
    if job is None or not may_show(job, sight):
        # the same words for both: whether there is such a clip is nobody's business
        await answer_alone(interaction, say(press.locale, "clips.unknown"))
        return
    await interaction.response.defer(ephemeral=True, thinking=True)
    taken = await lookup.taken(each.id for each in jobs)
    family = family_of_job(jobs, job.id, taken, lambda each: may_show(each, sight))
    await answer_tree(interaction, family, say(press.locale, "family.title"), sight)


async def sight_of(interaction: Interaction, jobs: list[Job]) -> Sight:
    """What whoever pressed sees, of the channels of these jobs too that stand on a card."""
    return Sight(interaction, await interaction.client.lookup.card_channels(job.channel_id for job in jobs))


def may_show(job: Job, sight: Sight) -> bool:
    return not job.is_emptied and job.status not in UNLISTED and sight.sees(job)


async def answer_tree(
    interaction: Interaction,
    family: Family,
    title: str,
    sight: Sight,
    pictures: Mapping[str, bytes] | None = None,
) -> None:
    """Fill the deferred answer with the picture of a family; `pictures` are those of ideas, by their ids in it."""
    bot, locale = interaction.client, interaction.locale.value

    def portraits(posters: Mapping[str, bytes]) -> list[Portrait]:
        return portraits_of(family, {**(pictures or {}), **posters}, bot.lookup.catalogue, locale)

    clips = await _clips(bot, family, sight)
    drawn = await bot.actions.lineages.picture(
        interaction.user.id, clips, lambda post: _find(bot, post), portraits, title
    )
    if drawn is None:
        await interaction.edit_original_response(content=say(locale, "family.undrawn"))
        return
    file = discord.File(io.BytesIO(drawn.picture), PICTURE, description=alt_text(family, locale))
    text = _said(family, drawn.left_out, locale)
    await interaction.edit_original_response(content=text, attachments=[file])


async def _clips(bot: DailiesBot, family: Family, sight: Sight) -> dict[str, Post]:
    """The messages that bring the clips of its members, as far as these may be looked at; the nearest first."""
    members = {kin.id: kin for kin in family.members}
    shown = {id: job for id in family.nearest if has_poster(members[id]) and (job := members[id].job)}
    posts = await bot.lookup.first_clips(shown)
    return {id: posts[id] for id, job in shown.items() if id in posts and _may_look(job, posts[id], sight)}


def _may_look(job: Job, post: Post, sight: Sight) -> bool:
    """What was delivered elsewhere, in direct messages or a private thread, is for its asker alone."""
    return clip_channel(job, post) == job.channel_id or job.asker_id == sight.viewer_id


async def _find(bot: DailiesBot, post: Post) -> StoredClip | None:
    """Raises ClipsGone, ShowTroubled."""
    clip, *_ = await stored_clips(bot, [post])
    return None if clip.is_spoiler() else StoredClip(size=clip.size, read=lambda: read_clip(clip))


def _said(family: Family, left_out: int, locale: str) -> str | None:
    if more := family.left_out + left_out:
        return say(locale, "family.more", count=more)
    return say(locale, "family.alone") if len(family.members) == 1 else None
