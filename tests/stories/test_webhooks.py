"""The vendor's events: each has its job looked at at once, none is believed, and without them all goes on as ever."""

import json
import secrets
import time

import pytest
from aiohttp import ClientSession

from sandbox.driver import wait_for
from sandbox.mulerun.webhooks import DOUBLED, FORGED, LOST, STALE, EventFault, late, sign
from tests.stories.conftest import Studio, card_of
from tests.stories.test_health import free_port

# So long that no look comes by itself while a story lasts, seconds.
HOLD = 600.0
held = pytest.mark.catalogue(poll_floor=HOLD)


async def open_path(studio: Studio) -> str:
    """Start the bot anew with the path for events, and have the vendor post there; its address."""
    assert await studio.bot.stop() == 0
    address = f"127.0.0.1:{free_port()}"
    url = f"http://{address}/webhooks/mulerouter"
    studio.settings |= {"HTTP_ADDR": address, "WEBHOOK_SECRET": studio.vendor.webhooks.register(url)}
    await studio.start()
    return url


def looks(studio: Studio) -> int:
    return sum(visit.method == "GET" and "/results/" not in visit.path for visit in studio.vendor.ledger.visits)


def answers(studio: Studio) -> list[int | None]:
    """To events of ends."""
    return [each.status for each in studio.vendor.webhooks.deliveries if each.kind != "task.created"]


@held
async def test_an_event_has_the_vendor_asked_at_once(studio: Studio) -> None:
    await open_path(studio)
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite"))
    done = await studio.hears(card, "Done in")
    assert done.attachments
    assert looks(studio) == 1 and answers(studio) == [200]
    failed = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite of a celebrity"))
    await studio.hears(failed, "refused")
    assert looks(studio) == 2


@held
@pytest.mark.parametrize("fault", [FORGED, STALE], ids=["forged", "stale"])
async def test_an_event_that_is_not_the_vendors_has_nobody_asked(studio: Studio, fault: EventFault) -> None:
    await open_path(studio)
    studio.vendor.webhooks.next_ends(fault)
    await studio.ana.run(studio.channel, "video", prompt="A kite")
    await wait_for(lambda: answers(studio), what="the event")
    assert answers(studio) == [401]
    # another one's event is heard after it, and looked for
    second = card_of(await studio.ana.run(studio.channel, "video", prompt="A boat"))
    await studio.hears(second, "Done in")
    assert looks(studio) == 1
    assert "passed over" in studio.bot.log and studio.settings["WEBHOOK_SECRET"] not in studio.bot.log


@held
async def test_one_that_comes_twice_is_heard_once(studio: Studio) -> None:
    await open_path(studio)
    studio.vendor.webhooks.next_ends(DOUBLED)
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite"))
    await studio.hears(card, "Done in")
    await wait_for(lambda: len(answers(studio)) == 2, what="both events")
    assert answers(studio) == [200, 200] and looks(studio) == 1


@pytest.mark.parametrize("fault", [LOST, late(3600.0)], ids=["lost", "late"])
async def test_without_events_the_schedule_finds_it(studio: Studio, fault: EventFault) -> None:
    await open_path(studio)
    studio.vendor.webhooks.next_ends(fault)
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite"))
    await studio.hears(card, "Done in")
    assert not answers(studio)


async def test_one_of_a_job_that_is_over_is_nothing_to_ask_about(studio: Studio) -> None:
    await open_path(studio)
    studio.vendor.webhooks.next_ends(late(5.0))
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite"))
    await studio.hears(card, "Done in")
    asked = looks(studio)
    await wait_for(lambda: answers(studio), what="the late event")
    assert answers(studio) == [200] and looks(studio) == asked


async def test_whatever_else_is_posted_there_is_refused(studio: Studio) -> None:
    url = await open_path(studio)
    secret = studio.settings["WEBHOOK_SECRET"]

    def event(task_id: str) -> bytes:
        payload = {"task_info": {"id": task_id, "status": "completed"}}
        return json.dumps({"id": secrets.token_hex(8), "type": "task.succeeded", "data": {"payload": payload}}).encode()

    async def post(body: bytes) -> int:
        headers = sign(secret, "evt_1", int(time.time()), body)
        async with session.post(url, data=body, headers=headers) as answer:
            return answer.status

    async with ClientSession() as session:
        assert await post(event("7b2cbd5b-0000-0000-0000-000000000000")) == 404
        assert await post(b"{}") == 400
        assert await post(b" " * 100_000) == 413
        async with session.get(url) as answer:
            assert answer.status == 405
        async with session.post(url, data=event("x")) as answer:
            assert answer.status == 401
        async with session.post(url.replace("mulerouter", "other"), data=b"{}") as answer:
            assert answer.status == 404
    assert looks(studio) == 0
    lines = [line for line in studio.bot.log.splitlines() if "passed over" in line]
    assert len(lines) == 4 and secret not in studio.bot.log


async def test_without_a_secret_there_is_no_such_path(studio: Studio) -> None:
    assert await studio.bot.stop() == 0
    studio.settings["HTTP_ADDR"] = address = f"127.0.0.1:{free_port()}"
    await studio.start()
    async with ClientSession() as session, session.post(f"http://{address}/webhooks/mulerouter", data=b"{}") as answer:
        assert answer.status == 404
