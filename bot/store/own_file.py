"""One process to a SQLite file: a second one would take the first one's jobs for abandoned."""

import contextlib
import errno
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from ..errors import StoreBusy, StoreUnusable

# What the system says of a lock that somebody else holds; anything else means that here there are no locks.
HELD = (errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES)

ELSEWHERE = "Name another file in DATABASE_URL, or mend its folder."
NO_SHARE = "On a network share SQLite does not work: name a file on a disk of its own, or PostgreSQL, in DATABASE_URL."


@contextlib.contextmanager
def own_file(file: Path) -> Iterator[None]:
    """Hold a lock beside the file, which ends with the process at the latest. Raises StoreBusy, StoreUnusable."""
    with _beside(file) as handle:
        try:
            _lock(handle)
        except OSError as error:
            if error.errno not in HELD:
                raise StoreUnusable(str(file), f"its folder cannot lock files ({error.strerror})", NO_SHARE) from error
            raise StoreBusy(
                f"Another Dailies is already running on {file}. Stop it first, or give several processes a PostgreSQL "
                "address in DATABASE_URL."
            ) from error
        yield


def _beside(file: Path) -> IO[bytes]:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        return open(file.with_name(file.name + ".lock"), "a+b")
    except OSError as error:
        raise StoreUnusable(str(file), error, ELSEWHERE) from error


def _lock(handle: IO[bytes]) -> None:
    try:
        import fcntl
    except ImportError:  # Windows has no fcntl
        import msvcrt

        msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]  # known on Windows only
    else:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
