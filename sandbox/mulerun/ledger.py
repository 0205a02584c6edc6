"""What this MuleRun accepted, hence charged, and who came to ask: the witness of every test about money."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime


@dataclass(frozen=True, kw_only=True)
class State:
    """A status word and the wall-clock moment the task took it."""

    word: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One request; `status` is None when the connection was cut instead of answered."""

    method: str
    path: str
    status: int | None
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Task:
    """One accepted task: `model` is the API path, `size` width and height in pixels, `picture` the decoded bytes
    of the one that it starts from, `pictures` all of them by their field, `said` every other field's value or default.

    `states` grows; `videos` is filled and `error` set when the task ends.
    """

    id: str
    model: str
    prompt: str
    seconds: int
    size: tuple[int, int]
    picture: bytes | None
    accepted_at: datetime
    states: list[State]
    pictures: Mapping[str, tuple[bytes, ...]] = field(default_factory=dict)
    said: Mapping[str, object] = field(default_factory=dict)
    videos: list[str] = field(default_factory=list)
    error: dict[str, object] = field(default_factory=dict)

    @property
    def status(self) -> str:
        return self.states[-1].word

    @property
    def updated_at(self) -> datetime:
        return self.states[-1].at


class Ledger:
    """Every task in the order of acceptance and every request in the order of its answer.

    `on_state` is told of each task that comes to another state, the first one included.
    """

    def __init__(self) -> None:
        self.tasks: dict[str, Task] = {}
        self.visits: list[Visit] = []
        self.on_state: Callable[[Task], None] = lambda _: None
        self._changed = asyncio.Event()

    @property
    def charged(self) -> int:
        return len(self.tasks)

    def by_prompt(self, text: str) -> list[Task]:
        """The tasks whose prompt contains `text`."""
        return [task for task in self.tasks.values() if text in task.prompt]

    async def until(self, true: Callable[["Ledger"], bool]) -> None:
        """Wait until `true(ledger)`; it is asked again at every acceptance, state change and visit."""
        while not true(self):
            await self._changed.wait()

    def accept(self, task: Task) -> None:
        self.tasks[task.id] = task
        self._tell()
        self.on_state(task)

    def enter(self, task: Task, word: str) -> None:
        task.states.append(State(word=word, at=now()))
        self._tell()
        self.on_state(task)

    def visit(self, method: str, path: str, status: int | None) -> None:
        self.visits.append(Visit(method=method, path=path, status=status, at=now()))
        self._tell()

    def _tell(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


def now() -> datetime:
    return datetime.now(UTC)
