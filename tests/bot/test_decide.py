"""Deciding about a wish: each rule, their order, and that no limit is passed over."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.server_rules.decide import (
    Allowed,
    Decision,
    Flag,
    Member,
    NeedsConfirming,
    NeedsReview,
    Refused,
    Usage,
    Wish,
    applying,
    decide,
    refuse_showing,
)
from bot.server_rules.limits import DAY, Amount, Limit, Used, Whose
from bot.server_rules.rules import BeforePublishing, BeforeSending, Limits, Pictures, Review, Rules

NOW = 1_700_000_000.0
WISH = Wish(model="sora-2-pro", seconds=8, size="1280x720", money=2_400_000)
MEMBER = Member(role_ids=frozenset({1, 2}), joined_at=NOW - 100 * DAY)
FLAG = Flag(rule="word", what="kitten")


def made(
    rules: Rules, wish: Wish = WISH, member: Member = MEMBER, used: dict[Whose, Used] | None = None, **usage: Any
) -> Decision:
    return decide(wish, member, Usage(now=NOW, used=used or {}, **usage), rules)


def reviewed(before_sending: BeforeSending, **more: Any) -> Rules:
    return Rules(review=Review(before_sending=before_sending, channel=5), **more)


@pytest.mark.parametrize(
    ("rules", "wish", "member", "rule"),
    [
        (Rules(), WISH, MEMBER, None),
        (Rules(allowed=False), WISH, MEMBER, "not_here"),
        (Rules(age_restricted_only=True), WISH, MEMBER, "age_restricted"),
        (Rules(age_restricted_only=True), replace(WISH, age_restricted=True), MEMBER, None),
        (Rules(roles_denied=(2, 9)), WISH, MEMBER, "role_denied"),
        (Rules(roles_denied=(9,)), WISH, MEMBER, None),
        (Rules(roles_allowed=(9,)), WISH, MEMBER, "role_missing"),
        (Rules(roles_allowed=(9, 1)), WISH, MEMBER, None),
        (Rules(roles_allowed=(1,), roles_denied=(2,)), WISH, MEMBER, "role_denied"),
        (Rules(models=("veo-3.1",)), WISH, MEMBER, "model"),
        (Rules(models=("veo-3.1", "sora-2-pro")), WISH, MEMBER, None),
        (Rules(max_seconds=8), WISH, MEMBER, None),
        (Rules(max_seconds=7), WISH, MEMBER, "seconds"),
        (Rules(sizes=("720x1280",)), WISH, MEMBER, "size"),
        (Rules(pictures=Pictures.OFF), WISH, MEMBER, None),
        (Rules(pictures=Pictures.OFF), replace(WISH, has_picture=True), MEMBER, "pictures_off"),
        (Rules(pictures=Pictures.ROLES), replace(WISH, has_picture=True), MEMBER, "pictures_roles"),
        (Rules(pictures=Pictures.ROLES, picture_roles=(2,)), replace(WISH, has_picture=True), MEMBER, None),
        (Rules(), WISH, replace(MEMBER, blocked_until=NOW + 1), "blocked"),
        (Rules(), WISH, replace(MEMBER, blocked_until=NOW), None),
        (Rules(), replace(WISH, flags=(FLAG,)), MEMBER, "word"),
        (Rules(limits=Limits(member=Limit(clips_day=0))), WISH, MEMBER, "clips_day"),
        (Rules(limits=Limits(server=Limit(money_month=0))), WISH, MEMBER, "money_month"),
        (Rules(limits=Limits(server=Limit(money_month=10**9))), replace(WISH, money=None), MEMBER, "no_price"),
        (Rules(limits=Limits(bot=Limit(each=10**9))), replace(WISH, money=None), MEMBER, "no_price"),
        (Rules(confirm_above=1), replace(WISH, money=None), MEMBER, "no_price"),
        # a role's limit is in the place of everybody's, and no other's
        (Rules(limits=Limits(member=Limit(clips_day=0), roles={2: Limit()})), WISH, MEMBER, None),
        (Rules(limits=Limits(member=Limit(), roles={2: Limit(clips_day=0)})), WISH, MEMBER, "clips_day"),
        (Rules(limits=Limits(roles={2: Limit(clips_day=0), 1: Limit(clips_day=1)})), WISH, MEMBER, None),
        (Rules(limits=Limits(channel=Limit(clips_day=0), roles={2: Limit()})), WISH, MEMBER, "clips_day"),
        # a grant is beyond the member's own limits only, and neither dearer nor more at a time
        (Rules(limits=Limits(member=Limit(clips_day=0))), WISH, replace(MEMBER, granted=True), None),
        (Rules(limits=Limits(server=Limit(clips_day=0))), WISH, replace(MEMBER, granted=True), "clips_day"),
        (Rules(limits=Limits(member=Limit(each=1))), WISH, replace(MEMBER, granted=True), "each"),
        (Rules(limits=Limits(member=Limit(at_once=0))), WISH, replace(MEMBER, granted=True), "at_once"),
    ],
)
def test_a_rule_says_no(rules: Rules, wish: Wish, member: Member, rule: str | None) -> None:
    decision = made(rules, wish, member)
    assert (decision.rule if isinstance(decision, Refused) else None) == rule


def test_a_pause_stops_everything_here() -> None:
    assert made(Rules(), paused=True) == Refused(rule="paused")


def test_the_order_of_rules_never_changes() -> None:
    """Who may, what may, what it says, how much, what it costs, who looks at it first."""
    rules = Rules(
        allowed=False,
        age_restricted_only=True,
        roles_denied=(1,),
        roles_allowed=(9,),
        models=("veo-3.1",),
        max_seconds=4,
        sizes=("720x1280",),
        pictures=Pictures.OFF,
        limits=Limits(
            member=Limit(clips_day=0), channel=Limit(seconds_day=0), server=Limit(money_day=0), bot=Limit(each=0)
        ),
        confirm_above=0,
    )
    wish = replace(WISH, has_picture=True, flags=(FLAG,))
    member, usage = replace(MEMBER, blocked_until=NOW + 1), Usage(now=NOW, paused=True)
    mended: dict[str, Callable[[], tuple[Rules, Wish, Member, Usage]]] = {
        "blocked": lambda: (rules, wish, MEMBER, usage),
        "paused": lambda: (rules, wish, member, Usage(now=NOW)),
        "not_here": lambda: (replace(rules, allowed=True), wish, member, usage),
        "age_restricted": lambda: (replace(rules, age_restricted_only=False), wish, member, usage),
        "role_denied": lambda: (replace(rules, roles_denied=()), wish, member, usage),
        "role_missing": lambda: (replace(rules, roles_allowed=()), wish, member, usage),
        "model": lambda: (replace(rules, models=()), wish, member, usage),
        "seconds": lambda: (replace(rules, max_seconds=None), wish, member, usage),
        "size": lambda: (replace(rules, sizes=()), wish, member, usage),
        "pictures_off": lambda: (replace(rules, pictures=Pictures.ALL), wish, member, usage),
        "word": lambda: (rules, replace(wish, flags=()), member, usage),
        "clips_day": lambda: (_without(rules, "member"), wish, member, usage),
        "seconds_day": lambda: (_without(rules, "channel"), wish, member, usage),
        "money_day": lambda: (_without(rules, "server"), wish, member, usage),
        "each": lambda: (_without(rules, "bot"), wish, member, usage),
    }
    for name, mend in mended.items():
        found = decide(wish, member, usage, rules)
        assert isinstance(found, Refused)
        assert found.rule == name
        rules, wish, member, usage = mend()
    assert isinstance(decide(wish, member, usage, rules), NeedsConfirming)
    assert isinstance(decide(replace(wish, confirmed=True), member, usage, rules), Allowed)


def _without(rules: Rules, whose: str) -> Rules:
    limits: dict[str, Any] = {whose: Limit()}
    return replace(rules, limits=replace(rules.limits, **limits))


amounts = st.none() | st.integers(0, 12)
limits = st.builds(
    Limit, clips_day=amounts, seconds_day=amounts, money_day=amounts, clips_month=amounts, at_once=amounts
)
used = st.builds(
    lambda day, more, at_once: Used(day=day, month=day + more, at_once=at_once),
    st.builds(Amount, clips=st.integers(0, 12), seconds=st.integers(0, 12), money=st.integers(0, 12)),
    st.builds(Amount, clips=st.integers(0, 12), seconds=st.integers(0, 12), money=st.integers(0, 12)),
    st.integers(0, 12),
)


@given(
    st.builds(Limits, member=limits, channel=limits, server=limits, ceiling=limits, bot=limits),
    st.dictionaries(st.sampled_from(Whose), used),
    st.integers(1, 12),
    st.none() | st.integers(0, 12),
)
def test_whatever_is_allowed_leaves_no_limit_overrun(
    limits: Limits, used: dict[Whose, Used], seconds: int, money: int | None
) -> None:
    rules, wish = Rules(limits=limits), replace(WISH, seconds=seconds, money=money)
    decision = made(rules, wish, used=used)
    for whose, limit in applying(MEMBER, rules):
        before = used.get(whose, Used())
        for unit, window, most in limit.sums():
            fits = getattr(before.within(window), unit) + getattr(wish.amount, unit) <= most
            assert fits or isinstance(decision, Refused)
        assert limit.at_once is None or before.at_once < limit.at_once or isinstance(decision, Refused)
        assert money is not None or not limit.counts_money or isinstance(decision, Refused)
    if isinstance(decision, Refused) and decision.lack:
        # it names one that truly had none
        lack = decision.lack
        assert lack.used + lack.wanted > lack.most


@pytest.mark.parametrize(
    ("rules", "wish", "member", "why"),
    [
        (reviewed(BeforeSending.ALL), WISH, MEMBER, "all"),
        (reviewed(BeforeSending.PICTURES), WISH, MEMBER, None),
        (reviewed(BeforeSending.PICTURES), replace(WISH, has_picture=True), MEMBER, "pictures"),
        (reviewed(BeforeSending.OFF, pictures=Pictures.REVIEW), replace(WISH, has_picture=True), MEMBER, "pictures"),
        (reviewed(BeforeSending.FLAGGED), WISH, MEMBER, None),
        (reviewed(BeforeSending.FLAGGED), replace(WISH, flags=(FLAG,)), MEMBER, "flagged"),
        (reviewed(BeforeSending.ALL), replace(WISH, flags=(FLAG,)), MEMBER, "flagged"),
        (reviewed(BeforeSending.NEWCOMERS), WISH, MEMBER, None),
        (reviewed(BeforeSending.NEWCOMERS), WISH, replace(MEMBER, joined_at=NOW - 6 * DAY), "newcomers"),
        (reviewed(BeforeSending.NEWCOMERS, newcomer_days=5), WISH, replace(MEMBER, joined_at=NOW - 6 * DAY), None),
        # who is not known to have been there for long is new
        (reviewed(BeforeSending.NEWCOMERS), WISH, replace(MEMBER, joined_at=None), "newcomers"),
        (reviewed(BeforeSending.OFF), replace(WISH, flags=(FLAG,), appeals=True), MEMBER, "appeal"),
    ],
)
def test_who_looks_at_it_first(rules: Rules, wish: Wish, member: Member, why: str | None) -> None:
    decision = made(rules, wish, member)
    assert (decision.why if isinstance(decision, NeedsReview) else None) == why


@pytest.mark.parametrize(
    ("rules", "appeals", "may"),
    [
        (Rules(), 0, False),
        (reviewed(BeforeSending.OFF), 0, True),
        (reviewed(BeforeSending.OFF), 2, True),
        (reviewed(BeforeSending.OFF), 3, False),
        (reviewed(BeforeSending.PICTURES), 0, True),
    ],
)
def test_a_refused_wish_may_be_brought_before_a_moderator_so_many_times_a_day(
    rules: Rules, appeals: int, may: bool
) -> None:
    member, wish = replace(MEMBER, appeals=appeals), replace(WISH, flags=(FLAG,))
    refused = made(rules, wish, member)
    assert isinstance(refused, Refused)
    assert refused.may_appeal is may
    assert isinstance(made(rules, replace(wish, appeals=True), member), NeedsReview if may else Refused)


@pytest.mark.parametrize(
    ("publishing", "flags", "held"),
    [
        (BeforePublishing.OFF, (FLAG,), False),
        (BeforePublishing.ALL, (), True),
        (BeforePublishing.FLAGGED, (), False),
        (BeforePublishing.FLAGGED, (FLAG,), True),
    ],
)
def test_a_clip_is_held_back_also_when_it_was_looked_at_before(
    publishing: BeforePublishing, flags: tuple[Flag, ...], held: bool
) -> None:
    review = Review(before_sending=BeforeSending.ALL, before_publishing=publishing, channel=5)
    decision = made(Rules(review=review), replace(WISH, flags=flags))
    assert isinstance(decision, NeedsReview)
    assert decision.once_approved.held is held


def test_what_it_costs_is_asked_once_with_what_is_left_after_it() -> None:
    limits = Limits(member=Limit(money_day=10_000_000), server=Limit(money_month=9_000_000), bot=Limit(money_day=10**9))
    rules = Rules(confirm_above=2_000_000, limits=limits)
    used = {Whose.MEMBER: Used(day=Amount(money=1_000_000), month=Amount(money=1_000_000))}
    asked = made(rules, used=used)
    # what the whole bot has left is nobody's business here
    assert asked == NeedsConfirming(amount=WISH.amount, left={"member_day": 6_600_000, "server_month": 6_600_000})
    assert isinstance(made(rules, replace(WISH, confirmed=True), used=used), Allowed)
    assert isinstance(made(rules, replace(WISH, money=2_000_000)), Allowed)


def test_the_rules_of_a_maker_are_told_once_before_a_first_request_and_with_what_it_costs() -> None:
    first, ruled = replace(MEMBER, has_asked=False), replace(WISH, has_rules=True)
    assert made(Rules(), ruled, first) == NeedsConfirming(tells_rules=True)
    assert made(Rules(confirm_above=1), ruled, first) == NeedsConfirming(tells_rules=True, amount=WISH.amount)
    # what it costs was told by the button, the rules were not
    both = replace(ruled, confirmed=True)
    assert made(Rules(confirm_above=1), both, first) == NeedsConfirming(tells_rules=True)
    assert isinstance(made(Rules(), ruled), Allowed)
    assert isinstance(made(Rules(), WISH, first), Allowed)
    # nobody is asked about what is refused anyway, and it is told before a moderator looks
    assert isinstance(made(Rules(limits=Limits(member=Limit(clips_day=0))), ruled, first), Refused)
    assert isinstance(made(Rules(confirm_above=1), replace(ruled, money=None), first), Refused)
    assert isinstance(made(reviewed(BeforeSending.ALL), ruled, first), NeedsConfirming)


@given(st.booleans(), st.booleans(), st.booleans(), st.none() | st.integers(0, 5_000_000))
def test_one_question_tells_what_is_to_be_told_and_no_more(
    has_rules: bool, has_asked: bool, confirmed: bool, above: int | None
) -> None:
    wish = replace(WISH, has_rules=has_rules, confirmed=confirmed)
    decision = made(Rules(confirm_above=above), wish, replace(MEMBER, has_asked=has_asked))
    tells_rules = has_rules and not has_asked
    tells_amount = above is not None and above < 2_400_000 and not confirmed
    if isinstance(decision, NeedsConfirming):
        assert (decision.tells_rules, decision.amount is not None) == (tells_rules, tells_amount)
    else:
        assert isinstance(decision, Allowed) and not (tells_rules or tells_amount)


# --- a clip once more


NAMED = replace(WISH, flags=(FLAG,))
REVIEWED = reviewed(BeforeSending.ALL)
HELD = Rules(review=Review(before_publishing=BeforePublishing.ALL, channel=5))


@pytest.mark.parametrize(
    ("wish", "rules", "wish_approved", "clip_approved", "rule"),
    [
        (WISH, Rules(), False, False, None),
        (WISH, Rules(allowed=False), True, True, "not_here"),
        (WISH, Rules(max_seconds=2), True, True, "seconds"),
        # what it would cost is spent, and nothing is asked
        (WISH, Rules(confirm_above=0), False, False, None),
        (WISH, Rules(limits=Limits(member=Limit(clips_day=0))), False, False, None),
        (NAMED, Rules(), False, False, "word"),
        (NAMED, Rules(), True, False, None),
        (WISH, REVIEWED, False, False, "unreviewed"),
        (WISH, REVIEWED, True, False, None),
        (WISH, HELD, True, False, "unreviewed"),
        (WISH, HELD, False, True, None),
    ],
)
def test_a_clip_is_shown_once_more_where_the_rules_let_it(
    wish: Wish, rules: Rules, wish_approved: bool, clip_approved: bool, rule: str | None
) -> None:
    refused = refuse_showing(
        wish, MEMBER, Usage(now=NOW), rules, wish_approved=wish_approved, clip_approved=clip_approved
    )
    assert (refused.rule if refused else None) == rule
