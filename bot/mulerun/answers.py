"""What each answer of the vendor means for money; pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import TaskUnknown, VendorBusy, VendorRefused, VendorSilent, VendorTroubled
from .reasons import CONTENT_WORDS, REASONS_BY_HTTP, explanation
from .task import Task, read_task
from .words import REFUSAL, TaskState


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


def decode_submission(answer: Answer) -> Task:
    """What an answer to a POST means; the errors are those of `MuleRun.submit`."""
    data = answer.json()
    trace = answer.headers.get("traceparent", "")
    task = read_task(data, trace) if data else None
    if answer.status == 429:
        raise VendorBusy("busy", detail=explanation(data), trace=trace, retry_after=_retry_after(answer.headers))
    accepted = 200 <= answer.status < 300
    if accepted and task and task.id:
        return task
    # A rejected POST may carry an id: only status and words tell, and of the words only the documented one: "timeout",
    # "cancelled" or an error beside any other may follow a charge.
    if task and task.state is TaskState.FAILED and task.word == REFUSAL:
        reason = REASONS_BY_HTTP.get(answer.status, task.reason)
        raise VendorRefused(task.reason if reason == "bad_request" else reason, detail=task.detail, trace=trace)
    detail = explanation(data)
    if accepted or answer.status >= 500 or answer.status in (408, 409):
        raise VendorSilent("answer_unclear", detail=detail or f"HTTP {answer.status}", trace=trace)
    reason = REASONS_BY_HTTP.get(answer.status, "refused")
    if reason in ("bad_request", "refused") and CONTENT_WORDS.search(detail):
        reason = "content"
    raise VendorRefused(reason, detail=detail or f"HTTP {answer.status}", trace=trace)


def decode_look(answer: Answer) -> Task:
    """What an answer to a GET means; the errors are those of `MuleRun.look`. A failed task is HTTP 200."""
    data = answer.json()
    trace = answer.headers.get("traceparent", "")
    if answer.status == 404:
        raise TaskUnknown("task_unknown", detail=explanation(data), trace=trace)
    if answer.status == 429:
        raise VendorBusy("busy", detail=explanation(data), trace=trace, retry_after=_retry_after(answer.headers))
    task = read_task(data, trace) if data else None
    if answer.status == 200 and task and (task.id or _is_about_the_end(task)):
        return task
    code = REASONS_BY_HTTP.get(answer.status, "troubled")
    raise VendorTroubled(code, detail=explanation(data) or f"HTTP {answer.status}", trace=trace)


def _is_about_the_end(task: Task) -> bool:
    """Whether it says what became of a task: then it is the one that was asked about, even if it does not say which."""
    return bool(task.videos or (task.word and task.state is TaskState.FAILED))


def _retry_after(headers: Mapping[str, str]) -> float | None:
    text = headers.get("Retry-After", "")
    return min(float(text), 3600.0) if text.isascii() and text.isdigit() else None
