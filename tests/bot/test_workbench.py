"""The workbench: what children bring back, and that none outlives the wish for it."""

import asyncio
import contextlib
import gc
import logging
import multiprocessing
import os
import resource
import signal
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from bot import media
from bot.errors import BadPicture
from bot.workbench import AT_ONCE, MEMORY, NoChild, Workbench, WorkFailed
from tests.pictures import jpeg


async def test_the_result_comes_back(workbench: Workbench) -> None:
    assert await workbench.run(sorted, [3, 1, 2]) == [1, 2, 3]
    assert await workbench.run(os.getpid) != os.getpid()


async def test_a_large_result_comes_back(workbench: Workbench) -> None:
    assert await workbench.run(bytes, 20_000_000) == bytes(20_000_000)


async def test_the_product_s_own_work(workbench: Workbench) -> None:
    await workbench.warm_up()
    picture, thumbnail = await workbench.run(media.examine, jpeg((640, 480)))
    assert (picture.width, picture.height) == (640, 480)
    assert media.sniff(thumbnail) == "jpeg"


async def test_what_a_child_prints_is_no_line_of_the_log(workbench: Workbench) -> None:
    assert (await workbench.run(os.fstat, 2)).st_rdev == os.stat(os.devnull).st_rdev


async def test_what_is_patient_leaves_the_processor_to_others(workbench: Workbench) -> None:
    at_once, patient = [await workbench.run(os.nice, 0, patient=patient) for patient in (False, True)]
    assert at_once < patient


async def test_what_the_child_raised_is_raised_here(workbench: Workbench) -> None:
    with pytest.raises(BadPicture) as bad:
        await workbench.run(media.examine, b"%PDF-1.7")
    assert (bad.value.code, bad.value.facts) == ("not_a_picture", {"kind": "pdf"})
    with pytest.raises(ZeroDivisionError):
        await workbench.run(divmod, 1, 0)


async def test_a_child_out_of_time_is_ended(workbench: Workbench) -> None:
    with pytest.raises(WorkFailed, match="out of time"):
        await workbench.run(time.sleep, 600, seconds=0.2)
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("code", [0, 1])
async def test_a_child_that_leaves_has_failed(workbench: Workbench, code: int) -> None:
    with pytest.raises(WorkFailed):
        await workbench.run(os._exit, code)


async def test_a_child_that_is_killed_has_failed(workbench: Workbench) -> None:
    with pytest.raises(WorkFailed):
        await workbench.run(signal.raise_signal, signal.SIGKILL)


async def test_a_child_out_of_memory_has_failed(workbench: Workbench) -> None:
    with pytest.raises(WorkFailed):
        await workbench.run(bytearray, 2 * MEMORY)
    assert await workbench.run(len, b"still works") == 11


async def test_a_result_that_cannot_travel_has_failed(workbench: Workbench) -> None:
    with pytest.raises(WorkFailed):
        await workbench.run(threading.Lock)


async def test_who_gives_up_waiting_ends_the_child(workbench: Workbench) -> None:
    waiting = asyncio.create_task(workbench.run(time.sleep, 600, seconds=600))
    while not multiprocessing.active_children():  # noqa: ASYNC110  # a child that starts tells nobody
        await asyncio.sleep(0.01)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert multiprocessing.active_children() == []


class LongWay:
    """Ten minutes to sleep, whose way to the child takes a moment: time to give up while the child starts."""

    def __init__(self) -> None:
        self.left = threading.Event()

    def __reduce__(self) -> tuple[type[float], tuple[int]]:
        self.left.set()
        time.sleep(0.3)
        return float, (600,)


async def test_who_gives_up_while_the_child_starts_leaves_none(workbench: Workbench) -> None:
    way = LongWay()
    waiting = asyncio.create_task(workbench.run(time.sleep, way, seconds=600))
    await asyncio.to_thread(way.left.wait)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await asyncio.sleep(0.6)  # it has started by now, unless it was kept from it
    assert multiprocessing.active_children() == []


async def test_no_more_children_than_places(workbench: Workbench) -> None:
    waiting = [asyncio.create_task(workbench.run(time.sleep, 0.2)) for _ in range(3 * AT_ONCE)]
    while not all(task.done() for task in waiting):
        assert len(multiprocessing.active_children()) <= AT_ONCE
        await asyncio.sleep(0.01)
    await asyncio.gather(*waiting)


async def test_a_child_that_did_well_does_the_next_piece_too(workbench: Workbench) -> None:
    first, second = [await workbench.run(os.getpid) for _ in range(2)]
    assert first == second


@pytest.mark.parametrize(("work", "argument"), [(divmod, 1), (bytearray, 2 * MEMORY), (os._exit, 0)])
async def test_a_child_that_failed_does_no_more(
    workbench: Workbench, work: Callable[..., object], argument: object
) -> None:
    before = await workbench.run(os.getpid)
    with pytest.raises((TypeError, WorkFailed)):
        await workbench.run(work, argument)
    assert await workbench.run(os.getpid) != before


async def test_a_child_is_replaced_after_much_work(workbench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.workbench.PIECES", 2)
    first, second, third = [await workbench.run(os.getpid) for _ in range(3)]
    assert first == second != third


async def test_a_child_that_waits_long_is_ended(workbench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.workbench.IDLE_FOR", 0.1)
    await workbench.run(os.getpid)
    while multiprocessing.active_children():  # noqa: ASYNC110  # a child that ends tells nobody
        await asyncio.sleep(0.01)
    assert await workbench.run(len, b"123") == 3


async def test_a_child_that_may_be_leaving_is_asked_no_more(
    workbench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.workbench.IDLE_FOR", 1.0)
    before = await workbench.run(os.getpid)
    await asyncio.sleep(0.6)
    assert await workbench.run(os.getpid) != before


async def test_a_patient_child_does_nothing_else(workbench: Workbench) -> None:
    patient = await workbench.run(os.getpid, patient=True)
    assert await workbench.run(os.getpid) != patient


async def test_a_child_that_died_while_it_waited_is_noticed(workbench: Workbench) -> None:
    os.kill(await workbench.run(os.getpid), signal.SIGKILL)
    while any(child.is_alive() for child in multiprocessing.active_children()):  # noqa: ASYNC110  # it tells nobody
        await asyncio.sleep(0.01)
    assert await workbench.run(len, b"123") == 3


async def test_a_failure_frees_its_place(workbench: Workbench) -> None:
    for _ in range(AT_ONCE + 1):
        with pytest.raises(WorkFailed):
            await workbench.run(os._exit, 1)
    assert await workbench.run(len, b"123") == 3


@contextlib.contextmanager
def files_left(count: int) -> Iterator[None]:
    """So many files may be opened by this process, and no more."""
    gc.collect()  # what is forgotten, but not yet closed, would count
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(soft, 1024), hard))
    held = []
    try:
        with contextlib.suppress(OSError):
            while True:
                held.append(os.dup(0))
        for file in held[:count]:
            os.close(file)
        yield
    finally:
        for file in held[count:]:
            os.close(file)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def server(workbench: Workbench) -> int:
    """The process that children are forked from. One that died is missed a moment later."""
    async with asyncio.timeout(10):
        while True:
            with contextlib.suppress(WorkFailed):
                return await workbench.run(os.getppid)


# the pipe takes two; with three or more it is the start that fails
@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5])
async def test_a_child_that_cannot_be_started_has_failed(workbench: Workbench, count: int) -> None:
    await workbench.run(len, b"")
    await workbench.aclose()
    with files_left(count), pytest.raises(NoChild, match=r"started.*Too many open files"):
        await workbench.run(len, b"123")
    assert await server(workbench)


async def test_a_server_that_dies_while_it_forks_has_failed(workbench: Workbench) -> None:
    before = await server(workbench)
    await workbench.aclose()
    resource.prlimit(before, resource.RLIMIT_NOFILE, (3, 3))
    with pytest.raises(NoChild, match="no child can be started"):
        await workbench.run(len, b"123")
    assert await server(workbench) != before


async def test_who_starts_the_bot_reads_that_no_child_can_be_started(
    workbench: Workbench, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING), files_left(0):
        await workbench.warm_up()
    assert "Too many open files" in caplog.text
