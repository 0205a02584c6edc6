"""What a job's card shows. Pure: a job in, an embed out."""

import discord

from bot.catalogue import Model
from bot.jobs import (
    WAITING,
    Job,
    PictureState,
    Status,
    awaits_clip,
    is_removed,
    is_undecided,
    is_waiting,
    lacks_model,
    told_late,
)
from bot.outlook import Outlook, round_place
from bot.reasons import Reason

from ..words.plain import beside, safe
from ..words.wording import decimal, duration, estimate, ordinal, relative, say, span, spell_size
from .extras import extras_lines
from .footers import has_footer
from .links import card_link

PICTURE_NAME = "picture.jpg"
POSTER_NAME = "poster.jpg"
PROMPT_SHOWN = 3300  # characters; a description takes 4096, escapes included

COLOURS = {
    Status.QUEUED: 0x8E9297,
    Status.SUBMITTING: 0x8E9297,
    Status.PENDING: 0x5865F2,
    Status.PROCESSING: 0x5865F2,
    Status.IN_REVIEW: 0x8E9297,
    Status.DENIED: 0x4F545C,
    Status.HELD: 0x5865F2,
    Status.REJECTED: 0x4F545C,
    Status.COMPLETED: 0x3BA55D,
    Status.FAILED: 0xED4245,
    Status.CANCELLED: 0x4F545C,
    Status.UNCONFIRMED: 0xFAA61A,
    Status.UNFOLLOWED: 0x4F545C,
    Status.EXPIRED: 0xFAA61A,
    Status.DELETED: 0x4F545C,
}


def card(
    job: Job,
    model: Model,
    outlook: Outlook,
    *,
    picture: str | None = None,
    parent: Job | None = None,
    left: bool = False,
) -> discord.Embed:
    """The card: prompt, who asked for what, what it was made from, how it stands; as `picture` the name of the
    attached one that it starts from, or of a large one of the clip. `left` says that a clip which was taken back is
    still there.
    """
    embed = discord.Embed(description=_description(job, model, outlook, parent, left=left), colour=COLOURS[job.status])
    embed.set_footer(text=footer(job))
    if picture == POSTER_NAME:
        embed.set_image(url=f"attachment://{POSTER_NAME}")
    elif picture:
        embed.set_thumbnail(url=f"attachment://{picture}")
    return embed


def _description(job: Job, model: Model, outlook: Outlook, parent: Job | None, *, left: bool) -> str:
    status = _status(job, model, outlook, left=left)
    if job.status is Status.DELETED:
        # whoever took it back wants it out of sight
        return status
    prompt = safe(job.request.prompt, PROMPT_SHOWN, PROMPT_SHOWN)
    link = card_link(parent) if parent else None
    origin = "\n" + say(job.locale, "card.parent", link=link) if link else ""
    changed = "\n" + say(job.locale, "card.changed") if job.asked_prompt is not None else ""
    wanted = outlook.stands_in_for
    stands_in = "\n" + say(job.locale, "card.stands_in", wanted=wanted.name, model=model.name) if wanted else ""
    extras = "".join(f"\n{line}" for line in extras_lines(job.locale, job.request.extras, model))
    return f"{prompt}\n\n{_facts(job, model)}{stands_in}{extras}{changed}{origin}\n{status}"


def footer(job: Job) -> str:
    """What stays on the card whatever becomes of the job: by it a card is known again, and people can name the job."""
    return f"job {job.id}"


def is_card_of(message: discord.Message, job: Job) -> bool:
    return has_footer(message, footer(job))


def _facts(job: Job, model: Model) -> str:
    is_unread = job.is_awaiting or job.picture is PictureState.LINK
    key = "card.facts_unread" if is_unread and not job.request.size_given else "card.facts"
    facts = say(
        job.locale,
        key,
        asker=beside(job.asker_name, 40),
        model=model.name,
        seconds=job.request.seconds,
        size=spell_size(job.request.size),
    )
    price = model.price_of(job.request.seconds, job.request.size)
    if price is None or key == "card.facts_unread":
        return facts
    return say(job.locale, "card.price", facts=facts, price=decimal(job.locale, price, digits=2))


def _status(job: Job, model: Model, outlook: Outlook, *, left: bool) -> str:
    key = f"{_status_key(job, outlook)}{'_left' if left else ''}"
    since = job.created_at if key == "waiting" else job.status_since
    took = duration(job.locale, job.status_since - job.created_at)
    facts = {"model": model.name, "since": relative(since), "took": took, **prospects(job, outlook)}
    return say(job.locale, f"card.status.{key}", **facts)


def prospects(job: Job, outlook: Outlook) -> dict[str, object]:
    """What the job can look forward to, in words."""
    expected, standing = outlook.expected, outlook.standing
    return {
        "usual": span(job.locale, expected.low, expected.high),
        "place": ordinal(job.locale, round_place(standing.place)) if standing else "",
        "wait": estimate(job.locale, standing.wait) if standing else "",
    }


def _status_key(job: Job, outlook: Outlook) -> str:
    if is_removed(job):
        return "removed"
    if job.status is Status.QUEUED and job.is_unread:
        return "reading"
    if job.status is Status.QUEUED and job.is_awaiting:
        return "awaited"
    if job.status is Status.QUEUED and job.wait:
        return f"waiting_{job.wait}"
    if awaits_clip(job):
        return str(job.wait)
    if job.wait is Reason.UNSEEN or job.reason is Reason.UNREVIEWED:
        return f"{job.status}_{job.wait or job.reason}"
    if outlook.standing and is_waiting(job):
        return "queued_nth"
    if job.status in WAITING:
        return "waiting"
    if lacks_model(job):
        return f"failed_{job.reason}"
    if job.status is Status.UNCONFIRMED and not is_undecided(job):
        return f"unconfirmed_{job.decided}"
    return "expired_late" if told_late(job) else job.status
