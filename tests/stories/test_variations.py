"""Buttons on results: they repeat, change, continue and delete, alive after a restart."""

import asyncio
import io

import av
import pytest
from PIL import Image, ImageChops, ImageStat

from sandbox.discord import Message, Upload
from sandbox.driver import Answer, Member, wait_for
from tests.stories.conftest import Studio, card_of, card_text
from tests.stories.test_main_job import photo

PROMPT = "A paper boat drifts"


async def finished(studio: Studio, **options: object) -> tuple[Message, Message]:
    """A card, and the message with its clip."""
    card = card_of(await studio.ana.run(studio.channel, "video", prompt=PROMPT, **options))
    return card, await studio.hears(card, "Done in")


async def press_more(member: Member, result: Message, button: str) -> Answer:
    """Press one of those that only the presser sees."""
    opened = await member.press(result, "More")
    assert opened.ephemeral and opened.message
    return await member.press(opened.message, button)


def labels(message: Message | None) -> list[str]:
    return [one["label"] for row in (message.components if message else []) for one in row["components"]]


async def test_a_result_has_its_buttons_and_each_makes_a_job_of_its_own(studio: Studio) -> None:
    card, result = await finished(studio, seconds=8, size="1280x720")
    bea = studio.member("Bea")
    again = card_of(await bea.press(result, "Again"))
    assert again.channel is result.channel
    assert "asked by Bea" in card_text(again) and f"/{card.id})" in card_text(again)
    done = await studio.hears(again, "Done in")
    assert done.pinged == [bea.user] and "8 s, 1280×720" in done.content
    longer = card_of(await press_more(bea, done, "Longer"))
    assert "12 s · 1280×720" in card_text(longer)
    shorter = card_of(await press_more(bea, result, "Shorter"))
    assert "4 s · 1280×720" in card_text(shorter)
    for one in (longer, shorter):
        await studio.hears(one, "Done in")
    assert studio.vendor.ledger.charged == 4


async def test_buttons_work_after_a_restart(studio: Studio) -> None:
    _, result = await finished(studio)
    await studio.restart()
    again = card_of(await studio.ana.press(result, "Again"))
    await studio.hears(again, "Done in")
    assert studio.vendor.ledger.charged == 2


async def test_change_shows_everything_as_it_was(studio: Studio) -> None:
    image = Upload(name="beach.jpg", data=photo(1600, 900), content_type="image/jpeg")
    _, result = await finished(studio, seconds=8, image=image)
    form = await studio.ana.press(result, "Change")
    assert form.modal
    prompt, model, length, size, file = (label["component"] for label in form.modal["components"])
    assert prompt["value"] == PROMPT
    chosen = [next(o["value"] for o in one["options"] if o.get("default")) for one in (model, length, size)]
    assert chosen == ["sora-2-pro", "8", "1280x720"]
    assert file["type"] == 19 and not file["required"]
    await studio.restart()
    card = card_of(await studio.ana.submit(form, prompt="A paper boat sinks", seconds="12"))
    await studio.hears(card, "Done in")
    [task] = studio.vendor.ledger.by_prompt("A paper boat sinks")
    assert (task.seconds, task.size) == (12, (1280, 720))
    assert task.picture and Image.open(io.BytesIO(task.picture)).size == (1280, 720)


async def test_another_picture_brings_its_own_shape(studio: Studio) -> None:
    image = Upload(name="beach.jpg", data=photo(1600, 900), content_type="image/jpeg")
    _, result = await finished(studio, image=image)
    form = await studio.ana.press(result, "Change")
    other = Upload(name="tower.jpg", data=photo(900, 1600), content_type="image/jpeg")
    card = card_of(await studio.ana.submit(form, prompt="The tower", file=other))
    await studio.hears(card, "Done in")
    assert studio.vendor.ledger.by_prompt("The tower")[0].size == (720, 1280)


async def test_a_change_that_breaks_a_rule_is_kept_and_can_be_edited(studio: Studio) -> None:
    _, result = await finished(studio)
    form = await studio.ana.press(result, "Change")
    long = "A paper boat " + "drifts " * 300
    refused = await studio.ana.submit(form, prompt=long)
    assert refused.ephemeral and refused.message and "characters" in refused.message.content
    await studio.restart()
    form = await studio.ana.press(refused.message, "Edit")
    assert form.modal and form.modal["components"][0]["component"]["value"].strip() == long.strip()
    card = card_of(await studio.ana.submit(form, prompt="Short now"))
    await studio.hears(card, "Done in")
    again = await studio.ana.press(refused.message, "Edit")
    assert again.ephemeral and again.message and "sent already" in again.message.content
    assert studio.vendor.ledger.charged == 2


async def test_other_shape_and_other_model(studio: Studio) -> None:
    _, result = await finished(studio, seconds=8, size="1280x720")
    asked = await press_more(studio.ana, result, "Other shape")
    assert asked.ephemeral and asked.message
    card = card_of(await studio.ana.choose(asked.message, "Which shape?", "720x1280"))
    assert "8 s · 720×1280" in card_text(card)
    asked = await press_more(studio.ana, result, "Other model")
    assert asked.message
    other = card_of(await studio.ana.choose(asked.message, "Which model?", "sora-2"))
    assert "Sora 2 · 8 s · 1280×720" in card_text(other)
    for one in (card, other):
        await studio.hears(one, "Done in")


async def test_continue_starts_where_the_clip_ended(studio: Studio) -> None:
    _, result = await finished(studio, seconds=4, size="1280x720")
    form = await studio.ana.press(result, "Continue from last frame")
    await studio.restart()
    card = card_of(await studio.ana.submit(form, prompt="It reaches the drain"))
    assert [one.filename for one in card.attachments] == ["picture.jpg"]
    await studio.hears(card, "Done in")
    [task] = studio.vendor.ledger.by_prompt("It reaches the drain")
    assert task.picture and task.size == (1280, 720)
    [clip] = result.attachments
    with av.open(io.BytesIO(clip.data), mode="r") as video:
        frames = list(video.decode(video=0))
    last = frames[-1].to_image()  # type: ignore[no-untyped-call]
    first = frames[0].to_image()  # type: ignore[no-untyped-call]
    sent = Image.open(io.BytesIO(task.picture)).convert("RGB")
    assert distance(sent, last) < 8
    assert distance(sent, last) < distance(sent, first)


def distance(one: Image.Image, other: Image.Image) -> float:
    return sum(ImageStat.Stat(ImageChops.difference(one, other.resize(one.size))).mean) / 3


async def test_of_a_clip_that_is_given_as_a_picture_the_last_frame_is_taken(studio: Studio) -> None:
    _, result = await finished(studio, seconds=4, size="1280x720")
    [clip] = result.attachments
    image = Upload(name="clip.mp4", data=clip.data, content_type="video/mp4")
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="It goes on", image=image))
    await studio.hears(card, "Done in")
    [task] = studio.vendor.ledger.by_prompt("It goes on")
    assert task.picture and task.size == (1280, 720)


async def test_delete_is_for_the_asker_and_moderators_and_takes_everything(studio: Studio) -> None:
    image = Upload(name="beach.jpg", data=photo(1600, 900), content_type="image/jpeg")
    card, result = await finished(studio, image=image)
    bea = studio.member("Bea")
    assert labels(result) == ["Again", "Change", "Continue from last frame", "More"]
    opened = await bea.press(result, "More")
    assert labels(opened.message) == ["Longer", "Other shape", "Other model", "Tree", "Report"]
    await studio.restart()
    moderator = studio.member("Mod", moderator=True)
    asked = await press_more(moderator, result, "Delete")
    assert asked.ephemeral and asked.message and not result.deleted
    await moderator.press(asked.message, "Delete for everybody")
    await wait_for(lambda: result.deleted, what="the clip to go")
    await wait_for(lambda: "Taken back" in card_text(card), what="the card to say so")
    assert PROMPT not in card_text(card) and not card.attachments
    await studio.restart()
    assert "Taken back" in card_text(card)
    assert len([m for m in studio.about(card) if "Done in" in m.content]) == 0


async def test_a_failed_job_can_be_changed_and_sent_again(studio: Studio) -> None:
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A celebrity waves"))
    told = await studio.hears(card, "refused this")
    form = await studio.ana.press(told, "Change")
    again = card_of(await studio.ana.submit(form, prompt="A puppet waves"))
    await studio.hears(again, "Done in")


@pytest.mark.settings(MAX_ACTIVE="1")
async def test_pressing_the_same_event_twice_makes_one_job(studio: Studio) -> None:
    _, result = await finished(studio)
    studio.discord.faults.duplicate_next_interaction()
    again = card_of(await studio.ana.press(result, "Again"))
    await studio.hears(again, "Done in")
    assert studio.vendor.ledger.charged == 2


async def test_buttons_that_were_posted_before_keep_working(studio: Studio) -> None:
    """Eight stood under each result, with ids of another shape; a card knew its job by one, too."""
    _, result = await finished(studio, seconds=8, size="1280x720")
    [row] = result.components
    job_id = row["components"][0]["custom_id"].split(":")[1]
    before = {"Again": "repeat", "Longer": "longer", "Other shape": "shape", "Delete": "delete"}
    for button, (label, verb) in zip(row["components"], before.items(), strict=True):
        button.update(label=label, custom_id=f"job:{job_id}:{verb}")
    longer = card_of(await studio.ana.press(result, "Longer"))
    assert "12 s" in card_text(longer)
    asked = await studio.ana.press(result, "Other shape")
    assert asked.message and "Which shape?" in asked.message.content
    refused = await studio.member("Bea").press(result, "Delete")
    assert refused.message and f"Only {studio.ana.mention} and moderators" in refused.message.content
    await studio.hears(longer, "Done in")
    assert studio.vendor.ledger.charged == 2


async def test_a_button_that_nobody_knows_is_answered(studio: Studio) -> None:
    _, result = await finished(studio)
    result.components[0]["components"][0]["custom_id"] = "destroy:abc"
    told = await studio.ana.press(result, "Again")
    assert told.ephemeral and told.message and "do not know this button" in told.message.content


async def test_a_button_pressed_three_times_in_a_moment_makes_one_job(studio: Studio) -> None:
    _, result = await finished(studio)
    answers = await asyncio.gather(*(studio.ana.press(result, "Again") for _ in range(3)))
    [made] = [answer for answer in answers if not answer.ephemeral]
    told = [answer.message.content for answer in answers if answer.ephemeral and answer.message]
    assert len(told) == 2 and all("a moment ago" in each and "press again" in each for each in told)
    bea = card_of(await studio.member("Bea").press(result, "Again"))
    for card in (card_of(made), bea):
        await studio.hears(card, "Done in")
    assert studio.vendor.ledger.charged == 3
