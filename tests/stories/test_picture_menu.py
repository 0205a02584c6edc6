"""The picture menu on the bot's own words: not the small picture on a card is meant, but what it stands for."""

import io

import av
import pytest
from PIL import Image

from sandbox.discord import Message, Upload
from sandbox.driver import Answer, Member, wait_for
from tests.stories.conftest import Studio, card_of, card_text
from tests.stories.test_finding import hide, id_of, show
from tests.stories.test_review import written
from tests.stories.test_spoilers import hidden, stays_hidden
from tests.stories.test_variations import distance, finished

SHAPE = (1280, 720)


def detailed(name: str = "beach.png") -> Upload:
    """A picture of which little is left when it is made small and large again."""
    file = io.BytesIO()
    Image.effect_noise(SHAPE, 160).convert("RGB").save(file, "PNG")
    return Upload(name=name, data=file.getvalue(), content_type="image/png")


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB")


def picture_of(studio: Studio, prompt: str) -> Image.Image:
    """What the vendor was sent to start from."""
    [task] = studio.vendor.ledger.by_prompt(prompt)
    assert task.picture
    return opened(task.picture)


def last_frame(clip: Message) -> Image.Image:
    with av.open(io.BytesIO(clip.attachments[0].data), mode="r") as video:
        return list(video.decode(video=0))[-1].to_image()  # type: ignore[no-any-return, no-untyped-call]


def title(form: Answer) -> str:
    assert form.modal, form
    return str(form.modal["title"])


async def drawn(card: Message) -> None:
    await wait_for(lambda: "✔ Done" in card_text(card), what="the card to be done")


async def animate(studio: Studio, who: Member, message: Message, prompt: str) -> Message:
    """The card of what is made of a message by the menu."""
    return card_of(await who.submit(await who.use(message, "Animate picture"), prompt=prompt))


@pytest.mark.vendor(pending=0.2, processing=6)
async def test_of_a_card_whose_job_goes_on_the_picture_it_starts_from_is_taken(studio: Studio) -> None:
    image = detailed()
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="The first", image=image))
    await studio.hears(card, "Sent to")
    form = await (bea := studio.member("Bea")).use(card, "Animate picture")
    assert title(form) == "Animate a picture"
    await studio.restart()
    again = card_of(await bea.submit(form, prompt="The second"))
    assert f"/{card.id})" in card_text(again)
    await studio.hears(again, "Rendering")
    assert distance(picture_of(studio, "The second"), opened(image.data)) < 8


async def test_of_a_card_that_shows_its_clip_and_of_the_clip_the_last_frame_is_taken(studio: Studio) -> None:
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="The first", size="1280x720", image=detailed()))
    clip = await studio.hears(card, "Done in")
    await drawn(card)
    bea = studio.member("Bea")
    for prompt, message in (("From the card", card), ("From the clip", clip)):
        form = await bea.use(message, "Animate picture")
        assert title(form) == "What happens next?"
        again = card_of(await bea.submit(form, prompt=prompt))
        assert f"/{card.id})" in card_text(again)
        await studio.hears(again, "Done in")
        assert distance(picture_of(studio, prompt), last_frame(clip)) < 8


async def test_of_a_clip_that_was_shown_again_and_of_anybodys_the_last_frame_is_taken(studio: Studio) -> None:
    card, clip = await finished(studio)
    bea = studio.member("Bea")
    shown = await show(bea, studio.add_channel("other"), id_of(card))
    upload = Upload(name="clip.mp4", data=clip.attachments[0].data, content_type="video/mp4")
    posted = await studio.ana.say(studio.channel, "", files=[upload])
    for prompt, message in (("Shown again", shown.message), ("Posted", posted)):
        assert message
        form = await bea.use(message, "Animate picture")
        assert title(form) == "What happens next?"
        await studio.hears(card_of(await bea.submit(form, prompt=prompt)), "Done in")
        assert distance(picture_of(studio, prompt), last_frame(clip)) < 8


async def test_words_of_the_bot_show_no_picture(studio: Studio) -> None:
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="The first", image=detailed()))
    words = await studio.hears(card, "Sent to")
    await studio.hears(card, "Done in")
    blank = card_of(await studio.ana.run(studio.channel, "video", prompt="A celebrity waves"))
    await studio.hears(blank, "refused this")
    for message in (words, blank):
        refused = await studio.ana.use(message, "Animate picture")
        assert refused.ephemeral and refused.message and "shows no picture" in refused.message.content


@pytest.mark.vendor(pending=0.2, processing=2)
async def test_what_was_hidden_stays_hidden(studio: Studio) -> None:
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A secret", image=hidden()))
    await studio.hears(card, "Sent to")
    started = await animate(studio, studio.ana, card, "From its picture")
    clip = await stays_hidden(studio, card)
    await stays_hidden(studio, started)
    await stays_hidden(studio, await animate(studio, studio.ana, card, "From the card"))
    await stays_hidden(studio, await animate(studio, studio.ana, clip, "From the clip"))
    assert all(task.picture for task in studio.vendor.ledger.tasks.values())


@pytest.mark.vendor(pending=0.2, processing=6)
async def test_of_a_forwarded_card_only_who_sees_the_job_gets_more_than_what_is_shown(studio: Studio) -> None:
    bea = studio.member("Bea")
    secret, image = hide(studio, studio.add_channel("secret"), studio.ana), detailed()
    card = card_of(await studio.ana.run(secret, "video", prompt="A treasure", image=image))
    await studio.hears(card, "Sent to")
    forwarded = await studio.ana.forward(card, studio.channel)
    for who, prompt in ((studio.ana, "For Ana"), (bea, "For Bea")):
        await studio.hears(await animate(studio, who, forwarded, prompt), "Rendering")
    assert distance(picture_of(studio, "For Ana"), opened(image.data)) < 8
    assert distance(picture_of(studio, "For Bea"), opened(image.data)) > 20
    [own] = [one for one in studio.channel.history if one.embeds and "For Bea" in card_text(one)]
    assert "made from" not in card_text(own)


async def test_a_clip_that_went_to_its_asker_alone_is_theirs(studio: Studio) -> None:
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="The first"))
    await studio.hears(card, "Done in")
    await drawn(card)
    # as if no place but Ana's direct messages had taken it
    written(studio, f"UPDATE posts SET channel_id = {studio.ana.direct.id} WHERE key = 'completed'")
    refused = await studio.member("Bea").use(card, "Animate picture")
    assert refused.ephemeral and refused.message and "cannot be shown any more" in refused.message.content
    written(studio, f"UPDATE posts SET channel_id = {card.id} WHERE key = 'completed'")
    assert title(await studio.ana.use(card, "Animate picture")) == "What happens next?"


async def test_a_clip_that_is_gone_is_said_to_be(studio: Studio) -> None:
    moderator = studio.member("Mo", moderator=True)
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="The first"))
    clip = await studio.hears(card, "Done in")
    await drawn(card)
    await moderator.delete(clip)
    refused = await studio.ana.use(card, "Animate picture")
    assert refused.ephemeral and refused.message and "cannot be shown any more" in refused.message.content
