"""What a review found: each story once ended badly."""

import asyncio
import contextlib
import re
import shutil
import sqlite3
from pathlib import Path

import pytest

from sandbox.discord import Message, Permissions, Window
from sandbox.driver import wait_for
from sandbox.mulerun import faults
from tests.stories.conftest import Studio, card_of, card_text
from tests.stories.test_command_line import KEY, run_bot

SHORT = pytest.mark.catalogue(longest=4, typical=[1, 2])
ENDLESS = pytest.mark.vendor(pending=0.2, processing=1000)


# --- what can be seen from outside the bot


def written(studio: Studio, query: str) -> list[tuple[object, ...]]:
    """Ask, or change, the bot's database."""
    with contextlib.closing(sqlite3.connect(studio.folder / "data" / "dailies.db")) as database:
        rows = database.execute(query).fetchall()
        database.commit()
        return rows


def clips_kept(studio: Studio) -> list[Path]:
    return list((studio.folder / "data" / "clips").glob("*.mp4"))


def clips_posted(studio: Studio, card: Message) -> list[Message]:
    return [message for message in studio.about(card) if message.attachments]


def looks(studio: Studio) -> int:
    return len([visit for visit in studio.vendor.ledger.visits if visit.method == "GET" and "/vendors/" in visit.path])


async def finish(studio: Studio) -> None:
    """Have the vendor finish what it works on."""
    studio.vendor.clock.skip(2000)
    await studio.vendor.ledger.until(lambda ledger: all(task.videos for task in ledger.tasks.values()))


async def given_up(studio: Studio) -> tuple[Message, Message]:
    """The card of a job of which the thread was told that it has no result, and that reply."""
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite"))
    return card, await studio.hears(card, "Still no result")


async def answered(studio: Studio, told: Message, button: str) -> str:
    """What Ana alone is told after pressing a button."""
    answer = await studio.ana.press(told, button)
    await wait_for(lambda: answer.message and answer.message.content, what=f"an answer to {button}")
    assert answer.ephemeral and answer.message
    return answer.message.content


# --- clips that came late, or that nobody took


@SHORT
@ENDLESS
async def test_a_clip_after_giving_up_is_posted_however_late_discord_takes_it(studio: Studio) -> None:
    card, told = await given_up(studio)
    studio.discord.faults.outage(True)
    await finish(studio)
    await wait_for(lambda: written(studio, "SELECT 1 FROM jobs WHERE status = 'completed'"), what="the clip to be here")
    await studio.bot.kill()
    # longer ago than Discord remembers a nonce: the history decides what was said, and giving up was not the clip
    written(studio, "UPDATE jobs SET status_since = status_since - 600")
    studio.discord.faults.outage(False)
    await studio.start()
    await studio.hears(card, "Done in")
    assert len(clips_posted(studio, card)) == 1
    await wait_for(lambda: not clips_kept(studio), what="the clip to be cleared from disk")
    await wait_for(lambda: "Done" in card_text(card) and not told.components, what="card and question to be settled")


@pytest.mark.vendor(pending=0.2, processing=2)
async def test_a_clip_that_no_place_takes_is_kept_until_one_does(studio: Studio) -> None:
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite"))
    await studio.hears(card, "Rendering")
    silenced = Permissions.SEND_MESSAGES | Permissions.SEND_MESSAGES_IN_THREADS
    studio.channel.set_overwrite(studio.guild.bot_role, deny=silenced)
    studio.discord.faults.answer_next(r"^/users/@me/channels$", method="POST", status=403, code=50007, times=None)
    await wait_for(lambda: "No venue takes the clip" in studio.bot.log, what="every place to be tried")
    assert clips_kept(studio) and not clips_posted(studio, card)
    await studio.bot.kill()
    studio.channel.set_overwrite(studio.guild.bot_role)
    studio.discord.faults.clear()
    await studio.start()
    assert (await studio.hears(card, "Done in")).attachments
    await wait_for(lambda: not clips_kept(studio), what="the clip to be cleared from disk")
    assert len(clips_posted(studio, card)) == 1
    assert studio.vendor.ledger.charged == 1


async def test_a_web_page_in_place_of_the_clip_does_not_lose_it(studio: Studio) -> None:
    studio.vendor.faults.next_downloads(faults.html())
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite"))
    assert (await studio.hears(card, "Done in|no video that I can use")).attachments
    assert not [text for text in studio.said(card) if "no video that I can use" in text]


async def test_a_clip_that_the_storage_has_only_later_is_posted_then(studio: Studio) -> None:
    """Three looks within some seconds were believed, and a clip that was paid for was given up."""
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="late clip"))
    assert (await studio.hears(card, "Done in")).attachments
    fetches = [visit.status for visit in studio.vendor.ledger.visits if "/results/" in visit.path]
    assert fetches[-1] == 200 and fetches.count(404) > 3


async def test_a_card_that_is_drawn_again_keeps_the_picture_of_its_clip(studio: Studio) -> None:
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite"))
    await studio.hears(card, "Done in")
    await wait_for(lambda: "image" in card.embeds[0], what="the picture")
    await wait_for(lambda: not list((studio.folder / "data" / "clips").iterdir()), what="the folder to be cleared")
    await studio.bot.kill()
    written(studio, "UPDATE jobs SET card_face = NULL, settled = 0")
    before = card.edited_at
    await studio.start()
    await wait_for(lambda: card.edited_at != before, what="the card to be drawn again")
    assert card.embeds[0]["image"]["url"] == "attachment://poster.jpg"
    assert [attachment.filename for attachment in card.attachments] == ["poster.jpg"]


LOST = {"without a video": "sent no video", "dead link": "link was dead", "broken clip": "no video that I can use"}


@pytest.mark.parametrize(("prompt", "words"), LOST.items())
async def test_a_clip_that_is_never_to_be_had_is_told_in_the_end_and_can_be_looked_for(
    studio: Studio, prompt: str, words: str
) -> None:
    card = card_of(await studio.ana.run(studio.channel, "video", prompt=prompt))
    late = "SELECT 1 FROM jobs WHERE status = 'processing' AND wait = 'clip_late'"
    await wait_for(lambda: written(studio, late), what="the clip to be found late")
    assert [text for text in studio.said(card) if words in text] == [], "it was believed at once"
    written(studio, "UPDATE jobs SET waiting_since = waiting_since - 3700")
    told = await studio.hears(card, words)
    assert "most likely charged" in told.content and told.pinged == [studio.ana.user]
    assert not told.attachments and not clips_kept(studio)
    assert "clip is not to be had yet" in await answered(studio, told, "Look now")
    assert written(studio, late), "somebody asked, so it is tried again"
    if prompt == "dead link":
        await wait_for(lambda: "Made · its clip is not to be had yet" in card_text(card), what="the card to tell of it")


async def test_who_doubts_a_failure_can_look_again(studio: Studio) -> None:
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="provider outage"))
    told = await studio.hears(card, "could not finish this")
    assert "still says that it failed" in await answered(studio, told, "Look now")
    [task] = studio.vendor.ledger.tasks.values()
    task.error.clear()
    studio.vendor.ledger.enter(task, "processing")
    assert "not done with it yet" in await answered(studio, told, "Look now")
    assert written(studio, "SELECT 1 FROM jobs WHERE status = 'processing' AND reason IS NULL")
    assert studio.vendor.ledger.charged == 1


async def test_what_the_vendor_refused_is_not_offered_to_be_looked_at(studio: Studio) -> None:
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A celebrity waves"))
    told = await studio.hears(card, "refused this")
    assert "Look now" not in str(told.components)


# --- asking again


@SHORT
@pytest.mark.vendor(pending=0.2, processing=1)
async def test_an_outage_past_the_longest_time_is_told_and_the_clip_still_comes(studio: Studio) -> None:
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite"))
    await studio.hears(card, "Sent to")
    studio.vendor.faults.outage = True
    told = await studio.hears(card, "Still no result")
    assert told.pinged == [studio.ana.user]
    studio.vendor.faults.outage = False
    assert "There is news" in await answered(studio, told, "Look now")
    assert (await studio.hears(card, "Done in")).attachments


@SHORT
@ENDLESS
async def test_a_vendor_that_does_not_answer_a_look_is_no_vendor_that_still_works(studio: Studio) -> None:
    _, told = await given_up(studio)
    studio.vendor.faults.outage = True
    assert "does not answer" in await answered(studio, told, "Look now")
    studio.vendor.faults.outage = False
    assert "not done with it yet" in await answered(studio, told, "Look now")


@pytest.mark.catalogue(longest=6, typical=[1, 2])
@ENDLESS
async def test_many_who_press_at_once_make_one_look(studio: Studio) -> None:
    card, told = await given_up(studio)
    await finish(studio)
    before = looks(studio)
    studio.vendor.faults.next_looks(faults.slow(1))
    answers = await asyncio.gather(*(answered(studio, told, "Look now") for _ in range(5)))
    assert answers == ["There is news."] * 5
    assert looks(studio) == before + 1
    assert (await studio.hears(card, "Done in")).attachments
    await wait_for(lambda: "Done" in card_text(card), what="the card to be done")
    assert len(clips_posted(studio, card)) == 1


# --- the start


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"DATA_DIR": "blocked/inside"}, "DATA_DIR"),
        ({"DATA_DIR": "blocked"}, "DATA_DIR"),
        ({"MULERUN_BASE_URL": "http://[::1"}, "MULERUN_BASE_URL"),
        ({"DATABASE_URL": "postgresql://ana:secret@127.0.0.1:abc/dailies"}, "DATABASE_URL"),
    ],
)
async def test_a_setting_that_cannot_be_used_is_one_line(
    tmp_path: Path, environment: dict[str, str], named: str
) -> None:
    (tmp_path / "blocked").write_text("a file where a folder should be")
    plain = {"DISCORD_TOKEN": "t", "DISCORD_API_URL": "http://127.0.0.1:9", "MULERUN_API_KEY": KEY}
    code, out, err = await run_bot(tmp_path, {**plain, **environment})
    assert (code, out, len(err.strip().splitlines())) == (2, "", 1), err
    assert err.startswith(named) and "secret" not in err


async def test_an_env_file_that_is_no_text_is_one_line(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes("DISCORD_TOKEN=t\nMULERUN_API_KEY=clé".encode("latin-1"))
    code, out, err = await run_bot(tmp_path, {})
    assert (code, out, len(err.strip().splitlines())) == (2, "", 1), err
    assert ".env" in err and "UTF-8" in err


async def test_a_discord_that_has_a_bad_minute_at_the_start_is_waited_for(studio: Studio) -> None:
    assert await studio.bot.stop() == 0
    shutil.rmtree(studio.folder / "data")
    studio.discord.state.commands.clear()
    studio.discord.faults.answer_next(r"^/users/@me$", method="GET", status=503, times=2)
    studio.discord.faults.answer_next(r"/commands$", method="PUT", status=503)
    await studio.start()
    assert not studio.discord.faults.pending
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite"))
    assert (await studio.hears(card, "Done in")).attachments


# --- a crowd

CROWD = 40
PROMPTS = ("A kite", "A kite, a celebrity", "A kite, provider outage", "A kite, refused at the door")
ENDINGS = ("Done in", "refused this", "could not finish this", "did not take this request")


@pytest.mark.settings(MAX_ACTIVE="5")
@pytest.mark.vendor(pending=0.2, processing=0.5)
async def test_a_crowd_in_one_channel_hears_everything_that_matters_once(studio: Studio) -> None:
    studio.channel.set_overwrite(studio.guild.bot_role, deny=Permissions.CREATE_PUBLIC_THREADS)
    # as tight as Discord's for the number of people, only faster
    studio.discord.limits.windows["message-create"] = Window(calls=5, seconds=1)
    studio.discord.limits.windows["message-edit"] = Window(calls=5, seconds=1)
    prompts = [PROMPTS[number % len(PROMPTS)] for number in range(CROWD)]
    answers = await asyncio.gather(*(studio.ana.run(studio.channel, "video", prompt=prompt) for prompt in prompts))
    cards = [card_of(answer) for answer in answers]
    for card, prompt in zip(cards, prompts, strict=True):
        await studio.hears(card, ENDINGS[PROMPTS.index(prompt)], timeout=60)
    for card, prompt in zip(cards, prompts, strict=True):
        said = studio.said(card)
        assert len(said) == len(set(said)), said
        assert len([text for text in said if re.search("|".join(ENDINGS), text)]) == 1, said
        assert len(clips_posted(studio, card)) == (prompt == "A kite")
        # a result is the last word: no notice of the line comes after it
        assert re.search("|".join(ENDINGS), said[-1]), said
    everything = sorted((message for card in cards for message in studio.about(card)), key=lambda message: message.id)
    results = [bool(re.search("|".join(ENDINGS), message.content)) for message in everything]
    # many never heard that they are in line: they had a result first, and results do not wait behind notices
    assert results.count(False) < CROWD
    assert results.index(True) < results.count(False) / 2
    assert studio.vendor.ledger.charged == len([prompt for prompt in prompts if "refused at the door" not in prompt])
