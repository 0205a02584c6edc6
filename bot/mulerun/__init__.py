"""The vendor: its addresses, headers, JSON and words, and what each answer means for money.

Source: MuleRun's API reference (generation task, error codes). All but `client` is pure.
"""

from .answers import Answer, decode_look, decode_submission
from .client import LOOKS_AT_ONCE, NO_TASK, POSTS_AT_ONCE, MuleRun, encode, key_shape_is_known
from .reasons import REASONS_BY_HTTP
from .task import Task
from .words import TaskState

__all__ = [
    "LOOKS_AT_ONCE",
    "NO_TASK",
    "POSTS_AT_ONCE",
    "REASONS_BY_HTTP",
    "Answer",
    "MuleRun",
    "Task",
    "TaskState",
    "decode_look",
    "decode_submission",
    "encode",
    "key_shape_is_known",
]
