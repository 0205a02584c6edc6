"""A team of five, with two workers of whom one or the other is killed: from a topic to a film that they take home."""

import asyncio
import json

import pytest

from sandbox.discord import Channel
from sandbox.driver import Upload, join, wait_for
from tests.pictures import jpeg
from tests.stories.test_briefs import add, begun, footer_of, lead, shows, text_of, vote
from tests.stories.test_films import ends, filmed, films_in, measured
from tests.stories.test_storyboard import done, missing_of, opened, ordered, overs, storyboard_of, written
from tests.stories.test_takes import choose, compared, planned, sent
from tests.stories.test_workers import Company, company

__all__ = ["company"]

RATE = 24


async def at_work(thread: Channel, takes: int) -> None:
    """The newest batch says of so many that they are made now, or were: of none is it open whether it was accepted."""

    def is_said() -> bool:
        batches = [one for one in thread.messages.values() if footer_of(one).startswith("takes ")]
        told = text_of(batches[-1]) if batches else ""
        return told.count("rendering") + told.count("watch it") == takes

    await wait_for(is_said, timeout=60, what="all of it at the vendor")


@pytest.mark.timeout(300)
@pytest.mark.vendor(pending=0.3, processing=1)
async def test_a_team_goes_from_a_topic_to_a_film_whoever_is_killed(company: Company) -> None:
    workers = [await company.hire(), await company.hire()]
    await company.wait_for_commands()

    async def kill(number: int) -> None:
        """Another bot takes its place, on the same disk."""
        await workers[number].kill()
        await workers[number].start()

    ana, team = company.ana, [join(company.discord, company.guild, name) for name in ("Bea", "Cem", "Dua", "Eli")]
    thread, board = await begun(company, "A night in the rain", votes=2)  # type: ignore[arg-type]
    told = await asyncio.gather(*(add(one, board, f"Idea of {one.name}") for one in (ana, *team)))
    assert sorted(words[:6] for words in told) == [f"Idea {number}" for number in range(1, 6)]
    await shows(board, "5 ideas")
    await lead(ana, board, "vote")
    await shows(board, r"\*\*Vote\.\*\*")
    # a kill in the middle of the vote: every ballot that was acknowledged counts, and once
    for number, member in enumerate(team):
        await vote(member, board, 1, 2 + number % 2)
        if number == 1:
            await kill(0)
    await shows(board, "4 members voted")
    assert "1. Idea of" in text_of(board) and "4 votes" in text_of(board)
    await lead(ana, board, "takes")
    await shows(board, r"\*\*Takes\.\*\*")
    # and in the middle of a batch
    await sent(ana, await planned(ana, board, each=["2"]))
    await at_work(thread, 2)
    await kill(1)
    call = await compared(thread)
    await asyncio.gather(*(choose(member, call, "2") for member in team))
    mine = await ana.press(call, "Vote")
    assert mine.message
    await ana.press(mine.message, "End the vote")
    await wait_for(lambda: "Take 2 won" in text_of(call), what="the winner")
    # the winner, what goes on from it, and a picture at the end
    await lead(ana, board, "storyboard")
    storyboard = await storyboard_of(thread)
    panel = await ana.press(storyboard, "Add shot")
    assert panel.message
    await done(await ana.choose(panel.message, "A take, winners first", "2"))
    await ordered(storyboard, "Take 2")
    await written(team[0], storyboard, "The rain stops", seconds="4")
    await ordered(storyboard, "Take 2", "The rain stops")
    page = await opened(team[0], storyboard, 2)
    await done(await team[0].choose(page, "How it joins the one before", "continue"))
    await wait_for(lambda: "continues the one before" in text_of(storyboard), what="the join")
    panel = await team[1].press(storyboard, "Add shot")
    assert panel.message
    form = await team[1].press(panel.message, "Give a picture")
    await done(await team[1].submit(form, file=[Upload.named("end.jpg", jpeg((720, 1280)))], seconds="2"))
    await ordered(storyboard, "Take 2", "The rain stops", "Still")
    sheet = await missing_of(team[2], storyboard)
    await team[2].press(sheet, "Make them")
    await wait_for(lambda: "on the way" in sheet.content, what="the job")
    await at_work(thread, 1)
    await kill(0)
    await wait_for(lambda: text_of(storyboard).count("watch it") == 2, timeout=90, what=text_of(storyboard))
    await wait_for(lambda: overs(thread), what="that the shot is made")
    # and in the middle of the film
    form = await team[3].press(storyboard, "Film")
    await team[3].submit(form, title="Rain", end="")
    folders = [company.folder / f"machine-{number}" / "data" / "films" for number in range(2)]
    await wait_for(lambda: any(any(one.glob("*/*")) for one in folders), timeout=60, what="a film in the making")
    await kill(int(any(folders[1].glob("*/*"))))
    film = await filmed(thread)
    await ends(thread, "The film is there")
    # a title of three seconds, two clips of four, a picture for two: within one frame
    assert abs(measured(film)[0] - (3 + 4 + 4 + 2) * RATE) <= 1
    await ana.run(thread, "brainstorm close")
    record = await wait_for(
        lambda: next((one for one in thread.messages.values() if "is closed" in one.content and one.attachments), None),
        timeout=60,
        what="the record",
    )
    assert record
    told_of = json.loads(next(one.data for one in record.attachments if one.filename.endswith(".json")))
    assert len(told_of["ideas"]) == 5 and len(told_of["storyboard"]["shots"]) == 3
    # nothing was lost, and nothing was paid for, said or made twice
    assert company.vendor.ledger.charged == 3
    assert len(films_in(thread)) == 1 and len(overs(thread)) == 2
    assert len([one for one in thread.messages.values() if "brief-" in str(one.attachments)]) == 1
