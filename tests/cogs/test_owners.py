"""Whom a bot belongs to: its application's owner, or those of a team who may do more than read."""

from typing import Any

import discord
import pytest

from cogs.admitting.owners import owners_of
from sandbox.discord import Discord
from sandbox.discord.payloads.application import application_json

OWNER, ADMIN, DEVELOPER, READER, INVITED = 1, 2, 3, 4, 5


def member(number: int, role: str, *, accepted: bool = True) -> dict[str, Any]:
    user = {"id": str(number), "username": f"u{number}", "discriminator": "0", "avatar": None}
    return {"user": user, "team_id": "9", "membership_state": 2 if accepted else 1, "role": role, "permissions": ["*"]}


TEAM = [
    member(OWNER, "admin"),
    member(ADMIN, "admin"),
    member(DEVELOPER, "developer"),
    member(READER, "read_only"),
    member(INVITED, "admin", accepted=False),
]


@pytest.mark.parametrize(
    ("members", "owners"),
    [(None, None), (TEAM, {OWNER, ADMIN, DEVELOPER}), ([member(OWNER, "")], {OWNER})],
    ids=["no team", "a team", "a team of its owner"],
)
def test_who_owns_the_bot(members: list[dict[str, Any]] | None, owners: set[int] | None) -> None:
    sandbox = Discord()
    data: Any = application_json(sandbox.state)
    if members is not None:
        data["team"] = {"id": "9", "name": "Crew", "icon": None, "owner_user_id": str(OWNER), "members": members}
    client = discord.Client(intents=discord.Intents.none())
    application = discord.AppInfo(client._connection, data)
    assert owners_of(application) == (owners or {sandbox.state.application.owner.id})
