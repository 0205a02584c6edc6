"""The demo: it goes as told, says so when it does not, and lets a person type."""

import asyncio
import dataclasses
import io
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from PIL import ExifTags, Image, ImageOps

from sandbox.bot_process import REPOSITORY
from sandbox.demo.chat import Chat, Ink, News, layout, relative_words, standing
from sandbox.demo.checks import clip_problem
from sandbox.demo.photo import draw_photo
from sandbox.demo.run import Run, conduct
from sandbox.demo.script import SCENES
from sandbox.demo.stage import DemoEnded, alongside
from sandbox.discord import Discord
from sandbox.driver import join

PLAIN = Ink(on=False)
SPEED = 40
"""Quicker than to watch, and slow enough that a busy machine still sees every state of a task."""


def test_the_conversation_goes_as_told(tmp_path: Path) -> None:
    options = ["--once", f"--speed={SPEED}", f"--output={tmp_path / 'clips'}"]
    command = [sys.executable, "-m", "sandbox.demo", *options]
    ended = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=100, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr

    figures = json.loads(ended.stdout.splitlines()[-1])
    counts = {key: figures[key] for key in ("jobs", "completed", "failed", "charged")}
    assert counts == {"jobs": 4, "completed": 3, "failed": 1, "charged": 4}
    assert figures["ack_ms_max"] > 0 and figures["notify_ms_max"] > 0

    clips = [REPOSITORY / clip for clip in figures["clips"]]
    assert sorted(clips) == sorted((tmp_path / "clips").iterdir())
    made = [scene for scene in SCENES if scene.ending == "completed"]
    assert [clip_problem(clip, scene) for clip, scene in zip(clips, made, strict=True)] == [None] * 3
    for words in (
        "#dailies  Ana: /video prompt:",
        "[Cancel]",
        "card: ● Rendering",
        "@Bea Done in",
        "made from",
        "no real people",
    ):
        assert words in ended.stdout
    assert "<t:" not in ended.stdout and "\x1b" not in ended.stdout


def test_at_a_terminal_a_typed_line_becomes_a_video(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keyboard, terminal = os.openpty()
    os.write(keyboard, b"A fox in the snow\n")

    def quit_when_saved() -> None:
        for _ in range(600):
            time.sleep(0.1)
            if list(tmp_path.glob("a-fox-in-the-snow-*.mp4")):
                break
        os.write(keyboard, b"/quit\n")

    with os.fdopen(terminal) as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        typist = threading.Thread(target=quit_when_saved)
        typist.start()
        run = Run(once=False, output=tmp_path, speed=SPEED, folder=tmp_path, ink=PLAIN, scenes=SCENES[:1])
        assert conduct(run) == 0, run.problems
        typist.join()
    os.close(keyboard)
    assert len(list(tmp_path.glob("a-fox-in-the-snow-*.mp4"))) == 1


def test_what_deviates_is_told_and_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scene = dataclasses.replace(SCENES[2], ending="completed", seconds=12)
    run = Run(once=True, output=tmp_path / "clips", speed=SPEED, folder=tmp_path, ink=PLAIN, scenes=[scene])
    assert conduct(run) == 1
    assert run.problems == [
        "Carl's job: its card ends as “✖ Failed”, not as “✔ Done”",
        "Carl's job: its thread told ['pending', 'processing', 'failed'], not ['pending', 'processing', 'completed']",
        "Carl's job: the vendor was asked for 4 s of 720×1280",
        "Carl's job: 0 files were posted, not one clip",
    ]
    told = capsys.readouterr().out
    assert all(problem in told for problem in run.problems)
    assert "bot.discord_bot: Ready" in told


async def test_a_companion_that_breaks_ends_the_work() -> None:
    async def break_off() -> None:
        raise DemoEnded("the bot ended")

    work = asyncio.Event()
    with pytest.raises(DemoEnded, match="the bot ended"):
        await alongside(work.wait(), break_off())
    assert len(asyncio.all_tasks()) == 1


async def test_the_chat_tells_everything_once() -> None:
    async with Discord() as discord:
        guild = discord.add_guild("Studio")
        channel = guild.add_channel("dailies")
        ana = join(discord, guild, "Ana")
        chat = Chat(discord.state)
        first = await ana.say(channel, "Look at \\*this\\*, from <t:0:R>")
        thread = await ana.open_thread(channel, "Ideas", on=first)
        await ana.say(thread, f"{ana.mention} here")
        texts = [(news.place.name, news.text) for news in chat.news()]
        assert [place for place, _ in texts] == ["dailies", "Ideas"]
        assert texts[0][1].startswith("Ana: Look at *this*, from ") and texts[0][1].endswith(" days ago")
        assert texts[1][1] == "Ana: @Ana here"
        assert chat.news() == []

        news = News(at=0, place=thread, author="Ana", text="Ana: one two three\n  │ four five six seven eight")
        assert [line[10:] for line in layout(news, width=38, ink=PLAIN).splitlines()] == [
            "    ⤷ Ideas  Ana: one two",
            "      three",
            "      │ four five six seven",
            "      │ eight",
        ]
        assert "\x1b[1mAna\x1b[0m: one" in layout(news, width=38, ink=Ink(on=True))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "just now"),
        (-1, "just now"),
        (2, "2 seconds ago"),
        (60, "1 minute ago"),
        (-7300, "in 2 hours"),
        (200_000, "2 days ago"),
    ],
)
def test_times_are_told_in_words(seconds: float, words: str) -> None:
    assert relative_words(seconds) == words


def test_a_standing_is_told_without_its_times() -> None:
    card = "A boat\n\nasked by Ana\n● Rendering · since <t:5:R> · usually 3–8 minutes"
    assert standing([{"description": card}]) == "● Rendering"
    assert standing([{"description": "✔ Done <t:5:R> · took 4 s"}]) == "✔ Done"
    assert standing([]) == ""


def test_the_photo_lies_on_its_side_until_it_is_turned() -> None:
    with Image.open(io.BytesIO(draw_photo())) as stored:
        assert stored.format == "JPEG" and stored.size == (3000, 2000)
        assert stored.getexif()[ExifTags.Base.Orientation] == 6
        upright = ImageOps.exif_transpose(stored)
    *sky, left, right = upright.convert("L").resize((2, 2), Image.Resampling.BOX).tobytes()
    assert min(sky) > max(left, right)
