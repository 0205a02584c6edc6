"""What is taken home from a brief: three files that say all of it, once, whoever is killed; votes that end in time."""

import json
import re
from pathlib import Path

import pytest

from bot.joins import Join
from sandbox.discord import Channel, Message, Upload
from sandbox.driver import wait_for
from tests import pictures
from tests.stories.conftest import Studio
from tests.stories.test_briefs import add, begun, database, heard, lead, said, shows, text_of, vote
from tests.stories.test_films import arrange, ask, ends, filmed, still, with_button
from tests.stories.test_takes import (
    SORA,
    VEO,
    choose,
    compared,
    in_takes,
    labels,
    lines_of,
    opened,
    planned,
    sent,
    without_samples,
)

pytestmark = without_samples
CLOSED = "This brainstorm is closed"


def records_in(thread: Channel) -> list[Message]:
    return [one for one in thread.messages.values() if one.content.startswith(CLOSED)]


async def closed(studio: Studio, thread: Channel) -> Message:
    answer = await studio.ana.run(thread, "brainstorm close")
    assert answer.message and "Closed" in answer.message.content, answer
    return await said(thread, CLOSED)


def files_of(record: Message) -> dict[str, bytes]:
    return {Path(one.filename).suffix: one.data for one in record.attachments}


async def second_comparison(thread: Channel, first: Message) -> Message:
    def find() -> Message | None:
        calls = [one for one in thread.messages.values() if "comparison of takes" in _footer(one)]
        return next((one for one in calls if one.id != first.id), None)

    found = await wait_for(find, timeout=60, what="the second call")
    assert found
    return found


def _footer(message: Message) -> str:
    return "".join(str(embed.get("footer", {}).get("text")) for embed in message.embeds)


@pytest.mark.catalogue(price=0.25)
async def test_all_of_a_brief_is_taken_home_in_three_files(studio: Studio) -> None:
    thread, board = await begun(studio)
    await add(studio.ana, board, "A paper boat", title="*Boat*", action="It drifts")
    bea, cem = studio.member("Bea"), studio.member("Cem")
    kite = await bea.say(thread, "A kite")
    assert "Idea 2" in await heard(await bea.use(kite, "Make it an idea"))
    await lead(studio.ana, board, "vote")
    await shows(board, r"\*\*Vote\.\*\*")
    await vote(studio.ana, board, 1)
    await lead(studio.ana, board, "takes")
    await shows(board, r"\*\*Takes\.\*\*")

    await sent(studio.ana, await planned(studio.ana, board, each=["2"]))
    first = await compared(thread)
    form = await bea.press(await opened(bea, await lines_of(thread, "watch it"), 2), "Note")
    await bea.submit(form, note="0:03 the hat is wrong")
    await choose(bea, first, "2")
    ana = await studio.ana.press(first, "Vote")
    assert ana.message and (await studio.ana.press(ana.message, "End the vote")).message
    await wait_for(lambda: "★ Take 2 won" in text_of(first), what=text_of(first))

    sheet = await planned(studio.ana, board, models=[SORA, VEO])
    await studio.ana.press(sheet, "Hide which model is which")
    await sent(studio.ana, sheet)
    second = await second_comparison(thread, first)
    # what is not over is so with the brief
    await choose(cem, second, "none")
    record = await closed(studio, thread)
    # sixteen seconds and eight
    assert "2 ideas · 4 takes · about 5.00 by the catalogue's prices" in record.content
    found = json.loads(files_of(record)[".json"])
    one, two = found["batches"]
    assert found["version"] == 1 and found["board"].endswith(f"/{thread.id}/{board.id}")
    assert (one["outcome"], one["winner"], one["votes"]) == ("won", 2, {"2": 1}) and not one["blind"]
    assert (two["outcome"], two["winner"], two["votes"]) == ("none", None, {"none": 1}) and two["blind"]
    assert [take["model"] for take in two["takes"]] == [SORA, VEO] and two["models_told"]
    takes = [take for batch in found["batches"] for take in batch["takes"]]
    assert [take["number"] for take in takes] == [1, 2, 3, 4] and [take["won"] for take in takes] == [0, 1, 0, 0]
    for take in takes:
        channel, message = map(int, take["link"].split("/")[-2:])
        assert channel == thread.id and f"Take {take['number']}" in thread.messages[message].content
    [note] = takes[1]["notes"]
    assert (note["moment"], note["words"], note["by"]) == (3, "the hat is wrong", "Bea")
    assert found["ideas"][1]["from"].endswith(f"/{thread.id}/{kite.id}")
    assert found["took_part"] == ["Ana", "Bea"] and "Cem" not in str(found)
    assert found["cost"] == {"estimate": 5.0, "takes_priced": 4, "takes": 4} and takes[3]["cost"] == 2.0
    told = files_of(record)[".md"].decode()
    assert "estimated by the catalogue's prices: 5.00" in told
    assert "### 1. \\*Boat\\* ★ won" in told and "- **take 2** · ★ won · " in told
    assert "  - note: 0:03 the hat is wrong · Bea" in told and "compared without knowing the models" in told
    assert told.count("[watch it](https://discord.com/channels/") == 4
    assert "Votes: none of these × 1 → none of these" in told
    picture = files_of(record)[".jpg"]
    assert picture.startswith(b"\xff\xd8") and [one.filename[:6] for one in record.attachments] == ["brief-"] * 3


@pytest.mark.clocks({"bot.tracker.briefs:CONTACT_TRIES": 0})
async def test_a_brief_that_goes_on_has_another_record_at_its_next_end(studio: Studio) -> None:
    thread, board = await in_takes(studio)
    first = await closed(studio, thread)
    # without takes there is nothing to show
    assert sorted(files_of(first)) == [".json", ".md"]
    answer = await studio.ana.run(thread, "brainstorm resume")
    assert answer.message and "It goes on" in answer.message.content
    await shows(board, r"\*\*Takes\.\*\*")
    await sent(studio.ana, await planned(studio.ana, board, each=["2"]))
    await compared(thread)
    await studio.ana.run(thread, "brainstorm close")
    await wait_for(lambda: len(records_in(thread)) == 2, what="another record")
    second = records_in(thread)[1]
    assert len(json.loads(files_of(second)[".json"])["batches"][0]["takes"]) == 2
    assert json.loads(files_of(first)[".json"])["batches"] == []
    # a sheet that failed too often is done without
    assert sorted(files_of(second)) == [".json", ".md"]


async def test_killed_while_its_record_is_made_it_is_told_once(studio: Studio) -> None:
    thread, board = await in_takes(studio)
    await sent(studio.ana, await planned(studio.ana, board, each=["4"]))
    await compared(thread)
    await studio.ana.run(thread, "brainstorm close")
    await shows(board, r"\*\*Closed\.\*\*")
    await studio.restart()
    record = await said(thread, CLOSED)
    await studio.restart()
    await wait_for(lambda: len(thread.messages) and record.attachments, what="its files")
    # whatever is still to be said comes before this
    await studio.ana.run(thread, "brainstorm resume")
    await shows(board, r"\*\*Takes\.\*\*")
    assert len(records_in(thread)) == 1 and len(record.attachments) == 3


async def test_a_sheet_goes_with_a_take_on_it_whoever_is_killed_meanwhile(studio: Studio) -> None:
    thread, board = await in_takes(studio)
    await sent(studio.ana, await planned(studio.ana, board, each=["2"]))
    await compared(thread)
    record = await closed(studio, thread)
    assert sorted(files_of(record)) == [".jpg", ".json", ".md"]
    batch = await lines_of(thread, "watch it")
    more = await studio.ana.press(await opened(studio.ana, batch, 1), "More")
    assert more.message
    asks = await studio.ana.press(more.message, "Delete")
    assert asks.message
    before = files_of(record)
    await studio.ana.press(asks.message, "Delete for everybody")
    await studio.restart()
    await wait_for(lambda: len(record.attachments) == 2, timeout=60, what="the sheet to go")
    assert files_of(record) == {name: before[name] for name in (".json", ".md")}
    assert len(records_in(thread)) == 1 and record.content


async def test_a_sheet_with_a_spoiler_is_hidden_and_what_is_gone_is_not_on_it(studio: Studio) -> None:
    thread, board = await begun(studio)
    hidden = await studio.ana.say(thread, "A surprise", files=[Upload.named("SPOILER_boat.jpg", pictures.jpeg())])
    assert "Idea 1" in await heard(await studio.ana.use(hidden, "Make it an idea"))
    await lead(studio.ana, board, "takes")
    await shows(board, r"\*\*Takes\.\*\*")
    await sent(studio.ana, await planned(studio.ana, board, each=["2"]))
    await compared(thread)
    batch = await lines_of(thread, "watch it")
    more = await studio.ana.press(await opened(studio.ana, batch, 1), "More")
    assert more.message
    asks = await studio.ana.press(more.message, "Delete")
    assert asks.message
    await studio.ana.press(asks.message, "Delete for everybody")
    await lines_of(thread, "– taken back")
    record = await closed(studio, thread)
    assert next(one.filename for one in record.attachments if one.filename.endswith(".jpg")).startswith(
        "SPOILER_brief-"
    )
    gone, _ = json.loads(files_of(record)[".json"])["batches"][0]["takes"]
    assert gone["status"] == "deleted" and gone["link"] is None


async def test_a_storyboard_and_the_film_of_it_are_in_the_record(studio: Studio) -> None:
    thread, shown, brief_id = await with_button(studio, format="free")
    await arrange(studio, brief_id, [still(1, 1.0, words="A gutter"), still(2, 1.5, note="slowly", join=Join.FADE)])
    assert "is begun" in await ask(studio.ana, shown, title="Rain")
    film = await filmed(thread)
    await ends(thread, "The film is there")
    record = await closed(studio, thread)
    assert "1 film" in record.content
    found = json.loads(files_of(record)[".json"])
    one, two = found["storyboard"]["shots"]
    assert (one["words"], one["seconds"], two["note"], two["join"]) == ("A gutter", 1.0, "slowly", "fade")
    assert found["storyboard"]["seconds"] == 2.0 and two["starts_at"] == 0.5
    assert [one["title"] for one in found["films"]] == ["Rain"] and found["films"][0]["link"].endswith(f"/{film.id}")
    told = files_of(record)[".md"].decode()
    assert "1. still · 1 s\n   > A gutter" in told and "2. still · 1.5 s · cross-fade\n   - note: slowly" in told
    assert f"- Rain · [watch it]({found['films'][0]['link']})" in told


# --- votes that end in time


DAY = 24 * 3600


@pytest.mark.parametrize("format", ["phases", "free"])
async def test_a_vote_on_takes_ends_in_time_whoever_is_killed(studio: Studio, format: str) -> None:
    thread, board = await begun(studio, ends=DAY, format=format)
    await add(studio.ana, board, "A paper boat")
    if format == "phases":
        await lead(studio.ana, board, "takes")
    await wait_for(lambda: "Make takes" in labels(board), what="the button")
    await sent(studio.ana, await planned(studio.ana, board, each=["2"]))
    call = await compared(thread)
    assert re.search(r"It ends <t:\d+:R>", text_of(call)), text_of(call)
    bea = studio.member("Bea")
    await choose(studio.ana, call, "1")
    await choose(bea, call, "2")
    await wait_for(lambda: "2 members voted" in text_of(call), what=text_of(call))
    await studio.bot.kill()
    _called_ago(studio, DAY - 2)
    await studio.start()
    await studio.restart()
    await wait_for(lambda: "It is a tie" in text_of(call), timeout=60, what=text_of(call))
    await wait_for(lambda: labels(call) == ["Decide"], what="a tie to be decided")
    asks = await studio.ana.press(call, "Decide")
    assert asks.message
    decided = await studio.ana.choose(asks.message, "What came of it?", "2")
    assert decided.message and "★ Take 2 won" in decided.message.content
    await wait_for(lambda: "★ Take 2 won" in text_of(call), what=text_of(call))


def _called_ago(studio: Studio, seconds: float) -> None:
    """As if the call had been so long ago."""
    database(studio, f"UPDATE batches SET done_at = done_at - {seconds}, due_at = due_at - {seconds}")
