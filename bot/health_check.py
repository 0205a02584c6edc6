"""Asks the bot beside it whether it is well: `python -m bot.health_check`, which Docker runs twice a minute."""

import http.client
import sys

from .errors import SettingsError
from .settings import read_http_addr
from .terminal import say

# What loads discord.py or the database has no place here: it would take a second each time.

# Who listens everywhere is asked here.
NEAR = {"0.0.0.0": "127.0.0.1", "::": "::1"}
PATIENCE = 4.0


def main() -> int:
    """0 when it is well or cannot be asked, else 1 and one line that says why."""
    try:
        address = read_http_addr()
        if address is None:
            return _say("HTTP_ADDR is empty, so nothing can be asked: that the process runs is all that is known.", 0)
        host, port = address
        status, state = _ask(NEAR.get(host, host), port)
        return 0 if status == 200 else _say(f"HTTP {status}: {state}", 1)
    except SettingsError as error:
        return _say(str(error), 1)
    except (OSError, http.client.HTTPException) as error:
        return _say(f"{host}:{port} does not answer: {error!r}", 1)


def _ask(host: str, port: int) -> tuple[int, str]:
    """Straight: a proxy that the environment names is no way to the own machine."""
    connection = http.client.HTTPConnection(host, port, timeout=PATIENCE)
    connection.request("GET", "/healthz")
    answer = connection.getresponse()
    return answer.status, answer.read().decode(errors="replace")


def _say(sentence: str, code: int) -> int:
    say(sentence)
    return code


if __name__ == "__main__":
    sys.exit(main())
