"""Limits and what they leave, in words."""

from collections.abc import Iterator, Mapping

from bot.actions import Reached
from bot.server_rules.limits import Amount, Lack, in_money
from bot.usage_report import Left

from ..words.wording import decimal, relative, say

MONEY = ("each", "money_day", "money_month")


def money(locale: str, millionths: int) -> str:
    """In the currency of the catalogue's prices, which nobody told us the name of."""
    return decimal(locale, in_money(millionths), digits=2)


def limit_text(locale: str, lack: Lack) -> str:
    """The limit that had no room: how much there may be, and what was used of it."""
    return say(locale, f"limit.{lack.key}", **_spell(locale, lack.key, lack.most, lack.used, wanted=lack.wanted))


def room_text(locale: str, lack: Lack) -> str:
    """When there is room for it again, or what else would help."""
    if lack.room_at is not None:
        return say(locale, "limit.room_at", at=relative(lack.room_at))
    return say(locale, "limit.room_soon" if lack.key == "at_once" and lack.most else "limit.room_less")


def near_text(locale: str, near: tuple[str, int, int]) -> str:
    """A limit that is nearly used up: its key, how much is used, of how much."""
    key, used, most = near
    return say(locale, f"limit.near_{key}", **_spell(locale, key, most, used))


def left_text(locale: str, left: Left) -> str:
    """How much of a limit is used, and when some of it comes back."""
    facts = _spell(locale, left.key, left.most, left.used)
    limit = say(locale, f"usage.left_{left.key}", **facts)
    row = say(locale, f"usage.of_{left.whose}", limit=limit)
    return row if left.back_at is None else say(locale, "usage.back", row=row, at=relative(left.back_at))


def reached_text(locale: str, reached: Reached) -> str:
    """How much of a budget of the whole bot is used; all of it by the catalogue's prices."""
    limit = say(locale, f"usage.left_{reached.key}", **_spell(locale, reached.key, reached.most, reached.used))
    return say(locale, f"budget.{reached.share}", limit=limit)


def cost_lines(locale: str, amount: Amount, left: Mapping[str, int]) -> Iterator[str]:
    """What a wish comes to, and what is left after it."""
    yield say(locale, "confirm.cost", clips=amount.clips, seconds=amount.seconds, money=money(locale, amount.money))
    lines = [say(locale, f"confirm.left_{whose}", money=money(locale, rest)) for whose, rest in left.items()]
    if lines:
        yield say(locale, "confirm.left", lines="\n".join(lines))


def _spell(locale: str, key: str, most: int, used: int, *, wanted: int = 0) -> dict[str, object]:
    facts = {"most": most, "used": used, "wanted": wanted}
    return {name: money(locale, fact) if key in MONEY else fact for name, fact in facts.items()}
