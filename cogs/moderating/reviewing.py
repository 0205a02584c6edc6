"""Deciding in a review channel: who presses is looked up, one thing is done, and the answer is theirs alone."""

from bot import clock
from bot.actions import NoRuling
from bot.discord_bot import Interaction
from bot.jobs import Job
from bot.reviews import MOOT, Block, Kind, Reviewer, Ruled, Verdict
from bot.video_request import Refusal

from ..asking.forms import read_form
from ..pressing.components import Press
from ..showing.answers import answer_alone, answer_refusal
from ..showing.review_notes import verdict_text
from ..words.wording import relative, say
from .review_forms import LENGTHS, OPTION_MOST, USUAL_MOST, block_form, prompt_form, reason_form


def read_reviewer(interaction: Interaction) -> Reviewer:
    """By what Discord says of the member who pressed, at this moment."""
    return Reviewer(
        id=interaction.user.id,
        guild_id=interaction.guild_id,
        channel_id=interaction.channel_id,
        role_ids=frozenset(role.id for role in getattr(interaction.user, "roles", ())),
        manages=interaction.guild_id is not None and interaction.permissions.manage_messages,
    )


# --- before sending


async def approve(press: Press) -> None:
    await _rule(press, Kind.SENDING, Verdict.APPROVED)


async def ask_deny(press: Press) -> None:
    if job := await _find(press, Kind.SENDING):
        await press.interaction.response.send_modal(
            reason_form("denied", "deny", job, await _usual(press), press.locale)
        )


async def deny(press: Press) -> None:
    await _rule(press, Kind.SENDING, Verdict.DENIED, _reason(press))


async def ask_rewrite(press: Press) -> None:
    if job := await _find(press, Kind.SENDING):
        await press.interaction.response.send_modal(prompt_form("rewritten", job, press.locale))


async def rewrite(press: Press) -> None:
    prompt = read_form(press.interaction).values.get("prompt", "")
    outcome = await press.bot.actions.reviews.rewrite(read_reviewer(press.interaction), press.subject, prompt)
    if isinstance(outcome, Refusal):
        await answer_refusal(press.interaction, outcome, prompt)
    else:
        await _answer(press, outcome, Verdict.EDITED)


async def ask_block(press: Press) -> None:
    if job := await _find(press, Kind.SENDING):
        await press.interaction.response.send_modal(block_form("blocked", job, press.locale))


async def block(press: Press) -> None:
    length = LENGTHS.get(read_form(press.interaction).values.get("until", ""))
    if length is None:
        await answer_alone(press.interaction, say(press.locale, "error.unknown_button"))
        return
    reason = _reason(press)
    until = Block(until=clock.now() + length, why=reason)
    await _rule(press, Kind.SENDING, Verdict.DENIED, reason, until)


# --- before publishing


async def publish(press: Press) -> None:
    await _rule(press, Kind.PUBLISHING, Verdict.PUBLISHED)


async def publish_hidden(press: Press) -> None:
    await _rule(press, Kind.PUBLISHING, Verdict.HIDDEN)


async def ask_reject(press: Press) -> None:
    if job := await _find(press, Kind.PUBLISHING):
        await press.interaction.response.send_modal(
            reason_form("rejected", "reject", job, await _usual(press), press.locale)
        )


async def reject(press: Press) -> None:
    await _rule(press, Kind.PUBLISHING, Verdict.REJECTED, _reason(press))


# --- for all of them


async def _find(press: Press, kind: Kind) -> Job | None:
    """The job whose question is open, before a form is; whoever may not decide, or comes late, is told."""
    found = await press.bot.actions.reviews.find(read_reviewer(press.interaction), press.subject, kind)
    if isinstance(found, NoRuling):
        await _answer(press, found)
        return None
    review, job = found
    if review.verdict:
        await _answer(press, Ruled(review=review))
        return None
    return job


async def _rule(
    press: Press, kind: Kind, verdict: Verdict, reason: str | None = None, until: Block | None = None
) -> None:
    reviewer = read_reviewer(press.interaction)
    reviews = press.bot.actions.reviews
    outcome = await reviews.rule(reviewer, press.subject, kind, verdict, reason=reason, block=until)
    blocked = until.until if until and isinstance(outcome, Ruled) else None
    await _answer(press, outcome, verdict, blocked)


async def _answer(
    press: Press, outcome: Ruled | NoRuling, verdict: Verdict | None = None, blocked: float | None = None
) -> None:
    """What came of it, and whose decision it is; `verdict` is what whoever pressed wanted."""
    if isinstance(outcome, NoRuling):
        await answer_alone(press.interaction, say(press.locale, f"reviewing.{outcome}"))
        return
    told = verdict_text(press.locale, outcome.review)
    # the same press may have been heard by another process first
    said = (outcome.review.verdict, outcome.review.decided_by)
    is_own = outcome.job is not None or said == (verdict, press.interaction.user.id)
    text = told
    if outcome.review.verdict not in MOOT:
        text = say(press.locale, "reviewing.done" if is_own else "reviewing.already", told=told)
    if blocked:
        asker = f"<@{outcome.review.asker_id}>"
        text += "\n" + say(press.locale, "reviewing.blocked", asker=asker, until=relative(blocked))
    await answer_alone(press.interaction, text)


async def _usual(press: Press) -> list[str]:
    guild_id = press.interaction.guild_id or 0
    return await press.bot.actions.reviews.usual_reasons(guild_id, USUAL_MOST, OPTION_MOST)


def _reason(press: Press) -> str:
    """One's own words, or else the usual ones that were chosen."""
    values = read_form(press.interaction).values
    return values.get("reason", "").strip() or values.get("usual", "")
