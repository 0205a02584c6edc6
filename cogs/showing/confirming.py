"""The question before a wish is sent: what its model's maker does not make, what it comes to."""

from collections.abc import Iterator

import discord

from bot.actions import ToConfirm

from ..pressing.components import button, view
from ..words.wording import say
from .buttons import draft_components
from .content_rules import content_rules
from .limits import cost_lines


def question_text(locale: str, asked: ToConfirm) -> str:
    return "\n".join(_lines(locale, asked))


def confirm_buttons(asked: ToConfirm, locale: str) -> discord.ui.View:
    """What it comes to goes along: a yes to that is none to more."""
    sends = button("confirm", asked.saved.id, say(locale, "button.confirm"), argument=str(told_money(asked)))
    return view(sends, *draft_components(asked.saved, locale, "edit"))


def told_money(asked: ToConfirm) -> int:
    """In millionths."""
    return asked.amount.money if asked.amount else 0


def _lines(locale: str, asked: ToConfirm) -> Iterator[str]:
    if asked.rules_of:
        yield say(locale, "confirm.first", rules=content_rules(locale, asked.rules_of))
    if asked.amount:
        yield from cost_lines(locale, asked.amount, asked.left)
    yield say(locale, "confirm.send")
