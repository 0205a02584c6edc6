"""A case: a wish with all that decides about it, and what several of them come to together. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from types import UnionType
from typing import assert_never

from ..drafts import Form, SavedDraft
from ..errors import NotAdmitted
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
    refuse_showing,
)
from ..server_rules.limits import Amount, Lack, Limit, Used, Whose, Window
from ..server_rules.rules import Rules, Threads
from ..store import Weighed, Weighing
from ..store.rules import Situation
from ..usage_report import Left, limits_left
from .ask import Ask


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


def idea_as_wish(ask: Ask, *, has_picture: bool) -> Wish:
    """What of a wish bears on who may say what; what it would be made with is open."""
    return Wish(model="", seconds=0, size="", money=None, has_picture=has_picture, age_restricted=ask.age_restricted)


def of_server(limits: Mapping[Whose, Limit], used: Mapping[Whose, Used]) -> list[Left]:
    """What is used of each limit; what the whole bot has is not a server's business."""
    left = limits_left(limits.items(), lambda whose: used.get(whose, Used()))
    return [each for each in left if each.whose is not Whose.BOT]


def first_of(kind: type[Decision] | UnionType, decisions: Sequence[Decision]) -> Decision | None:
    return next((decision for decision in decisions if isinstance(decision, kind)), None)


def lack_of_all(lack: Lack, used: Used, amounts: Sequence[Amount]) -> Lack:
    """The same limit, with all that is wanted of it."""
    if lack.key == "each":
        return lack
    if lack.key == "at_once":
        return replace(lack, used=used.at_once, wanted=len(amounts))
    unit, _, window = lack.key.rpartition("_")
    wanted = sum(getattr(amount, unit) for amount in amounts)
    return replace(lack, used=getattr(used.within(Window(window)), unit), wanted=wanted)


def with_it(used: Mapping[Whose, Used], wish: Wish) -> dict[Whose, Used]:
    """What is used once this wish is one of what goes on."""
    return {
        whose: Used(day=each.day + wish.amount, month=each.month + wish.amount, at_once=each.at_once + 1)
        for whose, each in used.items()
    }


def member_of(ask: Ask, situation: Situation) -> Member:
    return Member(
        role_ids=ask.role_ids,
        joined_at=ask.joined_at,
        blocked_until=situation.blocked_until,
        blocked_why=situation.blocked_why,
        granted=situation.granted,
        has_asked=situation.has_asked,
        appeals=situation.appeals,
    )


def venue_of(ask: Ask, rules: Rules) -> Venue:
    """What is asked for within a thread stays among those who are in it; what is of a batch is told of with that."""
    if ask.venue is Venue.BATCH:
        return ask.venue
    is_private = rules.threads is Threads.PRIVATE and ask.guild_id is not None and ask.within_id is None
    return Venue.PRIVATE if is_private else ask.venue


def draft_of(ask: Ask, now: float) -> SavedDraft:
    """A wish as a draft that waits for its asker."""
    return SavedDraft(
        id=job_id(ask.event_id),
        author_id=ask.asker_id,
        form=Form.CHANGE if ask.parent_id else Form.ANIMATE,
        draft=ask.draft,
        changed_at=now,
        links=(ask.link,) if ask.link else (),
        picked=0 if ask.link else None,
        keeps_picture=ask.keeps_picture,
        spoiler=ask.spoiler,
        further=ask.further,
        parent_id=ask.parent_id,
        appeals=ask.appeals,
    )
