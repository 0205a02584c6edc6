"""The gate: what the rules of the operator and of a server make of a wish, for every way in.

It fails closed: what cannot be read or counted is refused.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from .. import clock
from ..catalogue import Catalogue, Model
from ..drafts import SavedDraft
from ..errors import BadRules, GrantTaken, NotAdmitted, Unchecked
from ..jobs import Job
from ..server_rules.decide import (
    Allowed,
    Decision,
    NeedsConfirming,
    NeedsReview,
    Refused,
    Usage,
    Wish,
    applying,
    refuse_idea,
    refused_unread,
)
from ..server_rules.holding import key_of
from ..server_rules.limits import Amount, Limit, Used, Whose, in_millionths
from ..server_rules.rules import Rules
from ..store import Store, Weighed, Weighing
from ..store.rules import Situation
from ..usage_report import Left, window_of
from ..video_request import Refusal
from .ask import Ask, ToConfirm
from .case import Case, Prospect, draft_of, first_of, idea_as_wish, lack_of_all, member_of, of_server, venue_of, with_it
from .content import Content
from .pictures import ReadPicture

log = logging.getLogger(__name__)

# In the place of a server's id: no server has it.
NOWHERE = 0

# Why nobody can tell what rules make of a wish.
UNKNOWN = (BadRules, Unchecked)

Keep = Callable[[Weighing], Awaitable[Job | None]]
"""Keep a job, if it passes what is weighed in the same transaction; None when it was there before, or too late."""

Result = TypeVar("Result")
KeepAll = Callable[[Sequence[Weighing]], Awaitable[Result]]
"""The same of several jobs, each with its weighing: all of them, or none."""


@dataclass(frozen=True, kw_only=True)
class Passed:
    """What was kept, if anything was, and limits of the asker that are nearly used up now: key, used, of how much."""

    job: Job | None
    near: tuple[tuple[str, int, int], ...] = ()


class Gate:
    """`ceiling` is what the operator lets one server, or one member in direct messages, have; `bot` what everybody.

    With `tells_rules` whoever asks for the first time is told what the model's maker does not make.
    """

    def __init__(
        self,
        store: Store,
        catalogue: Catalogue,
        content: Content,
        *,
        ceiling: Limit,
        bot: Limit,
        tells_rules: bool,
    ) -> None:
        self._store = store
        self._content = content
        self._catalogue = catalogue
        self._ceiling = ceiling
        self._bot = bot
        self._tells_rules = tells_rules

    async def admit(
        self, ask: Ask, job: Job, keep: Keep, pictures: Sequence[ReadPicture] = ()
    ) -> Passed | ToConfirm | Refusal:
        """Have a job kept as far as the rules allow it; what it counts for is counted in the same transaction.

        `pictures` are the job's, as far as they were read.
        """
        try:
            case = await self._flagged(await self._case(ask, job), ask, pictures)
            try:
                return await self._pass(case, keep)
            except GrantTaken:
                return await self._pass(replace(case, member=replace(case.member, granted=False)), keep)
        except UNKNOWN as error:
            return _unknown(error, ask.guild_id)
        except NotAdmitted as error:
            return await self._answer(error.decision, ask, job)

    async def limits_left(self, ask: Ask) -> list[Left]:
        """What is used of the limits that a wish would have to fit in, and when some of it comes back.

        Raises BadRules.
        """
        now = clock.now()
        situation = await self._situation(ask, now)
        limits = dict(applying(member_of(ask, situation), self._rules(ask, situation)))
        used = await self._store.used(ask, now, limits)
        return [await self._with_return(each, ask, now) for each in of_server(limits, used)]

    async def _with_return(self, left: Left, ask: Ask, now: float) -> Left:
        window = window_of(left.key)
        if window is None or not left.used:
            return left
        return replace(left, back_at=await self._store.first_return(key_of(left.whose, ask), now, window))

    async def foresee(self, ask: Ask, job: Job) -> Prospect | Refusal:
        """What would become of a wish; nothing is kept."""
        try:
            case = await self._case(ask, job)
        except BadRules as error:
            return _unknown(error, ask.guild_id)
        used = await self._store.used(case.job, job.created_at, case.limits)
        decision = case.decide(used)
        if isinstance(decision, Refused) and decision.lack:
            room_at = await self._store.room_again(decision.lack, case.job, job.created_at)
            decision = replace(decision, lack=replace(decision.lack, room_at=room_at))
        return Prospect(decision=decision, left=tuple(of_server(case.limits, used)))

    async def admit_all(
        self, ask: Ask, new: Sequence[Job], keep: KeepAll[Result], pictures: Sequence[Sequence[ReadPicture]]
    ) -> Result | NeedsConfirming | Refusal:
        """Have jobs kept, all or none, as `admit`; `pictures` are those of each. What is to be confirmed is said."""
        cases: list[Case] = []
        try:
            cases = await self._flagged_all([await self._case(ask, job) for job in new], ask, pictures)
            try:
                return await keep([case.weighing for case in cases])
            except GrantTaken:
                ungranted = [replace(case, member=replace(case.member, granted=False)) for case in cases]
                return await keep([case.weighing for case in ungranted])
        except UNKNOWN as error:
            return _unknown(error, ask.guild_id)
        except NotAdmitted as error:
            if isinstance(error.decision, NeedsConfirming):
                return error.decision
            return await self._answer_all(error.decision, ask, cases)

    async def foresee_all(self, ask: Ask, new: Sequence[Job]) -> Prospect | Refusal:
        """What would become of several wishes together: a no to any, else the first that is no plain yes.

        Nothing is kept.
        """
        try:
            cases = [await self._case(ask, job) for job in new]
        except BadRules as error:
            return _unknown(error, ask.guild_id)
        used = await self._store.used(cases[0].job, cases[0].job.created_at, cases[0].limits)
        with_them: Mapping[Whose, Used] = used
        decisions: list[Decision] = []
        for case in cases:
            decisions.append(case.decide(with_them))
            with_them = with_it(with_them, case.wish)
        decision = first_of(Refused, decisions) or first_of(NeedsConfirming | NeedsReview, decisions) or decisions[0]
        if isinstance(decision, Refused):
            decision = await self._as_whole(decision, cases)
        return Prospect(decision=decision, left=tuple(of_server(cases[0].limits, used)))

    async def look_at_showing(self, ask: Ask, job: Job) -> Refusal | bool:
        """Why a clip that is there may not be shown to everybody where this is asked, else whether behind a spoiler.

        Nothing is kept.
        """
        verdicts = {review.verdict for review in await self._store.reviews(job.id)}
        try:
            case = await self._case(ask, replace(job, created_at=clock.now()))
            case = await self._flagged(case, ask, ())
            case.judge_showing(verdicts)
        except UNKNOWN as error:
            return _unknown(error, ask.guild_id)
        except NotAdmitted as error:
            return self._refusal(error.decision)
        return case.job.spoiler

    async def refuse_idea(self, ask: Ask, picture: ReadPicture | None = None) -> Refusal | None:
        """Why somebody may not say or show this to others where they are; nothing is kept, no limit counts."""
        now = clock.now()
        try:
            situation = await self._situation(ask, now)
            rules, member = self._rules(ask, situation), member_of(ask, situation)
            wish = idea_as_wish(ask, has_picture=picture is not None)
            usage = Usage(now=now, paused=situation.paused)
            refused = refuse_idea(wish, member, usage, rules)
            if refused is None and (ask.draft.prompt or picture):
                flags = await self._content.check_words(ask, ask.draft.prompt, [picture] if picture else [], rules)
                refused = refuse_idea(replace(wish, flags=flags), member, usage, rules)
        except UNKNOWN as error:
            return _unknown(error, ask.guild_id)
        return self._refusal(refused) if refused else None

    async def refuse_content(self, job: Job) -> Refusal | None:
        """What rules about content say to a wish that a moderator wrote anew; who may and how much stays decided."""
        try:
            rules = (await self._store.rules(job.guild_id or 0)).rules_in(job.places)
            flags = await self._content.check_anew(job, rules)
        except UNKNOWN as error:
            return _unknown(error, job.guild_id)
        told = {"told": flags[0].told} if flags and flags[0].told else {}
        return Refusal(code=f"rule_{flags[0].rule}", facts=told) if flags else None

    async def _pass(self, case: Case, keep: Keep) -> Passed:
        """Raises NotAdmitted, GrantTaken."""
        allowed = Allowed()

        def judge(used: Mapping[Whose, Used]) -> Weighed:
            nonlocal allowed
            weighed, allowed = case.judge(used)
            return weighed

        kept = await keep(Weighing(limits=case.limits, judge=judge))
        return Passed(job=kept, near=allowed.near)

    async def _flagged(self, case: Case, ask: Ask, pictures: Sequence[ReadPicture]) -> Case:
        """The case with what the rules about content name in it. Raises NotAdmitted, Unchecked."""
        usage = Usage(now=case.job.created_at, paused=case.paused)
        if refused := refused_unread(case.wish, case.member, usage, case.rules):
            raise NotAdmitted(refused)
        flags = await self._content.check(ask, case.job, pictures, case.rules)
        return replace(case, wish=replace(case.wish, flags=flags))

    async def _flagged_all(
        self, cases: Sequence[Case], ask: Ask, pictures: Sequence[Sequence[ReadPicture]]
    ) -> list[Case]:
        """What says and shows the same is looked at once. Raises NotAdmitted, Unchecked."""
        keys = [(case.job.request.prompt, *map(id, seen)) for case, seen in zip(cases, pictures, strict=True)]
        firsts = {key: (case, seen) for key, case, seen in zip(keys, cases, pictures, strict=True)}
        looked = await asyncio.gather(*(self._flagged(case, ask, seen) for case, seen in firsts.values()))
        flags = {key: case.wish.flags for key, case in zip(firsts, looked, strict=True)}
        return [replace(case, wish=replace(case.wish, flags=flags[key])) for key, case in zip(keys, cases, strict=True)]

    async def _case(self, ask: Ask, job: Job) -> Case:
        """Raises BadRules."""
        has_rules = self._tells_rules and not ask.knows_rules and self._model(job).rules is not None
        situation = await self._situation(ask, job.created_at, counts_first=has_rules)
        rules, price = self._rules(ask, situation), self._price(job)
        return Case(
            job=replace(
                job,
                cost=price,
                counted_at=job.created_at,
                within_id=ask.within_id,
                venue=venue_of(ask, rules),
                spoiler=job.spoiler or rules.spoiler,
            ),
            wish=Wish(
                model=job.request.model,
                seconds=job.request.seconds,
                size=job.request.size,
                money=price,
                has_picture=job.has_pictures,
                age_restricted=ask.age_restricted,
                # another model may have come to make it since, at another price
                confirmed=ask.confirmed is not None and (price or 0) <= ask.confirmed,
                has_rules=has_rules,
                appeals=ask.appeals,
            ),
            member=member_of(ask, situation),
            rules=rules,
            paused=situation.paused,
        )

    async def _situation(self, ask: Ask, now: float, *, counts_first: bool = False) -> Situation:
        """In direct messages all that bears on a member is whether they ever asked, if that counts. Raises BadRules."""
        if ask.guild_id is None and not counts_first:
            return Situation()
        return await self._store.situation(ask.guild_id or NOWHERE, ask.asker_id, ask.places, now)

    def _rules(self, ask: Ask, situation: Situation) -> Rules:
        rules = situation.document.rules_in(ask.places)
        return replace(rules, limits=replace(rules.limits, ceiling=self._ceiling, bot=self._bot))

    def _price(self, job: Job) -> int | None:
        price = self._model(job).price_of(job.request.seconds, job.request.size)
        return None if price is None else in_millionths(price)

    def amount_of(self, job: Job) -> Amount:
        """What a job would count for; what is not priced costs nothing here."""
        return Amount(clips=1, seconds=job.request.seconds, money=self._price(job) or 0)

    def _model(self, job: Job) -> Model:
        return self._catalogue.describe(job.request.model)

    async def _answer(self, decision: object, ask: Ask, job: Job) -> ToConfirm | Refusal:
        match decision:
            case NeedsConfirming():
                rules_of = self._model(job) if decision.tells_rules else None
                saved = await self._save(ask)
                return ToConfirm(saved=saved, rules_of=rules_of, amount=decision.amount, left=decision.left)
            case Refused(lack=None):
                appeal = (await self._save(ask)).id if decision.may_appeal else None
                return replace(self._refusal(decision), appeal=appeal)
            case Refused(lack=lack) if lack:
                room_at = await self._store.room_again(lack, job, job.created_at)
                return Refusal(code=f"limit_{lack.whose}", facts={"lack": replace(lack, room_at=room_at)})
        raise TypeError(f"{decision} is no answer")

    async def _answer_all(self, decision: object, ask: Ask, cases: Sequence[Case]) -> Refusal:
        if not isinstance(decision, Refused):
            raise TypeError(f"{decision} is no refusal")
        whole = await self._as_whole(decision, cases)
        if whole.lack is None:
            return self._refusal(whole)
        return Refusal(code=f"limit_{whole.lack.whose}", facts={"lack": whole.lack})

    async def _as_whole(self, refused: Refused, cases: Sequence[Case]) -> Refused:
        """What all of it together lacks: each alone counts those before it as used."""
        if refused.lack is None:
            return replace(refused, may_appeal=False)
        job, limits = cases[0].job, cases[0].limits
        used = await self._store.used(job, job.created_at, limits)
        lack = lack_of_all(refused.lack, used.get(refused.lack.whose, Used()), [case.wish.amount for case in cases])
        room_at = await self._store.room_again(lack, job, job.created_at)
        return replace(refused, lack=replace(lack, room_at=room_at), may_appeal=False)

    def _refusal(self, decision: object) -> Refusal:
        """A no of a rule."""
        if not isinstance(decision, Refused):
            raise TypeError(f"{decision} is no refusal")
        return Refusal(code=f"rule_{decision.rule}", facts=self._named(decision.facts))

    def _named(self, facts: Mapping[str, object]) -> dict[str, object]:
        """The facts with models by name, as people know them."""
        named = dict(facts)
        if isinstance(model := facts.get("model"), str):
            named["model"] = self._catalogue.describe(model).name
        if isinstance(models := facts.get("models"), tuple):
            named["models"] = tuple(self._catalogue.describe(each).name for each in models)
        return named

    async def _save(self, ask: Ask) -> SavedDraft:
        """The draft that the wish is, or is from now on."""
        saved = await self._store.find_draft(ask.draft_id) if ask.draft_id else None
        if saved is None:
            saved = draft_of(ask, clock.now())
            await self._store.keep_draft(saved)
        return saved


def _unknown(error: BadRules | Unchecked, guild_id: int | None) -> Refusal:
    """A no, since nobody can tell."""
    if isinstance(error, BadRules):
        log.error("The rules of server %s cannot be read: %s", guild_id, error)
        return Refusal(code="rule_unreadable")
    log.info("Not sent, since nobody can tell (%s)", error.code)
    return Refusal(code=f"unchecked_{error.code.partition('_')[0]}")
