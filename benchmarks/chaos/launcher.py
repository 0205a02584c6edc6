"""A bot that ends or freezes itself at a named step when its environment says so; else it is `python -m bot`."""

import functools
import importlib
import inspect
import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

from bot.__main__ import main

from .plan import SCALE, STEPS
from .plants import PLANTS

ORDER = "CHAOS_ORDER"
PLANT = "CHAOS_PLANT"
SIGNALS = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP}


class Fuse:
    """Sends this process a signal at a step, or so many seconds after it took up work, whichever comes first.

    "kill submit.before 2 3.5" ends it before the second POST, or after 3.5 seconds at whatever it is doing then.
    """

    def __init__(self, order: str) -> None:
        verb, self.step, meetings, seconds = order.split()
        self.signal = SIGNALS[verb]
        self.left = int(meetings)
        self.seconds = float(seconds)
        self.burnt = False

    def light(self) -> None:
        timer = threading.Timer(self.seconds, self._burn, ["any moment"])
        timer.daemon = True
        timer.start()

    def meet(self, step: str) -> None:
        if step == self.step:
            self.left -= 1
            if self.left == 0:
                self._burn(step)

    def _burn(self, step: str) -> None:
        if self.burnt:
            return
        self.burnt = True
        os.write(2, f"chaos: {self.signal.name} at {step}\n".encode())
        os.kill(os.getpid(), self.signal)


def wrap_step(name: str, target: str, meet: Callable[[str], None]) -> None:
    """Have `meet` called before and after the function, of either kind, that is named by `target`."""
    owner, attribute = locate(target)
    original = getattr(owner, attribute)

    @functools.wraps(original)
    async def stepped(*args: Any, **more: Any) -> Any:
        meet(f"{name}.before")
        result = await original(*args, **more)
        meet(f"{name}.after")
        return result

    @functools.wraps(original)
    def stepped_plainly(*args: Any, **more: Any) -> Any:
        meet(f"{name}.before")
        result = original(*args, **more)
        meet(f"{name}.after")
        return result

    setattr(owner, attribute, stepped if inspect.iscoroutinefunction(original) else stepped_plainly)


def locate(target: str) -> tuple[Any, str]:
    """The object and the attribute that "module:Class.method" names. Raises AttributeError when it is not there."""
    module, _, path = target.partition(":")
    *parents, attribute = path.split(".")
    owner = functools.reduce(getattr, parents, importlib.import_module(module))
    getattr(owner, attribute)
    return owner, attribute


def scale_clocks() -> None:
    """Shorten the bot's clocks."""
    for target, seconds in SCALE.items():
        setattr(*locate(target), seconds)


def prepare() -> None:
    scale_clocks()
    if plant := os.environ.get(PLANT):
        PLANTS[plant]()
    if order := os.environ.get(ORDER):
        fuse = Fuse(order)
        for name, target in STEPS.items():
            wrap_step(name, target, fuse.meet)
        wrap_step("work", "bot.tracker:Tracker.run", lambda step: fuse.light() if step == "work.before" else None)


if __name__ == "__main__":
    # as if there were no file: every child of the workbench would read this one again, and all that it imports
    __spec__ = None  # type: ignore[assignment]
    del __file__
    prepare()
    sys.exit(main(["run"]))
