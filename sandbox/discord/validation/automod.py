"""The rules of AutoMod, after Discord's documentation of the auto moderation resource and its limits."""

import re
from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any

from sandbox.discord.constants import ActionType, PresetType, TriggerType

from .shapes import Check, by_type, flag, listing, one_of, record, snowflake, text, whole, wrong
from .violations import Path, Violation, refused

MAX_RULES: Mapping[int, int] = MappingProxyType({kind: 6 if kind is TriggerType.KEYWORD else 1 for kind in TriggerType})
"""Rules of a trigger type in one server."""

LONGEST_TIMEOUT = 2_419_200
"""Seconds: four weeks."""

KEYWORD = text(1, 60)
NOT_IN_RUST = re.compile(r"\(\?(?:[=!>]|<[=!]|P=)|\\[1-9]|[*+?}]\+")
"""What Python takes in a pattern and Rust does not: looking round, going back, never giving back."""


def pattern(value: object, path: Path) -> list[Violation]:
    """A regular expression in Rust's syntax, as far as Python reads it too."""
    found = text(1, 260)(value, path)
    if found:
        return found
    try:
        re.compile(str(value))
    except re.error as error:
        return wrong(path, "AUTO_MODERATION_INVALID_REGEX", f"Invalid regex pattern: {error}")
    if NOT_IN_RUST.search(str(value)):
        return wrong(path, "AUTO_MODERATION_INVALID_REGEX", "Invalid regex pattern: Rust does not know this.")
    return []


WORDS: Mapping[str, Check] = {
    "keyword_filter": listing(KEYWORD, 0, 1000),
    "regex_patterns": listing(pattern, 0, 10),
    "allow_list": listing(KEYWORD, 0, 100),
}
METADATA: Mapping[int, Check] = {
    TriggerType.KEYWORD: record(WORDS),
    TriggerType.SPAM: record({}),
    TriggerType.KEYWORD_PRESET: record(
        {
            "presets": listing(one_of(*map(int, PresetType)), unique=True),
            "allow_list": listing(KEYWORD, 0, 1000),
        }
    ),
    TriggerType.MENTION_SPAM: record({"mention_total_limit": whole(0, 50), "mention_raid_protection_enabled": flag}),
    TriggerType.MEMBER_PROFILE: record(WORDS),
}

ACTION = by_type(
    {
        # Discord's description of its API allows 300, its documentation 150: the strictest reading.
        ActionType.BLOCK_MESSAGE: record({"type": whole(), "metadata": record({"custom_message": text(0, 150)})}),
        ActionType.SEND_ALERT_MESSAGE: record(
            {"type": whole(), "metadata": record({"channel_id": snowflake}, required=["channel_id"])},
            required=["metadata"],
        ),
        ActionType.TIMEOUT: record(
            {
                "type": whole(),
                "metadata": record({"duration_seconds": whole(0, LONGEST_TIMEOUT)}, required=["duration_seconds"]),
            },
            required=["metadata"],
        ),
        ActionType.BLOCK_MEMBER_INTERACTION: record({"type": whole(), "metadata": record({})}),
    }
)


def rule_rule(rule: Mapping[str, Any], path: Path) -> list[Violation]:
    """What each trigger looks at, which metadata it takes, and what it may lead to."""
    kind = rule["trigger_type"]
    found = METADATA[kind](rule.get("trigger_metadata") or {}, (*path, "trigger_metadata"))
    if rule["event_type"] != (2 if kind == TriggerType.MEMBER_PROFILE else 1):
        found += wrong((*path, "event_type"), "AUTO_MODERATION_INVALID_EVENT_TYPE", "Not for this trigger type.")
    return found + timeout_problems(rule, path)


def timeout_problems(rule: Mapping[str, Any], path: Path) -> list[Violation]:
    if rule["trigger_type"] in (TriggerType.KEYWORD, TriggerType.MENTION_SPAM):
        return []
    places = [index for index, action in enumerate(rule["actions"]) if action["type"] == ActionType.TIMEOUT]
    code, message = "AUTO_MODERATION_INVALID_ACTION_TYPE", "Only keyword and mention rules may time somebody out."
    return [each for index in places for each in wrong((*path, "actions", index), code, message)]


RULE = record(
    {
        "name": text(1, 100),
        "event_type": one_of(1, 2),
        "trigger_type": one_of(*map(int, TriggerType)),
        "trigger_metadata": record({}, closed=False),
        "actions": listing(ACTION, 1, 5),
        "enabled": flag,
        "exempt_roles": listing(snowflake, 0, 20, unique=True),
        "exempt_channels": listing(snowflake, 0, 50, unique=True),
    },
    required=["name", "event_type", "trigger_type", "actions"],
    rule=rule_rule,
)


def check_rule(rule: object, *, taken: Collection[int] = ()) -> list[Violation]:
    """What Discord would refuse in a rule; `taken` are the trigger types of the rules that the server has already."""
    found = RULE(rule, ())
    if refused(found) or not isinstance(rule, Mapping):
        return found
    kind = rule["trigger_type"]
    if list(taken).count(kind) >= MAX_RULES[kind]:
        message = f"Maximum number of rules with trigger type {kind} is {MAX_RULES[kind]}"
        found += wrong(("trigger_type",), "AUTO_MODERATION_MAX_RULES_OF_TYPE_EXCEEDED", message)
    return found
