"""Links as they were typed: which of them Discord looks behind, which are hidden, and a prompt without them. Pure."""

import re
from collections.abc import Iterable

# Between "<" and ">" Discord shows nothing of a link.
LINK = re.compile(r"(?<!<)https?://[^\s<>|]+")
HIDDEN = re.compile(r"\|\|.+?\|\|", re.DOTALL)


def open_links(text: str) -> set[str]:
    """The links that Discord looks behind."""
    return set(LINK.findall(text))


def is_hidden(link: str, text: str) -> bool:
    """Whether a link is typed as a spoiler only. One that Discord spells otherwise is, where any link is hidden."""
    return any(map(open_links, HIDDEN.findall(text))) and link not in open_links(HIDDEN.sub("", text))


def without_links(text: str, links: Iterable[str]) -> str:
    """The text without these links, where they stand apart from words."""
    for link in links:
        text = re.sub(rf"(?<!\S)(?:\|\|\s*)?<?{re.escape(link)}>?(?:\s*\|\|)?(?!\S)[^\S\n]*", "", text)
    return text
