"""What stands in the picture of a family, and what is said of it to those who do not see it. Pure."""

from collections.abc import Iterator, Mapping

from bot.catalogue import Catalogue
from bot.jobs import Status
from bot.lineage import Departure, Family, Kin, Portrait, departure_of
from bot.sheets import Change, ChangeKind, Member

from ..words.plain import isolated, shorten
from ..words.wording import say, spell_size
from .pages import state_text

# What Discord takes of words in place of a picture, and how much of it one member has.
ALT_MOST, ALT_TITLE = 1024, 60
# Of a prompt nobody reads more in a picture.
TITLE_MOST = 300
# Before the one that was asked about.
THIS = "▸ "


def portraits_of(family: Family, posters: Mapping[str, bytes], catalogue: Catalogue, locale: str) -> list[Portrait]:
    return [_portrait(family, kin, posters.get(kin.id), catalogue, locale) for kin in family.members]


def alt_text(family: Family, locale: str) -> str:
    """The picture in words: who is in it, in its order."""
    told = "; ".join(_told(kin, departure_of(family, kin), locale) for kin in family.members)
    return shorten(say(locale, "family.alt", count=len(family.members), members=told), ALT_MOST)


def _portrait(family: Family, kin: Kin, poster: bytes | None, catalogue: Catalogue, locale: str) -> Portrait:
    departure = departure_of(family, kin)
    mark = THIS if kin.id == family.middle and len(family.members) > 1 else ""
    member = Member(
        id=kin.id,
        number=mark + _number(kin, locale),
        title=shorten(_title(kin, departure, locale), TITLE_MOST),
        poster=poster,
        votes=_foot(kin, catalogue, locale),
        won=kin.won,
        parents=kin.parents,
        changed=tuple(_changes(departure, kin, catalogue, locale)) if departure else (),
    )
    return Portrait(member=member, prompts=departure.prompts if departure else None)


def _number(kin: Kin, locale: str) -> str:
    """As short as a badge is."""
    return say(locale, "family.take", number=kin.number) if kin.is_take or kin.of_take else kin.number


def _title(kin: Kin, departure: Departure | None, locale: str) -> str:
    """What it shows; of a take its name, where its idea says that already."""
    if kin.job and kin.is_take and departure and departure.prompts is None:
        return say(locale, "take.number", number=kin.number)
    if kin.job:
        return kin.job.request.prompt
    return kin.idea.title if kin.idea else say(locale, "family.hidden")


def _foot(kin: Kin, catalogue: Catalogue, locale: str) -> str:
    """Votes of an idea; of a clip its model, or how it stands while there is none."""
    if kin.votes is not None:
        return say(locale, "idea.has_votes", votes=kin.votes)
    if kin.job is None:
        return ""
    if kin.job.status is not Status.COMPLETED:
        return state_text(locale, kin.job)
    return "" if kin.blind else catalogue.describe(kin.job.request.model).name


def _changes(departure: Departure, kin: Kin, catalogue: Catalogue, locale: str) -> Iterator[Change]:
    """Without what came and went in the prompt."""
    if kin.job is None:
        return
    request = kin.job.request
    texts = {
        "model": catalogue.describe(request.model).name,
        "seconds": say(locale, "family.seconds", seconds=request.seconds),
        "size": spell_size(request.size),
        "picture": say(locale, "family.pictured" if kin.job.has_pictures else "family.unpictured"),
        "extras": say(locale, "family.extras"),
    }
    for name in departure.names:
        yield Change(kind=ChangeKind.OTHER, text=texts[name])
    if not departure.names and departure.prompts is None and not kin.is_take and not kin.blind:
        yield Change(kind=ChangeKind.OTHER, text=say(locale, "family.again"))


def _told(kin: Kin, departure: Departure | None, locale: str) -> str:
    title = isolated(shorten(" ".join(_title(kin, departure, locale).split()), ALT_TITLE))
    return f"{_number(kin, locale)} {title}{' ★' if kin.won else ''}"
