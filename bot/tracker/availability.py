"""Availability: which models the vendor refused lately, and for how long that is believed."""

from collections.abc import Mapping
from dataclasses import dataclass

from .. import clock
from ..store import Store
from .persistence import persist

# A vendor may give back a model that it took away: after this long it is worth asking again, seconds. Nothing but a
# paid request tells, so one that stays away is asked for ever more rarely.
BELIEVED_FOR = 6 * 3600.0
FACT = "refused:"


@dataclass(frozen=True, kw_only=True)
class Refused:
    """The vendor said no to a model, whatever was asked: when, in unix seconds, and why, as a code.

    `since` is when it did so first.
    """

    at: float
    reason: str
    since: float

    @property
    def until(self) -> float:
        """How long it is believed: as long as the model has been away already, and some hours at least."""
        return self.at + max(BELIEVED_FOR, self.at - self.since)


class Availability:
    """What this worker found out and, read now and then, what the others did."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[str, Refused] = {}

    @property
    def refused(self) -> frozenset[str]:
        """The ids of the models that were refused lately. From memory."""
        return frozenset(still_refused(self._known, clock.now()))

    def why(self, model_id: str) -> str | None:
        """Why a model is not to be had just now, as a code; None for one that may be. From memory."""
        return self._known[model_id].reason if model_id in self.refused else None

    async def note_refusal(self, model_id: str, reason: str) -> None:
        now, before = clock.now(), self._known.get(model_id)
        refused = Refused(at=now, reason=reason, since=before.since if before else now)
        self._known[model_id] = refused
        await persist(lambda: self._store.keep_fact(FACT + model_id, f"{now} {reason} {refused.since}"))

    async def note_success(self, model_id: str) -> None:
        """The vendor takes the model (again)."""
        if self._known.pop(model_id, None):
            await persist(lambda: self._store.forget_fact(FACT + model_id))

    async def read(self) -> None:
        """Take in what the database has."""
        began = clock.now()
        found = read_refusals(await self._store.facts(FACT))
        # what came up while we read may not be in what was read
        self._known = {**found, **{each: known for each, known in self._known.items() if known.at >= began}}


def read_refusals(facts: Mapping[str, str]) -> dict[str, Refused]:
    """From the facts of the database, by model."""
    refused: dict[str, Refused] = {}
    for key, value in facts.items():
        # an earlier version wrote the first two
        at, reason, since = [*value.split(" "), ""][:3]
        refused[key.removeprefix(FACT)] = Refused(at=float(at), reason=reason, since=float(since or at))
    return refused


def still_refused(known: Mapping[str, Refused], now: float) -> dict[str, Refused]:
    """Without those that are so long ago that asking again is worth it."""
    return {model_id: refused for model_id, refused in known.items() if now < refused.until}
