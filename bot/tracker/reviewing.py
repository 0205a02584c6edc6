"""Reviewing: moderators are asked once, reminded once, shown what was decided; and nobody waits for them for ever."""

import logging
from collections import Counter
from dataclasses import replace

from .. import clock
from ..display import Notice, Post, ReviewDisplay
from ..errors import BadRules, ClipMissing, ShowTroubled, VenueRefused
from ..jobs import Job, Status, unfetched
from ..reasons import Reason
from ..retry import backoff
from ..reviews import (
    AWAITS,
    NOBODY,
    Kind,
    Review,
    Ruling,
    Task,
    Verdict,
    due_at,
    next_task,
    next_time,
    without_answer,
)
from ..server_rules.rules import Review as Rule
from ..store import Store
from .channel_turns import ChannelTurns
from .clip_fitting import ClipFitting
from .clip_posting import NONCE_TRUSTED, ClipPosting
from .clips import Clips
from .drawer import WITHOUT_DISPLAY
from .evidence import Evidence
from .outcomes import Outcomes, only_from
from .outlooks import Outlooks
from .own_jobs import OwnJobs
from .persistence import persist
from .pictures import Pictures
from .preparing import Preparing

log = logging.getLogger(__name__)

# What waits is come back to this often, seconds: a channel may have been closed, a rule been changed.
LOOK_EVERY = 300.0
# Whoever manages a server is told once of a channel that is closed, until it was open again; seconds.
TOLD_ONCE = 10 * 365 * 24 * 3600.0


class Reviewing:
    """A lane of its own: a review channel that takes nothing holds up no thread and no card."""

    def __init__(
        self,
        store: Store,
        outcomes: Outcomes,
        jobs: OwnJobs,
        clips: Clips,
        clip_fitting: ClipFitting,
        pictures: Pictures,
        outlooks: Outlooks,
    ) -> None:
        self.display: ReviewDisplay | None = None
        self._store = store
        self._outcomes = outcomes
        self._jobs = jobs
        self._clips = clips
        self._posting = ClipPosting(clips, clip_fitting)
        self._preparing = Preparing(self._posting)
        self._evidence = Evidence(store, clips, clip_fitting)
        self._pictures = pictures
        self._outlooks = outlooks
        self._turns = ChannelTurns()
        self._failures: Counter[str] = Counter()

    def stop(self) -> None:
        """Whoever still waits for a turn, or prepares, leaves it to the next start."""
        self._preparing.stop()

    async def step(self, job_id: str) -> float | None:
        """Do what the job's reviews need; when to come back, unix seconds, or None."""
        job = await self._jobs.find(job_id)
        if job is None or not job.under_review:
            return None
        if self.display is None:
            return clock.now() + WITHOUT_DISPLAY
        reviews = [each for each in await persist(lambda: self._store.reviews(job_id)) if not each.settled]
        dues = [await self._carry(self.display, job, review) for review in reviews]
        return min((due for due in dues if due is not None), default=None)

    async def _carry(self, display: ReviewDisplay, job: Job, review: Review) -> float | None:
        try:
            due = await self._do(display, job, review, await self._rule(job))
        except ClipMissing:
            await self._outcomes.write(job, only_from((Status.HELD,), lambda now: unfetched(now, clock.now())))
            return None
        except ShowTroubled as error:
            self._failures[job.id] += 1
            pause = error.retry_after or backoff(self._failures[job.id])
            log.info("Moderators cannot be told yet (%s), again in %.0f s", error, pause, extra={"job": job.id})
            return clock.now() + pause
        self._failures.pop(job.id, None)
        return due

    async def _rule(self, job: Job) -> Rule:
        """What cannot be read names no channel: nobody is asked, and nothing is approved."""
        try:
            document = await persist(lambda: self._store.rules(job.guild_id or 0))
        except BadRules as error:
            log.error("The rules of server %s cannot be read: %s", job.guild_id, error)
            return Rule()
        return document.rules_in(job.places).review

    async def _do(self, display: ReviewDisplay, job: Job, review: Review, rule: Rule) -> float | None:
        """Raises ShowTroubled, ClipMissing."""
        now = clock.now()
        if job.status is Status.HELD:
            await self._keep_clip(job)
        match next_task(review, job, rule, now):
            case Task.WAIT if job.status is not AWAITS[review.kind]:
                return None
            case Task.WAIT:
                await self._look(display, job, review, rule)
            case Task.POST:
                await self._ask(display, job, review, rule)
            case Task.REMIND:
                await self._remind(display, job, review, rule)
            case Task.END:
                await self._end(display, job, review, rule)
            case Task.WITHDRAW:
                await persist(lambda: self._store.withdraw_review(job.id, review.kind, now))
                return now
            case Task.CLOSE:
                await self._close(display, job, review, rule)
                return None
        return min(clock.now() + LOOK_EVERY, max(next_time(review, rule, now), now + 1.0))

    # --- asking

    async def _ask(self, display: ReviewDisplay, job: Job, review: Review, rule: Rule) -> None:
        """Raises ShowTroubled, ClipMissing."""
        if rule.channel is None:
            await self._unseen(display, job, review, None)
            return
        notice = await self._notice(job, review, rule)
        if review.kind is Kind.PUBLISHING:
            await self._preparing.prepare(display.clips(notice), job)
        async with self._turns.take(rule.channel, 0):
            if self._preparing.stopped:
                return
            try:
                posted = await self._post(display, notice, rule.channel)
            except VenueRefused as error:
                log.warning("The review channel takes nothing: %s", error, extra={"job": job.id})
                await self._unseen(display, job, review, rule.channel)
                return
        await self._seen(job, review, rule.channel, posted)

    async def _post(self, display: ReviewDisplay, notice: Notice, channel_id: int) -> tuple[Post, ...]:
        if notice.review.kind is Kind.PUBLISHING:
            outlook = self._outlooks.of(notice.job)
            posted, _ = await self._posting.post_all(display.clips(notice), notice.job, outlook, channel_id)
            return tuple(replace(post, key=f"{_key(notice.review)}{n or ''}") for n, post in enumerate(posted))
        found = None
        if clock.latest() - notice.review.asked_at > NONCE_TRUSTED:
            found = await display.find(notice, channel_id)
        message_id = found or await display.ask(notice, channel_id)
        return (Post(key=_key(notice.review), channel_id=channel_id, message_id=message_id),) if message_id else ()

    async def _seen(self, job: Job, review: Review, channel_id: int, posted: tuple[Post, ...]) -> None:
        if not posted:
            return
        first = posted[0].message_id
        await persist(lambda: self._store.note_review_shown(review, channel_id, first))
        await persist(lambda: self._store.forget_fact(_told(job, channel_id)))
        await self._outcomes.write(job, lambda now: replace(now, wait=None) if _waits(now, review) else now, posted)

    async def _unseen(self, display: ReviewDisplay, job: Job, review: Review, channel_id: int | None) -> None:
        """Nobody who could decide sees it: its card says so, and whoever manages the server is told once."""
        if job.wait is not Reason.UNSEEN:
            await self._outcomes.write(
                job, lambda now: replace(now, wait=Reason.UNSEEN) if _waits(now, review) else None
            )
        told = _told(job, channel_id)
        if await persist(lambda: self._store.take_turn(told, clock.now(), TOLD_ONCE)) == 0:
            await display.warn(Notice(job=job, review=review), channel_id)

    async def _look(self, display: ReviewDisplay, job: Job, review: Review, rule: Rule) -> None:
        """Whether it can still be seen; a message that somebody deleted is put there again."""
        if review.message_id is None or review.channel_id is None:
            return
        if await display.is_there(Notice(job=job, review=review), review.channel_id, review.message_id):
            if job.wait is Reason.UNSEEN:
                await self._outcomes.write(job, lambda now: replace(now, wait=None))
        else:
            await self._ask(display, job, replace(review, channel_id=None, message_id=None), rule)

    # --- and no answer

    async def _remind(self, display: ReviewDisplay, job: Job, review: Review, rule: Rule) -> None:
        notice = await self._notice(job, review, rule)
        try:
            await display.remind(notice, review.channel_id or 0, review.message_id or 0)
        except VenueRefused as error:
            log.warning("The review channel takes nothing: %s", error, extra={"job": job.id})
            await self._unseen(display, job, review, review.channel_id)
        await persist(lambda: self._store.note_reminded(review, clock.now()))

    async def _end(self, display: ReviewDisplay, job: Job, review: Review, rule: Rule) -> None:
        """The rule decides. What nobody could see is denied, whatever it says."""
        seen = review.channel_id is not None and review.message_id is not None
        if seen:
            notice = Notice(job=job, review=review)
            seen = await display.is_there(notice, review.channel_id or 0, review.message_id or 0)
        verdict = without_answer(review, rule, seen=seen)
        ruling = Ruling(job_id=job.id, kind=review.kind, verdict=verdict, by=NOBODY, at=clock.now())
        ruled = await persist(lambda: self._store.rule(ruling, epoch=job.epoch))
        if ruled and ruled.job:
            log.info("Nobody decided in time: %s", verdict, extra={"job": job.id})
        self._outcomes.changed(job)

    # --- and the answer

    async def _close(self, display: ReviewDisplay, job: Job, review: Review, rule: Rule) -> None:
        """Raises ShowTroubled. Where the channel is closed now, nobody sees the buttons either."""
        if review.verdict is Verdict.REJECTED:
            await self._evidence.keep(job, review.decided_at or clock.now())
        try:
            await self._show_verdict(display, await self._notice(job, review, rule), rule)
        except VenueRefused as error:
            log.info("The review channel takes nothing: %s", error, extra={"job": job.id})
        if job.is_emptied:
            # it may have been brought back here for moderators meanwhile
            await self._clips.discard(job)
            self._clips.discard_poster(job)
        await persist(lambda: self._store.settle_review(review))
        self._jobs.forget(job.id)

    async def _show_verdict(self, display: ReviewDisplay, notice: Notice, rule: Rule) -> None:
        """In the question's message; one that a crash kept from being written down is looked for."""
        job, review = notice.job, notice.review
        channel_id, message_id = review.channel_id or rule.channel, review.message_id
        if channel_id and message_id is None:
            message_id = await display.find(notice, channel_id)
        if channel_id is None or message_id is None:
            return
        for key, post in (await persist(lambda: self._store.posts(job.id))).items():
            if key.startswith(_key(review)) and post.message_id != message_id:
                await display.clips(notice).remove(post)
        await display.close(notice, channel_id, message_id)

    async def _notice(self, job: Job, review: Review, rule: Rule) -> Notice:
        record = await persist(lambda: self._store.record_of(review.guild_id, review.asker_id))
        start = await self._pictures.all_small(job) if review.kind is Kind.SENDING and not review.verdict else None
        return Notice(job=job, review=review, record=record, until=due_at(review, rule), start=start)

    async def _keep_clip(self, job: Job) -> None:
        """Where it outlives this machine, for as long as it waits. Raises ClipMissing."""
        if self._clips.are_here(job) or await self._clips.restore(job):
            await self._clips.keep(job)
        else:
            raise ClipMissing(job.id)


def _waits(job: Job, review: Review) -> bool:
    return job.status is AWAITS[review.kind]


def _key(review: Review) -> str:
    """What the keys of a question's messages begin with: the question, and further clips."""
    return f"review_{review.kind}"


def _told(job: Job, channel_id: int | None) -> str:
    """The fact that a server was told of."""
    return f"unseen:{job.guild_id}:{channel_id or 0}"
