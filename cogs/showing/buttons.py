"""The buttons and menus of a job: which it has as it stands, and that each means the same after a restart."""

import re
from typing import Self

import discord

from bot.catalogue import Catalogue, Model
from bot.jobs import Job, Status, is_undecided
from bot.outlook import Outlook

from ..words.wording import say

# What decides about a job, also by way of a question, and what makes another one of it.
DECISIONS = ("cancel", "unfollow", "look", "again", "leave", "delete", "erase")
VARIATIONS = ("repeat", "change", "continue", "longer", "shorter", "shape", "model", "nearest")
VERBS = (*DECISIONS, *VARIATIONS)
# What costs again without a doubt, or cannot be undone.
DANGEROUS = ("again", "erase")
# What varies a result stands below what repeats it.
SECOND_ROW = ("longer", "shorter", "shape", "model", "delete")


class JobButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=rf"job:(?P<id>[0-9a-z]{{1,16}}):(?P<verb>{'|'.join(VERBS)})",
):
    """A button that means the same after a restart: its id says which job and what to do, nothing else is trusted."""

    def __init__(self, job_id: str, verb: str, label: str) -> None:
        style = discord.ButtonStyle.danger if verb in DANGEROUS else discord.ButtonStyle.secondary
        button = discord.ui.Button[discord.ui.View](label=label, style=style, custom_id=f"job:{job_id}:{verb}")
        super().__init__(button, row=1 if verb in SECOND_ROW else 0)
        self.job_id = job_id
        self.verb = verb

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[discord.ui.View], match: re.Match[str]
    ) -> Self:
        return cls(match["id"], match["verb"], getattr(item, "label", None) or "…")

    async def callback(self, interaction: discord.Interaction) -> None:
        interaction.client.dispatch("job_button", interaction, self.job_id, self.verb)


def buttons(job: Job, *verbs: str, locale: str | None = None, **facts: str) -> discord.ui.View | None:
    """A fresh view each time, of dynamic items only: discord.py 2.7.1 forgets the class otherwise.

    In the job's language, or in the `locale` of whom alone they are shown to; `facts` fill the labels.
    """
    if not verbs:
        return None
    view = discord.ui.View(timeout=None)
    for verb in verbs:
        view.add_item(JobButton(job.id, verb, say(locale or job.locale, f"button.{verb}", **facts)))
    return view


class JobMenu(
    discord.ui.DynamicItem[discord.ui.Select[discord.ui.View]],
    template=r"choose:(?P<id>[0-9a-z]{1,16}):(?P<what>shape|model)",
):
    """A menu of a job's other shapes or models; what is chosen is checked like anything that is typed."""

    def __init__(self, job_id: str, what: str, options: list[discord.SelectOption], placeholder: str = "…") -> None:
        super().__init__(
            discord.ui.Select(custom_id=f"choose:{job_id}:{what}", options=options, placeholder=placeholder)
        )
        self.job_id = job_id
        self.what = what

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[discord.ui.View], match: re.Match[str]
    ) -> Self:
        return cls(match["id"], match["what"], getattr(item, "options", []))

    async def callback(self, interaction: discord.Interaction) -> None:
        interaction.client.dispatch("job_choice", interaction, self.job_id, self.what, self.item.values[0])


def menu(job: Job, what: str, options: list[discord.SelectOption], placeholder: str) -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    view.add_item(JobMenu(job.id, what, options, placeholder))
    return view


def card_buttons(job: Job, outlook: Outlook | None = None) -> discord.ui.View | None:
    live = (Status.QUEUED, Status.SUBMITTING, Status.PENDING, Status.PROCESSING)
    if job.status in live:
        return buttons(job, "cancel")
    if outlook and outlook.instead:
        return buttons(job, "nearest", model=outlook.instead.name)
    return buttons(job, *_decisions(job))


def reply_buttons(job: Job, catalogue: Catalogue, outlook: Outlook | None = None) -> discord.ui.View | None:
    match job.status:
        case Status.COMPLETED:
            return buttons(job, *result_verbs(job, catalogue))
        case Status.FAILED if outlook and outlook.instead:
            return buttons(job, "nearest", "change", model=outlook.instead.name)
        case Status.FAILED:
            return buttons(job, "change", "repeat")
        case Status.CANCELLED:
            return buttons(job, "change")
        case _:
            return buttons(job, *_decisions(job))


def result_verbs(job: Job, catalogue: Catalogue) -> tuple[str, ...]:
    """What can be made of a finished job, as far as its model offers it."""
    model = catalogue.find(job.request.model)
    offered = ["repeat", "change"]
    if model and model.picture:
        offered.append("continue")
    if model and longer(model, job):
        offered.append("longer")
    if model and shorter(model, job):
        offered.append("shorter")
    if model and len(model.sizes(job.request.seconds)) > 1:
        offered.append("shape")
    if len(catalogue.models) > 1:
        offered.append("model")
    return (*offered, "delete")


def longer(model: Model, job: Job) -> int | None:
    """The next length that the model makes at this size, seconds."""
    return min((one for one in model.lengths(job.request.size) if one > job.request.seconds), default=None)


def shorter(model: Model, job: Job) -> int | None:
    return max((one for one in model.lengths(job.request.size) if one < job.request.seconds), default=None)


def _decisions(job: Job) -> tuple[str, ...]:
    if job.status in (Status.EXPIRED, Status.UNFOLLOWED):
        return ("look",)
    if is_undecided(job):
        return ("again", "leave")
    return ()
