"""The composition: what is put together is closed again, but for what was given; and how it ends."""

import asyncio
import multiprocessing
from dataclasses import replace
from pathlib import Path

import discord
import pytest

from bot.__main__ import readable
from bot.program import put_together, run
from bot.settings import Settings
from bot.workbench import Workbench
from sandbox.discord import Discord
from sandbox.driver import wait_for


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        discord_token="t",
        mulerun_api_key="k",
        database_url=f"sqlite:///{tmp_path / 'dailies.db'}",
        data_dir=tmp_path,
    )


async def test_a_workbench_of_its_own_is_closed(settings: Settings) -> None:
    async with put_together(settings) as parts:
        await parts.workbench.run(sorted, [2, 1])
    assert multiprocessing.active_children() == []


async def test_a_workbench_that_was_given_stays_open(settings: Settings) -> None:
    workbench = Workbench()
    async with put_together(settings, workbench=workbench) as parts:
        assert parts.workbench is workbench
        await workbench.run(sorted, [2, 1])
    assert len(multiprocessing.active_children()) == 1
    await workbench.aclose()


async def test_a_reset_where_the_gateway_is_asked_for_is_waited_out(settings: Settings) -> None:
    """Discord.py would ask once more while it connects, without patience: it has nothing left to ask."""
    workbench = Workbench()
    async with Discord() as discord_:
        discord_.faults.reset("^/gateway/bot$")
        own = replace(settings, discord_token=discord_.token, discord_api_url=discord_.api_url, http_addr=None)
        bot = asyncio.create_task(run(own, workbench=workbench))
        try:
            await discord_.wait_until_connected()
            await wait_for(lambda: discord_.state.commands or bot.done(), what="the commands")
            assert not bot.done()
        finally:
            bot.cancel()
            await asyncio.gather(bot, return_exceptions=True)
            await workbench.aclose()
    assert [one.status for one in discord_.record.find("GET", "^/gateway/bot$")] == [0, 200]


@pytest.mark.parametrize(
    ("code", "exit_code", "words"),
    [(4004, 2, "DISCORD_TOKEN"), (4010, 2, "SHARD_IDS"), (4011, 2, "SHARD_COUNT"), (4013, 1, "python -m bot doctor")],
)
def test_a_session_that_discord_ends_for_good_is_one_line(
    code: int, exit_code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def end() -> int:
        raise discord.ConnectionClosed(None, shard_id=0, code=code)  # type: ignore[arg-type]  # no socket is needed

    assert readable(end) == exit_code
    said = capsys.readouterr().err
    assert words in said and len(said.splitlines()) == 1
