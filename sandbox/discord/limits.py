"""Limits: what can be turned of the sandbox's Discord while it runs, rates, sizes and times.

What a payload may hold is fixed, and stands with its checks in `validation`.
"""

from dataclasses import dataclass, field

MIB = 1 << 20


@dataclass(kw_only=True)
class Window:
    """At most `calls` within `seconds`; `shared` marks limits that other apps use up too."""

    calls: int
    seconds: float
    shared: bool = False


def _windows() -> dict[str, Window]:
    return {
        "default": Window(calls=50, seconds=5),
        "message-create": Window(calls=5, seconds=5),
        "message-edit": Window(calls=5, seconds=5),
        "message-delete": Window(calls=5, seconds=1),
        "bulk-delete": Window(calls=1, seconds=1),
        "pin": Window(calls=5, seconds=5),
        "message-read": Window(calls=50, seconds=5),
        "old-edit": Window(calls=3, seconds=6),
        "thread-create": Window(calls=10, seconds=300, shared=True),
        "thread-rename": Window(calls=2, seconds=600),
        "channel-edit": Window(calls=5, seconds=5),
        "channel-overwrite": Window(calls=10, seconds=15),
        "dm-create": Window(calls=10, seconds=10),
        "commands-write": Window(calls=5, seconds=20),
        "webhook": Window(calls=5, seconds=2),
        "global": Window(calls=50, seconds=1),
    }


@dataclass(kw_only=True)
class Limits:
    """What Discord allows. Seconds and bytes; may be changed while the sandbox runs.

    Documented: the global 50/s, 25 MiB a request, 3 s and 15 min of an interaction, 120 gateway sends in 60 s.
    Seen in practice only: the windows of the routes, above all the harsh one for threads of a guild.
    """

    windows: dict[str, Window] = field(default_factory=_windows)
    enforced: bool = True
    request_bytes: int = 25 * MIB
    upload_bytes: tuple[int, int, int, int] = (10 * MIB, 10 * MIB, 50 * MIB, 100 * MIB)
    direct_upload_bytes: int = 10 * MIB
    member_upload_bytes: int = 0
    """What the member's own subscription allows beyond the guild's tier; 0 is a member without one."""
    nonce_window: float = 180.0
    answer_deadline: float = 3.0
    token_life: float = 900.0
    link_life: float = 86_400.0
    upload_link_life: float = 3_600.0
    """Life of a link to a file given to a command or modal; Discord does not say how long."""
    heartbeat_interval: float = 41.25
    gateway_sends: Window = field(default_factory=lambda: Window(calls=120, seconds=60))
    replayed_events: int = 1_000
    guilds_a_shard: int = 2_500
    active_threads: int = 1_000

    @classmethod
    def lax(cls) -> "Limits":
        """Nothing is rate limited: for benchmarks that measure the bot and not Discord."""
        sends = Window(calls=1_000_000, seconds=60)
        return cls(enforced=False, gateway_sends=sends, active_threads=1_000_000)

    def guild_upload_bytes(self, boost_tier: int | None) -> int:
        """Largest file in bytes for a guild of that tier, or for a direct message (`None`)."""
        return self.direct_upload_bytes if boost_tier is None else self.upload_bytes[boost_tier]
