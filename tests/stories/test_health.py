"""Health and metrics, as whoever watches the process reads them."""

import asyncio
import json
import re
import socket
import sys
from pathlib import Path

import pytest
from aiohttp import ClientSession

from sandbox.bot_process import REPOSITORY
from sandbox.driver import wait_for
from tests.stories.conftest import Studio, card_of


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def read(address: str, page: str) -> tuple[int, str]:
    async with ClientSession() as session, session.get(f"http://{address}/{page}") as answer:
        return answer.status, await answer.text()


async def test_a_bot_that_works_says_so_and_tells_its_figures(studio: Studio) -> None:
    address = f"127.0.0.1:{free_port()}"
    assert await studio.bot.stop() == 0
    studio.settings["HTTP_ADDR"] = address
    await studio.start()
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite"))
    await studio.hears(card, "Done in")
    await wait_for(lambda: "Ready as" in studio.bot.log.rpartition("Stopped in")[2], what="the bot to be ready")
    status, text = await read(address, "healthz")
    assert (status, text) == (200, '{"gateway": true, "tracker": true}')
    status, text = await read(address, "metrics")
    figures = dict(re.findall(r"^(dailies_\S+) (\S+)$", text, re.MULTILINE))
    assert status == 200
    assert float(figures['dailies_jobs{status="completed"}']) == 1
    for counted in ("reads", "writes", "commits"):
        assert float(figures[f"dailies_database_{counted}_total"]) > 5
    assert float(figures["dailies_workers"]) == 1
    assert 0 <= float(figures["dailies_loop_stall_seconds"]) < 60
    for lane in ("work", "look", "say", "draw"):
        assert f'dailies_held{{lane="{lane}"}}' in figures


async def check(folder: Path, **environment: str) -> tuple[int, str]:
    """What Docker runs to learn whether a container is well, with these settings in it."""
    lines = (REPOSITORY / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    [written] = re.findall(r"^HEALTHCHECK .*? CMD (\[.*\])$", lines, re.MULTILINE)
    python, *arguments = json.loads(written)
    assert python == "python"
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        cwd=folder,
        env={"PYTHONPATH": str(REPOSITORY), **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode()


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "[::]", "localhost"])
async def test_a_container_is_asked_where_it_answers(studio: Studio, host: str) -> None:
    address = f"{host}:{free_port()}"
    assert await studio.bot.stop() == 0
    studio.settings["HTTP_ADDR"] = address
    studio.discord.faults.outage(True)
    await studio.start_alone()
    await wait_for(lambda: "does not let us in" in studio.bot.log, what="the bot to be up without Discord")
    code, said = await check(studio.folder, HTTP_ADDR=address)
    assert code == 1 and '"gateway": false' in said and len(said.splitlines()) == 1
    studio.discord.faults.clear()
    await wait_for(lambda: "Ready as" in studio.bot.log.rpartition("Stopped in")[2], what="the bot to be ready")
    # a proxy by which the container goes out is no way to itself
    assert await check(studio.folder, HTTP_ADDR=address, http_proxy="http://127.0.0.1:9") == (0, "")


@pytest.mark.parametrize(
    ("address", "code", "words"),
    [
        ("127.0.0.1:{port}", 1, "refused"),
        ("", 0, "HTTP_ADDR is empty"),
        ("8090", 1, "HTTP_ADDR must look like"),
    ],
)
async def test_a_container_where_nothing_answers_is_ill_unless_nothing_should(
    tmp_path: Path, address: str, code: int, words: str
) -> None:
    assert (found := await check(tmp_path, HTTP_ADDR=address.format(port=free_port())))[0] == code
    assert words in found[1] and len(found[1].splitlines()) == 1
