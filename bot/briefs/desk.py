"""All that lies on the table of a brief at one moment, as boards, lists and records read it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .brief import Brief
from .films import Film
from .ideas import Idea, open_ideas
from .notes import Note
from .storyboard import Storyboard
from .takes import Reel, Take, Taken
from .votes import Tally, in_order, leaders, winner


@dataclass(frozen=True, kw_only=True)
class Desk:
    """A brief, its ideas by number, what its last round came to, and the takes that were made of them by number."""

    brief: Brief
    ideas: tuple[Idea, ...] = ()
    tally: Tally = field(default_factory=Tally)
    taken: tuple[Taken, ...] = ()

    def idea(self, number: int) -> Idea | None:
        return next((idea for idea in self.ideas if idea.number == number), None)

    @property
    def ordered(self) -> list[Idea]:
        """Those that stand, as the board lists them."""
        return in_order(self.ideas, self.tally, hidden=self.brief.hides_votes)

    @property
    def by_number(self) -> list[Idea]:
        return open_ideas(self.ideas)

    @property
    def winner(self) -> int | None:
        return winner(self.brief, self.ideas, self.tally)

    @property
    def tie(self) -> tuple[int, ...]:
        """The ideas among which the director has to decide, by number; none when nobody has to."""
        first = leaders(self.tally)
        is_open = self.brief.is_voting or self.winner is not None
        return first if len(first) > 1 and not is_open else ()

    def taken_of(self, idea: Idea) -> tuple[Taken, ...]:
        return tuple(take for take in self.taken if take.idea == idea.number)

    def votes(self, idea: Idea) -> int | None:
        """None while they are hidden, and before anybody was asked."""
        if self.brief.hides_votes or not self.brief.round:
            return None
        return self.tally.votes.get(idea.number, 0)


@dataclass(frozen=True, kw_only=True)
class BriefRecord:
    """A brief that is over: what every round came to, its batches in the order in which they were sent, notes on takes
    by the id of their job, its storyboard and films. `left_out` is how many takes there are beyond those.
    """

    desk: Desk
    rounds: Mapping[int, Tally] = field(default_factory=dict)
    reels: tuple[Reel, ...] = ()
    notes: Mapping[str, Sequence[Note]] = field(default_factory=dict)
    storyboard: Storyboard | None = None
    films: tuple[Film, ...] = ()
    left_out: int = 0

    @property
    def takes(self) -> tuple[Take, ...]:
        return tuple(take for reel in self.reels for take in reel.takes)
