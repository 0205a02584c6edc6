"""The document of a server's rules: every key, every mistake with its place, and that it is read as it was written."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BadRules
from bot.server_rules.changes import UNSAID, Change, differences, put, says, take_away
from bot.server_rules.document import (
    LIMIT,
    MOST_CHARACTERS,
    MOST_LISTED,
    RULES,
    Document,
    parse_document,
    plain_document,
    read_document,
    write_document,
)
from bot.server_rules.limits import Limit
from bot.server_rules.rules import (
    BeforePublishing,
    BeforeSending,
    Limits,
    Pictures,
    Review,
    Rules,
    Then,
    Threads,
)

WHOLE: dict[str, Any] = {
    "allowed": True,
    "roles_allowed": ["11", "12"],
    "roles_denied": ["13"],
    "models": ["sora-2-pro"],
    "max_seconds": 8,
    "sizes": ["1280x720"],
    "pictures": "roles",
    "picture_roles": ["14"],
    "limits": {
        "member": {"clips_day": 3, "seconds_day": 60, "money_day": 2.5, "at_once": 1, "each": 1.25},
        "channel": {"clips_month": 90, "seconds_month": 900, "money_month": 30},
        "server": {"money_month": 100},
        "roles": {"15": {"clips_day": 10}},
    },
    "confirm_above": 0.5,
    "review": {
        "before_sending": "newcomers",
        "before_publishing": "flagged",
        "channel": "21",
        "roles": ["16"],
        "hours": 12,
        "then": "approve",
        "appeals_day": 0,
    },
    "newcomer_days": 30,
    "threads": "private",
    "spoiler": True,
    "age_restricted_only": True,
    "blocked": ["casino", "/fr[e3]e/"],
    "automod": True,
    "log_channel": "22",
}


def of_server(**rules: Any) -> dict[str, Any]:
    return {"version": 1, "server": rules}


def test_every_key_is_read() -> None:
    assert parse_document(of_server(**WHOLE)).rules_in([]) == Rules(
        allowed=True,
        roles_allowed=(11, 12),
        roles_denied=(13,),
        models=("sora-2-pro",),
        max_seconds=8,
        sizes=("1280x720",),
        pictures=Pictures.ROLES,
        picture_roles=(14,),
        limits=Limits(
            member=Limit(clips_day=3, seconds_day=60, money_day=2_500_000, at_once=1, each=1_250_000),
            channel=Limit(clips_month=90, seconds_month=900, money_month=30_000_000),
            server=Limit(money_month=100_000_000),
            roles={15: Limit(clips_day=10)},
        ),
        confirm_above=500_000,
        review=Review(
            before_sending=BeforeSending.NEWCOMERS,
            before_publishing=BeforePublishing.FLAGGED,
            channel=21,
            roles=(16,),
            hours=12,
            then=Then.APPROVE,
            appeals_day=0,
        ),
        newcomer_days=30,
        threads=Threads.PRIVATE,
        spoiler=True,
        age_restricted_only=True,
        blocked=("casino", "/fr[e3]e/"),
        automod=True,
        log_channel=22,
    )
    assert WHOLE.keys() == RULES.keys()


@pytest.mark.parametrize(
    ("rules", "where", "code"),
    [
        ({"alowed": True}, "server.alowed", "unknown_key"),
        ({"allowed": 1}, "server.allowed", "flag"),
        ({"spoiler": "true"}, "server.spoiler", "flag"),
        ({"roles_allowed": "11"}, "server.roles_allowed", "list"),
        ({"roles_allowed": ["11", 12]}, "server.roles_allowed[1]", "id"),
        ({"roles_denied": ["٣"]}, "server.roles_denied[0]", "id"),
        ({"roles_denied": ["0"]}, "server.roles_denied[0]", "id"),
        ({"roles_denied": ["011"]}, "server.roles_denied[0]", "id"),
        ({"roles_denied": ["1" * 21]}, "server.roles_denied[0]", "id"),
        ({"roles_denied": [str(each + 1) for each in range(MOST_LISTED + 1)]}, "server.roles_denied", "too_many"),
        ({"models": [""]}, "server.models[0]", "text"),
        ({"models": ["a" * 301]}, "server.models[0]", "text"),
        ({"models": ["\ud800"]}, "server.models[0]", "text"),
        ({"models": ["a\x00"]}, "server.models[0]", "text"),
        ({"max_seconds": 0}, "server.max_seconds", "whole"),
        ({"max_seconds": True}, "server.max_seconds", "whole"),
        ({"max_seconds": 8.0}, "server.max_seconds", "whole"),
        ({"max_seconds": 10**400}, "server.max_seconds", "whole"),
        ({"pictures": "some"}, "server.pictures", "choice"),
        ({"pictures": None}, "server.pictures", "choice"),
        ({"pictures": ["all"]}, "server.pictures", "choice"),
        ({"limits": []}, "server.limits", "object"),
        ({"limits": {"ceiling": {}}}, "server.limits.ceiling", "unknown_key"),
        ({"limits": {"member": {"clips": 1}}}, "server.limits.member.clips", "unknown_key"),
        ({"limits": {"member": {"clips_day": -1}}}, "server.limits.member.clips_day", "whole"),
        ({"limits": {"member": {"money_day": False}}}, "server.limits.member.money_day", "money"),
        ({"limits": {"member": {"money_day": float("nan")}}}, "server.limits.member.money_day", "money"),
        ({"limits": {"member": {"money_day": float("inf")}}}, "server.limits.member.money_day", "money"),
        ({"limits": {"member": {"money_day": 10**400}}}, "server.limits.member.money_day", "money"),
        ({"limits": {"member": {"money_day": -0.01}}}, "server.limits.member.money_day", "money"),
        ({"limits": {"roles": {"everyone": {}}}}, "server.limits.roles.everyone", "id"),
        ({"limits": {"roles": {"15": 3}}}, "server.limits.roles.15", "object"),
        ({"confirm_above": "1"}, "server.confirm_above", "money"),
        ({"review": {"before_sending": "all"}}, "server.review", "no_channel"),
        ({"pictures": "review"}, "server.review", "no_channel"),
        ({"review": {"channel": 21}}, "server.review.channel", "id"),
        ({"review": {"hours": 0}}, "server.review.hours", "whole"),
        ({"review": {"hours": None}}, "server.review.hours", "whole"),
        ({"newcomer_days": None}, "server.newcomer_days", "whole"),
        ({"review": {"then": "wait"}}, "server.review.then", "choice"),
        ({"blocked": ["casino", " "]}, "server.blocked[1]", "text"),
        ({"blocked": ["a", "b", "c", "/(?=d)/"]}, "server.blocked[3]", "entry_pattern"),
        ({"blocked": ["a", "/.*/"]}, "server.blocked[1]", "entry_everything"),
    ],
)
def test_a_mistake_is_named_with_its_place(rules: dict[str, Any], where: str, code: str) -> None:
    with pytest.raises(BadRules) as caught:
        parse_document(of_server(**rules))
    assert (caught.value.where, caught.value.code) == (where, code)


@pytest.mark.parametrize(
    ("document", "where", "code"),
    [
        ([], "", "object"),
        ({}, "version", "version"),
        ({"version": True}, "version", "version"),
        ({"version": 2}, "version", "version"),
        ({"version": 1, "guild": {}}, "guild", "unknown_key"),
        ({"version": 1, "channels": []}, "channels", "object"),
        ({"version": 1, "channels": {"general": {}}}, "channels.general", "id"),
        ({"version": 1, "channels": {"5": None}}, "channels.5", "object"),
        ({"version": 1, "channels": {"5": {"spoiler": 0}}}, "channels.5.spoiler", "flag"),
        (
            {"version": 1, "channels": {"5": {"review": {"before_publishing": "all"}}}},
            "channels.5.review",
            "no_channel",
        ),
    ],
)
def test_so_is_one_of_the_whole_document(document: Any, where: str, code: str) -> None:
    with pytest.raises(BadRules) as caught:
        parse_document(document)
    assert (caught.value.where, caught.value.code) == (where, code)


@pytest.mark.parametrize(
    ("text", "where", "code", "facts"),
    [
        ("", "", "no_json", {"line": 1}),
        ('{"version": 1,\n "server": {,}}', "", "no_json", {"line": 2}),
        ('{"version": 1, "server": {"confirm_above": NaN}}', "", "no_json", {"line": 1}),
        ('{"version": 1, "server": {"confirm_above": -Infinity}}', "", "no_json", {"line": 1}),
        ('{"version": 1, "server": {"confirm_above": 1e999}}', "server.confirm_above", "money", {}),
        ('{"version": 1, "server": {"max_seconds": ' + "9" * 5000 + "}}", "", "no_json", {"line": 1}),
        ("[" * 100_000, "", "no_json", {"line": 1}),
        ('{"a":' * 30_000, "", "no_json", {"line": 1}),
        ('{"version": 1, "server": {"spoiler": true, "spoiler": false}}', "spoiler", "twice", {}),
        (" " * (MOST_CHARACTERS + 1), "", "too_long", {"most": MOST_CHARACTERS}),
    ],
)
def test_so_is_text_that_is_no_document(text: str, where: str, code: str, facts: dict[str, Any]) -> None:
    with pytest.raises(BadRules) as caught:
        read_document(text)
    assert (caught.value.where, caught.value.code, caught.value.facts) == (where, code, facts)


def test_an_id_that_is_there_twice_counts_once() -> None:
    assert parse_document(of_server(roles_allowed=["12", "11", "12"])).rules_in([]).roles_allowed == (12, 11)


def test_a_channel_says_otherwise_key_by_key_and_a_thread_follows_it() -> None:
    document = parse_document(
        {
            "version": 1,
            "server": WHOLE,
            "channels": {
                "5": {"spoiler": False, "max_seconds": None, "review": {"hours": 2}, "limits": {"member": {"each": 1}}},
                "6": {"allowed": False},
            },
        }
    )
    server, channel = document.rules_in([]), document.rules_in([5])
    assert not channel.spoiler and channel.max_seconds is None
    assert channel.review.hours == 2 and channel.review.channel == server.review.channel == 21
    assert channel.limits.member == Limit(each=1_000_000) and channel.limits.channel == server.limits.channel
    assert channel.blocked == server.blocked
    assert document.rules_in([9, 5]) == channel and document.rules_in([9]) == server
    assert not document.rules_in([6]).allowed


# --- written and read


counts = st.integers(0, 10**9)
ids = st.integers(1, 2**64 - 1).map(str)
money = st.integers(0, 10**15).map(lambda millionths: millionths / 10**6)
limit = st.fixed_dictionaries({}, optional={key: money if "money" in key or key == "each" else counts for key in LIMIT})
listed = st.lists(ids, unique=True, max_size=4)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    **dict.fromkeys(("allowed", "spoiler", "age_restricted_only", "automod"), st.booleans()),
    **dict.fromkeys(("roles_allowed", "roles_denied", "picture_roles"), listed),
    **dict.fromkeys(("models", "sizes"), st.lists(st.text("abc-2 é", min_size=1).filter(str.strip), unique=True)),
    "blocked": st.lists(st.sampled_from(["casino", "two words", "/x+y/", "naïve"]), unique=True),
    "max_seconds": st.none() | st.integers(1, 3600),
    "pictures": st.sampled_from(Pictures).map(str),
    "limits": st.fixed_dictionaries(
        {},
        optional={"member": limit, "channel": limit, "server": limit, "roles": st.dictionaries(ids, limit, max_size=2)},
    ),
    "confirm_above": st.none() | money,
    "review": st.fixed_dictionaries(
        {"channel": ids},
        optional={
            "before_sending": st.sampled_from(BeforeSending).map(str),
            "before_publishing": st.sampled_from(BeforePublishing).map(str),
            "roles": listed,
            "hours": st.integers(1, 720),
            "then": st.sampled_from(Then).map(str),
            "appeals_day": st.integers(0, 1000),
        },
    ),
    "newcomer_days": st.integers(0, 3650),
    "threads": st.sampled_from(Threads).map(str),
    "log_channel": st.none() | ids,
}
places = st.fixed_dictionaries(
    {"review": VALUES["review"]}, optional={key: value for key, value in VALUES.items() if key != "review"}
)
documents = st.builds(
    lambda server, channels: {"version": 1, "server": server, "channels": channels},
    places,
    st.dictionaries(ids, places, max_size=3),
)


@given(plain=documents)
def test_what_is_written_is_read_as_the_same(plain: dict[str, Any]) -> None:
    document = parse_document(plain)
    assert read_document(write_document(document)) == document
    assert plain_document(document) == json.loads(json.dumps(plain))


@given(plain=documents, other=documents)
def test_putting_the_differences_makes_the_other_one(plain: dict[str, Any], other: dict[str, Any]) -> None:
    """As far as the other one says something: what it no longer says is taken away."""
    before, after = parse_document(plain), parse_document(other)
    changed = before
    for change in differences(before, after):
        if change.after is not UNSAID:
            changed = put(changed, change.channel_id, {change.key: change.after})
    for change in differences(changed, after):
        assert change.after is UNSAID
        changed = take_away(changed, change.channel_id, (change.key,))
    assert differences(changed, after) == []
    assert all(changed.rules_in([each]) == after.rules_in([each]) for each in after.channels)


@given(junk=st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda inner: st.lists(inner) | inner))
def test_whatever_is_no_document_is_refused_and_nothing_else_happens(junk: Any) -> None:
    for plain in (junk, {"version": 1, "channels": [junk]}, *(of_server(**{key: [{"": junk}]}) for key in RULES)):
        with pytest.raises(BadRules):
            parse_document(plain)


# --- changed


def test_a_change_is_put_where_it_belongs_and_taken_away_again() -> None:
    document = put(Document(), None, {"review.channel": "21", "review.before_sending": "all", "spoiler": True})
    document = put(document, 5, {"review.before_sending": "off", "spoiler": False})
    assert document.rules_in([]).review == Review(before_sending=BeforeSending.ALL, channel=21)
    assert document.rules_in([5]).review.before_sending is BeforeSending.OFF
    assert says(document, 5, ("review.before_sending",)) and not says(document, 5, ("review.channel", "automod"))
    document = take_away(document, 5, ("spoiler",))
    assert document.rules_in([5]).spoiler
    assert 5 not in take_away(document, 5, ("review.before_sending", "spoiler", "threads")).channels


def test_a_change_is_judged_with_all_the_rest() -> None:
    document = put(Document(), None, {"review.channel": "21", "review.before_sending": "all"})
    with pytest.raises(BadRules, match=r"server\.review"):
        put(document, None, {"review.channel": None})
    with pytest.raises(BadRules, match=r"channels\.5\.review"):
        put(document, 5, {"review.channel": None})


def test_differences_are_told_by_place_and_key() -> None:
    before = parse_document(of_server(spoiler=True, limits={"member": {"clips_day": 3}}))
    after = put(take_away(before, None, ("spoiler",)), 5, {"limits.member": {"clips_day": 1}})
    assert differences(before, after) == [
        Change(channel_id=None, key="spoiler", before=True, after=UNSAID),
        Change(channel_id=5, key="limits.member", before=UNSAID, after={"clips_day": 1}),
    ]
