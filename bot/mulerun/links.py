"""Where an answer names the clips that were made: a table of keys, and the walk along them; pure.

Only these keys are followed: what is echoed of a request, thumbnails, and addresses of the task are under others.
"""

import re
from collections.abc import Iterator
from typing import Any

from .words import fold

# What a key makes of the links below it: videos, results of some kind, or nothing that was not known before.
VIDEO, RESULT, NOTHING = 2, 1, 0
NAMES = {
    VIDEO: "videos video videourl videourls videouri generatedvideos clips",
    RESULT: "output outputs outputurl result results resulturl resulturls taskresult data response"
    " generatevideoresponse generatedsamples generations creations content contents file files urls",
    NOTHING: "taskinfo url uri downloadurl fileurl href link",
}
KEYS = {key: rank for rank, keys in NAMES.items() for key in keys.split()}
DEPTH = 8

LINK = re.compile(r"https?://[^\s/?#][^\x00-\x1f\x7f\ud800-\udfff]*", re.IGNORECASE)
# What objects say of themselves when they are something else, and files by their name. A type may also be that of the
# whole task, made from a text or an image, so it tells of plain addresses only.
TYPES = ("type", "kind", "contenttype", "mimetype", "mediatype")
OTHER = re.compile(
    r"((image|picture|photo|audio|text)(url|/.*)?|thumb(nail)?|cover|poster|(first|last)frame"
    r"|(input|reference)(image|picture|video|audio)?|inputreference)"
)
OTHER_FILE = re.compile(r"[^?#]*\.(jpe?g|png|webp|gif|bmp|avif|heic|svg|mp3|wav|m4a|json|txt)([?#].*)?", re.IGNORECASE)


def clip_links(answer: dict[str, Any]) -> tuple[str, ...]:
    """Each clip's link, once, in the vendor's order.

    What is called a video outranks what is called a result: a link that is no clip would cost the job its clips.
    """
    found = list(_walk(answer, NOTHING, DEPTH))
    best = max((rank for rank, _ in found), default=NOTHING)
    return tuple(dict.fromkeys(link for rank, link in found if rank == best))


def _walk(value: Any, rank: int, depth: int) -> Iterator[tuple[int, str]]:
    match value:
        case _ if depth < 0:
            return
        case str() if rank and _is_clip(value.strip()):
            yield rank, value.strip()
        case list():
            for item in value:
                yield from _walk(item, rank, depth - 1)
        case dict():
            yield from _walk_object({fold(key): inner for key, inner in value.items()}, rank, depth - 1)


def _walk_object(value: dict[str, Any], rank: int, depth: int) -> Iterator[tuple[int, str]]:
    if _is_other(value, "role"):
        return
    is_other = _is_other(value, *TYPES)
    inner = [(max(rank, own), value[key]) for key, own in KEYS.items() if key in value and (own or not is_other)]
    # Links side by side in one object are one clip: with a mark and without, to see and to save.
    yield from [link for rank, text in inner if isinstance(text, str) for link in _walk(text, rank, depth)][:1]
    for rank, text in inner:
        if not isinstance(text, str):
            yield from _walk(text, rank, depth)


def _is_other(value: dict[str, Any], *labels: str) -> bool:
    return any(OTHER.fullmatch(fold(str(value.get(label)))) for label in labels)


def _is_clip(link: str) -> bool:
    return bool(LINK.fullmatch(link)) and not OTHER_FILE.fullmatch(link)
