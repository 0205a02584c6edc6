"""What a member hid stays hidden: no picture of it on a card, and its clip comes as a spoiler."""

from sandbox.discord import Message, Upload
from sandbox.driver import wait_for
from tests.stories.conftest import Studio, card_of, card_text
from tests.stories.test_main_job import photo
from tests.stories.test_review import clips_kept, clips_posted, written
from tests.stories.test_ways_in import PARTS, answer_to, mention


def hidden(name: str = "beach.jpg") -> Upload:
    return Upload(name=f"SPOILER_{name}", data=photo(1600, 900), content_type="image/jpeg")


async def stays_hidden(studio: Studio, card: Message) -> Message:
    """Wait for the clip of a card that never shows a picture."""
    done = await studio.hears(card, "Done in")
    assert [one.filename.startswith("SPOILER_") for one in done.attachments] == [True]
    await wait_for(lambda: "Done" in card_text(card), what="the card to be done")
    assert not any((card.attachments, *(version.attachments for version in card.versions)))
    shown = [card.embeds[0], *(version.embeds[0] for version in card.versions)]
    assert not any({"image", "thumbnail"} & embed.keys() for embed in shown)
    return done


async def test_by_command_by_again_and_by_what_goes_on_from_its_clip(studio: Studio) -> None:
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A secret", image=hidden()))
    result = await stays_hidden(studio, card)
    again = card_of(await studio.member("Bea").press(result, "Again"))
    form = await studio.ana.press(result, "Continue from last frame")
    for other in (again, card_of(await studio.ana.submit(form, prompt="It comes out"))):
        await stays_hidden(studio, other)
    assert all(task.picture for task in studio.vendor.ledger.tasks.values())


async def test_by_form(studio: Studio) -> None:
    shown = await studio.ana.submit(await studio.ana.run(studio.channel, "compose"), **PARTS)
    assert shown.message
    await studio.ana.submit(await studio.ana.press(shown.message, "Picture"), file=hidden())
    await studio.restart()
    result = await stays_hidden(studio, card_of(await studio.ana.press(shown.message, "Send")))
    form = await studio.ana.press(result, "Change")
    await stays_hidden(studio, card_of(await studio.ana.submit(form, prompt="Another", file=hidden("tower.jpg"))))


async def test_by_mention_though_it_is_read_late(studio: Studio) -> None:
    studio.discord.faults.slow(r"^/attachments", seconds=3)
    said = await studio.ana.say(studio.channel, mention(studio, "A secret"), files=[hidden()])
    card = await answer_to(studio, said, "A secret")
    assert "Reading the picture" in str(card.embeds[0]["description"])
    await stays_hidden(studio, card)


async def test_a_clip_that_was_posted_hidden_is_found_again(studio: Studio) -> None:
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A secret", image=hidden()))
    await stays_hidden(studio, card)
    await wait_for(lambda: not clips_kept(studio), what="the clip to be cleared from disk")
    await studio.bot.kill()
    # as if the bot had died between posting it and writing that down, longer ago than Discord remembers a nonce
    written(studio, "DELETE FROM posts WHERE key = 'completed'")
    written(studio, "UPDATE jobs SET shown = 'processing', settled = 0, status_since = status_since - 600")
    await studio.start()
    await wait_for(lambda: written(studio, "SELECT 1 FROM posts WHERE key = 'completed'"), what="the clip to be found")
    assert len(clips_posted(studio, card)) == 1
