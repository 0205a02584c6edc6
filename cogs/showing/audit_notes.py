"""Actions of the audit in words: who, when, what, about whom, and what really happened. Pure."""

import json
from collections.abc import Iterator

import discord

from bot.moderation import Action, Entry
from bot.reviews import NOBODY

from ..words.plain import beside
from ..words.wording import ending, knows, quoted, relative, say

REASON_SHOWN = 150
CHANGES_SHOWN = 200
# What is known of how an action ended, in the order in which it is told.
OUTCOMES = ("removed", "clip_kept", "told", "logged")
YES, NO = "yes", "no"
WHOLE_SERVER = "0"


def entry_text(locale: str, entry: Entry) -> str:
    """One action, on a line or two."""
    who = say(locale, "audit.nobody") if entry.actor_id == NOBODY else f"<@{entry.actor_id}>"
    facts = {"number": str(entry.number), "when": relative(entry.at), "who": who, "what": _what(locale, entry)}
    first = " · ".join([say(locale, "audit.row", **facts), *_about(locale, entry)])
    more = " · ".join(_more(locale, entry))
    return f"{first}\n{more}" if more else first


def log_note(locale: str, entry: Entry) -> discord.Embed:
    """The message in the log channel."""
    embed = discord.Embed(description=entry_text(locale, entry))
    embed.set_footer(text=log_footer(entry))
    return embed


def log_footer(entry: Entry) -> str:
    """What the message is known again by."""
    return f"audit {entry.number}"


def _what(locale: str, entry: Entry) -> str:
    key = f"audit.did_{entry.action}"
    return say(locale, key) if knows(locale, key) else beside(entry.action.replace("_", " "), 40)


def _about(locale: str, entry: Entry) -> Iterator[str]:
    if entry.member_id is not None:
        yield f"<@{entry.member_id}>"
    if entry.job_id:
        yield f"`{entry.job_id}`"
    place = str(entry.after.get("channel") or entry.before.get("channel") or "")
    if place.isdecimal():
        yield say(locale, "audit.server") if place == WHOLE_SERVER else f"<#{place}>"


def _more(locale: str, entry: Entry) -> Iterator[str]:
    if why := str(entry.after.get("why") or entry.after.get("reason") or ""):
        yield quoted(locale, beside(why, REASON_SHOWN))
    if isinstance(until := entry.after.get("until"), int | float):
        yield say(locale, "audit.until", until=ending(locale, until))
    if entry.action not in set(Action) and (changes := _changes(entry)):
        yield changes
    for name in OUTCOMES:
        if isinstance(happened := entry.outcome.get(name), bool):
            yield say(locale, f"audit.{name}_{YES if happened else NO}")


def _changes(entry: Entry) -> str:
    """What other parts wrote down of before and after, as far as there is room."""
    known = {"why", "reason", "until", "channel"}
    sides = [{key: each for key, each in side.items() if key not in known} for side in (entry.before, entry.after)]
    if not any(sides):
        return ""
    before, after = (beside(json.dumps(side, ensure_ascii=False), CHANGES_SHOWN) if side else "–" for side in sides)
    return f"{before} → {after}"
