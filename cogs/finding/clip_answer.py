"""A clip once more: what is said with it, and bringing its file from the message that has it to an answer."""

import io

import discord

from bot.catalogue import Catalogue
from bot.discord_bot import DailiesBot
from bot.jobs import Job
from bot.tracker import Post

from ..showing.card import safe
from ..showing.posting import DEFAULT_UPLOAD, TOO_LARGE, FileTooLarge
from ..words.wording import relative, say
from .family import family_tree
from .pages import card_text, facts_text
from .sight import Sight
from .stored_clips import read_clip, stored_clips

PROMPT_SHOWN = 1500  # characters; with the family it has to stay below the 6000 of a message's embeds


def clip_place(job: Job, post: Post) -> int:
    """The channel whose members see the clip: a thread on the card is as open as the card's channel."""
    return job.channel_id if post.channel_id in (job.card_id, job.channel_id) else post.channel_id


def clip_embeds(
    job: Job, family: list[Job], sight: Sight, catalogue: Catalogue, locale: str, *, is_public: bool
) -> list[discord.Embed]:
    """The prompt and who asked for it, and the family as far as whoever reads this may see it."""
    facts = {
        "prompt": safe(job.request.prompt, PROMPT_SHOWN)[:PROMPT_SHOWN],
        "asker": safe(job.asker_name, 40),
        "facts": facts_text(job, catalogue, locale),
        "when": relative(job.created_at),
        "card": card_text(locale, job),
        "id": job.id,
    }
    embeds = [discord.Embed(description=say(locale, "clips.shown", **facts))]

    def may_show(kin: Job) -> bool:
        return sight.sees(kin) and (not is_public or sight.shares(kin.channel_id))

    tree = family_tree(family, job, catalogue, locale, may_show)
    return embeds + ([discord.Embed(title=say(locale, "family.title"), description=tree)] if tree else [])


async def send_clips(
    bot: DailiesBot, interaction: discord.Interaction, job: Job, embeds: list[discord.Embed], *, is_public: bool
) -> None:
    """Fill the deferred answer; one message a clip, what there is to say is with the first.

    Raises FileTooLarge, ClipsGone, and ShowTroubled when Discord does not give the clip for now.
    """
    clips = await stored_clips(bot, job)
    limit = interaction.guild.filesize_limit if interaction.guild else DEFAULT_UPLOAD
    if any(clip.size > limit for clip in clips):
        raise FileTooLarge(f"more than {limit} bytes")
    content = None if is_public else say(interaction.locale.value, "clips.private")
    for part, clip in enumerate(clips):
        file = discord.File(io.BytesIO(await read_clip(clip)), clip.filename)
        try:
            if part == 0:
                await interaction.edit_original_response(content=content, embeds=embeds, attachments=[file])
            else:
                await interaction.followup.send(file=file, ephemeral=not is_public)
        except discord.HTTPException as error:
            if error.status == 413 or error.code in TOO_LARGE:
                raise FileTooLarge(str(error)) from error
            raise
