"""The forms of keeping order: why a clip is reported or a picture refused, for how long somebody is blocked."""

import discord

from bot import clock
from bot.discord_bot import Interaction
from bot.moderation import FOREVER
from bot.reviews import Block

from ..asking.forms import FORGOTTEN_AFTER, read_form
from ..pressing.components import press_id
from ..words.wording import say
from .review_forms import LENGTHS

REASON_MOST = 300
WITHOUT_END = "forever"


def report_form(verb: str, subject: str, locale: str) -> discord.ui.Modal:
    modal = _modal(verb, subject, say(locale, "report.form"))
    modal.add_item(_reason(say(locale, "report.why"), required=True))
    return modal


def block_form(verb: str, subject: str, title: str, locale: str) -> discord.ui.Modal:
    modal = _modal(verb, subject, title)
    options = [
        discord.SelectOption(label=say(locale, f"moderate.for_{each}"), value=each) for each in (*LENGTHS, WITHOUT_END)
    ]
    field = discord.ui.Select[discord.ui.Modal](custom_id="until", options=options)
    modal.add_item(discord.ui.Label(text=say(locale, "moderate.until"), component=field))
    modal.add_item(_reason(say(locale, "moderate.why"), required=True))
    return modal


def picture_form(verb: str, subject: str, argument: str, locale: str) -> discord.ui.Modal:
    modal = _modal(verb, subject, say(locale, "pictures.form"), argument)
    modal.add_item(_reason(say(locale, "pictures.why"), required=False))
    return modal


def read_reason(interaction: Interaction) -> str:
    return read_form(interaction).values.get("why", "").strip()[:REASON_MOST]


def read_block(interaction: Interaction) -> Block | None:
    """None for what the form does not offer."""
    chosen = read_form(interaction).values.get("until", "")
    if chosen == WITHOUT_END:
        return Block(until=FOREVER, why=read_reason(interaction))
    length = LENGTHS.get(chosen)
    return Block(until=clock.now() + length, why=read_reason(interaction)) if length else None


def _modal(verb: str, subject: str, title: str, argument: str = "") -> discord.ui.Modal:
    return discord.ui.Modal(title=title, custom_id=press_id(verb, subject, argument), timeout=FORGOTTEN_AFTER)


def _reason(label: str, *, required: bool) -> discord.ui.Label[discord.ui.Modal]:
    field = discord.ui.TextInput[discord.ui.Modal](
        custom_id="why", style=discord.TextStyle.paragraph, required=required, max_length=REASON_MOST
    )
    return discord.ui.Label(text=label, component=field)
