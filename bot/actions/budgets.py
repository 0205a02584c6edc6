"""Budgets: what the operator is told of them, once at four fifths and once when all of it is used."""

from dataclasses import dataclass

from .. import clock
from ..server_rules.limits import NEARLY, Limit, Window
from ..store import Store

# How often usage is compared with the budgets, seconds.
LOOK_EVERY = 60.0
# How the whole bot's usage is called in the database.
BOT = "bot"
PREFIX = "budget:"
SHARES = {"nearly": NEARLY, "all": 1.0}


@dataclass(frozen=True, kw_only=True)
class Reached:
    """A budget that is used to a `share` of SHARES: its key ("money_day"), how much is used, of how much."""

    key: str
    share: str
    used: int
    most: int

    @property
    def fact(self) -> str:
        return f"{PREFIX}{self.key}:{self.share}"


class Budgets:
    def __init__(self, store: Store, limit: Limit) -> None:
        self._store = store
        self._limit = limit

    @property
    def are_set(self) -> bool:
        return bool(self._limit)

    async def share_used(self) -> str | None:
        """The name of the share that the budget used most has reached; None where there is room in all of them."""
        shares = {each.share for reached in (await self._reached()).values() for each in reached}
        return next((name for name in reversed(SHARES) if name in shares), None)

    async def untold(self) -> list[Reached]:
        """What has been reached and not been told, of each budget the most telling; it counts as told from now on.

        What is used less again is told again when it comes back.
        """
        now = clock.now()
        told = await self._store.facts(PREFIX)
        untold = []
        for key, reached in (await self._reached()).items():
            await self._forget(f"{PREFIX}{key}:", {each.fact for each in reached}, told)
            new = [each for each in reached if await self._store.claim_fact(each.fact, str(now))]
            untold += new[-1:]
        return untold

    async def _reached(self) -> dict[str, list[Reached]]:
        """By budget, the shares that are used, the least telling first."""
        used = (await self._store.sums([BOT], clock.now())).get(BOT)
        reached: dict[str, list[Reached]] = {}
        for unit, window, most in self._limit.sums():
            amount, key = getattr(used.within(Window(window)), unit) if used else 0, f"{unit}_{window}"
            reached[key] = [
                Reached(key=key, share=name, used=amount, most=most)
                for name, share in SHARES.items()
                if amount >= share * most
            ]
        return reached

    async def forget(self, reached: Reached) -> None:
        """It could not be told after all."""
        await self._store.forget_fact(reached.fact)

    async def _forget(self, prefix: str, reached: set[str], told: dict[str, str]) -> None:
        for fact in told:
            if fact.startswith(prefix) and fact not in reached:
                await self._store.forget_fact(fact)
