"""The settings: read once, from the environment and `.env`, into one frozen record."""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values

from .errors import SettingsError

DISCORD_API = "https://discord.com/api/v10"
MULERUN_API = "https://api.mulerun.com"

# Looks a minute at one job, where there are many.
LOOKS_A_JOB = 4

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
    looks_per_minute: int = 60
    guilds: Literal["ask", "all"] | frozenset[int] = "ask"
    direct: Literal["owner", "all", "none"] | frozenset[int] = "owner"
    clips_day: int | None = None
    budget_day: float | None = None
    budget_month: float | None = None
    server_clips_day: int | None = None
    server_budget_day: float | None = None
    server_budget_month: float | None = None
    http_addr: tuple[str, int] | None = ("127.0.0.1", 8090)
    webhook_secret: str | None = field(default=None, repr=False)
    log_format: str = "text"
    log_level: str = "INFO"
    shard_count: int | None = None
    shard_ids: tuple[int, ...] | None = None
    shutdown_seconds: float = 20.0
    moderation_url: str | None = None
    moderation_key: str | None = field(default=None, repr=False)
    moderation_model: str = "omni-moderation-latest"
    moderation_fail: str = "closed"
    suggest_url: str | None = None
    suggest_key: str | None = field(default=None, repr=False)
    suggest_model: str | None = None
    retention_days: int | None = None
    content_rules: Literal["ask", "show"] = "ask"


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
    for endpoint in ("MODERATION", "SUGGEST"):
        if given.get(f"{endpoint.lower()}_key") and not given.get(f"{endpoint.lower()}_url"):
            raise SettingsError(f"{endpoint}_URL", f"is missing: {endpoint}_KEY has no endpoint to be the key of.")
    if given.get("webhook_secret") and given.get("http_addr", Settings.http_addr) is None:
        raise SettingsError("HTTP_ADDR", "is empty: WEBHOOK_SECRET is for events that are posted to an address.")
    # as often as the vendor advises for a single task
    given.setdefault("looks_per_minute", max(Settings.looks_per_minute, LOOKS_A_JOB * given.get("max_active", 0)))
    return Settings(**given)


def read_database_url(environ: Mapping[str, str] | None = None, env_file: Path | None = Path(".env")) -> str:
    """For commands that need nothing but the database. Raises SettingsError."""
    return _database("DATABASE_URL", _values(environ, env_file).get("DATABASE_URL") or Settings.database_url)


def read_http_addr(
    environ: Mapping[str, str] | None = None, env_file: Path | None = Path(".env")
) -> tuple[str, int] | None:
    """For whoever asks the bot how it is. Raises SettingsError."""
    text = _values(environ, env_file).get("HTTP_ADDR")
    return Settings.http_addr if text is None else _address("HTTP_ADDR", text)


def _values(environ: Mapping[str, str] | None, env_file: Path | None) -> dict[str, str]:
    try:
        written = dotenv_values(env_file, interpolate=False) if env_file and env_file.is_file() else {}
    except OSError as error:
        raise SettingsError(str(env_file), f"cannot be read: {error.strerror}.") from error
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
        raise SettingsError(variable, f"is one word of letters, digits and signs. {SECRETS[variable]}")
    return bare


def _url(variable: str, text: str) -> str:
    try:
        parts = urlsplit(text)
        fine = parts.scheme in ("http", "https") and parts.hostname and (parts.port is None or parts.port > 0)
        # it would stand in the place of the token, or of the key
        fine = fine and "@" not in parts.netloc
    except ValueError:
        fine = False
    if not fine:
        raise SettingsError(variable, "must be an http or https address without a user name.")
    return text.rstrip("/")


def _database(variable: str, text: str) -> str:
    scheme = text.split(":", 1)[0]
    if scheme not in ("sqlite", "postgresql", "postgres"):
        raise SettingsError(variable, "must begin with sqlite:/// or postgresql://.")
    if scheme == "sqlite" and (not text.startswith("sqlite:///") or text == "sqlite:///" or ":memory:" in text):
        raise SettingsError(
            variable, "must name a file, as in sqlite:///data/dailies.db: jobs have to outlive the process."
        )
    if scheme == "sqlite" and "?" in text:
        raise SettingsError(variable, "takes no parameters behind a file. Leave out the ? and what follows it.")
    return text


def _path(_variable: str, text: str) -> Path:
    return Path(text).expanduser()


def _existing(variable: str, text: str) -> Path:
    path = _path(variable, text)
    if not path.is_file():
        raise SettingsError(variable, "names a file that is not there, seen from where the bot is started.")
    return path


def _count(variable: str, text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise SettingsError(variable, "must be a whole number above 0.")
    return int(text)


def _amount(variable: str, text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise SettingsError(variable, "must be a whole number, 0 for none at all.")
    return int(text)


def _money(variable: str, text: str) -> float:
    """Not as Python reads numbers: 1,000 and 1_000 mean different things to different people."""
    if not re.fullmatch(r"\d{1,9}(\.\d{1,6})?", text, re.ASCII):
        raise SettingsError(variable, "must be a sum of money in the currency of the catalogue's prices, as in 12.50.")
    return float(text)


def _seconds(variable: str, text: str) -> float:
    try:
        seconds = float(text)
    except ValueError as error:
        raise SettingsError(variable, "must be a number of seconds.") from error
    if not 0 <= seconds <= 3600:
        raise SettingsError(variable, "must be between 0 and 3600 seconds.")
    return seconds


def _address(variable: str, text: str) -> tuple[str, int] | None:
    if not text:
        return None
    host, _, port = text.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise SettingsError(variable, "must look like 127.0.0.1:8090, or be empty for none.")
    return host.strip("[]"), int(port)


def _shards(variable: str, text: str) -> tuple[int, ...]:
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isascii() and part.isdigit() for part in parts):
        raise SettingsError(variable, "must be numbers with commas between, as in 0,1.")
    return tuple(int(part) for part in parts)


def _names(_variable: str, text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for part in text.split(",") if (name := part.strip(f"{QUOTES} "))))


def _who(*words: str) -> Callable[[str, str], object]:
    """One of the words, or ids of Discord."""

    def read(variable: str, text: str) -> str | frozenset[int]:
        if text.lower() in words:
            return text.lower()
        ids = [part.strip() for part in text.split(",")]
        if not all(re.fullmatch(r"[0-9]{15,20}", each) for each in ids):
            raise SettingsError(variable, f"must be {', '.join(words)}, or ids with commas between (Discord: Copy ID).")
        return frozenset(map(int, ids))

    return read


def _one_of(*allowed: str) -> Callable[[str, str], str]:
    def read(variable: str, text: str) -> str:
        for value in allowed:
            if text.lower() == value.lower():
                return value
        raise SettingsError(variable, f"must be one of {', '.join(allowed)}.")

    return read


REQUIRED = {
    "DISCORD_TOKEN": "Copy the bot's token from Discord's developer portal (Bot, Reset Token) into .env.",
    "MULERUN_API_KEY": "Copy an API key from MuleRun's Creator Studio into .env.",
}

SECRETS = REQUIRED | {
    f"{endpoint}_KEY": f"Copy the key of the endpoint at {endpoint}_URL into .env."
    for endpoint in ("MODERATION", "SUGGEST")
}
SECRETS["WEBHOOK_SECRET"] = "Copy the endpoint's secret (whsec_…) from mulerouter.ai's Console into .env."

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
    "LOOKS_PER_MINUTE": _count,
    "GUILDS": _who("ask", "all"),
    "DIRECT": _who("owner", "all", "none"),
    "CLIPS_DAY": _amount,
    "BUDGET_DAY": _money,
    "BUDGET_MONTH": _money,
    "SERVER_CLIPS_DAY": _amount,
    "SERVER_BUDGET_DAY": _money,
    "SERVER_BUDGET_MONTH": _money,
    "HTTP_ADDR": _address,
    "WEBHOOK_SECRET": _secret,
    "LOG_FORMAT": _one_of("text", "json"),
    "LOG_LEVEL": _one_of("DEBUG", "INFO", "WARNING", "ERROR"),
    "SHARD_COUNT": _count,
    "SHARD_IDS": _shards,
    "SHUTDOWN_SECONDS": _seconds,
    "MODERATION_URL": _url,
    "MODERATION_KEY": _secret,
    "MODERATION_MODEL": _text,
    "MODERATION_FAIL": _one_of("closed", "open"),
    "SUGGEST_URL": _url,
    "SUGGEST_KEY": _secret,
    "SUGGEST_MODEL": _text,
    "RETENTION_DAYS": _count,
    "CONTENT_RULES": _one_of("ask", "show"),
}
