"""What the stand-in endpoint finds: phrases in a text, in any case, and pictures that are mostly red."""

import io

from PIL import Image

# Source: OpenAI's API reference, Moderations, the object of a result.
CATEGORIES = (
    "harassment",
    "harassment/threatening",
    "hate",
    "hate/threatening",
    "illicit",
    "illicit/violent",
    "self-harm",
    "self-harm/instructions",
    "self-harm/intent",
    "sexual",
    "sexual/minors",
    "violence",
    "violence/graphic",
)
# Those that look at pictures as well as at words.
OF_PICTURES = frozenset(
    ("self-harm", "self-harm/instructions", "self-harm/intent", "sexual", "violence", "violence/graphic")
)
PHRASES = {
    "a knife fight": ("violence",),
    "a battlefield in detail": ("violence", "violence/graphic"),
    "a cruel insult": ("harassment",),
    "how to pick a lock": ("illicit",),
}
RED = ("violence/graphic",)


def judge_text(text: str) -> set[str]:
    return {category for phrase, found in PHRASES.items() if phrase in text.lower() for category in found}


def judge_picture(data: bytes) -> set[str]:
    """Raises OSError for what is no picture."""
    with Image.open(io.BytesIO(data)) as picture:
        red, green, blue = picture.convert("RGB").resize((1, 1)).getpixel((0, 0))  # type: ignore[misc]
    return set(RED) if red > 180 and green < 80 and blue < 80 else set()
