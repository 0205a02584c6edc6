"""How the bot itself is, for whoever asks in Discord what keeps clips from being made; spends nothing."""

import asyncio
from dataclasses import dataclass

from ..catalogue import Catalogue
from ..errors import NotSuggested, TaskUnknown, Unchecked, VendorError
from ..moderation_endpoint import ModerationEndpoint
from ..mulerun import NO_TASK, MuleRun
from ..outages import AWAY
from ..store import Store
from ..suggest_endpoint import SuggestEndpoint
from ..tracker import Tracker
from .budgets import Budgets
from .stand_ins import Away, StandIns

# Whoever asks looks on.
ASKED_WITHIN = 5.0
# The vendor cannot be reached, or has a fault of its own.
TROUBLED = "troubled"
# The endpoint for suggestions has other models than the one it is to be asked for.
NO_MODEL = "no_model"


@dataclass(frozen=True, kw_only=True)
class Condition:
    """Codes are None where all is well.

    `vendor` is TROUBLED or the code of a VendorError, `endpoint` that of an Unchecked, `suggest` NO_MODEL or that of a
    NotSuggested. `refused` and `unpriced` are names of models: which the vendor refused lately, and which cost nobody
    knows how much. `away` says that the default is not to be had, and what stands in for it. `counts_money` says
    whether the operator has that counted, `has_webhooks` whether the vendor can tell of news. `budget` is the share of
    SHARES to which one is used. `is_read` is False where the database does not answer, and the budget is unknown.
    """

    vendor: str | None
    models: tuple[str, ...]
    refused: tuple[str, ...]
    away: Away | None
    unpriced: tuple[str, ...]
    counts_money: bool
    has_webhooks: bool
    has_endpoint: bool
    endpoint: str | None
    has_suggest: bool
    suggest: str | None
    has_budget: bool
    budget: str | None
    is_read: bool


class CheckUp:
    def __init__(
        self,
        *,
        store: Store,
        tracker: Tracker,
        catalogue: Catalogue,
        mulerun: MuleRun,
        endpoint: ModerationEndpoint | None,
        suggest: SuggestEndpoint | None,
        budgets: Budgets,
        stand_ins: StandIns,
        counts_money: bool,
        has_webhooks: bool,
    ) -> None:
        self._store = store
        self._tracker = tracker
        self._catalogue = catalogue
        self._mulerun = mulerun
        self._endpoint = endpoint
        self._suggest = suggest
        self._budgets = budgets
        self._stand_ins = stand_ins
        self._counts_money = counts_money
        self._has_webhooks = has_webhooks

    async def look(self) -> Condition:
        """Vendor, endpoints and database are asked at once, and for five seconds at most."""
        vendor, endpoint, suggest, (is_read, budget) = await asyncio.gather(
            self._ask_vendor(), self._ask_endpoint(), self._ask_suggest(), self._read_budget()
        )
        models = self._catalogue.models.values()
        return Condition(
            vendor=vendor,
            models=tuple(model.name for model in models),
            refused=tuple(model.name for model in models if model.id in self._tracker.availability.refused),
            away=self._stand_ins.away,
            unpriced=tuple(model.name for model in models if not model.is_priced),
            counts_money=self._counts_money,
            has_webhooks=self._has_webhooks,
            has_endpoint=self._endpoint is not None,
            endpoint=endpoint,
            has_suggest=self._suggest is not None,
            suggest=suggest,
            has_budget=self._budgets.are_set,
            budget=budget,
            is_read=is_read,
        )

    async def _ask_vendor(self) -> str | None:
        """After a task that cannot be: the default model's path answers, or says what it has against the key."""
        try:
            async with asyncio.timeout(ASKED_WITHIN):
                await self._mulerun.look(self._catalogue.default.path, NO_TASK)
        except TaskUnknown:
            return None
        except TimeoutError:
            return TROUBLED
        except VendorError as error:
            return TROUBLED if error.code == "unreached" else error.code
        return None

    async def _ask_endpoint(self) -> str | None:
        try:
            if self._endpoint:
                await self._endpoint.check_itself()
        except Unchecked as error:
            return error.code
        return None

    async def _ask_suggest(self) -> str | None:
        try:
            if self._suggest and await self._suggest.check_itself() is False:
                return NO_MODEL
        except NotSuggested as error:
            return error.code
        return None

    async def _read_budget(self) -> tuple[bool, str | None]:
        """Whether the database answers, and how far the budget that is used most is used."""
        try:
            async with asyncio.timeout(ASKED_WITHIN):
                return True, await self._budgets.share_used()
        except AWAY:
            return False, None
