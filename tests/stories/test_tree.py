"""Families as pictures: of a clip, of an idea with its takes; and nothing for those whom they are hidden from."""

import asyncio
import io
from collections.abc import Awaitable, Callable

import pytest
from PIL import Image, ImageChops

from bot.sheets.canvas import HOLE
from sandbox.discord import Channel, Message, Upload
from sandbox.driver import Answer, Member, wait_for
from tests import pictures
from tests.stories.conftest import Studio, card_of
from tests.stories.test_briefs import add, heard, labels, lead, sheet_of, shows, vote
from tests.stories.test_briefs import opened as opened_by
from tests.stories.test_finding import hide, id_of, is_unknown, make, show
from tests.stories.test_takes import (
    compared,
    in_takes,
    lines_of,
    opened,
    planned,
    sent,
    without_samples,
)
from tests.stories.test_variations import press_more

SORA, VEO = "sora-2-pro", "veo-3.1"
pytestmark = without_samples


async def drawn(answer: Answer) -> tuple[Image.Image, str]:
    """The picture of a family, and what is told of it to those who do not see it."""
    assert answer.failed is None and answer.ephemeral and answer.message, answer
    message = answer.message
    await wait_for(lambda: not message.loading, timeout=60, what="the picture")
    assert len(message.attachments) == 1, message.content
    [file] = message.attachments
    with Image.open(io.BytesIO(file.data)) as picture:
        picture.load()
    assert file.filename == "tree.jpg" and picture.format == "JPEG"
    assert all(200 <= side <= 4096 for side in picture.size)
    assert file.description and len(file.description) <= 1024
    return picture, file.description


async def tree_of(member: Member, message: Message) -> tuple[Image.Image, str]:
    return await drawn(await member.press(message, "Tree"))


def shows_poster(picture: Image.Image) -> bool:
    """Whether there is anything of the dark hole that a poster stands in: no clip is quite of its shape."""
    apart = ImageChops.difference(picture.convert("RGB"), Image.new("RGB", picture.size, HOLE)).convert("L")
    return sum(apart.histogram()[:3]) > 300


async def with_poster(press: Callable[[], Awaitable[Answer]]) -> tuple[Image.Image, str]:
    """As `drawn`; a clip that was posted this very moment is asked for again."""
    for _ in range(20):
        picture, told = await drawn(await press())
        if shows_poster(picture):
            break
        await asyncio.sleep(0.2)
    assert shows_poster(picture)
    return picture, told


def made_up(message: Message, custom_id: str, label: str = "Tree") -> Message:
    """The message with a button whose id somebody made up."""
    message.components[0]["components"][0].update(label=label, custom_id=custom_id)
    return message


async def test_a_clip_and_its_variations(studio: Studio) -> None:
    _, first = await make(studio, studio.ana, studio.channel, "A paper boat drifts at night")
    alone, told = await with_poster(lambda: press_more(studio.ana, first, "Tree"))
    assert told == "A family of 1: 1 A paper boat drifts at night"
    bea = studio.member("Bea")
    form = await bea.press(first, "Change")
    changed = card_of(await bea.submit(form, prompt="A paper boat drifts at dawn"))
    second = await studio.hears(changed, "Done in")
    again = card_of(await studio.ana.press(second, "Again"))
    await studio.hears(again, "Done in")
    shown = await show(studio.member("Cem"), studio.add_channel("other"), id_of(changed))
    assert shown.message and labels(shown.message) == ["Tree", "Report"]
    picture, told = await tree_of(studio.ana, shown.message)
    assert told == (
        "A family of 3: 1 A paper boat drifts at night; 2 A paper boat drifts at dawn; 3 A paper boat drifts at dawn"
    )
    assert picture.width > alone.width and shows_poster(picture)
    # in the language of whoever presses; also after a restart
    await studio.restart()
    _, told = await drawn(await press_more(studio.member("Zoe", locale="de"), first, "Stammbaum"))
    assert told.startswith("Ein Stammbaum mit 3: 1 A paper boat drifts at night")


async def made_of(studio: Studio, card: Message, where: Channel, prompt: str) -> tuple[Message, Message]:
    """Ana's next clip of another one, in a channel of her choice; its card, and the message with its clip."""
    _, other = await make(studio, studio.ana, where, "Something else")
    form = await studio.ana.press(made_up(other, f"change:{id_of(card)}", "Change it"), "Change it")
    made = card_of(await studio.ana.submit(form, prompt=prompt))
    return made, await studio.hears(made, "Done in")


async def test_of_a_channel_that_somebody_cannot_see_only_the_place_is_left(studio: Studio) -> None:
    bea = studio.member("Bea")
    card, first = await make(studio, studio.ana, studio.channel, "A kite")
    secret = hide(studio, studio.add_channel("secret"), studio.ana)
    hidden, _ = await made_of(studio, card, secret, "A hidden treasure")
    _, third = await made_of(studio, hidden, studio.channel, "A red kite")
    _, told = await drawn(await press_more(studio.ana, third, "Tree"))
    assert told == "A family of 3: 1 A kite; 2 A hidden treasure; 3 A red kite"
    # who cannot see it learns that there is one, and nothing of it
    _, told = await drawn(await press_more(bea, third, "Tree"))
    assert told == "A family of 3: 1 A kite; 2 – not shown here; 3 A red kite"
    # nor by an id that somebody made up
    for subject in (id_of(hidden), "nobody"):
        answer = await bea.press(made_up(first, f"tree:{subject}"), "Tree")
        assert is_unknown(answer) and answer.message and not answer.message.attachments


async def test_a_clip_that_is_gone_or_hidden_has_no_poster_and_the_rest_is_there(studio: Studio) -> None:
    card, done = await make(studio, studio.ana, studio.channel, "A kite")
    shown, _ = await with_poster(lambda: press_more(studio.ana, done, "Tree"))
    await studio.member("Mo", moderator=True).delete(done)
    _, other = await make(studio, studio.ana, studio.channel, "Another")
    without, told = await tree_of(studio.ana, made_up(other, f"tree:{id_of(card)}"))
    assert told == "A family of 1: 1 A kite" and not shows_poster(without) and without.size == shown.size
    hidden = Upload.named("SPOILER_boat.jpg", pictures.jpeg())
    veiled = card_of(await studio.ana.run(studio.channel, "video", prompt="A surprise", image=hidden))
    surprise = await studio.hears(veiled, "Done in")
    await show(studio.ana, studio.channel, id_of(veiled))
    without, told = await drawn(await press_more(studio.ana, surprise, "Tree"))
    assert told == "A family of 1: 1 A surprise" and not shows_poster(without)
    # one that was taken back is in no family any more
    asks = await press_more(studio.ana, surprise, "Delete")
    assert asks.message
    await studio.ana.press(asks.message, "Delete for everybody")
    await wait_for(lambda: surprise.deleted, what="the clip to go")
    assert is_unknown(await studio.ana.press(made_up(other, f"tree:{id_of(veiled)}"), "Tree"))


async def test_an_idea_of_two_with_takes_votes_and_a_winner(studio: Studio) -> None:
    thread, board = await in_takes(studio)
    await lead(studio.ana, board, "ideas")
    bea = studio.member("Bea")
    await wait_for(lambda: "Add idea" in labels(board), what="the button")
    assert "Idea 2" in await add(bea, board, "A dog in the rain", title="Dog")
    await shows(board, "Dog")
    picks = await opened_by(studio.ana, board, "Combine")
    await studio.ana.choose(picks, "Pick an idea", "1")
    form = await studio.ana.choose(picks, "Pick an idea", "2")
    assert "Idea 3" in await heard(await studio.ana.submit(form, title="Both"))
    await lead(studio.ana, board, "vote")
    await shows(board, r"\*\*Vote\.\*\*")
    await vote(bea, board, 3)
    await lead(studio.ana, board, "takes")
    await shows(board, r"Both\*\* · Ana · 1 vote · ★ won")
    _, told = await tree_of(bea, await sheet_of(bea, board, 1))
    assert told == "A family of 3: 1 Boat; 2 Dog; 3 Both ★"

    sheet = await planned(studio.ana, board, models=[SORA, VEO])
    assert "Both" in str(sheet.embeds)
    await sent(studio.ana, sheet)
    call = await compared(thread)
    batch = await lines_of(thread, "watch it")
    more = await studio.ana.press(await opened(studio.ana, batch, 2), "Again")
    again = card_of(more)
    await studio.hears(again, "Done in")
    mine = await studio.ana.press(call, "Vote")
    assert mine.message
    await studio.ana.choose(mine.message, "Which one is the best?", "2")
    await studio.ana.press(mine.message, "End the vote")
    await lines_of(thread, "★ Take 2 won")
    picture, told = await tree_of(bea, await sheet_of(bea, board, 3))
    assert "A family of 6: 1 Boat; 2 Dog; 3 Both ★; T1 Take 1; T2 Take 2 ★; T2.1 " in told
    assert shows_poster(picture)
    # the same from the card of a take
    card = await opened(bea, batch, 1)
    assert "Tree" in labels(card)
    _, told = await tree_of(bea, card)
    assert "A family of 6: 1 Boat" in told
    # of another place nobody gets anything by a made-up id
    _, elsewhere = await make(studio, bea, studio.add_channel("other"), "A kite")
    buttons = [one for row in card.components for one in row["components"]]
    [tree_id] = [one["custom_id"] for one in buttons if one["label"] == "Tree"]
    refused = await bea.press(made_up(elsewhere, tree_id), "Tree")
    assert refused.ephemeral and refused.message and not refused.message.attachments


async def test_a_withdrawn_idea_has_no_tree_and_blind_takes_keep_their_models(studio: Studio) -> None:
    thread, board = await in_takes(studio)
    sheet = await planned(studio.ana, board, models=[SORA, VEO])
    await studio.ana.press(sheet, "Hide which model is which")
    await sent(studio.ana, sheet)
    batch = await lines_of(thread, "watch it", "told after the vote")
    await compared(thread)
    card = await opened(studio.ana, batch, 1)
    _, told = await tree_of(studio.ana, card)
    assert told == "A family of 3: 1 Boat; T1 Take 1; T2 Take 2"
    await lead(studio.ana, board, "ideas")
    sheet = await sheet_of(studio.ana, board, 1)
    await studio.ana.press(await sheet_of(studio.ana, board, 1), "Withdraw")
    answer = await studio.ana.press(sheet, "Tree")
    assert answer.ephemeral and answer.message and "withdrawn" in answer.message.content


@pytest.mark.settings(DIRECT="all")
async def test_in_direct_messages_too(studio: Studio) -> None:
    _, done = await make(studio, studio.ana, studio.ana.direct, "Mine in private")
    _, told = await with_poster(lambda: press_more(studio.ana, done, "Tree"))
    assert told == "A family of 1: 1 Mine in private"
