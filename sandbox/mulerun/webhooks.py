"""The vendor's webhooks: signed events to the endpoints of an account, lost, late, doubled or forged on demand."""

import asyncio
import hashlib
import hmac
import json
import secrets
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from aiohttp import ClientError, ClientSession

from sandbox.mulerun.ledger import Task

ENDPOINTS_MOST = 5
KINDS = {"pending": "task.created", "completed": "task.succeeded", "failed": "task.failed"}


@dataclass(frozen=True, kw_only=True)
class EventFault:
    """What becomes of the event of a task's end: sent `times`, `delay` real seconds later, signed by the vendor or not.

    `age` is how many seconds older its timestamp says that it is.
    """

    times: int = 1
    delay: float = 0.0
    forged: bool = False
    age: float = 0.0


LOST = EventFault(times=0)
DOUBLED = EventFault(times=2)
FORGED = EventFault(forged=True)
STALE = EventFault(age=301.0)


def late(seconds: float) -> EventFault:
    return EventFault(delay=seconds)


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    url: str
    secret: str


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One event that was posted; `status` is None when nobody answered."""

    kind: str
    task_id: str
    status: int | None


class Webhooks:
    """`describe` says of a task what a look at it says. Nothing is tried again: nobody knows that the vendor would."""

    def __init__(self, describe: Callable[[Task], dict[str, object]]) -> None:
        self.deliveries: list[Delivery] = []
        self._describe = describe
        self._endpoints: list[Endpoint] = []
        self._faults: deque[EventFault] = deque()
        self._sending: set[asyncio.Task[None]] = set()

    def register(self, url: str) -> str:
        """Have events posted there; the endpoint's secret. Raises ValueError when there are too many."""
        if len(self._endpoints) == ENDPOINTS_MOST:
            raise ValueError(f"an account has {ENDPOINTS_MOST} endpoints at most")
        secret = "whsec_" + secrets.token_urlsafe(24)
        self._endpoints.append(Endpoint(url=url, secret=secret))
        return secret

    def next_ends(self, *faults: EventFault) -> None:
        """What becomes of the next events of ends, in order."""
        self._faults.extend(faults)

    def tell(self, session: ClientSession, task: Task) -> None:
        """A task is in another state; of some there are events."""
        kind = KINDS.get(task.status)
        if kind is None or not self._endpoints:
            return
        fault = self._faults.popleft() if self._faults and kind != "task.created" else EventFault()
        _, _, vendor, _, model, *_ = task.model.split("/")
        event: dict[str, object] = {
            "id": "evt_" + secrets.token_hex(12),
            "type": kind,
            "created_at": datetime.now(UTC).isoformat(),
            "data": {"vendor": vendor, "model_name": model, "payload": self._describe(task)},
        }
        for endpoint in self._endpoints:
            sending = asyncio.create_task(self._send(session, endpoint, event, fault, task.id), name=f"event {task.id}")
            self._sending.add(sending)
            sending.add_done_callback(self._sending.discard)

    async def close(self) -> None:
        for sending in tuple(self._sending):
            sending.cancel()
        await asyncio.gather(*self._sending, return_exceptions=True)

    async def _send(
        self, session: ClientSession, endpoint: Endpoint, event: dict[str, object], fault: EventFault, task_id: str
    ) -> None:
        await asyncio.sleep(fault.delay)
        secret = "whsec_of_somebody_else" if fault.forged else endpoint.secret
        for _ in range(fault.times):
            body = json.dumps(event).encode()
            headers = sign(secret, str(event["id"]), int(time.time() - fault.age), body)
            try:
                async with session.post(endpoint.url, data=body, headers=headers) as answer:
                    status: int | None = answer.status
            except (ClientError, TimeoutError, OSError):
                status = None
            self.deliveries.append(Delivery(kind=str(event["type"]), task_id=task_id, status=status))


def sign(secret: str, event_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The headers of an event."""
    signed = hmac.new(secret.encode(), f"{event_id}.{timestamp}.".encode() + body, hashlib.sha256)
    return {
        "Content-Type": "application/json",
        "X-MuleRouter-Webhook-Id": event_id,
        "X-MuleRouter-Webhook-Timestamp": str(timestamp),
        "X-MuleRouter-Webhook-Signature": f"v1={signed.hexdigest()}",
    }
