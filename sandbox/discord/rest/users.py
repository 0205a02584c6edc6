"""The bot itself, its guilds, its application, and where its gateway is."""

from sandbox.discord.call import Call, Reply, Route, snowflake
from sandbox.discord.entities import Guild
from sandbox.discord.errors import Refusal, field_refusal
from sandbox.discord.payloads import guilds
from sandbox.discord.payloads.application import application_json, own_user_json
from sandbox.discord.permissions import base_permissions, permissions_in


def me(call: Call) -> Reply:
    return 200, own_user_json(call.state.bot)


def my_application(call: Call) -> Reply:
    return 200, application_json(call.state)


def my_guilds(call: Call) -> Reply:
    bot = call.state.bot
    limit = call.whole("limit", default=200, low=1, high=200)
    after = call.whole("after", default=0, low=0, high=2**63)
    joined = sorted((g for g in call.state.guilds.values() if g.has_bot), key=lambda g: g.id)
    rows: list[guilds.Json] = [
        {
            "id": str(guild.id),
            "name": guild.name,
            "icon": None,
            "banner": None,
            "owner": False,
            "permissions": str(int(base_permissions(guild, bot))),
            "features": guild.features,
        }
        | _counts(call, guild)
        for guild in joined
        if guild.id > after
    ]
    return 200, rows[:limit]


def leave_guild(call: Call) -> Reply:
    guild = call.guild()
    guild.remove_bot()
    return 204, None


def _counts(call: Call, guild: Guild) -> guilds.Json:
    if call.query.get("with_counts") not in ("true", "1"):
        return {}
    return {"approximate_member_count": len(guild.members), "approximate_presence_count": 1}


def open_direct(call: Call) -> Reply:
    if "recipient_id" not in call.payload:
        raise field_refusal("recipient_id", "BASE_TYPE_REQUIRED", "This field is required")
    user = call.state.user(snowflake(call.payload["recipient_id"], "recipient_id"))
    if user is None:
        raise Refusal(10013)
    if user is call.state.bot:
        raise Refusal(50007)
    return 200, guilds.channel_json(call.state.open_direct(user))


def gateway(call: Call) -> Reply:
    return 200, {"url": call.state.gateway_url}


def gateway_bot(call: Call) -> Reply:
    count = sum(guild.has_bot for guild in call.state.guilds.values())
    return 200, {
        "url": call.state.gateway_url,
        "shards": count // call.state.limits.guilds_a_shard + 1,
        "session_start_limit": {"total": 1000, "remaining": 1000, "reset_after": 86_400_000, "max_concurrency": 1},
    }


def guild(call: Call) -> Reply:
    found = call.guild()
    return 200, guilds.guild_json(found) | _counts(call, found)


def guild_channels(call: Call) -> Reply:
    seen = [channel for channel in call.guild().channels if permissions_in(channel, call.state.bot)]
    return 200, [guilds.channel_json(channel) for channel in seen]


def guild_roles(call: Call) -> Reply:
    return 200, [guilds.role_json(role) for role in call.guild().roles.values()]


def guild_role(call: Call) -> Reply:
    role = call.guild().roles.get(call.number("role_id"))
    if role is None:
        raise Refusal(10011)
    return 200, guilds.role_json(role)


def guild_member(call: Call) -> Reply:
    member = call.guild().members.get(call.number("user_id"))
    if member is None:
        raise Refusal(10007)
    return 200, guilds.member_json(member)


def user(call: Call) -> Reply:
    found = call.state.user(call.number("user_id"))
    if found is None:
        raise Refusal(10013)
    return 200, guilds.user_json(found)


def active_threads(call: Call) -> Reply:
    bot = call.state.bot
    threads = [thread for thread in call.guild().threads if permissions_in(thread, bot)]
    joined = [thread for thread in threads if bot.id in thread.thread_members]
    return 200, {
        "threads": [guilds.channel_json(thread, reader=bot) for thread in threads],
        "members": [guilds.thread_member_json(thread, bot) for thread in joined],
        "has_more": False,
    }


ROUTES = (
    Route(method="GET", template="/users/@me", act=me),
    Route(method="GET", template="/users/@me/guilds", act=my_guilds),
    Route(method="DELETE", template="/users/@me/guilds/{guild_id}", act=leave_guild),
    Route(method="POST", template="/users/@me/channels", act=open_direct, bucket="dm-create"),
    Route(method="GET", template="/users/{user_id}", act=user),
    Route(method="GET", template="/applications/@me", act=my_application),
    Route(method="GET", template="/oauth2/applications/@me", act=my_application),
    Route(method="GET", template="/gateway", act=gateway, open=True),
    Route(method="GET", template="/gateway/bot", act=gateway_bot),
    Route(method="GET", template="/guilds/{guild_id}", act=guild),
    Route(method="GET", template="/guilds/{guild_id}/channels", act=guild_channels),
    Route(method="GET", template="/guilds/{guild_id}/roles", act=guild_roles),
    Route(method="GET", template="/guilds/{guild_id}/roles/{role_id}", act=guild_role),
    Route(method="GET", template="/guilds/{guild_id}/threads/active", act=active_threads),
    Route(method="GET", template="/guilds/{guild_id}/members/{user_id}", act=guild_member),
)
