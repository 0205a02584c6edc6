"""The bot's own account and application in Discord's JSON."""

from sandbox.discord.constants import ApplicationFlag, Intents
from sandbox.discord.entities import User
from sandbox.discord.payloads.guilds import Json, user_json
from sandbox.discord.state import State

SWITCHES = {
    Intents.GUILD_PRESENCES: ApplicationFlag.GATEWAY_PRESENCE_LIMITED,
    Intents.GUILD_MEMBERS: ApplicationFlag.GATEWAY_GUILD_MEMBERS_LIMITED,
    Intents.MESSAGE_CONTENT: ApplicationFlag.GATEWAY_MESSAGE_CONTENT_LIMITED,
}


def own_user_json(user: User) -> Json:
    """The bot's own account, as `/users/@me` and READY give it."""
    return user_json(user) | {"mfa_enabled": True, "locale": user.locale, "verified": True, "email": None}


def application_json(state: State) -> Json:
    """The bot's application, as `/applications/@me` gives it."""
    owner = next(iter(state.guilds.values())).owner if state.guilds else state.bot
    return {
        "id": str(state.application.id),
        "name": state.application.name,
        "icon": None,
        "description": "",
        "type": None,
        "bot": user_json(state.bot),
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": application_flags(state),
        "flags_new": str(application_flags(state)),
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "owner": user_json(owner),
        "team": None,
        "tags": [],
        "integration_types_config": {"0": {}},
        "approximate_guild_count": len(state.guilds),
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "eligible_oauth2_scopes": ["bot", "applications.commands"],
        "rpc_origins": [],
    }


def application_flags(state: State) -> int:
    """The flags that say which privileged intents are switched on."""
    return sum(flag for intent, flag in SWITCHES.items() if state.application.privileged & intent)
