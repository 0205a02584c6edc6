"""What a command answers on the terminal: nothing that cannot be shown, and nobody who stops reading, ends it."""

import os
import sys


def first_line(error: BaseException) -> str:
    """What is wrong, without what a library puts round it."""
    cause = getattr(error, "orig", None) or error
    return (str(cause) or type(cause).__name__).splitlines()[0].rstrip(".")


def say(sentence: object) -> None:
    """What the terminal has no letters for is replaced; who no longer reads (`| head -1`) misses the rest."""
    encoding = sys.stdout.encoding
    try:
        print(str(sentence).encode(encoding, "replace").decode(encoding), flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
