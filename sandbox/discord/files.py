"""Files: as they are sent to Discord, and as it keeps them on a message."""

import mimetypes
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from sandbox.discord.snowflakes import next_id

MEDIA_TYPES = {
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".heic": "image/heic",
    ".heif": "image/heif",
    ".mov": "video/quicktime",
    ".mp4": "video/mp4",
}
"""Types that Python knows only where the system has a table of them."""


def guess_type(name: str) -> str:
    """The media type Discord would give a file of this name."""
    known = MEDIA_TYPES.get(PurePosixPath(name).suffix.lower())
    return known or mimetypes.guess_type(name)[0] or "application/octet-stream"


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A file on its way to Discord; `seconds` is how long a voice message is, a `spoiler` is blurred until clicked."""

    name: str
    data: bytes
    content_type: str = "application/octet-stream"
    seconds: float | None = None
    spoiler: bool = False

    @property
    def size(self) -> int:
        return len(self.data)

    @classmethod
    def named(cls, name: str, data: bytes) -> "Upload":
        """A file whose type is guessed from its name, as Discord does."""
        return cls(name=name, data=data, content_type=guess_type(name))


@dataclass(eq=False, kw_only=True)
class Attachment:
    """A file Discord keeps; `url` is signed afresh each time it is read."""

    filename: str
    data: bytes = field(repr=False)
    content_type: str
    place: str
    sign: Callable[["Attachment"], str] = field(repr=False)
    id: int = field(default_factory=next_id)
    description: str | None = None
    width: int | None = None
    height: int | None = None
    ephemeral: bool = False
    seconds: float | None = None
    spoiler: bool = False

    @property
    def size(self) -> int:
        return len(self.data)

    @property
    def url(self) -> str:
        return self.sign(self)

    @property
    def path(self) -> str:
        """Where the CDN keeps it."""
        return f"{self.place}/{self.id}/{self.filename}"
