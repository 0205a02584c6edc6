"""The words for how a task stands, as a table, and the spelling in which words are compared."""

import functools
import re
from enum import StrEnum


class TaskState(StrEnum):
    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"


# The vendor documents the first two of each, one for `failed`; the rest is what other task APIs say.
SPELLINGS = {
    TaskState.WAITING: "pending queued waiting submitted created scheduled queueing 等待中 待处理 排队中 待機中",
    TaskState.WORKING: "processing running retrying inprogress started working generating rendering"
    " 处理中 进行中 运行中 生成中 処理中",
    TaskState.DONE: "completed succeeded complete succeed success successful done finished 完成 已完成 成功 完了",
    TaskState.FAILED: "failed failure fail error errored cancelled canceled expired timeout timedout rejected aborted"
    " terminated 失败 已失败 已取消 取消 已过期 超时 错误 失敗 エラー",
}
STATES = {word: state for state, words in SPELLINGS.items() for word in words.split()}

REFUSAL = "failed"
"""The only word that the vendor documents for a no."""


@functools.lru_cache(maxsize=1000)
def fold(word: str) -> str:
    """One spelling for all: "IN_PROGRESS", "in progress " and "inProgress" are the same."""
    return re.sub(r"[\s_-]", "", word).casefold()
