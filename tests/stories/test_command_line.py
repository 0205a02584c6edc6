"""The command line as an operator meets it: help, missing settings, doctor, sync, migrate."""

import asyncio
import contextlib
import os
import re
import resource
import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sandbox.bot_process import REPOSITORY
from sandbox.chat import Chat
from sandbox.discord import Discord
from sandbox.moderation import Moderation
from sandbox.mulerun import MuleRun
from tests.stories.conftest import Studio, card_of


async def run_bot(
    folder: Path,
    environment: dict[str, str],
    *arguments: str,
    encoding: str = "utf-8",
    stdout: int = asyncio.subprocess.PIPE,
) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *arguments,
        cwd=folder,
        env={"PYTHONPATH": str(REPOSITORY), "HTTP_ADDR": "", **environment},
        stdout=stdout,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(60):
            out, err = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode is not None
    return process.returncode, (out or b"").decode(encoding), err.decode(encoding)


KEY = "muk-" + "0" * 64


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({}, "DISCORD_TOKEN"),
        ({"DISCORD_TOKEN": "t"}, "MULERUN_API_KEY"),
        ({"DISCORD_TOKEN": "t", "MULERUN_API_KEY": KEY, "DATABASE_URL": "mysql://x"}, "DATABASE_URL"),
        ({"DISCORD_TOKEN": "t", "MULERUN_API_KEY": KEY, "DISCORD_API_URL": "nowhere"}, "DISCORD_API_URL"),
        ({"DISCORD_TOKEN": "t", "MULERUN_API_KEY": KEY, "CATALOGUE_FILE": "gone.toml"}, "CATALOGUE_FILE"),
        ({"DISCORD_TOKEN": "t", "MULERUN_API_KEY": KEY, "DEFAULT_MODEL": "sora-9"}, "DEFAULT_MODEL"),
        ({"DISCORD_TOKEN": "t", "MULERUN_API_KEY": KEY, "MAX_ACTIVE": "many"}, "MAX_ACTIVE"),
        ({"DISCORD_TOKEN": "t", "MULERUN_API_KEY": f"{KEY} # mine"}, "MULERUN_API_KEY"),
    ],
)
async def test_a_wrong_setting_is_one_line_that_names_it(
    tmp_path: Path, environment: dict[str, str], named: str
) -> None:
    code, out, err = await run_bot(tmp_path, environment)
    assert code == 2
    assert out == ""
    assert named in err and len(err.strip().splitlines()) == 1


async def test_a_wrong_token_is_one_line(tmp_path: Path) -> None:
    async with Discord() as discord:
        environment = {
            "DISCORD_TOKEN": "wrong",
            "DISCORD_API_URL": discord.api_url,
            "MULERUN_API_KEY": KEY,
            "LOG_LEVEL": "ERROR",
        }
        code, _, err = await run_bot(tmp_path, environment)
    assert code == 2
    assert "DISCORD_TOKEN was refused" in err and "Traceback" not in err


async def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    code, _, err = await run_bot(tmp_path, {"DISCORD_TOKEN": "t", "MULERUN_API_KEY": KEY})
    assert code == 2
    assert "DATA_DIR" in err and len(err.strip().splitlines()) == 1


def newer(file: Path) -> None:
    with contextlib.closing(sqlite3.connect(file)) as database:
        database.executescript(
            "PRAGMA journal_mode=WAL; CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL);"
            "INSERT INTO alembic_version VALUES ('9999')"
        )


def no_database(file: Path) -> None:
    file.write_text("Dear Ana, this is a letter. " * 1000)


def no_room(_file: Path) -> None:
    """From here on no file may grow beyond 8 kB; what is started does the same."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))


@pytest.fixture
def room() -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.usefixtures("room")
@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (newer, "of a newer version"),
        (no_database, "file is not a database"),
        (no_room, "database or disk is full|disk I/O"),
    ],
)
async def test_a_database_that_cannot_be_used_is_one_line_and_left_as_it_was(
    tmp_path: Path, spoil: Callable[[Path], None], words: str
) -> None:
    file = tmp_path / "data" / "dailies.db"
    file.parent.mkdir()
    spoil(file)
    before = file.read_bytes() if file.exists() else b""
    environment = {
        "DISCORD_TOKEN": "t",
        "DISCORD_API_URL": "http://127.0.0.1:9",
        "MULERUN_API_KEY": KEY,
        "MULERUN_BASE_URL": "http://127.0.0.1:9",
    }
    for command in ("run", "sync", "migrate"):
        code, out, err = await run_bot(tmp_path, environment, command)
        assert (code, out) == (2, "")
        assert re.search(words, err) and "data/dailies.db" in err and "DATABASE_URL" in err
        assert len(err.splitlines()) == 1
    code, out, err = await run_bot(tmp_path, environment, "doctor")
    assert (code, err) == (1, "")
    assert re.search(f"FAIL  database: .*({words})", out)
    assert not before or file.read_bytes() == before


async def test_help_names_every_command(tmp_path: Path) -> None:
    code, out, _ = await run_bot(tmp_path, {}, "--help")
    assert code == 0
    assert all(command in out for command in ("run", "doctor", "sync", "migrate", "guilds", ".env.example"))


async def test_servers_are_listed_allowed_and_denied_on_the_database_alone(tmp_path: Path) -> None:
    code, out, err = await run_bot(tmp_path, {}, "guilds", "list")
    assert (code, out, err) == (0, "No server was asked about or decided on yet.\n", "")
    for action, words in (("allow", "is allowed. It holds from the next request on"), ("deny", "is denied: the bot")):
        code, out, err = await run_bot(tmp_path, {}, "guilds", action, "700000000000000001")
        assert (code, err) == (0, "") and out.startswith(f"Server 700000000000000001 {words}")
    code, out, _ = await run_bot(tmp_path, {}, "guilds", "list")
    assert code == 0 and re.fullmatch(r"700000000000000001  denied; on the command line, [-0-9]+ [:0-9]+ UTC\n", out)
    code, out, _ = await run_bot(tmp_path, {}, "guilds", "--help")
    assert code == 0 and all(word in out for word in ("list", "allow", "deny", "while the bot runs"))


@pytest.mark.parametrize("arguments", [(), ("allow",), ("allow", "Studio"), ("deny", "-5"), ("allow", "9" * 30)])
async def test_what_is_no_server_is_not_decided_on(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    code, out, err = await run_bot(tmp_path, {}, "guilds", *arguments)
    assert (code, out) == (2, "") and "usage: python -m bot guilds" in err
    assert not (tmp_path / "data").exists()


async def test_the_doctor_finds_all_well_and_gives_the_invitation(tmp_path: Path) -> None:
    async with Discord() as discord, MuleRun() as vendor, Moderation() as moderation, Chat() as chat:
        discord.add_guild("Studio")
        environment = {
            "SUGGEST_URL": chat.url,
            "SUGGEST_KEY": chat.key,
            "SUGGEST_MODEL": "gpt-5-mini",
            "MODERATION_URL": moderation.url,
            "MODERATION_KEY": moderation.key,
            "DISCORD_TOKEN": discord.token,
            "DISCORD_API_URL": discord.api_url,
            "MULERUN_API_KEY": vendor.api_key,
            "MULERUN_BASE_URL": vendor.base_url,
        }
        code, out, err = await run_bot(tmp_path, environment, "doctor")
    assert code == 0, out + err
    assert "FAIL" not in out
    assert f"ok    the moderation endpoint answers at {moderation.url}" in out and moderation.key not in out + err
    assert f"ok    the endpoint for suggestions has the model: {chat.url} (gpt-5-mini)" in out
    assert chat.key not in out + err and chat.asked == []
    for words in ("Sora 2 Pro", "MULERUN_API_KEY has a known shape", "database: sqlite", "server Studio", "2026-09-24"):
        assert words in out
    assert "scope=bot+applications.commands" in out and "permissions=" in out
    assert vendor.ledger.charged == 0


@pytest.mark.parametrize(("encoding", "name"), [("cp1252", "Stüdio ? ?"), ("ascii", "St?dio ? ?")])
async def test_a_terminal_that_cannot_show_a_name_shows_the_rest(tmp_path: Path, encoding: str, name: str) -> None:
    async with Discord() as discord, MuleRun() as vendor:
        discord.add_guild("Stüdio 🎬 夢")
        environment = {
            "DISCORD_TOKEN": discord.token,
            "DISCORD_API_URL": discord.api_url,
            "MULERUN_API_KEY": vendor.api_key,
            "MULERUN_BASE_URL": vendor.base_url,
            "PYTHONIOENCODING": encoding,
        }
        code, out, err = await run_bot(tmp_path, environment, "doctor", encoding=encoding)
        assert (code, err) == (0, ""), out
        assert f"server {name}:" in out and "invite: https://" in out
        environment["DATA_DIR"] = "dailies.db/夢"
        (tmp_path / "dailies.db").write_text("a file where the folder should be")
        code, out, err = await run_bot(tmp_path, environment, "sync", encoding=encoding)
    assert (code, out) == (2, "") and "DATA_DIR" in err and len(err.splitlines()) == 1


@pytest.mark.parametrize("unbuffered", ["", "1"])
async def test_the_doctor_goes_on_though_nobody_reads_any_more(tmp_path: Path, unbuffered: str) -> None:
    """As with `| head -1`."""
    environment = {
        "DISCORD_TOKEN": "t",
        "DISCORD_API_URL": "http://127.0.0.1:9/api/v10",
        "MULERUN_API_KEY": "short",
        "MULERUN_BASE_URL": "http://127.0.0.1:9",
        "PYTHONUNBUFFERED": unbuffered,
    }
    reading, writing = os.pipe()
    os.close(reading)
    try:
        code, _, err = await run_bot(tmp_path, environment, "doctor", stdout=writing)
    finally:
        os.close(writing)
    assert (code, err) == (1, "")


async def test_the_doctor_tells_how_long_discord_wants_to_be_left_alone(tmp_path: Path) -> None:
    async with Discord() as discord:
        discord.faults.answer_next(status=429, via=False, retry_after=90)
        environment = {
            "DISCORD_TOKEN": discord.token,
            "DISCORD_API_URL": discord.api_url,
            "MULERUN_API_KEY": KEY,
            "MULERUN_BASE_URL": "http://127.0.0.1:9",
        }
        code, out, _ = await run_bot(tmp_path, environment, "doctor")
    assert code == 1
    assert re.search("FAIL  Discord cannot be reached at .*: HTTP 429 Too Many Requests; ask again in 90 s$", out, re.M)


@pytest.mark.parametrize(
    ("has_list", "model", "code", "words"),
    [
        (True, "gpt-2", 1, "FAIL  The endpoint at SUGGEST_URL lists no model 'gpt-2'."),
        (False, "gpt-5-mini", 0, "only a paid question can tell whether it has that model"),
        (True, "", 0, "      no suggestions of a language model: SUGGEST_MODEL is empty"),
    ],
)
async def test_the_doctor_asks_for_the_language_model(
    tmp_path: Path, has_list: bool, model: str, code: int, words: str
) -> None:
    async with Discord() as discord, MuleRun() as vendor, Chat() as chat:
        chat.has_list = has_list
        environment = {
            "SUGGEST_URL": chat.url,
            "SUGGEST_KEY": chat.key,
            "SUGGEST_MODEL": model,
            "DISCORD_TOKEN": discord.token,
            "DISCORD_API_URL": discord.api_url,
            "MULERUN_API_KEY": vendor.api_key,
            "MULERUN_BASE_URL": vendor.base_url,
        }
        found, out, err = await run_bot(tmp_path, environment, "doctor")
    assert found == code and words in out, out + err
    assert chat.asked == []


@pytest.mark.parametrize(
    ("settings", "code", "words"),
    [
        ({}, 0, ["      no webhooks: WEBHOOK_SECRET is empty", "asked at most 60 times a minute"]),
        ({"MAX_ACTIVE": "2000"}, 0, ["asked at most 8000 times a minute"]),
        ({"MAX_ACTIVE": "2000", "LOOKS_PER_MINUTE": "60"}, 1, ["FAIL  MuleRun is asked", "MAX_ACTIVE=2000 needs 200"]),
        ({"WEBHOOK_SECRET": "whsec_x"}, 0, ["webhooks are heard at 127.0.0.1:8090/webhooks/mulerouter", "Console"]),
        ({"WEBHOOK_SECRET": "other"}, 1, ["FAIL  WEBHOOK_SECRET has not the shape"]),
    ],
)
async def test_the_doctor_tells_how_news_of_videos_are_had(
    tmp_path: Path, settings: dict[str, str], code: int, words: list[str]
) -> None:
    async with Discord() as discord, MuleRun() as vendor:
        environment = {
            "DISCORD_TOKEN": discord.token,
            "DISCORD_API_URL": discord.api_url,
            "MULERUN_API_KEY": vendor.api_key,
            "MULERUN_BASE_URL": vendor.base_url,
            "HTTP_ADDR": "127.0.0.1:8090",
            **settings,
        }
        found, out, err = await run_bot(tmp_path, environment, "doctor")
    assert found == code and all(each in out for each in words), out + err
    assert "whsec_x" not in out + err


async def test_the_doctor_names_what_is_wrong(tmp_path: Path) -> None:
    environment = {
        "DISCORD_TOKEN": "t",
        "DISCORD_API_URL": "http://127.0.0.1:9/api/v10",
        "MULERUN_API_KEY": "short",
        "MULERUN_BASE_URL": "http://127.0.0.1:9",
        "MODERATION_URL": "http://127.0.0.1:9/v1",
        "SUGGEST_URL": "http://127.0.0.1:9/v1",
        "SUGGEST_MODEL": "gpt-5-mini",
    }
    code, out, err = await run_bot(tmp_path, environment, "doctor")
    assert code == 1
    assert "Traceback" not in err
    assert "FAIL  The moderation endpoint cannot be reached at MODERATION_URL. Nothing is sent until it answers." in out
    assert "FAIL  The endpoint for suggestions cannot be reached at SUGGEST_URL." in out
    assert "Discord cannot be reached" in out and "MuleRun cannot be reached" in out
    assert "has not the shape" in out


async def test_sync_and_migrate_do_what_they_say(tmp_path: Path) -> None:
    async with Discord() as discord:
        environment = {
            "DISCORD_TOKEN": discord.token,
            "DISCORD_API_URL": discord.api_url,
            "MULERUN_API_KEY": KEY,
            "LOG_LEVEL": "WARNING",
        }
        assert (await run_bot(tmp_path, {}, "migrate"))[0] == 0
        assert (tmp_path / "data" / "dailies.db").is_file()
        code, out, err = await run_bot(tmp_path, environment, "sync")
        assert (code, out.strip()) == (0, "Discord has the commands."), err
        commands = {command["name"]: command for command in discord.state.commands[None]}
        of_servers = {"settings", "moderate", "reviews", "doctor", "brainstorm", "Make it an idea"}
        own = {"video", "compose", "Animate picture", "clips", "queue", "usage", "privacy"}
        assert commands.keys() == own | of_servers
        assert commands["video"]["description_localizations"]["de"] != commands["video"]["description"]
        for command in commands.values():
            assert command["contexts"] == ([0] if command["name"] in of_servers else [0, 1])
            assert command["integration_types"] == [0]


async def test_a_second_bot_on_the_same_file_is_refused_with_a_sentence(studio: Studio) -> None:
    environment = {
        "DISCORD_TOKEN": studio.discord.token,
        "DISCORD_API_URL": studio.discord.api_url,
        "MULERUN_API_KEY": studio.vendor.api_key,
    }
    code, out, err = await run_bot(studio.folder, environment)
    assert (code, out, len(err.strip().splitlines())) == (2, "", 1), err
    assert "already running" in err and "PostgreSQL" in err
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="The first goes on"))
    assert (await studio.hears(card, "Done in")).attachments
