"""Keeping order after the fact: reports, taking clips away, blocks and pauses; each is written down as it happens."""

import asyncio
import logging
from dataclasses import replace
from enum import StrEnum

from .. import clock
from ..errors import BadRules
from ..jobs import Job, Status
from ..moderation import Case, Ending, Report
from ..reviews import Block, Reviewer, may_review
from ..server_rules.rules import Rules
from ..store import Store
from ..tracker import Tracker

log = logging.getLogger(__name__)

# Whoever decided is answered after this long, done or not; nobody else carries it out meanwhile; seconds.
CARRIED_WITHIN = 20.0
TAKEN_FOR = 300.0


class Reported(StrEnum):
    """What became of a report; each has its sentence."""

    TAKEN = "taken"
    NO_PLACE = "no_place"
    AGAIN = "again"


class Undecided(StrEnum):
    """Why nothing was decided; each has its sentence."""

    UNKNOWN = "unknown"
    NOT_YOURS = "not_yours"
    NO_CLIP = "no_clip"


class Moderation:
    """Who may what is for those who ask to look up, but for cases: who decides about them is a rule of the server."""

    def __init__(self, store: Store, tracker: Tracker) -> None:
        self._store = store
        self._tracker = tracker

    # --- reports

    async def report(self, job: Job, reporter_id: int, why: str) -> Reported:
        """Keep what a member of its server says of a clip, and have moderators told."""
        now = clock.now()
        report = Report(job_id=job.id, reporter_id=reporter_id, at=now, why=why)
        if not await self._store.report(_case(job, now), report):
            return Reported.AGAIN
        self._tracker.cases.wake()
        rules = await self._rules(job)
        return Reported.TAKEN if rules and (rules.review.channel or rules.log_channel) else Reported.NO_PLACE

    async def find_case(self, reviewer: Reviewer, job_id: str) -> tuple[Case, Job] | Undecided:
        """A case, for whoever may decide about it where it is told of, and nowhere else."""
        case, job = await self._store.find_case(job_id), await self._store.find(job_id)
        if case is None or job is None or case.guild_id != reviewer.guild_id:
            return Undecided.UNKNOWN
        rules = await self._rules(job)
        place = case.channel_id or (rules and (rules.review.channel or rules.log_channel))
        if rules is None or place is None or reviewer.channel_id != place:
            return Undecided.UNKNOWN
        return (case, job) if may_review(reviewer, replace(rules.review, channel=place)) else Undecided.NOT_YOURS

    async def decide(
        self, reviewer: Reviewer, job_id: str, ending: Ending, *, block: Block | None = None
    ) -> tuple[Case, bool] | Undecided:
        """Decide about a case; the case as it is decided, and whether by this. A late one blocks nobody."""
        found = await self.find_case(reviewer, job_id)
        if isinstance(found, Undecided):
            return found
        case, _ = found
        return (case, False) if case.ending else await self._decide(case, ending, reviewer.id, block=block)

    async def remove(self, job: Job, by: int, why: str = "") -> tuple[Case, bool] | Undecided:
        """Take a clip away everywhere, also one whose reports were for nothing."""
        if job.status not in (Status.COMPLETED, Status.DELETED) or job.guild_id is None:
            return Undecided.NO_CLIP
        case = await self._store.find_case(job.id) or _case(job, clock.now())
        return await self._decide(case, Ending.REMOVED, by, why=why)

    async def keep_copy(self, job: Job, channel_id: int, message_id: int) -> bool:
        """Remember where a clip is shown once more; False when it is not to be shown any more."""
        return await self._store.keep_copy(job.id, channel_id, message_id)

    # --- members and places

    async def block(self, guild_id: int, member_id: int, block: Block, by: int) -> None:
        await self._store.block_member(guild_id, member_id, block, by, clock.now())
        self._tracker.audit_log.wake()

    async def unblock(self, guild_id: int, member_id: int, by: int) -> bool:
        """False when they were not blocked."""
        return self._wake(await self._store.unblock_member(guild_id, member_id, by, clock.now()))

    async def pause(self, guild_id: int, channel_id: int, by: int) -> bool:
        """Have nothing more asked for in a channel, or with 0 in the whole server; False when it was so."""
        return self._wake(await self._store.pause_place(guild_id, channel_id, by, clock.now()))

    async def resume(self, guild_id: int, channel_id: int, by: int) -> bool:
        """False when it was not paused."""
        return self._wake(await self._store.resume_place(guild_id, channel_id, by, clock.now()))

    # --- for all of them

    async def _decide(
        self, case: Case, ending: Ending, by: int, *, block: Block | None = None, why: str = ""
    ) -> tuple[Case, bool]:
        now = clock.now()
        until = now + TAKEN_FOR
        decided, is_mine = await self._store.decide_case(case, ending, by, now, block=block, why=why, until=until)
        if not is_mine:
            return decided, False
        self._tracker.audit_log.wake()
        carrying = asyncio.create_task(self._tracker.cases.carry(decided), name=f"carry {case.job_id}")
        carrying.add_done_callback(_say_fault)
        await asyncio.wait([carrying], timeout=CARRIED_WITHIN)
        self._tracker.wake(case.job_id)
        done = carrying.result() if carrying.done() and not carrying.exception() else None
        return done or decided, True

    def _wake(self, changed: bool) -> bool:
        if changed:
            self._tracker.audit_log.wake()
        return changed

    async def _rules(self, job: Job) -> Rules | None:
        """None where they cannot be read: nobody decides by what nobody knows."""
        try:
            return (await self._store.rules(job.guild_id or 0)).rules_in(job.places)
        except BadRules as error:
            log.error("The rules of server %s cannot be read: %s", job.guild_id, error)
            return None


def _case(job: Job, now: float) -> Case:
    return Case(job_id=job.id, guild_id=job.guild_id or 0, asker_id=job.asker_id, opened_at=now)


def _say_fault(done: "asyncio.Task[Case | None]") -> None:
    """It is carried out later, when nobody has it any more."""
    if not done.cancelled() and (error := done.exception()):
        log.error("A decision cannot be carried out", exc_info=error)
