"""Pictures of every kind: whatever somebody's phone or browser made, the vendor gets a JPEG of the size asked for."""

import pytest

from sandbox.discord import Upload, cdn
from sandbox.discord.cdn import frame_size
from tests import bombs, cameras, pictures
from tests.bot.looks import WHITE, decode, looks, pixel, shows_quarters
from tests.stories.conftest import Studio, card_of

NAMES = {"gif": "boat.gif", "heic": "IMG_0001.HEIC", "avif": "boat.avif", "bmp": "boat.bmp", "tiff": "scan.tiff"}


async def received(studio: Studio, name: str, data: bytes) -> bytes:
    """What the vendor got for this file."""
    answer = await studio.ana.run(
        studio.channel, "video", prompt=f"A boat of {name}", size="1280x720", image=Upload.named(name, data)
    )
    await studio.hears(card_of(answer), "Done in")
    [task] = studio.vendor.ledger.by_prompt(f"A boat of {name}")
    assert task.picture
    return task.picture


async def test_whatever_the_kind_the_vendor_gets_a_jpeg_of_the_size_asked_for(studio: Studio) -> None:
    for kind, name in NAMES.items():
        picture = decode(await received(studio, name, pictures.of_kind(kind, pictures.quarters((640, 480)))))
        assert (picture.format, picture.size) == ("JPEG", (1280, 720))
        assert shows_quarters(picture)


async def test_a_photo_that_lies_on_its_side_is_sent_upright(studio: Studio) -> None:
    assert shows_quarters(decode(await received(studio, "IMG_0002.HEIC", pictures.turned("heic", (640, 480), 6))))


async def test_what_shines_through_is_sent_as_white(studio: Studio) -> None:
    picture = decode(await received(studio, "cut-out.png", pictures.see_through("png", (1280, 720))))
    assert (picture.format, picture.size) == ("JPEG", (1280, 720))
    assert looks(pixel(picture, 0.05, 0.05), WHITE)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (bombs.bomb_gif((60_000, 60_000), (8, 8)), "more than 64 million pixels"),
        (pictures.of_kind("heic", pictures.quarters((640, 480)))[:900], "damaged"),
        (b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", "jpeg, png, webp, gif, heic, avif, bmp or tiff"),
        (
            b"<?xml version='1.0'?><!-- a boat --><svg xmlns='http://www.w3.org/2000/svg'/>",
            "file is in svg format",
        ),
        (cameras.tiff(cameras.made_by(b"NIKON CORPORATION", cameras.sensor(34713))), "a camera's raw file (nef)"),
    ],
    ids=["bomb", "truncated", "film", "drawing", "raw"],
)
async def test_what_cannot_be_used_is_refused_to_the_asker_alone(studio: Studio, data: bytes, words: str) -> None:
    image = Upload.named("boat.heic", data)
    answer = await studio.ana.run(studio.channel, "video", prompt="A boat", image=image)
    assert answer.message and answer.ephemeral
    assert words in answer.message.content
    assert studio.vendor.ledger.charged == 0


# Discord tells the sides of most pictures, but not of every kind
TOLD = {"told by Discord": frame_size, "seen when it is read": lambda _: (None, None)}


@pytest.mark.parametrize("told", TOLD)
async def test_a_picture_too_small_to_be_one_is_refused_to_the_asker_alone(
    studio: Studio, monkeypatch: pytest.MonkeyPatch, told: str
) -> None:
    monkeypatch.setattr(cdn, "frame_size", TOLD[told])
    for size, words in (((1, 1), "1 × 1 pixels"), ((10_000, 10), "18 × 10 pixels")):
        image = Upload.named("dot.png", pictures.png(size))
        answer = await studio.ana.run(studio.channel, "video", prompt="A dot", image=image)
        assert answer.message and answer.ephemeral
        assert words in answer.message.content
    assert studio.vendor.ledger.charged == 0


async def test_a_picture_found_too_small_after_the_answer_costs_nothing(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cdn, "frame_size", TOLD["seen when it is read"])
    studio.discord.faults.slow(r"ephemeral-attachments", seconds=3)
    image = Upload.named("strip.png", pictures.png((10_000, 10)))
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A strip", image=image))
    said = await studio.hears(card, "That picture is too small")
    assert "Nothing was charged." in said.content
    assert studio.vendor.ledger.charged == 0


async def test_a_picture_whose_link_is_dead_at_once_is_told_to_the_asker_alone(studio: Studio) -> None:
    """Only what turns out after the answer is public: a card, a thread and a ping for this would be noise."""
    studio.discord.faults.answer_next(r"ephemeral-attachments", status=404)
    image = Upload.named("boat.png", pictures.of_kind("png", pictures.quarters((640, 480))))
    answer = await studio.ana.run(studio.channel, "video", prompt="A boat", image=image)
    assert answer.ephemeral and answer.message
    assert "could not be read from Discord" in answer.message.content and "A boat" in answer.message.content
    assert not [message for message in studio.channel.messages.values() if message.embeds]
    assert studio.vendor.ledger.charged == 0
