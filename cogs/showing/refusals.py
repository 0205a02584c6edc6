"""Why not: the sentence of a refusal, with its facts as people read them."""

from bot.video_request import Refusal

from ..words.plain import beside
from ..words.wording import joined, permission, say, spell_size


def refusal_text(locale: str, refusal: Refusal) -> str:
    facts = {key: _spell(locale, key, value) for key, value in refusal.facts.items()}
    return say(locale, f"refusal.{refusal.code}", **facts)


def _spell(locale: str, key: str, value: object) -> object:
    if key == "kind":
        return say(locale, "kind.known", kind=str(value)) if value else say(locale, "kind.unknown")
    if key == "permissions" and isinstance(value, tuple):
        return joined(locale, [permission(locale, name) for name in value])
    if isinstance(value, tuple):
        return joined(locale, [spell_size(str(one)) for one in value])
    return beside(value, 100) if isinstance(value, str) and key != "where" else value
