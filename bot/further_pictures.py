"""Further pictures, beside the one that a video starts from: which slot each has, and where it comes from. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

# The slot of the picture that a clip ends on. Those that it is to look like have the slots "1", "2", and so on.
LAST = "last"


@dataclass(frozen=True, kw_only=True)
class FurtherPicture:
    """A further picture of a job: its bytes as they were given, or the link to them as long as nobody read it."""

    slot: str
    data: bytes | None = None
    url: str | None = None


def reference_slot(number: int) -> str:
    """The slot of a picture to look like, by its number from 1."""
    return str(number)


def references_in(slots: Iterable[str]) -> list[str]:
    """The slots of pictures to look like, in their order."""
    return sorted((slot for slot in slots if slot != LAST), key=int)
