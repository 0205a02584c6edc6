"""On a process's path: it can make no other process, for want of what `NO_CHILDREN_FOR` names."""

import multiprocessing
import os
import tempfile

GONE = "/nonexistent"

match os.environ["NO_CHILDREN_FOR"]:
    case "a folder for passing files":
        # as where all is read-only, and there is neither /tmp nor another
        tempfile.tempdir = GONE
    case "a program":
        multiprocessing.set_executable(GONE)
