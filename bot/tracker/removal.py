"""Removal: the messages with clips that somebody took back are deleted, and what stays because it has to is known."""

import asyncio
import contextlib
import logging
from collections.abc import Mapping
from dataclasses import replace

from ..display import THREAD_KEY, Display, Post, brings_clip, clip_key
from ..errors import ShowTroubled, VenueRefused
from ..jobs import Job, Status, Venue, is_removed
from ..store import Store
from .persistence import persist

log = logging.getLogger(__name__)


class Removal:
    def __init__(self, store: Store) -> None:
        self.display: Display | None = None
        self._store = store
        self._removing: dict[str, asyncio.Task[Mapping[str, Post]]] = {}

    async def remove(self, job: Job) -> Mapping[str, Post]:
        """Those of the job's posts that stand when this is over. Raises ShowTroubled.

        Whoever asks while somebody else is removing gets the same answer; it goes on when they leave.
        """
        if job.id not in self._removing:
            self._removing[job.id] = asyncio.create_task(self._remove(job), name=f"remove {job.id}")
            self._removing[job.id].add_done_callback(lambda done: self._end(job, done))
        return await asyncio.shield(self._removing[job.id])

    def _end(self, job: Job, done: asyncio.Task[Mapping[str, Post]]) -> None:
        del self._removing[job.id]
        if not done.cancelled():
            # whoever asked may have left; the card's drawing tries again
            done.exception()

    async def _remove(self, job: Job) -> Mapping[str, Post]:
        posts = await persist(lambda: self._store.posts(job.id))
        if self.display is None:
            raise ShowTroubled("nothing is shown yet")
        posts |= await find_unheard(self.display, job, posts)
        # a thread is renamed seldom: what shows the clip does not wait for that
        in_turn = sorted(posts.items(), key=lambda item: item[0] == THREAD_KEY)
        gone = [key for key, post in in_turn if has_to_go(job, post) and await self._is_removed(job, post)]
        if gone:
            await persist(lambda: self._store.forget_posts(job.id, gone))
        return {key: post for key, post in posts.items() if key not in gone}

    async def _is_removed(self, job: Job, post: Post) -> bool:
        if self.display is None:
            raise ShowTroubled("nothing is shown yet")
        try:
            if post.key == THREAD_KEY:
                await self.display.thread.unname(job)
            else:
                await self.display.clips.remove(post)
        except VenueRefused as error:
            log.warning("What was taken back has to stay for now: %s", error, extra={"job": job.id})
            return False
        return True


async def find_unheard(display: Display, job: Job, posts: Mapping[str, Post]) -> dict[str, Post]:
    """Clips that Discord has, though nobody heard that it took them: a process died, or an answer was lost.

    Raises ShowTroubled.
    """
    if job.shown is Status.COMPLETED or not job.made_at:
        return {}
    found, as_done = {}, replace(job, status=Status.COMPLETED)
    for key, part in ((clip_key(part), part) for part in range(max(1, job.parts))):
        with contextlib.suppress(VenueRefused):
            channel_id = await _destination(display, job, posts)
            known = key not in posts and await display.clips.find(as_done, channel_id, part, 0)
            if known:
                found[key] = Post(key=key, channel_id=channel_id, message_id=known[0])
    return found


async def _destination(display: Display, job: Job, posts: Mapping[str, Post]) -> int:
    """Where its clips were to go; nothing is opened for that."""
    match job.venue:
        case Venue.THREAD:
            return job.card_id or job.channel_id
        case Venue.PRIVATE if THREAD_KEY in posts:
            return posts[THREAD_KEY].channel_id
        case Venue.DIRECT:
            return await display.thread.open(job)
        case _:
            return job.channel_id


def has_to_go(job: Job, post: Post) -> bool:
    """Whether this message of a job that was taken back goes: what shows the clip.

    Where a moderator removed it, also what tells the prompt: the name of its thread, and replies in private, which
    begin with it.
    """
    is_private = post.key in set(Status) and post.channel_id not in (job.channel_id, job.card_id)
    return brings_clip(post.key) or (is_removed(job) and (post.key == THREAD_KEY or is_private))
