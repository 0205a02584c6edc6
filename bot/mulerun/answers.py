"""What each answer of the vendor means for money; pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypedDict

from ..errors import TaskUnknown, VendorBusy, VendorRefused, VendorSilent, VendorTroubled, VendorUnreached
from ..retry import retry_after
from .reasons import REASONS_BY_HTTP, explanation, refusal, told_reason
from .task import Task, read_task
from .words import REFUSAL, TaskState

# The vendor's answers are JSON objects with one of these, a task or an error in any of its documented shapes.
SAYS = ("task_info", "detail", "error", "message")
# Never an origin's: a proxy wants a login of its own.
PROXY_LOGIN = 407
# What somebody on the way may say of a request that had been passed on: it took too long, or came twice.
UNCLEAR = (408, 409)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An HTTP answer, read whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> dict[str, Any] | None:
        try:
            data = json.loads(self.body)
        except (ValueError, RecursionError):
            return None
        return data if isinstance(data, dict) else None

    @property
    def is_the_vendors(self) -> bool:
        """Whether the vendor speaks, and no firewall or proxy on the way, which knows nothing of key, credit or model.

        Those send pages, lines of text, or nothing.
        """
        return self.status != PROXY_LOGIN and any(name in (self.json() or {}) for name in SAYS)

    @property
    def summary(self) -> str:
        """What to say of it when it does not explain itself."""
        if self.is_the_vendors:
            return f"HTTP {self.status}"
        by = f", by {server}" if (server := self.headers.get("Server")) else ""
        return f"HTTP {self.status} that is not MuleRun's{by}"


def decode_submission(answer: Answer) -> Task:
    """What an answer to a POST means; the errors are those of `MuleRun.submit`."""
    data = answer.json()
    told = _told(answer)
    task = read_task(data, told["trace"]) if data else None
    if answer.status == 429:
        raise VendorBusy("busy", detail=explanation(data), retry_after=retry_after(answer.headers), **told)
    accepted = 200 <= answer.status < 300
    if accepted and task and task.id:
        return task
    unclear = accepted or answer.status >= 500 or answer.status in UNCLEAR
    if not unclear and not answer.is_the_vendors:
        raise VendorUnreached("intercepted", detail=answer.summary, **told)
    # A rejected POST may carry an id: only status and words tell, and of the words only the documented one: "timeout",
    # "cancelled" or an error beside any other may follow a charge.
    if task and task.state is TaskState.FAILED and task.word == REFUSAL:
        raise VendorRefused(refusal(answer.status, task.reason), detail=task.detail, **told)
    detail = explanation(data) or f"HTTP {answer.status}"
    if unclear:
        raise VendorSilent("answer_unclear", detail=detail, **told)
    raise VendorRefused(refusal(answer.status, told_reason(data)), detail=detail, **told)


def decode_look(answer: Answer) -> Task:
    """What an answer to a GET means; the errors are those of `MuleRun.look`. A failed task is HTTP 200."""
    data = answer.json()
    told = _told(answer)
    if answer.status == 404 and answer.is_the_vendors:
        raise TaskUnknown("task_unknown", detail=explanation(data), **told)
    if answer.status == 429:
        raise VendorBusy("busy", detail=explanation(data), retry_after=retry_after(answer.headers), **told)
    task = read_task(data, told["trace"]) if data else None
    if answer.status == 200 and task and (task.id or _is_about_the_end(task)):
        return task
    code = REASONS_BY_HTTP.get(answer.status, "troubled") if answer.is_the_vendors else "troubled"
    raise VendorTroubled(code, detail=explanation(data) or answer.summary, **told)


class _Told(TypedDict):
    seen: str
    trace: str


def _told(answer: Answer) -> _Told:
    """What every error tells of an answer beside its words."""
    return _Told(seen=answer.summary, trace=answer.headers.get("traceparent", ""))


def _is_about_the_end(task: Task) -> bool:
    """Whether it says what became of a task: then it is the one that was asked about, even if it does not say which."""
    return bool(task.videos or (task.word and task.state is TaskState.FAILED))
