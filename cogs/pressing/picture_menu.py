"""The message command "Animate picture": any message that shows a picture or a clip, and a form for the prompt."""

import asyncio

import discord
from discord import app_commands

from bot import clock
from bot.discord_bot import DailiesBot, Interaction
from bot.display import Post
from bot.drafts import Form, Link, SavedDraft
from bot.errors import ShowTroubled
from bot.jobs import UNPUBLISHED, Job, Status, job_id
from bot.video_request import Draft, Refusal

from ..asking.places import refused_here
from ..asking.reading import clips_of, parts_of, pictures_of, read_attachment
from ..asking.sending import answer_form
from ..finding.clip_shown import clip_channel
from ..finding.sight import Sight
from ..finding.stored_clips import ClipsGone, clip_posts, stored_clips
from ..showing.answers import answer_alone, answer_refusal
from ..showing.links import card_text
from ..showing.posting import once_written
from ..words.wording import described, say
from .variations import open_form

# Discord wants the form within three seconds.
FIND_WITHIN = 1.8


@app_commands.context_menu(name=described("command.menu_animate"))
async def animate(interaction: Interaction, message: discord.Message) -> None:
    if refusal := await refused_here(interaction):
        await answer_refusal(interaction, refusal)
        return
    job = await _job_of(interaction, message)
    if job and job.status in UNPUBLISHED:
        await answer_refusal(interaction, Refusal(code="no_picture_there"))
        return
    if job and await interaction.client.lookup.hides_model(job):
        await answer_refusal(interaction, Refusal(code="blind"))
        return
    match _meant(message, job) if job else None, job:
        case Form.CONTINUE, Job():
            await _go_on(interaction, message, job)
        case Form.ANIMATE, Job():
            await open_form(interaction, job, Form.ANIMATE, draft=Draft(prompt=""))
        case _:
            await _animate_shown(interaction, message)


async def _animate_shown(interaction: Interaction, message: discord.Message) -> None:
    pictures = pictures_of(message)
    links = pictures or clips_of(message)[:1]
    if not links:
        await answer_refusal(interaction, Refusal(code="no_picture_there"))
        return
    saved = SavedDraft(
        id=job_id(interaction.id),
        author_id=interaction.user.id,
        form=Form.ANIMATE if pictures else Form.CONTINUE,
        draft=Draft(prompt=""),
        changed_at=clock.now(),
        links=links,
        picked=0,
    )
    await answer_form(interaction, saved)


# --- what the bot said of a job: the pictures on a card are small, and stand for something


async def _job_of(interaction: Interaction, message: discord.Message) -> Job | None:
    """The job that a message of the bot is about, or a forwarded copy of one, if whoever asks may see it."""
    job = await interaction.client.lookup.job_of_message(_original(message))
    if job is None or job.is_emptied:
        return None
    sight = Sight(interaction, await interaction.client.lookup.card_channels([job.channel_id]))
    return job if sight.sees(job) else None


def _original(message: discord.Message) -> int:
    forwarded = message.reference.message_id if message.message_snapshots and message.reference else None
    return forwarded or message.id


def _meant(message: discord.Message, job: Job) -> Form | None:
    """Large on a card is a frame of its clip, small the picture to start from; of a hidden one neither is on it."""
    embeds = [embed for part in parts_of(message) for embed in part.embeds]
    is_hidden = job.spoiler and _original(message) == job.card_id and job.status is not Status.DELETED
    if clips_of(message) or any(embed.image.url for embed in embeds) or (is_hidden and job.status is Status.COMPLETED):
        return Form.CONTINUE
    return Form.ANIMATE if is_hidden or any(embed.thumbnail.url for embed in embeds) else None


async def _go_on(interaction: Interaction, message: discord.Message, job: Job) -> None:
    """From the clip in the message, or the one of which the card shows a frame."""
    locale = interaction.locale.value
    try:
        async with asyncio.timeout(FIND_WITHIN):
            link = next(iter(clips_of(message)), None) or await _stored_clip(interaction, job)
    except ClipsGone:
        await answer_alone(interaction, say(locale, "clips.gone", card=card_text(locale, job)))
    except (ShowTroubled, TimeoutError):
        await answer_alone(interaction, say(locale, "clips.troubled"))
    else:
        await open_form(interaction, job, Form.CONTINUE, link)


async def _stored_clip(interaction: Interaction, job: Job) -> Link | None:
    """Raises ClipsGone, also where it went to its asker alone, and ShowTroubled."""
    bot = interaction.client
    posts = await once_written(lambda: _posts(bot, job))
    if not posts or (clip_channel(job, posts[0]) != job.channel_id and interaction.user.id != job.asker_id):
        raise ClipsGone("it was never posted, or in direct messages")
    [clip, *_] = await stored_clips(bot, posts[:1])
    return read_attachment(clip)


async def _posts(bot: DailiesBot, job: Job) -> list[Post]:
    return clip_posts(await bot.lookup.posts(job.id))


async def setup(bot: DailiesBot) -> None:
    bot.tree.add_command(animate)
