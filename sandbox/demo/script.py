"""The demo's script, as data: who wishes for what, what must come of it, and the words by which it is known."""

from collections.abc import Mapping
from dataclasses import dataclass, field

GUILD, CHANNEL = "Studio", "dailies"
PHOTO_NAME = "ridge.jpg"


@dataclass(frozen=True, kw_only=True)
class Scene:
    """One wish. `ending` is the vendor's last word about it; `seconds` and `size` (pixels) are the clip's.

    One that `continues` the clip of another member begins with the last frame of that.
    """

    member: str
    opening: str
    prompt: str
    options: Mapping[str, object] = field(default_factory=dict)
    with_photo: bool = False
    continues: str | None = None
    seconds: int = 4
    size: tuple[int, int] = (720, 1280)
    ending: str = "completed"
    closing: str


SCENES = (
    Scene(
        member="Ana",
        opening="Morning! The harbour sequence still lacks its first shot.",
        prompt="Wide shot: a paper boat drifts across a rain-lit harbour at night, camera low behind it, "
        "neon trembling on the water",
        options={"seconds": 8, "size": "1280x720"},
        seconds=8,
        size=(1280, 720),
        closing="That is the one.",
    ),
    Scene(
        member="Bea",
        opening="I took this on the ridge on Sunday. Let us see it move.",
        prompt="Slow push-in: mist drifts between the hills while the sun climbs, warm morning light",
        with_photo=True,
        closing="It moves! And it stands upright, though I held the phone sideways.",
    ),
    Scene(
        member="Carl",
        opening="And somebody famous for the poster?",
        prompt="Close-up: a celebrity waves from an open car, confetti in the air, hard noon light",
        ending="failed",
        closing="Fair enough. Somebody invented, then.",
    ),
    Scene(
        member="Bea",
        opening="Ana, may I take yours further?",
        prompt="Wide shot: the boat reaches the quay and rests, the neon goes out one by one",
        continues="Ana",
        seconds=8,
        size=(1280, 720),
        closing="And cut.",
    ),
)

REPLIES: Mapping[str, str] = {
    "queued": "In line",
    "pending": "Sent to",
    "processing": "Rendering",
    "completed": "Done in",
    "failed": "refused this",
}
"""What a thread says of each status: words that are in that reply and in no other."""

STANDINGS: Mapping[str, str] = {"completed": "✔ Done", "failed": "✖ Failed"}
"""How a card begins to say that it is over."""

RULES = ("restricted content", "no real people", "no copyrighted characters", "unsuitable under 18", "human faces")
"""What a refusal has to name: the vendor's own reason, and its rules."""
