"""The gateway: websocket sessions that identify, heartbeat, resume and are told what happens."""

import asyncio
import contextlib
import json
import secrets
import time
from collections import deque
from typing import Any

from aiohttp import WSMsgType, web

from sandbox.discord.constants import Intents, Op
from sandbox.discord.entities import Guild
from sandbox.discord.events import Event
from sandbox.discord.payloads.application import application_flags, own_user_json
from sandbox.discord.payloads.guilds import guild_create_json, member_json
from sandbox.discord.sessions import Connection, Session, codec_for
from sandbox.discord.state import State

Json = dict[str, Any]

MAX_MESSAGE = 16 * 1024
"""Bytes of one message from a client; Discord allows less and says 4002."""


class GatewayClosed(Exception):
    """The client broke a rule: its socket is closed with this code and reason."""

    def __init__(self, code: int, reason: str) -> None:
        self.code = code
        self.reason = reason
        super().__init__(f"{code} {reason}")


class Gateway:
    """Keeps sessions and tells each the events of its shard and intents.

    The next `cut_next` connections are closed before a word was said.
    """

    def __init__(self, state: State, token: str) -> None:
        self.sessions: dict[str, Session] = {}
        self.identifies = 0
        self.resumes = 0
        self.cut_next = 0
        self._state = state
        self._token = token
        self._connections: set[Connection] = set()
        self._closed_until = 0.0
        state.tell.listeners.append(self.publish)

    def publish(self, event: Event) -> None:
        """Push the event to every session that wants it, connected or not."""
        for session in self.sessions.values():
            if session.wants(event):
                session.push(event.name, event.payload(session.intents))

    @property
    def connected(self) -> bool:
        """Whether some session has a client."""
        return any(session.connection for session in self.sessions.values())

    def refuse(self, seconds: float) -> None:
        """Answer 503 to new connections for so long."""
        self._closed_until = time.monotonic() + seconds

    def drop(self, resumable: bool, reconnect: bool) -> None:
        """Cut every connection, or politely ask to reconnect; forget the sessions unless `resumable`."""
        if not resumable:
            self.sessions.clear()
        for connection in list(self._connections):
            if reconnect:
                connection.send(Op.RECONNECT)
            else:
                connection.cut()

    async def close(self) -> None:
        """Say goodbye to every client."""
        for connection in list(self._connections):
            with contextlib.suppress(ConnectionError):
                await connection.socket.close(code=1001)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One websocket from HELLO to its end."""
        if time.monotonic() < self._closed_until:
            return web.Response(status=503, text="upstream connect error")
        socket = web.WebSocketResponse(timeout=2, max_msg_size=MAX_MESSAGE, compress=False)
        await socket.prepare(request)
        connection = Connection(request, socket, codec_for(request.query.get("compress")))
        self._connections.add(connection)
        writer = asyncio.create_task(connection.write())
        try:
            await self._talk(request, connection)
        except GatewayClosed as closed:
            await socket.close(code=closed.code, message=closed.reason.encode())
        finally:
            self._part(connection)
            writer.cancel()
            await asyncio.gather(writer, return_exceptions=True)
        return socket

    async def _talk(self, request: web.Request, connection: Connection) -> None:
        if request.query.get("v") != "10" or request.query.get("encoding", "json") != "json":
            raise GatewayClosed(4012, "Invalid API version.")
        if self.cut_next:
            self.cut_next -= 1
            raise GatewayClosed(4000, "Unknown error.")
        interval = self._state.limits.heartbeat_interval
        connection.send(Op.HELLO, {"heartbeat_interval": int(interval * 1000), "_trace": ["sandbox"]})
        while True:
            patience = connection.last_beat + 1.5 * interval - time.monotonic()
            try:
                message = await connection.socket.receive(timeout=max(patience, 0.001))
            except TimeoutError:
                raise GatewayClosed(4009, "Session timed out.") from None
            if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                return
            self._hear(connection, message.data)

    def _hear(self, connection: Connection, data: str | bytes) -> None:
        if not connection.count(self._state.limits.gateway_sends):
            raise GatewayClosed(4008, "You are being rate limited.")
        try:
            message = json.loads(data)
            op, body = message["op"], message.get("d")
        except (ValueError, KeyError, TypeError, AttributeError):
            raise GatewayClosed(4002, "Error while decoding payload.") from None
        if op == Op.HEARTBEAT:
            connection.last_beat = time.monotonic()
            connection.send(Op.ACK)
        elif op in (Op.IDENTIFY, Op.RESUME):
            if connection.session:
                raise GatewayClosed(4005, "Already authenticated.")
            self._enter(connection, op, body)
        elif connection.session is None:
            raise GatewayClosed(4003, "Not authenticated.")
        elif op == Op.REQUEST_MEMBERS:
            self._send_members(connection.session, body)
        elif op not in (Op.PRESENCE, Op.VOICE_STATE):
            raise GatewayClosed(4001, "Unknown opcode.")

    def _enter(self, connection: Connection, op: int, body: Json) -> None:
        if not isinstance(body, dict) or str(body.get("token", "")).removeprefix("Bot ") != self._token:
            raise GatewayClosed(4004, "Authentication failed.")
        if op == Op.IDENTIFY:
            self._identify(connection, body)
        else:
            self._resume(connection, body)

    def _identify(self, connection: Connection, body: Json) -> None:
        shard, count = self._shard(body.get("shard") or [0, 1])
        session = Session(
            id=secrets.token_hex(16),
            shard=shard,
            shard_count=count,
            intents=self._intents(body.get("intents")),
            kept=deque(maxlen=self._state.limits.replayed_events),
        )
        self.identifies += 1
        self._forget_idle(session)
        self.sessions[session.id] = session
        self._join(connection, session)
        guilds = [guild for guild in self._state.guilds.values() if self._holds(session, guild)]
        session.push("READY", self._ready(session, guilds))
        for guild in (guild for guild in guilds if not guild.unavailable):
            # a guild the bot was in already says `unavailable`; one it just joined does not
            session.push("GUILD_CREATE", guild_create_json(guild) | {"unavailable": False})
        self._state.changes.ring()

    def _forget_idle(self, fresh: Session) -> None:
        """Who identifies anew will not come back for the shard's earlier session."""
        idle = [session for session in self.sessions.values() if session.connection is None]
        for session in idle:
            if (session.shard, session.shard_count) == (fresh.shard, fresh.shard_count):
                del self.sessions[session.id]

    def _resume(self, connection: Connection, body: Json) -> None:
        session = self.sessions.get(str(body.get("session_id")))
        after = body.get("seq")
        if session is None or not isinstance(after, int) or not session.can_replay(after):
            connection.send(Op.INVALID_SESSION, False)
            return
        if session.connection:
            session.connection.cut()
        self.resumes += 1
        self._join(connection, session)
        session.replay(after)
        session.push("RESUMED", {"_trace": ["sandbox"]})
        self._state.changes.ring()

    def _shard(self, asked: Any) -> tuple[int, int]:
        good = isinstance(asked, list) and len(asked) == 2 and all(isinstance(part, int) for part in asked)
        if not good or not 0 <= asked[0] < asked[1]:
            raise GatewayClosed(4010, "Invalid shard.")
        if len(self._state.guilds) / asked[1] > self._state.limits.guilds_a_shard:
            raise GatewayClosed(4011, "Sharding required.")
        return asked[0], asked[1]

    def _intents(self, asked: Any) -> Intents:
        if not isinstance(asked, int) or asked & ~int(Intents.VALID):
            raise GatewayClosed(4013, "Invalid intent(s).")
        if asked & Intents.PRIVILEGED & ~self._state.application.privileged:
            raise GatewayClosed(4014, "Disallowed intent(s).")
        return Intents(asked)

    def _holds(self, session: Session, guild: Guild) -> bool:
        return guild.has_bot and (guild.id >> 22) % session.shard_count == session.shard

    def _ready(self, session: Session, guilds: list[Guild]) -> Json:
        return {
            "v": 10,
            "user": own_user_json(self._state.bot),
            "user_settings": {},
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "private_channels": [],
            "relationships": [],
            "presences": [],
            "session_type": "normal",
            "session_id": session.id,
            "resume_gateway_url": self._state.gateway_url,
            "shard": [session.shard, session.shard_count],
            "application": {
                "id": str(self._state.application.id),
                "flags": application_flags(self._state),
            },
            "geo_ordered_rtc_regions": [],
            "_trace": ["sandbox"],
        }

    def _send_members(self, session: Session, body: Json) -> None:
        guild = self._state.guilds.get(int(body.get("guild_id", 0)))
        if guild is None:
            return
        wanted = body.get("user_ids")
        ids = {int(one) for one in (wanted if isinstance(wanted, list) else [wanted])} if wanted else None
        prefix = str(body.get("query") or "").lower()
        everyone = guild.members.values()
        found = [
            m for m in everyone if (m.user.id in ids if ids is not None else m.user.name.lower().startswith(prefix))
        ]
        chunk: Json = {
            "guild_id": str(guild.id),
            "members": [member_json(member) for member in found],
            "chunk_index": 0,
            "chunk_count": 1,
            "not_found": [str(one) for one in (ids or set()) - {member.user.id for member in found}],
        }
        session.push("GUILD_MEMBERS_CHUNK", chunk | ({"nonce": body["nonce"]} if body.get("nonce") else {}))

    def _join(self, connection: Connection, session: Session) -> None:
        connection.session = session
        session.connection = connection

    def _part(self, connection: Connection) -> None:
        """A client that closes with 1000 or 1001 gives its session up; any other end leaves it to be resumed."""
        self._connections.discard(connection)
        session = connection.session
        if session and session.connection is connection:
            session.connection = None
            if connection.socket.close_code in (1000, 1001):
                self.sessions.pop(session.id, None)
        self._state.changes.ring()
