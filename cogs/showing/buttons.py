"""Which buttons a job has as it stands: under its card, under its replies, and behind *More*."""

import discord

from bot.catalogue import Catalogue, Model
from bot.jobs import GIVEN_UP, LIVE, Job, Status, is_undecided
from bot.outlook import Outlook

from ..pressing.components import button, view
from ..words.wording import say


def buttons(job: Job, *verbs: str, locale: str | None = None, **facts: str) -> discord.ui.View | None:
    """In the job's language, or in the `locale` of whom alone they are shown to; `facts` fill the labels."""
    shown = [button(verb, job.id, say(locale or job.locale, f"button.{verb}", **facts)) for verb in verbs]
    return view(*shown) if shown else None


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
            return buttons(job, "change", "repeat")
        case Status.CANCELLED:
            return buttons(job, "change")
        case _:
            return buttons(job, *_decisions(job))


def more_verbs(job: Job, catalogue: Catalogue, *, may_decide: bool) -> tuple[str, ...]:
    """What else somebody may do with a finished job, as far as its model offers it."""
    model = catalogue.find(job.request.model)
    offered = []
    if model and longer(model, job):
        offered.append("longer")
    if model and shorter(model, job):
        offered.append("shorter")
    if model and len(model.sizes(job.request.seconds)) > 1:
        offered.append("shape")
    if len(catalogue.models) > 1:
        offered.append("model")
    if may_decide:
        offered.append("delete")
    return tuple(offered)


def longer(model: Model, job: Job) -> int | None:
    """The next length that the model makes at this size, seconds."""
    return min((one for one in model.lengths(job.request.size) if one > job.request.seconds), default=None)


def shorter(model: Model, job: Job) -> int | None:
    return max((one for one in model.lengths(job.request.size) if one < job.request.seconds), default=None)


def _decisions(job: Job) -> tuple[str, ...]:
    if job.status in GIVEN_UP:
        return ("look",)
    if is_undecided(job):
        return ("again", "leave")
    return ()
