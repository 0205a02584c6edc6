"""What the thread hears of a job, status by status, and how such a message is known again. Pure."""

import re

from bot.catalogue import Model
from bot.display import Clip
from bot.jobs import AT_VENDOR, CLIP_LIFE, Job, Status, Venue, is_waiting, lacks_model, told_late
from bot.outlook import Outlook
from bot.poll_schedule import last_look
from bot.reasons import DOUBTS, MADE_ANYWAY, OF_PICTURE, Reason
from bot.video_request import Refusal

from ..words.plain import beside, thread_words
from ..words.wording import clock, duration, pattern, quoted, say, spell_size
from .card import prospects
from .content_rules import content_rules
from .refusals import refusal_text

DETAIL_SHOWN = 300
PROMPT_SHOWN = 400
TITLE_SHOWN = 90
MEBIBYTE = 1024 * 1024
# What Discord hides begins so.
SPOILER = "SPOILER_"
LINK_SHOWN = 1400  # characters, within the 2000 of a message

# Whoever asked is called once, when there is something to see or to decide.
PINGS = (Status.COMPLETED, Status.FAILED, Status.UNCONFIRMED, Status.EXPIRED, Status.DENIED, Status.REJECTED)


def reply(job: Job, model: Model, outlook: Outlook) -> str:
    """What the thread hears of the job's status, and that a moderator said yes where that is new."""
    text = say(job.locale, _reply_key(job, outlook), **_reply_facts(job, model, outlook))
    if job.shown is Status.IN_REVIEW and job.status in (Status.QUEUED, *AT_VENDOR):
        text = f"{_approval(job)} {text}"
    return _placed(job, text)


def reply_keys(status: Status) -> tuple[str, ...]:
    """Every sentence that can stand for a status: to know a message again."""
    variants = {
        Status.QUEUED: (
            "reply.queued",
            "reply.queued_nth",
            "reply.queued_busy",
            "reply.queued_unreached",
            "reply.queued_intercepted",
            "reply.queued_awaited",
        ),
        # one that is done is known by its clip; these stand where there is none
        Status.COMPLETED: ("clip.too_large", "clip.too_large_unlinked"),
        # what failed may be anything; how it ends is known
        Status.FAILED: ("charge.none", "charge.unknown", "charge.certain"),
        Status.UNCONFIRMED: tuple(f"reply.unconfirmed_{reason}" for reason in DOUBTS),
        Status.EXPIRED: ("reply.expired", "reply.expired_late"),
        Status.DENIED: ("reply.denied", "reply.denied_unreviewed"),
        Status.REJECTED: ("reply.rejected", "reply.rejected_unreviewed"),
    }
    return variants.get(status, (f"reply.{status}",))


def clip_reply(job: Job, model: Model, outlook: Outlook, clip: Clip, now: float, heading: str | None = None) -> str:
    """What the thread hears with a clip, or in its place. The vendor's link to the original is given while it lives.

    A `heading` is in the place of our usual words.
    """
    facts = _reply_facts(job, model, outlook)
    text = _part(job, clip.part) if clip.part else heading or say(job.locale, "reply.completed", **facts)
    if clip.part and heading:
        text = f"{heading} {text}"
    if note := _clip_note(clip):
        dies_at = (job.made_at or job.status_since) + CLIP_LIFE
        link = job.links[clip.part]
        alive = now < dies_at and 0 < len(link) <= LINK_SHOWN
        sizes = {
            "megabytes": round(clip.size / MEBIBYTE, 1),
            "became": round((clip.became or 0) / MEBIBYTE, 1),
        }
        if job.spoiler and note == "too_large":
            # Discord shows what is behind it
            link = f"||{link}||"
        manner = note if alive else f"{note}_unlinked"
        text += " " + say(job.locale, f"clip.{manner}", until=clock(dies_at), link=link, **sizes)
    return _placed(job, text)


def stands_for_clip(text: str, job: Job, part: int, heading: str | None = None) -> bool:
    """Whether a message was posted in place of this clip, because it could not be uploaded."""
    if heading and not text.startswith(heading):
        return False
    if heading and not part:
        return any(pattern(job.locale, key).search(text) for key in reply_keys(Status.COMPLETED))
    opening = re.compile(re.escape(_part(job, part))) if part else pattern(job.locale, "reply.completed")
    notes = (pattern(job.locale, key) for key in reply_keys(Status.COMPLETED))
    return bool(opening.search(text)) and any(note.search(text) for note in notes)


def _clip_note(clip: Clip) -> str | None:
    if clip.became is None:
        return "too_large"
    if not clip.is_copy:
        return None
    return "shrunk" if clip.became < clip.size else "converted"


def _part(job: Job, part: int) -> str:
    return say(job.locale, "reply.completed_part", part=part + 1, parts=job.parts)


def _placed(job: Job, text: str) -> str:
    """A direct message has no card beside it: say what it is about."""
    if job.venue is not Venue.DIRECT or job.guild_id is None:
        return text
    return f"{subject(job)}\n{text}"


def subject(job: Job) -> str:
    """What a direct message begins with."""
    return say(job.locale, "reply.direct", prompt=beside(job.request.prompt, TITLE_SHOWN))


def thread_name(job: Job) -> str:
    """The prompt's first words, or what the job is where Discord would leave none of them."""
    return thread_words(job.request.prompt, TITLE_SHOWN) or say(job.locale, "reply.thread", id=job.id)


def clip_name(job: Job, part: int) -> str:
    """A file name with the prompt's first words and the job's id, by which a posted clip is known again."""
    words = re.findall(r"[A-Za-z0-9]+", job.request.prompt)[:5]
    name = "-".join([*words, _clip_end(job, part)])[-84:].lower()
    return SPOILER + name if job.spoiler else name


def is_clip(file_name: str, job: Job, part: int) -> bool:
    """Whether a posted file is this clip, hidden or not, also once its words are gone."""
    name, end = file_name.removeprefix(SPOILER), _clip_end(job, part)
    return name == end or name.endswith(f"-{end}")


def _clip_end(job: Job, part: int) -> str:
    """What the name of a clip ends with."""
    return "-".join([job.id, *([str(part + 1)] if part else [])]) + ".mp4"


def _approval(job: Job) -> str:
    if job.asked_prompt is None:
        return say(job.locale, "reply.approved")
    prompts = {"asked": job.asked_prompt, "made": job.request.prompt}
    shown = {name: quoted(job.locale, beside(prompt, PROMPT_SHOWN)) for name, prompt in prompts.items()}
    return say(job.locale, "reply.approved_changed", **shown)


def _reply_key(job: Job, outlook: Outlook) -> str:
    if job.status is Status.QUEUED and job.wait:
        return f"reply.queued_{job.wait}"
    if job.status is Status.QUEUED and job.is_awaiting:
        return "reply.queued_awaited"
    if outlook.standing and is_waiting(job):
        return "reply.queued_nth"
    if job.reason is Reason.UNREVIEWED:
        return f"reply.{job.status}_{job.reason}"
    if told_late(job):
        return "reply.expired_late"
    if job.status is Status.UNCONFIRMED:
        return f"reply.unconfirmed_{job.reason if job.reason in DOUBTS else Reason.INTERRUPTED}"
    return f"reply.{job.status}"


def _reply_facts(job: Job, model: Model, outlook: Outlook) -> dict[str, object]:
    facts: dict[str, object] = {
        "asker": f"<@{job.asker_id}>",
        "model": model.name,
        **prospects(job, outlook),
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
    reason = job.reason or Reason.FAILED
    if reason in OF_PICTURE:
        return refusal_text(job.locale, Refusal(code=reason, facts=job.facts))
    unlisted = say(job.locale, "failed.unlisted", maker=model.maker) if model.maker else ""
    rules = content_rules(job.locale, model) or unlisted
    what = say(job.locale, f"failed.{reason}", model=model.name, detail=_detail(job), rules=rules).strip()
    return f"{what} {_way_out(job, instead)}" if lacks_model(job) else what


def _way_out(job: Job, instead: Model | None) -> str:
    """What to do without the model."""
    return say(job.locale, "failed.instead", model=instead.name) if instead else say(job.locale, "failed.no_instead")


def _detail(job: Job) -> str:
    """The vendor's own words, shortened and harmless."""
    detail = beside((job.detail or "").strip().rstrip("."), DETAIL_SHOWN)
    return quoted(job.locale, detail) if detail else say(job.locale, "failed.no_detail")


def _charge(job: Job) -> str:
    if job.task_id is None:
        return say(job.locale, "charge.none")
    return say(job.locale, "charge.certain" if job.reason in MADE_ANYWAY else "charge.unknown")
