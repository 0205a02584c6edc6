"""The picture that a video starts from: as it was given, or the last frame of a clip."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from . import clip, media
from .errors import BadClip, BadPicture
from .media import Picture

# A clip that was posted here before, to go on from where it ended: as large as the most boosted server takes; bytes.
CLIP_MOST = 100 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class StartPicture:
    """`data` is the last frame where a clip was given, and None where the picture is to be kept as it is; `seconds` how
    long that clip is.
    """

    data: bytes | None
    picture: Picture
    thumbnail: bytes
    seconds: float | None = None


def read_start(given: bytes) -> StartPicture:
    """Check what was given, in a worker process. Raises BadPicture."""
    is_clip = media.sniff(given) in ("mp4", "mov")
    frame, seconds = (_last_frame(given), clip.duration_of(given)) if is_clip else (None, None)
    picture, thumbnail = media.examine(given if frame is None else frame)
    return StartPicture(data=frame, picture=picture, thumbnail=thumbnail, seconds=seconds)


def _last_frame(given: bytes) -> bytes:
    try:
        return clip.last_frame_of(given)
    except BadClip as error:
        raise BadPicture("not_a_picture", kind=media.sniff(given)) from error


def most_bytes(url: str) -> int:
    """How much is read of what is behind a link."""
    return CLIP_MOST if urlsplit(url).path.endswith(".mp4") else media.MAX_BYTES
