"""Further pictures, beside the one that a video starts from: which place each has, and where it comes from. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

# The place of the picture that a clip ends on. Those that it is to look like have the places "1", "2", and so on.
LAST = "last"


@dataclass(frozen=True, kw_only=True)
class FurtherPicture:
    """A further picture of a job: its bytes as they were given, or the link to them as long as nobody read it."""

    place: str
    data: bytes | None = None
    url: str | None = None


def reference_place(number: int) -> str:
    """The place of a picture to look like, by its number from 1."""
    return str(number)


def references_in(places: Iterable[str]) -> list[str]:
    """The places of pictures to look like, in their order."""
    return sorted((place for place in places if place != LAST), key=int)
