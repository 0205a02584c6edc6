"""The CDN: links work while they are signed and young."""

import io

import pytest
from PIL import Image

from sandbox import driver
from sandbox.discord import Attachment, Channel, Discord, Upload
from sandbox.discord.cdn import safe_name

from .conftest import Api


def picture() -> Upload:
    target = io.BytesIO()
    Image.new("RGB", (32, 18)).save(target, "PNG")
    return Upload.named("my photo.png", target.getvalue())


@pytest.fixture
async def attachment(channel: Channel, ana: driver.Member) -> Attachment:
    return (await ana.say(channel, files=[picture()])).attachments[0]


async def status(api: Api, url: str) -> int:
    async with api.session.get(url) as response:
        return response.status


async def test_file_comes_back_with_its_type(api: Api, attachment: Attachment) -> None:
    async with api.session.get(attachment.url) as response:
        assert response.content_type == "image/png"
        assert await response.read() == attachment.data
    assert (attachment.filename, attachment.width, attachment.height) == ("my_photo.png", 32, 18)


async def test_altered_links_are_dead(api: Api, attachment: Attachment) -> None:
    url = attachment.url
    later = url.replace("ex=", "ex=f")
    assert await status(api, later) == 404
    assert await status(api, url.split("?")[0]) == 404
    assert await status(api, url.replace("my_photo", "other")) == 404


async def test_links_expire_and_are_signed_anew(api: Api, discord: Discord, attachment: Attachment) -> None:
    discord.limits.link_life = -1
    assert await status(api, attachment.url) == 404
    discord.limits.link_life = 60
    assert await status(api, attachment.url) == 200


async def test_deleted_files_are_gone(api: Api, channel: Channel, ana: driver.Member, attachment: Attachment) -> None:
    (message,) = channel.messages.values()
    await ana.delete(message)
    assert await status(api, attachment.url) == 404


async def test_own_links_in_embeds_are_refreshed(api: Api, channel: Channel, attachment: Attachment) -> None:
    bare = attachment.url.split("?")[0]
    sent = await api.send(channel, embeds=[{"title": "t", "image": {"url": bare}}])
    assert await status(api, sent.body["embeds"][0]["image"]["url"]) == 200


async def test_faults_reach_files_too(api: Api, discord: Discord, attachment: Attachment) -> None:
    discord.faults.answer_next(r"^/attachments/", status=503)
    assert await status(api, attachment.url) == 503


@pytest.mark.parametrize(
    ("given", "kept"), [("a b.png", "a_b.png"), ("ü?.mp4", ".mp4"), ("../x.txt", "..x.txt"), ("", "unknown")]
)
def test_names_are_cleaned(given: str, kept: str) -> None:
    assert safe_name(given) == kept
