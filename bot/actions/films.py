"""Films: one is begun of a brief's storyboard, or the one that is there already is given."""

from collections.abc import Callable
from dataclasses import replace

from .. import clock
from ..briefs.brief import Act, Doer, Halt, may
from ..briefs.films import TITLE_MOST, Film, cuts_of
from ..briefs.storyboard import Storyboard
from ..jobs import job_id
from ..store import Store
from ..tracker import Tracker
from ..video_request import Refusal
from .admission import Admission
from .ask import Ask
from .gate import Gate

NameOf = Callable[[int], str]
"""How people call a shot, by its number, in the language of the brief."""


class Films:
    def __init__(self, *, store: Store, tracker: Tracker, gate: Gate, admission: Admission) -> None:
        self._store = store
        self._tracker = tracker
        self._gate = gate
        self._admission = admission

    async def begin(
        self, brief_id: str, title: str, end: str, name_of: NameOf, doer: Doer, ask: Ask, *, anew: bool = False
    ) -> Film | Halt | Refusal:
        """Have the storyboard cut together as it stands, between cards with these words, where there are any.

        The same film of before is given where there is one, unless it is to be made `anew`.
        """
        title, end = (" ".join(text.split())[:TITLE_MOST] for text in (title, end))
        # everybody will read them
        worded = replace(ask, draft=replace(ask.draft, prompt="\n".join(filter(None, (title, end)))))
        refusal = await self._admission.refuse(ask.guild_id, ask.asker_id) or await self._gate.refuse_idea(worded)
        if refusal:
            return refusal
        event, now = job_id(ask.event_id), clock.now()

        def make(board: Storyboard) -> Film | Halt:
            if halt := may(board.brief, Act.FILM, doer):
                return halt
            cuts = cuts_of(board, {shot.id: name_of(board.number(shot)) for shot in board.shots})
            if isinstance(cuts, Halt):
                return cuts
            return Film(
                id=event,
                brief_id=brief_id,
                guild_id=board.brief.guild_id,
                asker_id=ask.asker_id,
                made_at=now,
                title=title,
                end=end,
                step=board.step,
                cuts=cuts,
            )

        begun = await self._store.begin_film(brief_id, event, make, anew=anew)
        self._tracker.films.wake()
        return begun
