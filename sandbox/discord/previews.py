"""Previews: the embed that Discord puts below a link, with a picture that its own proxy serves."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sandbox.discord.constants import Permissions
from sandbox.discord.entities import Message
from sandbox.discord.errors import DriverError
from sandbox.discord.files import Upload
from sandbox.discord.permissions import permissions_in
from sandbox.discord.state import State


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What is found behind a link: a picture itself, or with a `title` a page that shows one.

    `slot` is where the embed carries it: Discord puts most pictures into the thumbnail, large ones of a page into the
    image.
    """

    link: str
    picture: Upload
    title: str | None = None
    slot: Literal["thumbnail", "image"] = "thumbnail"

    @property
    def picture_link(self) -> str:
        """Where the picture itself is: nothing answers there, since the sandbox stays on loopback."""
        return f"{self.link.rstrip('/')}/{self.picture.name}" if self.title else self.link


def check(content: str, previews: Sequence[Preview]) -> None:
    """Raise DriverError for a preview of a link that the message does not contain."""
    for one in previews:
        if one.link not in content:
            raise DriverError(f"{one.link} is not in the message")


def unfurl(state: State, message: Message, previews: Sequence[Preview]) -> None:
    """Show the previews below a posted message, as Discord does: a moment later and as an update that is no edit.

    There are none without the author's permission to embed links.
    """
    if not previews or Permissions.EMBED_LINKS not in permissions_in(message.channel, message.author):
        return
    message.previews = [preview_json(state, one) for one in previews]
    state.tell.message_changed(message)


def preview_json(state: State, preview: Preview) -> dict[str, Any]:
    """The embed. Source: message resource, "Embed Types" (a bare picture is `image`, a page `article`)."""
    body: dict[str, Any] = {"type": "article", "title": preview.title} if preview.title else {"type": "image"}
    return body | {"url": preview.link, preview.slot: state.cdn.proxy(preview.picture_link, preview.picture)}
