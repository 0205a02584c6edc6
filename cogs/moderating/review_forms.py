"""The forms that moderators fill in: a reason, another prompt, for how long somebody is blocked."""

from collections.abc import Sequence
from typing import Any

import discord

from bot.jobs import Job

from ..asking.forms import FORGOTTEN_AFTER, TEXT_MOST
from ..pressing.components import press_id
from ..words.wording import say

# Discord takes so many characters in the value and the label of an option. Source: Component reference.
OPTION_MOST = 100
REASON_MOST = 300
# The last so many different reasons of a server are offered.
USUAL_MOST = 5

DAY = 86_400.0
# For how long somebody can be blocked, seconds.
LENGTHS = {"day": DAY, "week": 7 * DAY, "month": 30 * DAY, "year": 365 * DAY}


def reason_form(verb: str, title: str, job: Job, usual: Sequence[str], locale: str) -> discord.ui.Modal:
    """Why not: one of the reasons that are usual there, or one's own words, or nothing."""
    modal = _modal(verb, title, job, locale)
    if usual:
        modal.add_item(_menu("usual", [discord.SelectOption(label=each, value=each) for each in usual], locale))
    modal.add_item(_reason(locale))
    return modal


def prompt_form(verb: str, job: Job, locale: str) -> discord.ui.Modal:
    field = discord.ui.TextInput[discord.ui.Modal](
        custom_id="prompt",
        style=discord.TextStyle.paragraph,
        default=job.request.prompt[:TEXT_MOST],
        max_length=TEXT_MOST,
    )
    modal = _modal(verb, "rewrite", job, locale)
    modal.add_item(_label("prompt", field, locale))
    return modal


def block_form(verb: str, job: Job, locale: str) -> discord.ui.Modal:
    options = [discord.SelectOption(label=say(locale, f"reviewing.choice_{each}"), value=each) for each in LENGTHS]
    modal = _modal(verb, "block", job, locale)
    modal.add_item(_menu("until", options, locale, required=True))
    modal.add_item(_reason(locale))
    return modal


def _modal(verb: str, title: str, job: Job, locale: str) -> discord.ui.Modal:
    custom_id = press_id(verb, job.id)
    return discord.ui.Modal(title=say(locale, f"reviewing.{title}_title"), custom_id=custom_id, timeout=FORGOTTEN_AFTER)


def _reason(locale: str) -> discord.ui.Label[discord.ui.Modal]:
    field = discord.ui.TextInput[discord.ui.Modal](
        custom_id="reason", style=discord.TextStyle.paragraph, required=False, max_length=REASON_MOST
    )
    return _label("reason", field, locale)


def _menu(
    name: str, options: list[discord.SelectOption], locale: str, *, required: bool = False
) -> discord.ui.Label[discord.ui.Modal]:
    field = discord.ui.Select[discord.ui.Modal](
        custom_id=name, options=options, required=required, min_values=1 if required else 0
    )
    return _label(name, field, locale)


def _label(name: str, field: discord.ui.Item[Any], locale: str) -> discord.ui.Label[discord.ui.Modal]:
    return discord.ui.Label(text=say(locale, f"reviewing.{name}_label"), component=field)
