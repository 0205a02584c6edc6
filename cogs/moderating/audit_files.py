"""The audit as a file that other programs read. Pure."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping

from bot.moderation import Entry, plain_entry

COLUMNS = ("number", "at", "actor_id", "action", "member_id", "job_id", "before", "after", "outcome")
# What a table program takes for a formula begins so. Source: OWASP, "CSV Injection".
FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def as_csv(entries: Iterable[Entry]) -> str:
    """A row an action, newest first; times are unix seconds, what is nested is JSON."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(COLUMNS)
    for entry in entries:
        plain = plain_entry(entry)
        rows.writerow([_cell(plain[name]) for name in COLUMNS])
    return out.getvalue()


def as_json(entries: Iterable[Entry]) -> str:
    plain = [{name: plain_entry(entry)[name] for name in COLUMNS} for entry in entries]
    return json.dumps(plain, ensure_ascii=False, indent=1)


WRITERS: Mapping[str, Callable[[Iterable[Entry]], str]] = {"csv": as_csv, "json": as_json}


def _cell(value: object) -> str:
    """Nothing in it is reckoned with: words of members stand in it."""
    text = "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"'{text}" if text.startswith(FORMULAS) else text
