"""What a job looks like: its card, and the sentences of its thread. Pure: a job in, words out."""

import re
from dataclasses import dataclass

import discord
from discord.utils import escape_markdown, escape_mentions

from bot.catalogue import Model
from bot.jobs import (
    CLIP_LIFE,
    WAITING,
    Job,
    PictureState,
    Place,
    Status,
    is_undecided,
    is_waiting,
    lacks_model,
    told_late,
)
from bot.outlook import Outlook, round_place
from bot.poll_schedule import last_look
from bot.video_request import Refusal

from ..words.wording import (
    clock,
    decimal,
    duration,
    estimate,
    joined,
    knows,
    ordinal,
    pattern,
    permission,
    quoted,
    relative,
    say,
    span,
    spell_size,
)

PICTURE_NAME = "picture.jpg"
POSTER_NAME = "poster.jpg"
PROMPT_SHOWN = 3500  # characters; a description takes 4096, escapes included
DETAIL_SHOWN = 300
TITLE_SHOWN = 90
MEBIBYTE = 1024 * 1024
LINK_SHOWN = 1400  # characters, within the 2000 of a message

# Why nobody can tell whether a job was accepted.
UNCONFIRMED = ("interrupted", "answer_lost", "answer_unclear")

COLOURS = {
    Status.QUEUED: 0x8E9297,
    Status.SUBMITTING: 0x8E9297,
    Status.PENDING: 0x5865F2,
    Status.PROCESSING: 0x5865F2,
    Status.COMPLETED: 0x3BA55D,
    Status.FAILED: 0xED4245,
    Status.CANCELLED: 0x4F545C,
    Status.UNCONFIRMED: 0xFAA61A,
    Status.UNFOLLOWED: 0x4F545C,
    Status.EXPIRED: 0xFAA61A,
    Status.DELETED: 0x4F545C,
}

# Whoever asked is called once, when there is something to see or to decide.
PINGS = (Status.COMPLETED, Status.FAILED, Status.UNCONFIRMED, Status.EXPIRED)

# What is to be said of a clip that does not come as it was made.
CLIP_NOTES = ("shrunk", "converted", "too_large")

# Failures of which the vendor had already finished its part.
MADE_ANYWAY = ("no_video", "clip_lost", "clip_unusable")


def safe(text: str, limit: int) -> str:
    """Text from outside, as plain characters: shortened, with nothing that formats or pings."""
    short = text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
    escaped = escape_mentions(escape_markdown(short, ignore_links=False))
    # escapes may double the length
    return escaped if len(escaped) <= 2 * limit else escaped[: 2 * limit]


def card(
    job: Job,
    model: Model,
    outlook: Outlook,
    *,
    has_picture: bool,
    has_poster: bool = False,
    parent: Job | None = None,
) -> discord.Embed:
    """The card: prompt, who asked for what, what it was made from, how it stands; the picture that it starts from, or
    a large one of the clip.
    """
    embed = discord.Embed(description=_description(job, model, outlook, parent), colour=COLOURS[job.status])
    embed.set_footer(text=footer(job))
    if has_poster:
        embed.set_image(url=f"attachment://{POSTER_NAME}")
    elif has_picture:
        embed.set_thumbnail(url=f"attachment://{PICTURE_NAME}")
    return embed


def _description(job: Job, model: Model, outlook: Outlook, parent: Job | None) -> str:
    status = _status(job, model, outlook)
    if job.status is Status.DELETED:
        # whoever took it back wants it out of sight
        return status
    prompt = safe(job.request.prompt, PROMPT_SHOWN)[:PROMPT_SHOWN]
    link = card_link(parent) if parent else None
    origin = "\n" + say(job.locale, "card.parent", link=link) if link else ""
    return f"{prompt}\n\n{_facts(job, model)}{origin}\n{status}"


def card_link(job: Job) -> str | None:
    """Where a job's card stands; None when it has none."""
    if job.card_id is None:
        return None
    return f"https://discord.com/channels/{job.guild_id or '@me'}/{job.channel_id}/{job.card_id}"


def footer(job: Job) -> str:
    """What stays on the card whatever becomes of the job: by it a card is known again, and people can name the job."""
    return f"job {job.id}"


def is_card_of(message: discord.Message, job: Job) -> bool:
    return any(embed.footer.text == footer(job) for embed in message.embeds)


def reply(job: Job, model: Model, outlook: Outlook) -> str:
    """What the thread hears of the job's status."""
    return _placed(job, say(job.locale, _reply_key(job, outlook), **_reply_facts(job, model, outlook)))


def reply_keys(status: Status) -> tuple[str, ...]:
    """Every sentence that can stand for a status: to know a message again."""
    variants = {
        Status.QUEUED: ("reply.queued", "reply.queued_nth", "reply.queued_busy", "reply.queued_unreached"),
        # one that is done is known by its clip; these stand where there is none
        Status.COMPLETED: ("clip.too_large", "clip.too_large_unlinked"),
        # what failed may be anything; how it ends is known
        Status.FAILED: ("charge.none", "charge.unknown", "charge.certain"),
        Status.UNCONFIRMED: tuple(f"reply.unconfirmed_{reason}" for reason in UNCONFIRMED),
        Status.EXPIRED: ("reply.expired", "reply.expired_late"),
    }
    return variants.get(status, (f"reply.{status}",))


@dataclass(frozen=True, kw_only=True)
class Upload:
    """How a clip of `size` bytes comes to Discord: as it is, as a copy of `became` bytes, or (None) not at all."""

    size: int
    became: int | None
    is_copy: bool = False


def clip_reply(job: Job, model: Model, outlook: Outlook, *, part: int, upload: Upload, now: float) -> str:
    """What the thread hears with a clip, or in its place. The vendor's link to the original is given while it lives."""
    text = say(job.locale, "reply.completed", **_reply_facts(job, model, outlook)) if part == 0 else _part(job, part)
    if note := _clip_note(upload):
        dies_at = (job.made_at or job.status_since) + CLIP_LIFE
        link = job.links[part] if part < len(job.links) else ""
        alive = now < dies_at and 0 < len(link) <= LINK_SHOWN
        facts = {
            "megabytes": decimal(job.locale, upload.size / MEBIBYTE),
            "became": decimal(job.locale, (upload.became or 0) / MEBIBYTE),
        }
        facts |= {"until": clock(dies_at), "link": link}
        manner = note if alive else f"{note}_unlinked"
        text += " " + say(job.locale, f"clip.{manner}", **facts)
    return _placed(job, text)


def stands_for_clip(text: str, job: Job, part: int) -> bool:
    """Whether a message was posted in place of this clip, because it could not be uploaded."""
    opening = re.compile(re.escape(_part(job, part))) if part else pattern(job.locale, "reply.completed")
    notes = (pattern(job.locale, key) for key in reply_keys(Status.COMPLETED))
    return bool(opening.search(text)) and any(note.search(text) for note in notes)


def _clip_note(upload: Upload) -> str | None:
    if upload.became is None:
        return "too_large"
    if not upload.is_copy:
        return None
    return "shrunk" if upload.became < upload.size else "converted"


def _part(job: Job, part: int) -> str:
    return say(job.locale, "reply.completed_part", part=part + 1, parts=len(job.clips))


def _placed(job: Job, text: str) -> str:
    """A direct message has no card beside it: say what it is about."""
    if job.place is not Place.DIRECT or job.guild_id is None:
        return text
    return f"{subject(job)}\n{text}"


def subject(job: Job) -> str:
    """What a direct message begins with."""
    return say(job.locale, "reply.direct", prompt=safe(job.request.prompt, TITLE_SHOWN))


def thread_name(job: Job) -> str:
    """The prompt's first words; Discord takes 1 to 100 characters."""
    words = " ".join(job.request.prompt.split())
    if len(words) <= TITLE_SHOWN:
        return words
    return words[:TITLE_SHOWN].rsplit(" ", 1)[0][:TITLE_SHOWN] + "…"


def clip_name(job: Job, part: int) -> str:
    """A file name with the prompt's first words and the job's id, by which a posted clip is known again."""
    words = re.findall(r"[A-Za-z0-9]+", job.request.prompt)[:5]
    return "-".join([*words, job.id, *([str(part + 1)] if part else [])])[-80:].lower() + ".mp4"


def refusal_text(locale: str, refusal: Refusal) -> str:
    facts = {key: _spell(locale, key, value) for key, value in refusal.facts.items()}
    return say(locale, f"refusal.{refusal.code}", **facts)


def _facts(job: Job, model: Model) -> str:
    key = "card.facts_unread" if job.picture is PictureState.LINK and not job.request.size_given else "card.facts"
    facts = say(
        job.locale,
        key,
        asker=safe(job.asker_name, 40),
        model=model.name,
        seconds=job.request.seconds,
        size=spell_size(job.request.size),
    )
    price = model.price_of(job.request.seconds, job.request.size)
    if price is None or key == "card.facts_unread":
        return facts
    return say(job.locale, "card.price", facts=facts, price=decimal(job.locale, price, digits=2))


def _status(job: Job, model: Model, outlook: Outlook) -> str:
    key = _status_key(job, outlook)
    since = job.created_at if key == "waiting" else job.status_since
    took = duration(job.locale, job.status_since - job.created_at)
    facts = {"model": model.name, "since": relative(since), "took": took, **_prospects(job, outlook)}
    return say(job.locale, f"card.status.{key}", **facts)


def _prospects(job: Job, outlook: Outlook) -> dict[str, object]:
    """What the job can look forward to, in words."""
    expected, standing = outlook.expected, outlook.standing
    return {
        "usual": span(job.locale, expected.low, expected.high),
        "place": ordinal(job.locale, round_place(standing.place)) if standing else "",
        "wait": estimate(job.locale, standing.wait) if standing else "",
    }


def _status_key(job: Job, outlook: Outlook) -> str:
    if job.status is Status.QUEUED and job.picture is PictureState.LINK:
        return "reading"
    if job.status is Status.QUEUED and job.wait:
        return f"waiting_{job.wait}"
    if outlook.standing and is_waiting(job):
        return "queued_nth"
    if job.status in WAITING:
        return "waiting"
    if lacks_model(job):
        return f"failed_{job.reason}"
    if job.status is Status.UNCONFIRMED and not is_undecided(job):
        return f"unconfirmed_{job.reason}"
    return "expired_late" if told_late(job) else job.status


def _reply_key(job: Job, outlook: Outlook) -> str:
    if job.status is Status.QUEUED and job.wait:
        return f"reply.queued_{job.wait}"
    if outlook.standing and is_waiting(job):
        return "reply.queued_nth"
    if told_late(job):
        return "reply.expired_late"
    if job.status is Status.UNCONFIRMED:
        return f"reply.unconfirmed_{job.reason if job.reason in UNCONFIRMED else UNCONFIRMED[0]}"
    return f"reply.{job.status}"


def _reply_facts(job: Job, model: Model, outlook: Outlook) -> dict[str, object]:
    facts: dict[str, object] = {
        "asker": f"<@{job.asker_id}>",
        "model": model.name,
        **_prospects(job, outlook),
        "seconds": job.request.seconds,
        "size": spell_size(job.request.size),
        "took": duration(job.locale, job.status_since - job.created_at),
        "minutes": round(model.longest / 60),
        "when": clock((job.submitted_at or job.created_at) + last_look(model)),
        "detail": _detail(job),
    }
    if job.status is Status.FAILED:
        facts["what"], facts["charge"] = _failure(job, model, outlook.instead), _charge(job)
    return facts


def _failure(job: Job, model: Model, instead: Model | None) -> str:
    key = f"failed.{job.reason}"
    rules = say(job.locale, f"rules.{model.rules}") if knows(job.locale, f"rules.{model.rules}") else ""
    kind = say(job.locale, "kind.unknown")
    what = say(
        job.locale,
        key if knows(job.locale, key) else "failed.failed",
        model=model.name,
        detail=_detail(job),
        rules=rules,
        kind=kind,
    ).strip()
    return f"{what} {_way_out(job, instead)}" if lacks_model(job) else what


def _way_out(job: Job, instead: Model | None) -> str:
    """What to do without the model."""
    return say(job.locale, "failed.instead", model=instead.name) if instead else say(job.locale, "failed.no_instead")


def _detail(job: Job) -> str:
    """The vendor's own words, shortened and harmless."""
    detail = safe(job.detail or "", DETAIL_SHOWN).strip().rstrip(".")
    return quoted(job.locale, detail) if detail else say(job.locale, "failed.no_detail")


def _charge(job: Job) -> str:
    if job.task_id is None:
        return say(job.locale, "charge.none")
    return say(job.locale, "charge.certain" if job.reason in MADE_ANYWAY else "charge.unknown")


def _spell(locale: str, key: str, value: object) -> object:
    if key == "kind":
        return say(locale, "kind.known", kind=str(value)) if value else say(locale, "kind.unknown")
    if key == "permissions" and isinstance(value, tuple):
        return joined(locale, [permission(locale, name) for name in value])
    if isinstance(value, tuple):
        return joined(locale, [spell_size(str(one)) for one in value])
    return safe(value, 100) if isinstance(value, str) else value
