"""The family of a job as people see it: a tree of a few lines, the one that is shown marked in it."""

from collections.abc import Callable, Collection, Iterable

from bot.catalogue import Catalogue
from bot.family import Twig, changes, grow, keep_nearest, prune
from bot.finding import UNLISTED
from bot.jobs import Job
from bot.lineage import TELLING

from ..showing.links import card_link
from ..words.plain import beside
from ..words.wording import say, spell_size
from .pages import state_text

# So many of a family are drawn, or as many as fit into so many characters.
MOST = 12
ROOM = 2000
WORDS_SHOWN = 40
# Deeper branches are drawn no further to the right.
DEEPEST = 6
GAP = "\u2003"  # plain spaces at the beginning of a line are cut off


def family_tree(
    family: Iterable[Job],
    shown: Job,
    catalogue: Catalogue,
    locale: str,
    may_show: Callable[[Job], bool],
    blind: Collection[str] = (),
) -> str | None:
    """The tree, as text; None for a job without relatives that may be shown.

    Of those that are `blind` it is not told which model made them.
    """
    jobs = prune(family, lambda job: job.id == shown.id or (may_show(job) and job.status not in UNLISTED))
    if len(jobs) < 2:
        return None
    for most in range(min(MOST, len(jobs)), 0, -1):
        twigs = grow(keep_nearest(jobs, shown.id, most))
        lines = [_line(twig, shown, catalogue, locale, may_show, blind) for twig in twigs]
        if most < len(jobs):
            lines.append(say(locale, "family.more", count=len(jobs) - most))
        text = "\n".join(lines)
        if len(text) <= ROOM:
            return text
    return None


def _line(
    twig: Twig,
    shown: Job,
    catalogue: Catalogue,
    locale: str,
    may_show: Callable[[Job], bool],
    blind: Collection[str],
) -> str:
    job = twig.job
    if job.status in UNLISTED or not (may_show(job) or job.id == shown.id):
        return _stem(twig.ends) + say(locale, "family.hidden")
    key = "family.this" if job.id == shown.id else "family.other"
    what = _what(job, twig.parent, catalogue, locale, blind=job.id in blind)
    link = card_link(job)
    name = f"[{job.id}]({link})" if link else f"`{job.id}`"
    return _stem(twig.ends) + say(locale, key, what=what, state=state_text(locale, job), name=name)


def _stem(ends: tuple[bool, ...]) -> str:
    """│ ├ └, as the branches above it go on or end."""
    if not ends:
        return ""
    *above, last = ends[-DEEPEST:]
    return "".join(GAP if end else f"│{GAP}" for end in above) + ("└ " if last else "├ ")


def _what(job: Job, parent: Job | None, catalogue: Catalogue, locale: str, *, blind: bool) -> str:
    """What the job shows, or as a descendant: what it does otherwise than the one above it."""
    words = say(locale, "family.prompt", prompt=beside(job.request.prompt, WORDS_SHOWN))
    if parent is None:
        return words
    texts = {
        "prompt": words,
        "model": catalogue.describe(job.request.model).name,
        "seconds": say(locale, "family.seconds", seconds=job.request.seconds),
        "size": spell_size(job.request.size),
        "picture": say(locale, "family.pictured" if job.has_pictures else "family.unpictured"),
        "extras": say(locale, "family.extras"),
    }
    told = [texts[name] for name in changes(parent, job) if not (blind and name in TELLING)]
    return " · ".join(told) or (words if blind else say(locale, "family.again"))
