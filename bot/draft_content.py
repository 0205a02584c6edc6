"""What of a draft is kept as JSON, also in the shapes that earlier versions kept it in."""

from collections.abc import Mapping, Sequence
from typing import Any

from .drafts import Form, Given, Link, SavedDraft
from .extras import from_plain, to_plain
from .video_request import Draft

# a picture's shape is known anew whenever it is read
KEPT = ("prompt", "model", "seconds", "size", "fit")


def to_content(saved: SavedDraft) -> dict[str, Any]:
    return {
        "form": str(saved.form),
        "draft": {name: getattr(saved.draft, name) for name in KEPT},
        "extras": to_plain(saved.draft.extras),
        "parts": dict(saved.parts),
        "links": [_from_link(link) for link in saved.links],
        "further": [
            [one.slot, _from_link(one.link) if one.link else None, one.of_parent, one.kept_spoiler]
            for one in saved.further
        ],
        "picked": saved.picked,
        "size_given": saved.size_given,
        "spoiler": saved.spoiler,
        "keeps_picture": saved.keeps_picture,
        "parent_id": saved.parent_id,
        "appeals": saved.appeals,
    }


def from_content(
    content: Mapping[str, Any], *, draft_id: str, author_id: int, changed_at: float, has_picture: bool
) -> SavedDraft:
    return SavedDraft(
        id=draft_id,
        author_id=author_id,
        changed_at=changed_at,
        form=Form(content["form"]),
        draft=Draft(**content["draft"], extras=from_plain(content.get("extras"))),
        parts=content["parts"],
        links=tuple(map(_to_link, content["links"])),
        further=tuple(
            Given(slot=slot, link=_to_link(link) if link else None, of_parent=of_parent, kept_spoiler=spoiler)
            for slot, link, of_parent, spoiler in content.get("further", ())
        ),
        picked=content["picked"],
        size_given=content["size_given"],
        has_picture=has_picture,
        spoiler=content.get("spoiler", False),
        keeps_picture=content["keeps_picture"],
        parent_id=content["parent_id"],
        appeals=content.get("appeals", False),
    )


def _from_link(link: Link) -> list[Any]:
    return [link.url, link.bytes, link.shape, link.name, link.spoiler]


def _to_link(kept: Sequence[Any]) -> Link:
    # drafts of an earlier version tell nothing of spoilers
    url, size, shape, name, *spoiler = kept
    return Link(url=url, bytes=size, shape=tuple(shape) if shape else None, name=name, spoiler=any(spoiler))
