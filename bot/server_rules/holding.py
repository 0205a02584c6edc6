"""What a job counts for, and against whom: what is given back follows from its state alone, so nothing is twice."""

from typing import Protocol, assert_never

from ..jobs import Job, Status
from ..reasons import DOUBTS, Reason
from .limits import Amount, Whose

# Nothing was asked of the vendor.
UNSENT = (Status.CANCELLED, Status.DENIED)
# It was, and nothing came of it: what it may have cost stays.
IN_VAIN = (Status.FAILED, Status.EXPIRED, Status.UNCONFIRMED)


def held(job: Job) -> Amount:
    """What of a job counts towards limits just now."""
    if job.counted_at is None:
        return Amount()
    whole = Amount(clips=1, seconds=job.request.seconds, money=job.cost or 0)
    return kept_of(whole, job.status, has_task=job.task_id is not None, reason=job.reason)


def kept_of(whole: Amount, status: Status, *, has_task: bool, reason: Reason | None) -> Amount:
    """What is left of what was reserved, as a job stands; `has_task` says that the vendor took it."""
    # before the vendor took it nothing can have been charged
    was_refused = status is Status.FAILED and not has_task and reason not in DOUBTS
    if status in UNSENT or was_refused:
        return Amount()
    return Amount(money=whole.money) if status in IN_VAIN else whole


class Counted(Protocol):
    """Whoever asks, and where: a job, or what may become one. `within_id` is the channel of a thread."""

    @property
    def asker_id(self) -> int: ...
    @property
    def guild_id(self) -> int | None: ...
    @property
    def channel_id(self) -> int: ...
    @property
    def within_id(self) -> int | None: ...


def key_of(whose: Whose, asked: Counted) -> str:
    """The name that usage has in the database. In direct messages the member is the server.

    What is asked for in a thread counts for the thread's channel.
    """
    home = asked.guild_id or asked.asker_id
    match whose:
        case Whose.MEMBER:
            return f"member:{home}:{asked.asker_id}"
        case Whose.CHANNEL:
            return f"channel:{asked.within_id or asked.channel_id}"
        case Whose.SERVER | Whose.CEILING:
            return f"server:{home}"
        case Whose.BOT:
            return "bot"
        case _:
            assert_never(whose)


def keys_of(job: Job) -> list[str]:
    """All that a job counts for, in one order everywhere; a clip that was granted does not count for its member."""
    return sorted({key_of(whose, job) for whose in Whose if not (job.granted and whose is Whose.MEMBER)})
