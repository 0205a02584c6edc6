"""What people take home from a brief, whichever way it is written: who took part, what it cost, which takes. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from ..jobs import Job
from ..server_rules.holding import held
from .desk import BriefRecord
from .films import Film, Progress
from .takes import Reel, Take

# Of the form of the file for programs; whoever reads it can tell by that what to expect.
VERSION = 1
# Of a contact sheet nobody can make out more.
SHEET_MOST = 24

Link = Callable[[int | None, int, int], str]
"""Leads to a message, by guild, channel and id."""


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What takes come to by the catalogue's prices, in millionths of its currency; `priced` of `takes` have one."""

    money: int = 0
    priced: int = 0
    takes: int = 0


def took_part(record: BriefRecord) -> list[str]:
    """Whoever has an idea, takes, a note or a shot in it, by name, each once; who only voted is nobody's business."""
    return list(dict.fromkeys(filter(None, _names(record))))


def _names(record: BriefRecord) -> Iterator[str]:
    yield from (idea.author_name for idea in record.desk.ideas)
    yield from (take.job.asker_name for take in record.takes)
    yield from (note.author_name for notes in record.notes.values() for note in notes)
    if record.storyboard:
        yield from (shot.author_name for shot in record.storyboard.shots)


def cost_of(job: Job) -> int | None:
    """What the vendor may have been asked for; None where the catalogue knows no price."""
    return None if job.cost is None else held(job).money


def cost(record: BriefRecord) -> Cost:
    known = [money for take in record.takes if (money := cost_of(take.job)) is not None]
    return Cost(money=sum(known), priced=len(known), takes=len(record.takes))


def clip_link(record: BriefRecord, take: Take, link: Link) -> str | None:
    """Where everybody can look at a take."""
    if not take.is_made or take.clip is None or take.job.is_emptied:
        return None
    return link(record.desk.brief.guild_id, *take.clip)


def board_link(record: BriefRecord, link: Link) -> str | None:
    brief = record.desk.brief
    message_id = brief.board_id or brief.card_id
    place_id = (brief.place_id if brief.board_id else None) or brief.channel_id
    return link(brief.guild_id, place_id, message_id) if message_id else None


def batch_link(record: BriefRecord, reel: Reel, link: Link) -> str | None:
    """The call to compare its takes, or what told of them."""
    brief, message_id = record.desk.brief, reel.batch.comparison_id or reel.batch.message_id
    return link(brief.guild_id, brief.place_id or brief.channel_id, message_id) if message_id else None


def films_made(record: BriefRecord) -> list[Film]:
    return [film for film in record.films if film.progress is Progress.MADE]


def film_link(record: BriefRecord, film: Film, link: Link) -> str | None:
    brief = record.desk.brief
    return link(brief.guild_id, brief.place_id or brief.channel_id, film.posted_id) if film.posted_id else None


def on_sheet(record: BriefRecord) -> list[tuple[Reel, Take]]:
    """The takes that a contact sheet shows, by number: those that everybody can look at, winners kept first."""
    seen = [(reel, take) for reel in record.reels for take in reel.made if not take.job.is_emptied]
    kept = sorted(seen, key=lambda each: (each[1].number != each[0].batch.winner, each[1].number))[:SHEET_MOST]
    return sorted(kept, key=lambda each: each[1].number)


def made_for(record: BriefRecord) -> Mapping[str, int]:
    """The number of each shot of the storyboard, by its `source`."""
    shots = record.storyboard.shots if record.storyboard else ()
    return {shot.source: number for number, shot in enumerate(shots, 1)}


def by_round(record: BriefRecord, number: int) -> Sequence[tuple[int, int]]:
    """What an idea got in each round that it was in."""
    return [(each, tally.votes[number]) for each, tally in record.rounds.items() if number in tally.votes]


def spell_time(at: float) -> str:
    """1700000000.0 → "2023-11-14 22:13 UTC"."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M UTC")
