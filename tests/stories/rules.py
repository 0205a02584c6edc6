"""The rules of the studio's server, as somebody who manages it set them."""

import contextlib
import json
import sqlite3
import time
from typing import Any

from tests.stories.conftest import Studio


def set_rules(studio: Studio, server: dict[str, Any], channels: dict[str, Any] | None = None) -> None:
    """Into the bot's SQLite file while it runs; they hold from the next wish on."""
    document = json.dumps({"version": 1, "server": server, "channels": channels or {}})
    row = (studio.guild.id, document, time.time(), studio.ana.id)
    with contextlib.closing(sqlite3.connect(studio.folder / "data" / "dailies.db")) as database, database:
        database.execute("INSERT OR REPLACE INTO rules VALUES (?, ?, ?, ?)", row)


def spent(studio: Studio, whose: str) -> tuple[int, int, int]:
    """What counts for whoever is called so: clips, seconds, millionths of money."""
    query = "SELECT total(clips), total(seconds), total(money) FROM spent WHERE whose = ? AND span = 86400"
    with contextlib.closing(sqlite3.connect(studio.folder / "data" / "dailies.db")) as database:
        clips, seconds, money = database.execute(query, (whose,)).fetchone()
        return clips, seconds, money
