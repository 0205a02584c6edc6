"""The moderation endpoint: what it finds, how each thing that goes wrong is told apart, closed and open."""

import asyncio
import json
import logging
import socket
from collections.abc import AsyncIterator

import aiohttp
import pytest
from PIL import Image

from bot import media, moderation_endpoint
from bot.errors import Unchecked
from bot.moderation_endpoint import (
    Flagged,
    ModerationEndpoint,
    Trouble,
    address,
    decode,
    open_endpoint,
)
from bot.settings import Settings
from sandbox.moderation import CATEGORIES, Fault, Moderation, busy, down, nonsense, page, slow
from tests.pictures import encode, jpeg, noise

MODEL = "omni-moderation-latest"


@pytest.fixture
async def moderation() -> AsyncIterator[Moderation]:
    async with Moderation() as moderation:
        yield moderation


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def endpoint(moderation: Moderation, session: aiohttp.ClientSession) -> ModerationEndpoint:
    return ModerationEndpoint(session, moderation.url, key=moderation.key, model=MODEL)


@pytest.fixture
def lenient(moderation: Moderation, session: aiohttp.ClientSession) -> ModerationEndpoint:
    return ModerationEndpoint(session, moderation.url, key=moderation.key, model=MODEL, is_open=True)


async def trouble(endpoint: ModerationEndpoint, text: str = "a boat", picture: bytes | None = None) -> str:
    with pytest.raises(Unchecked) as unchecked:
        await endpoint.check(text, picture)
    return unchecked.value.code


# --- what is found


async def test_a_text_that_is_fine_passes(endpoint: ModerationEndpoint, moderation: Moderation) -> None:
    assert await endpoint.check("A paper boat") is None
    [asked] = moderation.asked
    assert (asked.model, asked.items[0].texts, asked.items[0].pictures) == (MODEL, ("A paper boat",), ())


async def test_a_text_is_flagged_by_its_categories(endpoint: ModerationEndpoint) -> None:
    assert await endpoint.check("A knife fight") == Flagged(categories=("violence",))
    found = await endpoint.check("A battlefield in detail")
    assert found == Flagged(categories=("violence", "violence/graphic"))


async def test_a_picture_goes_along_with_the_text(endpoint: ModerationEndpoint, moderation: Moderation) -> None:
    red, calm = encode(Image.new("RGB", (320, 200), "red")), media.thumbnail(jpeg())
    assert await endpoint.check("A paper boat", calm) is None
    assert await endpoint.check("A paper boat", red) == Flagged(categories=("violence/graphic",))
    assert await endpoint.check("", red) == Flagged(categories=("violence/graphic",))
    assert [asked.items[0].pictures for asked in moderation.asked] == [(calm,), (red,), (red,)]


async def test_half_a_character_is_no_trouble(endpoint: ModerationEndpoint, moderation: Moderation) -> None:
    assert await endpoint.check("a knife fight \ud83d") == Flagged(categories=("violence",))
    assert moderation.asked[0].items[0].texts == ("a knife fight ",)


async def test_of_nothing_nothing_is_asked(endpoint: ModerationEndpoint, moderation: Moderation) -> None:
    assert await endpoint.check("") is None
    assert moderation.asked == []


async def test_the_heaviest_thumbnail_is_light_enough(endpoint: ModerationEndpoint) -> None:
    assert await endpoint.check("a boat", media.thumbnail(encode(noise((640, 640)), "PNG"))) is None


@pytest.mark.parametrize("picture", [b"no picture", encode(noise((1000, 1000)), "PNG")], ids=["none", "heavy"])
async def test_a_picture_that_cannot_go_along_is_not_checked(endpoint: ModerationEndpoint, picture: bytes) -> None:
    assert await trouble(endpoint, picture=picture) == Trouble.PICTURE_TOO_LARGE


# --- what goes wrong

SPOILED = [
    (down(), Trouble.TROUBLED),
    (down(500), Trouble.TROUBLED),
    (down(404), Trouble.REFUSED),
    (nonsense(), Trouble.NONSENSE),
    (nonsense(b""), Trouble.NONSENSE),
    (nonsense(b"[]"), Trouble.NONSENSE),
    (nonsense(b'{"results": []}'), Trouble.NONSENSE),
    (nonsense(b'{"results": [{"flagged": "no", "categories": {}}]}'), Trouble.NONSENSE),
    (nonsense(b'{"results": [{"flagged": false}]}'), Trouble.NONSENSE),
    (nonsense(b'{"results": [{"flagged": false, "categories": ["hate"]}]}'), Trouble.NONSENSE),
    (nonsense(b"[" * 100_000), Trouble.NONSENSE),
    (page(), Trouble.NONSENSE),
    (page(302), Trouble.REFUSED),
    (page(403), Trouble.KEY_REFUSED),
    (busy(None), Trouble.BUSY),
]


@pytest.mark.parametrize(("fault", "code"), SPOILED)
async def test_closed_lets_nothing_pass(
    endpoint: ModerationEndpoint, moderation: Moderation, fault: Fault, code: Trouble
) -> None:
    moderation.next_answers(fault)
    assert await trouble(endpoint) == code
    assert await endpoint.check("a boat") is None


@pytest.mark.parametrize("fault", [fault for fault, _ in SPOILED])
async def test_open_lets_pass_what_nobody_can_tell_and_nothing_else(
    lenient: ModerationEndpoint, moderation: Moderation, fault: Fault
) -> None:
    moderation.next_answers(fault)
    assert await lenient.check("a knife fight") is None
    assert await lenient.check("a knife fight") == Flagged(categories=("violence",))


async def test_a_connection_that_went_stale_is_made_anew_once(
    endpoint: ModerationEndpoint, moderation: Moderation
) -> None:
    moderation.next_answers(Fault(cut=True))
    assert await endpoint.check("a knife fight") == Flagged(categories=("violence",))
    moderation.next_answers(Fault(cut=True), Fault(cut=True))
    assert await trouble(endpoint) == Trouble.UNREACHED


async def test_one_that_takes_too_long_is_not_waited_for(
    endpoint: ModerationEndpoint, moderation: Moderation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moderation_endpoint, "TEXT_SECONDS", 0.05)
    moderation.next_answers(slow(30))
    assert await trouble(endpoint) == Trouble.SLOW
    monkeypatch.setattr(moderation_endpoint, "PICTURE_SECONDS", 0.05)
    moderation.next_answers(slow(30))
    assert await trouble(endpoint, picture=jpeg()) == Trouble.SLOW


def test_it_is_waited_for_less_long_than_discord_waits() -> None:
    assert moderation_endpoint.TEXT_SECONDS < moderation_endpoint.PICTURE_SECONDS < 2


async def test_one_that_is_not_there_is_unreached(session: aiohttp.ClientSession) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        endpoint = ModerationEndpoint(session, f"http://127.0.0.1:{taken.getsockname()[1]}", key=None, model=MODEL)
        assert await trouble(endpoint) == Trouble.UNREACHED


@pytest.mark.parametrize("key", [None, "sk-wrong"])
async def test_a_wrong_key_is_refused(moderation: Moderation, session: aiohttp.ClientSession, key: str | None) -> None:
    assert await trouble(ModerationEndpoint(session, moderation.url, key=key, model=MODEL)) == Trouble.KEY_REFUSED


async def test_a_model_that_is_not_there_is_refused(moderation: Moderation, session: aiohttp.ClientSession) -> None:
    assert await trouble(ModerationEndpoint(session, moderation.url, key=moderation.key, model="x")) == Trouble.REFUSED


async def test_one_that_wants_to_be_left_alone_is_left_alone(
    endpoint: ModerationEndpoint, moderation: Moderation
) -> None:
    moderation.next_answers(busy(60))
    assert [await trouble(endpoint) for _ in range(3)] == [Trouble.BUSY] * 3
    assert moderation.asked == []


async def test_who_gives_up_waiting_is_no_outage(
    endpoint: ModerationEndpoint, moderation: Moderation, caplog: pytest.LogCaptureFixture
) -> None:
    moderation.next_answers(slow(30))
    asking = asyncio.create_task(endpoint.check("a boat"))
    await asyncio.sleep(0)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert caplog.records == []


# --- what is said of it


async def test_an_outage_is_told_when_it_begins_and_when_it_ends_and_nothing_else_is(
    lenient: ModerationEndpoint, moderation: Moderation, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="bot")
    moderation.is_down = True
    for _ in range(3):
        assert await lenient.check("a secret boat") is None
    moderation.is_down = False
    for _ in range(3):
        assert await lenient.check("a secret boat") is None
    assert [(each.levelname, each.getMessage()) for each in caplog.records if each.name.startswith("bot")] == [
        ("WARNING", "The moderation endpoint cannot be asked, so all passes (endpoint_troubled)"),
        ("WARNING", "The moderation endpoint answers again"),
    ]
    assert not any(word in caplog.text for word in (moderation.key, "secret boat"))


# --- what answers mean


def answer(*results: tuple[object, object]) -> bytes:
    return json.dumps({"results": [{"flagged": one, "categories": names} for one, names in results]}).encode()


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (answer((False, dict.fromkeys(CATEGORIES, False))), None),
        (answer((False, {"a": False}), (True, {"a": True, "b": False})), Flagged(categories=("a",))),
        (answer((True, {})), Flagged(categories=())),
        (answer((True, None)), Flagged(categories=())),
        (answer((False, {"a": True})), Flagged(categories=("a",))),
        (answer((True, {"a": True}), (True, {"b": True, "a": True})), Flagged(categories=("a", "b"))),
    ],
)
def test_what_is_flagged_anywhere_is_flagged(body: bytes, found: Flagged | None) -> None:
    assert decode(200, body) == found


@pytest.mark.parametrize("url", ["https://x/v1", "https://x/v1/moderations"])
def test_the_address_may_be_the_base_or_the_whole(url: str) -> None:
    assert address(url) == "https://x/v1/moderations"


# --- settings


def settings(moderation: Moderation | None, **more: str) -> Settings:
    own = {"moderation_url": moderation.url, "moderation_key": moderation.key} if moderation else {}
    return Settings(discord_token="token", mulerun_api_key="key", **{**own, **more})  # type: ignore[arg-type]


async def test_without_an_address_there_is_none(session: aiohttp.ClientSession) -> None:
    assert open_endpoint(session, settings(None)) is None


async def test_it_is_open_only_where_that_is_set(moderation: Moderation, session: aiohttp.ClientSession) -> None:
    closed, lenient = [open_endpoint(session, settings(moderation, moderation_fail=how)) for how in ("closed", "open")]
    moderation.is_down = True
    assert closed and lenient
    assert await trouble(closed) == Trouble.TROUBLED
    assert await lenient.check("a boat") is None
    # the doctor is told all the same
    with pytest.raises(Unchecked):
        await lenient.check_itself()
