"""Cases: copies are kept of what was reported, moderators are told of it once, and what they decided is carried out."""

import asyncio
import logging
from collections import Counter
from dataclasses import replace

from .. import clock
from ..display import THREAD_KEY, CaseSheet, OrderDisplay, Post, brings_clip, clip_key
from ..errors import BadRules, ShowTroubled, VenueRefused
from ..jobs import Job
from ..moderation import Case, Ending, face_of
from ..outages import unless_away
from ..retry import backoff, nap
from ..store import Store
from .clip_posting import NONCE_TRUSTED
from .clips import Clips
from .drawer import CLOSED_FOR, CLOSED_PATIENCE, WITHOUT_DISPLAY
from .own_jobs import OwnJobs
from .persistence import persist
from .pictures import Pictures
from .removal import Removal

log = logging.getLogger(__name__)

# What is due is looked for this often, so many at a time; what one worker took, no other does for so long; seconds.
LOOK_EVERY = 5.0
AT_ONCE = 8
TAKEN_FOR = 300.0
# Of a clip at most so many bytes are kept as evidence: what one file may have in most servers.
MOST = 25 * 1024 * 1024


class Cases:
    def __init__(self, store: Store, jobs: OwnJobs, clips: Clips, pictures: Pictures, removal: Removal) -> None:
        self.display: OrderDisplay | None = None
        self._store = store
        self._jobs = jobs
        self._clips = clips
        self._pictures = pictures
        self._removal = removal
        self._news = asyncio.Event()
        self._failures: Counter[str] = Counter()

    def wake(self) -> None:
        """There is a new case, or one was decided."""
        self._news.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            with unless_away():
                await self._see_to_all()
            await nap(self._news, LOOK_EVERY)

    async def carry(self, case: Case) -> Case | None:
        """See to a case that nobody else does; the case as it is then, None when it is to be tried again later."""
        try:
            done = await self._do(case)
        except ShowTroubled as error:
            self._failures[case.job_id] += 1
            pause = error.retry_after or backoff(self._failures[case.job_id])
            await self._put_off(case, pause, str(error))
            return None
        except VenueRefused as error:
            await self._put_off(case, CLOSED_FOR, str(error))
            return None
        self._failures.pop(case.job_id, None)
        return done

    async def _see_to_all(self) -> None:
        if self.display is None:
            self._news.set()
            await asyncio.sleep(WITHOUT_DISPLAY)
            return
        due = await self._store.due_cases(clock.now(), AT_ONCE)
        await asyncio.gather(*(self._see_to(case) for case in due))

    async def _see_to(self, case: Case) -> None:
        now = clock.now()
        taken = await self._store.take_case(case, now, now + TAKEN_FOR)
        if taken is None:
            return
        try:
            await self.carry(taken)
        except Exception:  # one case's fault must not stop the others
            log.exception("A case cannot be seen to", extra={"job": case.job_id})

    async def _put_off(self, case: Case, pause: float, why: str) -> None:
        """What nobody could be told for a day is given up, but for what was decided."""
        now = clock.now()
        log.info("A case has to wait (%s), again in %.0f s", why, pause, extra={"job": case.job_id})
        tries = (case.ending and not case.carried) or now - max(case.opened_at, case.decided_at or 0) < CLOSED_PATIENCE
        await persist(lambda: self._store.leave_case(case, now + pause if tries else None))

    # --- one case

    async def _do(self, case: Case) -> Case:
        """Evidence first, then what was decided, then the message. Raises ShowTroubled, VenueRefused."""
        job = await persist(lambda: self._store.find(case.job_id))
        if job is None:
            await persist(lambda: self._store.leave_case(case, None))
            return case
        if not case.copied:
            case = await self._copy(case, job)
        if case.ending is Ending.REMOVED and not case.carried:
            case = await self._remove(case)
        case = await self._tell(case, job)
        is_done = case.ending is None or case.carried
        await persist(lambda: self._store.leave_case(case, None if is_done else clock.now() + CLOSED_FOR))
        return case

    async def _note(self, case: Case, **changes: object) -> Case:
        await persist(lambda: self._store.note_case(case.job_id, **changes))
        return replace(case, **changes)  # type: ignore[arg-type]  # fields of Case by name

    # --- evidence

    async def _copy(self, case: Case, job: Job) -> Case:
        """Copy what there is to decide about: links die, and messages are deleted."""
        posts = await persist(lambda: self._store.posts(job.id))
        await self._keep(case, job, "prompt", job.request.prompt.encode())
        if given := await persist(lambda: self._store.picture(job.id)):
            await self._keep(case, job, "picture", given)
        for slot, further in (await persist(lambda: self._store.further_pictures(job.id))).items():
            if further.data:
                await self._keep(case, job, f"picture_{slot}", further.data)
        for part in range(job.parts):
            if clip := await self._read_clip(job, part, posts.get(clip_key(part))):
                await self._keep(case, job, f"clip{part or ''}", clip)
            else:
                log.warning("There is no copy of a clip that is to be decided about", extra={"job": job.id})
        return await self._note(case, copied=True)

    async def _keep(self, case: Case, job: Job, name: str, data: bytes) -> None:
        await persist(lambda: self._store.keep_evidence(job, name, data, case.evidence_until))

    async def _read_clip(self, job: Job, part: int, post: Post | None) -> bytes | None:
        """From this disk, or from where it was posted; None where it is gone, closed to us, or too large."""
        file = self._clips.file(job, part)
        try:
            if file.stat().st_size <= MOST:
                return await asyncio.to_thread(file.read_bytes)
        except OSError:
            pass
        if post is None:
            return None
        if self.display is None:
            raise ShowTroubled("nothing is shown yet")
        try:
            return await self.display.read_clip(post, MOST)
        except VenueRefused:
            return None

    # --- what was decided

    async def _remove(self, case: Case) -> Case:
        """Take the clip away wherever it was posted, and say in the audit what became of that."""
        job = await self._jobs.write(
            case.job_id, lambda: persist(lambda: self._store.remove_clip(case.job_id, clock.now()))
        )
        if job is None:
            # it is being fetched once more, and comes back
            return case
        await self._clips.discard(job)
        left = await self._removal.remove(job)
        stays = [key for key in left if brings_clip(key) or key == THREAD_KEY]
        kept = await persist(lambda: self._store.evidence(case.job_id))
        outcome = {"removed": not stays, "clip_kept": any(name.startswith("clip") for name in kept)}
        number = case.entry or 0
        await persist(lambda: self._store.note_outcome(case.guild_id, number, outcome))
        return replace(case, carried=True) if not stays else case

    # --- the message

    async def _tell(self, case: Case, job: Job) -> Case:
        """Have the message show how the case stands; a case that nobody reported has none."""
        if self.display is None:
            raise ShowTroubled("nothing is shown yet")
        if case.carried:
            case = await self._note(case, carried=True)
        reports = tuple(await persist(lambda: self._store.reports(case.job_id)))
        face = face_of(case, len(reports))
        if not reports or case.face == face:
            return case
        posts = await persist(lambda: self._store.posts(job.id))
        sheet = CaseSheet(case=case, job=job, reports=reports, post=posts.get(clip_key(0)) or posts.get("card"))
        shown = (case.channel_id, case.message_id)
        if shown[0] and shown[1] and await self.display.redraw_case(sheet, shown[0], shown[1]):
            await persist(lambda: self._store.note_told(case, told=True))
            return await self._note_shown(case, face=face)
        channel_id = await self._place(job) if case.ending is None else None
        if channel_id is None:
            await persist(lambda: self._store.note_told(case, told=False))
            return case
        message_id = await self._show(self.display, sheet, channel_id)
        await persist(lambda: self._store.note_told(case, told=message_id is not None))
        return await self._note_shown(case, channel_id=channel_id, message_id=message_id, face=face)

    async def _note_shown(self, case: Case, **changes: object) -> Case:
        await persist(lambda: self._store.note_case_shown(case, clock.now(), **changes))
        return replace(case, **changes)  # type: ignore[arg-type]  # fields of Case by name

    async def _show(self, display: OrderDisplay, sheet: CaseSheet, channel_id: int) -> int | None:
        in_doubt = clock.latest() - sheet.case.opened_at > NONCE_TRUSTED
        if in_doubt and (found := await display.find_case(sheet, channel_id)):
            return found
        kept = await persist(lambda: self._store.evidence(sheet.job.id))
        has_pictures = any(name.startswith("picture") for name in kept)
        start = await self._pictures.all_small(sheet.job) if has_pictures else None
        return await display.show_case(replace(sheet, clip=kept.get("clip"), start=start), channel_id)

    async def _place(self, job: Job) -> int | None:
        try:
            rules = (await persist(lambda: self._store.rules(job.guild_id or 0))).rules_in(job.places)
        except BadRules as error:
            log.error("The rules of server %s cannot be read: %s", job.guild_id, error)
            return None
        return rules.review.channel or rules.log_channel
