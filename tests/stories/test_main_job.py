"""The main job: command, card, thread, replies, mp4."""

import io
from typing import Any

import av
import av.container
import pytest
from PIL import Image

from sandbox.discord import Upload
from sandbox.driver import wait_for
from tests.stories.conftest import Studio, card_of, card_text


def photo(width: int = 1600, height: int = 1200, kind: str = "jpeg") -> bytes:
    file = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert("RGB").save(file, kind)
    return file.getvalue()


async def test_a_prompt_becomes_a_clip_that_plays_in_its_thread(studio: Studio) -> None:
    answer = await studio.ana.run(studio.channel, "video", prompt="A paper boat at night", seconds=8, size="1280x720")
    card = card_of(answer)
    assert answer.kind == "message"
    assert "A paper boat at night" in card_text(card)
    assert "asked by Ana · Sora 2 Pro · 8 s · 1280×720" in card_text(card)

    done = await studio.hears(card, "Done in")
    assert [text.split(".")[0].split(" in ")[0] for text in studio.said(card)] == [
        "Sent to Sora 2 Pro",
        "Rendering",
        f"{studio.ana.mention} Done",
    ]
    assert "8 s, 1280×720" in done.content
    assert done.pinged == [studio.ana.user]
    assert card.thread and card.thread.name == "A paper boat at night"

    [clip] = done.attachments
    assert clip.content_type == "video/mp4"
    with av.open(io.BytesIO(clip.data)) as video:
        assert (video.streams.video[0].width, video.streams.video[0].height) == (1280, 720)
        assert video.streams.video[0].codec_context.name == "h264"
        assert isinstance(video, av.container.InputContainer) and video.duration
        assert video.duration / 1_000_000 == pytest.approx(8, abs=0.2)

    await wait_for(lambda: "Done" in card_text(card), what="the card to say so")
    assert card.components == []
    [task] = studio.vendor.ledger.by_prompt("A paper boat at night")
    assert (task.seconds, task.size) == (8, (1280, 720))
    assert studio.vendor.ledger.charged == 1


async def test_only_the_last_word_pings_and_nobody_else_is_pinged(studio: Studio) -> None:
    bea = studio.member("Bea")
    prompt = f"@everyone look at {bea.mention}"
    card = card_of(await studio.ana.run(studio.channel, "video", prompt=prompt))
    await studio.hears(card, "Done in")
    pinged = [[user.name for user in message.pinged] for message in [card, *studio.about(card)]]
    assert pinged == [[], [], [], ["Ana"]]
    assert not any(message.mention_everyone for message in studio.about(card))


async def test_a_picture_is_fitted_and_sent_as_bytes(studio: Studio) -> None:
    image = Upload(name="beach.jpg", data=photo(1600, 900), content_type="image/jpeg")
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="The beach wakes up", image=image))
    assert "1280×720" in card_text(card)
    assert [attachment.filename for attachment in card.attachments] == ["picture.jpg"]
    await studio.hears(card, "Done in")
    [task] = studio.vendor.ledger.by_prompt("The beach wakes up")
    assert task.picture and Image.open(io.BytesIO(task.picture)).size == (1280, 720)


async def test_a_heavy_photo_is_no_error(studio: Studio) -> None:
    noise = Image.effect_noise((4400, 3300), 90).convert("RGB")
    file = io.BytesIO()
    noise.save(file, "jpeg", quality=97)
    assert len(file.getvalue()) > 12_000_000
    studio.discord.limits.member_upload_bytes = 50 * 1024 * 1024
    image = Upload(name="big.jpg", data=file.getvalue(), content_type="image/jpeg")
    answer = await studio.ana.run(studio.channel, "video", prompt="Snow", image=image, fit="pad")
    await studio.hears(card_of(answer), "Done in")
    [task] = studio.vendor.ledger.by_prompt("Snow")
    assert task.picture and len(task.picture) <= 10_000_000


def bomb() -> bytes:
    """A small file that would unpack to 200 million pixels."""
    file = io.BytesIO()
    Image.new("1", (20_000, 10_000)).save(file, "png")
    return file.getvalue()


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "empty prompt": ({"prompt": "   "}, "prompt is empty"),
    "long prompt": ({"prompt": "x" * 2001}, "2,001 characters"),
    "no picture": (
        {"prompt": "p", "image": Upload(name="a.pdf", data=b"%PDF-1.7 ...", content_type="application/pdf")},
        "in pdf format",
    ),
    "a false name": (
        {"prompt": "p", "image": Upload(name="a.png", data=b"MZ\x90\x00" * 50, content_type="image/png")},
        "in exe format",
    ),
    "damaged": (
        {"prompt": "p", "image": Upload(name="a.jpg", data=photo()[:3000], content_type="image/jpeg")},
        "damaged",
    ),
    "a bomb": (
        {
            "prompt": "p",
            "image": Upload(
                name="a.png",
                data=bomb(),
                content_type="image/png",
            ),
        },
        "64 million pixels",
    ),
    "too heavy": (
        {"prompt": "p", "image": Upload(name="a.jpg", data=bytes(33 * 1024 * 1024), content_type="image/jpeg")},
        "larger than 32 MB",
    ),
}


async def test_bad_input_is_told_to_the_asker_alone_and_costs_nothing(studio: Studio) -> None:
    studio.discord.limits.member_upload_bytes = 500 * 1024 * 1024
    for name, (options, words) in REFUSED.items():
        answer = await studio.ana.run(studio.channel, "video", **options)
        assert answer.ephemeral and answer.message, name
        assert words in answer.message.content, name
        prompt = str(options["prompt"]).strip()
        if prompt:
            files = b"".join(attachment.data for attachment in answer.message.attachments).decode()
            assert prompt in answer.message.content + files, name
    assert studio.vendor.ledger.charged == 0
    assert not studio.channel.messages or all(m.ephemeral_for for m in studio.channel.messages.values())


async def test_a_refused_prompt_is_explained_with_the_vendors_rules_and_words(studio: Studio) -> None:
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A celebrity waves"))
    told = await studio.hears(card, "refused this")
    for words in ("restricted content", "no real people", "human faces", "whether a failed task is charged"):
        assert words in told.content
    assert told.pinged == [studio.ana.user]
    await wait_for(lambda: "Failed" in card_text(card))


@pytest.mark.parametrize(
    ("prompt", "words"),
    [
        ("provider outage", "could not finish this"),
        ("router fault", "fault of its own"),
        ("refused at the door", "Nothing was charged"),
    ],
)
async def test_each_failure_has_its_own_words(studio: Studio, prompt: str, words: str) -> None:
    card = card_of(await studio.ana.run(studio.channel, "video", prompt=prompt))
    assert (await studio.hears(card, words)).pinged == [studio.ana.user]


async def test_two_clips_are_both_posted(studio: Studio) -> None:
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="two clips of rain"))
    await studio.hears(card, "Part 2 of 2")
    assert sum(len(message.attachments) for message in studio.about(card)) == 2


async def test_a_clip_too_large_for_the_server_comes_smaller_and_its_original_as_a_link(studio: Studio) -> None:
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="big clip", seconds=4))
    told = await studio.hears(card, "Shrunk from", timeout=60)
    assert studio.vendor.base_url in told.content and "<t:" in told.content
    [clip] = told.attachments
    assert len(clip.data) <= 10 * 1024 * 1024


async def test_the_same_event_twice_makes_one_job_and_one_card(studio: Studio) -> None:
    studio.discord.faults.duplicate_next_interaction()
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="Once"))
    await studio.hears(card, "Done in")
    assert studio.vendor.ledger.charged == 1
    assert len([message for message in studio.channel.messages.values() if message.embeds]) == 1


async def test_a_picture_that_is_slow_to_come_is_read_after_the_card(studio: Studio) -> None:
    studio.discord.faults.slow(r"ephemeral-attachments", seconds=3)
    image = Upload(name="beach.png", data=photo(1600, 900, "png"), content_type="image/png")
    answer = await studio.ana.run(studio.channel, "video", prompt="The beach wakes up", image=image)
    card = card_of(answer)
    await wait_for(lambda: [attachment.filename for attachment in card.attachments] == ["picture.jpg"])
    await studio.hears(card, "Done in")
    assert "Reading the picture" in card.versions[0].embeds[0]["description"]
    assert "1280×720" in card_text(card)
    [task] = studio.vendor.ledger.by_prompt("The beach wakes up")
    assert task.picture and Image.open(io.BytesIO(task.picture)).size == (1280, 720)


async def test_a_slow_file_that_is_no_picture_fails_with_its_reason_and_costs_nothing(studio: Studio) -> None:
    studio.discord.faults.slow(r"ephemeral-attachments", seconds=3)
    image = Upload(name="a.jpg", data=b"%PDF-1.7 not a picture", content_type="image/jpeg")
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="The beach wakes up", image=image))
    told = await studio.hears(card, r"That file is \S+ pdf \S+\. .* jpeg, png, webp, gif")
    assert "Nothing was charged" in told.content and told.pinged == [studio.ana.user]
    assert studio.vendor.ledger.charged == 0
