"""Votes: what a ballot may say, how ballots are counted, and what comes of a round. Pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from .brief import Brief
from .ideas import Idea, open_ideas

Ballot = Mapping[int, int]
"""How many votes one member gives to each idea, by its number."""


class Spoilt(StrEnum):
    """Why a ballot does not count; each has its sentence."""

    TOO_MANY = "too_many_votes"
    TOO_MANY_FOR_ONE = "too_many_for_one"
    OWN = "own_idea"
    NO_IDEA = "no_such_idea"


@dataclass(frozen=True, kw_only=True)
class Tally:
    """The votes of a round by idea, and how many members voted."""

    votes: Mapping[int, int] = field(default_factory=dict)
    voters: int = 0

    @property
    def all(self) -> int:
        return sum(self.votes.values())


def spoilt(ballot: Ballot, brief: Brief, ideas: Iterable[Idea], member_id: int) -> Spoilt | None:
    """Why a ballot does not count as a whole."""
    rules, standing = brief.rules, {idea.number: idea for idea in open_ideas(ideas)}
    if any(votes < 0 for votes in ballot.values()) or not ballot.keys() <= standing.keys():
        return Spoilt.NO_IDEA
    if sum(ballot.values()) > rules.votes:
        return Spoilt.TOO_MANY
    if any(votes > rules.per_idea for votes in ballot.values()):
        return Spoilt.TOO_MANY_FOR_ONE
    if not rules.own and any(standing[number].author_id == member_id for number in ballot):
        return Spoilt.OWN
    return None


def rewritten(ballot: Ballot, offered: Collection[int], votes: int, chosen: Collection[int]) -> dict[int, int]:
    """The whole ballot after one menu was used: of the ideas `offered` there, the `chosen` have that many votes.

    What another menu gave them is taken in its place; what nobody chose any more has none.
    """
    kept = {number: given for number, given in ballot.items() if number not in offered or given != votes}
    return {number: given for number, given in {**kept, **dict.fromkeys(chosen, votes)}.items() if given}


def standing(ballot: Ballot, ideas: Iterable[Idea]) -> dict[int, int]:
    """A ballot without ideas that were withdrawn since."""
    open_numbers = {idea.number for idea in open_ideas(ideas)}
    return {number: votes for number, votes in ballot.items() if number in open_numbers}


def count(ballots: Iterable[Ballot], ideas: Iterable[Idea]) -> Tally:
    """What a round came to; votes for what was withdrawn since count for nothing."""
    numbers = {idea.number for idea in open_ideas(ideas)}
    votes: Counter[int] = Counter()
    voters = 0
    for ballot in ballots:
        given = {number: each for number, each in ballot.items() if number in numbers and each > 0}
        votes.update(given)
        voters += bool(given)
    return Tally(votes=dict(votes), voters=voters)


def in_order(ideas: Iterable[Idea], tally: Tally, *, hidden: bool) -> list[Idea]:
    """Those that stand, by votes and then by age; while votes are hidden by age alone."""
    return sorted(open_ideas(ideas), key=lambda idea: (0 if hidden else -tally.votes.get(idea.number, 0), idea.number))


def leaders(tally: Tally) -> tuple[int, ...]:
    """The numbers of the ideas with most votes: several when it is a tie, none when nobody voted."""
    most = max(tally.votes.values(), default=0)
    return tuple(sorted(number for number, votes in tally.votes.items() if votes == most)) if most else ()


def winner(brief: Brief, ideas: Iterable[Idea], tally: Tally) -> int | None:
    """The idea that won the last round: as the director chose, else the only one with most votes."""
    chosen = [idea.number for idea in open_ideas(ideas) if idea.chosen_in == brief.round]
    if chosen:
        return chosen[-1]
    first = leaders(tally)
    return first[0] if len(first) == 1 and brief.round and not brief.is_voting else None
