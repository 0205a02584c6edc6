"""The record of a brief as Markdown: the same for people, in the language of the brief. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..jobs import Job
from .desk import BriefRecord
from .ideas import Idea
from .notes import in_order, spell_moment
from .record import (
    Link,
    batch_link,
    board_link,
    by_round,
    clip_link,
    cost,
    cost_of,
    film_link,
    films_made,
    made_for,
    spell_time,
    took_part,
)
from .storyboard import Shot, Storyboard
from .takes import Reel, Take, Verdict
from .votes import Tally, leaders

HEADINGS = (
    *("began", "ended", "took_part", "board", "cost", "ideas", "rounds", "round", "by", "votes", "withdrawn", "won"),
    *("joins", "from", "nobody", "tie", "takes", "take", "of_idea", "of_shots", "shot", "blind", "untold", "compared"),
    *("none", "undecided", "watch", "emptied", "note", "left_out", "storyboard", "length", "seconds", "spoiler"),
    *("kind_take", "kind_wish", "kind_clip", "kind_still", "join_cut", "join_fade", "join_continue", "films"),
)


@dataclass(frozen=True, kw_only=True)
class Spelling:
    """How a language says it: `words` by the keys of `HEADINGS`, what a job asks for, how it stands, and its cost.

    What `settings` gives is plain already.
    """

    words: Mapping[str, str]
    model: Callable[[Job], str]
    settings: Callable[[Job], Sequence[str]]
    status: Callable[[Job], str]
    money: Callable[[int], str]
    link: Link


def as_markdown(record: BriefRecord, spelling: Spelling) -> bytes:
    return ("\n".join(_Writing(record, spelling).lines()).rstrip("\n") + "\n").encode()


class _Writing:
    """One record, written once."""

    def __init__(self, record: BriefRecord, spelling: Spelling) -> None:
        self._record = record
        self._spelling = spelling
        self._words = spelling.words

    def lines(self) -> Iterator[str]:
        record, words, brief = self._record, self._words, self._record.desk.brief
        yield from (f"# {_line(brief.topic)}", "")
        began, ended = spell_time(brief.made_at), spell_time(brief.phase_since)
        yield from (f"{words['began']}: {began} · {words['ended']}: {ended}", "")
        yield from (f"{words['took_part']}: {', '.join(map(_line, took_part(record))) or '–'}", "")
        if board := board_link(record, self._spelling.link):
            yield from (f"{words['board']}: <{board}>", "")
        if (whole := cost(record)).priced:
            of = "" if whole.priced == whole.takes else f" ({whole.priced}/{whole.takes})"
            yield from (f"{words['cost']}: {self._spelling.money(whole.money)}{of}", "")
        yield from (f"## {words['ideas']}", "")
        for idea in record.desk.ideas:
            yield from self._idea(idea)
        if record.rounds:
            yield from (f"## {words['rounds']}", "")
            yield from (f"- {words['round']} {number}: {self._tally(tally)}" for number, tally in record.rounds.items())
            yield ""
        if record.reels:
            yield from (f"## {words['takes']}", "")
            for reel in record.reels:
                yield from self._batch(reel)
        if record.left_out:
            yield from (f"{words['left_out']}: {record.left_out}", "")
        if record.storyboard and record.storyboard.shots:
            yield from self._storyboard(record.storyboard)
        if films := films_made(record):
            yield from (f"## {words['films']}", "")
            for film in films:
                link = film_link(record, film, self._spelling.link)
                yield f"- {_line(film.title) or '–'} · {_watch(link, words)}" if link else f"- {_line(film.title)}"

    # --- ideas

    def _idea(self, idea: Idea) -> Iterator[str]:
        words = self._words
        mark = f" ★ {words['won']}" if idea.number == self._record.desk.winner else ""
        gone = f" ({words['withdrawn']})" if idea.withdrawn else ""
        votes = ", ".join(f"{words['round']} {each}: {given}" for each, given in by_round(self._record, idea.number))
        facts = [f"{words['by']} {_line(idea.author_name)}" if idea.author_name else ""]
        facts += [f"{words['votes']}: {votes}" if votes else ""]
        facts += [f"{words['joins']} {', '.join(map(str, idea.of))}" if idea.of else ""]
        facts += [f"{words['from']} {idea.source}" if idea.source else ""]
        yield from (f"### {idea.number}. {_line(idea.title) or '–'}{mark}{gone}", "")
        yield from (" · ".join(filter(None, facts)), "")
        yield from (*_quoted(idea.text.prompt), "")

    def _tally(self, tally: Tally) -> str:
        ordered = sorted(tally.votes.items(), key=lambda each: (-each[1], each[0]))
        told = ", ".join(f"{number}. × {votes}" for number, votes in ordered) or self._words["nobody"]
        return f"{told} ({self._words['tie']})" if len(leaders(tally)) > 1 else told

    # --- takes

    def _batch(self, reel: Reel) -> Iterator[str]:
        words, batch = self._words, reel.batch
        of = words["of_shots"] if batch.is_of_shots else f"{words['of_idea']} {batch.idea}"
        link = batch_link(self._record, reel, self._spelling.link)
        facts = [spell_time(batch.sent_at) if batch.sent_at is not None else ""]
        facts += [words["untold"] if reel.hides_models else words["blind"] if batch.blind else ""]
        facts += [f"[{words['compared']}]({link})" if link else ""]
        yield from (f"### {of}", "", " · ".join(filter(None, facts)), "")
        if not batch.is_of_shots:
            yield from (f"{words['rounds']}: {self._outcome(reel)}", "")
        prompts = [take.job.request.prompt for take in reel.takes]
        # of an idea all say the same mostly
        common = prompts[0] if len(set(prompts)) == 1 and prompts else None
        if common:
            yield from (*_quoted(common), "")
        for take in reel.takes:
            yield from self._take(take, reel, with_words=common is None)
        yield ""

    def _take(self, take: Take, reel: Reel, *, with_words: bool) -> Iterator[str]:
        words, job, request = self._words, take.job, take.job.request
        link, shot = clip_link(self._record, take, self._spelling.link), made_for(self._record).get(take.shot or "")
        money, told = cost_of(job), not reel.hides_models
        facts = [f"**{words['take']} {take.number}**"]
        facts += [f"★ {words['won']}"] if take.number == reel.batch.winner else []
        facts += [f"{words['shot']} {shot}"] if shot else []
        facts += [_line(self._spelling.model(job))] if told else []
        facts += [f"{request.seconds} {words['seconds']}", request.size]
        facts += self._spelling.settings(job) if told else []
        facts += [self._spelling.status(job)]
        facts += [self._spelling.money(money)] if told and money else []
        facts += [words["spoiler"]] if job.spoiler else []
        facts += [words["emptied"]] if job.is_emptied else []
        facts += [_watch(link, words)] if link else []
        yield f"- {' · '.join(facts)}"
        if with_words and request.prompt:
            yield from (f"  {line}" for line in _quoted(request.prompt))
        for note in in_order(self._record.notes.get(job.id, ())):
            moment = "" if note.moment is None else f"{spell_moment(note.moment)} "
            author = f" · {_line(note.author_name)}" if note.author_name else ""
            yield f"  - {words['note']}: {moment}{_line(note.words)}{author}"

    def _outcome(self, reel: Reel) -> str:
        """What was said of its takes, and what came of that; who decided is not known."""
        words, batch, votes = self._words, reel.batch, reel.count.votes
        names: dict[str, str] = {Verdict.TIE: words["tie"], Verdict.NONE: words["none"]}
        ordered = sorted(votes.items(), key=lambda each: (-each[1], each[0]))
        said = ((names.get(choice, f"{words['take']} {choice}"), given) for choice, given in ordered)
        told = ", ".join(f"{choice} × {given}" for choice, given in said) or words["nobody"]
        if batch.ended_at is None:
            return words["undecided"] if reel.hides_votes else f"{told} ({words['undecided']})"
        if batch.winner is not None:
            return f"{told} → ★ {words['take']} {batch.winner}"
        return f"{told} → {names[batch.outcome]}" if batch.outcome else told

    # --- the storyboard

    def _storyboard(self, board: Storyboard) -> Iterator[str]:
        words = self._words
        yield from (f"## {words['storyboard']}", "")
        yield from (f"{words['length']}: {_seconds(board.length)} {words['seconds']}", "")
        for shot in board.shots:
            yield from self._shot(shot, board)
        yield ""

    def _shot(self, shot: Shot, board: Storyboard) -> Iterator[str]:
        words, made, clip = self._words, board.made_of(shot), board.clip_of(shot)
        facts = [words[f"kind_{shot.kind}"] + (f" {made.number}" if made else "")]
        facts += [f"{_seconds(board.seconds(shot))} {words['seconds']}"]
        facts += [words[f"join_{shot.join}"]] if board.before(shot) else []
        facts += [words["spoiler"]] if shot.spoiler else []
        facts += [_watch(self._spelling.link(board.brief.guild_id, *clip), words)] if clip else []
        yield f"{board.number(shot)}. {' · '.join(facts)}"
        if shot.words:
            yield from (f"   {line}" for line in _quoted(shot.words))
        if shot.note:
            yield f"   - {words['note']}: {_line(shot.note)}"


def _watch(link: str, words: Mapping[str, str]) -> str:
    return f"[{words['watch']}]({link})"


def _quoted(text: str) -> list[str]:
    return [f"> {line}" for line in text.splitlines() if line]


def _seconds(value: float) -> str:
    """3.0 → "3", 2.5 → "2.5"."""
    return f"{value:g}" if value < 1000 else f"{value:.0f}"


def _line(text: str) -> str:
    """On one line, as Markdown shows it as it was typed."""
    return " ".join(text.split()).replace("\\", "\\\\").replace("*", "\\*").replace("_", "\\_").replace("#", "\\#")
