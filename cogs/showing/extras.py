"""What a wish has beside the usual, in words: on cards, in reviews, for its author. Pure."""

from collections.abc import Iterator

from bot.catalogue import Extras, Model

from ..words.plain import beside
from ..words.wording import joined, quoted, say

# Characters of what is not to be seen that are shown.
NEGATIVE_SHOWN = 150


def extras_lines(locale: str, extras: Extras, model: Model) -> list[str]:
    """What was set, in one line, and what was left out to fit the model, in another; nothing where there is nothing."""
    lines = []
    if told := list(_told(locale, extras)):
        lines.append(" · ".join(told))
    if extras.left_out:
        names = joined(locale, [say(locale, f"extras.name_{name}") for name in extras.left_out])
        lines.append(say(locale, "extras.left_out", model=model.name, names=names))
    return lines


def _told(locale: str, extras: Extras) -> Iterator[str]:
    if extras.last:
        yield say(locale, "extras.last")
    if extras.references:
        yield say(locale, "extras.references", count=extras.references)
    if extras.sound is not None:
        yield say(locale, "extras.sound_on" if extras.sound else "extras.sound_off")
    if extras.resolution:
        yield beside(extras.resolution, 20)
    if extras.shots:
        yield say(locale, f"extras.shots_{extras.shots}")
    if extras.seed is not None:
        yield say(locale, "extras.seed", seed=str(extras.seed))
    if extras.negative:
        yield say(locale, "extras.negative", words=quoted(locale, beside(extras.negative, NEGATIVE_SHOWN)))
