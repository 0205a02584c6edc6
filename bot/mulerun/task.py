"""A task as the vendor tells it, read from the envelope that all its answers share; pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from .reasons import failure


class TaskState(StrEnum):
    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"


STATES = {
    "pending": TaskState.WAITING,
    "queued": TaskState.WAITING,
    "processing": TaskState.WORKING,
    "running": TaskState.WORKING,
    "retrying": TaskState.WORKING,
    "completed": TaskState.DONE,
    "succeeded": TaskState.DONE,
    "failed": TaskState.FAILED,
}


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
    info = data.get("task_info")
    if not isinstance(info, dict) or not isinstance(info.get("id"), str) or not info["id"]:
        return _failed_without_id(data, info, trace)
    word = info["status"].lower() if isinstance(info.get("status"), str) else ""
    # An unknown word counts as waiting: the vendor's own client does the same.
    state = STATES.get(word, TaskState.WAITING)
    reason, detail = failure(data, info) if state is TaskState.FAILED else ("", "")
    return Task(
        id=info["id"],
        state=state,
        word=word,
        videos=_videos(data),
        reason=reason,
        detail=detail,
        trace=trace,
        created_at=_unix(info.get("created_at")),
        updated_at=_unix(info.get("updated_at")),
    )


def _failed_without_id(data: dict[str, Any], info: Any, trace: str) -> Task | None:
    if not isinstance(info, dict) or str(info.get("status")).lower() != "failed":
        return None
    reason, detail = failure(data, info)
    return Task(id="", state=TaskState.FAILED, word="failed", reason=reason, detail=detail, trace=trace)


def _videos(data: dict[str, Any]) -> tuple[str, ...]:
    """The result links; the documented key is `videos`, a list, and one shared page of the docs shows `output.url`."""
    output = data.get("output")
    found = data.get("videos") or data.get("video") or (output.get("url") if isinstance(output, dict) else None)
    listed = found if isinstance(found, list) else [found]
    return tuple(link for link in listed if isinstance(link, str) and link)


def _unix(text: object) -> float | None:
    """Unix seconds of either documented timestamp form, milliseconds with Z or microseconds with an offset."""
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment.timestamp() if moment.tzinfo else None
