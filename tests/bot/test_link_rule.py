"""Which links to clips are followed: none to where no clip of the vendor's can be."""

import pytest

from bot.download import LinkRule, LinkUnsafe

PUBLIC = ("https://a.muleusercontent.com/v.mp4", "https://8.8.8.8:8443/v.mp4", "https://[2606:4700::1111]/v.mp4")
STRANGE = (
    "ftp://example.com/v",
    "file:///etc/passwd",
    "//example.com/v",
    "v.mp4",
    "",
    "https://",
    "https://a:b",
    "http://[",
)
PRIVATE = (
    "http://example.com/v.mp4",
    "https://user@example.com/v",
    "https://localhost/v",
    "https://LOCALHOST/v",
    "https://x.internal/v",
    "https://127.0.0.1/v",
    "https://127.1/v",
    "https://2130706433/v",
    "https://0x7f000001/v",
    "https://0.0.0.0/v",
    "https://10.0.0.1/v",
    "https://192.168.1.1/v",
    "https://169.254.169.254/v",
    "https://100.64.0.1/v",
    "https://[::1]/v",
    "https://[fe80::1]/v",
    "https://[fd00::1]/v",
    "https://[::ffff:127.0.0.1]/v",
)


@pytest.mark.parametrize("url", PUBLIC)
def test_public_links_are_followed(url: str) -> None:
    LinkRule(stand_in=False).check(url)
    LinkRule(stand_in=True).check(url)


@pytest.mark.parametrize("url", [*PRIVATE, *STRANGE])
def test_a_public_vendor_has_no_private_links(url: str) -> None:
    with pytest.raises(LinkUnsafe):
        LinkRule(stand_in=False).check(url)


@pytest.mark.parametrize("url", STRANGE)
def test_not_even_a_stand_in_has_strange_links(url: str) -> None:
    with pytest.raises(LinkUnsafe):
        LinkRule(stand_in=True).check(url)


@pytest.mark.parametrize(
    ("vendor", "stand_in"),
    [
        ("https://api.mulerun.com", False),
        ("http://api.mulerun.com", True),
        ("https://127.0.0.1:8000", False),
        ("http://127.0.0.1:8000", True),
        ("http://localhost:8000", True),
        ("http://mulerun.internal", True),
        ("http://192.168.1.5:8000", True),
        ("https://mulerun.internal", False),
    ],
)
def test_a_stand_in_is_whoever_is_spoken_to_over_plain_http(vendor: str, stand_in: bool) -> None:
    assert LinkRule.beside(vendor).stand_in is stand_in
