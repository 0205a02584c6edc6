"""Interactions in Discord's JSON: what the bot gets for a command, a button or a form, and what it is answered."""

from sandbox.discord.constants import CallbackType, Context
from sandbox.discord.entities import Channel, User
from sandbox.discord.interactions import Interaction
from sandbox.discord.payloads.guilds import Json, channel_json, member_json, user_json
from sandbox.discord.payloads.messages import message_json, owners_json
from sandbox.discord.permissions import granted_in, permissions_in
from sandbox.discord.state import State

SHOWING = (CallbackType.MESSAGE, CallbackType.UPDATE)
"""Callbacks whose answer brings the message, unlike deferrals. Source: Discord, Interaction Callback Resource."""


def interaction_json(state: State, interaction: Interaction) -> Json:
    """INTERACTION_CREATE: who, where, with which permissions, and `data`."""
    channel = interaction.channel
    body: Json = {
        "id": str(interaction.id),
        "application_id": str(state.application.id),
        "type": int(interaction.type),
        "token": interaction.token,
        "version": 1,
        "data": interaction.data,
        "channel_id": str(channel.id),
        "channel": channel_json(channel, reader=state.bot) | _granted(channel, interaction.user),
        "context": int(Context.GUILD if channel.guild else Context.BOT_DM),
        "locale": interaction.user.locale,
        "entitlements": [],
        "entitlement_sku_ids": [],
        "authorizing_integration_owners": owners_json(channel.guild_id),
        "attachment_size_limit": upload_limit(state, channel),
        "app_permissions": str(int(granted_in(channel, state.bot))),
    }
    if interaction.source:
        body["message"] = message_json(interaction.source, reader=state.bot)
    return body | _who(interaction)


def _who(interaction: Interaction) -> Json:
    guild = interaction.channel.guild
    if guild is None:
        return {"user": user_json(interaction.user)}
    member = member_json(guild.members[interaction.user.id]) | _granted(interaction.channel, interaction.user)
    return {
        "guild_id": str(guild.id),
        "guild_locale": guild.preferred_locale,
        "guild": {"id": str(guild.id), "locale": guild.preferred_locale, "features": guild.features},
        "member": member,
    }


def _granted(channel: Channel, user: User) -> Json:
    return {"permissions": str(int(permissions_in(channel, user)))}


def upload_limit(state: State, channel: Channel) -> int:
    """Largest file in bytes that this member may upload here, a subscription of their own included."""
    return max(state.limits.guild_upload_bytes(channel.boost_tier), state.limits.member_upload_bytes)


def resolved_channel(state: State, channel: Channel, user: User) -> Json:
    """A channel given as an option, with the permissions of the member and of the bot there."""
    app = {"app_permissions": str(int(granted_in(channel, state.bot)))}
    return channel_json(channel) | _granted(channel, user) | app


def resolved_member(channel: Channel, user: User) -> Json | None:
    """A user given as an option, as a member of the guild.

    Source: receiving and responding, "Resolved Data": without `user`, `deaf` and `mute`.
    """
    guild = channel.guild
    if guild is None or user.id not in guild.members:
        return None
    body = member_json(guild.members[user.id], with_user=False) | _granted(channel, user)
    return {name: value for name, value in body.items() if name not in ("deaf", "mute")}


def callback_json(state: State, interaction: Interaction) -> Json:
    """The answer to a callback sent `with_response`."""
    body: Json = {
        "id": str(interaction.id),
        "type": int(interaction.type),
        "channel_id": str(interaction.channel.id),
    }
    if interaction.channel.guild:
        body["guild_id"] = str(interaction.channel.guild.id)
    answer: Json = {"interaction": body}
    message = interaction.original
    assert interaction.callback is not None
    if message:
        body |= {
            "response_message_id": str(message.id),
            "response_message_loading": message.loading,
            "response_message_ephemeral": message.ephemeral_for is not None,
        }
    if message and interaction.callback in SHOWING:
        resource: Json = {"type": int(interaction.callback)}
        answer["resource"] = resource | {"message": message_json(message, reader=state.bot)}
    return answer
