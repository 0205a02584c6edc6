"""What the doctor finds of the bot itself, in the words of whoever uses it: the operator's affairs stay with them."""

from collections.abc import Iterator

from bot.actions import Away, Condition
from bot.video_request import Refusal

from .findings import Finding, Subject

# What the vendor may have against the key; anything else it says is told as it is.
KEY_CODES = ("key", "access", "credit", "troubled")


def bot_findings(condition: Condition, admitted: Refusal | None, *, counts_money: bool) -> Iterator[Finding]:
    """`admitted` is why nothing may be made in this server; `counts_money` whether a rule of it does so."""
    if admitted:
        yield Finding(subject=Subject.SERVER, well=False, code=f"not_admitted_{admitted.code.removeprefix('guild_')}")
    yield _key(condition.vendor)
    yield Finding(subject=Subject.KEY, well=None, code="webhooks" if condition.has_webhooks else "no_webhooks")
    yield from _models(condition, counts_money=counts_money or condition.counts_money)
    yield _endpoint(condition)
    yield _suggest(condition)
    if not condition.is_read:
        yield Finding(subject=Subject.DATABASE, well=False, code="database_away")
        return
    yield _budget(condition)
    yield Finding(subject=Subject.DATABASE, well=True, code="database")


def _key(code: str | None) -> Finding:
    if code is None:
        return Finding(subject=Subject.KEY, well=True, code="vendor")
    if code in KEY_CODES:
        return Finding(subject=Subject.KEY, well=False, code=f"vendor_{code}")
    return Finding(subject=Subject.KEY, well=None, code="vendor_odd", facts={"code": code})


def _models(condition: Condition, *, counts_money: bool) -> Iterator[Finding]:
    live = tuple(name for name in condition.models if name not in condition.refused)
    if live:
        yield Finding(subject=Subject.MODELS, well=True, code="models", facts={"models": live})
    if condition.refused:
        facts = {"models": condition.refused}
        yield Finding(subject=Subject.MODELS, well=None if live else False, code="models_refused", facts=facts)
    if away := condition.away:
        yield _default(away)
    if condition.unpriced and counts_money:
        facts = {"models": condition.unpriced}
        yield Finding(subject=Subject.MODELS, well=False, code="models_unpriced", facts=facts)


def _default(away: Away) -> Finding:
    named = {"model": away.model.name}
    if away.instead is None:
        return Finding(subject=Subject.MODELS, well=False, code="default_away", facts=named)
    named |= {"instead": away.instead.name}
    return Finding(subject=Subject.MODELS, well=None, code="default_stood_in", facts=named)


def _endpoint(condition: Condition) -> Finding:
    if not condition.has_endpoint:
        return Finding(subject=Subject.ENDPOINT, well=None, code="no_endpoint")
    if condition.endpoint:
        return Finding(subject=Subject.ENDPOINT, well=False, code="endpoint_away")
    return Finding(subject=Subject.ENDPOINT, well=True, code="endpoint")


def _suggest(condition: Condition) -> Finding:
    if not condition.has_suggest:
        return Finding(subject=Subject.SUGGEST, well=None, code="no_suggest")
    if condition.suggest:
        return Finding(subject=Subject.SUGGEST, well=False, code="suggest_away")
    return Finding(subject=Subject.SUGGEST, well=True, code="suggest")


def _budget(condition: Condition) -> Finding:
    """How much it is, and of how much, is the operator's to know."""
    if not condition.has_budget:
        return Finding(subject=Subject.BUDGET, well=None, code="no_budget")
    if condition.budget:
        well = False if condition.budget == "all" else None
        return Finding(subject=Subject.BUDGET, well=well, code=f"budget_{condition.budget}")
    return Finding(subject=Subject.BUDGET, well=True, code="budget")
