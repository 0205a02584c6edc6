"""Channel turns: one at a time for each key, the most urgent first, and none lost when somebody gives up waiting."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from bot.tracker.channel_turns import ChannelTurns


class Queue:
    """People who take turns: each notes when it is let in, and stays until it is let go."""

    def __init__(self) -> None:
        self.turns = ChannelTurns()
        self.order: list[str] = []
        self.inside: set[str] = set()
        self._gates: dict[str, asyncio.Event] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def join(self, name: str, *, key: str = "channel", rank: int = 1) -> None:
        self._gates[name] = asyncio.Event()
        self._tasks[name] = asyncio.create_task(self._stay(name, key, rank))
        await settle()

    async def leave(self, *names: str) -> None:
        for name in names:
            self._gates[name].set()
        await settle()

    def cancel(self, name: str) -> None:
        self._tasks[name].cancel()

    async def _stay(self, name: str, key: str, rank: int) -> None:
        async with self.turns.take(key, rank):
            self.order.append(name)
            self.inside.add(name)
            try:
                await self._gates[name].wait()
            finally:
                self.inside.remove(name)

    async def end(self) -> None:
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)


async def settle() -> None:
    """Let everybody go as far as they can."""
    for _ in range(10):
        await asyncio.sleep(0)


@pytest.fixture
async def queue() -> AsyncIterator[Queue]:
    queue = Queue()
    yield queue
    await queue.end()


async def test_one_at_a_time_in_order_of_coming(queue: Queue) -> None:
    for name in ("a", "b", "c"):
        await queue.join(name)
    assert queue.inside == {"a"}
    await queue.leave("a")
    assert queue.inside == {"b"}
    await queue.leave("b")
    assert queue.inside == {"c"}
    await queue.leave("c")
    assert (queue.order, queue.inside) == (["a", "b", "c"], set())


async def test_each_key_has_its_own_turn(queue: Queue) -> None:
    await queue.join("a", key="one")
    await queue.join("b", key="two")
    await queue.join("c", key="one")
    assert queue.inside == {"a", "b"}
    await queue.leave("b")
    assert queue.inside == {"a"}


async def test_the_urgent_go_first_but_push_nobody_out(queue: Queue) -> None:
    await queue.join("inside", rank=1)
    await queue.join("notice", rank=1)
    await queue.join("result", rank=0)
    await queue.join("second result", rank=0)
    assert queue.inside == {"inside"}
    await queue.leave("inside", "notice", "result", "second result")
    assert queue.order == ["inside", "result", "second result", "notice"]


async def test_a_key_that_is_free_again_is_taken_at_once(queue: Queue) -> None:
    await queue.join("a")
    await queue.leave("a")
    await queue.join("b")
    assert queue.inside == {"b"}


async def test_nothing_is_kept_of_a_key_that_nobody_wants(queue: Queue) -> None:
    await queue.join("a")
    await queue.join("b")
    await queue.leave("a", "b")
    assert queue.turns._waiting == {}


async def test_who_fails_passes_the_turn_on(queue: Queue) -> None:
    await queue.join("inside")
    await queue.join("next")
    queue.cancel("inside")
    await settle()
    assert queue.inside == {"next"}


async def test_who_gives_up_waiting_is_passed_over(queue: Queue) -> None:
    for name in ("inside", "gives up", "next"):
        await queue.join(name)
    queue.cancel("gives up")
    await settle()
    assert queue.inside == {"inside"}
    await queue.leave("inside")
    assert queue.order == ["inside", "next"]


async def test_the_last_to_give_up_leaves_the_key_free(queue: Queue) -> None:
    await queue.join("inside")
    await queue.join("gives up")
    queue.cancel("gives up")
    await settle()
    await queue.leave("inside")
    await queue.join("later")
    assert queue.inside == {"later"}


async def test_who_is_cancelled_just_as_the_turn_comes_passes_it_on() -> None:
    turns = ChannelTurns()
    gate, let_in = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        async with turns.take("channel", 0):
            await gate.wait()
            # the turn is handed over at the end of this block, before the one that waits can run
            asyncio.get_running_loop().call_soon(waiting.cancel)

    async def wait(told: asyncio.Event | None) -> None:
        async with turns.take("channel", 0):
            assert told, "let in although it was cancelled"
            told.set()

    holding = asyncio.create_task(hold())
    await settle()
    waiting = asyncio.create_task(wait(None))
    await settle()
    last = asyncio.create_task(wait(let_in))
    await settle()
    gate.set()
    async with asyncio.timeout(5):
        await let_in.wait()
    await asyncio.gather(holding, last)
    with contextlib.suppress(asyncio.CancelledError):
        await waiting
    assert waiting.cancelled()
