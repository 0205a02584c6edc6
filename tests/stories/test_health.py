"""Health and metrics, as whoever watches the process reads them."""

import re
import socket

from aiohttp import ClientSession

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
    assert float(figures["dailies_commits"]) > 5
    assert float(figures["dailies_workers"]) == 1
    assert 0 <= float(figures["dailies_loop_stall_seconds"]) < 60
    for lane in ("work", "look", "say", "draw"):
        assert f'dailies_held{{lane="{lane}"}}' in figures
