"""The question before a wish is sent: what its model's maker does not make, what it comes to."""

from collections.abc import Iterator

from bot.actions import ToConfirm

from ..words.wording import say
from .content_rules import content_rules
from .limits import cost_lines


def question_text(locale: str, asked: ToConfirm) -> str:
    return "\n".join(_lines(locale, asked))


def _lines(locale: str, asked: ToConfirm) -> Iterator[str]:
    if asked.rules_of:
        yield say(locale, "confirm.first", rules=content_rules(locale, asked.rules_of))
    if asked.amount:
        yield from cost_lines(locale, asked.amount, asked.left)
    yield say(locale, "confirm.send")
