"""Where the bot can make no process beside its own: clips are posted unseen, and of pictures it says what is so."""

from pathlib import Path

import pytest

from sandbox.bot_process import REPOSITORY
from sandbox.discord import Upload
from sandbox.driver import wait_for
from sandbox.mulerun.clips import render
from tests import pictures
from tests.stories.conftest import Studio, card_of, card_text
from tests.stories.test_command_line import KEY, run_bot

BEFORE = Path(__file__).parent / "no_children"
CLIP = render("rain", (320, 180), 1)
WORDS = "Neither pictures nor clips can be looked at"


def without(what: str) -> dict[str, str]:
    return {"PYTHONPATH": f"{BEFORE}:{REPOSITORY}", "NO_CHILDREN_FOR": what}


WANTS = ("a folder for passing files", "a program")
each_want = [pytest.param(want, marks=pytest.mark.settings(**without(want)), id=want) for want in WANTS]


@pytest.mark.vendor(clip=CLIP)
@pytest.mark.parametrize("want", each_want)
async def test_a_clip_is_posted_as_it_was_made(studio: Studio, want: str) -> None:
    await wait_for(lambda: WORDS in studio.bot.log)
    for prompt in ("A boat", "A bay"):
        answer = await studio.ana.run(studio.channel, "video", prompt=prompt)
        done = await studio.hears(card_of(answer), "Done in")
        [clip] = done.attachments
        assert clip.data == CLIP
    told = [line for line in studio.bot.log.splitlines() if WORDS in line]
    assert len(told) == 1 and " ERROR " in told[0]


@pytest.mark.parametrize("want", each_want)
async def test_nobody_is_told_that_a_picture_is_damaged(studio: Studio, want: str) -> None:
    image = Upload.named("boat.jpg", pictures.jpeg())
    answer = await studio.ana.run(studio.channel, "video", prompt="A boat", image=image)
    assert answer.message and answer.ephemeral
    assert "I can open no pictures just now" in answer.message.content
    assert "damaged" not in answer.message.content
    assert studio.vendor.ledger.charged == 0


@pytest.mark.settings(**without("a program"))
async def test_a_picture_that_is_read_late_is_waited_for(studio: Studio) -> None:
    """It may be a passing want: nothing is spent meanwhile."""
    studio.discord.faults.slow(r"ephemeral-attachments", seconds=3)
    image = Upload.named("boat.jpg", pictures.jpeg())
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A boat", image=image))
    await wait_for(lambda: "The picture cannot be read yet: no child can be started" in studio.bot.log)
    assert "damaged" not in card_text(card) and not studio.vendor.ledger.tasks
    del studio.settings["PYTHONPATH"]
    await studio.restart()
    await studio.hears(card, "Done in")


@pytest.mark.parametrize("want", WANTS)
async def test_the_doctor_says_so(tmp_path: Path, want: str) -> None:
    environment = {
        "DISCORD_TOKEN": "t",
        "DISCORD_API_URL": "http://127.0.0.1:9/api/v10",
        "MULERUN_API_KEY": KEY,
        "MULERUN_BASE_URL": "http://127.0.0.1:9",
    }
    code, out, err = await run_bot(tmp_path, environment | without(want), "doctor")
    # Python itself may say there that it cannot start its own helper
    assert code == 1 and "Traceback" not in err
    assert [line for line in out.splitlines() if WORDS in line and line.startswith("FAIL")]
    _, out, err = await run_bot(tmp_path, environment, "doctor")
    assert WORDS not in out and "ok    pictures and clips can be looked at" in out
