"""Posters for families: made of clips as Discord has them, in time, bounded, remembered; and the picture itself."""

import asyncio
import io
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

import pytest
from PIL import Image

from bot.actions import StoredClip
from bot.actions import lineage as actions
from bot.actions.lineage import POSTER, POSTERS_MOST, READ_AT_ONCE, Lineages
from bot.display import Post
from bot.errors import ShowTroubled
from bot.lineage import Portrait
from bot.sheets import Member
from bot.tracker.batches import CLIP_MOST
from bot.workbench import Workbench
from tests.clips import make_clip


def post(number: int) -> Post:
    return Post(key="completed", channel_id=1, message_id=number)


def posts(count: int) -> dict[str, Post]:
    return {f"job{number}": post(number) for number in range(count)}


class Shelf:
    """What Discord has: the same clip under each message but for those that are gone; and what was read of it."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.gone: set[int] = set()
        self.hidden: set[int] = set()
        self.sizes: dict[int, int] = {}
        self.reads: list[int] = []
        self.most = self._now = 0

    async def find(self, post: Post) -> StoredClip | None:
        if post.message_id in self.gone:
            raise ShowTroubled("not there")
        if post.message_id in self.hidden:
            return None
        return StoredClip(size=self.sizes.get(post.message_id, len(self.data)), read=self._reader(post))

    def _reader(self, post: Post) -> Callable[[], Awaitable[bytes]]:
        async def read() -> bytes:
            self._now += 1
            self.most = max(self.most, self._now)
            await asyncio.sleep(0)
            self._now -= 1
            self.reads.append(post.message_id)
            return self.data

        return read


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(make_clip(tmp_path / "clip.mp4", size=(640, 360), seconds=0.3).read_bytes())


async def test_posters_are_small_and_made_once_for_as_long_as_the_clip_is_there(
    workbench: Workbench, shelf: Shelf
) -> None:
    lineages = Lineages(workbench)
    first = await lineages.posters(posts(2), shelf.find)
    assert {*first} == {"job0", "job1"}
    for poster in first.values():
        with Image.open(io.BytesIO(poster)) as picture:
            assert (picture.format, picture.size) == ("JPEG", (POSTER, POSTER * 9 // 16))
    assert await lineages.posters(posts(2), shelf.find) == first and sorted(shelf.reads) == [0, 1]
    # what is gone since is not shown from memory, and what was hidden since neither
    shelf.gone.add(0)
    shelf.hidden.add(1)
    assert await lineages.posters(posts(2), shelf.find) == {}


async def test_what_is_no_clip_too_large_or_hidden_is_left_out(workbench: Workbench, shelf: Shelf) -> None:
    lineages = Lineages(workbench)
    shelf.sizes[0], shelf.hidden = CLIP_MOST + 1, {1}
    assert {*await lineages.posters(posts(3), shelf.find)} == {"job2"} and shelf.reads == [2]
    shelf.data = b"no clip"
    for _ in range(2):
        assert await lineages.posters({"broken": post(9)}, shelf.find) == {}
    # it is not read again
    assert shelf.reads == [2, 9]
    assert await lineages.posters({}, shelf.find) == {}


async def test_so_many_are_read_and_few_at_a_time(
    workbench: Workbench, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "KEPT", 3)
    lineages = Lineages(workbench)
    found = await lineages.posters(posts(POSTERS_MOST + 5), shelf.find)
    assert {*found} == {f"job{number}" for number in range(POSTERS_MOST)}
    assert len(shelf.reads) == POSTERS_MOST and 1 < shelf.most <= READ_AT_ONCE
    # of all these only the last are remembered
    await lineages.posters(posts(POSTERS_MOST), shelf.find)
    assert len(shelf.reads) > POSTERS_MOST


async def test_a_clip_that_is_slow_holds_nobody_up(
    workbench: Workbench, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    lineages = Lineages(workbench)
    await lineages.posters({"quick": post(1)}, shelf.find)
    monkeypatch.setattr(actions, "READ_WITHIN", 0.2)
    let_go = asyncio.Event()

    async def find(post: Post) -> StoredClip | None:
        if post.message_id == 2:
            try:
                await asyncio.Event().wait()
            finally:
                let_go.set()
        return await shelf.find(post)

    assert {*await lineages.posters({"slow": post(2), "quick": post(1)}, find)} == {"quick"}
    assert let_go.is_set()


async def test_a_family_is_drawn_in_a_child_with_what_came_and_went(workbench: Workbench) -> None:
    lineages = Lineages(workbench)
    one = Portrait(member=Member(id="a", number="1", title="A boat at night"))
    other = Member(id="b", number="2", title="A boat at dawn", parents=("a",))
    plain = await lineages.draw([one, Portrait(member=other)], "Family")
    told = await lineages.draw([one, Portrait(member=other, prompts=("A boat at night", "A boat at dawn"))], "Family")
    assert plain and told and told.picture != plain.picture
    with Image.open(io.BytesIO(told.picture)) as picture:
        assert picture.format == "JPEG" and picture.size == (told.width, told.height)


async def test_a_member_has_one_drawn_at_a_time(workbench: Workbench, shelf: Shelf) -> None:
    lineages = Lineages(workbench)
    seen: list[set[str]] = []

    def portraits(posters: Mapping[str, bytes]) -> list[Portrait]:
        seen.append({*posters})
        return [Portrait(member=Member(id="job0", number="1", title="A boat", poster=posters.get("job0")))]

    async def press(member_id: int) -> bool:
        return await lineages.picture(member_id, posts(1), shelf.find, portraits, "Family") is not None

    assert [*await asyncio.gather(press(7), press(7), press(8))] == [True, False, True]
    assert await press(7) and seen == [{"job0"}] * 3
