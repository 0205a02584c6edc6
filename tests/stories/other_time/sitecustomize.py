"""On a process's path: its machine's time is off by as many seconds as the file of `TIME_OFF_BY` says just now."""

import os
import time
from pathlib import Path

_file, _right = Path(os.environ["TIME_OFF_BY"]), time.time


def _told() -> float:
    return _right() + float(_file.read_text(encoding="utf-8"))


time.time = _told
