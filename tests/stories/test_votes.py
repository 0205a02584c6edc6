"""Voting on ideas: every ballot counts once, whatever arrives twice, at once, or just before a kill."""

import asyncio
import itertools
import re
from typing import Any

import pytest

from sandbox.discord import Channel, Message
from sandbox.driver import wait_for
from tests.stories.conftest import Studio
from tests.stories.test_briefs import (
    add,
    begun,
    heard,
    labels,
    lead,
    opened,
    quick,
    said,
    sheet_of,
    shows,
    text_of,
    vote,
)

MENU = "1 vote each for …"


async def with_ideas(studio: Studio, count: int, **options: Any) -> tuple[Channel, Message]:
    thread, board = await begun(studio, **options)
    for number in range(1, count + 1):
        message = await studio.ana.say(thread, f"Idea {number}")
        await heard(await studio.ana.use(message, "Make it an idea"))
    return thread, board


def votes_on(board: Message) -> dict[str, int]:
    found = re.findall(r"\*\*(\d+)\. [^*]*\*\* · [^·\n]* · (\d+) votes?", text_of(board))
    return {number: int(votes) for number, votes in found}


@quick
async def test_a_ballot_is_the_last_that_was_chosen_and_within_its_bounds(studio: Studio) -> None:
    _, board = await with_ideas(studio, 4, votes=2)
    await lead(studio.ana, board, "vote")
    await shows(board, r"\*\*Vote\.\*\*")
    bea = studio.member("Bea")
    ballot = await vote(bea, board, 1, 2)
    assert "0 of 2 votes left" in text_of(ballot)
    await bea.choose(ballot, MENU, ["3"])
    assert "1 of 2 votes left" in text_of(ballot) and "**3. " in text_of(ballot) and "**1. " not in text_of(ballot)
    # another sheet has it filled in, also after a restart
    await studio.restart()
    again = await opened(bea, board, "Vote")
    [menu] = [one for row in again.components for one in row["components"] if one["type"] == 3]
    assert [one["value"] for one in menu["options"] if one.get("default")] == ["3"] and menu["max_values"] == 2
    await shows(board, "1 member voted")
    assert votes_on(board) == {"1": 0, "2": 0, "3": 1, "4": 0}
    # nothing chosen is a ballot, too
    await bea.choose(again, MENU, [])
    await shows(board, "0 members voted")


@quick
async def test_several_votes_for_one_idea_and_none_for_an_own_one(studio: Studio) -> None:
    _, board = await with_ideas(studio, 3, votes=4)
    bea = studio.member("Bea")
    await add(bea, board, "Bea's own")
    form = await studio.ana.press(await opened(studio.ana, board, "Lead"), "Rules")
    await heard(await studio.ana.submit(form, votes="4", per_idea="3", own="0"))
    await lead(studio.ana, board, "vote")
    await shows(board, r"\*\*Vote\.\*\*")
    ballot = await opened(bea, board, "Vote")
    offered = [one for row in ballot.components for one in row["components"] if one["type"] == 3]
    assert [one["placeholder"] for one in offered] == [f"{n} vote{'s' * (n > 1)} each for …" for n in (1, 2, 3)]
    assert all([option["value"] for option in one["options"]] == ["1", "2", "3"] for one in offered)
    await bea.choose(ballot, "3 votes each for …", ["2"])
    assert "1 of 4 votes left" in text_of(ballot)
    await bea.choose(ballot, "2 votes each for …", ["1"])
    assert "more than your 4 votes" in ballot.content and "1 of 4 votes left" in text_of(ballot)
    await bea.choose(ballot, MENU, ["1"])
    assert not ballot.content and "0 of 4 votes left" in text_of(ballot)
    await shows(board, "1 member voted")
    await wait_for(lambda: votes_on(board) == {"1": 1, "2": 3, "3": 0, "4": 0}, what="the votes")


@quick
async def test_results_stay_hidden_until_the_end_and_a_tie_is_the_directors(studio: Studio) -> None:
    thread, board = await with_ideas(studio, 3, secret=True)
    await lead(studio.ana, board, "vote")
    await shows(board, r"\*\*Vote\.\*\*")
    bea, cem = studio.member("Bea"), studio.member("Cem")
    await vote(bea, board, 2)
    await vote(cem, board, 3)
    await shows(board, "2 members voted")
    assert votes_on(board) == {} and "won" not in text_of(board)
    assert "votes" not in text_of(await sheet_of(bea, board, 2))
    await lead(studio.ana, board, "takes")
    seen = await shows(board, r"\*\*Takes\.\*\*")
    assert votes_on(board) == {"2": 1, "3": 1, "1": 0} and seen.count(" · tie") == 2 and "★" not in seen
    assert "a tie between ideas 2, 3" in (await said(thread, "It is a tie")).content
    panel = await opened(studio.ana, board, "Lead")
    answer = await studio.ana.choose(panel, "Which of the equals won?", "3")
    assert answer.message and "Idea 3 won" in answer.message.content
    await shows(board, r"3\. Idea 3\*\* · Ana · 1 vote · ★ won")
    assert " · tie" not in text_of(board)
    # a round anew has votes of its own
    await lead(studio.ana, board, "vote")
    await shows(board, "0 members voted")
    await vote(bea, board, 1)
    await lead(studio.ana, board, "takes")
    await shows(board, r"1\. Idea 1\*\* · Ana · 1 vote · ★ won")


@quick
async def test_what_arrives_twice_at_once_or_late_counts_once(studio: Studio) -> None:
    _, board = await with_ideas(studio, 3)
    await lead(studio.ana, board, "vote")
    await shows(board, r"\*\*Vote\.\*\*")
    members = [studio.member(name) for name in ("Bea", "Cem", "Dan", "Eva", "Fay")]
    ballots = [await opened(member, board, "Vote") for member in members]
    studio.discord.faults.duplicate_next_interaction()
    answers = await asyncio.gather(
        *(
            member.choose(ballot, MENU, ["1", str(2 + number % 2)])
            for number, (member, ballot) in enumerate(zip(members, ballots, strict=True))
            for _ in range(2)
        )
    )
    # who was answered has voted, also when the bot is killed at this moment
    assert [answer.failed for answer in answers] == [None] * 10
    await studio.restart()
    await shows(board, "5 members voted")
    await wait_for(lambda: votes_on(board) == {"1": 5, "2": 3, "3": 2}, what="each vote once")
    await lead(studio.ana, board, "takes")
    await shows(board, r"\*\*Takes\.\*\*")
    late = await members[0].choose(ballots[0], MENU, ["3"])
    assert late.message and "no vote just now" in late.message.content
    await lead(studio.ana, board, "vote")
    await shows(board, r"\*\*Vote\.\*\*")
    late = await members[1].choose(ballots[1], MENU, ["3"])
    assert late.message and "gone on meanwhile" in late.message.content
    assert votes_on(board) == {"1": 0, "2": 0, "3": 0}


@pytest.mark.clocks({"bot.tracker.tending:LOOK_EVERY": 1.0})
async def test_however_many_press_a_board_is_edited_once_in_five_seconds(studio: Studio) -> None:
    _, board = await with_ideas(studio, 3, votes=3)
    await lead(studio.ana, board, "vote")
    await shows(board, r"\*\*Vote\.\*\*")
    members = [studio.member(f"Member {number}") for number in range(20)]
    ballots = await asyncio.gather(*(opened(member, board, "Vote") for member in members))
    choices = (["1"], ["2"], ["1", "2"], ["3"], ["1", "3"])
    for choice in choices:
        answers = await asyncio.gather(
            *(member.choose(ballot, MENU, choice) for member, ballot in zip(members, ballots, strict=True))
        )
        assert all(answer.failed is None for answer in answers)
    await wait_for(lambda: votes_on(board) == {"1": 20, "3": 20, "2": 0}, what="all votes")
    path = f"/messages/{board.id}"
    edits = [one.at for one in studio.discord.record if one.method == "PATCH" and one.path.endswith(path)]
    # of the phase, and of a hundred presses: how many more there are follows from how long those took
    assert 2 <= len(edits) <= 2 + (edits[-1] - edits[0]) / 4.9
    assert all(later - earlier >= 4.9 for earlier, later in itertools.pairwise(edits))


@quick
async def test_in_a_free_one_everything_goes_at_any_time(studio: Studio) -> None:
    thread, board = await with_ideas(studio, 2, format="free")
    await shows(board, "2 ideas")
    assert labels(board) == ["Add idea", "Vote", "Ideas", "Combine", "Make takes", "Storyboard", "Lead"]
    await vote(studio.ana, board, 2)
    await shows(board, r"2\. Idea 2\*\* · Ana · 1 vote")
    message = await studio.ana.say(thread, "Idea 3")
    await heard(await studio.ana.use(message, "Make it an idea"))
    await lead(studio.ana, board, "vote")
    await said(thread, "A new round")
    await shows(board, "0 members voted")
    assert votes_on(board) == {"1": 0, "2": 0, "3": 0}


@quick
async def test_a_menu_of_many_pages_is_one_ballot(studio: Studio) -> None:
    _, board = await with_ideas(studio, 27, votes=2)
    await lead(studio.ana, board, "vote")
    await shows(board, r"\*\*Vote\.\*\*")
    ballot = await vote(studio.ana, board, 25)
    await studio.ana.press(ballot, "Next ▶")
    await studio.ana.choose(ballot, MENU, ["26"])
    assert "**25. " in text_of(ballot) and "**26. " in text_of(ballot)
    await studio.ana.choose(ballot, MENU, ["26", "27"])
    assert "more than your 2 votes" in ballot.content and "**27. " not in text_of(ballot)
