"""What the log looks like: a line of text or of JSON, the job's id in each, no secret in any."""

import json
import logging
import sys
from collections.abc import Iterable


class TextLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        job = getattr(record, "job", None)
        record.where = f"{record.name} [{job}]" if job else record.name
        return super().format(record)


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": self.formatTime(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "job": getattr(record, "job", None),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps({key: value for key, value in line.items() if value is not None}, ensure_ascii=False)


class NoSecrets(logging.Formatter):
    """The last thing before the line leaves: whatever wrote it, a token or key does not pass."""

    def __init__(self, inner: logging.Formatter, secrets: Iterable[str]) -> None:
        super().__init__()
        self._inner = inner
        self._secrets = [secret for secret in secrets if len(secret) >= 8]

    def format(self, record: logging.LogRecord) -> str:
        line = self._inner.format(record)
        for secret in self._secrets:
            line = line.replace(secret, "[secret]")
        return line


def set_up_logging(kind: str, level: str, secrets: Iterable[str]) -> None:
    inner = JsonLines() if kind == "json" else TextLines("%(asctime)s %(levelname)-7s %(where)s: %(message)s")
    output = logging.StreamHandler(sys.stderr)
    output.setFormatter(NoSecrets(inner, secrets))
    logging.basicConfig(level=level, handlers=[output], force=True)
    # at DEBUG discord.py logs bodies, prompts among them
    logging.getLogger("discord").setLevel(logging.INFO)
    logging.getLogger("discord.http").setLevel(logging.WARNING)
    logging.getLogger("discord.shard").addFilter(_without_trace)
    logging.getLogger("alembic").setLevel(logging.WARNING)


def _without_trace(record: logging.LogRecord) -> bool:
    """A gateway that is away is a line for each try, and no fault of the program."""
    if record.exc_info and record.exc_info[1]:
        record.msg, record.args = f"{record.getMessage()} ({record.exc_info[1]!r})", ()
        record.exc_info = None
    return True
