"""The owner of the bot: a person or a team, in a guild or in none, whom it can write to where Discord lets it."""

import discord as library
import pytest

from sandbox.discord import Discord, Guild, User
from sandbox.discord.state import Team
from sandbox.driver import Member

from .conftest import Api
from .real_client import logged_in


async def test_the_owner_is_whom_the_test_says(api: Api, discord: Discord, guild: Guild) -> None:
    discord.state.application.owner = User(name="Olga")
    for path in ("/oauth2/applications/@me", "/applications/@me"):
        told = (await api.call("GET", path)).body
        assert (told["owner"]["username"], told["team"]) == ("olga", None)


async def test_a_team_stands_in_for_its_owner(api: Api, discord: Discord) -> None:
    olga, pia, quin = (User(name=name) for name in ("Olga", "Pia", "Quin"))
    team = Team(name="Crew", owner=olga, members={pia: "read_only"}, invited=(quin,))
    discord.state.application.team = team
    told = (await api.call("GET", "/oauth2/applications/@me")).body
    assert (told["owner"]["id"], told["owner"]["username"]) == (str(team.id), f"team{team.id}")
    assert told["team"]["owner_user_id"] == str(olga.id)
    assert [(one["user"]["username"], one["role"], one["membership_state"]) for one in told["team"]["members"]] == [
        ("olga", "admin", 2),
        ("pia", "read_only", 2),
        ("quin", "developer", 1),
    ]


async def test_it_writes_to_an_owner_whom_it_meets(api: Api, discord: Discord, guild: Guild) -> None:
    olga = discord.state.application.owner
    opened = await api.call("POST", "/users/@me/channels", {"recipient_id": str(olga.id)})
    assert (opened.status, opened.body["recipients"][0]["id"]) == (200, str(olga.id))
    path = f"/channels/{opened.body['id']}/messages"
    assert (await api.call("POST", path, {"content": "x"})).code == (403, 50007)
    guild.admit(olga)
    assert (await api.call("POST", path, {"content": "x"})).status == 200
    guild.dismiss(olga)
    assert (await api.call("POST", path, {"content": "x"})).code == (403, 50007)
    assert (await api.call("GET", f"/users/{olga.id}")).status == 200


async def test_an_owner_outside_of_every_server_is_heard(discord: Discord) -> None:
    olga = Member(discord, discord.state.application.owner)
    assert (await olga.say(olga.direct, "hello")).channel is olga.direct


async def test_a_server_can_be_the_owners(discord: Discord) -> None:
    olga = discord.state.application.owner
    guild = discord.add_guild("Home", owner=olga)
    assert guild.members[olga.id].user is olga


@pytest.mark.parametrize("together", [False, True])
async def test_the_real_client_knows_the_owner(discord: Discord, guild: Guild, together: bool) -> None:
    olga = discord.state.application.owner
    discord.state.application.team = Team(name="Crew", owner=olga) if together else None
    async with logged_in(discord) as client:
        info = await client.application_info()
        assert (info.team.owner_id if info.team else info.owner.id) == olga.id
        assert await client.is_owner(library.Object(olga.id))  # type: ignore[arg-type]
