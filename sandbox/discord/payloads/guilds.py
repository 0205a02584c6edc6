"""Users, guilds, roles, channels and threads in Discord's JSON."""

from datetime import UTC, datetime
from typing import Any

from sandbox.discord.constants import POSTS_ONLY, ChannelFlag
from sandbox.discord.entities import Channel, ForumTag, Guild, GuildMember, Role, User
from sandbox.discord.permissions import permissions_in

Json = dict[str, Any]


def moment(at: float) -> str:
    """Seconds since 1970 as Discord writes a time."""
    return datetime.fromtimestamp(at, UTC).isoformat()


def user_json(user: User) -> Json:
    return {
        "id": str(user.id),
        "username": user.name.lower().replace(" ", "_"),
        "global_name": None if user.bot else user.name,
        "discriminator": "0001" if user.bot else "0",
        "avatar": None,
        "avatar_decoration_data": None,
        "banner": None,
        "accent_color": None,
        "collectibles": None,
        "primary_guild": None,
        "public_flags": 0,
        "flags": 0,
        **({"bot": True} if user.bot else {}),
    }


def member_json(member: GuildMember, *, with_user: bool = True) -> Json:
    body: Json = {
        "nick": None,
        "avatar": None,
        "avatar_decoration_data": None,
        "banner": None,
        "collectibles": None,
        "communication_disabled_until": moment(member.timed_out_until) if member.timed_out_until else None,
        "deaf": False,
        "mute": False,
        "flags": 0,
        "joined_at": moment(member.joined_at),
        "pending": False,
        "premium_since": None,
        "roles": [str(role_id) for role_id in sorted(member.role_ids)],
    }
    return body | {"user": user_json(member.user)} if with_user else body


def role_json(role: Role) -> Json:
    return {
        "id": str(role.id),
        "name": role.name,
        "permissions": str(int(role.permissions)),
        "position": role.position,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": role.bot_id is not None,
        "mentionable": role.mentionable,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
        **({"tags": {"bot_id": str(role.bot_id)}} if role.bot_id else {}),
    }


def channel_json(channel: Channel, *, reader: User | None = None) -> Json:
    """A channel, thread or direct message; `reader` adds the thread's own member when it has joined."""
    body: Json = {
        "id": str(channel.id),
        "type": int(channel.type),
        "flags": int(ChannelFlag.REQUIRE_TAG) if channel.requires_tag else 0,
        "last_message_id": _last_message(channel),
        "last_pin_timestamp": last_pin(channel),
    }
    if channel.guild is None:
        return body | {"recipients": [user_json(user) for user in channel.recipients]}
    body |= {
        "guild_id": str(channel.guild.id),
        "name": channel.name,
        "parent_id": str(channel.parent.id) if channel.parent else None,
        "rate_limit_per_user": 0,
    }
    return body | (_thread_part(channel, reader) if channel.is_thread else _channel_part(channel))


def _last_message(channel: Channel) -> str | None:
    seen = (message for message in reversed(channel.messages.values()) if message.ephemeral_for is None)
    last = next(seen, None)
    return str(last.id) if last else None


def last_pin(channel: Channel) -> str | None:
    """When the newest of the pins here was made."""
    newest = next(iter(channel.pinned), None)
    return moment(newest.pinned_at) if newest and newest.pinned_at else None


def tag_json(tag: ForumTag) -> Json:
    return {
        "id": str(tag.id),
        "name": tag.name,
        "moderated": tag.moderated,
        "emoji_id": None,
        "emoji_name": tag.emoji,
    }


def _channel_part(channel: Channel) -> Json:
    body: Json = {
        "position": 0,
        "nsfw": channel.nsfw,
        "topic": None,
        "permission_overwrites": [
            {"id": str(o.target_id), "type": int(o.type), "allow": str(int(o.allow)), "deny": str(int(o.deny))}
            for o in channel.overwrites.values()
        ],
    }
    if channel.is_voice:
        body |= {"bitrate": 64_000, "user_limit": 0, "rtc_region": None, "video_quality_mode": 1}
    if channel.type in POSTS_ONLY:
        body |= {
            "available_tags": [tag_json(tag) for tag in channel.tags],
            "default_reaction_emoji": None,
            "default_sort_order": None,
            "default_forum_layout": 0,
            "default_thread_rate_limit_per_user": 0,
            "default_auto_archive_duration": 1440,
        }
    return body


def _thread_part(thread: Channel, reader: User | None) -> Json:
    metadata: Json = {
        "archived": thread.archived,
        "archive_timestamp": moment(thread.archive_changed_at),
        "auto_archive_duration": thread.auto_archive,
        "locked": thread.locked,
        "create_timestamp": moment(thread.made_at),
    }
    if thread.is_private:
        metadata["invitable"] = True
    body: Json = {
        "owner_id": str(thread.owner_id),
        "thread_metadata": metadata,
        "message_count": min(thread.sent_count, 50),
        "member_count": min(len(thread.thread_members), 50),
        "total_message_sent": thread.sent_count,
        "bitrate": 64_000,
        "user_limit": 0,
        "rtc_region": None,
    }
    if thread.parent and thread.parent.type in POSTS_ONLY:
        body["applied_tags"] = [str(number) for number in thread.applied_tags]
    if reader and reader.id in thread.thread_members:
        body["member"] = thread_member_json(thread, reader)
    return body


def thread_member_json(thread: Channel, user: User) -> Json:
    return {
        "id": str(thread.id),
        "user_id": str(user.id),
        "join_timestamp": moment(thread.thread_members[user.id]),
        "flags": 1,
    }


def guild_json(guild: Guild) -> Json:
    """A guild as `GET /guilds/{id}` gives it."""
    return {
        "id": str(guild.id),
        "name": guild.name,
        "owner_id": str(guild.owner.id),
        "icon": None,
        "banner": None,
        "splash": None,
        "discovery_splash": None,
        "home_header": None,
        "description": None,
        "features": guild.features,
        "emojis": [],
        "stickers": [],
        "roles": [role_json(role) for role in guild.roles.values()],
        "application_id": None,
        "region": "deprecated",
        "afk_channel_id": None,
        "afk_timeout": 300,
        "system_channel_id": str(guild.system_channel.id) if guild.system_channel else None,
        "system_channel_flags": 0,
        "widget_enabled": False,
        "widget_channel_id": None,
        "rules_channel_id": None,
        "public_updates_channel_id": None,
        "safety_alerts_channel_id": None,
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw": False,
        "nsfw_level": 0,
        "max_presences": None,
        "max_members": 500_000,
        "max_video_channel_users": 25,
        "max_stage_video_channel_users": 50,
        "vanity_url_code": None,
        "premium_tier": guild.boost_tier,
        "premium_subscription_count": (0, 2, 7, 14)[guild.boost_tier],
        "premium_progress_bar_enabled": False,
        "preferred_locale": guild.preferred_locale,
        "incidents_data": None,
    }


def guild_create_json(guild: Guild) -> Json:
    """A guild as GUILD_CREATE gives it to a bot without the members intent: of the members, itself alone.

    Of the channels all, also those that it may not view: that is left to each client to work out.
    """
    bot = guild.bot
    return guild_json(guild) | {
        "joined_at": moment(guild.members[bot.id].joined_at),
        "large": False,
        "member_count": len(guild.members),
        "members": [member_json(guild.members[bot.id])],
        "channels": [channel_json(channel) for channel in guild.channels],
        "threads": [channel_json(thread, reader=bot) for thread in guild.threads if permissions_in(thread, bot)],
        "presences": [],
        "voice_states": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }
