"""A task as the vendor tells it, read from the envelope that all its answers share; pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .links import clip_links
from .reasons import explanation, failure, find_error
from .words import REFUSAL, STATES, TaskState, fold


@dataclass(frozen=True, kw_only=True)
class Task:
    """A task as the vendor tells it. Times in unix seconds; `reason` is ours, `detail` the vendor's wording."""

    id: str
    state: TaskState
    word: str
    videos: tuple[str, ...] = ()
    reason: str = ""
    detail: str = ""
    trace: str = ""
    created_at: float | None = None
    updated_at: float | None = None


def read_task(data: dict[str, Any], trace: str) -> Task | None:
    """None when nothing in it is about a task; `id` is "" where the vendor left it out."""
    videos, info = clip_links(data), data.get("task_info")
    if not isinstance(info, dict):
        if not videos:
            return None
        info = {}
    word, error = _text(info.get("status")).lower(), find_error(data, info)
    state = _state(word, videos, error)
    reason, detail = failure(error or {"detail": explanation(data)}) if state is TaskState.FAILED else ("", "")
    if state is TaskState.FAILED and word != REFUSAL:
        detail = detail or word.strip()
    return Task(
        id=_text(info.get("id")),
        state=state,
        word=word,
        videos=videos,
        reason=reason,
        detail=detail,
        trace=trace,
        created_at=_unix(info.get("created_at")),
        updated_at=_unix(info.get("updated_at")),
    )


def _state(word: str, videos: tuple[str, ...], error: dict[str, Any] | None) -> TaskState:
    # A link is a clip that was made, hence paid for, whatever is said beside it: if it is none, fetching it tells.
    if videos:
        return TaskState.DONE
    known = STATES.get(fold(word))
    # What is still at work may mend: the error is that of an attempt, and a job that failed is never looked at again.
    if error and known not in (TaskState.WAITING, TaskState.WORKING):
        return TaskState.FAILED
    # An unknown word counts as waiting: the vendor's own client does the same.
    return known or TaskState.WAITING


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _unix(text: object) -> float | None:
    """Unix seconds of either documented timestamp form, milliseconds with Z or microseconds with an offset."""
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment.timestamp() if moment.tzinfo else None
