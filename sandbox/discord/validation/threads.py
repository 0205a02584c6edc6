"""Threads to be opened and changed, after Discord's documentation of "Start Thread" and "Modify Channel"."""

from collections.abc import Mapping
from types import MappingProxyType

from sandbox.discord.thread_names import settle

from .messages import NO_FILES, File, check_forum_post
from .shapes import INT64, Check, bad_length, fits, flag, listing, one_of, record, snowflake, text, whole
from .violations import Path, Violation, refused, under

MAX_NAME = 100
SLOWEST_MODE = 21_600
"""Seconds between two messages of one member."""

ARCHIVE_AFTER = one_of(60, 1440, 4320, 10_080)
"""Minutes without activity."""


def thread_name(value: object, path: Path) -> list[Violation]:
    """1 to 100 characters of what Discord leaves of the name."""
    found = text()(value, path)
    return found or ([] if fits(len(settle(str(value))), 1, MAX_NAME) else bad_length(path, 1, MAX_NAME))


ANY_THREAD: Mapping[str, Check] = MappingProxyType(
    {"name": thread_name, "auto_archive_duration": ARCHIVE_AFTER, "rate_limit_per_user": whole(0, SLOWEST_MODE)}
)
TAGS = listing(snowflake, 0, 5, unique=True)

ON_MESSAGE = record(ANY_THREAD, required=["name"])
ALONE = record({**ANY_THREAD, "type": one_of(10, 11, 12), "invitable": flag}, required=["name"])
# discord.py writes the type, which Discord ignores: a forum's threads are public.
FORUM = record(
    {**ANY_THREAD, "type": one_of(11), "applied_tags": TAGS, "message": record({}, closed=False)},
    required=["name", "message"],
)
CHANGE = record(
    {**ANY_THREAD, "archived": flag, "locked": flag, "invitable": flag, "flags": whole(0, INT64), "applied_tags": TAGS}
)


def check_thread(
    payload: object, *, from_message: bool = False, forum: bool = False, files: Mapping[int, File] = NO_FILES
) -> list[Violation]:
    """What Discord would refuse in a new thread: on a message, in a forum with its first message, or by itself."""
    shape = ON_MESSAGE if from_message else FORUM if forum else ALONE
    found = shape(payload, ())
    if refused(found) or not forum or not isinstance(payload, Mapping):
        return found
    return found + under(("message",), check_forum_post(payload["message"], files))


def check_thread_edit(payload: object) -> list[Violation]:
    """What Discord would refuse in a change of a thread: its name, archiving, lock and slow mode."""
    return CHANGE(payload, ())
