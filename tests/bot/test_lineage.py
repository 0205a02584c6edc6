"""Families as they are drawn, pure: who belongs to one, what is hidden, what is told of each and of what it changed."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any

import pytest

from bot.briefs.brief import Phase, Rules
from bot.briefs.desk import Desk
from bot.briefs.ideas import Idea, Text
from bot.briefs.takes import Taken
from bot.briefs.votes import Tally
from bot.catalogue import read_catalogue
from bot.jobs import Job, PictureState, Status, Venue
from bot.lineage import (
    MOST,
    Departure,
    Family,
    departure_of,
    family_of_idea,
    family_of_job,
    has_picture,
    has_poster,
    related,
    word_changes,
)
from bot.sheets import ChangeKind, Member
from cogs.finding.tree_words import alt_text, portraits_of
from tests.bot.test_briefs import a_brief, an_idea
from tests.jobs import REQUEST, a_job

CATALOGUE = read_catalogue(None)
LOCALES = ("en-US", "de", "es-ES", "fr", "ja", "pt-BR")

#  1 ┬ 2 ┬ 4 ─ 6
#    │   └ 5
#    └ 3 ─ 7
PARENTS = {1: None, 2: 1, 3: 1, 4: 2, 5: 2, 6: 4, 7: 3}


def kin(number: int, parent: int | None = None, **fields: Any) -> Job:
    request = replace(REQUEST, **fields.pop("request", {}))
    above = a_job(parent).id if parent else None
    return a_job(number, **{"parent_id": above, "status": Status.COMPLETED, "request": request, **fields})


def names(job: Job) -> int:
    return int(job.created_at - 1000)


ID = {a_job(number).id: number for number in range(1, 300)}
JOBS = [kin(number, parent) for number, parent in PARENTS.items()]


def seen(*numbers: int) -> Callable[[Job], bool]:
    return lambda job: names(job) in numbers


def everybody(_job: Job) -> bool:
    return True


def of_job(
    number: int,
    jobs: list[Job] = JOBS,
    may_show: Callable[[Job], bool] = everybody,
    taken: Mapping[str, Taken] | None = None,
) -> Family:
    return family_of_job(jobs, a_job(number).id, taken or {}, may_show)


def numbers(family: Family) -> list[int]:
    return [ID[member.id] for member in family.members]


# --- of a clip


def test_all_relatives_are_there_in_the_order_of_age_the_nearest_known() -> None:
    family = of_job(4)
    assert numbers(family) == [1, 2, 3, 4, 5, 6, 7] and family.left_out == 0
    assert [ID[id] for id in family.nearest] == [4, 2, 6, 1, 5, 3, 7] and ID[family.middle] == 4
    assert [member.number for member in family.members] == list("1234567")


@pytest.mark.parametrize(
    ("shown", "left", "hidden"),
    [
        ({1, 2, 3, 4, 5, 6, 7}, [1, 2, 3, 4, 5, 6, 7], set()),
        # what may not be shown stays where something hangs on it
        ({1, 6}, [1, 2, 4, 6], {2, 4}),
        ({6, 3}, [1, 2, 3, 4, 6], {1, 2, 4}),
        ({6}, [6], set()),
        ({4, 5, 6}, [2, 4, 5, 6], {2}),
    ],
)
def test_hidden_ones_keep_their_place_where_something_hangs_on_it(
    shown: Collection[int], left: list[int], hidden: Collection[int]
) -> None:
    family = of_job(6, may_show=seen(*shown))
    assert numbers(family) == left
    assert {ID[member.id] for member in family.members if not member.is_shown} == set(hidden)
    # not a word of theirs is in what is drawn
    for member in family.members:
        assert member.is_shown or not (member.job or member.idea or member.prompt or has_poster(member))


def test_of_a_large_family_the_nearest_are_kept_and_the_rest_is_counted() -> None:
    line = [kin(number, number - 1 or None) for number in range(1, 101)]
    family = of_job(50, line)
    assert len(family.members) == MOST and family.left_out == 100 - MOST
    assert numbers(family) == list(range(30, 70))
    # the first that is kept hangs on nobody
    assert family.members[0].parents == () and family.members[1].parents == (family.members[0].id,)


def test_a_circle_is_gone_round_once() -> None:
    assert numbers(of_job(1, [kin(1, 2), kin(2, 1)])) == [1, 2]


def departure(before: Job, after: Job, may_show: Callable[[Job], bool] = everybody, **more: Any) -> Departure | None:
    family = family_of_job([before, after], after.id, more.get("taken", {}), may_show)
    return departure_of(family, family.members[-1])


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, ()),
        ({"request": {"seconds": 12}}, ("seconds",)),
        ({"request": {"model": "veo-3.1", "size": "720x1280"}}, ("model", "size")),
        ({"picture": PictureState.FITTED}, ("picture",)),
    ],
)
def test_what_changed_is_named(fields: dict[str, Any], told: tuple[str, ...]) -> None:
    assert departure(kin(1), kin(2, 1, **fields)) == Departure(names=told)


def test_words_are_compared_where_they_differ_and_never_with_hidden_ones() -> None:
    before, after = kin(1, request={"prompt": "A  secret boat"}), kin(2, 1, request={"prompt": "A boat"})
    assert departure(before, after) == Departure(prompts=("A  secret boat", "A boat"))
    assert departure(before, kin(2, 1, request={"prompt": "A secret\nboat"})) == Departure()
    third = kin(3, 2, request={"prompt": "A red boat"})
    family = of_job(3, [before, after, third], seen(1, 3))
    assert [departure_of(family, member) for member in family.members] == [None, None, None]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("a boat at night", "a boat at dawn", [("added", "dawn"), ("removed", "night")]),
        ("a boat", "a red boat in rain", [("added", "red · in rain")]),
        ("a boat", "a  boat", []),
    ],
)
def test_what_came_and_went_is_a_line_each(before: str, after: str, told: list[tuple[str, str]]) -> None:
    assert [(change.kind.value, change.text) for change in word_changes(before, after)] == told


@pytest.mark.parametrize(
    "fields",
    [
        {"status": Status.HELD, "held": True},
        {"status": Status.REJECTED},
        {"status": Status.IN_REVIEW, "unapproved": True},
        {"status": Status.PROCESSING},
        {"status": Status.DELETED},
        {"spoiler": True},
        {"venue": Venue.PRIVATE},
        {"unapproved": True},
    ],
)
def test_what_is_hidden_or_undecided_has_no_poster(fields: dict[str, Any]) -> None:
    family = of_job(1, [kin(1), kin(2, 1, **fields)])
    assert [has_poster(member) for member in family.members] == [True, False]


# --- of an idea


IDEAS = (
    an_idea(1, text=Text(title="Boat", subject="A paper boat", action="It drifts")),
    an_idea(2, text=Text(title="Dog", subject="A dog")),
    an_idea(3, of=(1, 2), text=Text(title="Both", subject="A paper boat and a dog", action="It drifts")),
    an_idea(4, text=Text(title="Kite", subject="A kite")),
    an_idea(5, of=(3, 4), text=Text(title="All", subject="A kite, a boat, a dog")),
    an_idea(6, text=Text(title="Alone", subject="An umbrella")),
)


def a_desk(ideas: tuple[Idea, ...] = IDEAS, **fields: Any) -> Desk:
    plain = {"brief": a_brief(round=1), "tally": Tally(votes={3: 2, 1: 1}, voters=3)}
    return Desk(**{**plain, "ideas": ideas, **fields})


def taken(number: int, idea: int, **fields: Any) -> Taken:
    return Taken(number=number, job_id=a_job(number).id, batch_id="p", idea=idea, **fields)


@pytest.mark.parametrize(
    ("number", "found"),
    [(1, {1, 2, 3, 4, 5}), (2, {1, 2, 3, 4, 5}), (4, {1, 2, 3, 4, 5}), (5, {1, 2, 3, 4, 5}), (6, {6})],
)
def test_what_an_idea_joins_and_what_joins_it_belong_together(number: int, found: set[int]) -> None:
    assert related(IDEAS, number) == found


def test_of_an_idea_that_nobody_joined_only_what_it_joins() -> None:
    assert related(IDEAS[:4], 3) == {1, 2, 3} and related(IDEAS[:4], 4) == {4}


def drawn(family: Family, locale: str = "en-US") -> list[Member]:
    return [portrait.member for portrait in portraits_of(family, {}, CATALOGUE, locale)]


def test_an_idea_of_two_with_takes_votes_and_winners() -> None:
    prompt = IDEAS[2].text.prompt
    jobs = [
        kin(1, request={"prompt": prompt}),
        kin(2, request={"prompt": f"{prompt} More rain", "model": "veo-3.1"}),
        kin(3, 2, request={"prompt": prompt, "model": "veo-3.1", "seconds": 4}),
        kin(4, 3, request={"prompt": prompt, "model": "veo-3.1", "seconds": 4}, status=Status.FAILED),
    ]
    desk = a_desk(IDEAS[:4], taken=(taken(1, 3), taken(2, 3, winner=True)))
    family = family_of_idea(desk, 3, jobs, everybody)
    members = drawn(family)
    assert [(one.number, one.title, one.votes, one.won) for one in members] == [
        ("1", "Boat", "1 vote", False),
        ("2", "Dog", "0 votes", False),
        ("▸ 3", "Both", "2 votes", True),
        ("T1", "Take 1", "Sora 2 Pro", False),
        ("T2", f"{prompt} More rain", "Veo 3.1", True),
        ("T2.1", prompt, "Veo 3.1", False),
        ("T2.2", prompt, "✖ failed", False),
    ]
    ids = [one.id for one in members]
    assert [[ids.index(parent) for parent in one.parents] for one in members] == [[], [], [0, 1], [2], [2], [4], [5]]
    told = [[(change.kind, change.text) for change in one.changed] for one in members]
    other = ChangeKind.OTHER
    assert told[3] == [(other, "Sora 2 Pro"), (other, "8 s"), (other, "1280×720")]
    assert told[5:] == [[(other, "4 s")], [(other, "the same again")]] and told[:3] == [[], [], []]
    prompts = [portrait.prompts for portrait in portraits_of(family, {}, CATALOGUE, "en-US")]
    assert prompts[2] == (IDEAS[0].text.prompt, prompt) and prompts[3] is None
    assert prompts[4:] == [(prompt, f"{prompt} More rain"), (f"{prompt} More rain", prompt), None]


def test_secret_votes_are_told_once_the_vote_is_over() -> None:
    secret = a_brief(round=1, rules=Rules(secret=True))
    voting = a_desk(brief=replace(secret, phase=Phase.VOTE))
    assert {one.votes for one in drawn(family_of_idea(voting, 3, [], everybody))} == {""}
    assert not any(one.won for one in drawn(family_of_idea(voting, 3, [], everybody)))
    over = drawn(family_of_idea(a_desk(brief=secret), 3, [], everybody))
    assert [one.votes for one in over] == ["1 vote", "0 votes", "2 votes", "0 votes", "0 votes"]


def test_of_blind_takes_nothing_tells_the_model_nor_of_what_is_made_of_them() -> None:
    prompt = IDEAS[5].text.prompt
    jobs = [
        kin(1, request={"prompt": prompt}),
        kin(2, request={"prompt": prompt, "model": "veo-3.1", "seconds": 4}),
        kin(3, 2, request={"prompt": f"{prompt} and rain", "model": "veo-3.1", "size": "720x1280"}),
    ]
    takes = (taken(1, 6, blind=True), taken(2, 6, blind=True))
    family = family_of_idea(a_desk(taken=takes), 6, jobs, everybody)
    for locale in LOCALES:
        for one in drawn(family, locale)[1:]:
            assert (one.votes, one.changed) == ("", ())
    # nor in the family of the clip itself
    of_clip = family_of_job(jobs, jobs[2].id, {jobs[1].id: takes[1]}, everybody)
    assert all((one.votes, one.changed) == ("", ()) for one in drawn(of_clip) if one.id != jobs[0].id)
    told = {one.votes for one in drawn(family_of_idea(a_desk(taken=(taken(1, 6), taken(2, 6))), 6, jobs, everybody))}
    assert {"Sora 2 Pro", "Veo 3.1"} <= told


def test_a_take_may_stand_in_the_middle_and_a_hidden_one_does_not() -> None:
    desk = a_desk(taken=(taken(1, 6), taken(2, 6)))
    jobs = [kin(1), kin(2)]
    assert family_of_idea(desk, 6, jobs, everybody, 2).middle == a_job(2).id
    hidden = family_of_idea(desk, 6, jobs, seen(1), 2)
    assert hidden.middle == hidden.members[0].id and len(hidden.members) == 2
    assert family_of_idea(desk, 6, jobs, everybody, 9).middle == hidden.middle


def test_of_a_withdrawn_idea_only_its_place_is_left() -> None:
    ideas = (*IDEAS[:1], replace(IDEAS[1], withdrawn=True), *IDEAS[2:4])
    family = family_of_idea(a_desk(ideas), 3, [], everybody)
    # the other one hangs on it no less, and without either parent it says nothing
    assert [(one.number, one.title) for one in drawn(family)] == [("1", "Boat"), ("▸ 3", "Both")]
    between = family_of_idea(a_desk((*ideas, an_idea(7, of=(2, 3)))), 3, [], everybody)
    told = {one.number: one.title for one in drawn(between)}
    assert told["2"] == "– not shown here" and "Dog" not in alt_text(between, "en-US")


def test_pictures_of_ideas_that_nobody_hid_are_shown() -> None:
    ideas = (an_idea(1, has_picture=True), an_idea(2, has_picture=True, spoiler=True), an_idea(3, of=(1, 2)))
    assert [has_picture(one) for one in family_of_idea(a_desk(ideas), 3, [], everybody).members] == [True, False, False]


# --- in words


@pytest.mark.parametrize("locale", LOCALES)
def test_the_picture_is_told_in_words_that_discord_takes(locale: str) -> None:
    many = [kin(number, 1 if number > 1 else None, request={"prompt": "A boat " * 80}) for number in range(1, 60)]
    text = alt_text(of_job(1, many), locale)
    assert 200 < len(text) <= 1024 and "40" in text
    winner = taken(2, 1, winner=True)
    assert alt_text(of_job(1, taken={a_job(2).id: winner}), locale).count("★") == 1
