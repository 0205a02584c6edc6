"""AutoMod: the rules a server's managers make, and which of them a message that a member types would break.

Source: Auto Moderation resource. Only keyword rules are applied here: the words of the presets are Discord's secret,
and what its model takes for spam nobody can say. Who manages the server, and every bot, is exempt.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sandbox.discord.constants import ActionType, Permissions, PresetType, TriggerType
from sandbox.discord.entities import AutoModRule, Channel, Guild, Role, User
from sandbox.discord.errors import refuse
from sandbox.discord.permissions import base_permissions
from sandbox.discord.validation import check_rule

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Trigger:
    """What a rule looks for: a trigger type with its metadata in Discord's JSON."""

    type: TriggerType
    metadata: Json = field(default_factory=dict)


def keywords(*words: str, patterns: Sequence[str] = (), allowed: Sequence[str] = ()) -> Trigger:
    """Words with `*` where more may stand, patterns in Rust's syntax, and what is let through nevertheless."""
    lists = {"keyword_filter": list(words), "regex_patterns": list(patterns), "allow_list": list(allowed)}
    return Trigger(type=TriggerType.KEYWORD, metadata=lists)


def presets(*kinds: PresetType, allowed: Sequence[str] = ()) -> Trigger:
    """Discord's own lists, by name: nobody can read their words."""
    listed: Json = {"presets": [int(kind) for kind in kinds], "allow_list": list(allowed)}
    return Trigger(type=TriggerType.KEYWORD_PRESET, metadata=listed)


def spam() -> Trigger:
    return Trigger(type=TriggerType.SPAM)


def mention_spam(limit: int, *, raids: bool = False) -> Trigger:
    """More mentions than so many in one message."""
    metadata: Json = {"mention_total_limit": limit, "mention_raid_protection_enabled": raids}
    return Trigger(type=TriggerType.MENTION_SPAM, metadata=metadata)


def block(notice: str | None = None) -> Json:
    """Keep the message back; its author may be told why."""
    return {"type": int(ActionType.BLOCK_MESSAGE), "metadata": {"custom_message": notice} if notice else {}}


def alert(channel: Channel) -> Json:
    """Show the message in that channel."""
    return {"type": int(ActionType.SEND_ALERT_MESSAGE), "metadata": {"channel_id": str(channel.id)}}


def silence(seconds: int) -> Json:
    """Time the author out."""
    return {"type": int(ActionType.TIMEOUT), "metadata": {"duration_seconds": seconds}}


def add(
    guild: Guild,
    trigger: Trigger,
    *,
    name: str = "Rule",
    actions: Sequence[Json] | None = None,
    enabled: bool = True,
    exempt_roles: Sequence[Role] = (),
    exempt_channels: Sequence[Channel] = (),
) -> AutoModRule:
    """A new rule, made by the server's owner and told to the bot.

    Raises Refusal 50035 for what Discord would not take, among it one rule too many of its type.
    """
    body: Json = {
        "name": name,
        "event_type": 1,
        "trigger_type": int(trigger.type),
        "trigger_metadata": trigger.metadata,
        "actions": list(actions) if actions is not None else [block()],
        "enabled": enabled,
        "exempt_roles": [str(role.id) for role in exempt_roles],
        "exempt_channels": [str(channel.id) for channel in exempt_channels],
    }
    refuse(check_rule(body, taken=[int(rule.trigger_type) for rule in guild.automod.values()]))
    rule = AutoModRule(guild=guild, creator=guild.owner, trigger_type=trigger.type, body=body)
    guild.automod[rule.id] = rule
    guild.tell.rule_added(rule)
    return rule


def change(rule: AutoModRule, **fields: Any) -> None:
    """Put these fields of Discord's JSON anew, such as `enabled`; told to the bot.

    Raises Refusal 50035 for what Discord would not take.
    """
    body = rule.body | fields
    refuse(check_rule(body))
    rule.body = body
    rule.guild.tell.rule_changed(rule)


def remove(rule: AutoModRule) -> None:
    """Delete a rule; told to the bot."""
    del rule.guild.automod[rule.id]
    rule.guild.tell.rule_removed(rule)


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A rule that a text breaks, by which keyword or pattern of it, and the part of the text that did."""

    rule: AutoModRule
    keyword: str
    found: str

    @property
    def blocks(self) -> bool:
        return any(action["type"] == ActionType.BLOCK_MESSAGE for action in self.rule.actions)

    @property
    def notice(self) -> str | None:
        """What the rule's makers have its author told."""
        told = (action["metadata"].get("custom_message") for action in self.rule.actions)
        return next((one for one in told if one), None)


def hits(channel: Channel, author: User, text: str) -> list[Hit]:
    """The keyword rules that this text would break here, oldest first, each by its first hit."""
    if channel.guild is None or is_exempt(channel.guild, author):
        return []
    rules = [rule for rule in channel.guild.automod.values() if applies(rule, channel, author)]
    found = (next(broken_by(rule, text), None) for rule in rules)
    return [hit for hit in found if hit]


def is_exempt(guild: Guild, author: User) -> bool:
    """Whether AutoMod lets everything of this author pass."""
    return author.bot or bool(base_permissions(guild, author) & (Permissions.MANAGE_GUILD | Permissions.ADMINISTRATOR))


def applies(rule: AutoModRule, channel: Channel, author: User) -> bool:
    """Whether a rule looks at words, is on, and exempts neither the author's roles nor the place."""
    assert channel.guild
    above = (channel, channel.parent, channel.parent.parent if channel.parent else None)
    places = {str(one.id) for one in above if one}
    roles = {str(number) for number in channel.guild.members[author.id].role_ids}
    exempt = places & set(rule.body["exempt_channels"]) or roles & set(rule.body["exempt_roles"])
    return rule.trigger_type is TriggerType.KEYWORD and bool(rule.body["enabled"]) and not exempt


def broken_by(rule: AutoModRule, text: str) -> Iterator[Hit]:
    """Each part of the text that a keyword or pattern finds outside of what the allow list lets through."""
    metadata = rule.body["trigger_metadata"]
    allowed = [found.span() for word in metadata.get("allow_list") or () for found in as_pattern(word).finditer(text)]
    named = [(word, as_pattern(word)) for word in metadata.get("keyword_filter") or ()]
    named += [(one, re.compile(one)) for one in metadata.get("regex_patterns") or ()]
    for keyword, pattern in named:
        for found in pattern.finditer(text):
            if not _within(found.span(), allowed):
                yield Hit(rule=rule, keyword=keyword, found=found[0])


def _within(span: tuple[int, int], allowed: Collection[tuple[int, int]]) -> bool:
    return any(low <= span[0] and span[1] <= high for low, high in allowed)


def as_pattern(keyword: str) -> re.Pattern[str]:
    """The pattern of a keyword: a whole word, unless `*` at an end lets the word go on there; case does not matter.

    Source: Auto Moderation resource, "Keyword Matching Strategies".
    """
    before = "" if keyword.startswith("*") else r"(?<!\w)"
    after = "" if keyword.endswith("*") else r"(?!\w)"
    return re.compile(before + re.escape(keyword.strip("*")) + after, re.IGNORECASE)
