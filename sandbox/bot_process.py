"""The bot as the outside sees it: a process, started with an environment, ended by a signal."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

REPOSITORY = Path(__file__).parent.parent
STOP_SECONDS = 30.0


class Process(Protocol):
    """What is asked of whatever runs."""

    @property
    def pid(self) -> int: ...
    @property
    def returncode(self) -> int | None: ...
    async def wait(self) -> int: ...
    def send_signal(self, name: int, /) -> None: ...
    def kill(self) -> None: ...


class BotProcess:
    """`python -m bot`, its log in `folder/bot.log`. `async with` starts it, and ends it if it still runs."""

    module = "bot"

    def __init__(self, environment: Mapping[str, str], folder: Path, *arguments: str) -> None:
        self.log_file = folder / "bot.log"
        self._arguments = arguments
        self.environment = {
            **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
            "PYTHONUNBUFFERED": "1",
            "PYTHONPATH": str(REPOSITORY),
            **environment,
        }
        self._folder = folder
        self._process: Process | None = None

    @property
    def pid(self) -> int:
        return self._running().pid

    @property
    def log(self) -> str:
        """Everything it wrote, over all its starts."""
        return self.log_file.read_text(encoding="utf-8") if self.log_file.exists() else ""

    @property
    def returncode(self) -> int | None:
        """None while it runs."""
        return self._running().returncode

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        with self.log_file.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                self.module,
                *self._arguments,
                cwd=self._folder,
                env=self.environment,
                stdout=log,
                stderr=log,
            )

    async def stop(self) -> int:
        """Ask it to end, as a supervisor does; its exit code."""
        return await self._end(signal.SIGTERM)

    async def kill(self) -> int:
        """End it in the middle of whatever it is doing."""
        return await self._end(signal.SIGKILL)

    async def wait(self) -> int:
        return await self._running().wait()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.runs:
            await self.stop()

    async def _end(self, name: signal.Signals) -> int:
        process = self._running()
        if process.returncode is None:
            process.send_signal(name)
        try:
            async with asyncio.timeout(STOP_SECONDS):
                return await process.wait()
        except TimeoutError:
            process.kill()
            return await process.wait()

    def _running(self) -> Process:
        if self._process is None:
            raise RuntimeError("the bot was not started")
        return self._process
