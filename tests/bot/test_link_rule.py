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
PLAIN = {
    "http://dashscope-result.oss-cn-beijing.aliyuncs.com/1d/v.mp4?Expires=1&Signature=a%2Bb%3D": (
        "https://dashscope-result.oss-cn-beijing.aliyuncs.com/1d/v.mp4?Expires=1&Signature=a%2Bb%3D"
    ),
    "HTTP://Example.com/V.mp4": "https://Example.com/V.mp4",
    "http://example.com:80/v.mp4": "https://example.com/v.mp4",
    "http://8.8.8.8/v.mp4": "https://8.8.8.8/v.mp4",
    "http://[2606:4700::1111]:80/v.mp4": "https://[2606:4700::1111]/v.mp4",
}
PRIVATE = (
    "http://example.com:8080/v.mp4",
    "http://user@example.com/v",
    "http://localhost/v",
    "http://x.internal/v",
    "http://127.0.0.1/v",
    "http://127.0.0.1:80/v",
    "http://2130706433/v",
    "http://10.0.0.1/v",
    "http://169.254.169.254/latest/meta-data",
    "http://[::1]/v",
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
    assert LinkRule(stand_in=False).admit(url) == url
    assert LinkRule(stand_in=True).admit(url) == url


@pytest.mark.parametrize(("url", "fetched"), PLAIN.items())
def test_a_plain_link_to_a_public_host_is_tried_over_https(url: str, fetched: str) -> None:
    assert LinkRule(stand_in=False).admit(url) == fetched
    assert LinkRule(stand_in=True).admit(url) == url


@pytest.mark.parametrize("url", [*PRIVATE, *STRANGE])
def test_a_public_vendor_has_no_private_links(url: str) -> None:
    with pytest.raises(LinkUnsafe):
        LinkRule(stand_in=False).admit(url)


@pytest.mark.parametrize("url", STRANGE)
def test_not_even_a_stand_in_has_strange_links(url: str) -> None:
    with pytest.raises(LinkUnsafe):
        LinkRule(stand_in=True).admit(url)


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
