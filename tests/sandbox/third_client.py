"""The third client at work: discord.js, a process of its own, with what it tells and all that went wrong in it."""

import asyncio
import json
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sandbox.discord import Discord

FOLDER = Path(__file__).parent / "discordjs"
PATIENCE = 20.0
"""Seconds in which it does what it was asked for."""


def absent() -> str | None:
    """What is missing for it on this machine, if anything is."""
    if not shutil.which("node"):
        return "there is no Node"
    return None if (FOLDER / "node_modules" / "discord.js").is_dir() else "discord.js is not installed (make test does)"


@dataclass(kw_only=True)
class ThirdClient:
    """The client: `told` are its lines, oldest first."""

    process: asyncio.subprocess.Process
    told: list[dict[str, Any]] = field(default_factory=list)

    def of(self, event: str) -> list[dict[str, Any]]:
        return [one for one in self.told if one["event"] == event]

    async def until(self, event: str) -> dict[str, Any]:
        """The newest line of this event, once there is one. Fails at once when something went wrong in the client."""
        async with asyncio.timeout(PATIENCE):
            while not self.of(event):
                assert not self.of("error"), self.of("error")
                assert self.process.returncode is None, "it ended by itself"
                await asyncio.sleep(0.01)
        return self.of(event)[-1]

    async def listen(self) -> None:
        assert self.process.stdout
        async for line in self.process.stdout:
            self.told.append(json.loads(line))


@asynccontextmanager
async def logged_in(discord: Discord) -> AsyncIterator[ThirdClient]:
    """The client, ready. At the end nothing may have gone wrong in it."""
    environment = {
        "PATH": os.environ["PATH"],
        "DISCORD_API": discord.api_url.removesuffix("/v10"),
        "DISCORD_TOKEN": discord.token,
    }
    process = await asyncio.create_subprocess_exec(
        "node", "client.js", cwd=FOLDER, env=environment, stdout=asyncio.subprocess.PIPE
    )
    client = ThirdClient(process=process)
    listening = asyncio.create_task(client.listen())
    try:
        await client.until("ready")
        yield client
        assert not client.of("error"), client.of("error")
    finally:
        if process.returncode is None:
            process.terminate()
        await asyncio.wait_for(process.wait(), PATIENCE)
        await listening
