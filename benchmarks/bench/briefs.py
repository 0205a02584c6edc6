"""What a board costs: drawing one with many ideas, and many members who vote on it in one second."""

import asyncio
import itertools
import statistics
import tempfile
import time
from collections.abc import Callable

from bot.briefs.brief import Brief, Phase, moved
from bot.briefs.ideas import Idea, Text
from bot.store import open_store
from cogs.showing.brief_notes import board, board_buttons
from sandbox.discord import Channel, Message
from sandbox.driver import Answer, Member, join, wait_for

from .contenders import OURS
from .stage import Plan, Stage, open_stage
from .table import Found, draw_table

IDEAS, IDEAS_QUICK = 500, 50
DRAWN, DRAWN_QUICK = 50, 3
PRESSES, PRESSES_QUICK = 200, 20
# On the board that is voted on.
OFFERED = 20
EDITED_EVERY = 5.0
MENU = "1 vote each for …"


async def measure_briefs(quick: bool) -> Found:
    ideas, drawn = (IDEAS_QUICK, DRAWN_QUICK) if quick else (IDEAS, DRAWN)
    cpu = await _draw(ideas, drawn)
    took, edits, apart, failed = await _press(PRESSES_QUICK if quick else PRESSES)
    rows = [
        (f"draw a board with {ideas} ideas", f"{cpu:.1f} ms of processor"),
        (f"{len(took)} votes in one second", f"median {statistics.median(took):.0f} ms, longest {max(took):.0f} ms"),
        ("not answered", str(failed)),
        ("edits of the board", f"{edits}, at least {apart:.1f} s apart" if edits > 1 else str(edits)),
    ]
    lines = ["briefs: a board and its votes", *draw_table(("what", "figure"), rows)]
    return lines, {
        "briefs_draw_cpu_ms": cpu,
        "briefs_press_ms_median": statistics.median(took),
        "briefs_press_ms_max": max(took),
        "briefs_unanswered": failed,
        "briefs_edits": edits,
        "briefs_edits_apart_s": apart,
    }


async def _draw(count: int, times: int) -> float:
    """Processor milliseconds to read all of a brief and to draw its board, in the mean."""
    with tempfile.TemporaryDirectory() as folder:
        async with open_store(f"sqlite:///{folder}/dailies.db", "w1") as store:
            brief = Brief(
                id="b", guild_id=1, channel_id=2, topic="Rain", locale="en-US", starter_id=3, starter_name="Ana",
                director_id=3, made_at=1.0,
            )  # fmt: skip
            await store.start_brief(brief)
            for number in range(count):
                await store.add_idea(_idea(number), f"e{number}", None, lambda *_: None, 1.0)
            await store.change_brief("b", lambda brief, _: moved(brief, Phase.VOTE, 2.0))
            for member in range(count):
                await store.vote(
                    "b", member, lambda *_, first=member: {1 + (first + n) % count: 1 for n in range(3)}, 3.0
                )
            began = time.process_time()
            for _ in range(times):
                desk = await store.desk("b")
                assert desk
                board(desk).to_dict()
                board_buttons(desk, suggests=True)
            return (time.process_time() - began) / times * 1000


def _idea(number: int) -> Idea:
    text = Text(
        title=f"Idea {number}", subject="A paper boat. " * 20, action="It drifts. " * 20, setting="Night. " * 20
    )
    return Idea(brief_id="b", number=0, author_id=number % 9, author_name="Ana", text=text, made_at=1.0)


async def _press(presses: int) -> tuple[list[float], int, float, int]:
    """Milliseconds of each answer; how often the board was edited, seconds between two edits; how many failed."""
    async with open_stage(OURS, Plan(guilds=1)) as stage:
        await stage.start()
        ana, channel = stage.seats[0]
        thread, board_message = await _begin(ana, channel, stage)
        for number in range(OFFERED):
            message = await ana.say(thread, f"Idea {number}")
            await ana.use(message, "Make it an idea")
        panel = (await ana.press(board_message, "Lead")).message
        assert panel
        await ana.choose(panel, "Go on to …", "vote")
        await _until(lambda: "**Vote.**" in str(board_message.embeds[0]["description"]))
        assert ana.guild
        members = [join(stage.discord, ana.guild, f"Member {number}") for number in range(presses)]
        sheets = [(await member.press(board_message, "Vote")).message for member in members]
        await asyncio.sleep(EDITED_EVERY + 1)
        before = len(_edits(stage, board_message))
        answers = await asyncio.gather(
            *(
                _vote(member, sheet, number / presses)
                for number, (member, sheet) in enumerate(zip(members, sheets, strict=True))
            )
        )
        await _until(lambda: f"{presses} members voted" in str(board_message.embeds[0]["description"]))
        edits = _edits(stage, board_message)[before:]
        apart = min((later - earlier for earlier, later in itertools.pairwise(edits)), default=float("inf"))
        failed = sum(answer.failed is not None for answer in answers)
        return [answer.took_ms for answer in answers], len(edits), apart, failed


async def _begin(ana: Member, channel: Channel, stage: Stage) -> tuple[Channel, Message]:
    card = (await ana.run(channel, "brainstorm start", topic="Rain")).message
    assert card
    place = await wait_for(lambda: stage.discord.state.channels.get(card.id), timeout=60.0)
    assert place
    found = await wait_for(lambda: next((one for one in place.messages.values() if one.components), None), timeout=60.0)
    assert found
    return place, found


async def _vote(member: Member, sheet: Message | None, after: float) -> Answer:
    assert sheet
    await asyncio.sleep(after)
    return await member.choose(sheet, MENU, ["1", str(2 + member.id % (OFFERED - 2))])


def _edits(stage: Stage, message: Message) -> list[float]:
    end = f"/messages/{message.id}"
    return [one.at for one in stage.discord.record if one.method == "PATCH" and one.path.endswith(end)]


async def _until(happened: Callable[[], bool]) -> None:
    await wait_for(happened, timeout=60.0)
