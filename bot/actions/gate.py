"""The gate: what the rules of the operator and of a server make of a wish, for every way in.

It fails closed: what cannot be read or counted is refused.
"""

import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar, assert_never

from .. import clock
from ..catalogue import Catalogue, Model
from ..drafts import Form, SavedDraft
from ..errors import BadRules, GrantTaken, NotAdmitted, Unchecked
from ..jobs import Job, Status, Venue, job_id
from ..reviews import Kind, Review, Verdict
from ..server_rules.decide import (
    Allowed,
    Decision,
    Member,
    NeedsConfirming,
    NeedsReview,
    Refused,
    Usage,
    Wish,
    applying,
    decide,
    refuse_idea,
    refuse_showing,
    refused_unread,
)
from ..server_rules.holding import key_of
from ..server_rules.limits import Amount, Lack, Limit, Used, Whose, Window, in_millionths
from ..server_rules.rules import Rules, Threads
from ..store import Store, Weighed, Weighing
from ..store.rules import Situation
from ..usage_report import Left, limits_left, window_of
from ..video_request import Refusal
from .ask import Ask, ToConfirm
from .content import Content
from .pictures import ReadPicture

log = logging.getLogger(__name__)

# In the place of a server's id: no server has it.
NOWHERE = 0

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


@dataclass(frozen=True, kw_only=True)
class Case:
    """A wish with all that decides about it but usage, which is read when the job is kept."""

    job: Job
    wish: Wish
    member: Member
    rules: Rules
    paused: bool

    @property
    def limits(self) -> dict[Whose, Limit]:
        return dict(applying(self.member, self.rules))

    def decide(self, used: Mapping[Whose, Used]) -> Decision:
        return decide(self.wish, self.member, Usage(now=self.job.created_at, used=used, paused=self.paused), self.rules)

    def judge(self, used: Mapping[Whose, Used]) -> tuple[Weighed, Allowed]:
        """The job as it may be kept, and what moderators are asked first. Raises NotAdmitted."""
        match decision := self.decide(used):
            case Allowed():
                return Weighed(job=self._allowed(decision)), decision
            case NeedsReview(once_approved=allowed):
                waiting = replace(self._allowed(allowed), status=Status.IN_REVIEW, unapproved=True, under_review=True)
                return Weighed(job=waiting, review=self._review(decision)), allowed
            case NeedsConfirming() | Refused():
                raise NotAdmitted(decision)
            case _:
                assert_never(decision)

    def judge_showing(self, verdicts: Collection[Verdict | None]) -> None:
        """The job's clip once more, in this place; what moderators said of it is known. Raises NotAdmitted."""
        refused = refuse_showing(
            self.wish,
            self.member,
            Usage(now=self.job.created_at, paused=self.paused),
            self.rules,
            wish_approved=Verdict.APPROVED in verdicts or Verdict.EDITED in verdicts,
            clip_approved=Verdict.PUBLISHED in verdicts or Verdict.HIDDEN in verdicts,
        )
        if refused:
            raise NotAdmitted(refused)

    @property
    def weighing(self) -> Weighing:
        return Weighing(limits=self.limits, judge=lambda used: self.judge(used)[0])

    def _allowed(self, allowed: Allowed) -> Job:
        return replace(self.job, granted=allowed.uses_grant, held=allowed.held)

    def _review(self, needs: NeedsReview) -> Review:
        return Review(
            job_id=self.job.id,
            kind=Kind.SENDING,
            guild_id=self.job.guild_id or 0,
            asker_id=self.job.asker_id,
            asked_at=self.job.created_at,
            why=needs.why,
            flags=needs.flags,
            joined_at=self.member.joined_at,
        )


@dataclass(frozen=True, kw_only=True)
class Prospect:
    """What would become of a wish: the decision, and what is used of the server's limits that it has to fit in."""

    decision: Decision
    left: tuple[Left, ...]


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
        except BadRules as error:
            log.error("The rules of server %s cannot be read: %s", ask.guild_id, error)
            return Refusal(code="rule_unreadable")
        except Unchecked as error:
            log.info("Not sent, since nobody can tell (%s)", error.code, extra={"job": job.id})
            return Refusal(code=f"unchecked_{error.code.partition('_')[0]}")
        except NotAdmitted as error:
            return await self._answer(error.decision, ask, job)

    async def limits_left(self, ask: Ask) -> list[Left]:
        """What is used of the limits that a wish would have to fit in, and when some of it comes back.

        Raises BadRules.
        """
        now = clock.now()
        situation = await self._situation(ask, now)
        limits = dict(applying(_member(ask, situation), self._rules(ask, situation)))
        used = await self._store.used(ask, now, limits)
        return [await self._with_return(each, ask, now) for each in _of_server(limits, used)]

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
            log.error("The rules of server %s cannot be read: %s", ask.guild_id, error)
            return Refusal(code="rule_unreadable")
        used = await self._store.used(case.job, job.created_at, case.limits)
        decision = case.decide(used)
        if isinstance(decision, Refused) and decision.lack:
            room_at = await self._store.room_again(decision.lack, case.job, job.created_at)
            decision = replace(decision, lack=replace(decision.lack, room_at=room_at))
        return Prospect(decision=decision, left=tuple(_of_server(case.limits, used)))

    async def admit_all(
        self, ask: Ask, new: Sequence[Job], keep: KeepAll[Result], pictures: Sequence[ReadPicture] = ()
    ) -> Result | NeedsConfirming | Refusal:
        """Have jobs with the same words and pictures kept, all or none, as `admit`; what is to be confirmed is said."""
        try:
            first = await self._flagged(await self._case(ask, new[0]), ask, pictures)
            others = [await self._case(ask, job) for job in new[1:]]
            cases = [first, *(replace(one, wish=replace(one.wish, flags=first.wish.flags)) for one in others)]
            try:
                return await keep([case.weighing for case in cases])
            except GrantTaken:
                ungranted = [replace(case, member=replace(case.member, granted=False)) for case in cases]
                return await keep([case.weighing for case in ungranted])
        except BadRules as error:
            log.error("The rules of server %s cannot be read: %s", ask.guild_id, error)
            return Refusal(code="rule_unreadable")
        except Unchecked as error:
            log.info("Not sent, since nobody can tell (%s)", error.code)
            return Refusal(code=f"unchecked_{error.code.partition('_')[0]}")
        except NotAdmitted as error:
            if isinstance(error.decision, NeedsConfirming):
                return error.decision
            return await self._answer_all(error.decision, ask, cases)

    async def foresee_all(self, ask: Ask, new: Sequence[Job]) -> Prospect | Refusal:
        """What would become of several wishes together: the first that is no plain yes decides; nothing is kept."""
        try:
            cases = [await self._case(ask, job) for job in new]
        except BadRules as error:
            log.error("The rules of server %s cannot be read: %s", ask.guild_id, error)
            return Refusal(code="rule_unreadable")
        used = await self._store.used(cases[0].job, cases[0].job.created_at, cases[0].limits)
        with_them: Mapping[Whose, Used] = used
        decision: Decision = Allowed()
        for case in cases:
            decision = case.decide(with_them)
            if isinstance(decision, Refused):
                decision = await self._as_whole(decision, cases)
                break
            with_them = _with(with_them, case.wish)
        return Prospect(decision=decision, left=tuple(_of_server(cases[0].limits, used)))

    async def look_at_showing(self, ask: Ask, job: Job) -> Refusal | bool:
        """Why a clip that is there may not be shown to everybody where this is asked, else whether behind a spoiler.

        Nothing is kept.
        """
        verdicts = {review.verdict for review in await self._store.reviews(job.id)}
        try:
            case = await self._case(ask, replace(job, created_at=clock.now()))
            case = await self._flagged(case, ask, ())
            case.judge_showing(verdicts)
        except BadRules:
            return Refusal(code="rule_unreadable")
        except Unchecked as error:
            return Refusal(code=f"unchecked_{error.code.partition('_')[0]}")
        except NotAdmitted as error:
            return self._refusal(error.decision)
        return case.job.spoiler

    async def refuse_idea(self, ask: Ask, picture: ReadPicture | None = None) -> Refusal | None:
        """Why somebody may not say or show this to others where they are; nothing is kept, no limit counts."""
        now = clock.now()
        try:
            situation = await self._situation(ask, now)
            rules, member = self._rules(ask, situation), _member(ask, situation)
            wish = _idea_as_wish(ask, has_picture=picture is not None)
            usage = Usage(now=now, paused=situation.paused)
            refused = refuse_idea(wish, member, usage, rules)
            if refused is None and (ask.draft.prompt or picture):
                flags = await self._content.check_words(ask, ask.draft.prompt, [picture] if picture else [], rules)
                refused = refuse_idea(replace(wish, flags=flags), member, usage, rules)
        except BadRules as error:
            log.error("The rules of server %s cannot be read: %s", ask.guild_id, error)
            return Refusal(code="rule_unreadable")
        except Unchecked as error:
            return Refusal(code=f"unchecked_{error.code.partition('_')[0]}")
        return self._refusal(refused) if refused else None

    async def refuse_content(self, job: Job) -> Refusal | None:
        """What rules about content say to a wish that a moderator wrote anew; who may and how much stays decided."""
        try:
            rules = (await self._store.rules(job.guild_id or 0)).rules_in(job.places)
            flags = await self._content.check_anew(job, rules)
        except BadRules:
            return Refusal(code="rule_unreadable")
        except Unchecked as error:
            return Refusal(code=f"unchecked_{error.code.partition('_')[0]}")
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
                venue=_venue(ask, rules),
                spoiler=job.spoiler or rules.spoiler,
            ),
            wish=Wish(
                model=job.request.model,
                seconds=job.request.seconds,
                size=job.request.size,
                money=price,
                has_picture=job.has_pictures,
                age_restricted=ask.age_restricted,
                confirmed=ask.confirmed,
                has_rules=has_rules,
                appeals=ask.appeals,
            ),
            member=_member(ask, situation),
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
        lack = _lack_of(refused.lack, used.get(refused.lack.whose, Used()), [case.wish.amount for case in cases])
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
            saved = _draft(ask)
            await self._store.keep_draft(saved)
        return saved


def _idea_as_wish(ask: Ask, *, has_picture: bool) -> Wish:
    """What of a wish bears on who may say what; what it would be made with is open."""
    return Wish(model="", seconds=0, size="", money=None, has_picture=has_picture, age_restricted=ask.age_restricted)


def _of_server(limits: Mapping[Whose, Limit], used: Mapping[Whose, Used]) -> list[Left]:
    """What is used of each limit; what the whole bot has is not a server's business."""
    left = limits_left(limits.items(), lambda whose: used.get(whose, Used()))
    return [each for each in left if each.whose is not Whose.BOT]


def _lack_of(lack: Lack, used: Used, amounts: Sequence[Amount]) -> Lack:
    """The same limit, with all that is wanted of it."""
    if lack.key == "each":
        return lack
    if lack.key == "at_once":
        return replace(lack, used=used.at_once, wanted=len(amounts))
    unit, _, window = lack.key.rpartition("_")
    wanted = sum(getattr(amount, unit) for amount in amounts)
    return replace(lack, used=getattr(used.within(Window(window)), unit), wanted=wanted)


def _with(used: Mapping[Whose, Used], wish: Wish) -> dict[Whose, Used]:
    """What is used once this wish is one of what goes on."""
    return {
        whose: Used(day=each.day + wish.amount, month=each.month + wish.amount, at_once=each.at_once + 1)
        for whose, each in used.items()
    }


def _member(ask: Ask, situation: Situation) -> Member:
    return Member(
        role_ids=ask.role_ids,
        joined_at=ask.joined_at,
        blocked_until=situation.blocked_until,
        blocked_why=situation.blocked_why,
        granted=situation.granted,
        has_asked=situation.has_asked,
        appeals=situation.appeals,
    )


def _venue(ask: Ask, rules: Rules) -> Venue:
    """What is asked for within a thread stays among those who are in it; what is of a batch is told of with that."""
    if ask.venue is Venue.BATCH:
        return ask.venue
    is_private = rules.threads is Threads.PRIVATE and ask.guild_id is not None and ask.within_id is None
    return Venue.PRIVATE if is_private else ask.venue


def _draft(ask: Ask) -> SavedDraft:
    """A wish as a draft that waits for its asker."""
    return SavedDraft(
        id=job_id(ask.event_id),
        author_id=ask.asker_id,
        form=Form.CHANGE if ask.parent_id else Form.ANIMATE,
        draft=ask.draft,
        changed_at=clock.now(),
        links=(ask.link,) if ask.link else (),
        picked=0 if ask.link else None,
        keeps_picture=ask.keeps_picture,
        spoiler=ask.spoiler,
        further=ask.further,
        parent_id=ask.parent_id,
        appeals=ask.appeals,
    )
