"""Outages: two lines, however often one is met; what is said of a database quotes nothing."""

import logging
import sqlite3

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

import bot.outages
from bot.outages import Outage, database_words, unless_away

log = logging.getLogger("test")
FULL = OperationalError("INSERT … a prompt", None, sqlite3.OperationalError("database or disk is full"))
TWICE = IntegrityError("INSERT … a prompt", None, sqlite3.IntegrityError("UNIQUE constraint failed: jobs.id"))


class DiskFullError(Exception):
    """As a driver's error that another one wraps."""


def wrapped() -> DBAPIError:
    outer = Exception("DETAIL: a prompt")
    outer.__cause__ = DiskFullError("could not extend file")
    return DBAPIError("INSERT … a prompt", None, outer)


@pytest.mark.parametrize(("own", "level"), [(True, "ERROR"), (False, "WARNING")])
def test_one_line_when_it_begins_and_one_when_it_ends(
    own: bool, level: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.outages, "LATELY", 0.0)
    outage = Outage(log, "It is away", "It is back", own=own)
    outage.over()
    for _ in range(3):
        outage.met("gone")
    for _ in range(3):
        outage.over()
    assert [(each.levelname, each.getMessage()) for each in caplog.records] == [
        (level, "It is away (gone)"),
        (level, "It is back"),
    ]


def test_on_a_full_disk_what_is_small_ends_no_outage(caplog: pytest.LogCaptureFixture) -> None:
    outage = Outage(log, "It is full", "There is room", own=True)
    for _ in range(3):
        outage.met("gone")
        outage.over()
    assert [each.getMessage() for each in caplog.records] == ["It is full (gone)"]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (FULL, "database or disk is full"),
        (wrapped(), "DiskFullError"),
        (OSError(111, "Connect call failed"), "[Errno 111] Connect call failed"),
    ],
)
def test_what_is_said_of_a_database_quotes_nothing(
    error: Exception, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert database_words(error) == words
    with pytest.raises(type(error)), Outage(log, "It is away", "It is back").told():
        raise error
    assert [each.getMessage() for each in caplog.records] == [f"It is away ({words})"]
    with unless_away():
        raise error


@pytest.mark.parametrize("fault", [TWICE, ValueError()], ids=["wrong", "another"])
def test_a_fault_of_the_program_is_no_outage(fault: Exception, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(type(fault)), Outage(log, "It is away", "It is back").told():
        raise fault
    with pytest.raises(type(fault)), unless_away():
        raise fault
    assert caplog.records == []
