"""The CDN: files under signed links that expire."""

import hashlib
import hmac
import io
import re
import secrets
import time
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from aiohttp import web
from PIL import Image, UnidentifiedImageError

from sandbox.discord.files import Attachment, Upload, guess_type
from sandbox.discord.limits import Limits

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63606060000000040001f61738550000000049454e44ae426082"
)
"""A 1×1 png: every avatar and icon."""


def safe_name(name: str) -> str:
    """The name as Discord keeps it: letters, digits, underscore, dash and dot; a space becomes an underscore."""
    return re.sub(r"[^A-Za-z0-9._-]", "", name.replace(" ", "_")) or "unknown"


def frame_size(data: bytes) -> tuple[int, int] | tuple[None, None]:
    """Width and height in pixels when the bytes are a picture."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            return image.width, image.height
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return None, None


class Cdn:
    """Keeps files and signs links to them. `base` is known once the server listens."""

    def __init__(self, limits: Limits) -> None:
        self.base = ""
        self._limits = limits
        self._secret = secrets.token_bytes(32)
        self._files: dict[str, Attachment] = {}
        self._proxied: dict[str, Upload] = {}

    def keep(
        self, upload: Upload, *, folder: str, description: str | None = None, ephemeral: bool = False
    ) -> Attachment:
        """Store a file; an ephemeral one is a command's or modal's and its links die sooner."""
        width, height = frame_size(upload.data)
        filename = safe_name(upload.name)
        attachment = Attachment(
            filename=filename,
            data=upload.data,
            content_type=upload.content_type if ephemeral else guess_type(filename),
            place=f"{'ephemeral-attachments' if ephemeral else 'attachments'}/{folder}",
            sign=self.sign,
            description=description,
            width=width,
            height=height,
            ephemeral=ephemeral,
            seconds=upload.seconds,
            spoiler=upload.spoiler,
        )
        self._files[attachment.path] = attachment
        return attachment

    def proxy(self, link: str, picture: Upload) -> dict[str, Any]:
        """A picture behind a foreign link, in Discord's JSON: the proxy serves it for good, unlike attachments."""
        parts = urlsplit(link)
        mark = hmac.new(self._secret, link.encode(), hashlib.sha256).hexdigest()
        path = f"external/{mark}/{parts.scheme}/{parts.netloc}{parts.path}"
        self._proxied[path] = picture
        width, height = frame_size(picture.data)
        body = {"url": link, "proxy_url": f"{self.base}/{quote(path)}", "content_type": picture.content_type}
        return body | {"width": width or 0, "height": height or 0}

    def sign(self, attachment: Attachment) -> str:
        """A link that works from now until the end of its life."""
        issued = int(time.time())
        life = self._limits.upload_link_life if attachment.ephemeral else self._limits.link_life
        expiry, start = f"{int(issued + life):x}", f"{issued:x}"
        mark = self._mark(attachment.path, expiry, start)
        return f"{self.base}/{attachment.path}?ex={expiry}&is={start}&hm={mark}&"

    def refresh(self, url: str) -> str:
        """The same link signed anew when it is one of ours, as Discord does for links in embeds."""
        path = urlsplit(url).path.lstrip("/")
        known = self._files.get(path) if self.base and url.startswith(self.base) else None
        return known.url if known else url

    def forget(self, attachment: Attachment) -> None:
        """Its links stop working."""
        self._files.pop(attachment.path, None)

    async def serve(self, request: web.Request) -> web.Response:
        """The file, or 404 when the link is altered, expired or unknown."""
        path = request.path.lstrip("/")
        if proxied := self._proxied.get(path):
            return web.Response(body=proxied.data, headers={"Content-Type": proxied.content_type})
        attachment = self._files.get(path)
        if attachment is None or not self._is_good(path, request.rel_url.raw_query_string):
            return web.Response(status=404, text="This content is no longer available.")
        return web.Response(body=attachment.data, headers={"Content-Type": attachment.content_type})

    async def serve_icon(self, request: web.Request) -> web.Response:
        """One pixel for every avatar and icon."""
        return web.Response(body=PIXEL, headers={"Content-Type": "image/png"})

    def _is_good(self, path: str, query: str) -> bool:
        fields = {key: values[0] for key, values in parse_qs(query).items()}
        expiry, start, mark = (fields.get(key, "") for key in ("ex", "is", "hm"))
        if not hmac.compare_digest(mark, self._mark(path, expiry, start)):
            return False
        return time.time() < int(expiry, 16)

    def _mark(self, path: str, expiry: str, start: str) -> str:
        text = f"{path}?{expiry}&{start}".encode()
        return hmac.new(self._secret, text, hashlib.sha256).hexdigest()
