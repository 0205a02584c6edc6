"""Work: the next thing that a job needs done, but for sending it and for telling of it."""

from typing import assert_never

from .. import clock
from ..jobs import Job, Status, Step, change, next_step
from ..reasons import Reason
from .clips import Clips
from .going_on import GoingOn
from .lanes import Lanes
from .outcomes import Outcomes, only_from
from .own_jobs import OwnJobs
from .pictures import Pictures
from .sender import Sender
from .watcher import Watcher

# A job that is being sent is come back to after this long, seconds.
WHILE_SENDING = 5.0


class Work:
    def __init__(
        self,
        jobs: OwnJobs,
        outcomes: Outcomes,
        lanes: Lanes,
        pictures: Pictures,
        going_on: GoingOn,
        sender: Sender,
        watcher: Watcher,
        clips: Clips,
    ) -> None:
        self._jobs = jobs
        self._outcomes = outcomes
        self._lanes = lanes
        self._pictures = pictures
        self._going_on = going_on
        self._sender = sender
        self._watcher = watcher
        self._clips = clips

    async def step(self, job_id: str) -> float | None:
        """Do it; when to come back, unix seconds, or None."""
        job = await self._jobs.find(job_id)
        if job is None:
            self._watcher.forget(job_id)
            return None
        if job.status is Status.SUBMITTING and self._sender.may_be_sending(job_id):
            return clock.now() + WHILE_SENDING
        match next_step(job):
            case None:
                self._watcher.forget(job_id)
                if job.is_emptied:
                    await self._clips.discard(job)
                    self._clips.discard_poster(job)
            case Step.READ if not job.is_unread:
                return await self._going_on.read(job)
            case Step.READ:
                again = await self._pictures.read(job)
                if job.under_review:
                    # moderators are asked with the picture, and nothing else happens before
                    self._lanes.wake(job_id, reviewed=True)
                return again
            case Step.FIT:
                again = await self._pictures.fit(job)
                self._lanes.line.set()
                return again
            case Step.DOUBT:
                # whoever sent this job is gone, and the answer with it
                await self._outcomes.write(job, only_from((Status.SUBMITTING,), _interrupted))
            case Step.LOOK:
                self._watcher.watch(job)
            case step:
                assert_never(step)
        return None


def _interrupted(job: Job) -> Job:
    return change(job, clock.now(), Status.UNCONFIRMED, reason=Reason.INTERRUPTED)
