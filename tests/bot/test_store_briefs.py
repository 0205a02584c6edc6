"""Briefs in the database, on both: one idea of one event, one ballot of one member, one worker at a board."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from bot.briefs.brief import Act, Brief, Doer, Halt, Phase, Rules, changed, due, may, moved
from bot.briefs.ideas import Idea
from bot.briefs.votes import Ballot, Spoilt, rewritten, spoilt
from bot.store import Store
from tests.bot.conftest import Colleague
from tests.bot.test_briefs import a_brief, an_idea

NOW = 500.0


def anybody(_brief: Brief, _ideas: list[Idea]) -> Halt | None:
    return None


def choosing(*chosen: int, member: int = 1) -> Callable[[Brief, list[Idea], Ballot], Ballot | Halt | Spoilt]:
    def write(brief: Brief, ideas: list[Idea], before: Ballot) -> Ballot | Halt | Spoilt:
        if halt := may(brief, Act.VOTE, Doer(id=member)):
            return halt
        ballot = rewritten(before, range(1, 26), 1, chosen)
        return spoilt(ballot, brief, ideas, member) or ballot

    return write


async def begin(store: Store, *, ideas: int = 3, **fields: object) -> Brief:
    brief = a_brief(**fields)
    assert await store.start_brief(brief)
    for number in range(1, ideas + 1):
        assert isinstance(await store.add_idea(an_idea(), f"e{number}", None, anybody, NOW), Idea)
    found = await store.find_brief(brief.id)
    assert found
    return found


async def test_a_brief_is_kept_as_it_is_and_begun_once(store: Store) -> None:
    brief = a_brief(rules=Rules(ideas=2, votes=5, per_idea=3, own=False, secret=True, lasts=60.0), ends_at=160.0)
    assert await store.start_brief(brief)
    assert not await store.start_brief(replace(brief, topic="Another"))
    assert await store.find_brief(brief.id) == brief
    noted = await store.note_brief(brief.id, place_id=8, board_id=9, card_id=7)
    assert await store.brief_of_place(8) == await store.brief_of_message(9) == await store.brief_of_message(7) == noted
    assert await store.briefs_in(5) == [noted] and await store.briefs_in(6) == []


async def test_an_event_makes_one_idea_and_numbers_run_on(store: Store, colleague: Colleague) -> None:
    await begin(store, ideas=0)
    other = colleague("another")
    outcomes = await asyncio.gather(
        *(
            each.add_idea(an_idea(), f"e{number % 5}", b"picture" if number % 5 == 0 else None, anybody, NOW)
            for number in range(20)
            for each in (store, other)
        )
    )
    assert all(isinstance(each, Idea) for each in outcomes)
    lies = await store.desk("b")
    assert lies and [idea.number for idea in lies.ideas] == [1, 2, 3, 4, 5]
    assert lies.brief.version == 6
    [shown] = [idea for idea in lies.ideas if idea.has_picture]
    assert await store.idea_picture("b", shown.number) == b"picture"


async def test_what_is_refused_changes_nothing(store: Store) -> None:
    before = await begin(store)
    assert await store.add_idea(an_idea(), "e9", None, lambda *_: Halt.TOO_MANY, NOW) is Halt.TOO_MANY
    assert await store.change_idea("b", 1, lambda *_: Halt.NOT_YOURS, NOW) is Halt.NOT_YOURS
    assert await store.change_idea("b", 7, lambda _, idea: idea, NOW) is Halt.GONE
    assert await store.change_brief("b", lambda *_: Halt.NOT_DIRECTOR) is Halt.NOT_DIRECTOR
    assert await store.change_brief("c", lambda brief, _: brief) is Halt.GONE
    assert (await store.vote("b", 1, choosing(1), NOW)).halt is Halt.NO_VOTE_NOW
    assert await store.find_brief("b") == before


async def test_one_idea_wins_a_round(store: Store) -> None:
    await begin(store)
    for number in (1, 2):
        await store.change_idea("b", number, lambda brief, idea: replace(idea, chosen_in=brief.round), NOW)
    lies = await store.desk("b")
    assert lies and [idea.chosen_in for idea in lies.ideas] == [None, 0, None]


async def test_a_member_has_one_ballot_in_each_round_whoever_writes_it(store: Store, colleague: Colleague) -> None:
    await begin(store)
    await store.change_brief("b", lambda brief, _: moved(brief, Phase.VOTE, NOW))
    other = colleague("another")
    outcomes = await asyncio.gather(
        *(
            each.vote("b", member, choosing(1 + press % 3, member=member), NOW)
            for press in range(6)
            for member in range(1, 6)
            for each in (store, other)
        )
    )
    assert all(each.halt is None and sum(each.ballot.values()) == 1 for each in outcomes)
    lies = await store.desk("b")
    assert lies and lies.tally.voters == 5 and lies.tally.all == 5
    spoiling = choosing(1, 2, 3, 4)
    assert (await store.vote("b", 1, spoiling, NOW)).halt is Spoilt.NO_IDEA
    assert sum((await store.ballot(lies.brief, 1)).values()) == 1
    # another round begins with nothing, and the first is still known
    await store.change_brief("b", lambda brief, _: moved(brief, Phase.VOTE, NOW))
    await store.vote("b", 1, choosing(2), NOW)
    assert {number: tally.all for number, tally in (await store.rounds("b")).items()} == {1: 5, 2: 1}


async def test_a_ballot_that_is_written_late_does_not_undo_a_newer_one(store: Store, colleague: Colleague) -> None:
    await begin(store)
    await store.change_brief("b", lambda brief, _: moved(brief, Phase.VOTE, NOW))
    await store.vote("b", 1, choosing(1), NOW)
    # the same again, said later: from then on what was said between is late
    await store.vote("b", 1, choosing(1), NOW + 2)
    # a worker that slept with both presses in its ears
    late = await colleague("another").vote("b", 1, choosing(3), NOW + 1)
    assert late.ballot == {1: 1} and late.halt is None
    lies = await store.desk("b")
    assert lies and lies.tally.votes == {1: 1}


async def test_one_worker_has_a_brief_in_hand(store: Store, colleague: Colleague) -> None:
    await begin(store, card_id=7)
    dues, brief = store.brief_dues, await store.find_brief("b")
    assert brief and await dues.find(NOW, 9) == ["b"] and await dues.next() == due(brief)
    other = colleague("another")
    taken = await asyncio.gather(*(each.brief_dues.take("b", NOW, NOW + 60) for each in (store, other)))
    assert sorted(taken, key=str) == [0, None]
    assert await dues.find(NOW + 59, 9) == [] and await dues.next() == NOW + 60
    # who had it is gone
    assert await other.brief_dues.find(NOW + 60, 9) == ["b"]
    await dues.leave("b", NOW + 5)
    assert await dues.find(NOW, 9) == [] and await dues.next() == NOW + 5
    shown = await store.note_brief("b", board_id=9, place_id=8, drawn=4, drawn_at=NOW)
    assert shown and shown.is_shown
    await dues.leave("b")
    assert await dues.next() == due(shown)
    await store.change_brief("b", lambda brief, _: changed(brief, NOW + 1))
    assert await dues.next() == NOW + 5.0


async def test_a_board_that_was_drawn_before_the_time_was_put_back_is_due_at_once(store: Store) -> None:
    await begin(store, card_id=7)
    hour = 3600.0
    assert await store.change_brief("b", lambda brief, _: replace(changed(brief, NOW), drawn_at=NOW + hour))
    dues = store.brief_dues
    assert await dues.find(NOW, 9) == []
    await dues.put_back(NOW)
    assert await dues.find(NOW, 9) == ["b"]
    put_back = await store.find_brief("b")
    assert put_back and put_back.drawn_at == NOW
    # what lies before is as it was
    await dues.leave("b", NOW + 5)
    await dues.put_back(NOW + hour)
    assert await dues.next() == NOW + 5


async def test_a_member_who_is_forgotten_leaves_votes_and_others_ideas(store: Store) -> None:
    await begin(store, ideas=0)
    whose = (1, 2, 1)
    for number, author in enumerate(whose, start=1):
        await store.add_idea(an_idea(author_id=author), f"e{number}", b"picture", anybody, NOW)
    await store.change_brief("b", lambda brief, _: moved(brief, Phase.VOTE, NOW))
    await store.vote("b", 1, choosing(2), NOW)
    await store.vote("b", 2, choosing(2, member=2), NOW)
    before = await store.find_brief("b")
    await store.empty_member(1, NOW + 1)
    lies = await store.desk("b")
    assert lies and before and lies.brief.version == before.version + 1 and lies.brief.starter_name == ""
    assert [(idea.author_id, idea.title, idea.withdrawn) for idea in lies.ideas] == [
        (None, "", True),
        (2, "Idea 1", False),
        (None, "", True),
    ]
    assert lies.tally.votes == {2: 2} and lies.tally.voters == 2
    assert await store.ballot(lies.brief, 1) == {} and await store.idea_picture("b", 1) is None
