"""AutoMod in Discord's JSON: a rule, and that one was broken."""

from sandbox.discord.automod import Hit
from sandbox.discord.constants import Intents, TriggerType
from sandbox.discord.entities import AutoModRule, Channel, User
from sandbox.discord.payloads.guilds import Json

WORDS: Json = {"keyword_filter": [], "regex_patterns": [], "allow_list": []}
EMPTY: dict[TriggerType, Json] = {
    TriggerType.KEYWORD: WORDS,
    TriggerType.SPAM: {},
    TriggerType.KEYWORD_PRESET: {"presets": [], "allow_list": []},
    TriggerType.MENTION_SPAM: {"mention_total_limit": 0, "mention_raid_protection_enabled": False},
    TriggerType.MEMBER_PROFILE: WORDS,
}
"""What Discord fills in where the makers of a rule said nothing."""


def rule_json(rule: AutoModRule) -> Json:
    return {
        "id": str(rule.id),
        "guild_id": str(rule.guild.id),
        "creator_id": str(rule.creator.id),
        "name": rule.body["name"],
        "event_type": rule.body["event_type"],
        "trigger_type": int(rule.trigger_type),
        "trigger_metadata": EMPTY[rule.trigger_type] | rule.body["trigger_metadata"],
        "actions": rule.actions,
        "enabled": rule.body["enabled"],
        "exempt_roles": rule.body["exempt_roles"],
        "exempt_channels": rule.body["exempt_channels"],
    }


def execution_json(hit: Hit, action: Json, channel: Channel, author: User, text: str, intents: Intents) -> Json:
    """AUTO_MODERATION_ACTION_EXECUTION; the words are for those who may read messages."""
    readable = Intents.MESSAGE_CONTENT in intents
    return {
        "guild_id": str(hit.rule.guild.id),
        "action": action,
        "rule_id": str(hit.rule.id),
        "rule_trigger_type": int(hit.rule.trigger_type),
        "user_id": str(author.id),
        "channel_id": str(channel.id),
        "content": text if readable else "",
        "matched_keyword": hit.keyword,
        "matched_content": hit.found if readable else "",
    }
