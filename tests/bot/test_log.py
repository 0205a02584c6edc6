"""The log: the job in every line, one line for each JSON record, and no secret in any."""

import json
import logging
from collections.abc import Iterator

import pytest

from bot.log import JsonLines, NoSecrets, TextLines, set_up_logging

TOKEN = "MTQwMDAwMDAwMDAwMDAwMDAwMA.secret.token"
KEY = "muk-0123456789abcdef"
FORMATS = {"text": TextLines("%(levelname)s %(where)s: %(message)s"), "json": JsonLines()}


def record(
    message: str, *args: object, job: str | None = None, error: BaseException | None = None
) -> logging.LogRecord:
    trace = (type(error), error, error.__traceback__) if error else None
    made = logging.LogRecord("bot.tracker", logging.WARNING, __file__, 1, message, args, trace)
    if job:
        made.job = job
    return made


def caught(message: str) -> Exception:
    try:
        raise ValueError(message)
    except ValueError as error:
        return error


def test_a_text_line_names_the_job() -> None:
    assert FORMATS["text"].format(record("sent %d", 5, job="abc")) == "WARNING bot.tracker [abc]: sent 5"
    assert FORMATS["text"].format(record("ready")) == "WARNING bot.tracker: ready"


def test_a_json_line_names_the_job() -> None:
    line = json.loads(FORMATS["json"].format(record("sent %d: ünï", 5, job="abc")))
    assert line.pop("at")
    assert line == {"level": "warning", "logger": "bot.tracker", "message": "sent 5: ünï", "job": "abc"}
    assert "job" not in json.loads(FORMATS["json"].format(record("ready")))


def test_a_trace_in_json_is_one_line() -> None:
    text = FORMATS["json"].format(record("failed\nbadly", error=caught("two\nlines")))
    assert "\n" not in text
    line = json.loads(text)
    assert line["message"] == "failed\nbadly"
    assert line["trace"].startswith("Traceback")
    assert line["trace"].endswith("ValueError: two\nlines")


@pytest.mark.parametrize("inner", FORMATS.values(), ids=FORMATS.keys())
@pytest.mark.parametrize(
    "told",
    [
        record(f"token {TOKEN}"),
        record("key %s and %r", KEY, {"Authorization": f"Bearer {KEY}"}),
        record("x", error=caught(f"401 for {TOKEN}")),
        record("x", job=KEY),
    ],
)
def test_no_secret_passes(inner: logging.Formatter, told: logging.LogRecord) -> None:
    text = NoSecrets(inner, [TOKEN, KEY]).format(told)
    assert TOKEN not in text
    assert KEY not in text
    assert "[secret]" in text


def test_a_short_secret_would_spoil_ordinary_words() -> None:
    assert NoSecrets(FORMATS["text"], ["", "bot"]).format(record("x")) == "WARNING bot.tracker: x"


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    """The root logger, put back as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    names = ("discord", "discord.http", "alembic")
    levels = {name: logging.getLogger(name).level for name in names}
    root.handlers = []
    yield root
    root.handlers = handlers
    root.setLevel(level)
    for name in names:
        logging.getLogger(name).setLevel(levels[name])


@pytest.mark.parametrize("kind", ["text", "json"])
def test_what_any_library_says_goes_through_it(
    root: logging.Logger, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    set_up_logging(kind, "DEBUG", [TOKEN])
    logging.getLogger("some.library").debug("with %s", TOKEN, extra={"job": "abc"})
    logging.getLogger("discord.client").debug("bodies, prompts among them")
    logging.getLogger("discord.http").info("every request")
    (line,) = capsys.readouterr().err.splitlines()
    assert "[secret]" in line
    assert "abc" in line
    assert TOKEN not in line


def test_the_level_holds(root: logging.Logger, capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("text", "WARNING", [])
    logging.getLogger("bot").info("quiet")
    logging.getLogger("bot").warning("loud")
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith("bot: loud")
