"""Faults: knobs that make the sandbox's Discord behave like the real one on a bad day."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

# What Cloudflare answers by itself, to an address that asked too often or when what is behind it is away.
PAGE = """<!DOCTYPE html>
<html lang="en-US">
<head><title>{status} | discord.com</title></head>
<body><h1>Error {reason}</h1><p>The owner of this website has banned you temporarily from accessing it.</p></body>
</html>
"""
RATE_LIMITED = 1015


class Moment(StrEnum):
    """When a connection is cut: before anything happened, or after the effect and before the answer."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(kw_only=True)
class Fault:
    """What the next `times` requests matching `method` and `path` get; `None` times is for ever.

    `uplink` is how many bytes a second get through.
    """

    path: re.Pattern[str]
    method: str | None = None
    times: int | None = 1
    status: int | None = None
    code: int = 0
    message: str | None = None
    retry_after: float | None = None
    via: bool = True
    seconds: float = 0.0
    uplink: float = math.inf
    cut: Moment | None = None

    def matches(self, method: str, path: str) -> bool:
        wanted = self.method is None or self.method == method
        return wanted and self.times != 0 and bool(self.path.search(path))

    @property
    def body(self) -> dict[str, Any] | str:
        """The answer's JSON, in the shape of this status, or the page of whoever stands before Discord."""
        if not self.via:
            return PAGE.format(status=self.status, reason=RATE_LIMITED if self.status == 429 else self.status)
        if self.status == 429:
            return {"message": "You are being rate limited.", "retry_after": self.retry_after or 1.0, "global": False}
        return {"message": self.message or f"{self.status}: Fault", "code": self.code}


def _nothing(resumable: bool, reconnect: bool) -> None:
    """Before a gateway listens there is nothing to drop."""


@dataclass(kw_only=True)
class Faults:
    """Each call adds one fault; paths are regular expressions on the part after `/api/v10`."""

    pending: list[Fault] = field(default_factory=list)
    duplicate_interactions: int = 0
    rest_down: int = 0
    on_drop: Callable[[bool, bool], None] = _nothing
    on_refuse: Callable[[float], None] = field(default=lambda seconds: None)

    def answer_next(
        self,
        path: str = "",
        *,
        status: int = 500,
        method: str | None = None,
        times: int | None = 1,
        code: int = 0,
        message: str | None = None,
        retry_after: float | None = None,
        via: bool = True,
    ) -> None:
        """Answer with this status instead of doing anything; `via=False` is Cloudflare's own page."""
        self._add(path, method, times, status=status, code=code, message=message, retry_after=retry_after, via=via)

    def slow(self, path: str = "", seconds: float = 1.0, *, method: str | None = None, times: int | None = 1) -> None:
        """Wait before doing anything."""
        self._add(path, method, times, seconds=seconds)

    def slow_uplink(self, bytes_a_second: float, path: str = "", *, times: int | None = None) -> None:
        """Let a request take as long as its body does at this speed; who hangs up before has said nothing."""
        self._add(path, None, times, uplink=bytes_a_second)

    def reset(
        self, path: str = "", *, method: str | None = None, times: int | None = 1, after_applying: bool = False
    ) -> None:
        """Close the connection without an answer, before the effect or after it."""
        self._add(path, method, times, cut=Moment.AFTER if after_applying else Moment.BEFORE)

    def too_large_next(self, path: str = "", *, times: int | None = 1) -> None:
        """Refuse the next matching message as too large: 413 with code 40005."""
        self._add(path, "POST", times, status=413, code=40005, message="Request entity too large")

    def outage(self, on: bool, *, status: int = 503) -> None:
        """Answer every REST request with `status` until switched off."""
        self.rest_down = status if on else 0

    def duplicate_next_interaction(self) -> None:
        """Tell the bot of the next interaction twice, as overlapping sessions do."""
        self.duplicate_interactions += 1

    def drop_gateway(self, *, resumable: bool = True) -> None:
        """Cut every gateway connection; without `resumable` the sessions are lost with it."""
        self.on_drop(resumable, False)

    def reconnect_gateway(self) -> None:
        """Ask every session to reconnect (op 7), as Discord does before it restarts a machine."""
        self.on_drop(True, True)

    def refuse_gateway(self, seconds: float) -> None:
        """Refuse new gateway connections for so long, and cut those that are open."""
        self.on_refuse(seconds)
        self.on_drop(True, False)

    def clear(self) -> None:
        """Forget every fault that has not happened yet."""
        self.pending.clear()
        self.rest_down = 0
        self.duplicate_interactions = 0
        self.on_refuse(0)

    def take(self, method: str, path: str) -> list[Fault]:
        """The faults this request meets, used up by one."""
        met = [fault for fault in self.pending if fault.matches(method, path)]
        for fault in met:
            if fault.times is not None:
                fault.times -= 1
        self.pending = [fault for fault in self.pending if fault.times != 0]
        return met

    def copies(self) -> int:
        """How often the next interaction is told."""
        if not self.duplicate_interactions:
            return 1
        self.duplicate_interactions -= 1
        return 2

    def _add(self, path: str, method: str | None, times: int | None, **more: Any) -> None:
        self.pending.append(Fault(path=re.compile(path), method=method, times=times, **more))
