"""Fetching from the vendor itself: links that live, die, and break off."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from bot.catalogue import read_catalogue
from bot.download import DownloadTroubled, LinkDead, LinkRule, LinkUnsafe, fetch_clip
from bot.mulerun import MuleRun
from sandbox.mulerun import MuleRun as Vendor
from sandbox.mulerun import faults
from tests.jobs import REQUEST

SORA = read_catalogue().default
CLIP = b"\0\0\0\x18ftypmp42" + bytes(100_000)


@pytest.fixture
async def vendor() -> AsyncIterator[Vendor]:
    async with Vendor(pending=0, processing=0, clip=CLIP, link_life=3600) as vendor:
        yield vendor


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def links(vendor: Vendor, session: aiohttp.ClientSession, prompt: str = "A boat") -> tuple[str, ...]:
    mulerun = MuleRun(session, session, vendor.base_url, vendor.api_key)
    id = (await mulerun.submit(SORA, replace(REQUEST, prompt=prompt), None)).id
    await vendor.ledger.until(lambda ledger: ledger.tasks[id].status == "completed")
    return (await mulerun.look(SORA.path, id)).videos


async def test_every_clip_arrives(vendor: Vendor, session: aiohttp.ClientSession, tmp_path: Path) -> None:
    found = await links(vendor, session, "two clips")
    assert len(found) == 2
    for part, link in enumerate(found):
        file = tmp_path / f"{part}.mp4"
        assert await fetch_clip(session, link, file, LinkRule.beside(vendor.base_url)) == len(CLIP)
        assert file.read_bytes() == CLIP


async def test_after_an_hour_the_link_is_dead(vendor: Vendor, session: aiohttp.ClientSession, tmp_path: Path) -> None:
    (link,) = await links(vendor, session)
    vendor.clock.skip(3600)
    with pytest.raises(LinkDead):
        await fetch_clip(session, link, tmp_path / "clip.mp4", LinkRule.beside(vendor.base_url))


async def test_a_clip_that_breaks_off_arrives_the_second_time(
    vendor: Vendor, session: aiohttp.ClientSession, tmp_path: Path
) -> None:
    (link,) = await links(vendor, session)
    vendor.faults.next_downloads(faults.reset(accepted=True))
    file = tmp_path / "clip.mp4"
    with pytest.raises(DownloadTroubled):
        await fetch_clip(session, link, file, LinkRule.beside(vendor.base_url))
    assert not file.exists()
    await fetch_clip(session, link, file, LinkRule.beside(vendor.base_url))
    assert file.read_bytes() == CLIP


async def test_a_public_vendor_could_not_send_us_here(
    vendor: Vendor, session: aiohttp.ClientSession, tmp_path: Path
) -> None:
    (link,) = await links(vendor, session)
    visits = len(vendor.ledger.visits)
    with pytest.raises(LinkUnsafe):
        await fetch_clip(session, link, tmp_path / "clip.mp4", LinkRule.beside("https://api.mulerun.com"))
    assert len(vendor.ledger.visits) == visits
