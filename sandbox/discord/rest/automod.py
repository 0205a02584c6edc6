"""AutoMod's rules, for bots that may manage the server. A rule that is unknown has no error code of its own."""

from sandbox.discord.call import Call, Reply, Route
from sandbox.discord.constants import Permissions
from sandbox.discord.entities import Guild
from sandbox.discord.errors import Refusal, plain_refusal
from sandbox.discord.payloads.automod import rule_json
from sandbox.discord.permissions import base_permissions


def list_rules(call: Call) -> Reply:
    return 200, [rule_json(rule) for rule in _managed(call).automod.values()]


def show(call: Call) -> Reply:
    rule = _managed(call).automod.get(call.number("rule_id"))
    if rule is None:
        # Source: discord.js issue 9287
        raise plain_refusal(404, "Not Found")
    return 200, rule_json(rule)


def _managed(call: Call) -> Guild:
    """The guild of the path.

    Raises Refusal 10004 when the bot is not in it, 50013 when it may not manage it.
    """
    guild = call.guild()
    if Permissions.MANAGE_GUILD not in base_permissions(guild, call.state.bot):
        raise Refusal(50013)
    return guild


_RULES = "/guilds/{guild_id}/auto-moderation/rules"

ROUTES = (
    Route(method="GET", template=_RULES, act=list_rules),
    Route(method="GET", template=f"{_RULES}/{{rule_id}}", act=show),
)
