"""What models take beside the usual, pictures to end on and to look like, settings: asked for, kept, inherited."""

import contextlib
import sqlite3

import pytest

from sandbox.discord import Message
from sandbox.driver import Answer, Upload, wait_for
from sandbox.mulerun import Task
from tests import pictures
from tests.bot.looks import decode, shows_quarters
from tests.bot.test_refused_pictures import scene
from tests.pictures import encode
from tests.stories.conftest import Studio, card_of, card_text, told
from tests.stories.reviewing import database, note_text, question
from tests.stories.rules import set_rules
from tests.stories.test_moderate import moderator
from tests.stories.test_ways_in import mention

VEO = "/vendors/google/v1/veo-3.1/generation"
REFERENCES = "/vendors/bytedance/v1/seedance-2.0/reference-to-video/generation"
START = Upload.named("start.jpg", pictures.jpeg((1600, 900)))
END = Upload.named("end.png", pictures.png((900, 900)))
FOX, DEN = Upload.named("fox.jpg", pictures.jpeg((3000, 1500))), Upload.named("den.png", pictures.png((400, 600)))


def the_task(studio: Studio, prompt: str) -> Task:
    tasks = studio.vendor.ledger.by_prompt(prompt)
    assert len(tasks) == 1, tasks
    return tasks[0]


def shown(answer: Answer) -> Message:
    """A review, which its author alone sees."""
    assert answer.failed is None and answer.message and answer.ephemeral, answer
    return answer.message


def further_rows(studio: Studio) -> list[tuple[str, bool, bool, bool]]:
    """Each further picture of a job: its slot; whether its link, what was given, and what is sent are kept."""
    query = "SELECT slot, url IS NOT NULL, given IS NOT NULL, fitted IS NOT NULL FROM further_pictures ORDER BY slot"
    with contextlib.closing(sqlite3.connect(database(studio))) as rows:
        return [(slot, bool(url), bool(given), bool(fitted)) for slot, url, given, fitted in rows.execute(query)]


# --- a picture to end on


async def test_a_clip_may_end_on_a_picture_and_so_does_what_is_made_from_it(studio: Studio) -> None:
    given = {"model": "veo-3.1", "image": START, "last_image": END}
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A fox comes home", **given))
    assert "ends on a picture" in card_text(card)
    done = await studio.hears(card, "Done in")
    task = the_task(studio, "A fox comes home")
    [last] = map(decode, task.pictures["last_frame"])
    assert (task.model, last.format, last.size) == (VEO, "JPEG", (1280, 720))
    # what was sent served its purpose; what was given is used again
    assert further_rows(studio) == [("last", False, True, False)]

    await studio.restart()
    again = card_of(await studio.ana.press(done, "Again"))
    assert "ends on a picture" in card_text(again)
    await studio.hears(again, "Done in")
    _, second = studio.vendor.ledger.by_prompt("A fox comes home")
    assert second.pictures == task.pictures

    # said in reply it is the same with more words; what goes on from the end of a clip ends elsewhere
    await studio.ana.say(done.channel, mention(studio, "in snow"), reply_to=done)
    form = await studio.ana.press(done, "Continue from last frame")
    went_on = card_of(await studio.ana.submit(form, Prompt="It sleeps"))
    assert "ends on a picture" not in card_text(went_on)
    await studio.hears(went_on, "Done in")
    assert list(the_task(studio, "It sleeps").pictures) == ["image"]
    await wait_for(lambda: studio.vendor.ledger.by_prompt("in snow"), what="the reply to be sent")
    assert the_task(studio, "in snow").pictures == task.pictures


@pytest.mark.clocks({"bot.actions.pictures:READ_BUDGET": 0.3})
async def test_a_last_picture_that_is_slow_is_read_later_also_after_a_restart(studio: Studio) -> None:
    studio.discord.faults.slow(r"ephemeral-attachments", seconds=1)
    given = {"model": "kling-v3", "last_image": END}
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A fox at last", **given))
    assert "Reading the picture" in card_text(card)
    await studio.restart()
    await studio.hears(card, "Done in")
    task = the_task(studio, "A fox at last")
    assert task.model.endswith("/kling-v3/image-to-video/generation")
    # with nothing to start from its shape chose the size
    assert task.picture is None and decode(task.pictures["last_frame"][0]).size == (720, 720)


NO_PICTURE = Upload.named("end.png", b"<svg></svg>")
REFUSED: list[tuple[dict[str, object], str]] = [
    ({"last_image": END}, "Sora 2 Pro takes no picture to end on; these do: Veo 3.1, Seedance 2.0"),
    ({"last_image": END, "model": "veo-3.1"}, "Veo 3.1 ends on a picture only where it starts from one"),
    ({"last_image": Upload.named("dot.png", pictures.png((20, 20))), "model": "kling-v3"}, "too small"),
    ({"last_image": NO_PICTURE, "model": "kling-v3"}, "A video starts from"),
]


async def test_a_last_picture_that_cannot_be_taken_is_refused_before_anything_is_spent(studio: Studio) -> None:
    for options, words in REFUSED:
        answer = await studio.ana.run(studio.channel, "video", prompt="A fox", **options)
        assert words in told(answer) and "A fox" in told(answer)
    assert studio.vendor.ledger.visits == [] and further_rows(studio) == []


async def test_models_that_take_no_last_picture_are_not_suggested_with_one(studio: Studio) -> None:
    choices = await studio.ana.autocomplete(studio.channel, "video", "model", "", last_image=END)
    assert [choice["value"] for choice in choices] == ["veo-3.1", "seedance-2.0", "seedance-2.0-fast", "kling-v3"]


# --- the composer


async def test_a_composed_wish_has_whatever_its_model_takes_and_change_keeps_it(studio: Studio) -> None:
    ana = studio.ana
    review = shown(await ana.submit(await ana.run(studio.channel, "compose"), Subject="Two foxes"))
    assert "More settings" not in str(review.components) and "More pictures" not in str(review.components)
    await ana.choose(review, "Model", "Wan 2.6")
    assert "More pictures" not in str(review.components)
    fields = {"Not to be seen": "snow, <@1>", "Seed": "42", "Sound": "without sound", "Shots": "several shots"}
    await ana.submit(await ana.press(review, "More settings"), **fields)
    assert "without sound · several shots · seed 42 · not to be seen: “snow" in note_text(review)

    await ana.choose(review, "Model", "Seedance 2.0")
    assert "Left out, since Seedance 2.0 does not take it: what is not to be seen and the shots." in note_text(review)
    await studio.restart()
    await ana.submit(await ana.press(review, "More pictures"), **{"Pictures to look like": [FOX, DEN]})
    assert "2 pictures to look like · without sound · seed 42" in note_text(review)
    form = await ana.press(review, "More settings")
    assert form.modal and [label["label"] for label in form.modal["components"]] == ["Seed", "Sound"]

    card = card_of(await ana.press(review, "Send"))
    assert "2 pictures to look like · without sound · seed 42\nLeft out, since Seedance 2.0" in card_text(card)
    done = await studio.hears(card, "Done in")
    task = the_task(studio, "Two foxes")
    assert (task.model, task.said["seed"], task.said["generate_audio"]) == (REFERENCES, 42, False)
    assert [decode(each).size for each in task.pictures["images"]] == [(2048, 1024), (400, 600)]
    assert shows_quarters(decode(task.pictures["images"][0]))

    changed = shown(await ana.submit(await ana.press(done, "Change"), Prompt="Three foxes"))
    assert "2 pictures to look like · without sound · seed 42" in note_text(changed)
    assert done.content and "Done in" in done.content
    card = card_of(await ana.press(changed, "Send"))
    await studio.hears(card, "Done in")
    second = the_task(studio, "Three foxes")
    assert second.pictures == task.pictures and second.said == {**task.said, "prompt": "Three foxes"}


async def test_what_was_set_can_be_taken_back_before_it_is_sent(studio: Studio) -> None:
    ana = studio.ana
    given = {"model": "veo-3.1", "image": START, "last_image": END}
    done = await studio.hears(
        card_of(await ana.run(studio.channel, "video", prompt="A fox comes home", **given)), "Done in"
    )
    review = shown(await ana.submit(await ana.press(done, "Change"), Prompt="A fox leaves"))
    assert "With a picture." in note_text(review) and "ends on a picture" in note_text(review)
    assert "references" not in note_text(review)
    form = await ana.press(review, "More pictures")
    await ana.submit(form, **{"To be left out again": ["A picture to end on"], "Pictures to look like": FOX})
    assert "ends on a picture" not in note_text(review) and "1 picture to look like" in note_text(review)
    assert "takes either pictures to look like, or" in told(await ana.press(review, "Send"))
    await ana.press(review, "No picture")
    await ana.submit(await ana.press(review, "More settings"), **{"Not to be seen": "people"})
    await ana.submit(await ana.press(review, "More settings"), **{"Not to be seen": "snow"})
    await studio.hears(card_of(await ana.press(review, "Send")), "Done in")
    task = the_task(studio, "A fox leaves")
    assert list(task.pictures) == ["reference_images"] and task.said["negative_prompt"] == "snow"


async def test_a_form_that_cannot_be_taken_says_why_and_leaves_the_review_as_it_was(studio: Studio) -> None:
    ana = studio.ana
    review = shown(await ana.submit(await ana.run(studio.channel, "compose"), Subject="A fox"))
    await ana.choose(review, "Model", "Seedance 2.0")
    before = note_text(review)
    assert "A seed is a whole number" in told(await ana.submit(await ana.press(review, "More settings"), Seed="-1"))
    form = await ana.press(review, "More pictures")
    assert "A video starts from a picture" in told(await ana.submit(form, **{"A picture to end on": NO_PICTURE}))
    assert note_text(review) == before
    await ana.submit(await ana.press(review, "More settings"), Seed="4294967296")
    assert "takes seeds from 0 to 4,294,967,295" in told(await ana.press(review, "Send"))
    assert studio.vendor.ledger.charged == 0


async def test_each_line_of_a_prompt_may_be_a_shot(studio: Studio) -> None:
    ana = studio.ana
    card = card_of(await ana.run(studio.channel, "video", prompt="A fox", model="kling-v3"))
    done = await studio.hears(card, "Done in")
    lines = "2 s: A fox wakes up.\nIt listens.\n1: It runs."
    review = shown(await ana.submit(await ana.press(done, "Change"), Prompt=lines))
    await ana.submit(await ana.press(review, "More settings"), Shots="a shot for each line")
    await studio.hears(card_of(await ana.press(review, "Send")), "Done in")
    task = the_task(studio, "It listens")
    shots = [("A fox wakes up.", 2), ("It listens.", 2), ("It runs.", 1)]
    assert task.said["multi_prompt"] == [{"prompt": words, "duration": seconds} for words, seconds in shots]
    assert (task.said["prompt"], task.said["multi_shot"], task.seconds) == (None, "true", 5)


async def test_a_model_that_takes_nothing_more_is_as_simple_as_ever(studio: Studio) -> None:
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A fox"))
    done = await studio.hears(card, "Done in")
    card_of(await studio.ana.submit(await studio.ana.press(done, "Change"), Prompt="A hare"))


# --- what holds for the first picture holds for all


async def test_a_further_picture_that_is_refused_is_refused_in_any_slot(studio: Studio) -> None:
    def drawn(size: tuple[int, int] = (900, 600)) -> Upload:
        return Upload.named("scene.png", encode(scene(1).resize(size), "PNG"))

    review, mo = studio.add_channel("review"), moderator(studio)
    set_rules(studio, {"review": {"before_sending": "pictures", "channel": str(review.id)}})
    given = {"model": "kling-v3", "last_image": drawn()}
    card_of(await studio.ana.run(studio.channel, "video", prompt="A scene", **given))
    note = await question(review, "A scene")
    assert "ends on a picture" in note_text(note)
    # moderators see it
    [picture] = note.attachments
    assert decode(await mo.download(picture.url)).size == (240, 160)
    assert "whatever looks like it, is refused" in await answered(
        await mo.submit(await mo.press(note, "Refuse this picture"))
    )
    await mo.submit(await mo.press(note, "Deny"))
    again = await studio.ana.run(
        studio.channel, "video", prompt="A scene", **{**given, "last_image": drawn((600, 400))}
    )
    assert "list of refused pictures" in told(again)
    composed = shown(await studio.ana.submit(await studio.ana.run(studio.channel, "compose"), Subject="A scene"))
    await studio.ana.choose(composed, "Model", "Seedance 2.0")
    form = await studio.ana.press(composed, "More pictures")
    await studio.ana.submit(form, **{"Pictures to look like": [FOX, drawn()]})
    assert "list of refused pictures" in told(await studio.ana.press(composed, "Send"))
    assert studio.vendor.ledger.charged == 0

    # a moderator who writes the prompt anew leaves everything else as it was asked for
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A riot", **{**given, "last_image": END}))
    await mo.submit(await mo.press(await question(review, "A riot"), "Edit"), prompt="A picnic")
    await studio.hears(card, "Done in")
    task = the_task(studio, "A picnic")
    assert list(task.pictures) == ["last_frame"] and "ends on a picture" in card_text(card)


async def test_words_that_a_server_blocks_are_blocked_in_what_is_not_to_be_seen(studio: Studio) -> None:
    set_rules(studio, {"blocked": ["blood"]})
    review = shown(await studio.ana.submit(await studio.ana.run(studio.channel, "compose"), Subject="A fox"))
    await studio.ana.choose(review, "Model", "Veo 3.1")
    await studio.ana.submit(await studio.ana.press(review, "More settings"), **{"Not to be seen": "no blood"})
    assert "A rule of this server about words" in told(await studio.ana.press(review, "Send"))


async def answered(answer: Answer) -> str:
    await wait_for(lambda: answer.message and answer.message.content, what="the answer")
    assert answer.message
    return answer.message.content
