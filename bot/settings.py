"""The settings: read once, from the environment and `.env`, into one frozen record."""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dotenv import dotenv_values

from .errors import SettingsError

DISCORD_API = "https://discord.com/api/v10"
MULERUN_API = "https://api.mulerun.com"

QUOTES = "\"'`“”„‟‘’‚‛«»‹›「」『』＂＇"
# How the two secrets are written in a request's Authorization.
SCHEME = re.compile(r"^(authorization:)?\s*(bot|bearer)\s+", re.IGNORECASE)
SECRET = re.compile(r"[!#-&(-_a-~]+")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Each field is the environment variable of the same name in capitals; `.env.example` explains them."""

    discord_token: str = field(repr=False)
    mulerun_api_key: str = field(repr=False)
    discord_api_url: str = DISCORD_API
    mulerun_base_url: str = MULERUN_API
    database_url: str = field(default="sqlite:///data/dailies.db", repr=False)
    data_dir: Path = Path("data")
    catalogue_file: Path | None = None
    models: tuple[str, ...] | None = None
    default_model: str = "sora-2-pro"
    max_active: int = 10
    http_addr: tuple[str, int] | None = ("127.0.0.1", 8090)
    log_format: str = "text"
    log_level: str = "INFO"
    shard_count: int | None = None
    shard_ids: tuple[int, ...] | None = None
    shutdown_seconds: float = 20.0


def read_settings(environ: Mapping[str, str] | None = None, env_file: Path | None = Path(".env")) -> Settings:
    """The environment wins over `env_file`; an empty value counts as absent, but for HTTP_ADDR, where it means off.

    Raises SettingsError naming the variable and what to do.
    """
    given: dict[str, Any] = dict(_fields(_values(environ, env_file)))
    shards, count = given.get("shard_ids"), given.get("shard_count")
    if shards and not count:
        raise SettingsError("SHARD_COUNT", "is missing: SHARD_IDS says which of how many shards this process runs.")
    if shards and max(shards) >= count:
        raise SettingsError("SHARD_IDS", f"must be below SHARD_COUNT, which is {count}.")
    return Settings(**given)


def read_database_url(environ: Mapping[str, str] | None = None, env_file: Path | None = Path(".env")) -> str:
    """For commands that need nothing but the database. Raises SettingsError."""
    return _database("DATABASE_URL", _values(environ, env_file).get("DATABASE_URL") or Settings.database_url)


def _values(environ: Mapping[str, str] | None, env_file: Path | None) -> dict[str, str]:
    try:
        written = dotenv_values(env_file) if env_file and env_file.is_file() else {}
    except UnicodeDecodeError as error:
        raise SettingsError(str(env_file), "is not a text in UTF-8. Write it anew from .env.example.") from error
    values = {name: _bare(value) for name, value in written.items() if value is not None}
    for name, text in (os.environ if environ is None else environ).items():
        value = _bare(text)
        # what passes settings on (compose, for one) passes the empty ones too: they hide nothing, but for "off"
        if value or name == "HTTP_ADDR":
            values[name] = value
    return values


def _bare(text: str) -> str:
    """Without the quotation marks that compose and Docker leave in, or that a page of text put around it."""
    text = text.strip()
    while len(text) > 1 and text[0] in QUOTES and text[-1] in QUOTES:
        text = text[1:-1].strip()
    return text


def _fields(values: Mapping[str, str]) -> list[tuple[str, object]]:
    read: list[tuple[str, object]] = []
    for variable, parse in READERS.items():
        text = values.get(variable, "")
        if variable == "HTTP_ADDR" and variable in values:
            read.append(("http_addr", parse(variable, text)))
        elif text:
            read.append((variable.lower(), parse(variable, text)))
        elif variable in REQUIRED:
            raise SettingsError(variable, f"is missing. {REQUIRED[variable]}")
    return read


def _text(_variable: str, text: str) -> str:
    return text


def _secret(variable: str, text: str) -> str:
    """Also as it stands in a header. What cannot stand in one is named, but not shown."""
    bare = _bare(SCHEME.sub("", text))
    if not SECRET.fullmatch(bare):
        raise SettingsError(variable, f"is one word of letters, digits and signs. {REQUIRED[variable]}")
    return bare


def _url(variable: str, text: str) -> str:
    try:
        parts = urlsplit(text)
        fine = parts.scheme in ("http", "https") and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        fine = False
    if not fine:
        raise SettingsError(variable, f"must be an http or https address, not {text!r}.")
    return text.rstrip("/")


def _database(variable: str, text: str) -> str:
    scheme = text.split(":", 1)[0]
    if scheme not in ("sqlite", "postgresql", "postgres"):
        raise SettingsError(variable, "must begin with sqlite:/// or postgresql://.")
    if scheme == "sqlite" and (not text.startswith("sqlite:///") or text == "sqlite:///" or ":memory:" in text):
        raise SettingsError(
            variable, "must name a file, as in sqlite:///data/dailies.db: jobs have to outlive the process."
        )
    return text


def _path(_variable: str, text: str) -> Path:
    return Path(text).expanduser()


def _existing(variable: str, text: str) -> Path:
    path = _path(variable, text)
    if not path.is_file():
        raise SettingsError(variable, f"names a file that is not there: {text}")
    return path


def _count(variable: str, text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise SettingsError(variable, f"must be a whole number above 0, not {text!r}.")
    return int(text)


def _seconds(variable: str, text: str) -> float:
    try:
        seconds = float(text)
    except ValueError as error:
        raise SettingsError(variable, f"must be a number of seconds, not {text!r}.") from error
    if not 0 <= seconds <= 3600:
        raise SettingsError(variable, "must be between 0 and 3600 seconds.")
    return seconds


def _address(variable: str, text: str) -> tuple[str, int] | None:
    if not text:
        return None
    host, _, port = text.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise SettingsError(variable, f"must look like 127.0.0.1:8090, or be empty for none; not {text!r}.")
    return host.strip("[]"), int(port)


def _shards(variable: str, text: str) -> tuple[int, ...]:
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isascii() and part.isdigit() for part in parts):
        raise SettingsError(variable, f"must be numbers with commas between, as in 0,1; not {text!r}.")
    return tuple(int(part) for part in parts)


def _names(_variable: str, text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for part in text.split(",") if (name := part.strip(f"{QUOTES} "))))


def _one_of(*allowed: str) -> Callable[[str, str], str]:
    def read(variable: str, text: str) -> str:
        for value in allowed:
            if text.lower() == value.lower():
                return value
        raise SettingsError(variable, f"must be one of {', '.join(allowed)}; not {text!r}.")

    return read


REQUIRED = {
    "DISCORD_TOKEN": "Copy the bot's token from Discord's developer portal (Bot, Reset Token) into .env.",
    "MULERUN_API_KEY": "Copy an API key from MuleRun's Creator Studio into .env.",
}

READERS: dict[str, Callable[[str, str], object]] = {
    "DISCORD_TOKEN": _secret,
    "DISCORD_API_URL": _url,
    "MULERUN_API_KEY": _secret,
    "MULERUN_BASE_URL": _url,
    "DATABASE_URL": _database,
    "DATA_DIR": _path,
    "CATALOGUE_FILE": _existing,
    "MODELS": _names,
    "DEFAULT_MODEL": _text,
    "MAX_ACTIVE": _count,
    "HTTP_ADDR": _address,
    "LOG_FORMAT": _one_of("text", "json"),
    "LOG_LEVEL": _one_of("DEBUG", "INFO", "WARNING", "ERROR"),
    "SHARD_COUNT": _count,
    "SHARD_IDS": _shards,
    "SHUTDOWN_SECONDS": _seconds,
}
