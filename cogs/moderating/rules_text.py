"""The rules of a server in words: each value, a topic, all of them, and what a change would make different."""

from collections.abc import Iterable
from typing import Any, assert_never

from bot.catalogue import Catalogue
from bot.errors import BadRules
from bot.server_rules.changes import UNSAID, Change, holds, says
from bot.server_rules.document import Document

from ..words.plain import beside
from ..words.wording import decimal, joined, say, spell_size
from .topics import KEYS, KINDS, LIMIT_PARTS, Kind, Topic, word

# Of a list so many are written out.
LISTED = 12


def value_text(locale: str, key: str, value: Any, catalogue: Catalogue) -> str:
    """A value of JSON's as people read it."""
    kind = KINDS[key]
    if value is None or value == {}:
        return say(locale, "settings.none")
    if value == []:
        return say(locale, f"settings.empty_{word(key)}")
    match kind:
        case Kind.FLAG:
            return say(locale, "settings.yes" if value else "settings.no")
        case Kind.ROLES:
            return _listed(locale, [f"<@&{role_id}>" for role_id in value])
        case Kind.CHANNEL:
            return f"<#{value}>"
        case Kind.CHOICE:
            return say(locale, f"settings.choice_{word(key)}_{value}")
        case Kind.MODELS:
            return _listed(locale, [beside(catalogue.describe(model).name, 40) for model in value])
        case Kind.SIZES:
            return _listed(locale, [beside(spell_size(size), 40) for size in value])
        case Kind.WORDS:
            return say(locale, "settings.words", count=len(value))
        case Kind.NUMBER:
            return str(value)
        case Kind.MONEY:
            return decimal(locale, value, digits=2)
        case Kind.LIMIT:
            return _limit(locale, value)
        case Kind.ROLE_LIMITS:
            each = [f"<@&{role_id}>: {_limit(locale, limit)}" for role_id, limit in value.items()]
            return "\n".join(f"  - {one}" for one in ["", *each][:LISTED]).removeprefix("  - ")
        case _:
            assert_never(kind)


def rules_text(locale: str, document: Document, channel_id: int | None, catalogue: Catalogue) -> str:
    """What is ruled in one place, by topic and in the order in which it is looked at; what is as usual is left out."""
    lines = [say(locale, "settings.order"), ""]
    for topic in Topic:
        told = [key for key in KEYS[topic] if holds(document, channel_id, key) != holds(Document(), None, key)]
        lines.append(say(locale, "settings.heading", topic=topic_text(locale, topic)))
        lines += [_line(locale, document, channel_id, key, catalogue) for key in told] or [say(locale, "settings.free")]
    return "\n".join(lines)


def topic_rules(locale: str, topic: Topic, document: Document, channel_id: int | None, catalogue: Catalogue) -> str:
    """All that holds in one place on one topic."""
    return "\n".join(_line(locale, document, channel_id, key, catalogue) for key in KEYS[topic])


def topic_text(locale: str, topic: Topic) -> str:
    return say(locale, f"settings.topic_{topic}")


def changes_text(locale: str, changes: Iterable[Change], catalogue: Catalogue) -> list[str]:
    """A line for each thing that is different."""
    return [_change(locale, change, catalogue) for change in changes]


def problem_text(locale: str, error: BadRules) -> str:
    """What is wrong with a document, where, and what to do."""
    where = beside(error.where, 120) or say(locale, "document.whole")
    facts = {name: _spell(locale, fact) for name, fact in error.facts.items()}
    return say(locale, f"document.bad_{error.code}", where=where, **facts)


def _line(locale: str, document: Document, channel_id: int | None, key: str, catalogue: Catalogue) -> str:
    shown = value_text(locale, key, holds(document, channel_id, key), catalogue)
    own = channel_id is not None and says(document, channel_id, (key,))
    line = "settings.line_own" if own else "settings.line"
    return say(locale, line, rule=say(locale, f"settings.rule_{word(key)}"), value=shown)


def _change(locale: str, change: Change, catalogue: Catalogue) -> str:
    where = f"<#{change.channel_id}>" if change.channel_id else say(locale, "settings.server")

    def spell(value: Any) -> str:
        if value is UNSAID:
            return say(locale, "settings.as_server" if change.channel_id else "settings.as_usual")
        return value_text(locale, change.key, value, catalogue)

    return say(
        locale,
        "settings.change",
        where=where,
        rule=say(locale, f"settings.rule_{word(change.key)}"),
        before=spell(change.before),
        after=spell(change.after),
    )


def _limit(locale: str, limit: dict[str, Any]) -> str:
    """Each part with how much there may be of it."""
    parts = [key for keys in LIMIT_PARTS.values() for key in keys if limit.get(key) is not None]
    texts = [
        say(
            locale,
            "settings.part",
            part=say(locale, f"settings.part_{key}"),
            most=decimal(locale, limit[key], digits=2) if key in LIMIT_PARTS["money"] else limit[key],
        )
        for key in parts
    ]
    return joined(locale, texts) if texts else say(locale, "settings.none")


def _listed(locale: str, words: list[str]) -> str:
    if len(words) <= LISTED:
        return joined(locale, words)
    return say(locale, "settings.and_more", words=", ".join(words[:LISTED]), count=len(words) - LISTED)


def _spell(locale: str, fact: object) -> object:
    if isinstance(fact, tuple):
        return joined(locale, [beside(str(one), 60) for one in fact])
    return beside(fact, 200) if isinstance(fact, str) else fact
