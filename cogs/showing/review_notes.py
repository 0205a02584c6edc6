"""What moderators read of a review: what is asked, by whom, why, and what was decided; and its buttons. Pure."""

import discord

from bot.catalogue import Model
from bot.display import Notice
from bot.jobs import Job
from bot.reviews import NOBODY, Kind, Review, Verdict

from ..pressing.components import button, view
from ..words.plain import beside, safe
from ..words.wording import joined, relative, say, spell_size
from .buttons import FROM_REVIEW, refuse_picture_buttons
from .card import COLOURS
from .extras import extras_lines
from .footers import has_footer
from .limits import money
from .links import card_link

# Characters of a prompt that are shown, and of each thing that was flagged; a description takes 4096, escapes included.
PROMPT_SHOWN = 2000
FLAG_SHOWN = 100
FLAGS_SHOWN = 5
REASON_SHOWN = 300

VERBS = {
    Kind.SENDING: ("approve", "deny", "rewrite", "block"),
    Kind.PUBLISHING: ("publish", "publish_hidden", "reject"),
}


def note(notice: Notice, model: Model) -> discord.Embed:
    """The message in the review channel, as long as it is a question and after it was answered.

    Of what was emptied it says only what was decided.
    """
    job, review = notice.job, notice.review
    asked = [
        safe(job.request.prompt, PROMPT_SHOWN, PROMPT_SHOWN),
        "",
        _facts(job, model),
        *extras_lines(job.locale, job.request.extras, model),
        *_asker(notice),
        *_flags(job, review),
        "",
    ]
    ends = _verdict(job, review) if review.verdict else _question(notice)
    lines = [ends] if job.is_emptied else [*asked, ends]
    embed = discord.Embed(description="\n".join(lines), colour=COLOURS[job.status])
    embed.set_footer(text=footer(review))
    return embed


def footer(review: Review) -> str:
    """What a message that asks is known again by."""
    return f"review {review.job_id} {review.kind}"


def is_note_of(message: discord.Message, review: Review) -> bool:
    return has_footer(message, footer(review))


def note_buttons(notice: Notice) -> discord.ui.View | None:
    """None where nothing is left to decide."""
    job, review = notice.job, notice.review
    verbs = () if review.verdict else VERBS[review.kind]
    shown = [button(verb, job.id, say(job.locale, f"button.{verb}")) for verb in verbs]
    # whoever said no may think of the picture after it
    if review.kind is Kind.SENDING and review.verdict in (None, Verdict.DENIED):
        shown += refuse_picture_buttons(job, FROM_REVIEW)
    return view(*shown) if shown else None


def reminder(notice: Notice) -> str:
    return say(notice.job.locale, "reviewing.reminder", since=relative(notice.review.asked_at), until=_until(notice))


def verdict_text(locale: str, review: Review) -> str:
    """Who decided what, and when."""
    verdict = review.verdict or Verdict.WITHDRAWN
    by_rule = review.decided_by == NOBODY
    key = f"reviewing.{verdict}_unasked" if by_rule else f"reviewing.{verdict}"
    return say(locale, key, who=f"<@{review.decided_by}>", when=relative(review.decided_at or 0.0))


def _facts(job: Job, model: Model) -> str:
    facts = say(
        job.locale,
        "reviewing.facts",
        model=model.name,
        seconds=job.request.seconds,
        size=spell_size(job.request.size),
    )
    link = card_link(job)
    cost = say(job.locale, "reviewing.cost", money=money(job.locale, job.cost)) if job.cost is not None else ""
    card = say(job.locale, "clips.card", link=link) if link else ""
    return " · ".join(part for part in (facts, cost, card) if part)


def _asker(notice: Notice) -> list[str]:
    job, record, since = notice.job, notice.record, notice.review.joined_at
    asker = say(
        job.locale,
        "reviewing.asker",
        asker=f"<@{job.asker_id}>",
        name=beside(job.asker_name, 40),
        asked=record.asked,
        denied=record.denied,
        reported=record.reported,
    )
    return [asker, say(job.locale, "reviewing.joined", since=relative(since))] if since else [asker]


def _flags(job: Job, review: Review) -> list[str]:
    named = [beside(flag.what or flag.rule, FLAG_SHOWN) for flag in review.flags[:FLAGS_SHOWN]]
    why = say(job.locale, f"reviewing.why_{review.kind}_{review.why}")
    return [why, say(job.locale, "reviewing.flags", flags=joined(job.locale, named))] if named else [why]


def _question(notice: Notice) -> str:
    return say(notice.job.locale, f"reviewing.question_{notice.review.kind}", until=_until(notice))


def _until(notice: Notice) -> str:
    return relative(notice.until)


def _verdict(job: Job, review: Review) -> str:
    told = verdict_text(job.locale, review)
    reason = beside(review.reason or "", REASON_SHOWN)
    return f"{told}\n{say(job.locale, 'reviewing.reason', reason=reason)}" if reason else told
