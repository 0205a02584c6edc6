"""Links to messages: where a job's card stands, and the words that lead there."""

from bot.jobs import Job

from ..words.wording import say


def place_link(guild_id: int | None, channel_id: int) -> str:
    return f"https://discord.com/channels/{guild_id or '@me'}/{channel_id}"


def message_link(guild_id: int | None, channel_id: int, message_id: int) -> str:
    return f"{place_link(guild_id, channel_id)}/{message_id}"


def card_link(job: Job) -> str | None:
    """Where a job's card stands; None when it has none."""
    return message_link(job.guild_id, job.channel_id, job.card_id) if job.card_id else None


def card_text(locale: str, job: Job) -> str:
    """A word that leads to the job's card, where it has one."""
    link = card_link(job)
    return say(locale, "clips.card", link=link) if link else say(locale, "clips.no_card")
