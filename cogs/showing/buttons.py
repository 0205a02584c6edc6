"""Which buttons a job has as it stands: under its card, under its replies, and behind *More*; and those of a draft."""

import discord

from bot.catalogue import Catalogue, Model, Shots
from bot.drafts import SavedDraft
from bot.extras import lengths_with
from bot.jobs import GIVEN_UP, LIVE, Job, Status, is_undecided, may_look
from bot.outlook import Outlook
from bot.video_request import Refusal

from ..pressing.components import Component, button, view
from ..words.wording import say

# Where a picture is refused from.
FROM_REVIEW, FROM_CASE = "review", "case"


def buttons(job: Job, *verbs: str, locale: str | None = None, **facts: str) -> discord.ui.View | None:
    """In the job's language, or in the `locale` of whom alone they are shown to; `facts` fill the labels."""
    shown = [button(verb, job.id, say(locale or job.locale, f"button.{verb}", **facts)) for verb in verbs]
    return view(*shown) if shown else None


def refuse_picture_buttons(job: Job, where: str) -> list[Component]:
    """What puts the pictures that a job was given on its server's list, from where moderators see them."""
    if not job.has_pictures:
        return []
    return [button("refuse_picture", job.id, say(job.locale, "button.refuse_picture"), argument=where)]


def draft_buttons(saved: SavedDraft, locale: str, *verbs: str) -> discord.ui.View:
    return view(*draft_components(saved, locale, *verbs))


def draft_components(saved: SavedDraft, locale: str, *verbs: str) -> list[Component]:
    return [button(verb, saved.id, say(locale, f"button.{verb}")) for verb in verbs]


def refusal_buttons(locale: str, refusal: Refusal) -> discord.ui.View | None:
    """What can be done about a refusal."""
    return view(button("appeal", refusal.appeal, say(locale, "button.appeal"))) if refusal.appeal else None


def card_buttons(job: Job, outlook: Outlook | None = None) -> discord.ui.View | None:
    if job.status in LIVE:
        return buttons(job, "cancel")
    if outlook and outlook.instead:
        return buttons(job, "nearest", model=outlook.instead.name)
    return buttons(job, *_decisions(job))


def reply_buttons(job: Job, catalogue: Catalogue, outlook: Outlook | None = None) -> discord.ui.View | None:
    match job.status:
        case Status.COMPLETED:
            model = catalogue.find(job.request.model)
            further = ("continue", "more") if model and model.picture else ("more",)
            return buttons(job, "repeat", "change", *further)
        case Status.FAILED if outlook and outlook.instead:
            return buttons(job, "nearest", "change", model=outlook.instead.name)
        case Status.FAILED:
            return buttons(job, "change", "repeat", *(["look"] if may_look(job) else []))
        case Status.CANCELLED:
            return buttons(job, "change")
        case Status.DENIED | Status.REJECTED:
            return buttons(job, "change", "why")
        case _:
            return buttons(job, *_decisions(job))


def more_verbs(
    job: Job, catalogue: Catalogue, *, may_decide: bool, may_report: bool = False, blind: bool = False
) -> tuple[str, ...]:
    """What else somebody may do with a finished job, as far as its model offers it.

    Of a `blind` take nothing is offered that tells which one made it.
    """
    model = None if blind else catalogue.find(job.request.model)
    deciding = ("delete",) if may_decide else ()
    if job.is_emptied:
        return deciding
    offered = []
    if model and longer(model, job):
        offered.append("longer")
    if model and shorter(model, job):
        offered.append("shorter")
    if model and len(model.sizes(job.request.seconds)) > 1:
        offered.append("shape")
    if len(catalogue.models) > 1 and not blind:
        offered.append("model")
    reporting = ("report",) if may_report else ()
    return (*offered, "tree", *reporting, *deciding)


def longer(model: Model, job: Job) -> int | None:
    """The next length that the model makes at this size, seconds."""
    return min((one for one in _lengths(model, job) if one > job.request.seconds), default=None)


def shorter(model: Model, job: Job) -> int | None:
    return max((one for one in _lengths(model, job) if one < job.request.seconds), default=None)


def _lengths(model: Model, job: Job) -> list[int]:
    """What the model makes at this size and with these pictures; of listed shots there is one length."""
    if job.request.extras.shots is Shots.LISTED:
        return []
    made = lengths_with(job.request.extras, model)
    return [seconds for seconds in model.lengths(job.request.size) if seconds in made]


def _decisions(job: Job) -> tuple[str, ...]:
    if job.status in GIVEN_UP:
        return ("look",)
    if is_undecided(job):
        return ("again", "leave")
    return ()
