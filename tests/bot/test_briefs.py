"""Briefs, pure: who may what in which phase, what a ballot may say, what a round comes to."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.briefs.brief import (
    ALL_IDEAS_MOST,
    ANSWERED_BY,
    SLEEPS_AFTER,
    Act,
    Brief,
    Doer,
    Format,
    Halt,
    Phase,
    Rules,
    after_deadline,
    changed,
    due,
    may,
    moved,
    next_phases,
    reopened,
    sleeps,
)
from bot.briefs.desk import Desk
from bot.briefs.drawing import DRAWN_EVERY
from bot.briefs.ideas import PART_MOST, TITLE_MOST, Idea, Text, joined_text, no_room, read_text, text_of
from bot.briefs.votes import Ballot, Spoilt, Tally, count, in_order, leaders, rewritten, spoilt, standing

ANA, BEA = Doer(id=1), Doer(id=2)
MO = Doer(id=3, moderates=True)
FREE = Rules(format=Format.FREE)


def a_brief(**fields: Any) -> Brief:
    plain = {"id": "b", "guild_id": 5, "channel_id": 6, "topic": "Rain", "locale": "en-US", "starter_id": 1}
    more = {"starter_name": "Ana", "director_id": 1, "made_at": 100.0, "phase_since": 100.0, "changed_at": 100.0}
    return Brief(**{**plain, **more, **fields})


def an_idea(number: int = 1, **fields: Any) -> Idea:
    text = fields.pop("text", Text(title=f"Idea {number}", subject="A boat"))
    plain = {"brief_id": "b", "number": number, "author_id": 1, "author_name": "Ana", "made_at": 100.0}
    return Idea(**{**plain, "text": text, **fields})


# --- who may what


@pytest.mark.parametrize(
    ("phase", "allowed"),
    [
        (Phase.IDEAS, {Act.SUGGEST, Act.CHANGE}),
        (Phase.VOTE, {Act.VOTE}),
        (Phase.TAKES, {Act.TAKE}),
        (Phase.CLOSED, set()),
    ],
)
def test_each_phase_has_its_acts(phase: Phase, allowed: set[Act]) -> None:
    brief = a_brief(phase=phase)
    assert {act for act in Act if act is not Act.DIRECT and may(brief, act, BEA) is None} == allowed


def test_in_a_free_one_everybody_does_everything_until_it_is_closed() -> None:
    brief = a_brief(rules=FREE)
    assert all(may(brief, act, BEA) is None for act in Act if act is not Act.DIRECT)
    assert all(may(moved(brief, Phase.CLOSED, 200.0), act, BEA) is Halt.CLOSED for act in Act)


def test_only_its_director_and_moderators_lead() -> None:
    assert may(a_brief(), Act.DIRECT, BEA) is Halt.NOT_DIRECTOR
    assert may(a_brief(), Act.DIRECT, ANA) is may(a_brief(), Act.DIRECT, MO) is None


@given(st.lists(st.sampled_from(Phase), max_size=30), st.sampled_from(Format))
def test_however_it_is_led_each_phase_is_a_step_and_each_vote_a_round(wishes: list[Phase], format: Format) -> None:
    brief, votes = a_brief(rules=Rules(format=format, lasts=60.0)), 0
    for at, wish in enumerate(wishes, start=101):
        if wish not in next_phases(brief):
            continue
        after = moved(brief, wish, float(at))
        votes += wish is Phase.VOTE
        assert after.step == brief.step + 1 and after.version == brief.version + 1 and after.round == votes
        # only ideas and votes end by themselves
        assert (after.ends_at == at + 60.0) is (wish in (Phase.IDEAS, Phase.VOTE))
        brief = after
    if brief.is_closed:
        assert next_phases(brief) == () and not reopened(brief, 999.0).is_closed


@pytest.mark.parametrize(
    ("phase", "format", "ideas", "to"),
    [
        (Phase.IDEAS, Format.PHASES, 1, Phase.VOTE),
        (Phase.IDEAS, Format.PHASES, 0, None),
        (Phase.VOTE, Format.PHASES, 1, Phase.TAKES),
        (Phase.TAKES, Format.PHASES, 1, None),
        (Phase.IDEAS, Format.FREE, 1, Phase.CLOSED),
    ],
)
def test_what_comes_when_time_is_up(phase: Phase, format: Format, ideas: int, to: Phase | None) -> None:
    assert after_deadline(a_brief(phase=phase, rules=Rules(format=format)), range(ideas)) is to


# --- when it is seen to


def test_it_is_due_until_all_of_it_is_shown() -> None:
    brief = a_brief()
    assert due(brief) == 100.0 + ANSWERED_BY
    brief = replace(brief, card_id=7, place_id=8)
    assert due(brief) == DRAWN_EVERY
    shown = replace(brief, board_id=9, drawn=brief.version, drawn_at=150.0)
    assert due(shown) == 100.0 + SLEEPS_AFTER
    assert due(replace(shown, ends_at=170.0)) == 170.0
    assert due(changed(shown, 151.0)) == 155.0
    assert due(replace(shown, asked_at=160.0)) is None
    over = moved(shown, Phase.CLOSED, 200.0)
    assert due(replace(over, drawn=over.version, told_step=over.step)) is None


def test_a_sleeping_one_is_asked_about_once_until_something_happens() -> None:
    brief = a_brief()
    late = 100.0 + SLEEPS_AFTER
    assert not sleeps(brief, late - 1) and sleeps(brief, late)
    asked = replace(brief, asked_at=late)
    assert not sleeps(asked, late + 1)
    assert sleeps(changed(asked, late + 2), late + 2 + SLEEPS_AFTER)
    # one that ends by itself does not sleep
    assert not sleeps(replace(brief, ends_at=late + 9), late)


# --- ideas


@pytest.mark.parametrize(
    ("given_", "title", "prompt"),
    [
        ({"subject": "A boat", "action": "It drifts", "setting": "At night"}, "A boat It drifts At night", None),
        ({"title": "Boat", "subject": "A boat."}, "Boat", "A boat."),
        ({"title": "Only a title"}, "Only a title", "Only a title."),
        ({"subject": "word " * 40}, "word " * 14 + "word…", None),
    ],
)
def test_words_become_an_idea(given_: dict[str, str], title: str, prompt: str | None) -> None:
    text = read_text(given_)
    assert text and text.title == title and len(text.title) <= TITLE_MOST
    assert prompt is None or text.prompt == prompt


@pytest.mark.parametrize("words", ["", "  ", "\u200b", "\u2800\n\u3164"])
def test_nothing_to_see_is_no_idea(words: str) -> None:
    assert text_of(words) is None and read_text({"title": words, "action": words}) is None


@given(st.text(max_size=2000), st.text(max_size=2000))
def test_what_is_joined_has_both_as_far_as_there_is_room(one: str, other: str) -> None:
    first, second = text_of(one), text_of(other)
    if first and second:
        both = joined_text(first, second)
        assert len(both.subject) <= PART_MOST and len(both.title) <= TITLE_MOST
        assert both.subject.startswith(first.subject[:PART_MOST])


def test_there_is_room_for_so_many_of_one_member_and_of_all() -> None:
    brief = a_brief(rules=Rules(ideas=2))
    own = [an_idea(1), an_idea(2)]
    assert no_room(brief, own, 1) is Halt.TOO_MANY_YOURS
    assert no_room(brief, own, 2) is None
    assert no_room(brief, [own[0], replace(own[1], withdrawn=True)], 1) is None
    many = [an_idea(number, author_id=None, withdrawn=True) for number in range(1, ALL_IDEAS_MOST + 1)]
    assert no_room(a_brief(), many, 1) is Halt.TOO_MANY


# --- votes

IDEAS = [an_idea(1), an_idea(2, author_id=2), an_idea(3, withdrawn=True), an_idea(4)]


@pytest.mark.parametrize(
    ("ballot", "rules", "why"),
    [
        ({}, Rules(), None),
        ({1: 1, 2: 1, 4: 1}, Rules(), None),
        ({1: 1, 2: 1, 4: 1}, Rules(votes=2), Spoilt.TOO_MANY),
        ({1: 2}, Rules(), Spoilt.TOO_MANY_FOR_ONE),
        ({1: 2}, Rules(per_idea=2), None),
        ({3: 1}, Rules(), Spoilt.NO_IDEA),
        ({9: 1}, Rules(), Spoilt.NO_IDEA),
        ({1: -1, 2: 1}, Rules(), Spoilt.NO_IDEA),
        ({2: 1}, Rules(own=False), Spoilt.OWN),
        ({1: 1}, Rules(own=False), None),
    ],
)
def test_what_a_ballot_may_say(ballot: Ballot, rules: Rules, why: Spoilt | None) -> None:
    assert spoilt(ballot, a_brief(rules=rules), IDEAS, 2) is why


BALLOTS = st.dictionaries(st.integers(1, 60), st.integers(1, 3), max_size=10)


@given(BALLOTS, st.sets(st.integers(1, 25)), st.integers(1, 3))
def test_a_menu_changes_what_it_offers_and_nothing_else(ballot: Ballot, chosen: set[int], votes: int) -> None:
    offered = range(1, 26)
    after = rewritten(ballot, offered, votes, chosen)
    assert {number for number, given_ in after.items() if number in offered and given_ == votes} == chosen
    # other pages, and what other menus of the page say, stay as they were
    for number, given_ in ballot.items():
        if number not in offered or (given_ != votes and number not in chosen):
            assert after[number] == given_
    assert rewritten(after, offered, votes, chosen) == after


@given(st.lists(BALLOTS, max_size=12), st.sets(st.integers(1, 60)))
def test_every_vote_for_what_stands_is_counted_once(ballots: list[Ballot], gone: set[int]) -> None:
    ideas = [an_idea(number, withdrawn=number in gone) for number in range(1, 61)]
    tally = count(ballots, ideas)
    expected = sum(votes for ballot in ballots for number, votes in ballot.items() if number not in gone)
    assert tally.all == expected
    assert tally.voters == sum(bool(standing(ballot, ideas)) for ballot in ballots)
    ordered = in_order(ideas, tally, hidden=False)
    assert [tally.votes.get(idea.number, 0) for idea in ordered] == sorted(
        (tally.votes.get(idea.number, 0) for idea in ordered), reverse=True
    )
    assert {idea.number for idea in ordered} == set(range(1, 61)) - gone
    first = leaders(tally)
    assert bool(first) is bool(expected)
    assert all(tally.votes[number] == max(tally.votes.values()) for number in first)


def desk(phase: Phase = Phase.TAKES, votes: dict[int, int] | None = None, **fields: Any) -> Desk:
    brief = a_brief(phase=phase, round=1, **fields)
    return Desk(brief=brief, ideas=tuple(IDEAS), tally=Tally(votes=votes or {}, voters=2))


@pytest.mark.parametrize(
    ("lies", "winner", "tie"),
    [
        (desk(votes={1: 2, 2: 1}), 1, ()),
        (desk(votes={1: 2, 2: 2}), None, (1, 2)),
        (desk(), None, ()),
        (desk(Phase.VOTE, votes={1: 2}), None, ()),
        (desk(Phase.VOTE, votes={1: 2, 2: 2}), None, ()),
    ],
)
def test_a_round_is_won_when_it_is_over(lies: Desk, winner: int | None, tie: tuple[int, ...]) -> None:
    assert lies.winner == winner and lies.tie == tie


def test_a_tie_is_the_directors_to_decide() -> None:
    lies = desk(votes={1: 2, 2: 2})
    chosen = replace(lies, ideas=(IDEAS[0], replace(IDEAS[1], chosen_in=1), *IDEAS[2:]))
    assert chosen.winner == 2 and chosen.tie == ()
    # that was another round's
    assert replace(chosen, brief=replace(chosen.brief, round=2)).winner is None


def test_secret_votes_are_told_when_they_are_over() -> None:
    secret = Rules(secret=True)
    assert desk(Phase.VOTE, votes={1: 2}, rules=secret).votes(IDEAS[0]) is None
    assert desk(Phase.TAKES, votes={1: 2}, rules=secret).votes(IDEAS[0]) == 2
    assert [idea.number for idea in desk(Phase.VOTE, votes={4: 2}, rules=secret).ordered] == [1, 2, 4]
