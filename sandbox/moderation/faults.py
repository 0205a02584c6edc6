"""Faults on demand: what goes wrong with the next requests to the endpoint, and how it looks on the wire."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One spoiled answer. `body` None leaves the ordinary one; `delay` is in seconds; `cut` closes the connection."""

    status: int = 200
    body: bytes | None = None
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    cut: bool = False


def down(status: int = 503) -> Fault:
    return refused(status, "The server is overloaded or not ready yet.", kind="server_error")


def slow(seconds: float) -> Fault:
    return Fault(delay=seconds)


def busy(seconds: int | None) -> Fault:
    """A rate limit, and after how many seconds to come again, if it says so."""
    headers = {} if seconds is None else {"Retry-After": str(seconds)}
    fault = refused(429, "Rate limit reached.", kind="requests", code="rate_limit_exceeded")
    return Fault(status=fault.status, body=fault.body, headers=headers)


def nonsense(body: bytes = b'{"results": [') -> Fault:
    return Fault(body=body)


def page(status: int = 200) -> Fault:
    """A web page where JSON belongs, as a proxy on the way would put it."""
    return Fault(status=status, body=b"<html><body>Hello</body></html>", content_type="text/html")


def refused(
    status: int, message: str, *, kind: str = "invalid_request_error", param: str | None = None, code: str | None = None
) -> Fault:
    """An error in the documented shape."""
    error = {"message": message, "type": kind, "param": param, "code": code}
    return Fault(status=status, body=json.dumps({"error": error}).encode())
