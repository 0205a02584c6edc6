"""What a job looks like: its card, its buttons, and the sentences of its thread. Pure: a job in, words out."""

import re
from typing import Self

import discord
from discord.utils import escape_markdown, escape_mentions

from bot.catalogue import Model
from bot.jobs import CLIP_LIFE, WAITING, Job, PictureState, Place, Status, is_undecided, is_waiting, told_late
from bot.outlook import Outlook, round_place
from bot.poll_schedule import last_look
from bot.video_request import Refusal

from ._wording import clock, duration, estimate, knows, ordinal, relative, say, span, spell_size

PICTURE_NAME = "picture.jpg"
PROMPT_SHOWN = 3500  # characters; a description takes 4096, escapes included
DETAIL_SHOWN = 300
TITLE_SHOWN = 90
LINK_SHOWN = 1500  # characters, within the 2000 of a message

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
}

# Whoever asked is called once, when there is something to see or to decide.
PINGS = (Status.COMPLETED, Status.FAILED, Status.UNCONFIRMED, Status.EXPIRED)

# Failures of which the vendor had already finished its part.
MADE_ANYWAY = ("no_video", "clip_lost", "clip_unusable")


def safe(text: str, limit: int) -> str:
    """Text from outside, as plain characters: shortened, with nothing that formats or pings."""
    short = text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
    escaped = escape_mentions(escape_markdown(short, ignore_links=False))
    # escapes may double the length
    return escaped if len(escaped) <= 2 * limit else escaped[: 2 * limit]


def card(job: Job, model: Model, outlook: Outlook, *, has_picture: bool) -> discord.Embed:
    """The card: prompt, who asked for what, and how it stands."""
    prompt = safe(job.request.prompt, PROMPT_SHOWN)[:PROMPT_SHOWN]
    embed = discord.Embed(
        description=f"{prompt}\n\n{_facts(job, model)}\n{_status(job, model, outlook)}", colour=COLOURS[job.status]
    )
    embed.set_footer(text=footer(job))
    if has_picture:
        embed.set_thumbnail(url=f"attachment://{PICTURE_NAME}")
    return embed


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
        Status.COMPLETED: ("reply.completed_too_large", "reply.completed_unlinked"),
        # what failed may be anything; how it ends is known
        Status.FAILED: ("charge.none", "charge.unknown", "charge.certain"),
        Status.UNCONFIRMED: tuple(f"reply.unconfirmed_{reason}" for reason in UNCONFIRMED),
        Status.EXPIRED: ("reply.expired", "reply.expired_late"),
    }
    return variants.get(status, (f"reply.{status}",))


def too_large_reply(job: Job, model: Model, outlook: Outlook, *, part: int, size: int, limit: int, now: float) -> str:
    """For a clip of `size` bytes where `limit` are allowed; the vendor's link is given while it lives."""
    facts = _reply_facts(job, model, outlook)
    dies_at = (job.made_at or job.status_since) + CLIP_LIFE
    link = job.links[part] if part < len(job.links) else ""
    alive = now < dies_at and 0 < len(link) <= LINK_SHOWN
    facts |= {"megabytes": f"{size / 1048576:.1f}", "limit": limit // 1048576, "until": clock(dies_at), "link": link}
    text = say(job.locale, "reply.completed_too_large" if alive else "reply.completed_unlinked", **facts)
    return _placed(job, text)


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


class JobButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=r"job:(?P<id>[0-9a-z]{1,16}):(?P<verb>cancel|unfollow|look|again|leave)",
):
    """A button that means the same after a restart: its id says which job and what to do, nothing else is trusted."""

    def __init__(self, job_id: str, verb: str, label: str) -> None:
        style = discord.ButtonStyle.danger if verb == "again" else discord.ButtonStyle.secondary
        super().__init__(discord.ui.Button(label=label, style=style, custom_id=f"job:{job_id}:{verb}"))
        self.job_id = job_id
        self.verb = verb

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[discord.ui.View], match: re.Match[str]
    ) -> Self:
        return cls(match["id"], match["verb"], getattr(item, "label", None) or "…")

    async def callback(self, interaction: discord.Interaction) -> None:
        interaction.client.dispatch("job_button", interaction, self.job_id, self.verb)


def buttons(job: Job, *verbs: str) -> discord.ui.View | None:
    """A fresh view each time, of dynamic items only: discord.py 2.7.1 forgets the class otherwise."""
    if not verbs:
        return None
    view = discord.ui.View(timeout=None)
    for verb in verbs:
        view.add_item(JobButton(job.id, verb, say(job.locale, f"button.{verb}")))
    return view


def card_buttons(job: Job) -> discord.ui.View | None:
    live = (Status.QUEUED, Status.SUBMITTING, Status.PENDING, Status.PROCESSING)
    if job.status in live:
        return buttons(job, "cancel")
    return buttons(job, *_decisions(job))


def reply_buttons(job: Job) -> discord.ui.View | None:
    return buttons(job, *_decisions(job))


def _decisions(job: Job) -> tuple[str, ...]:
    if job.status in (Status.EXPIRED, Status.UNFOLLOWED):
        return ("look",)
    if is_undecided(job):
        return ("again", "leave")
    return ()


def _facts(job: Job, model: Model) -> str:
    key = "card.facts_unread" if job.picture is PictureState.LINK and not job.request.size_given else "card.facts"
    return say(
        job.locale,
        key,
        asker=safe(job.asker_name, 40),
        model=model.name,
        seconds=job.request.seconds,
        size=spell_size(job.request.size),
    )


def _status(job: Job, model: Model, outlook: Outlook) -> str:
    key = _status_key(job, outlook)
    since = job.created_at if key == "waiting" else job.status_since
    took = duration(job.status_since - job.created_at)
    facts = {"model": model.name, "since": relative(since), "took": took, **_prospects(job, outlook)}
    return say(job.locale, f"card.status.{key}", **facts)


def _prospects(job: Job, outlook: Outlook) -> dict[str, object]:
    """What the job can look forward to, in words."""
    expected, standing = outlook.expected, outlook.standing
    return {
        "usual": span(job.locale, expected.low, expected.high),
        "place": ordinal(round_place(standing.place)) if standing else "",
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
        "took": duration(job.status_since - job.created_at),
        "minutes": round(model.longest / 60),
        "when": clock((job.submitted_at or job.created_at) + last_look(model)),
        "detail": _detail(job),
    }
    if job.status is Status.FAILED:
        facts["what"], facts["charge"] = _failure(job, model), _charge(job)
    return facts


def _failure(job: Job, model: Model) -> str:
    key = f"failed.{job.reason}"
    rules = say(job.locale, f"rules.{model.rules}") if knows(job.locale, f"rules.{model.rules}") else ""
    kind = say(job.locale, "kind.unknown")
    return say(
        job.locale,
        key if knows(job.locale, key) else "failed.failed",
        model=model.name,
        detail=_detail(job),
        rules=rules,
        kind=kind,
    ).strip()


def _detail(job: Job) -> str:
    """The vendor's own words, shortened and harmless."""
    detail = safe(job.detail or "", DETAIL_SHOWN).strip().rstrip(".")
    return f"“{detail}”" if detail else say(job.locale, "failed.no_detail")


def _charge(job: Job) -> str:
    if job.task_id is None:
        return say(job.locale, "charge.none")
    return say(job.locale, "charge.certain" if job.reason in MADE_ANYWAY else "charge.unknown")


def _spell(locale: str, key: str, value: object) -> object:
    if key == "kind":
        return say(locale, "kind.known", kind=str(value)) if value else say(locale, "kind.unknown")
    if isinstance(value, tuple):
        return ", ".join(spell_size(str(one)) for one in value)
    return safe(value, 100) if isinstance(value, str) else value
