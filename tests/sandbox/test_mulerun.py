"""The stand-in vendor keeps to the documents, charges what it accepts, and fails as it is told to."""

import asyncio
import base64
from datetime import datetime
from uuid import UUID

import pytest
from aiohttp import web

from sandbox.mulerun import NEWER_WORDS
from sandbox.mulerun.fates import FATES
from tests import pictures
from tests.sandbox.vendor_client import CLIP, PLAIN, PRO, PROMPT, Client, client, vendor

__all__ = ["client"]


def data_uri(data: bytes, kind: str = "jpeg") -> str:
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"


# --- a task that goes well


@pytest.mark.parametrize("path", [PRO, PLAIN])
async def test_a_task_walks_from_pending_to_a_clip(client: Client, path: str) -> None:
    status, body = await client.post({"prompt": PROMPT}, path)
    info = body["task_info"]
    assert (status, set(body), info["status"]) == (202, {"task_info"}, "pending")
    assert set(info) == {"id", "status", "created_at", "updated_at"}
    task = client.mulerun.ledger.tasks[str(UUID(info["id"]))]
    await client.mulerun.ledger.until(lambda _: task.status == "completed")
    status, body = await client.look(info["id"], path)
    assert (status, body["task_info"]["status"]) == (200, "completed")
    assert [state.word for state in task.states] == ["pending", "processing", "completed"]
    assert await client.download(body["videos"][0]) == (200, CLIP)


async def test_the_clip_is_rendered_as_ordered() -> None:
    async with vendor(clip=None) as client:
        body = await client.finish(await client.send(seconds="4", size="1280x720"))
        status, clip = await client.download(body["videos"][0])
        assert (status, clip[4:8]) == (200, b"ftyp")
        assert len(clip) > 20_000


async def test_the_ledger_tells_what_was_charged(client: Client) -> None:
    picture = pictures.jpeg((1280, 720))
    await client.send(seconds="8", size="1280x720", input_reference=data_uri(picture))
    await client.send("another one")
    task = client.mulerun.ledger.by_prompt("paper boat")[0]
    assert client.mulerun.ledger.charged == 2
    assert (task.model, task.prompt, task.seconds, task.size) == (PRO, PROMPT, 8, (1280, 720))
    assert task.picture == picture
    assert task.accepted_at == task.states[0].at
    assert [(visit.method, visit.path, visit.status) for visit in client.mulerun.ledger.visits] == [
        ("POST", PRO, 202),
        ("POST", PRO, 202),
    ]


async def test_both_documented_forms_of_time_occur(client: Client) -> None:
    forms = set()
    for _ in range(64):
        _, body = await client.post({"prompt": PROMPT})
        written = body["task_info"]["created_at"]
        assert datetime.fromisoformat(written).utcoffset() is not None
        forms.add(written[-6:] if written.endswith("+00:00") else written[-1])
    assert forms == {"Z", "+00:00"}


async def test_every_answer_carries_a_trace(client: Client) -> None:
    for path in (PRO, PRO + "/nothing", "/elsewhere"):
        async with client.session.get(client.mulerun.base_url + path) as answer:
            assert answer.headers["traceparent"].startswith("00-")


async def test_the_newer_words_can_be_spoken() -> None:
    async with vendor(spelling=NEWER_WORDS) as client:
        status, body = await client.post({"prompt": PROMPT})
        assert (status, body["task_info"]["status"]) == (202, "queued")
        body = await client.finish(body["task_info"]["id"])
        assert body["task_info"]["status"] == "succeeded"
        assert body["videos"]


async def test_the_usual_times_pass_quickly_on_a_fast_clock() -> None:
    async with vendor(pending=None, processing=None) as client:
        task_id = await client.send()
        task = client.mulerun.ledger.tasks[task_id]
        client.mulerun.clock.skip(9.9)
        await asyncio.sleep(0.01)
        assert task.status == "pending"
        client.mulerun.clock.skip(10.1)
        await client.mulerun.ledger.until(lambda _: task.status == "processing")
        client.mulerun.speed = 100_000
        await client.mulerun.ledger.until(lambda _: task.status == "completed")
        assert client.mulerun.clock.now() > 180


# --- what is refused at the door


@pytest.mark.parametrize(
    ("headers", "detail"),
    [
        ({}, "Invalid Authorization header format"),
        ({"Authorization": "muk-abc"}, "Invalid Authorization header format"),
        ({"Authorization": "Bearer sk-mr-abc"}, "Invalid API Key format"),
        ({"Authorization": "Bearer muk-" + "0" * 64}, "Invalid API Key"),
    ],
)
async def test_a_wrong_key_is_refused(client: Client, headers: dict[str, str], detail: str) -> None:
    task_id = await client.send()
    assert await client.post({"prompt": PROMPT}, headers=headers) == (401, {"detail": detail})
    assert await client.look(task_id, headers=headers) == (401, {"detail": detail})
    assert client.mulerun.ledger.charged == 1


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ([], "JSON object"),
        ({}, "prompt is required"),
        ({"prompt": ""}, "prompt is required"),
        ({"prompt": "   "}, "prompt is required"),
        ({"prompt": 4}, "prompt is required"),
        ({"prompt": "x" * 2001}, "at most 2000"),
        ({"prompt": PROMPT, "seconds": 4}, "seconds must be one of"),
        ({"prompt": PROMPT, "seconds": "5"}, "seconds must be one of"),
        ({"prompt": PROMPT, "seconds": None}, "seconds must be one of"),
        ({"prompt": PROMPT, "size": "1280*720"}, "size must be one of"),
        ({"prompt": PROMPT, "model": "sora-2-pro"}, "Unknown field: model"),
        ({"prompt": PROMPT, "input_reference": None}, "must be an http(s) URL or a data URI"),
        ({"prompt": PROMPT, "input_reference": "ftp://x/y.jpg"}, "must be an http(s) URL or a data URI"),
        ({"prompt": PROMPT, "input_reference": "data:image/gif;base64,R0lGOD"}, "data:image/"),
        ({"prompt": PROMPT, "input_reference": "data:image/jpeg;base64,####"}, "base64"),
        ({"prompt": PROMPT, "input_reference": data_uri(b"no picture")}, "cannot be decoded"),
        ({"prompt": PROMPT, "input_reference": data_uri(pictures.jpeg((720, 1280))[:3000])}, "cannot be decoded"),
        ({"prompt": PROMPT, "input_reference": data_uri(pictures.png((720, 1280)))}, "declared as jpeg but is png"),
        ({"prompt": PROMPT, "input_reference": data_uri(pictures.jpeg((1280, 720)))}, "must match the requested width"),
        ({"prompt": PROMPT, "input_reference": data_uri(pictures.turned("jpeg", (720, 1280), 6))}, "got 1280x720"),
    ],
)
async def test_a_wrong_body_is_refused_with_the_reason(client: Client, body: object, detail: str) -> None:
    status, answer = await client.post(body)
    assert status == 400
    error = answer["task_info"]["error"]
    assert (answer["task_info"]["status"], error["code"], error["title"]) == ("failed", 2001, "Invalid Request")
    assert detail in error["detail"]
    assert client.mulerun.ledger.charged == 0


async def test_a_picture_over_ten_megabytes_is_refused(client: Client) -> None:
    heavy = pictures.encode(pictures.noise((1792, 1024)), "PNG") + bytes(6_000_000)
    assert len(heavy) > 10_000_000
    fields = {"prompt": PROMPT, "size": "1792x1024", "input_reference": data_uri(heavy, "png")}
    status, answer = await client.post(fields)
    assert status == 400
    assert "at most 10000000 bytes" in answer["task_info"]["error"]["detail"]


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp"])
async def test_a_picture_of_the_right_size_is_taken(client: Client, kind: str) -> None:
    picture = pictures.encode(pictures.quarters((720, 1280)), kind.upper())
    task_id = await client.send(input_reference=data_uri(picture, kind))
    assert client.mulerun.ledger.tasks[task_id].picture == picture


async def test_a_picture_is_fetched_when_a_link_is_given(client: Client) -> None:
    picture = pictures.jpeg((720, 1280))

    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=picture, content_type="image/jpeg")

    app = web.Application()
    app.router.add_get("/picture", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host = f"http://127.0.0.1:{runner.addresses[0][1]}"
    task_id = await client.send(input_reference=host + "/picture")
    assert client.mulerun.ledger.tasks[task_id].picture == picture
    status, body = await client.post({"prompt": PROMPT, "input_reference": host + "/nothing"})
    assert (status, body["task_info"]["error"]["detail"]) == (400, "input picture cannot be fetched")
    await runner.cleanup()


async def test_json_must_be_said_and_be_meant(client: Client) -> None:
    path, headers = client.mulerun.base_url + PRO, client.headers
    async with client.session.post(path, data='{"prompt": "x"}', headers=headers) as answer:
        assert (answer.status, await answer.json()) == (400, {"detail": "Content-Type must be application/json"})
    async with client.session.post(path, data="{", headers=headers | {"Content-Type": "application/json"}) as answer:
        assert answer.status == 400
        assert "not valid JSON" in (await answer.json())["task_info"]["error"]["detail"]


async def test_what_does_not_exist_is_not_found(client: Client) -> None:
    task_id = await client.send()
    assert await client.look("00000000-0000-4000-8000-000000000000") == (404, {"detail": "Task not found"})
    assert await client.look(task_id, PLAIN) == (404, {"detail": "Task not found"})
    assert (await client.post({"prompt": PROMPT}, "/vendors/openai/v1/sora-9/generation"))[0] == 404
    async with client.session.delete(f"{client.mulerun.base_url}{PRO}/{task_id}", headers=client.headers) as answer:
        assert (answer.status, await answer.json()) == (405, {"detail": "Method Not Allowed"})


# --- the phrases of a prompt


@pytest.mark.parametrize("phrase", [phrase for phrase, fate in FATES.items() if fate.failure])
async def test_a_phrase_makes_a_charged_task_fail(client: Client, phrase: str) -> None:
    problem = FATES[phrase].failure
    assert problem
    body = await client.finish(await client.send(f"A portrait of {phrase.upper()}, at dusk"))
    expected = {"code": problem.code, "title": problem.title, "detail": problem.detail} if problem.code else None
    assert body["task_info"]["status"] == (FATES[phrase].last_word or "failed")
    assert body["task_info"].get("error") == expected
    assert "videos" not in body
    assert client.mulerun.ledger.charged == 1


async def test_a_phrase_is_refused_before_it_is_charged(client: Client) -> None:
    status, body = await client.post({"prompt": "something refused at the door"})
    assert (status, body["task_info"]["error"]["code"]) == (400, 2001)
    assert client.mulerun.ledger.charged == 0


@pytest.mark.parametrize(("phrase", "count"), [("without a video", 0), ("two clips", 2)])
async def test_a_phrase_chooses_how_many_clips_there_are(client: Client, phrase: str, count: int) -> None:
    body = await client.finish(await client.send(phrase))
    assert body["task_info"]["status"] == "completed"
    assert len(set(body["videos"])) == count


async def test_a_phrase_chooses_how_a_clip_is_named(client: Client) -> None:
    named = await client.finish(await client.send("a clip in an object"))
    [clip] = named["videos"]
    assert await client.download(clip["url"]) == (200, CLIP)
    assert (await client.download(clip["cover_url"]))[0] == 404
    named = await client.finish(await client.send("a clip in the output"))
    assert (named["task_info"]["status"], list(named)) == ("success", ["output", "task_info"])
    assert await client.download(named["output"]["video_url"]) == (200, CLIP)
    named = await client.finish(await client.send("a clip in the task"))
    [picture, clip] = named["task_info"]["result"]
    assert (named["task_info"]["status"], picture["type"]) == ("Succeeded ", "image")
    assert await client.download(clip["url"]) == (200, CLIP)
    named = await client.finish(await client.send("a clip named thrice"))
    assert {*named["videos"], named["video"]["url"], *named["data"]["urls"]} == set(named["videos"])


async def test_a_phrase_brings_words_nobody_documented(client: Client) -> None:
    task_id = await client.send("an unknown word on the way")
    await client.finish(task_id)
    words = [state.word for state in client.mulerun.ledger.tasks[task_id].states]
    assert words == ["pending", "retrying", "simmering", "processing", "completed"]


async def test_a_phrase_keeps_a_task_from_ending(client: Client) -> None:
    task_id = await client.send("stuck forever in the rain")
    client.mulerun.clock.skip(1_000_000)
    await client.finish(await client.send("an ordinary one, later"))
    status, body = await client.look(task_id)
    assert (status, body["task_info"]["status"]) == (200, "processing")


async def test_a_phrase_gives_a_link_that_is_dead_at_once(client: Client) -> None:
    body = await client.finish(await client.send("a dead link"))
    assert (await client.download(body["videos"][0]))[0] == 404
