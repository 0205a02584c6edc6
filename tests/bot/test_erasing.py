"""Erasing: on to the next when Discord refuses, later when it is away, told once, and over in the end."""

import os
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot import clock
from bot.actions.servers import Servers, shard_of
from bot.display import Display, Post, copy_key
from bot.errors import ShowTroubled, VenueRefused
from bot.jobs import Job, Status, Venue, change
from bot.privacy import GUILD_LIFE, Erasure
from bot.store import Store
from bot.store.schema import erasures
from bot.tracker import erasing
from bot.tracker.clips import Clips
from bot.tracker.erasing import Erasing
from bot.tracker.lanes import Lanes
from bot.tracker.own_jobs import OwnJobs
from bot.tracker.quiet import Quiet
from bot.tracker.retention import Retention
from tests.jobs import a_job

CARD, REPLY, CLIP = (
    Post(key=key, channel_id=30, message_id=n) for n, key in enumerate(("card", "pending", "completed"))
)


@dataclass(kw_only=True)
class Discord:
    """What Discord's side is asked for, and what it refuses: keys of messages, or "thread"."""

    done: list[str] = field(default_factory=list)
    told: list[int] = field(default_factory=list)
    closed: set[str] = field(default_factory=set)
    away: bool = False
    broken: bool = False

    async def unname(self, job: Job) -> None:
        self._do("thread")

    async def remove(self, post: Post) -> None:
        self._do(post.key)

    async def forgotten(self, member_id: int, locale: str) -> None:
        assert locale == "de"
        self.told.append(member_id)

    def _do(self, what: str) -> None:
        if self.broken:
            raise ValueError("a fault of ours")
        if self.away:
            raise ShowTroubled("away", retry_after=70.0)
        if what in self.closed:
            raise VenueRefused("locked")
        self.done.append(what)


@dataclass(kw_only=True)
class Scene:
    store: Store
    erasing: Erasing
    discord: Discord
    now: float = 10_000.0

    async def job(self, number: int = 1, *posts: Post, **fields: object) -> Job:
        job = a_job(number, **{"status": Status.COMPLETED, "card_id": 30, **fields})
        await self.store.insert(job)
        await self.store.update(job.id, lambda now: now, epoch=None, posted=posts)
        return job

    async def ask(self) -> None:
        await self.store.ask_erasure(Erasure(member_id=7, asked_at=self.now, locale="de", not_before=self.now))

    async def work(self, seconds: float = 0.0) -> None:
        """Everything that is due so many seconds later, and a few."""
        clock.set_to(self.now + seconds + 1)
        while await self.erasing.step():
            pass

    async def due_in(self) -> float | None:
        """Seconds from when the member asked; None when it is over."""
        found = await self.store.database.read(lambda db: db.execute(sa.select(erasures)).first())
        return round(found.not_before - self.now, -1) if found else None


@pytest.fixture
async def scene(store: Store) -> AsyncIterator[Scene]:
    discord = Discord()
    works = Erasing(store, OwnJobs(store, Lanes(Quiet())))
    whole: Any = discord
    works.display = Display(**dict.fromkeys((field.name for field in fields(Display)), whole))
    yield Scene(store=store, erasing=works, discord=discord)
    clock.set_to(time.time())


async def test_a_jobs_messages_go_the_card_last_and_the_member_is_told_once(scene: Scene) -> None:
    copy = Post(key=copy_key(9), channel_id=31, message_id=9)
    job = await scene.job(1, CARD, REPLY, CLIP, copy)
    await scene.ask()
    await scene.work()
    assert sorted(scene.discord.done[:3]) == ["completed", "copy9", "pending"]
    assert scene.discord.done[3:] == ["thread", "card"]
    assert scene.discord.told == [7]
    found = await scene.store.find(job.id)
    assert found and found.is_emptied and found.card_id is None and await scene.store.posts(job.id) == {}
    # it is come back to once, for what was on its way, and nobody is told again
    assert await scene.due_in() == erasing.ARRIVES_WITHIN
    await scene.work(erasing.ARRIVES_WITHIN + 5)
    assert scene.discord.told == [7] and await scene.due_in() is None


async def test_what_was_on_its_way_is_removed_when_it_is_there(scene: Scene) -> None:
    job = await scene.job(1)
    await scene.ask()
    await scene.work()
    await scene.store.update(job.id, lambda now: now, epoch=None, posted=[CLIP])
    await scene.work(erasing.ARRIVES_WITHIN + 5)
    assert scene.discord.done[-1] == "completed" and await scene.due_in() is None


async def test_a_card_that_is_not_among_the_posts_is_known_all_the_same(scene: Scene) -> None:
    await scene.job(1, CLIP)
    await scene.ask()
    await scene.work()
    assert scene.discord.done == ["completed", "thread", "card"]


@pytest.mark.parametrize("venue", [Venue.CHANNEL, Venue.DIRECT])
async def test_only_a_thread_is_unnamed(scene: Scene, venue: Venue) -> None:
    await scene.job(1, CARD, CLIP, venue=venue)
    await scene.ask()
    await scene.work()
    assert scene.discord.done == ["completed", "card"]


async def test_what_is_refused_stays_known_and_holds_up_nothing(scene: Scene) -> None:
    jobs = [await scene.job(number, CARD, CLIP) for number in range(25)]
    await scene.job(30, CARD, REPLY, CLIP)
    scene.discord.closed = {"completed", "thread"}
    await scene.ask()
    await scene.work()
    assert scene.discord.done == ["pending"] and not scene.discord.told
    assert set(await scene.store.posts(jobs[0].id)) == {"card", "completed"}
    # at once in the database
    assert (await scene.store.count_own(7)).jobs == 0
    assert await scene.due_in() == 300
    await scene.work(305)
    assert await scene.due_in() == 910
    scene.discord.closed = set()
    await scene.work(920)
    assert scene.discord.done.count("completed") == scene.discord.done.count("card") == 26
    assert scene.discord.told == [7]


async def test_while_discord_is_away_it_waits_as_long_as_it_is_asked_to(scene: Scene) -> None:
    await scene.job(1, CARD)
    scene.discord.away = True
    await scene.ask()
    await scene.work()
    assert await scene.due_in() == 70 and not scene.discord.told
    scene.discord.away = False
    await scene.work(75)
    assert scene.discord.done == ["thread", "card"] and scene.discord.told == [7]


async def test_a_fault_of_ours_stops_nobody_else(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    await scene.job(1, CARD)
    scene.discord.broken = True
    await scene.ask()
    await scene.work()
    assert await scene.due_in() == 300 and "An erasure failed" in caplog.text


@pytest.mark.parametrize("status", [Status.SUBMITTING, Status.PENDING, Status.PROCESSING])
async def test_nobody_is_told_before_what_is_at_the_vendor_has_ended(scene: Scene, status: Status) -> None:
    job = await scene.job(1, CARD, status=status)
    await scene.ask()
    await scene.work()
    # what is being sent keeps its words until it was
    assert scene.discord.done == ([] if status is Status.SUBMITTING else ["thread", "card"])
    assert await scene.due_in() == erasing.GOES_ON and not scene.discord.told
    await scene.store.update(job.id, lambda now: change(now, 1.0, Status.FAILED), epoch=None)
    await scene.work(erasing.GOES_ON + 5)
    assert scene.discord.done == ["thread", "card"] and scene.discord.told == [7]


async def test_without_a_display_it_waits(scene: Scene) -> None:
    await scene.job(1, CARD)
    await scene.ask()
    scene.erasing.display = None
    assert not await scene.erasing.step()


# --- what each worker throws away, and once a day one of them


async def test_files_of_emptied_jobs_go_from_the_disk(scene: Scene, tmp_path: Path) -> None:
    folder = tmp_path / "clips"
    folder.mkdir()
    clips = Clips(folder, scene.store)
    gone, kept = await scene.job(1), await scene.job(2, asker_id=8)
    for job in (gone, kept):
        clips.file(job, 0).write_bytes(b"clip")
        await clips.keep_poster(job, b"poster")
    (folder / "other").write_bytes(b"")
    await scene.store.empty_own(7, scene.now, scene.now, most=10)
    await clips.discard_emptied()
    assert {*os.listdir(folder)} == {f"{kept.id}-0.mp4", f"{kept.id}.jpg", "other"}


@pytest.mark.parametrize(("days", "left"), [(None, 2), (1, 1)])
async def test_retention_takes_what_is_old_enough(scene: Scene, tmp_path: Path, days: int | None, left: int) -> None:
    clock.set_to(scene.now + 86_400)
    await scene.job(1)
    await scene.job(2, status_since=scene.now + 100)
    await scene.store.note_left([1, 2], scene.now - GUILD_LIFE + 86_401)
    lanes = Lanes(Quiet())
    await Retention(scene.store, OwnJobs(scene.store, lanes), Clips(tmp_path, scene.store), days).enforce()
    assert (await scene.store.count_own(7)).jobs == left
    assert len(await scene.store.own_jobs(7, "", 10)) == 2


# --- servers


SHARDS = 2
EVEN, ODD = 4 << 22, 5 << 22


async def test_only_servers_of_a_shard_that_was_heard_can_be_missing(store: Store) -> None:
    servers = Servers(store)
    assert (shard_of(EVEN, SHARDS), shard_of(ODD, SHARDS)) == (0, 1)
    await servers.is_in(EVEN)
    await servers.is_in(ODD)
    await servers.hear_shard(0, SHARDS, [])
    assert await store.known_guilds() == [ODD]
    # it came back while nobody listened
    await servers.hear_shard(0, SHARDS, [EVEN])
    assert sorted(await store.known_guilds()) == [EVEN, ODD]
    await servers.has_left(ODD)
    assert await store.known_guilds() == [EVEN]
