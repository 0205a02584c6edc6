"""Posts: messages and the files on them, as the sandbox keeps them."""

import mimetypes
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from sandbox.discord.snowflakes import next_id

if TYPE_CHECKING:
    from sandbox.discord.interactions import Interaction
    from sandbox.discord.places import Channel, User

LOADING = 1 << 7
EPHEMERAL = 1 << 6
HAS_THREAD = 1 << 5
HAS_SNAPSHOT = 1 << 14
COMPONENTS_V2 = 1 << 15
SETTABLE_FLAGS = 1 << 2 | 1 << 12 | COMPONENTS_V2
"""Flags a sender may set: suppress embeds, suppress notifications, components v2."""

DEFAULT, REPLY, SLASH, STARTER, MENU, THREAD_CREATED = 0, 19, 20, 21, 23, 18
"""Message types."""


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A file on its way to Discord."""

    name: str
    data: bytes
    content_type: str = "application/octet-stream"

    @property
    def size(self) -> int:
        return len(self.data)

    @classmethod
    def named(cls, name: str, data: bytes) -> "Upload":
        """A file whose type is guessed from its name, as Discord does."""
        return cls(name=name, data=data, content_type=guess_type(name))


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


@dataclass(frozen=True, kw_only=True)
class Version:
    """What a message looked like before an edit."""

    content: str
    embeds: list[dict[str, Any]]
    components: list[dict[str, Any]]
    attachments: tuple[Attachment, ...]
    at: float


@dataclass(eq=False, kw_only=True)
class Message:
    """A message. Embeds and components are Discord's JSON; `attachment://` links are resolved when it is shown.

    `previews` are the embeds that Discord adds for links, `snapshot` is what a forwarded message shows.
    """

    channel: "Channel" = field(repr=False)
    author: "User"
    made_at: float
    id: int = field(default_factory=next_id)
    type: int = DEFAULT
    content: str = ""
    embeds: list[dict[str, Any]] = field(default_factory=list)
    previews: list[dict[str, Any]] = field(default_factory=list)
    components: list[dict[str, Any]] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    flags: int = 0
    nonce: str | int | None = None
    mentions: "list[User]" = field(default_factory=list)
    mention_roles: list[int] = field(default_factory=list)
    mention_everyone: bool = False
    pinged: "list[User]" = field(default_factory=list)
    reference: "Message | None" = field(default=None, repr=False)
    reference_id: int | None = None
    reference_channel_id: int | None = None
    snapshot: "Message | None" = field(default=None, repr=False)
    ephemeral_for: "User | None" = None
    interaction: "Interaction | None" = field(default=None, repr=False)
    edited_at: float | None = None
    versions: list[Version] = field(default_factory=list, repr=False)
    thread: "Channel | None" = field(default=None, repr=False)
    deleted: bool = False

    @property
    def channel_id(self) -> int:
        return self.channel.id

    @property
    def edits(self) -> int:
        """How often it was edited."""
        return len(self.versions)

    @property
    def loading(self) -> bool:
        """Whether it still says that the application is thinking."""
        return bool(self.flags & LOADING)

    @property
    def components_v2(self) -> bool:
        return bool(self.flags & COMPONENTS_V2)

    def remember(self, at: float) -> None:
        """Keep what it looked like, before it changes."""
        self.versions.append(
            Version(
                content=self.content,
                embeds=self.embeds,
                components=self.components,
                attachments=tuple(self.attachments),
                at=at,
            )
        )
