"""The command line: `python -m bot`, and `doctor`, `sync`, `migrate`, `guilds`."""

import argparse
import asyncio
import gc
import logging
import sys
from collections.abc import Callable

import aiohttp
import discord
from sqlalchemy.exc import SQLAlchemyError

from .admission import Decided
from .doctor import examine
from .errors import DailiesError, SettingsError
from .guilds_command import decide_guild, list_guilds
from .log import set_up_logging
from .program import log_in, put_together, run
from .settings import Settings, read_database_url, read_settings
from .store import migrate
from .terminal import first_line, say

log = logging.getLogger(__name__)

SETTINGS_WRONG = 2
FAILED = 1

TOKEN_REFUSED = "DISCORD_TOKEN was refused by Discord. Reset it in the developer portal and copy it again."
SHARDS_REFUSED = "Discord does not take these shards. Check SHARD_COUNT and SHARD_IDS, or leave both out."
# Source: Gateway close event codes. What is left of those that are final would be a fault of the library.
CLOSED_FOR_GOOD = {4004: TOKEN_REFUSED, 4010: SHARDS_REFUSED, 4011: SHARDS_REFUSED}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bot",
        description="Dailies: a Discord bot that turns commands and pictures into AI video.",
        epilog="Settings come from the environment and from .env; .env.example explains each. "
        "python -m bot.health_check asks a running bot how it is.",
    )
    commands = parser.add_subparsers(dest="command", metavar="command")
    commands.add_parser("run", help="run the bot (the same as no command)")
    commands.add_parser("doctor", help="check token, key, database, models and permissions; print the invite link")
    commands.add_parser("sync", help="tell Discord of the commands now, changed or not")
    commands.add_parser("migrate", help="bring the database's tables up to date, and stop")
    _add_guilds(commands.add_parser("guilds", help="which servers the bot may work in: list, allow, deny"))
    given = parser.parse_args(arguments)
    chosen: Callable[[], int] = {
        None: _run,
        "run": _run,
        "doctor": _doctor,
        "sync": _sync,
        "migrate": _migrate,
        "guilds": lambda: _guilds(given),
    }[given.command]
    return readable(chosen)


def _add_guilds(parser: argparse.ArgumentParser) -> None:
    parser.description = "It needs DATABASE_URL alone, and works while the bot runs."
    actions = parser.add_subparsers(dest="action", metavar="action", required=True)
    actions.add_parser("list", help="servers that were asked about or decided on")
    for name, what in (("allow", "let the bot work in a server"), ("deny", "have it make nothing there")):
        action = actions.add_parser(name, help=what)
        action.add_argument("id", type=_guild_id, help="the server's id: Copy Server ID in Discord, developer mode")


def _guild_id(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 2**63:
        raise argparse.ArgumentTypeError("must be a server's id, a long number")
    return int(text)


def readable(command: Callable[[], int]) -> int:
    """What can go wrong at the start is one line that says what to do, never a trace."""
    try:
        return command()
    except SettingsError as error:
        return _say(str(error), SETTINGS_WRONG)
    except discord.LoginFailure:
        return _say(TOKEN_REFUSED, SETTINGS_WRONG)
    except discord.PrivilegedIntentsRequired:
        return _say("Discord wants an intent that this bot does not need. Run: python -m bot doctor", FAILED)
    except DailiesError as error:
        return _say(str(error), SETTINGS_WRONG)
    except (discord.DiscordException, aiohttp.ClientError) as error:
        if isinstance(error, discord.ConnectionClosed) and error.code in CLOSED_FOR_GOOD:
            return _say(CLOSED_FOR_GOOD[error.code], SETTINGS_WRONG)
        log.debug("ended", exc_info=error)
        return _say(f"Discord ended the connection for good: {first_line(error)}. Run: python -m bot doctor", FAILED)
    except (SQLAlchemyError, OSError) as error:
        log.debug("start", exc_info=error)
        return _say(f"The database or a file cannot be used: {first_line(error)}. Check DATABASE_URL.", FAILED)
    except KeyboardInterrupt:
        return 130
    except Exception:  # the supervisor restarts us; it needs the code, people the trace
        log.exception("Ended by a fault")
        return FAILED


def _run() -> int:
    # modules are never garbage: looking through them again, at the latest at the end, costs half as much as a start
    gc.freeze()
    asyncio.run(run(_settings()))
    return 0


def _doctor() -> int:
    return asyncio.run(examine(_settings()))


def _sync() -> int:
    asyncio.run(_sync_commands(_settings()))
    return 0


def _migrate() -> int:
    set_up_logging("text", "INFO", [])
    asyncio.run(migrate(read_database_url()))
    say("The tables are up to date.")
    return 0


def _guilds(given: argparse.Namespace) -> int:
    set_up_logging("text", "WARNING", [])
    url = read_database_url()
    match given.action:
        case "list":
            asyncio.run(list_guilds(url))
        case "allow":
            asyncio.run(decide_guild(url, given.id, Decided.ALLOWED))
        case "deny":
            asyncio.run(decide_guild(url, given.id, Decided.DENIED))
    return 0


async def _sync_commands(settings: Settings) -> None:
    async with put_together(settings) as parts:
        await log_in(parts, settings)
        await parts.bot.sync_commands(force=True)
    say("Discord has the commands.")


def _settings() -> Settings:
    settings = read_settings()
    endpoints = (settings.moderation_key or "", settings.suggest_key or "", settings.webhook_secret or "")
    secrets = (settings.discord_token, settings.mulerun_api_key, *endpoints)
    set_up_logging(settings.log_format, settings.log_level, secrets)
    return settings


def _say(sentence: str, code: int) -> int:
    print(sentence, file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
