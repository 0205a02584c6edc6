"""The vendor's language, by tables: what is sent, and what each answer means."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.catalogue import Extras, Shots, read_catalogue
from bot.errors import (
    TaskUnknown,
    VendorBusy,
    VendorError,
    VendorRefused,
    VendorSilent,
    VendorTroubled,
    VendorUnreached,
)
from bot.mulerun import Answer, Task, TaskState, decode_look, decode_submission, encode, key_shape_is_known
from bot.mulerun.words import SPELLINGS, STATES, fold
from tests.jobs import REQUEST

CATALOGUE = read_catalogue()
SORA = CATALOGUE.default
ID = "8e1e315e-b50d-4334-a231-be7d19a372a4"
TIMES = {"created_at": "2026-09-21T08:23:12.657Z", "updated_at": "2026-09-21T08:25:03.870Z"}
UPDATED = 1789979103.87
LINK = "https://mule-router-assets.muleusercontent.com/video.mp4"


def answer(status: int, body: object, **headers: str) -> Answer:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(status=status, headers={name.replace("_", "-"): text for name, text in headers.items()}, body=data)


def envelope(status: object, **rest: object) -> dict[str, object]:
    return {"task_info": {"id": ID, "status": status, **TIMES}, **rest}


def failed(rest: dict[str, object] | None = None, **error: object) -> dict[str, object]:
    info = {"id": ID, "status": "failed", **TIMES}
    return {"task_info": {**info, "error": error} if error else info, **(rest or {})}


# --- what is sent


def test_the_documented_json_exactly() -> None:
    assert encode(REQUEST, SORA, None) == {"prompt": "A paper boat", "seconds": "8", "size": "1280x720"}


def test_a_picture_goes_as_a_data_uri() -> None:
    body = encode(REQUEST, SORA, b"\xff\xd8jpeg")
    assert list(body) == ["prompt", "seconds", "size", "input_reference"]
    head, data = str(body["input_reference"]).split(",")
    assert (head, base64.b64decode(data)) == ("data:image/jpeg;base64", b"\xff\xd8jpeg")


SEEDANCE: dict[str, object] = {"duration": 11, "aspect_ratio": "21:9", "resolution": "480p", "generate_audio": True}
KLING: dict[str, object] = {"duration": 3, "mode": "pro", "sound": "on"}
WAN: dict[str, object] = {"duration": 15, "audio": True}

PATHS = {
    "sora-2-pro": ("/vendors/openai/v1/sora-2-pro/generation",) * 2,
    "sora-2": ("/vendors/openai/v1/sora-2/generation",) * 2,
    "veo-3.1": ("/vendors/google/v1/veo-3.1/generation",) * 2,
    "seedance-2.0": (
        "/vendors/bytedance/v1/seedance-2.0/text-to-video/generation",
        "/vendors/bytedance/v1/seedance-2.0/image-to-video/generation",
    ),
    "seedance-2.0-fast": (
        "/vendors/bytedance/v1/seedance-2.0-fast/text-to-video/generation",
        "/vendors/bytedance/v1/seedance-2.0-fast/image-to-video/generation",
    ),
    "kling-v3": (
        "/vendors/klingai/v1/kling-v3/text-to-video/generation",
        "/vendors/klingai/v1/kling-v3/image-to-video/generation",
    ),
    "wan-2.6": ("/vendors/alibaba/v1/wan2.6-t2v/generation", "/vendors/alibaba/v1/wan2.6-i2v/generation"),
}
Fields = dict[str, object]
SENT: dict[tuple[str, int, str], tuple[Fields, str, Fields | None]] = {
    ("sora-2-pro", 4, "720x1280"): ({"seconds": "4", "size": "720x1280"}, "input_reference", None),
    ("sora-2", 12, "1024x1792"): ({"seconds": "12", "size": "1024x1792"}, "input_reference", None),
    ("veo-3.1", 4, "1280x720"): ({"duration": 4, "aspect_ratio": "16:9", "resolution": "720p"}, "image", None),
    ("veo-3.1", 8, "2160x3840"): ({"duration": 8, "aspect_ratio": "9:16", "resolution": "4k"}, "image", None),
    ("seedance-2.0", 11, "1120x480"): (SEEDANCE, "image", None),
    ("seedance-2.0-fast", 11, "1120x480"): (SEEDANCE, "image", None),
    ("kling-v3", 3, "1080x1920"): ({**KLING, "aspect_ratio": "9:16"}, "first_frame", KLING),
    ("wan-2.6", 15, "1632x1248"): ({**WAN, "size": "1632*1248"}, "image", {**WAN, "resolution": "1080P"}),
    ("wan-2.6", 5, "480x832"): (
        {"duration": 5, "audio": True, "size": "480*832"},
        "image",
        {"duration": 5, "audio": True, "resolution": "480P"},
    ),
}
"""Model, length and size; then every field but the prompt, the picture's field, and the rest with a picture if it
differs."""


REFERENCES = {
    "seedance-2.0": "/vendors/bytedance/v1/seedance-2.0/reference-to-video/generation",
    "seedance-2.0-fast": "/vendors/bytedance/v1/seedance-2.0-fast/reference-to-video/generation",
}


def test_pictures_to_look_like_go_where_the_documents_say() -> None:
    for model in CATALOGUE.models.values():
        path = REFERENCES.get(model.id, model.path)
        assert model.path_for(picture=False, extras=Extras(references=1)) == path
        assert set(model.paths) == {*PATHS[model.id], path}


def test_the_tables_know_every_model() -> None:
    assert set(PATHS) == {model for model, _, _ in SENT} == set(CATALOGUE.models)


@pytest.mark.parametrize("wish", SENT, ids=str)
def test_the_exact_json_of_each_model(wish: tuple[str, int, str]) -> None:
    model = CATALOGUE.models[wish[0]]
    request = replace(REQUEST, model=wish[0], seconds=wish[1], size=wish[2])
    fields, picture, with_picture = SENT[wish]
    sent = encode(request, model, None)
    assert json.dumps(sent, sort_keys=True) == json.dumps({"prompt": "A paper boat", **fields}, sort_keys=True)
    uri = "data:image/jpeg;base64,/9hqcGVn"
    expected = {"prompt": "A paper boat", **(with_picture or fields), picture: uri}
    sent = encode(request, model, b"\xff\xd8jpeg")
    assert json.dumps(sent, sort_keys=True) == json.dumps(expected, sort_keys=True)
    assert (model.path_for(picture=False), model.path_for(picture=True)) == PATHS[model.id]


URI = "data:image/jpeg;base64,/9hqcGVn"
JPEG = b"\xff\xd8jpeg"
SHOTS = "1 s: A boat\nIt sinks"
EXTRAS: list[tuple[str, int, str, Extras, dict[str, bytes], Fields]] = [
    (
        "veo-3.1",
        4,
        "A boat",
        Extras(negative="rain", last=True),
        {"last": JPEG},
        {"prompt": "A boat", "negative_prompt": "rain", "last_frame": URI},
    ),
    (
        "veo-3.1",
        8,
        "A boat",
        Extras(references=2),
        {"2": JPEG, "1": JPEG},
        {"prompt": "A boat", "reference_images": [URI, URI]},
    ),
    (
        "seedance-2.0",
        5,
        "A boat",
        Extras(sound=False, seed=0, references=1),
        {"1": JPEG},
        {"prompt": "A boat", "generate_audio": False, "seed": 0, "images": [URI]},
    ),
    (
        "seedance-2.0-fast",
        5,
        "A boat",
        Extras(last=True),
        {"last": JPEG},
        {"prompt": "A boat", "generate_audio": True, "last_frame_image": URI},
    ),
    (
        "kling-v3",
        5,
        SHOTS,
        Extras(shots=Shots.LISTED, sound=False),
        {},
        {
            "multi_prompt": [{"prompt": "A boat", "duration": 1}, {"prompt": "It sinks", "duration": 4}],
            "multi_shot": "true",
            "shot_type": "customize",
            "sound": "off",
        },
    ),
    (
        "kling-v3",
        5,
        "A boat",
        Extras(shots=Shots.SEVERAL, negative="rain"),
        {},
        {
            "prompt": "A boat",
            "multi_shot": "true",
            "shot_type": "intelligence",
            "sound": "on",
            "negative_prompt": "rain",
        },
    ),
    (
        "wan-2.6",
        5,
        "A boat",
        Extras(shots=Shots.SEVERAL, seed=5, sound=False, negative="rain"),
        {},
        {"prompt": "A boat", "multi_shots": "multi", "seed": 5, "audio": False, "negative_prompt": "rain"},
    ),
]
"""Model, length, prompt, what is set, further pictures; then every field but those of length and size."""


@pytest.mark.parametrize(("model_id", "seconds", "prompt", "extras", "further", "fields"), EXTRAS)
def test_the_exact_json_of_what_a_model_takes_beside_the_usual(
    model_id: str, seconds: int, prompt: str, extras: Extras, further: dict[str, bytes], fields: Fields
) -> None:
    model = CATALOGUE.models[model_id]
    size = model.size.default
    request = replace(REQUEST, model=model_id, seconds=seconds, size=size, prompt=prompt, extras=extras)
    usual = {**model.size.spelled[size], "duration": seconds}
    sent = encode(request, model, None, further)
    assert json.dumps(sent, sort_keys=True) == json.dumps({**usual, **fields}, sort_keys=True)


def test_a_model_that_takes_no_picture_is_sent_none() -> None:
    blind = replace(SORA, picture=None)
    assert encode(REQUEST, blind, b"never sent") == {"prompt": "A paper boat", "seconds": "8", "size": "1280x720"}
    assert blind.path_for(picture=True) == SORA.path


@pytest.mark.parametrize(
    ("key", "known"),
    [
        ("muk-" + "0f" * 32, True),
        ("sk-mr-" + "a1" * 32, True),
        ("muk-" + "0f" * 31, False),
        ("muk-" + "0F" * 32, False),
        ("sk-" + "0f" * 32, False),
        ("", False),
    ],
)
def test_the_shape_of_a_key(key: str, known: bool) -> None:
    assert key_shape_is_known(key) is known


# --- words and times, alike in both answers

WORDS = {
    "pending": TaskState.WAITING,
    "queued": TaskState.WAITING,
    "submitted": TaskState.WAITING,
    "排队中": TaskState.WAITING,
    "processing": TaskState.WORKING,
    "running": TaskState.WORKING,
    "retrying": TaskState.WORKING,
    "IN_PROGRESS": TaskState.WORKING,
    "in progress": TaskState.WORKING,
    "inProgress": TaskState.WORKING,
    "生成中": TaskState.WORKING,
    "completed": TaskState.DONE,
    "succeeded": TaskState.DONE,
    "Completed": TaskState.DONE,
    "Succeeded ": TaskState.DONE,
    "success": TaskState.DONE,
    "成功": TaskState.DONE,
    "failed": TaskState.FAILED,
    " FAILED\n": TaskState.FAILED,
    "cancelled": TaskState.FAILED,
    "canceled": TaskState.FAILED,
    "expired": TaskState.FAILED,
    "error": TaskState.FAILED,
    "timeout": TaskState.FAILED,
    "timed-out": TaskState.FAILED,
    "rejected": TaskState.FAILED,
    "已取消": TaskState.FAILED,
    "simmering": TaskState.WAITING,
    "": TaskState.WAITING,
    None: TaskState.WAITING,
    7: TaskState.WAITING,
}


def test_each_spelling_means_one_state() -> None:
    words = [word for spellings in SPELLINGS.values() for word in spellings.split()]
    assert sorted(words) == sorted(STATES) == sorted(fold(word) for word in words)


@pytest.mark.parametrize(("word", "state"), WORDS.items())
@pytest.mark.parametrize(("decode", "status"), [(decode_submission, 202), (decode_submission, 200), (decode_look, 200)])
def test_each_status_word(decode: Callable[[Answer], Task], status: int, word: object, state: TaskState) -> None:
    task = decode(answer(status, envelope(word), traceparent="00-trace"))
    assert (task.id, task.state, task.trace) == (ID, state, "00-trace")


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-09-21T08:25:03.870Z", UPDATED),
        ("2026-09-21T08:25:03.870026+00:00", UPDATED + 0.000026),
        ("2026-09-21T10:25:03.870026+02:00", UPDATED + 0.000026),
        ("2026-09-21T08:25:03", None),
        ("yesterday", None),
        (None, None),
        (1789979103, None),
    ],
)
def test_both_forms_of_time(text: object, at: float | None) -> None:
    body = {"task_info": {"id": ID, "status": "processing", "updated_at": text}}
    task = decode_look(answer(200, body))
    assert task.updated_at == (None if at is None else pytest.approx(at, abs=1e-6))


OOPS = {"code": 3005, "title": "T", "detail": "oops"}
BESIDE: dict[str, tuple[object, dict[str, object], TaskState]] = {
    "an unknown word and a link": ("all good", {"videos": [LINK]}, TaskState.DONE),
    "no word and a link": (None, {"output": {"url": LINK}}, TaskState.DONE),
    "at work and a link": ("processing", {"videos": [LINK]}, TaskState.DONE),
    "a failure and a link": ("failed", {"videos": [LINK], "error": OOPS}, TaskState.DONE),
    "done and no link": ("completed", {"videos": []}, TaskState.DONE),
    "done, an error and no link": ("completed", {"videos": [], "error": OOPS}, TaskState.FAILED),
    "an unknown word and an error": ("simmering", {"error": OOPS}, TaskState.FAILED),
    "no word and an error": (None, {"error": OOPS}, TaskState.FAILED),
    "an error in a word": ("simmering", {"error": "oops"}, TaskState.FAILED),
    "waiting, and an error of an attempt": ("pending", {"error": OOPS}, TaskState.WAITING),
    "at work again after an error": ("retrying", {"error": OOPS}, TaskState.WORKING),
    "an empty error": ("simmering", {"error": {}}, TaskState.WAITING),
    "an error that is none": ("simmering", {"error": {"code": 0, "message": "ok"}}, TaskState.WAITING),
    "an error of blanks": ("simmering", {"error": {"code": None, "message": ""}}, TaskState.WAITING),
    "no error": ("simmering", {"error": " "}, TaskState.WAITING),
}


@pytest.mark.parametrize(("word", "rest", "state"), BESIDE.values(), ids=BESIDE.keys())
def test_what_stands_beside_the_word(word: object, rest: dict[str, object], state: TaskState) -> None:
    task = decode_look(answer(200, envelope(word, **rest)))
    assert task.state is state
    assert bool(task.videos) is (state is TaskState.DONE and LINK in str(rest))
    assert bool(task.reason) is (state is TaskState.FAILED)


# --- failures of a task: HTTP 200

FAILURES = {
    "documented": (failed(code=3001, title="T", detail="Prompt contains restricted content"), "content", "restricted"),
    "newer name": (failed(error_code=3005, title="T", detail="prompt violation"), "content", "prompt violation"),
    "beside": (failed({"error": {"error_code": 3005, "title": "T", "detail": "no answer"}}), "provider", "no answer"),
    "provider": (failed(code=3006, title="T", detail="External service execution failed"), "provider", "External"),
    "router": (failed(code=4008, title="T", detail="oops"), "vendor_fault", "oops"),
    "number as text": (failed(code="4002", title="T", detail="oops"), "vendor_fault", "oops"),
    "request": (failed(code=2001, title="Invalid Request", detail="cannot mix"), "bad_request", "cannot mix"),
    "title alone": (failed(code=3001, title="Content policy"), "content", "Content policy"),
    "message": (failed(code=3001, message="no capacity"), "provider", "no capacity"),
    "odd number": (failed(code="²", detail="oops"), "failed", "oops"),
    "no number": (failed(detail="oops"), "failed", "oops"),
    "a face": (failed(code=3001, detail="The input picture contains a human face"), "content", "human face"),
    "at risk": (failed(code=3005, title="T", detail="blocked by Risk Control"), "content", "Risk Control"),
    "sensitive": (failed(code=3001, detail="Output may contain sensitive information."), "content", "sensitive"),
    "no face": (failed(code=4002, detail="upstream interfaces changed"), "vendor_fault", "interfaces"),
    "a sentence": ({"task_info": {"id": ID, "status": "failed", "error": "oops"}}, "failed", "oops"),
    "flat": (failed({"detail": "moderation blocked it"}), "content", "moderation"),
    "silent": (failed(), "failed", ""),
    "only another word": (envelope("Cancelled"), "failed", "cancelled"),
    "another word, and why": (envelope("rejected", error={"detail": "nsfw"}), "content", "nsfw"),
    "an endless number": (failed(code="3" * 5000, detail="oops"), "failed", "oops"),
    "no id": ({"task_info": {"status": "cancelled"}}, "failed", "cancelled"),
}


@pytest.mark.parametrize(("body", "reason", "words"), FAILURES.values(), ids=FAILURES.keys())
def test_a_failed_task_says_why(body: dict[str, object], reason: str, words: str) -> None:
    task = decode_look(answer(200, body))
    assert (task.state, task.reason) == (TaskState.FAILED, reason)
    assert words in task.detail


# --- answers to a POST

PENDING = envelope("pending")
REJECTED = failed(code=2001, title="Invalid Request", detail="cannot mix the reference mode")
WITHOUT_ID = {"task_info": {"status": "failed", "error": {"code": 2001, "title": "T", "detail": "Prompt was refused"}}}
UNSUITABLE = failed(code=3001, title="T", detail="restricted content")

REFUSED = {
    "rejected, with an id": (answer(400, REJECTED), "bad_request", "cannot mix"),
    "rejected, without": (answer(400, WITHOUT_ID), "bad_request", "Prompt was refused"),
    "rejected by another word": (answer(400, envelope("error", error=OOPS)), "bad_request", "oops"),
    "rejected so for content": (answer(400, envelope("rejected", error={"detail": "nsfw"})), "content", "nsfw"),
    "rejected for content": (answer(400, UNSUITABLE), "content", "restricted"),
    "failed at HTTP 202, without an id": (answer(202, WITHOUT_ID), "bad_request", "Prompt was refused"),
    "flat detail": (answer(400, {"detail": "seconds must be a string"}), "bad_request", "seconds must be a string"),
    "flat error": (answer(400, {"error": "oops"}), "bad_request", "oops"),
    "flat message": (answer(422, {"message": "oops"}), "bad_request", "oops"),
    "nested message": (answer(400, {"error": {"message": "oops"}}), "bad_request", "oops"),
    "flat, for content": (answer(400, {"detail": "violates our policy"}), "content", "violates"),
    "key": (answer(401, {"detail": "Invalid API Key"}), "key", "Invalid API Key"),
    "credit": (answer(402, {"detail": "Payment required"}), "credit", "Payment required"),
    "access": (answer(403, {"detail": "No access to this model's policy"}), "access", "No access"),
    "no such model": (answer(404, {"detail": "Not Found"}), "no_model", "Not Found"),
    "no such method": (answer(405, {"detail": "Method Not Allowed"}), "no_model", "Method Not Allowed"),
    "gone": (answer(410, {"detail": "Gone"}), "no_model", "Gone"),
    "too large": (answer(413, {"message": "too large"}), "too_large", "too large"),
    "without a word": (answer(404, {"detail": None}), "no_model", "HTTP 404"),
    "locked": (answer(423, {"detail": "locked"}), "refused", "locked"),
    "legal": (answer(451, {"detail": "unavailable"}), "legal", "unavailable"),
}


@pytest.mark.parametrize(("given", "code", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_an_answer_that_says_no(given: Answer, code: str, words: str) -> None:
    with pytest.raises(VendorRefused) as refused:
        decode_submission(given)
    assert refused.value.code == code
    assert words in refused.value.detail


PAGE = b"<html><head><title>Forbidden</title></head><body>Contact your administrator</body></html>"
NOT_THE_VENDORS: dict[str, object] = {
    "a page": PAGE,
    "a line of text": b"upstream connect error",
    "nothing": b"",
    "a list": ["detail"],
    "a word": '"detail"',
    "an object of another's": {"blocked_by": "proxy", "reason": "category"},
}
ON_THE_WAY = (301, 302, 303, 307, 308, 400, 401, 402, 403, 404, 405, 407, 410, 413, 422, 423, 431, 451)


@pytest.mark.parametrize("body", NOT_THE_VENDORS.values(), ids=NOT_THE_VENDORS.keys())
@pytest.mark.parametrize("status", ON_THE_WAY)
def test_what_another_answers_on_the_way_was_not_accepted_and_says_nothing_of_key_or_model(
    status: int, body: object
) -> None:
    with pytest.raises(VendorUnreached) as unreached:
        decode_submission(answer(status, body, Server="squid/6.1"))
    assert (unreached.value.code, unreached.value.retry_after) == ("intercepted", None)
    assert unreached.value.detail == f"HTTP {status} that is not MuleRun's, by squid/6.1"
    with pytest.raises(VendorTroubled) as troubled:
        decode_look(answer(status, body))
    assert (troubled.value.code, troubled.value.detail) == ("troubled", f"HTTP {status} that is not MuleRun's")


def test_who_asks_for_its_own_login_is_a_proxy_whatever_it_says() -> None:
    with pytest.raises(VendorUnreached, match="intercepted"):
        decode_submission(answer(407, {"message": "Proxy Authentication Required"}))
    with pytest.raises(VendorTroubled, match="troubled"):
        decode_look(answer(407, {"message": "Proxy Authentication Required"}))


ACCEPTED_AND_FAILED = {
    "another word": (answer(202, envelope("cancelled")), "failed", "cancelled"),
    "an unknown word": (answer(202, envelope("simmering", error=OOPS)), "provider", "oops"),
    "HTTP 202": (answer(202, UNSUITABLE), "content", "restricted"),
    "HTTP 200": (answer(200, failed(code=4002, detail="oops")), "vendor_fault", "oops"),
}


@pytest.mark.parametrize(("given", "reason", "words"), ACCEPTED_AND_FAILED.values(), ids=ACCEPTED_AND_FAILED.keys())
def test_a_task_that_failed_as_it_was_accepted_has_an_id_and_may_be_charged(
    given: Answer, reason: str, words: str
) -> None:
    task = decode_submission(given)
    assert (task.id, task.state, task.reason) == (ID, TaskState.FAILED, reason)
    assert words in task.detail


def test_a_task_may_be_done_as_it_is_accepted() -> None:
    task = decode_submission(answer(202, envelope("success", output={"url": LINK})))
    assert (task.id, task.state, task.videos) == (ID, TaskState.DONE, (LINK,))


LOST = [word for word, state in WORDS.items() if state is TaskState.FAILED and str(word).lower() != "failed"]
UNCLEAR = {
    "202 without an id": answer(202, {"task_info": {"status": "pending"}}),
    "202 with an odd id": answer(202, {"task_info": {"id": 5, "status": "pending"}}),
    "202 with an empty id": answer(202, {"task_info": {"id": "", "status": "pending"}}),
    "202 of another sort": answer(202, {"id": ID}),
    "202 with a list": answer(202, [PENDING]),
    "202 with a page": answer(202, b"<html>"),
    "202 cut off": answer(202, b'{"task_info": {"id": "'),
    "202 with nothing": answer(202, b""),
    "202 not UTF-8": answer(202, b'{"task_info": "\xff"}'),
    "204": answer(204, b""),
    "500": answer(500, {"detail": "Internal Server Error"}),
    "500 with a task": answer(500, PENDING),
    "502": answer(502, b"<html>"),
    "503": answer(503, b""),
    "504": answer(504, b""),
    "request timeout": answer(408, b""),
    "conflict": answer(409, {"detail": "an asynchronous task that already exists"}),
    "202 with a clip and no id": answer(202, {"task_info": {"status": "success"}, "videos": [LINK]}),
    "202 with a clip and no task": answer(202, {"videos": [LINK]}),
    "202 failed, with a clip and no id": answer(202, {**WITHOUT_ID, "videos": [LINK]}),
    "202 with an error and no id": answer(202, {"task_info": {"status": "pending", "error": OOPS}}),
    "202 with an error and no task": answer(202, {"error": OOPS}),
    **{f"202 {word}, without an id": answer(202, {"task_info": {"status": word}}) for word in LOST},
    **{f"504 {word}": answer(504, envelope(word, error=OOPS)) for word in LOST},
    "409 cancelled": answer(409, envelope("cancelled")),
}


@pytest.mark.parametrize("given", UNCLEAR.values(), ids=UNCLEAR.keys())
def test_an_answer_that_tells_nothing_may_have_been_charged(given: Answer) -> None:
    with pytest.raises(VendorSilent) as silent:
        decode_submission(given)
    assert silent.value.code == "answer_unclear" and silent.value.detail


@pytest.mark.parametrize("decode", [decode_submission, decode_look])
@pytest.mark.parametrize("body", [{"detail": "daily spend limit"}, REJECTED, b"slow down"])
@pytest.mark.parametrize(
    ("headers", "seconds"),
    [({}, None), ({"Retry_After": "30"}, 30.0), ({"Retry_After": "soon"}, None), ({"Retry_After": "999999"}, 3600.0)],
)
def test_a_rate_limit_is_no_refusal(
    decode: Callable[[Answer], Task], body: object, headers: dict[str, str], seconds: float | None
) -> None:
    with pytest.raises(VendorBusy) as busy:
        decode(answer(429, body, **headers))
    assert busy.value.retry_after == seconds


# --- answers to a GET

TROUBLED = {
    "401": (answer(401, {"detail": "Invalid API Key"}), "key"),
    "402": (answer(402, {"detail": "Payment required"}), "credit"),
    "403": (answer(403, {"message": "Forbidden"}), "access"),
    "500": (answer(500, b""), "troubled"),
    "500 with a failed task": (answer(500, failed(code=3001, detail="x")), "troubled"),
    "502": (answer(502, b"<html>"), "troubled"),
    "not JSON": (answer(200, b"<html>"), "troubled"),
    "cut off": (answer(200, b'{"task_info": {"id": "'), "troubled"),
    "no task": (answer(200, {"detail": "hello"}), "troubled"),
    "no id": (answer(200, {"task_info": {"status": "completed"}}), "troubled"),
    "no id, at work": (answer(200, {"task_info": {"status": "processing"}}), "troubled"),
    "no task, an error": (answer(200, {"error": OOPS}), "troubled"),
    "no word, an error": (answer(200, {"task_info": {}, "error": OOPS}), "troubled"),
    "502 with a clip": (answer(502, envelope("completed", videos=[LINK])), "troubled"),
}


@pytest.mark.parametrize(("given", "code"), TROUBLED.values(), ids=TROUBLED.keys())
def test_a_look_that_fails_is_only_tried_again(given: Answer, code: str) -> None:
    with pytest.raises(VendorTroubled) as troubled:
        decode_look(given)
    assert troubled.value.code == code


CLIPS_WITHOUT_ID: dict[str, dict[str, object]] = {
    "in the envelope": {"task_info": {"status": "success"}, "videos": [{"url": LINK}]},
    "at work": {"task_info": {"status": "processing", "result": {"url": LINK}}},
    "no envelope": {"status": "success", "data": {"video_url": LINK}},
    "an odd one": {"task_info": [], "videos": [LINK]},
}


@pytest.mark.parametrize("body", CLIPS_WITHOUT_ID.values(), ids=CLIPS_WITHOUT_ID.keys())
def test_a_clip_is_of_the_task_that_was_asked_about(body: dict[str, object]) -> None:
    task = decode_look(answer(200, body))
    assert (task.id, task.state, task.videos) == ("", TaskState.DONE, (LINK,))


def test_a_task_can_be_unknown() -> None:
    with pytest.raises(TaskUnknown) as unknown:
        decode_look(answer(404, {"detail": "Task not found"}))
    assert unknown.value.detail == "Task not found"


@pytest.mark.parametrize("status", [400, 402, 404, 429, 500, 503])
@pytest.mark.parametrize("decode", [decode_submission, decode_look])
def test_the_vendors_words_are_no_part_of_what_is_logged(decode: Callable[[Answer], Task], status: int) -> None:
    """They may quote the prompt."""
    with pytest.raises(VendorError) as error:
        decode(answer(status, {"detail": "No videos of a purple kite"}))
    assert "purple" in error.value.detail and "purple" not in str(error.value)
    assert str(error.value) == f"{error.value.code}: HTTP {status}"


@pytest.mark.parametrize("decode", [decode_submission, decode_look])
def test_the_trace_is_kept_for_the_vendors_support(decode: Callable[[Answer], Task]) -> None:
    with pytest.raises(VendorError) as error:
        decode(answer(503, b"", traceparent="00-trace"))
    assert error.value.trace == "00-trace"


@pytest.mark.parametrize("status", [200, 202, 400, 500])
@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"task_info": ' * 50_000, b"9" * 5000])
def test_a_senseless_answer_is_an_answer_of_the_vendor(status: int, body: bytes) -> None:
    for decode in (decode_submission, decode_look):
        with pytest.raises(VendorError):
            decode(answer(status, body))
