"""The vendor's client against a vendor that listens: the right error, and what it did to the ledger."""

import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from functools import partial

import aiohttp
import pytest

import bot.mulerun.client
from bot.catalogue import Extras, Model, pixels, read_catalogue
from bot.errors import (
    TaskUnknown,
    VendorBusy,
    VendorError,
    VendorRefused,
    VendorSilent,
    VendorTroubled,
    VendorUnreached,
)
from bot.extras import lengths_with
from bot.mulerun import MuleRun, TaskState
from sandbox.mulerun import NEWER_WORDS, Fault, Ledger, faults
from sandbox.mulerun import MuleRun as Vendor
from tests.jobs import REQUEST
from tests.pictures import jpeg

SORA = read_catalogue().default
# Where a picture comes with no ratio, the clip has its shape, and about the size that was chosen.
SHAPED_BY_PICTURE = ("kling-v3", "wan-2.6")
CLIP = b"\0\0\0\x18ftypmp42 and so on"


@pytest.fixture
async def vendor() -> AsyncIterator[Vendor]:
    async with Vendor(pending=100, processing=100, clip=CLIP) as vendor:
        yield vendor


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def mulerun(vendor: Vendor, session: aiohttp.ClientSession) -> MuleRun:
    return MuleRun(session, session, vendor.base_url, vendor.api_key)


def posts(vendor: Vendor) -> int:
    return sum(visit.method == "POST" for visit in vendor.ledger.visits)


# --- sending


async def test_what_arrives_is_what_was_asked_for(vendor: Vendor, mulerun: MuleRun) -> None:
    task = await mulerun.submit(SORA, REQUEST, None)
    accepted = vendor.ledger.tasks[task.id]
    assert (task.state, task.word) == (TaskState.WAITING, "pending")
    assert (accepted.prompt, accepted.seconds, accepted.size) == ("A paper boat", 8, (1280, 720))
    assert (accepted.picture, vendor.ledger.charged) == (None, 1)


async def test_a_picture_arrives_byte_by_byte(vendor: Vendor, mulerun: MuleRun) -> None:
    picture = jpeg((1280, 720))
    task = await mulerun.submit(SORA, REQUEST, picture)
    assert vendor.ledger.tasks[task.id].picture == picture


async def test_any_script_arrives(vendor: Vendor, mulerun: MuleRun) -> None:
    task = await mulerun.submit(SORA, replace(REQUEST, prompt='紙の船 🚣 "quoted" \\ \u2028'), None)
    assert vendor.ledger.tasks[task.id].prompt == '紙の船 🚣 "quoted" \\ \u2028'


@pytest.mark.parametrize("picture", [False, True], ids=["text", "picture"])
@pytest.mark.parametrize("model", read_catalogue().models.values(), ids=lambda model: str(model.id))
async def test_every_length_and_size_of_every_model_is_accepted(
    vendor: Vendor, mulerun: MuleRun, model: Model, picture: bool
) -> None:
    for size in model.size.values:
        data = jpeg(model.frame(size)) if picture else None
        for seconds in model.lengths(size):
            request = replace(REQUEST, model=model.id, seconds=seconds, size=size)
            task = vendor.ledger.tasks[(await mulerun.submit(model, request, data)).id]
            assert (task.model, task.seconds, task.picture) == (model.path_for(picture=picture), seconds, data)
            if not picture or model.id not in SHAPED_BY_PICTURE:
                assert task.size == pixels(size)
            else:
                wanted = pixels(size)
                assert task.size[0] / task.size[1] == pytest.approx(wanted[0] / wanted[1], rel=0.01)


def everything(model: Model) -> Iterator[tuple[Extras, dict[str, bytes]]]:
    """Whatever a model takes, each to its limit: alone, and all settings together."""
    takes = model.takes
    settings = Extras(
        negative="x" * takes.negative.limit if takes.negative else None,
        seed=takes.seed.most if takes.seed else None,
        sound=not takes.sound.default if takes.sound else None,
    )
    yield settings, {}
    for shots in takes.shots.ways if takes.shots else ():
        yield replace(settings, shots=shots), {}
    if takes.seed:
        yield Extras(seed=takes.seed.least), {}
    if takes.last_frame and takes.last_frame.alone:
        yield replace(settings, last=True), {"last": jpeg(model.frame(model.size.default))}
    if takes.references:
        most = takes.references.most
        yield replace(settings, references=most), {str(number): jpeg((400, 300)) for number in range(1, most + 1)}


@pytest.mark.parametrize("model", read_catalogue().models.values(), ids=lambda model: str(model.id))
async def test_whatever_a_model_takes_is_accepted(vendor: Vendor, mulerun: MuleRun, model: Model) -> None:
    for extras, further in everything(model):
        seconds = max(lengths_with(extras, model))
        request = replace(REQUEST, model=model.id, seconds=seconds, size=model.size.default, extras=extras)
        task = vendor.ledger.tasks[(await mulerun.submit(model, request, None, further)).id]
        assert task.model == model.path_for(picture=False, extras=extras)
        assert sum(map(len, task.pictures.values())) == len(further)
    if model.takes.last_frame:
        first = jpeg(model.frame(model.size.default))
        request = replace(REQUEST, model=model.id, seconds=8, size=model.size.default, extras=Extras(last=True))
        task = vendor.ledger.tasks[(await mulerun.submit(model, request, first, {"last": first})).id]
        assert task.pictures == {
            model.picture and model.picture.field: (first,),
            model.takes.last_frame.field: (first,),
        }


async def test_a_task_of_a_picture_is_looked_at_where_it_was_made(vendor: Vendor, mulerun: MuleRun) -> None:
    model = read_catalogue().models["kling-v3"]
    request = replace(REQUEST, model=model.id, seconds=5)
    task = await mulerun.submit(model, request, jpeg((1280, 720)))
    assert (await mulerun.look(model.path_for(picture=True), task.id)).id == task.id
    with pytest.raises(TaskUnknown):
        await mulerun.look(model.path_for(picture=False), task.id)


async def test_a_model_that_is_delisted_or_forbidden_says_so(vendor: Vendor, mulerun: MuleRun) -> None:
    running = await mulerun.submit(SORA, REQUEST, None)
    for take_away, code in ((vendor.delist, "no_model"), (vendor.forbid, "access")):
        take_away(SORA.id)
        with pytest.raises(VendorRefused) as refused:
            await mulerun.submit(SORA, REQUEST, None)
        assert refused.value.code == code
        assert (await mulerun.look(SORA.path, running.id)).id == running.id
    vendor.allow(SORA.id)
    assert (await mulerun.submit(SORA, REQUEST, None)).id
    assert vendor.ledger.charged == 2


SPOILED = {
    "no credit": (faults.status(402), VendorRefused, "credit", 0),
    "no access": (faults.status(403), VendorRefused, "access", 0),
    "no such model": (faults.status(404), VendorRefused, "no_model", 0),
    "rejected with an id": (faults.rejected(), VendorRefused, "bad_request", 0),
    "busy": (faults.status(429), VendorBusy, "busy", 0),
    "outage before": (faults.status(503), VendorSilent, "answer_unclear", 0),
    "outage after": (faults.status(502, accepted=True), VendorSilent, "answer_unclear", 1),
    "cut before": (faults.reset(accepted=False), VendorSilent, "answer_lost", 0),
    "cut after": (faults.reset(accepted=True), VendorSilent, "answer_lost", 1),
    "malformed": (faults.malformed(), VendorSilent, "answer_unclear", 1),
    "empty": (faults.empty(), VendorSilent, "answer_unclear", 1),
    "a page of a proxy": (faults.html(), VendorSilent, "answer_unclear", 1),
    "an outage of a proxy": (faults.html(502, accepted=True), VendorSilent, "answer_unclear", 1),
    **{
        f"a firewall's {status}": (faults.html(status, accepted=False), VendorUnreached, "intercepted", 0)
        for status in (302, 400, 401, 402, 403, 404, 405, 407, 410, 413, 451)
    },
}


@pytest.mark.parametrize(("fault", "kind", "code", "charged"), SPOILED.values(), ids=SPOILED.keys())
async def test_each_trouble_with_a_post(
    vendor: Vendor, mulerun: MuleRun, fault: Fault, kind: type[VendorError], code: str, charged: int
) -> None:
    vendor.faults.next_posts(fault)
    with pytest.raises(kind) as error:
        await mulerun.submit(SORA, REQUEST, None)
    assert (error.value.code, vendor.ledger.charged, posts(vendor)) == (code, charged, 1)


@pytest.mark.parametrize("accepted", [False, True])
async def test_a_kept_connection_that_breaks_is_not_used_again(
    vendor: Vendor, mulerun: MuleRun, accepted: bool
) -> None:
    await mulerun.submit(SORA, REQUEST, None)
    vendor.faults.next_posts(faults.reset(accepted=accepted))
    with pytest.raises(VendorSilent):
        await mulerun.submit(SORA, REQUEST, None)
    assert (posts(vendor), vendor.ledger.charged) == (2, 1 + accepted)


async def test_a_post_is_not_carried_elsewhere(vendor: Vendor, mulerun: MuleRun) -> None:
    elsewhere = {"Location": vendor.base_url + SORA.path}
    vendor.faults.next_posts(Fault(status=307, body=b"", headers=elsewhere, accepted=False))
    with pytest.raises(VendorUnreached, match="HTTP 307"):
        await mulerun.submit(SORA, REQUEST, None)
    assert (posts(vendor), vendor.ledger.charged) == (1, 0)


async def test_an_answer_that_does_not_come_is_lost(
    vendor: Vendor, mulerun: MuleRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.mulerun.client, "POST_TIMEOUT", aiohttp.ClientTimeout(total=0.5))
    vendor.faults.next_posts(faults.slow(60))
    with pytest.raises(VendorSilent):
        await mulerun.submit(SORA, REQUEST, None)
    assert vendor.ledger.charged == 1


async def test_the_vendor_says_when_it_has_time(vendor: Vendor, mulerun: MuleRun) -> None:
    vendor.faults.next_posts(faults.status(429, retry_after=17))
    with pytest.raises(VendorBusy) as busy:
        await mulerun.submit(SORA, REQUEST, None)
    assert busy.value.retry_after == 17.0


async def test_the_door_refuses(vendor: Vendor, mulerun: MuleRun) -> None:
    with pytest.raises(VendorRefused) as refused:
        await mulerun.submit(SORA, replace(REQUEST, prompt="Refused at the door"), None)
    assert "Prompt was refused" in refused.value.detail
    with pytest.raises(VendorRefused) as refused:
        await mulerun.submit(SORA, REQUEST, jpeg((1279, 720)))
    assert "must match the requested width and height" in refused.value.detail
    assert vendor.ledger.charged == 0


@pytest.mark.parametrize("key", ["muk-" + "0" * 64, "sk-mr-" + "0" * 64])
async def test_a_wrong_key(vendor: Vendor, session: aiohttp.ClientSession, key: str) -> None:
    with pytest.raises(VendorRefused) as refused:
        await MuleRun(session, session, vendor.base_url, key).submit(SORA, REQUEST, None)
    assert (refused.value.code, vendor.ledger.charged) == ("key", 0)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def test_nobody_listens(session: aiohttp.ClientSession) -> None:
    mulerun = MuleRun(session, session, f"http://127.0.0.1:{free_port()}", "muk-x")
    with pytest.raises(VendorUnreached):
        await mulerun.submit(SORA, REQUEST, None)
    with pytest.raises(VendorTroubled):
        await mulerun.look(SORA.path, "any")


# --- looking


def has_reached(id: str, word: str, ledger: Ledger) -> bool:
    return ledger.tasks[id].status == word


async def test_a_task_is_followed_to_its_end(vendor: Vendor, mulerun: MuleRun) -> None:
    id = (await mulerun.submit(SORA, REQUEST, None)).id
    for word, state in (
        ("pending", TaskState.WAITING),
        ("processing", TaskState.WORKING),
        ("completed", TaskState.DONE),
    ):
        await vendor.ledger.until(partial(has_reached, id, word))
        task = await mulerun.look(SORA.path, id)
        assert (task.id, task.word, task.state) == (id, word, state)
        assert task.updated_at == pytest.approx(vendor.ledger.tasks[id].updated_at.timestamp(), abs=0.001)
        vendor.clock.skip(100)
    assert len(task.videos) == 1
    assert task.videos[0].startswith(vendor.base_url)


async def test_the_newer_words_mean_the_same(session: aiohttp.ClientSession) -> None:
    async with Vendor(pending=0, processing=0, clip=CLIP, spelling=NEWER_WORDS) as vendor:
        mulerun = MuleRun(session, session, vendor.base_url, vendor.api_key)
        sent = await mulerun.submit(SORA, REQUEST, None)
        assert (sent.word, sent.state) == ("queued", TaskState.WAITING)
        await vendor.ledger.until(lambda ledger: ledger.tasks[sent.id].status == "completed")
        task = await mulerun.look(SORA.path, sent.id)
        assert (task.word, task.state) == ("succeeded", TaskState.DONE)


@pytest.mark.parametrize(
    ("prompt", "reason"),
    [
        ("a celebrity", "content"),
        ("copyrighted", "content"),
        ("adults only", "content"),
        ("a human face", "content"),
        ("provider outage", "provider"),
        ("router fault", "vendor_fault"),
    ],
)
async def test_each_documented_failure_is_told(vendor: Vendor, mulerun: MuleRun, prompt: str, reason: str) -> None:
    id = (await mulerun.submit(SORA, replace(REQUEST, prompt=prompt), None)).id
    vendor.clock.skip(1000)
    await vendor.ledger.until(lambda ledger: ledger.tasks[id].status == "processing")
    vendor.clock.skip(1000)
    await vendor.ledger.until(lambda ledger: ledger.tasks[id].status == "failed")
    task = await mulerun.look(SORA.path, id)
    assert (task.state, task.reason, task.detail) == (TaskState.FAILED, reason, vendor.ledger.tasks[id].error["detail"])


LOOKS = {
    "outage": (faults.status(503), VendorTroubled),
    "busy": (faults.status(429, retry_after=9), VendorBusy),
    "key": (faults.status(401), VendorTroubled),
    "malformed": (faults.malformed(), VendorTroubled),
    "empty": (faults.empty(), VendorTroubled),
    "a page of a proxy": (faults.html(), VendorTroubled),
    "not found": (faults.status(404), TaskUnknown),
    **{f"a firewall's {status}": (faults.html(status), VendorTroubled) for status in (302, 401, 403, 404, 407, 413)},
}


@pytest.mark.parametrize(("fault", "kind"), LOOKS.values(), ids=LOOKS.keys())
async def test_each_trouble_with_a_look_passes(
    vendor: Vendor, mulerun: MuleRun, fault: Fault, kind: type[VendorError]
) -> None:
    id = (await mulerun.submit(SORA, REQUEST, None)).id
    vendor.faults.next_looks(fault)
    with pytest.raises(kind):
        await mulerun.look(SORA.path, id)
    assert (await mulerun.look(SORA.path, id)).state is TaskState.WAITING


async def test_a_look_whose_connection_breaks(vendor: Vendor, mulerun: MuleRun) -> None:
    id = (await mulerun.submit(SORA, REQUEST, None)).id
    # the client library itself repeats a look on a fresh connection once: two cuts reach us
    vendor.faults.next_looks(faults.reset(accepted=True), faults.reset(accepted=True))
    with pytest.raises(VendorTroubled):
        await mulerun.look(SORA.path, id)


async def test_a_new_word_counts_as_waiting(vendor: Vendor, mulerun: MuleRun) -> None:
    id = (await mulerun.submit(SORA, REQUEST, None)).id
    vendor.faults.next_looks(faults.word("simmering"))
    task = await mulerun.look(SORA.path, id)
    assert (task.word, task.state) == ("simmering", TaskState.WAITING)


@pytest.mark.parametrize("id", ["nobody", "../../results/x", "a/b?c#d", "ü"])
async def test_an_unknown_task(vendor: Vendor, mulerun: MuleRun, id: str) -> None:
    with pytest.raises(TaskUnknown):
        await mulerun.look(SORA.path, id)


async def test_whether_the_vendor_is_there_is_found_out_for_nothing(vendor: Vendor, mulerun: MuleRun) -> None:
    assert await mulerun.is_there(SORA)
    vendor.faults.outage = True
    assert not await mulerun.is_there(SORA)
    vendor.faults.outage = False
    vendor.faults.next_looks(faults.status(429), faults.html(200), faults.html(403), faults.html(404))
    for _ in range(4):
        assert not await mulerun.is_there(SORA)
    vendor.forbid(SORA.id)
    assert await mulerun.is_there(SORA)
    assert vendor.ledger.charged == 0
