"""The tags of forum posts: which a post can have, and who may choose them."""

from collections.abc import Collection, Iterable

from sandbox.discord.constants import Permissions
from sandbox.discord.entities import Channel, User
from sandbox.discord.errors import Refusal
from sandbox.discord.permissions import permissions_in


def choose(forum: Channel | None, user: User, chosen: Iterable[object], before: Collection[int] = ()) -> list[int]:
    """The tags that a post is to have, by id, in place of those from `before`.

    Raises Refusal 10087 for one that the forum does not have, 50013 for a moderated one that comes or goes.
    """
    known = {tag.id: tag for tag in forum.tags} if forum else {}
    ids = [int(str(number)) for number in chosen]
    if any(number not in known for number in ids):
        raise Refusal(10087)
    changed = set(ids) ^ set(before)
    if any(known[number].moderated for number in changed & known.keys()) and not _manages(forum, user):
        raise Refusal(50013)
    return ids


def require_one(forum: Channel, user: User, ids: Collection[int]) -> None:
    """Raise Refusal 40067 where a new post needs a tag and has none, 40066 where its author could not choose any."""
    if forum.requires_tag and not ids:
        is_open = _manages(forum, user) or any(not tag.moderated for tag in forum.tags)
        raise Refusal(40067 if is_open else 40066)


def _manages(forum: Channel | None, user: User) -> bool:
    return forum is not None and Permissions.MANAGE_THREADS in permissions_in(forum, user)
