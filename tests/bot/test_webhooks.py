"""Events: the vendor's own are read, all else is refused, each is heard once."""

import json
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.webhooks import APART, ID, SIGNATURE, TIMESTAMP, EventRefused, Events
from sandbox.mulerun.webhooks import sign

SECRET, NOW, TASK = "whsec_of_this_test", 1_800_000_000, "1f3c6f3e-0000-0000-0000-000000000000"


def event(kind: str = "task.succeeded", event_id: str = "evt_1", **data: object) -> bytes:
    payload = {"task_info": {"id": TASK, "status": "completed"}, "videos": ["https://x.muleusercontent.com/video.mp4"]}
    data = {"vendor": "openai", "model_name": "sora-2-pro", "payload": payload} | data
    return json.dumps({"id": event_id, "type": kind, "created_at": "2026-11-23T08:00:00Z", "data": data}).encode()


def signed(body: bytes, *, at: int = NOW, secret: str = SECRET) -> dict[str, str]:
    return sign(secret, "evt_1", at, body)


def status_of(events: Events, headers: Mapping[str, str], body: bytes, now: float = NOW) -> int:
    with pytest.raises(EventRefused) as refused:
        events.read(headers, body, now)
    assert SECRET not in str(refused.value)
    return refused.value.status


@pytest.mark.parametrize("kind", ["task.succeeded", "task.failed"])
def test_an_end_is_read(kind: str) -> None:
    assert Events(SECRET).read(signed(event(kind)), event(kind), NOW).task_id == TASK


@pytest.mark.parametrize("kind", ["task.created", "balance.low", "something.new"])
def test_of_other_events_there_is_nothing_to_look_for(kind: str) -> None:
    assert Events(SECRET).read(signed(event(kind)), event(kind), NOW).task_id is None


def test_a_signature_that_was_worked_out_elsewhere() -> None:
    """openssl dgst -sha256 -hmac whsec_test over evt_1.1800000000.{}"""
    headers = {
        ID: "evt_1",
        TIMESTAMP: "1800000000",
        SIGNATURE: "v1=dce8bedf414e5e5b35721d2e3727e0046b4946a6e2fced6f869d36248660860b",
    }
    assert status_of(Events("whsec_test"), headers, b"{}") == 400, "it is signed, and says nothing"


BODY = event()
FORGED = {
    "without headers": {},
    "without a signature": signed(BODY) | {SIGNATURE: ""},
    "by another secret": signed(BODY, secret="whsec_of_another"),
    "of another body": signed(BODY + b" "),
    "of another version": signed(BODY) | {SIGNATURE: signed(BODY)[SIGNATURE].replace("v1", "v2")},
    "in capitals": signed(BODY) | {SIGNATURE: signed(BODY)[SIGNATURE].upper()},
    "another id": signed(BODY) | {ID: "evt_2"},
    "another time": signed(BODY) | {TIMESTAMP: str(NOW + 1)},
    "no letters of any language": signed(BODY) | {SIGNATURE: "\udce9\udcff"},
}


@pytest.mark.parametrize("headers", FORGED.values(), ids=FORGED)
def test_what_is_not_signed_by_the_vendor_is_refused(headers: dict[str, str]) -> None:
    assert status_of(Events(SECRET), headers, BODY) == 401


@given(headers=st.dictionaries(st.sampled_from([ID, TIMESTAMP, SIGNATURE]), st.text()), body=st.binary())
def test_nothing_else_is_ever_heard(headers: dict[str, str], body: bytes) -> None:
    assert status_of(Events(SECRET), headers, body) == 401


@pytest.mark.parametrize(("skew", "is_heard"), [(0, True), (300, True), (-300, True), (301, False), (-301, False)])
def test_how_old_one_may_be(skew: int, is_heard: bool) -> None:
    headers, events = signed(BODY, at=NOW + skew), Events(SECRET)
    if is_heard:
        assert events.read(headers, BODY, NOW).task_id == TASK
    else:
        assert status_of(events, headers, BODY) == 401


@pytest.mark.parametrize("timestamp", ["", "soon", "-1800000000", "1.8e9", "9" * 400, "١٨٠٠٠٠٠٠٠٠"])
def test_a_time_that_is_none(timestamp: str) -> None:
    headers = sign(SECRET, "evt_1", timestamp, BODY)  # type: ignore[arg-type]  # what nobody should send
    assert status_of(Events(SECRET), headers, BODY) == 401


NONSENSE = [
    b"",
    b"\xff",
    b"[]",
    b"null",
    b"[" * 60_000,
    event(event_id=""),
    event(payload={}),
    event(payload={"task_info": []}),
    event(payload={"task_info": {"id": 7}}),
    event(payload={"task_info": {"id": ""}}),
    b'{"id": 7, "type": "task.created"}',
]


@pytest.mark.parametrize("body", NONSENSE, ids=range(len(NONSENSE)))
def test_what_cannot_be_read_is_refused(body: bytes) -> None:
    assert status_of(Events(SECRET), signed(body), body) == 400


def test_each_is_heard_once() -> None:
    events = Events(SECRET)
    first = events.read(signed(BODY), BODY, NOW)
    assert status_of(events, signed(BODY), BODY) == 200, "the vendor need not send it again"
    assert status_of(events, signed(BODY, at=NOW + 250), BODY, NOW + 500) == 200
    other = event(event_id="evt_2")
    assert events.read(signed(other), other, NOW).task_id == TASK
    events.forget(first)
    assert events.read(signed(BODY), BODY, NOW) == first


def test_what_can_be_heard_no_more_is_forgotten() -> None:
    events = Events(SECRET)
    for number in range(50):
        body, at = event(event_id=f"evt_{number}"), NOW + number * 100
        events.read(signed(body, at=at), body, at)
    assert len(events._heard) <= 2 * APART / 100 + 1
