"""Availability: which models the vendor refused lately, and which other one comes nearest to a wish."""

from collections.abc import Container, Mapping
from dataclasses import dataclass

from .. import clock
from ..catalogue import Catalogue, Model
from ..extras import fits, taken
from ..store import Store
from ..video_request import VideoRequest, carry_over, pixel_distance, shape_distance
from .persistence import persist

# A vendor may give back a model that it took away: after this long it is worth asking again, seconds.
BELIEVED_FOR = 6 * 3600.0
FACT = "refused:"


@dataclass(frozen=True, kw_only=True)
class Refused:
    """The vendor said no to a model, whatever was asked: when, in unix seconds, and why, as a code."""

    at: float
    reason: str


class Availability:
    """What this worker found out and, read now and then, what the others did."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[str, Refused] = {}

    @property
    def refused(self) -> frozenset[str]:
        """The ids of the models that were refused lately. From memory."""
        return frozenset(still_refused(self._known, clock.now()))

    async def note_refusal(self, model_id: str, reason: str) -> None:
        refused = Refused(at=clock.now(), reason=reason)
        self._known[model_id] = refused
        await persist(lambda: self._store.keep_fact(FACT + model_id, f"{refused.at} {reason}"))

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
        at, _, reason = value.partition(" ")
        refused[key.removeprefix(FACT)] = Refused(at=float(at), reason=reason)
    return refused


def still_refused(known: Mapping[str, Refused], now: float) -> dict[str, Refused]:
    """Without those that are so long ago that asking again is worth it."""
    return {model_id: refused for model_id, refused in known.items() if now - refused.at < BELIEVED_FOR}


def nearest(
    catalogue: Catalogue, model: Model, refused: Container[str], request: VideoRequest, *, has_picture: bool
) -> Model | None:
    """The other model that can make most nearly what was asked for, or None when there is none.

    One that its maker retired comes last; then length counts before shape, shape before pixels, then how many settings
    would be left out, and the catalogue's order decides.
    """
    live = [other for other in catalogue.models.values() if other.id != model.id and other.id not in refused]
    able = [
        other
        for other in live
        if _takes(other, request, has_picture=has_picture)
        and fits(request.extras, other, catalogue, has_picture=has_picture)
    ]
    return min(able, key=lambda other: _distance(other, request, has_picture=has_picture), default=None)


def _takes(model: Model, request: VideoRequest, *, has_picture: bool) -> bool:
    return len(request.prompt) <= model.prompt_limit and (model.picture is not None or not has_picture)


def _distance(model: Model, request: VideoRequest, *, has_picture: bool) -> tuple[float, ...]:
    carried = carry_over(request, model, has_picture=has_picture)
    return (
        model.retired is not None,
        abs(carried.seconds - request.seconds),
        # to a tenth: what nobody sees does not decide
        round(shape_distance(request.size, carried.size), 1),
        round(pixel_distance(request.size, carried.size), 1),
        len(taken(request.extras, model).left_out),
    )
