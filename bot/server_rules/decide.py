"""Deciding about a wish: allowed, to be confirmed, to be reviewed, or refused, and by which rule; pure.

The order is told to people in /settings, and never changes: who may, what may, what it says, how much, what it costs,
who looks at it first.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from .limits import DAY, Amount, Lack, Limit, Used, Whose, find_lack, most_generous, nearly_used
from .rules import BeforePublishing, BeforeSending, Pictures, Rules

# Of these a grant of clips makes no more.
UNGRANTED = ("each", "at_once")


@dataclass(frozen=True, kw_only=True)
class Flag:
    """Something in a wish that a rule about content names: which kind of rule, and for moderators what it was."""

    rule: str
    what: str = ""
    told: str = ""
    """What the server has the member told in its own words."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is asked for. `money` is in millionths, None where nobody said what the model costs.

    `has_rules` says that the model's maker has content rules that were not told with this wish, `confirmed` that its
    asker was told what it costs.
    """

    model: str
    seconds: int
    size: str
    money: int | None = None
    has_picture: bool = False
    age_restricted: bool = False
    flags: tuple[Flag, ...] = ()
    confirmed: bool = False
    has_rules: bool = False
    appeals: bool = False

    @property
    def amount(self) -> Amount:
        return Amount(clips=1, seconds=self.seconds, money=self.money or 0)


@dataclass(frozen=True, kw_only=True)
class Member:
    """Who asks. `blocked_until` is unix seconds, 0 for who is not; `granted` clips are beyond the member's limits.

    `has_asked` says that this is not their first request of the bot, here or anywhere.
    """

    role_ids: frozenset[int] = frozenset()
    joined_at: float | None = None
    blocked_until: float = 0.0
    blocked_why: str = ""
    granted: bool = False
    has_asked: bool = True
    appeals: int = 0


@dataclass(frozen=True, kw_only=True)
class Usage:
    """What counts at `now`, unix seconds, by whose it is. `paused` says that a moderator stopped everything here."""

    now: float
    used: Mapping[Whose, Used] = field(default_factory=dict)
    paused: bool = False

    def of(self, whose: Whose) -> Used:
        return self.used.get(whose, Used())


@dataclass(frozen=True, kw_only=True)
class Allowed:
    """`near` names limits of the member that are nearly used up now: key, used, of how much. `holds` its clip back."""

    near: tuple[tuple[str, int, int], ...] = ()
    uses_grant: bool = False
    held: bool = False


@dataclass(frozen=True, kw_only=True)
class NeedsConfirming:
    """`tells_rules` says that the model's content rules are to be told, `amount` what it comes to, if that is.

    `left` is what is left after it of each limit of money, by whose it is; in millionths.
    """

    tells_rules: bool = False
    amount: Amount | None = None
    left: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class NeedsReview:
    """`why` names what makes it so: "all", "pictures", "newcomers", "flagged", "appeal"."""

    why: str
    once_approved: Allowed
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Refused:
    """`rule` is the key of the rule that says no, `facts` fill its sentence, `lack` is a limit that had no room.

    `may_appeal` says that a moderator can be asked.
    """

    rule: str
    facts: Mapping[str, object] = field(default_factory=dict)
    lack: Lack | None = None
    may_appeal: bool = False


Decision = Allowed | NeedsConfirming | NeedsReview | Refused


def decide(wish: Wish, member: Member, usage: Usage, rules: Rules) -> Decision:
    """What becomes of a wish. Every limit that applies must have room."""
    refused = refused_unread(wish, member, usage, rules) or _content(wish, member, rules)
    if refused:
        return refused
    uses_grant = False
    for whose, limit in applying(member, rules):
        lack = _find_lack(whose, limit, usage, wish)
        if lack and lack.key not in UNGRANTED and whose is Whose.MEMBER and member.granted:
            uses_grant = True
        elif lack:
            return Refused(rule=lack.key, lack=lack)
        elif limit.counts_money and wish.money is None:
            return Refused(rule="no_price", facts={"model": wish.model})
    if rules.confirm_above is not None and not wish.confirmed and wish.money is None:
        return Refused(rule="no_price", facts={"model": wish.model})
    if asked := _ask(wish, member, usage, rules):
        return asked
    near = nearly_used(_own_limit(member, rules), usage.of(Whose.MEMBER), wish.amount)
    allowed = Allowed(near=tuple(near), uses_grant=uses_grant, held=_is_held(wish, rules))
    why = review_reason(wish, member, usage.now, rules)
    return NeedsReview(why=why, flags=wish.flags, once_approved=allowed) if why else allowed


def refuse_showing(
    wish: Wish, member: Member, usage: Usage, rules: Rules, *, wish_approved: bool, clip_approved: bool
) -> Refused | None:
    """Why a clip that is there is not shown once more in a place with these rules; nothing is spent.

    `wish_approved` and `clip_approved` say what a moderator of the server looked at and let pass.
    """
    if refused := refused_unread(wish, member, usage, rules):
        return refused
    if wish.flags and not wish_approved and not clip_approved:
        first = wish.flags[0]
        return Refused(rule=first.rule, facts={"told": first.told} if first.told else {})
    unseen = review_reason(wish, member, usage.now, rules) is not None and not wish_approved
    if (unseen or _is_held(wish, rules)) and not clip_approved:
        return Refused(rule="unreviewed")
    return None


def refuse_idea(wish: Wish, member: Member, usage: Usage, rules: Rules) -> Refused | None:
    """Why somebody may not take part, or not with these words and this picture, where nothing is to be sent yet."""
    if refused := _who(wish, member, usage, rules) or _pictures(wish, member, rules):
        return refused
    first = next(iter(wish.flags), None)
    return Refused(rule=first.rule, facts={"told": first.told} if first.told else {}) if first else None


def refused_unread(wish: Wish, member: Member, usage: Usage, rules: Rules) -> Refused | None:
    """What is refused whatever it says and shows: nobody else need see it then."""
    return _who(wish, member, usage, rules) or _what(wish, member, rules)


def applying(member: Member, rules: Rules) -> Iterator[tuple[Whose, Limit]]:
    """The limits that a wish has to fit in, in the order in which they are looked at."""
    limits = rules.limits
    yield Whose.MEMBER, _own_limit(member, rules)
    yield Whose.CHANNEL, limits.channel
    yield Whose.SERVER, limits.server
    yield Whose.CEILING, limits.ceiling
    yield Whose.BOT, limits.bot


def review_reason(wish: Wish, member: Member, now: float, rules: Rules) -> str | None:
    """Why a moderator has to look at a wish before it is sent; None when nobody has to."""
    review = rules.review.before_sending
    if wish.flags:
        return "appeal" if wish.appeals and review not in (BeforeSending.ALL, BeforeSending.FLAGGED) else "flagged"
    if review is BeforeSending.ALL:
        return "all"
    if wish.has_picture and (review is BeforeSending.PICTURES or rules.pictures is Pictures.REVIEW):
        return "pictures"
    if review is BeforeSending.NEWCOMERS and is_newcomer(member, now, rules):
        return "newcomers"
    return None


def is_newcomer(member: Member, now: float, rules: Rules) -> bool:
    """Who is not known to have been there for long enough is one."""
    return member.joined_at is None or now - member.joined_at < rules.newcomer_days * DAY


def _ask(wish: Wish, member: Member, usage: Usage, rules: Rules) -> NeedsConfirming | None:
    """What its asker is told before it is sent, in one question."""
    tells_rules = wish.has_rules and not member.has_asked
    above = rules.confirm_above
    if above is not None and not wish.confirmed and wish.amount.money > above:
        left = dict(_left(wish, member, usage, rules))
        return NeedsConfirming(tells_rules=tells_rules, amount=wish.amount, left=left)
    return NeedsConfirming(tells_rules=True) if tells_rules else None


def _own_limit(member: Member, rules: Rules) -> Limit:
    """A role's limit is in the place of everybody's; of several roles the most generous counts."""
    of_roles = [limit for role_id, limit in rules.limits.roles.items() if role_id in member.role_ids]
    return most_generous(of_roles) if of_roles else rules.limits.member


def _who(wish: Wish, member: Member, usage: Usage, rules: Rules) -> Refused | None:
    if member.blocked_until > usage.now:
        return Refused(rule="blocked", facts={"until": member.blocked_until, "why": member.blocked_why})
    if usage.paused:
        return Refused(rule="paused")
    if not rules.allowed:
        return Refused(rule="not_here")
    if rules.age_restricted_only and not wish.age_restricted:
        return Refused(rule="age_restricted")
    if denied := member.role_ids.intersection(rules.roles_denied):
        return Refused(rule="role_denied", facts={"roles": tuple(sorted(denied))})
    if rules.roles_allowed and not member.role_ids.intersection(rules.roles_allowed):
        return Refused(rule="role_missing", facts={"roles": rules.roles_allowed})
    return None


def _what(wish: Wish, member: Member, rules: Rules) -> Refused | None:
    if rules.models and wish.model not in rules.models:
        return Refused(rule="model", facts={"models": rules.models})
    if rules.max_seconds is not None and wish.seconds > rules.max_seconds:
        return Refused(rule="seconds", facts={"most": rules.max_seconds})
    if rules.sizes and wish.size not in rules.sizes:
        return Refused(rule="size", facts={"sizes": rules.sizes})
    return _pictures(wish, member, rules)


def _pictures(wish: Wish, member: Member, rules: Rules) -> Refused | None:
    if wish.has_picture and rules.pictures is Pictures.OFF:
        return Refused(rule="pictures_off")
    if wish.has_picture and rules.pictures is Pictures.ROLES and not member.role_ids.intersection(rules.picture_roles):
        return Refused(rule="pictures_roles", facts={"roles": rules.picture_roles})
    return None


def _content(wish: Wish, member: Member, rules: Rules) -> Refused | None:
    """What a rule about content names is refused, unless a moderator looks at it."""
    review = rules.review
    if not wish.flags or review.before_sending in (BeforeSending.ALL, BeforeSending.FLAGGED):
        return None
    has_appeals = review.channel is not None and member.appeals < review.appeals_day
    if wish.appeals and review.channel is not None:
        return None if has_appeals else Refused(rule="appeals", facts={"most": review.appeals_day})
    first = wish.flags[0]
    return Refused(rule=first.rule, facts={"told": first.told} if first.told else {}, may_appeal=has_appeals)


def _find_lack(whose: Whose, limit: Limit, usage: Usage, wish: Wish) -> Lack | None:
    return find_lack(whose, limit, usage.of(whose), wish.amount)


def _is_held(wish: Wish, rules: Rules) -> bool:
    """Whether a moderator sees the clip before anybody else."""
    publishing = rules.review.before_publishing
    return publishing is BeforePublishing.ALL or (publishing is BeforePublishing.FLAGGED and bool(wish.flags))


def _left(wish: Wish, member: Member, usage: Usage, rules: Rules) -> Iterator[tuple[str, int]]:
    """Of each limit of money what is left after this: "member_day" and so on."""
    for whose, limit in applying(member, rules):
        for unit, window, most in limit.sums():
            # what the operator lets the whole bot have is not the server's to know
            if unit == "money" and whose is not Whose.BOT:
                yield f"{whose}_{window}", most - usage.of(whose).within(window).money - wish.amount.money
