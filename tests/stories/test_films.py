"""Films: the storyboard is cut together once, whoever is killed meanwhile, told of, and gone with what was in it."""

import asyncio
import io
import itertools
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import av
import pytest

from bot.briefs.storyboard import Kind, Shot, Storyboard
from bot.joins import Join
from bot.store import Store, open_store
from bot.store.storyboards import Arranged
from sandbox.discord import Channel, Message, messages
from sandbox.driver import Answer, Member, Upload, wait_for
from tests.clips import make_clip
from tests.pictures import jpeg
from tests.stories.conftest import Studio
from tests.stories.test_briefs import add, begun, board_in, footer_of, heard, text_of
from tests.stories.test_privacy import forget
from tests.stories.test_takes import SORA, VEO, batch_of, compared, opened, planned, sent, without_samples
from tests.stories.test_workers import Company, company

__all__ = ["company"]

RATE = 24
CARD = 3 * RATE
pytestmark = without_samples

Place = tuple[Channel, Message]
"""The thread of a brief, and a message in it with the button."""


def shot(number: int, kind: Kind, **fields: Any) -> Shot:
    own = {"id": f"s{number}", "source": f"s{number}", "kind": kind, "author_id": 7, "author_name": "Ana"}
    return Shot(**{**own, "made_at": 1.0, **fields})


def still(number: int, seconds: float = 2.0, **fields: Any) -> Shot:
    return shot(number, Kind.STILL, has_picture=True, seconds=seconds, **fields)


def given(number: int, message: Message, **fields: Any) -> Shot:
    return shot(number, Kind.CLIP, clip=(message.channel.id, message.id), **fields)


async def arrange(studio: Studio, brief_id: str, shots: Sequence[Shot] | Callable[[Store], Any]) -> None:
    """Have these shots in the storyboard: the bot, whose file the database is, is elsewhere meanwhile."""
    await studio.bot.stop()
    async with open_store(f"sqlite:///{studio.folder / 'data' / 'dailies.db'}") as store:
        await lay(store, brief_id, await shots(store) if callable(shots) else shots)
    await studio.start()
    await drawn(studio, brief_id)


async def drawn(studio: Studio | Company, brief_id: str) -> None:
    """Wait for the storyboard's own message: what a story does to the next one is not meant for that."""

    def is_there() -> bool:
        everything = (one for channel in studio.discord.state.channels.values() for one in channel.messages.values())
        return any(footer_of(one) == f"storyboard {brief_id}" for one in everything)

    await wait_for(is_there, timeout=60, what="the storyboard")


async def lay(store: Store, brief_id: str, shots: Sequence[Shot]) -> None:
    picture = jpeg((640, 360))
    for count, last in enumerate(shots, 1):
        await _lay(store, brief_id, f"e{count}{last.id}", Arranged(shots=tuple(shots[:count]), picture=picture))


async def _lay(store: Store, brief_id: str, event: str, arranged: Arranged) -> None:
    board = await store.arrange(brief_id, event, 7, lambda _: arranged, 1.0)
    assert isinstance(board, Storyboard), board


async def with_button(studio: Studio | Company, **options: Any) -> tuple[Channel, Message, str]:
    """A brief's thread, a message in it with the button, and the brief's id."""
    studio_like: Any = studio
    thread, board = await begun(studio_like, **options)
    brief_id = footer_of(board).removeprefix("board of brainstorm ")
    state = studio.discord.state
    button = {"type": 2, "style": 2, "label": "Film", "custom_id": f"film:{brief_id}"}
    shown = Message(channel=thread, author=state.bot)
    messages.post(state, shown, {"content": "Storyboard", "components": [{"type": 1, "components": [button]}]}, {})
    return thread, shown, brief_id


async def ask(member: Member, message: Message, **cards: str) -> str:
    form = await member.press(message, "Film")
    assert form.modal, form
    return await heard(await member.submit(form, **({"title": "", "end": ""} | cards)))


def told(answer: Answer) -> str:
    assert answer.failed is None and answer.ephemeral and answer.message, answer
    return answer.message.content


def progress_in(thread: Channel) -> list[Message]:
    return [one for one in thread.messages.values() if re.fullmatch(r"film \w+", footer_of(one))]


def films_in(thread: Channel) -> list[Message]:
    return [one for one in thread.messages.values() if any("film-" in each.filename for each in one.attachments)]


async def filmed(thread: Channel) -> Message:
    found = await wait_for(lambda: films_in(thread), timeout=100, what="the film")
    assert found
    return found[0]


async def ends(thread: Channel, words: str) -> Message:
    """The message that tells of the film, once it says this."""

    def find() -> Message | None:
        return next((one for one in progress_in(thread) if re.search(words, text_of(one))), None)

    what = f"{words!r}; told was {[text_of(one) for one in progress_in(thread)]}"
    found = await wait_for(find, timeout=100, what=what)
    assert found
    return found


def measured(film: Message) -> tuple[int, float]:
    """How many frames, and how many seconds of sound."""
    with av.open(io.BytesIO(film.attachments[0].data), "r") as clip:
        frames = sum(1 for _ in clip.decode(video=0))
        sound = clip.streams.audio[0] if clip.streams.audio else None
        return frames, float(sound.duration * sound.time_base) if sound and sound.duration and sound.time_base else 0.0


def folder_of(studio: Studio) -> Path:
    return studio.folder / "data" / "films"


def made_pieces(folder: Path) -> dict[str, int]:
    """When each piece that is finished was made."""
    return {file.name: file.stat().st_mtime_ns for file in folder.glob("*/pieces/*.mp4")}


async def clip_of(studio: Studio, shown: Message, name: str, **options: Any) -> Message:
    """A member's own clip, in a reply: of what does not call it the bot sees no files."""
    plain: dict[str, Any] = {"size": (192, 108), "seconds": 1.0}
    file = make_clip(studio.folder / f"{name}.mp4", **(plain | options))
    upload = Upload(name=f"{name}.mp4", data=file.read_bytes(), content_type="video/mp4")
    return await studio.ana.say(shown.channel, files=[upload], reply_to=shown)


@pytest.mark.clocks({"bot.briefs.drawing:DRAWN_EVERY": 5.0})
async def test_takes_of_two_models_and_a_still_are_one_film(studio: Studio) -> None:
    thread, shown, brief_id = await with_button(studio, format="free")
    board = await board_in(thread)
    await add(studio.ana, board, "A paper boat", title="Boat")
    await wait_for(lambda: "Make takes" in json.dumps(board.components), what="the button")
    await sent(studio.ana, await planned(studio.ana, board, models=[SORA, VEO], lengths=["4"]))
    await compared(thread)

    async def of_takes(store: Store) -> list[Shot]:
        desk = await store.desk(brief_id)
        assert desk
        jobs = [one.job_id for one in desk.taken] * 2
        takes = [shot(number, Kind.TAKE, job_id=job_id) for number, job_id in enumerate(jobs)]
        faded, short = replace(takes[1], join=Join.FADE), replace(takes[3], seconds=2.0)
        return [takes[0], faded, takes[2], still(9, 1.5), short]

    await arrange(studio, brief_id, of_takes)
    assert "is begun" in await ask(studio.ana, shown, title="Rain — Дождь")
    await wait_for(lambda: progress_in(thread), what="that it is begun")
    # however fast it is made, there is time to tell
    studio.discord.faults.slow(r"/messages$", seconds=7.0, method="POST")
    film = await filmed(thread)
    frames, sound = measured(film)
    expected = CARD + 3 * 4 * RATE - RATE // 2 + 36 + 2 * RATE
    assert abs(frames - expected) <= 1 and abs(sound - expected / RATE) < 0.1
    assert film.pinged == [studio.ana.user] and "5 shots, 18 s" in film.content
    video, edit = film.attachments
    assert edit.filename == video.filename.replace(".mp4", ".otio")
    _reads(edit.data.decode(), thread, expected)
    progress = await ends(thread, rf"The film is there: \[watch it\]\(https://discord.com/.*/{film.id}\)")
    assert any("100 % · 18 of 18 s" in str(version.embeds) for version in progress.versions)
    moments = [version.at for version in progress.versions]
    assert all(later - earlier > 4.9 for earlier, later in itertools.pairwise(moments)), moments
    assert not [one for one in folder_of(studio).rglob("*") if one.is_file()]

    # the same again is the one that is there
    assert f"there: https://discord.com/channels/{studio.guild.id}/{thread.id}/{film.id}" in await ask(
        studio.ana, shown, title="Rain — Дождь"
    )
    assert len(progress_in(thread)) == 1
    # whoever takes a take back takes it out of the film
    batch = batch_of(thread)
    assert batch
    more = await studio.ana.press(await opened(studio.ana, batch, 1), "More")
    assert more.message
    asks = await studio.ana.press(more.message, "Delete")
    assert asks.message
    await studio.ana.press(asks.message, "Delete for everybody")
    await wait_for(lambda: not film.attachments and "taken back" in film.content, timeout=60, what="the film to go")
    await ends(thread, "The film is gone")
    assert "2 shots are not there yet: Shot 1 and Shot 3." in told(await studio.ana.press(shown, "Film"))


def _reads(text: str, thread: Channel, frames: int) -> None:
    """What cutting programs read of the list beside a film."""
    document = json.loads(text)
    urls = [url for url in re.findall(r'"target_url": "([^"]*)"', text) if url]
    assert document["OTIO_SCHEMA"] == "Timeline.1" and document["name"] == "Rain — Дождь"
    assert all(url.startswith("https://discord.com/channels/") and str(thread.id) in url for url in urls)
    try:
        otio: Any = __import__("opentimelineio")
    except ImportError:
        return
    timeline = otio.adapters.read_from_string(text, "otio_json")
    assert [track.duration().to_frames() for track in timeline.tracks] == [frames] * 2
    names = [clip.name for clip in timeline.tracks[0].find_clips()]
    assert names == ["Rain — Дождь", *(f"Shot {number}" for number in range(1, 6))]


async def test_killed_twice_in_the_middle_it_is_posted_once_and_no_piece_is_made_again(studio: Studio) -> None:
    thread, shown, brief_id = await with_button(studio, format="free")
    await arrange(studio, brief_id, [still(number, 10.0) for number in (1, 2, 3, 4)])
    await ask(studio.ana, shown, end="The end")
    seen: dict[str, int] = {}

    def look() -> int:
        """How many are finished; none changes once it is."""
        found = made_pieces(folder_of(studio))
        assert {name: found.get(name, made) for name, made in seen.items()} == seen
        seen.update(found)
        return len(found)

    await wait_for(lambda: progress_in(thread), what="that it is begun")
    # asked to stop it leaves it to the next start as well
    assert await studio.bot.stop() == 0
    await studio.start()
    for count in (1, 2):
        await wait_for(partial(_reaches, look, count), timeout=60, what="a piece")
        await studio.bot.kill()
        look()
        await studio.start()
    await wait_for(lambda: (look(), films_in(thread))[1], timeout=60, what="the film")
    film = await filmed(thread)
    # what was finished before a kill was there to the end
    assert measured(film)[0] == 40 * RATE + CARD
    await ends(thread, "The film is there")
    assert len(films_in(thread)) == len(progress_in(thread)) == 1
    assert studio.bot.log.count("The film is cut") == 1


def _reaches(look: Callable[[], int], least: int) -> bool:
    return look() >= least


async def test_a_clip_that_is_gone_is_named_and_what_replaces_it_makes_a_film(studio: Studio) -> None:
    thread, shown, brief_id = await with_button(studio, format="free")
    one, other = [await clip_of(studio, shown, name) for name in ("one", "other")]
    await arrange(studio, brief_id, [given(1, one, spoiler=True), given(2, other)])
    await studio.ana.delete(other)
    await ask(studio.ana, shown)
    failed = await ends(thread, "No film was made")
    assert "What Shot 2 shows is not to be had any more" in text_of(failed) and not films_in(thread)
    await arrange(studio, brief_id, [given(3, one, spoiler=True)])
    # pressed by two at once it is one film
    members = [studio.ana, studio.member("Bea")]
    forms = [await member.press(shown, "Film") for member in members]
    pressed = (member.submit(form, title="", end="") for member, form in zip(members, forms, strict=True))
    said = [await heard(answer) for answer in await asyncio.gather(*pressed)]
    assert sorted("is begun" in text for text in said) == [False, True]
    assert sorted("is being made" in text for text in said) == [False, True]
    film = await filmed(thread)
    assert film.attachments[0].filename.startswith("SPOILER_film-") and measured(film)[0] == RATE
    assert measured(film)[1] == pytest.approx(1.0, abs=0.1)


async def test_what_is_forgotten_while_it_is_made_is_in_no_film(studio: Studio) -> None:
    thread, shown, brief_id = await with_button(studio, format="free")
    bea, clip = studio.member("Bea"), await clip_of(studio, shown, "clip")
    await arrange(studio, brief_id, [still(1, 1.0), given(2, clip, author_id=bea.id)])
    studio.discord.faults.slow(rf"/messages/{clip.id}$", seconds=6.0, method="GET")
    await ask(studio.ana, shown)
    await wait_for(lambda: progress_in(thread), what="that it is begun")
    await forget(bea, studio.channel)
    await ends(thread, "Shot 2 was taken back. Replace it")
    assert not films_in(thread) and not [one for one in folder_of(studio).rglob("*") if one.is_file()]


async def test_what_is_too_large_here_is_posted_smaller_and_kept_whole(studio: Studio) -> None:
    thread, shown, brief_id = await with_button(studio, format="free")
    heavy = await clip_of(studio, shown, "heavy", size=(320, 180), noise=0.4, seconds=2.0)
    # a clip may also be a wish: that is asked about first
    await wait_for(lambda: any(one.reference_id == heavy.id for one in thread.messages.values()), what="the question")
    await arrange(studio, brief_id, [given(1, heavy), still(2, 2.0, join=Join.FADE)])
    await ask(studio.ana, shown)
    await wait_for(lambda: progress_in(thread), what="that it is begun")
    studio.discord.faults.too_large_next(r"/messages$")
    film = await filmed(thread)
    [kept] = list(folder_of(studio).glob("*.mp4"))
    assert f"finds the full one as {kept.name}" in film.content
    assert len(film.attachments[0].data) < kept.stat().st_size
    assert measured(film)[0] == 4 * RATE - RATE // 2
    await ends(thread, f"full one as {kept.name}")
    await studio.restart()
    assert kept.is_file()
    # it goes with whoever asked for it
    await forget(studio.ana, studio.channel)
    await wait_for(lambda: not film.attachments and "is gone" in film.content, timeout=60, what="the film to go")
    await wait_for(lambda: not kept.exists(), what="the whole one to go")
    assert studio.ana.mention not in film.content


async def test_in_another_phase_no_film_is_cut_and_an_empty_one_never(studio: Studio) -> None:
    _, shown, _ = await with_button(studio)
    assert "No film is cut just now" in told(await studio.ana.press(shown, "Film"))
    _, free, _ = await with_button(studio, format="free")
    assert "The storyboard is empty" in told(await studio.ana.press(free, "Film"))


@pytest.mark.clocks({"bot.tracker.films:TRIES_MOST": 2})
async def test_what_the_disk_does_not_take_is_tried_again_and_then_given_up(studio: Studio) -> None:
    thread, shown, brief_id = await with_button(studio, format="free")
    await arrange(studio, brief_id, [still(1, 1.0)])
    folder_of(studio).write_text("in the way", encoding="utf-8")
    await ask(studio.ana, shown)
    failed = await ends(thread, "could not make it")
    assert "again in 2 s" in studio.bot.log and "A film is given up" in studio.bot.log
    folder_of(studio).unlink()
    await ask(studio.ana, shown)
    assert measured(await filmed(thread))[0] == RATE
    assert "No film was made" in text_of(failed) and len(progress_in(thread)) == 2


async def test_another_worker_makes_it_when_one_dies(company: Company) -> None:
    workers = [await company.hire(), await company.hire()]
    await company.wait_for_commands()
    thread, shown, brief_id = await with_button(company, format="free")
    async with open_store(company.database_url, "elsewhere") as store:
        await lay(store, brief_id, [still(number, 10.0) for number in (1, 2)])
    await drawn(company, brief_id)
    await ask(company.ana, shown)

    def maker() -> int | None:
        folders = [company.folder / f"machine-{number}" / "data" / "films" for number in range(2)]
        return next((number for number, folder in enumerate(folders) if made_pieces(folder)), None)

    await wait_for(lambda: maker() is not None, timeout=60, what="a piece")
    number = maker()
    assert number is not None
    await workers[number].kill()
    assert not films_in(thread)
    film = await filmed(thread)
    assert measured(film)[0] == 20 * RATE
    await ends(thread, "The film is there")
    assert len(films_in(thread)) == len(progress_in(thread)) == 1
    assert "The film is cut" not in workers[number].log and "The film is cut" in workers[1 - number].log
