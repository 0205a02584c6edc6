"""Hearing why a moderator said no: whoever asked alone does."""

from bot.jobs import Job
from bot.reviews import NOBODY, REFUSALS, Review

from ..showing.answers import answer_alone
from ..words.plain import safe
from ..words.wording import say
from .components import Press
from .subjects import of_job

REASON_SHOWN = 300


@of_job
async def why(press: Press, job: Job) -> None:
    if press.interaction.user.id != job.asker_id:
        await answer_alone(press.interaction, say(press.locale, "reviewing.why_private", asker=f"<@{job.asker_id}>"))
        return
    refused = [each for each in await press.bot.lookup.reviews(job.id) if each.verdict in REFUSALS]
    await answer_alone(press.interaction, _reason(press.locale, refused[-1] if refused else None))


def _reason(locale: str, review: Review | None) -> str:
    if review and review.decided_by == NOBODY:
        return say(locale, "reviewing.why_unasked")
    if review is None or not review.reason:
        return say(locale, "reviewing.why_none")
    return say(locale, "reviewing.why_given", reason=safe(review.reason, REASON_SHOWN))
