"""`python -m benchmarks.bench.baseline`: a plain bot as most are written, one task a job, one edit a look.

It reads the same environment as the bot it is compared with, and serves some of the same figures at `/metrics`.
"""

import asyncio
import io
import logging
import os
from collections.abc import Coroutine, Mapping
from pathlib import Path
from typing import Any

import aiohttp
import discord
import yarl
from aiohttp import web
from discord import app_commands
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.pulse import Pulse

from .baseline_rows import Row, Rows

log = logging.getLogger(__name__)

MODEL_PATH = "/vendors/openai/v1/sora-2-pro/generation"
LOOK_EVERY = 15.0
ENDED = ("completed", "failed")


class PlainBot(commands.Bot):
    def __init__(self, environment: Mapping[str, str]) -> None:
        super().__init__(command_prefix="!", intents=discord.Intents.default())
        self.rows: Rows
        self.session: aiohttp.ClientSession
        self._look_every = LOOK_EVERY * float(environment.get("BENCH_SCALE", "1"))
        self._environment = environment
        self._tasks_url = environment["MULERUN_BASE_URL"] + MODEL_PATH
        self._key = {"Authorization": f"Bearer {environment['MULERUN_API_KEY']}"}
        self._running: set[asyncio.Task[None]] = set()

    async def setup_hook(self) -> None:
        _, gateway, _ = await self.http.get_bot_gateway()
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)
        self.session = aiohttp.ClientSession()
        self.rows = await Rows.open(Path(self._environment["DATABASE_URL"].removeprefix("sqlite:///")))
        self._run(await serve_metrics(self.rows, self._environment["HTTP_ADDR"]))
        self.tree.add_command(video)
        await self.tree.sync()
        for row in await self.rows.live():
            self.follow(row)

    def follow(self, row: Row) -> None:
        """From its POST, or from wherever it was when the bot ended, to its clip."""
        self._run(self._follow(row))

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _follow(self, row: Row) -> None:
        if row.task_id is None:
            await self._submit(row)
        videos: list[str] = []
        while row.status not in ENDED:
            await asyncio.sleep(self._look_every)
            try:
                videos = await self._look(row)
                await self._edit_card(row)
            except (aiohttp.ClientError, TimeoutError, discord.HTTPException) as error:
                log.warning("job %d: %s", row.id, error)
        for link in videos:
            await self._deliver(row, link)

    async def _submit(self, row: Row) -> None:
        body = {"prompt": row.prompt, "seconds": str(row.seconds), "size": row.size}
        async with self.session.post(self._tasks_url, json=body, headers=self._key) as response:
            response.raise_for_status()
            info = (await response.json())["task_info"]
        row.task_id, row.status = info["id"], info["status"]
        await self.rows.save(row)

    async def _look(self, row: Row) -> list[str]:
        """The links, once there are any."""
        async with self.session.get(f"{self._tasks_url}/{row.task_id}", headers=self._key) as response:
            response.raise_for_status()
            answer = await response.json()
        row.status = answer["task_info"]["status"]
        await self.rows.set_status(row.id, row.status)
        return list(answer.get("videos", ()))

    async def _edit_card(self, row: Row) -> None:
        if row.message_id:
            message = self.get_partial_messageable(row.channel_id).get_partial_message(row.message_id)
            await message.edit(embed=card(row))

    async def _deliver(self, row: Row, link: str) -> None:
        async with self.session.get(link) as response:
            response.raise_for_status()
            clip = discord.File(io.BytesIO(await response.read()), "video.mp4")
        thread = self.get_partial_messageable(row.thread_id or row.channel_id)
        await thread.send(f"<@{row.user_id}> Your video is ready.", file=clip)


@app_commands.command(description="Make a video")
async def video(
    interaction: discord.Interaction[PlainBot], prompt: str, seconds: int = 4, size: str = "720x1280"
) -> None:
    bot = interaction.client
    row = Row(
        id=interaction.id,
        user_id=interaction.user.id,
        channel_id=interaction.channel_id or 0,
        prompt=prompt,
        seconds=seconds,
        size=size,
    )
    await bot.rows.insert(row)
    await interaction.response.send_message(embed=card(row))
    message = await interaction.original_response()
    thread = await message.create_thread(name=prompt[:80])
    row.message_id, row.thread_id = message.id, thread.id
    await bot.rows.save(row)
    bot.follow(row)


def card(row: Row) -> discord.Embed:
    return discord.Embed(title=row.prompt[:200], description=f"Status: {row.status}")


async def serve_metrics(rows: Rows, address: str) -> Coroutine[Any, Any, None]:
    """Listen; what comes back has to run for as long as the process does."""
    pulse = Pulse()

    async def metrics(_request: web.Request) -> web.Response:
        # each of its transactions is committed by itself
        counted = {"reads": rows.reads, "writes": rows.commits, "commits": rows.commits}
        lines = [f"dailies_database_{name}_total {count}" for name, count in counted.items()]
        return web.Response(text="\n".join([*lines, f"dailies_loop_stall_seconds {pulse.take_worst()}", ""]))

    application = web.Application()
    application.add_routes([web.get("/metrics", metrics)])
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    host, _, port = address.rpartition(":")
    await web.TCPSite(runner, host, int(port)).start()
    return pulse.run()


def main() -> None:
    Route.BASE = os.environ["DISCORD_API_URL"]
    PlainBot(os.environ).run(os.environ["DISCORD_TOKEN"])


if __name__ == "__main__":
    main()
