"""Why not: the sentence of a refusal, with its facts as people read them."""

from bot.media import RAW
from bot.server_rules.limits import Lack
from bot.video_request import Refusal

from ..words.plain import beside
from ..words.wording import ending, joined, permission, say, spell_size
from .limits import limit_text, room_text

# Room for the sentence above the prompt in Discord's 2000 characters.
PASTE_INLINE = 1500


def refusal_text(locale: str, refusal: Refusal) -> str:
    facts = {key: _spell(locale, key, value) for key, value in refusal.facts.items()}
    if isinstance(lack := refusal.facts.get("lack"), Lack):
        facts |= {"limit": limit_text(locale, lack), "room": room_text(locale, lack)}
    return say(locale, f"refusal.{refusal.code}", **facts)


def pasted(locale: str, sentence: str, prompt: str) -> str | None:
    """The sentence, and below it the prompt to be copied; None where it is too long, or cannot be set apart."""
    if len(prompt) > PASTE_INLINE or "```" in prompt:
        return None
    return f"{sentence} {say(locale, 'refusal.paste')}\n```\n{prompt}\n```"


def _spell(locale: str, key: str, value: object) -> object:
    if key == "kind":
        key = "kind.unknown" if value is None else "kind.raw" if value in RAW else "kind.known"
        return say(locale, key, kind=value)
    if key == "permissions" and isinstance(value, tuple):
        return joined(locale, [permission(locale, name) for name in value])
    if key == "until" and isinstance(value, float):
        return ending(locale, value)
    if key == "roles" and isinstance(value, tuple):
        return joined(locale, [f"<@&{role_id}>" for role_id in value])
    if isinstance(value, tuple):
        return joined(locale, [spell_size(str(one)) for one in value])
    return beside(value, 100) if isinstance(value, str) and key != "where" else value
