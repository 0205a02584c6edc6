"""Links as they were typed."""

import pytest

from cogs.asking.typed_links import is_hidden, open_links, without_links

A, B = "https://example.org/a.png", "https://example.org/a.png?b"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("rain", set()),
        (f"rain {A}", {A}),
        (f"{A} {A}\n{B}", {A, B}),
        (f"<{A}>", set()),
        (f"||{A}||", {A}),
        ("http://example.org ftp://example.org", {"http://example.org"}),
    ],
)
def test_which_links_are_looked_behind(text: str, found: set[str]) -> None:
    assert open_links(text) == found


@pytest.mark.parametrize(
    ("link", "text", "hidden"),
    [
        (A, A, False),
        (A, f"||{A}||", True),
        (A, f"||see {A}\nnow||", True),
        (A, f"||{A}|| and {A}", False),
        (A, f"||{A}|| and {B}", True),
        (B, f"||{A}|| and {B}", False),
        (A, f"||rain|| {A}", False),
        (A, f"|| {A}", False),
        ("https://example.org/spelled-otherwise", f"||{A}||", True),
        ("", f"||{A}||", True),
        ("", A, False),
    ],
)
def test_which_links_are_hidden(link: str, text: str, hidden: bool) -> None:
    assert is_hidden(link, text) is hidden


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"rain {A} falls", "rain falls"),
        (f"rain\n{A}\nfalls", "rain\n\nfalls"),
        (f"rain ||{A}||", "rain "),
        (f"|| {A} || rain", "rain"),
        (f"rain {B}", f"rain {B}"),
        (f"[rain]({A})", f"[rain]({A})"),
    ],
)
def test_a_prompt_without_a_link(text: str, left: str) -> None:
    assert without_links(text, [A]) == left
