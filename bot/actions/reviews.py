"""Deciding as a moderator: who may, what they said, and that it is said once."""

import logging
from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum

from .. import clock
from ..catalogue import Catalogue
from ..drafts import further_of
from ..errors import BadRules
from ..jobs import Job, PictureState
from ..reviews import Block, Kind, Review, Reviewer, Ruled, Ruling, Verdict, may_review
from ..server_rules.rules import Review as Rule
from ..store import Store
from ..video_request import Refusal, as_draft, parse
from .gate import Gate

log = logging.getLogger(__name__)


class NoRuling(StrEnum):
    """Why a press decided nothing; each has its sentence."""

    UNKNOWN = "unknown"
    NOT_YOURS = "not_yours"
    TOO_LATE = "too_late"


class Reviews:
    """`wake` is called with the id of a job that goes on from here."""

    def __init__(self, *, store: Store, catalogue: Catalogue, gate: Gate, wake: Callable[[str], None]) -> None:
        self._store = store
        self._wake = wake
        self._catalogue = catalogue
        self._gate = gate

    async def find(self, reviewer: Reviewer, job_id: str, kind: Kind) -> tuple[Review, Job] | NoRuling:
        """What is asked about a job, for whoever may decide about it.

        What a press says can be made up: it counts where the question stands, and nowhere else.
        """
        review, job = await self._store.find_review(job_id, kind), await self._store.find(job_id)
        if review is None or job is None or review.guild_id != reviewer.guild_id:
            return NoRuling.UNKNOWN
        rule = await self._rule_of(job)
        # what is asked may be pressed before it is written down where
        if rule is None or reviewer.channel_id != (review.channel_id or rule.channel):
            return NoRuling.UNKNOWN
        return (review, job) if may_review(reviewer, rule) else NoRuling.NOT_YOURS

    async def rule(
        self,
        reviewer: Reviewer,
        job_id: str,
        kind: Kind,
        verdict: Verdict,
        *,
        reason: str | None = None,
        block: Block | None = None,
    ) -> Ruled | NoRuling:
        """Decide; or say who did before. A `block` of the asker holds in either case."""
        found = await self.find(reviewer, job_id, kind)
        if isinstance(found, NoRuling):
            return found
        ruling = _ruling(reviewer, job_id, kind, verdict)
        return await self._carry_out(replace(ruling, reason=reason or None), block)

    async def rewrite(self, reviewer: Reviewer, job_id: str, prompt: str) -> Ruled | NoRuling | Refusal:
        """Let a wish be sent with another prompt, if that breaks no rule."""
        found = await self.find(reviewer, job_id, Kind.SENDING)
        if isinstance(found, NoRuling):
            return found
        _, job = found
        draft = replace(
            # its model is decided, whoever chose it
            as_draft(replace(job.request, by_default=None), self._catalogue),
            prompt=prompt,
            has_picture=job.picture is not PictureState.NONE,
            further={given.slot: None for given in further_of(job.request.extras)},
        )
        request = parse(draft, self._catalogue)
        if isinstance(request, Refusal):
            return request
        if refusal := await self._gate.refuse_content(replace(job, request=request)):
            return refusal
        ruling = _ruling(reviewer, job_id, Kind.SENDING, Verdict.EDITED)
        return await self._carry_out(replace(ruling, prompt=request.prompt))

    async def usual_reasons(self, guild_id: int, most: int, longest: int) -> list[str]:
        """The last different reasons that were given in a server."""
        return await self._store.last_reasons(guild_id, most, longest)

    async def _carry_out(self, ruling: Ruling, block: Block | None = None) -> Ruled | NoRuling:
        ruled = await self._store.rule(ruling, block=block)
        if ruled is None:
            return NoRuling.TOO_LATE
        if ruled.job:
            self._wake(ruling.job_id)
        return ruled

    async def _rule_of(self, job: Job) -> Rule | None:
        """None where the rules cannot be read: nobody decides by what nobody knows."""
        try:
            return (await self._store.rules(job.guild_id or 0)).rules_in(job.places).review
        except BadRules as error:
            log.error("The rules of server %s cannot be read: %s", job.guild_id, error)
            return None


def _ruling(reviewer: Reviewer, job_id: str, kind: Kind, verdict: Verdict) -> Ruling:
    return Ruling(job_id=job_id, kind=kind, verdict=verdict, by=reviewer.id, at=clock.now())
