"""Previews: the embed that Discord puts below a link, with a picture that its own proxy serves."""

import asyncio
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
    """What is found behind a link: a picture or a `clip` itself, or with a `title` a page, which may show a picture.

    `slot` is where the embed carries the picture: Discord puts most into the thumbnail, large ones of a page into the
    image. Of a clip it is a frame. `after` is how many seconds Discord takes to look behind the link.
    """

    link: str
    picture: Upload | None = None
    clip: Upload | None = None
    title: str | None = None
    slot: Literal["thumbnail", "image"] = "thumbnail"
    after: float = 0.0

    def link_to(self, picture: Upload) -> str:
        """Where the picture itself is: nothing answers there, since the sandbox stays on loopback."""
        return f"{self.link.rstrip('/')}/{picture.name}" if self.title else self.link


def check(content: str, previews: Sequence[Preview]) -> None:
    """Raise DriverError for a preview of a link that the message does not contain, or shuts off by < and >."""
    for one in previews:
        if one.link not in content.replace(f"<{one.link}>", ""):
            raise DriverError(f"{one.link} is not in the message, or between < and >")


def unfurl(state: State, message: Message, previews: Sequence[Preview]) -> None:
    """Show the previews below a posted message, as Discord does: a moment later and as an update that is no edit.

    There are none without the author's permission to embed links.
    """
    if not previews or Permissions.EMBED_LINKS not in permissions_in(message.channel, message.author):
        return
    for after in sorted({one.after for one in previews}):
        found = [preview_json(state, one) for one in previews if one.after == after]
        if after:
            asyncio.get_running_loop().call_later(after, _show, state, message, found)
        else:
            _show(state, message, found)


def _show(state: State, message: Message, found: list[dict[str, Any]]) -> None:
    if not message.deleted:
        message.previews = [*message.previews, *found]
        state.tell.message_changed(message)


def preview_json(state: State, preview: Preview) -> dict[str, Any]:
    """The embed. Source: message resource, "Embed Types" (a picture is `image`, a clip `video`, a page `article`)."""
    kind = "article" if preview.title else "video" if preview.clip else "image"
    body: dict[str, Any] = {"type": kind, "url": preview.link}
    if preview.title:
        body["title"] = preview.title
    shown = {preview.slot: preview.picture, "video": preview.clip}
    return body | {slot: state.cdn.proxy(preview.link_to(one), one) for slot, one in shown.items() if one}
