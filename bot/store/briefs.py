"""Briefs in the database: rules, ideas and ballots, each changed in one transaction with what the board is to show."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

import sqlalchemy as sa

from ..briefs.brief import Brief, Format, Halt, Phase, Rules, changed, due
from ..briefs.desk import Desk
from ..briefs.ideas import PARTS, Idea, Text
from ..briefs.takes import Taken
from ..briefs.votes import Ballot, Spoilt, Tally, count
from .dues import Dues
from .schema import ballots, batches, briefs, ideas, storyboards, takes
from .transactions import Transactions, drawn_anew

_OF_IDEA = [column for column in ideas.c if column.name not in ("picture", "event", "guild_id")]
_OF_BRIEF = [briefs.c[field.name] for field in fields(Brief)]

# A list of briefs is looked through no further.
LISTED = 200


@dataclass(frozen=True, kw_only=True)
class Voted:
    """The ballot as it stands after a press, what it is about, and why it was not changed as was wished.

    The tally of the `desk` is left out: whoever votes is shown their own ballot.
    """

    desk: Desk | None = None
    ballot: Ballot = field(default_factory=dict)
    halt: Halt | Spoilt | None = None


class BriefRows(Transactions):
    # --- one brief

    async def start_brief(self, brief: Brief) -> bool:
        """False when its event came before."""
        kept = self._insert_of(briefs).values(_brief_row(brief)).on_conflict_do_nothing()
        return await self._write(lambda db: db.execute(kept).rowcount > 0)

    async def find_brief(self, brief_id: str) -> Brief | None:
        return await self._find_brief(briefs.c.id == brief_id)

    async def brief_of_place(self, place_id: int) -> Brief | None:
        """The newest brief of a thread."""
        return await self._find_brief(briefs.c.place_id == place_id)

    async def brief_of_message(self, message_id: int) -> Brief | None:
        """The brief whose board, or whose card, this message is."""
        return await self._find_brief(sa.or_(briefs.c.board_id == message_id, briefs.c.card_id == message_id))

    async def briefs_in(self, guild_id: int) -> list[Brief]:
        """The last briefs of a server, the newest first."""
        query = sa.select(*_OF_BRIEF).where(briefs.c.guild_id == guild_id).order_by(briefs.c.made_at.desc())
        return await self._read(lambda db: [_brief(row) for row in db.execute(query.limit(LISTED))])

    async def desk(self, brief_id: str) -> Desk | None:
        return await self._read(lambda db: find_desk(db, brief_id))

    async def change_brief(
        self, brief_id: str, transition: Callable[[Brief, list[Idea]], Brief | Halt]
    ) -> Brief | Halt:
        def change(db: sa.Connection) -> Brief | Halt:
            brief = self._lock_brief(db, brief_id)
            if brief is None:
                return Halt.GONE
            after = transition(brief, _ideas(db, brief_id))
            if isinstance(after, Brief):
                self._keep_brief(db, after, brief)
                if after.is_closed:
                    self._end_batches(db, after)
                if after.phase is not brief.phase and (after.is_filming or brief.is_filming):
                    self._touch_storyboard(db, after, after.changed_at)
            return after

        return await self._write(change)

    # --- ideas

    async def add_idea(
        self,
        idea: Idea,
        event: str,
        picture: bytes | None,
        judge: Callable[[Brief, list[Idea]], Halt | None],
        now: float,
    ) -> Idea | Halt:
        """Keep an idea under the next number; one that came with the same event before is given instead."""

        def add(db: sa.Connection) -> Idea | Halt:
            brief = self._lock_brief(db, idea.brief_id)
            if brief is None:
                return Halt.GONE
            known = db.execute(sa.select(*_OF_IDEA).where(ideas.c.brief_id == brief.id, ideas.c.event == event)).first()
            if known:
                return _idea(known)
            found = _ideas(db, brief.id)
            if halt := judge(brief, found):
                return halt
            kept = replace(idea, number=max((one.number for one in found), default=0) + 1)
            more = {"event": event, "guild_id": brief.guild_id, "picture": picture}
            db.execute(sa.insert(ideas), {**_idea_row(kept), **more, "has_picture": picture is not None})
            self._keep_brief(db, changed(brief, now), brief)
            return kept

        return await self._write(add)

    async def change_idea(
        self, brief_id: str, number: int, transition: Callable[[Brief, Idea], Idea | Halt], now: float
    ) -> Idea | Halt:
        def change(db: sa.Connection) -> Idea | Halt:
            brief = self._lock_brief(db, brief_id)
            own = (ideas.c.brief_id == brief_id, ideas.c.number == number)
            found = db.execute(sa.select(*_OF_IDEA).where(*own)).first()
            if brief is None or found is None:
                return Halt.GONE
            after = transition(brief, _idea(found))
            if isinstance(after, Halt):
                return after
            if after.chosen_in is not None:
                others = (ideas.c.brief_id == brief_id, ideas.c.chosen_in == after.chosen_in)
                db.execute(sa.update(ideas).where(*others).values(chosen_in=None))
            row = _idea_row(after)
            del row["has_picture"]
            db.execute(sa.update(ideas).where(*own).values(row))
            self._keep_brief(db, changed(brief, now), brief)
            return after

        return await self._write(change)

    async def keep_idea_picture(self, brief_id: str, number: int, picture: bytes | None, *, spoiler: bool) -> None:
        own = (ideas.c.brief_id == brief_id, ideas.c.number == number)
        values = {"picture": picture, "has_picture": picture is not None, "spoiler": spoiler}
        await self._execute(sa.update(ideas).where(*own).values(values))

    async def idea_picture(self, brief_id: str, number: int) -> bytes | None:
        query = sa.select(ideas.c.picture).where(ideas.c.brief_id == brief_id, ideas.c.number == number)
        picture: bytes | None = await self._read(lambda db: db.scalar(query))
        return picture

    # --- votes

    async def ballot(self, brief: Brief, member_id: int) -> Ballot:
        """What a member voted in the last round."""
        query = sa.select(ballots.c.votes).where(*_of_round(brief), ballots.c.member_id == member_id)
        votes: Mapping[str, int] | None = await self._read(lambda db: db.scalar(query))
        return _ballot(votes or {})

    async def vote(
        self,
        brief_id: str,
        member_id: int,
        write: Callable[[Brief, list[Idea], Ballot], Ballot | Halt | Spoilt],
        at: float,
    ) -> Voted:
        """Put a member's whole ballot in the place of the one before, as `write` makes it of that.

        `at` is when Discord heard of it: whoever heard of it, and wrote, so late that a newer one stands there changes
        nothing.
        """

        def vote(db: sa.Connection) -> Voted:
            brief = self._lock_brief(db, brief_id)
            if brief is None:
                return Voted(halt=Halt.GONE)
            own = (*_of_round(brief), ballots.c.member_id == member_id)
            found = db.execute(sa.select(ballots.c.votes, ballots.c.at).where(*own)).first()
            before, lies = _ballot(found.votes) if found else {}, _ideas(db, brief_id)
            after = write(brief, lies, before)
            voted = Voted(desk=Desk(brief=brief, ideas=tuple(lies)), ballot=before)
            if found and found.at > at:
                return voted
            if isinstance(after, Halt | Spoilt):
                return replace(voted, halt=after)
            self._keep_ballot(db, brief, member_id, after, at, known=found is not None)
            if not found or after != before:
                self._keep_brief(db, changed(brief, at), brief)
            return replace(voted, ballot=after)

        return await self._write(vote)

    async def rounds(self, brief_id: str) -> dict[int, Tally]:
        """What each round came to."""
        return await self._read(lambda db: rounds_of(db, brief_id))

    async def own_ideas(self, member_id: int) -> tuple[list[Idea], list[tuple[str, int, float, Mapping[str, int]]]]:
        """A member's ideas, and what they voted: brief, round, when, votes by number."""
        theirs = sa.select(*_OF_IDEA).where(ideas.c.author_id == member_id).order_by(ideas.c.made_at)
        voted = sa.select(ballots.c.brief_id, ballots.c.round, ballots.c.at, ballots.c.votes)
        voted = voted.where(ballots.c.member_id == member_id).order_by(ballots.c.at)

        def read(db: sa.Connection) -> tuple[list[Idea], list[tuple[str, int, float, Mapping[str, int]]]]:
            found = [_idea(row) for row in db.execute(theirs)]
            return found, [(row.brief_id, row.round, row.at, row.votes) for row in db.execute(voted)]

        return await self._read(read)

    # --- what has to be shown

    async def note_brief(self, brief_id: str, **shown: Any) -> Brief | None:
        """Keep what is shown of it now: fields of Brief by name."""

        def note(db: sa.Connection) -> Brief | None:
            brief = self._lock_brief(db, brief_id)
            if brief is None:
                return None
            after = replace(brief, **shown)
            self._keep_brief(db, after, brief)
            return after

        return await self._write(note)

    @property
    def brief_dues(self) -> Dues:
        def due_of(db: sa.Connection, brief_id: str) -> float | None:
            brief = self._lock_brief(db, brief_id)
            return due(brief) if brief else None

        return Dues(self, briefs, due_of)

    # --- inside a transaction

    def _lock_brief(self, db: sa.Connection, brief_id: str) -> Brief | None:
        return _first(db, sa.select(*_OF_BRIEF).where(briefs.c.id == brief_id).with_for_update())

    def _end_batches(self, db: sa.Connection, brief: Brief) -> None:
        """Have somebody see to those whose votes are taken still."""
        undecided = (batches.c.brief_id == brief.id, batches.c.event.is_not(None), batches.c.ended_at.is_(None))
        db.execute(drawn_anew(batches).where(*undecided))

    def _touch_storyboard(self, db: sa.Connection, brief: Brief, now: float) -> None:
        """Have its storyboard drawn anew, or for the first time."""
        own = storyboards.c.id == brief.id
        if not db.execute(drawn_anew(storyboards).where(own)).rowcount:
            shown = {"version": 1, "drawn": 0, "drawn_at": 0.0, "tries": 0, "due_at": now}
            db.execute(sa.insert(storyboards), {"id": brief.id, "guild_id": brief.guild_id, **shown})

    def _keep_brief(self, db: sa.Connection, brief: Brief, before: Brief) -> None:
        """Write what is new of it, and when it is due."""
        was, now = vars(before), vars(brief)
        new = {name: value for name, value in now.items() if value != was[name]} | {"due_at": due(brief)}
        if "rules" in new:
            new["rules"] = asdict(brief.rules)
        db.execute(sa.update(briefs).where(briefs.c.id == brief.id).values(new))

    def _keep_ballot(
        self, db: sa.Connection, brief: Brief, member_id: int, ballot: Ballot, at: float, *, known: bool
    ) -> None:
        votes = {str(number): each for number, each in ballot.items()}
        if known:
            own = (*_of_round(brief), ballots.c.member_id == member_id)
            db.execute(sa.update(ballots).where(*own).values(votes=votes, at=at))
        else:
            where = {"brief_id": brief.id, "round": brief.round, "guild_id": brief.guild_id}
            whose = {"id": secrets.token_hex(8), "member_id": member_id}
            db.execute(sa.insert(ballots), {**where, **whose, "at": at, "votes": votes})

    async def _find_brief(self, *which: sa.ColumnElement[bool]) -> Brief | None:
        query = sa.select(*_OF_BRIEF).where(*which).order_by(briefs.c.made_at.desc()).limit(1)
        return await self._read(lambda db: _first(db, query))


def _of_round(brief: Brief) -> tuple[sa.ColumnElement[bool], ...]:
    return ballots.c.brief_id == brief.id, ballots.c.round == brief.round


def _ballot(votes: Mapping[str, int]) -> dict[int, int]:
    return {int(number): each for number, each in votes.items()}


def _ideas(db: sa.Connection, brief_id: str) -> list[Idea]:
    query = sa.select(*_OF_IDEA).where(ideas.c.brief_id == brief_id).order_by(ideas.c.number)
    return [_idea(row) for row in db.execute(query)]


def find_taken(db: sa.Connection, where: sa.ColumnElement[bool]) -> tuple[Taken, ...]:
    has_won = sa.func.coalesce(batches.c.outcome == sa.cast(takes.c.number, sa.String), sa.false()).label("winner")
    is_blind = sa.and_(batches.c.blind, batches.c.ended_at.is_(None)).label("blind")
    query = sa.select(takes.c.number, takes.c.job_id, takes.c.batch_id, batches.c.idea, has_won, is_blind)
    query = query.join(batches, batches.c.id == takes.c.batch_id).where(where)
    return tuple(Taken(**row._mapping) for row in db.execute(query.order_by(takes.c.number)))


def _idea(row: sa.Row[Any]) -> Idea:
    plain = dict(row._mapping)
    text = Text(**{part: plain.pop(part) for part in ("title", *PARTS)})
    return Idea(**{**plain, "of": tuple(plain["of"])}, text=text)


def _idea_row(idea: Idea) -> dict[str, Any]:
    plain = {field.name: getattr(idea, field.name) for field in fields(Idea) if field.name != "text"}
    return {**plain, **vars(idea.text), "of": list(idea.of)}


def _brief_row(brief: Brief) -> dict[str, Any]:
    return {**vars(brief), "rules": asdict(brief.rules), "due_at": due(brief), "tries": 0}


def find_desk(db: sa.Connection, brief_id: str) -> Desk | None:
    brief = first_brief(db, brief_id)
    if brief is None:
        return None
    found = _ideas(db, brief_id)
    given = db.scalars(sa.select(ballots.c.votes).where(*_of_round(brief)))
    tally = count(map(_ballot, given), found)
    return Desk(brief=brief, ideas=tuple(found), tally=tally, taken=find_taken(db, takes.c.brief_id == brief_id))


def rounds_of(db: sa.Connection, brief_id: str) -> dict[int, Tally]:
    found = _ideas(db, brief_id)
    given: dict[int, list[Ballot]] = {}
    for row in db.execute(sa.select(ballots.c.round, ballots.c.votes).where(ballots.c.brief_id == brief_id)):
        given.setdefault(row.round, []).append(_ballot(row.votes))
    return {number: count(each, found) for number, each in sorted(given.items())}


def find_idea(db: sa.Connection, brief_id: str, number: int) -> Idea | None:
    query = sa.select(*_OF_IDEA).where(ideas.c.brief_id == brief_id, ideas.c.number == number)
    row = db.execute(query).first()
    return _idea(row) if row else None


def first_brief(db: sa.Connection, brief_id: str) -> Brief | None:
    return _first(db, sa.select(*_OF_BRIEF).where(briefs.c.id == brief_id))


def _first(db: sa.Connection, query: sa.Select[Any]) -> Brief | None:
    row = db.execute(query).first()
    return _brief(row) if row else None


def _brief(row: sa.Row[Any]) -> Brief:
    plain = dict(row._mapping)
    rules = Rules(**{**plain["rules"], "format": Format(plain["rules"]["format"])})
    return Brief(**{**plain, "rules": rules, "phase": Phase(plain["phase"])})
