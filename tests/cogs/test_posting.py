"""Sending to Discord through the real client library: what is sent, and what each answer means."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import discord
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from discord.ext import commands
from discord.http import Route

from bot.discord_bot import INTENTS, LONGEST_RATE_LIMIT
from bot.errors import FileTooLarge, ShowTroubled, VenueRefused
from bot.jobs import Job, Status, event_of
from bot.pace import Pace
from bot.tracker.clip_posting import smaller_limit
from cogs.showing.discord_errors import TextRefused
from cogs.showing.posting import CardPicture, Letter, Postman
from cogs.showing.thread import said_after
from tests.jobs import a_job

ME, SOMEBODY, CHANNEL, CARD, GUILD = 9, 8, 2_000, 3_000, 1_000
MIB = 1024 * 1024
ATTACHED = {"size": 4, "url": "https://x/p.jpg", "proxy_url": "https://x/p.jpg", "content_type": "image/jpeg"}
LETTER = Letter(nonce="job:pending", text="Sent.")


def user(id: int) -> dict[str, Any]:
    return {"id": str(id), "username": "dailies", "discriminator": "0", "avatar": None, "bot": True}


def message(id: int, author: int = ME, content: str = "") -> dict[str, Any]:
    empty: dict[str, Any] = {name: [] for name in ("mentions", "mention_roles", "attachments", "embeds", "components")}
    told = {"id": str(id), "channel_id": str(CHANNEL), "author": user(author), "content": content, "type": 0}
    when = {"timestamp": "2026-11-23T08:00:00+00:00", "edited_timestamp": None}
    return {**empty, **told, **when, "tts": False, "mention_everyone": False, "pinned": False, "flags": 0}


def plain(data: object, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """JSON whose type names no character set, as the client library wants it."""
    body = json.dumps(data).encode()
    return web.Response(body=body, status=status, headers=headers, content_type="application/json")


@dataclass(kw_only=True)
class Discord:
    """Answers each request about a channel as it was told to; keeps what it was sent."""

    status: int = 200
    answer: Any = field(default_factory=lambda: message(77))
    headers: dict[str, str] = field(default_factory=dict)
    requests: list[tuple[str, dict[str, Any], bytes | None]] = field(default_factory=list)

    def refuse(self, status: int, code: int, **more: object) -> None:
        self.status, self.answer = status, {"message": "no", "code": code, **more}

    async def about_me(self, request: web.Request) -> web.Response:
        if request.path.endswith("/users/@me"):
            return plain(user(ME))
        switches = {"verify_key": "", "bot_public": True, "bot_require_code_grant": False}
        return plain({"id": "9", "name": "Dailies", "icon": None, "description": "", "owner": user(1), **switches})

    async def about_channels(self, request: web.Request) -> web.Response:
        body, file = dict(request.query), None
        if request.content_type == "multipart/form-data":
            form = await request.post()
            body, given = json.loads(str(form["payload_json"])), form["files[0]"]
            assert isinstance(given, web.FileField)
            file = given.file.read()
        elif request.can_read_body:
            body = await request.json()
        self.requests.append((f"{request.method} {request.path}", body, file))
        return plain(self.answer, self.status, self.headers)


@pytest.fixture
def there() -> Discord:
    return Discord()


@pytest.fixture
async def postman(there: Discord, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Postman]:
    app = web.Application()
    app.router.add_route("*", "/channels/{path:.*}", there.about_channels)
    app.router.add_get("/{path:.*}", there.about_me)
    async with TestServer(app) as server:
        monkeypatch.setattr(Route, "BASE", str(server.make_url("")).rstrip("/"))
        bot = commands.AutoShardedBot(
            command_prefix=commands.when_mentioned,
            intents=INTENTS,
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=LONGEST_RATE_LIMIT,
        )
        async with bot:
            await bot.login("token")
            yield Postman(bot, Pace())


Act = Callable[[Postman], Awaitable[object]]


def send(postman: Postman) -> Awaitable[object]:
    return postman.send(CHANNEL, GUILD, LETTER)


def send_card(postman: Postman) -> Awaitable[object]:
    return postman.send(CHANNEL, GUILD, Letter(nonce="job:card", embed=discord.Embed(description="x")))


def edit_card(postman: Postman, picture: CardPicture | None = None, keep: bool = True) -> Awaitable[object]:
    return postman.edit_card(
        CHANNEL, CARD, embed=discord.Embed(description="x"), view=None, picture=picture, keep=keep, rank=0
    )


def remove(postman: Postman) -> Awaitable[object]:
    return postman.remove(CHANNEL, CARD)


def open_thread(postman: Postman) -> Awaitable[object]:
    return postman.open_thread(CHANNEL, CARD, "A boat")


def find(postman: Postman) -> Awaitable[object]:
    return postman.find(CHANNEL, CARD, lambda message: message.content == "wanted")


# --- what is sent


async def test_a_message_carries_its_nonce_and_pings_nobody(there: Discord, postman: Postman) -> None:
    assert await send(postman) == 77
    ((what, body, _),) = there.requests
    assert what == f"POST /channels/{CHANNEL}/messages"
    assert (body["content"], body["nonce"], body["enforce_nonce"]) == ("Sent.", "job:pending", True)
    assert body["allowed_mentions"].get("users", []) == []
    assert body["allowed_mentions"]["parse"] == []
    assert not body["allowed_mentions"].get("replied_user")
    assert "message_reference" not in body


async def test_only_who_asked_is_pinged(there: Discord, postman: Postman) -> None:
    await postman.send(CHANNEL, GUILD, Letter(nonce="n", text="<@7> Done", ping=7))
    (_, body, _), *_ = there.requests
    assert body["allowed_mentions"] == {"parse": [], "users": [7]}


async def test_a_reply_goes_out_although_the_card_is_gone(there: Discord, postman: Postman) -> None:
    await postman.send(CHANNEL, GUILD, Letter(nonce="n", text="x", answers=CARD))
    (_, body, _), *_ = there.requests
    assert int(body["message_reference"]["message_id"]) == CARD
    assert body["message_reference"]["fail_if_not_exists"] is False


async def test_a_clip_goes_as_a_plain_attachment(there: Discord, postman: Postman, tmp_path: Path) -> None:
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(b"\0\0\0\x18ftypmp42")
    await postman.send(CHANNEL, GUILD, Letter(nonce="n", text="Done", file=clip, file_name="a-boat.mp4"))
    ((_, body, file),) = there.requests
    assert file == clip.read_bytes()
    assert [each["filename"] for each in body["attachments"]] == ["a-boat.mp4"]
    assert body["nonce"] == "n"


async def test_a_card_by_the_bots_own_token_carries_its_nonce(there: Discord, postman: Postman) -> None:
    assert await send_card(postman) == 77
    ((_, body, _),) = there.requests
    assert (body["nonce"], body["enforce_nonce"], body["embeds"][0]["description"]) == ("job:card", True, "x")


async def test_an_edit_without_a_picture_keeps_the_one_that_is_there(there: Discord, postman: Postman) -> None:
    await edit_card(postman)
    ((what, body, _),) = there.requests
    assert what == f"PATCH /channels/{CHANNEL}/messages/{CARD}"
    assert "attachments" not in body


@pytest.mark.parametrize("keep", [True, False])
async def test_a_new_picture_takes_the_place_of_the_old_one(there: Discord, postman: Postman, keep: bool) -> None:
    await edit_card(postman, picture=CardPicture(name="poster.jpg", data=b"jpeg"), keep=keep)
    ((_, body, file),) = there.requests
    assert file == b"jpeg"
    assert [each["filename"] for each in body["attachments"]] == ["poster.jpg"]


async def test_a_picture_that_is_no_longer_true_is_taken_off(there: Discord, postman: Postman) -> None:
    await edit_card(postman, keep=False)
    ((_, body, _),) = there.requests
    assert body["attachments"] == []


async def test_a_card_says_which_files_are_on_it(there: Discord, postman: Postman) -> None:
    there.answer = message(CARD) | {"attachments": [{"id": "5", "filename": "poster.jpg", **ATTACHED}]}
    assert await postman.names_on(CHANNEL, CARD) == {"poster.jpg"}
    there.refuse(404, 10008)
    assert await postman.names_on(CHANNEL, CARD) == set()
    there.refuse(403, 50001)
    assert await postman.names_on(CHANNEL, CARD) == set()


@pytest.mark.parametrize(("refused", "limit"), [(36 * MIB, 10 * MIB), (10 * MIB, 5 * MIB), (300_000, 150_000)])
def test_what_is_tried_after_a_refusal(refused: int, limit: int) -> None:
    assert smaller_limit(refused) == limit


async def test_a_thread_on_the_card_has_the_cards_id(there: Discord, postman: Postman) -> None:
    there.answer = {"id": str(CARD), "type": 11}
    assert await open_thread(postman) == CARD
    ((what, body, _),) = there.requests
    assert (what, body["name"]) == (f"POST /channels/{CHANNEL}/messages/{CARD}/threads", "A boat")


# --- what each answer means

PLACE = [(404, 10003), (403, 50001), (403, 50013), (403, 50007), (400, 50083), (403, 160005), (400, 50024), (404, 0)]
LATER = [one for one in PLACE if one[1] not in (10003, 50083)]
TEXT = [(400, 50035), (400, 200000), (400, 50006)]
FILE = [(413, 40005), (400, 40005), (413, 0), (400, 50045)]
PASSING = [(503, 0), (401, 0), (403, 40333)]
NO_THREAD = [*PLACE, (400, 50035), (400, 160006), (400, 160007), (400, 240000), (400, 200001), (404, 10008)]

MEANINGS: list[tuple[Act, type[Exception], list[tuple[int, int]]]] = [
    (send, VenueRefused, PLACE),
    (send, TextRefused, TEXT),
    (send, FileTooLarge, FILE),
    (send, ShowTroubled, PASSING),
    (send_card, VenueRefused, PLACE),
    (send_card, TextRefused, TEXT),
    (send_card, ShowTroubled, PASSING),
    (edit_card, ShowTroubled, PASSING),
    (remove, ShowTroubled, PASSING),
    (remove, VenueRefused, [(400, 50035)]),
    (find, VenueRefused, PLACE),
    (find, ShowTroubled, PASSING),
    (open_thread, VenueRefused, NO_THREAD),
    (open_thread, ShowTroubled, PASSING),
]
REFUSALS = [(act, kind, *answer) for act, kind, answers in MEANINGS for answer in answers]


@pytest.mark.parametrize(("act", "kind", "status", "code"), REFUSALS)
async def test_each_refusal_is_told_apart(
    there: Discord, postman: Postman, act: Act, kind: type[Exception], status: int, code: int
) -> None:
    there.refuse(status, code)
    with pytest.raises(kind):
        await act(postman)
    assert len(there.requests) == 1


@pytest.mark.parametrize("act", [send, send_card])
async def test_a_message_deleted_since_is_no_fault(there: Discord, postman: Postman, act: Act) -> None:
    there.refuse(404, 10008)
    assert await act(postman) is None


@pytest.mark.parametrize(("status", "code"), LATER)
@pytest.mark.parametrize("act", [edit_card, remove])
async def test_a_message_in_a_closed_channel_cannot_be_changed_for_now(
    there: Discord, postman: Postman, act: Act, status: int, code: int
) -> None:
    there.refuse(status, code)
    with pytest.raises(VenueRefused):
        await act(postman)
    assert len(there.requests) == 1


@pytest.mark.parametrize("act", [edit_card, remove])
async def test_an_archived_thread_is_woken_for_a_change_if_it_may(there: Discord, postman: Postman, act: Act) -> None:
    there.refuse(400, 50083)
    with pytest.raises(VenueRefused):
        await act(postman)
    (_, wake, *_) = there.requests
    assert wake[:2] == (f"PATCH /channels/{CHANNEL}", {"archived": False})


async def test_buttons_that_may_not_be_cleared_are_left(there: Discord, postman: Postman) -> None:
    there.refuse(400, 50083)
    await postman.clear_buttons(CHANNEL, CARD)
    assert len(there.requests) == 2
    there.refuse(403, 50001)
    await postman.clear_buttons(CHANNEL, CARD)


@pytest.mark.parametrize(("status", "code"), [(404, 10008), (404, 10003)])
async def test_what_is_gone_need_not_be_removed(there: Discord, postman: Postman, status: int, code: int) -> None:
    there.refuse(status, code)
    await remove(postman)
    assert len(there.requests) == 1


@pytest.mark.parametrize(("status", "code"), [*TEXT, (404, 10008), (404, 10003)])
async def test_a_card_that_can_no_longer_be_edited_is_left(
    there: Discord, postman: Postman, status: int, code: int
) -> None:
    there.refuse(status, code)
    await edit_card(postman)


async def test_a_thread_that_is_there_already_is_taken(there: Discord, postman: Postman) -> None:
    there.refuse(400, 160004)
    assert await open_thread(postman) == CARD


@pytest.mark.parametrize(
    ("act", "kind"), [(send, ShowTroubled), (edit_card, ShowTroubled), (open_thread, VenueRefused)]
)
async def test_a_long_rate_limit_is_not_waited_for(
    there: Discord, postman: Postman, act: Act, kind: type[Exception]
) -> None:
    there.headers = {"Via": "1.1 google", "Retry-After": "500"}
    there.refuse(429, 0, retry_after=500.0, **{"global": False})
    with pytest.raises(kind) as error:
        await act(postman)
    if isinstance(error.value, ShowTroubled):
        assert error.value.retry_after == 500.0


@pytest.mark.parametrize("act", [send, edit_card, open_thread])
async def test_who_is_banned_on_the_way_keeps_quiet_for_as_long_as_it_says(
    there: Discord, postman: Postman, act: Act
) -> None:
    there.headers = {"Retry-After": "500"}
    there.refuse(429, 0)
    with pytest.raises(ShowTroubled, match=r"^HTTP 429 Too Many Requests$") as troubled:
        await act(postman)
    assert troubled.value.retry_after == 500.0


# --- finding a message again


async def test_only_our_own_message_is_found(there: Discord, postman: Postman) -> None:
    ours, theirs = message(5001, content="wanted"), message(5002, SOMEBODY, "wanted")
    there.answer = [theirs, message(5003, content="other"), ours]
    assert await find(postman) == 5001
    (_, query, _), *_ = there.requests
    assert query["after"] == str(CARD)


async def test_nothing_is_found_where_nothing_is(there: Discord, postman: Postman) -> None:
    there.answer = []
    assert await find(postman) is None


SENT_AT, DONE_AT = 1000.0 + 600, 1000.0 + 7200


@pytest.mark.parametrize(
    ("job", "seconds"),
    [
        (a_job(0), 0),
        (a_job(0, status=Status.PENDING, status_since=1030.0), 0),
        (a_job(0, status=Status.FAILED, status_since=DONE_AT), 7140),
        (a_job(0, status=Status.COMPLETED, status_since=DONE_AT, submitted_at=SENT_AT), 540),
    ],
)
def test_what_is_said_of_a_job_is_looked_for_from_when_it_may_have_been_said(job: Job, seconds: int) -> None:
    event, after = event_of(job.id), said_after(job)
    waited = discord.utils.snowflake_time(after) - discord.utils.snowflake_time(event)
    assert waited.total_seconds() == seconds
