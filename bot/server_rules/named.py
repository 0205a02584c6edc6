"""What a document of rules names: roles, channels, models, sizes; pure."""

from collections.abc import Iterator

from .document import Document
from .rules import Rules


def levels(document: Document) -> Iterator[Rules]:
    """The rules of the server, and of each channel that has some."""
    yield document.rules_in([])
    yield from (document.rules_in([channel_id]) for channel_id in document.channels)


def roles_named(document: Document) -> set[int]:
    found: set[int] = set()
    for rules in levels(document):
        of_lists = (rules.roles_allowed, rules.roles_denied, rules.picture_roles, rules.review.roles)
        found.update(rules.limits.roles, *of_lists)
    return found


def channels_named(document: Document) -> set[int]:
    named = {channel for rules in levels(document) for channel in (rules.review.channel, rules.log_channel) if channel}
    return named.union(document.channels)


def models_named(document: Document) -> set[str]:
    return {model for rules in levels(document) for model in rules.models}


def sizes_named(document: Document) -> set[str]:
    return {size for rules in levels(document) for size in rules.sizes}
