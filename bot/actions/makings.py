"""What takes are made of: the words and the picture of their idea, and what they inherit from a take that won."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..briefs.inheriting import Inherited, forebear, with_words
from ..briefs.takes import Reel, models_of
from ..catalogue import Catalogue, pixels
from ..further_pictures import FurtherPicture, reference_slot, references_in
from ..jobs import Job, PictureState, Status
from ..store import Store
from ..video_request import Refusal
from .pictures import PictureReader, ReadPicture


@dataclass(frozen=True, kw_only=True)
class Makings:
    """`picture` is what they start from, unless they go on from where the take `before` them ends, which won; `further`
    are those that they are to look like, by their slot. `spoiler` says that any of these was hidden.
    """

    prompt: str
    picture: ReadPicture | None = None
    before: Job | None = None
    goes_on: bool = False
    further: Mapping[str, ReadPicture] = field(default_factory=dict)
    spoiler: bool = False

    @property
    def has_picture(self) -> bool:
        return self.state is not PictureState.NONE

    @property
    def state(self) -> PictureState:
        if self.goes_on:
            return PictureState.AWAITED
        return PictureState.READ if self.picture else PictureState.NONE

    @property
    def further_state(self) -> PictureState:
        return PictureState.READ if self.further else PictureState.NONE

    @property
    def shape(self) -> tuple[int, int] | None:
        """Width and height of what they start from, as far as that is known."""
        if self.goes_on and self.before:
            return pixels(self.before.request.size)
        return self.picture.shape if self.picture else None

    @property
    def shapes(self) -> dict[str, tuple[int, int] | None]:
        return {slot: read.shape for slot, read in self.further.items()}

    @property
    def seen(self) -> list[ReadPicture]:
        return [*([self.picture] if self.picture else []), *self.further.values()]

    @property
    def kept(self) -> bytes | None:
        return self.picture.data if self.picture else None

    @property
    def kept_further(self) -> list[FurtherPicture]:
        return [FurtherPicture(slot=slot, data=read.data) for slot, read in self.further.items()]


class MakingsReader:
    def __init__(self, store: Store, catalogue: Catalogue, pictures: PictureReader) -> None:
        self._store = store
        self._catalogue = catalogue
        self._pictures = pictures

    async def gather(self, reel: Reel, words: str) -> Makings | Refusal:
        """Of the idea's `words`, and of what the plan inherits; a no where that is not to be had any more."""
        plan = reel.batch.plan
        before = await self._before(reel) if plan.inherits else None
        if before is None:
            if plan.inherits:
                return Refusal(code="takes_heir_gone")
            return Makings(prompt=words, picture=await self._own(reel), spoiler=_is_hidden(reel))
        goes_on = Inherited.FRAME in plan.inherits
        further = await self._references(before) if Inherited.PICTURES in plan.inherits else {}
        if Inherited.WORDS in plan.inherits:
            limit = min(model.prompt_limit for model in models_of(plan, self._catalogue))
            words = with_words(words, before.request.prompt, limit)
        return Makings(
            prompt=words,
            picture=None if goes_on else await self._own(reel),
            before=before,
            goes_on=goes_on,
            further=further,
            spoiler=(before.spoiler and (goes_on or bool(further))) or (_is_hidden(reel) and not goes_on),
        )

    async def _before(self, reel: Reel) -> Job | None:
        """The take that won, as long as there is something to inherit."""
        desk = await self._store.desk(reel.brief.id)
        won = forebear(reel.batch.plan, desk.taken) if desk else None
        job = await self._store.find(won.job_id) if won else None
        return job if job and job.status is Status.COMPLETED and not job.is_emptied else None

    async def _references(self, before: Job) -> dict[str, ReadPicture]:
        """What a clip is to end on is its own; what it starts from and looks like others may look like, too."""
        first, given = await self._store.picture(before.id), await self._store.further_pictures(before.id)
        beside = (given[slot].data for slot in references_in(given))
        found = [data for data in (first, *beside) if data]
        seen = await asyncio.gather(*map(self._pictures.look_at, found))
        return {reference_slot(number): read for number, read in enumerate(seen, 1)}

    async def _own(self, reel: Reel) -> ReadPicture | None:
        given = await self._store.idea_picture(reel.brief.id, reel.batch.idea)
        return await self._pictures.look_at(given) if given else None


def _is_hidden(reel: Reel) -> bool:
    return reel.idea is not None and reel.idea.spoiler
