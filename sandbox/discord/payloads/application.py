"""The bot's own account and application in Discord's JSON."""

from sandbox.discord.constants import ApplicationFlag, Intents
from sandbox.discord.entities import User
from sandbox.discord.payloads.guilds import Json, user_json
from sandbox.discord.state import State, Team

TEAM_PSEUDO_USER = 1 << 10
"""Source: user resource, "User Flags"."""

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
    application = state.application
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
        "owner": _stand_in(application.team) if application.team else user_json(application.owner),
        "team": team_json(application.team) if application.team else None,
        "tags": [],
        "integration_types_config": {"0": {}},
        "approximate_guild_count": sum(guild.has_bot for guild in state.guilds.values()),
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "eligible_oauth2_scopes": ["bot", "applications.commands"],
        "rpc_origins": [],
    }


def team_json(team: Team) -> Json:
    return {
        "id": str(team.id),
        "icon": None,
        "name": team.name,
        "owner_user_id": str(team.owner.id),
        "members": [
            _team_member(team, team.owner, "admin"),
            *(_team_member(team, user, role) for user, role in team.members.items()),
            *(_team_member(team, user, "developer", joined=False) for user in team.invited),
        ],
    }


def _team_member(team: Team, user: User, role: str, *, joined: bool = True) -> Json:
    return {
        "user": user_json(user),
        "team_id": str(team.id),
        "membership_state": 2 if joined else 1,
        "role": role,
        "permissions": ["*"],
    }


def _stand_in(team: Team) -> Json:
    """The account that Discord shows for a team where an owner is expected: nobody can be it."""
    account = user_json(User(name=f"team{team.id}", id=team.id))
    return account | {"flags": TEAM_PSEUDO_USER, "public_flags": TEAM_PSEUDO_USER, "global_name": None}


def application_flags(state: State) -> int:
    """The flags that say which privileged intents are switched on."""
    return sum(flag for intent, flag in SWITCHES.items() if state.application.privileged & intent)
