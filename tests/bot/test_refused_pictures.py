"""Refused pictures: what counts as the same picture, and the lists of servers on each real database."""

import asyncio
import io
from collections.abc import Callable
from dataclasses import replace
from random import Random
from typing import Any

import imagehash
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageDraw, ImageFilter
from sqlalchemy.dialects import sqlite

from bot import refused_pictures
from bot.errors import BadPicture
from bot.moderation import Action
from bot.refused_pictures import DISTANCE, RefusedPicture, distance, hash_picture, is_alike, parts
from bot.store import Store
from bot.store.refused_pictures import CANDIDATES, Added
from bot.store.schema import refused_pictures as table
from bot.workbench import Workbench
from tests.pictures import encode, noise, png, see_through

SIZE = (900, 600)
HASHES = st.integers(0, 2**64 - 1).map(lambda bits: f"{bits:016x}")


def scene(seed: int) -> Image.Image:
    """Something like a photo: soft shapes of all colours."""
    random = Random(seed)
    picture = Image.new("RGB", SIZE, colour(random))
    draw = ImageDraw.Draw(picture)
    for _ in range(12):
        x, y, width, height = random.randrange(900), random.randrange(600), *random.choices(range(30, 200), k=2)
        draw.ellipse((x - width, y - height, x + width, y + height), fill=colour(random))
    return picture.filter(ImageFilter.GaussianBlur(6))


def colour(random: Random) -> tuple[int, int, int]:
    return random.randrange(256), random.randrange(256), random.randrange(256)


SCENES = [scene(seed) for seed in range(8)]
SAME: dict[str, Callable[[Image.Image], bytes]] = {
    "as a jpeg": lambda picture: encode(picture, "JPEG", quality=40),
    "as a webp": lambda picture: encode(picture, "WEBP", quality=50),
    "half as large": lambda picture: encode(picture.resize((450, 300))),
    "twice as large": lambda picture: encode(picture.resize((1800, 1200))),
    "very small": lambda picture: encode(picture.resize((90, 60))),
    "out of shape": lambda picture: encode(picture.resize((640, 640))),
    "a little cropped": lambda picture: encode(picture.crop((5, 3, 895, 597))),
    "without colour": lambda picture: encode(picture.convert("L")),
    "a little lighter": lambda picture: encode(picture.point(lambda level: level + 12)),
}


# --- what is the same picture


@pytest.mark.parametrize("change", SAME.values(), ids=SAME.keys())
def test_a_picture_is_known_again(change: Callable[[Image.Image], bytes]) -> None:
    for picture in SCENES:
        assert is_alike(hash_picture(encode(picture, "PNG")), hash_picture(change(picture)))


def test_other_pictures_are_others() -> None:
    pictures = [*map(encode, SCENES), png((900, 600)), encode(noise((300, 200)), "PNG"), see_through()]
    hashes = [hash_picture(picture) for picture in pictures]
    alike = {(i, j) for i, one in enumerate(hashes) for j, other in enumerate(hashes) if is_alike(one, other)}
    assert alike == {(i, i) for i in range(len(hashes))}


def test_a_picture_is_looked_at_upright() -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    stored = encode(SCENES[0].transpose(Image.Transpose.ROTATE_90), exif=exif)
    assert is_alike(hash_picture(stored), hash_picture(encode(SCENES[0])))


@pytest.mark.parametrize("picture", SCENES)
def test_the_hash_is_the_one_that_others_keep(picture: Image.Image) -> None:
    data = encode(picture.resize((300, 200)), "PNG")
    assert hash_picture(data) == str(imagehash.phash(Image.open(io.BytesIO(data))))


@pytest.mark.parametrize("flat", ["white", "black", "#123456", (12, 12, 12)])
def test_what_is_all_of_one_colour_is_like_nothing(flat: Any) -> None:
    one, other = [hash_picture(encode(Image.new("RGB", size, flat), "JPEG")) for size in (SIZE, (64, 64))]
    assert one is None and other is None
    assert not is_alike(one, other) and not is_alike(one, hash_picture(png()))


def test_what_is_no_picture_is_refused_as_everywhere() -> None:
    with pytest.raises(BadPicture):
        hash_picture(b"%PDF-1.7")


async def test_it_is_worked_out_in_a_child(workbench: Workbench) -> None:
    assert await workbench.run(hash_picture, png(SIZE)) == hash_picture(png(SIZE))


@given(HASHES, st.sets(st.integers(0, 63), max_size=8))
def test_what_is_alike_has_a_part_in_common(one: str, turned_round: set[int]) -> None:
    other = f"{int(one, 16) ^ sum(1 << bit for bit in turned_round):016x}"
    assert is_alike(one, other) is (len(turned_round) <= DISTANCE)
    assert not is_alike(one, other) or any(map(int.__eq__, parts(one), parts(other)))


@given(HASHES)
def test_the_parts_are_the_whole(one: str) -> None:
    assert sum(part << 13 * number for number, part in enumerate(parts(one))) == int(one, 16)


# --- the list

ONE = RefusedPicture(guild_id=1, hash="f9398ac4d8aca6aa", added_by=7, added_at=100.0, job_id="abc", why="a real child")
NEAR = "f9398ac4d8aca6a5"
FAR = "f9398ac4d8ac5955"


async def test_an_entry_comes_back_as_it_went_in(store: Store) -> None:
    assert await store.add_refused_picture(ONE) is Added.ADDED
    assert await store.add_refused_picture(replace(ONE, added_by=8)) is Added.KNOWN
    later = replace(ONE, hash="0" * 16, added_at=200.0, job_id=None, why="")
    assert await store.add_refused_picture(later) is Added.ADDED
    assert await store.refused_pictures(1) == [later, ONE]
    assert await store.refused_pictures(1, after=1, most=1) == [ONE]
    assert await store.count_refused_pictures(1) == 2
    assert await store.refused_pictures(2) == []


async def test_what_is_alike_is_found_in_its_own_server_alone(store: Store) -> None:
    assert distance(ONE.hash, NEAR) == 4 and distance(ONE.hash, FAR) > 4
    await store.add_refused_picture(ONE)
    assert await store.find_refused_picture(1, ONE.hash) == ONE
    assert await store.find_refused_picture(1, NEAR) == ONE
    assert await store.find_refused_picture(1, FAR) is None
    assert await store.find_refused_picture(2, ONE.hash) is None


async def test_of_several_that_are_alike_the_first_is_found(store: Store) -> None:
    await store.add_refused_picture(replace(ONE, hash=NEAR, added_at=300.0))
    await store.add_refused_picture(ONE)
    assert await store.find_refused_picture(1, NEAR) == ONE


async def test_an_entry_is_taken_off_once(store: Store) -> None:
    await store.add_refused_picture(ONE)
    assert await store.remove_refused_picture(1, ONE.hash, 9, 300.0) == ONE
    assert await store.remove_refused_picture(1, ONE.hash, 9, 300.0) is None
    assert await store.find_refused_picture(1, ONE.hash) is None


async def test_only_what_changes_the_list_is_written_down(store: Store) -> None:
    for _ in range(2):
        await store.add_refused_picture(ONE, member_id=5)
    await store.count_refused_hit(1, ONE.hash)
    for _ in range(2):
        await store.remove_refused_picture(1, ONE.hash, 9, 300.0)
    removed, added = await store.entries(1, 10)
    facts = {"hash": ONE.hash, "why": ONE.why}
    assert (added.action, added.at, added.actor_id, added.member_id, added.job_id) == (
        Action.REFUSE_PICTURE,
        100.0,
        7,
        5,
        "abc",
    )
    assert (added.after, added.before) == (facts, {})
    assert (removed.action, removed.at, removed.actor_id, removed.job_id) == (Action.ALLOW_PICTURE, 300.0, 9, "abc")
    assert removed.before == {**facts, "hits": 1}


async def test_hits_are_counted_also_together(store: Store) -> None:
    await store.add_refused_picture(ONE)
    await asyncio.gather(*(store.count_refused_hit(1, ONE.hash) for _ in range(5)))
    assert await store.find_refused_picture(1, ONE.hash) == replace(ONE, hits=5)


async def test_a_full_list_says_so(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.store.refused_pictures.MOST", 1)
    assert await store.add_refused_picture(ONE) is Added.ADDED
    assert await store.add_refused_picture(replace(ONE, hash=FAR)) is Added.FULL
    assert await store.add_refused_picture(replace(ONE, guild_id=2)) is Added.ADDED


async def test_half_a_character_in_the_reason_is_no_trouble(store: Store) -> None:
    assert await store.add_refused_picture(replace(ONE, why="a \ud83d reason")) is Added.ADDED
    assert await store.find_refused_picture(1, ONE.hash) == replace(ONE, why="a  reason")


async def test_of_ten_thousand_only_a_few_are_looked_at(store: Store) -> None:
    """By the indexes alone: counted in rows, not in time."""
    random = Random(1)
    await store.add_refused_picture(ONE)
    for _ in range(refused_pictures.MOST // 1000):
        await fill(store, [f"{random.getrandbits(64):016x}" for _ in range(1000)])
    asked = {"guild_id": 1} | {f"part_{number}": part for number, part in enumerate(parts(NEAR))}
    assert len(await store.database.read(lambda db: db.execute(CANDIDATES, asked).all())) < 50
    assert await store.find_refused_picture(1, NEAR) == ONE
    explain = "EXPLAIN QUERY PLAN" if store.is_exclusive else "EXPLAIN"
    query = sa.text(f"{explain} {CANDIDATES.compile(dialect=sqlite.dialect(paramstyle='named'))}")
    plan = str(await store.database.read(lambda db: db.execute(query, asked).all()))
    assert all(f"refused_pictures_{number}" in plan for number in range(5)) and "SCAN" not in plan


async def fill(store: Store, hashes: list[str]) -> None:
    rows = [
        {
            **{f"part_{number}": part for number, part in enumerate(parts(each))},
            "guild_id": 1,
            "hash": each,
            "added_by": 7,
            "added_at": 200.0,
            "why": "",
            "hits": 0,
        }
        for each in hashes
    ]

    def insert(db: sa.Connection) -> None:
        db.execute(sa.insert(table), rows)

    await store.database.write(insert)
