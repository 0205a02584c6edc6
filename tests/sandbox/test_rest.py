"""Messages and commands over HTTP: what is stored, what comes back, and what is refused with which code."""

from typing import Any

import pytest

from sandbox import driver
from sandbox.discord import Channel, ChannelType, Discord, Guild, Permissions, Upload
from sandbox.discord.limits import MIB
from tests.sandbox.conftest import USER_AGENT

from .conftest import Api, Bot

CLIP = Upload.named("clip.mp4", b"0" * 100)
PHOTO = Upload.named("photo.png", b"1" * 50)


def where(channel: Channel, message_id: object = "") -> str:
    return f"/channels/{channel.id}/messages" + (f"/{message_id}" if message_id else "")


async def test_unknown_paths_and_wrong_tokens(api: Api) -> None:
    lost = await api.call("GET", "/no/such/path")
    assert (lost.status, lost.body) == (404, {"message": "404: Not Found", "code": 0})
    stranger = await api.call("GET", "/users/@me", token="wrong")
    assert (stranger.status, stranger.body) == (401, {"message": "401: Unauthorized", "code": 0})
    assert api.discord.rates.refused[401] == 1


async def test_json_has_exactly_its_type(api: Api) -> None:
    assert (await api.call("GET", "/users/@me")).headers["Content-Type"] == "application/json"


async def test_bot_looks_around(api: Api, guild: Guild, channel: Channel, ana: driver.Member) -> None:
    assert (await api.call("GET", "/users/@me")).body["id"] == str(api.discord.state.bot.id)
    assert (await api.call("GET", "/applications/@me")).body["id"] == str(api.discord.state.application.id)
    assert (await api.call("GET", "/gateway/bot")).body["shards"] == 1
    assert [one["id"] for one in (await api.call("GET", "/users/@me/guilds")).body] == [str(guild.id)]
    assert (await api.call("GET", f"/guilds/{guild.id}")).body["name"] == guild.name
    assert [one["id"] for one in (await api.call("GET", f"/guilds/{guild.id}/channels")).body] == [str(channel.id)]
    assert (await api.call("GET", f"/guilds/{guild.id}/members/{ana.id}")).body["user"]["id"] == str(ana.id)
    assert (await api.call("GET", f"/guilds/{guild.id}/members/5")).code == (404, 10007)
    assert (await api.call("GET", "/guilds/5")).code == (404, 10004)
    assert (await api.call("GET", "/channels/5")).code == (404, 10003)
    assert (await api.call("GET", "/channels/five")).code == (400, 50035)


async def test_message_lives_and_dies(api: Api, channel: Channel) -> None:
    sent = await api.send(channel, "one")
    number = sent.body["id"]
    assert (await api.call("GET", where(channel, number))).body["content"] == "one"
    edited = await api.call("PATCH", where(channel, number), {"content": "two"})
    assert edited.body["content"] == "two"
    assert edited.body["edited_timestamp"]
    message = channel.messages[int(number)]
    assert [version.content for version in message.versions] == ["one"]
    assert (await api.call("DELETE", where(channel, number))).status == 204
    assert (await api.call("GET", where(channel, number))).code == (404, 10008)
    assert (await api.call("PATCH", where(channel, number), {"content": "x"})).code == (404, 10008)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, 50006),
        ({"content": " "}, 50006),
        ({"content": "x" * 2001}, 50035),
        ({"content": "x", "nonce": "n" * 26}, 50035),
        ({"embeds": [{"title": "t", "image": {"url": "attachment://absent.png"}}]}, 50035),
        ({"content": "x", "message_reference": {"message_id": "5"}}, 50035),
    ],
)
async def test_bad_messages(api: Api, channel: Channel, body: dict[str, Any], code: int) -> None:
    reply = await api.call("POST", where(channel), body)
    assert reply.code == (400, code)
    assert not channel.messages
    assert ("errors" in reply.body) == (code == 50035)


async def test_broken_json(api: Api, channel: Channel) -> None:
    url = api.discord.api_url + where(channel)
    headers = {
        "Authorization": f"Bot {api.discord.token}",
        "Content-Type": "application/json",
        "User-Agent": USER_AGENT,
    }
    async with api.session.post(url, data=b"{", headers=headers) as response:
        assert (await response.json())["code"] == 50109


async def test_history_pages(api: Api, channel: Channel, ana: driver.Member) -> None:
    numbers = [(await ana.say(channel, str(n))).id for n in range(6)]

    async def page(**query: Any) -> list[int]:
        reply = await api.call("GET", where(channel), params={key: str(value) for key, value in query.items()})
        return [int(one["id"]) for one in reply.body]

    assert await page() == numbers[::-1]
    assert await page(limit=2) == [numbers[5], numbers[4]]
    assert await page(before=numbers[2]) == [numbers[1], numbers[0]]
    assert await page(after=numbers[2], limit=2) == [numbers[4], numbers[3]]
    assert await page(around=numbers[2], limit=3) == [numbers[3], numbers[2], numbers[1]]
    assert (await api.call("GET", where(channel), params={"limit": "101"})).code == (400, 50035)


async def test_foreign_messages_are_not_edited_and_read_blank(api: Api, channel: Channel, ana: driver.Member) -> None:
    message = await ana.say(channel, "mine")
    assert (await api.call("PATCH", where(channel, message.id), {"content": "x"})).code == (403, 50005)
    assert (await api.call("DELETE", where(channel, message.id))).code == (403, 50013)
    assert (await api.call("GET", where(channel, message.id))).body["content"] == ""


async def test_nonce_returns_the_earlier_message(api: Api, channel: Channel) -> None:
    first = await api.send(channel, "a", nonce="job-1", enforce_nonce=True)
    again = await api.send(channel, "b", nonce="job-1", enforce_nonce=True)
    assert again.status == 200
    assert again.body["id"] == first.body["id"]
    assert again.body["nonce"] == "job-1"
    assert len(channel.messages) == 1
    assert "nonce" not in (await api.call("GET", where(channel, first.body["id"]))).body


async def test_nonce_without_enforcing_or_after_its_window(api: Api, channel: Channel) -> None:
    await api.send(channel, "a", nonce="n")
    await api.send(channel, "b", nonce="n")
    api.discord.limits.nonce_window = 0
    await api.send(channel, "c", nonce="n", enforce_nonce=True)
    assert len(channel.messages) == 3


async def test_nonce_of_a_deleted_message_is_unknown(api: Api, channel: Channel) -> None:
    sent = await api.send(channel, nonce="n", enforce_nonce=True)
    await api.call("DELETE", where(channel, sent.body["id"]))
    assert (await api.send(channel, nonce="n", enforce_nonce=True)).code == (404, 10008)


async def test_replies(api: Api, channel: Channel, ana: driver.Member) -> None:
    asked = await ana.say(channel, "?")
    reference = {"message_id": str(asked.id)}
    reply = await api.send(channel, "!", message_reference=reference)
    assert reply.body["type"] == 19
    assert reply.body["message_reference"]["message_id"] == str(asked.id)
    assert [user["id"] for user in reply.body["mentions"]] == [str(ana.id)]
    gone = {"message_id": "5", "fail_if_not_exists": False}
    assert (await api.send(channel, "!", message_reference=gone)).body["type"] == 0


async def test_a_server_names_its_system_channel_as_long_as_there_is_one(
    api: Api, guild: Guild, channel: Channel
) -> None:
    async def named() -> object:
        return (await api.call("GET", f"/guilds/{guild.id}")).body["system_channel_id"]

    assert await named() is None
    guild.system_channel = channel
    assert await named() == str(channel.id)
    channel.delete()
    assert await named() is None


async def test_only_allowed_mentions_ping(api: Api, guild: Guild, channel: Channel, ana: driver.Member) -> None:
    crew = guild.add_role("crew", mentionable=True)
    ben = guild.add_member("Ben", roles=(crew,))
    text = f"{ana.mention} <@&{crew.id}> @everyone"

    async def pinged(**more: Any) -> set[str]:
        sent = await api.send(channel, text, **more)
        return {user.name for user in channel.messages[int(sent.body["id"])].pinged}

    assert await pinged(allowed_mentions={"parse": []}) == set()
    assert await pinged(allowed_mentions={"parse": [], "users": [str(ana.id)]}) == {"Ana"}
    assert await pinged() == {"Ana", ben.name}
    guild.bot_role.permissions |= Permissions.MENTION_EVERYONE
    assert await pinged() == {member.user.name for member in guild.members.values()}


async def test_files_are_kept_and_dropped_by_edits(api: Api, channel: Channel) -> None:
    sent = await api.call("POST", where(channel), {"content": "x"}, files={0: CLIP, 1: PHOTO})
    clip, photo = sent.body["attachments"]
    assert (clip["filename"], clip["size"], clip["content_type"]) == ("clip.mp4", 100, "video/mp4")
    number = sent.body["id"]
    kept = await api.call("PATCH", where(channel, number), {"content": "y"})
    assert [one["id"] for one in kept.body["attachments"]] == [clip["id"], photo["id"]]
    fewer = await api.call("PATCH", where(channel, number), {"attachments": [{"id": photo["id"]}]})
    assert [one["id"] for one in fewer.body["attachments"]] == [photo["id"]]
    body = {"attachments": [{"id": photo["id"]}, {"id": 0, "filename": "new.mp4"}]}
    more = await api.call("PATCH", where(channel, number), body, files={0: CLIP})
    assert [one["filename"] for one in more.body["attachments"]] == ["photo.png", "new.mp4"]
    assert (await api.call("PATCH", where(channel, number), {"attachments": [{"id": "5"}]})).code == (400, 50035)
    assert (await api.call("PATCH", where(channel, number), {"content": "", "attachments": []})).code == (400, 50006)


async def test_an_entry_without_a_name_leaves_the_file_its_own(api: Api, channel: Channel) -> None:
    body = {"attachments": [{"id": 0, "description": "a clip"}]}
    sent = await api.call("POST", where(channel), body, files={0: CLIP})
    assert [(one["filename"], one["description"]) for one in sent.body["attachments"]] == [("clip.mp4", "a clip")]


async def test_unknown_fields_are_ignored_and_noted(api: Api, channel: Channel) -> None:
    button = {"type": 2, "style": 2, "label": "Go", "custom_id": "go", "lable": "Gone"}
    sent = await api.send(channel, contents="y", components=[{"type": 1, "components": [button]}])
    assert sent.status == 200
    assert "lable" not in sent.body["components"][0]["components"][0]
    assert [warning.rpartition(": ")[0] for warning in api.discord.record.warnings] == [
        "POST /channels/{channel_id}/messages: contents",
        "POST /channels/{channel_id}/messages: components.0.components.0.lable",
    ]
    (noted,) = api.discord.record
    assert noted.json["contents"] == "y"


async def test_embed_shows_a_file_also_after_an_edit(api: Api, channel: Channel) -> None:
    embed = {"title": "card", "thumbnail": {"url": "attachment://photo.png"}}
    sent = await api.call("POST", where(channel), {"embeds": [embed]}, files={0: PHOTO})
    assert sent.body["attachments"] == []
    url = sent.body["embeds"][0]["thumbnail"]["url"]
    async with api.session.get(url) as response:
        assert await response.read() == PHOTO.data
    again = await api.call("PATCH", where(channel, sent.body["id"]), {"embeds": [embed | {"title": "done"}]})
    assert again.body["embeds"][0]["title"] == "done"
    async with api.session.get(again.body["embeds"][0]["thumbnail"]["url"]) as response:
        assert response.status == 200


@pytest.mark.parametrize(("tier", "limit"), [(0, 10), (1, 10), (2, 50), (3, 100)])
async def test_upload_limit_follows_the_tier(api: Api, tier: int, limit: int) -> None:
    guild = api.discord.add_guild("boosted", boost_tier=tier)
    channel = guild.add_channel("general")
    assert api.discord.limits.guild_upload_bytes(tier) == limit * MIB
    api.discord.limits.upload_bytes = (10, 10, 50, 100)
    small = limit
    assert (await api.call("POST", where(channel), {}, files={0: Upload.named("a.mp4", b"0" * small)})).status == 200
    large = Upload.named("a.mp4", b"0" * (small + 1))
    assert (await api.call("POST", where(channel), {}, files={0: large})).code == (413, 40005)


async def test_whole_request_is_limited(api: Api, channel: Channel) -> None:
    api.discord.limits.request_bytes = 150
    files = {0: CLIP, 1: CLIP}
    assert (await api.call("POST", where(channel), {}, files=files)).code == (413, 40005)


async def test_direct_messages(api: Api, ana: driver.Member) -> None:
    opened = await api.call("POST", "/users/@me/channels", {"recipient_id": str(ana.id)})
    assert opened.body["type"] == 1
    assert opened.body["id"] == str(ana.direct.id)
    assert (await api.send(ana.direct, "hello")).status == 200
    assert [one.content for one in await ana.see(ana.direct)] == ["hello"]
    assert (await api.call("POST", "/users/@me/channels", {"recipient_id": "5"})).code == (404, 10013)
    assert ana.guild
    del ana.guild.members[ana.id]
    assert (await api.send(ana.direct, "still there?")).code == (403, 50007)


async def test_no_messages_in_a_forum(api: Api, guild: Guild) -> None:
    assert (await api.send(guild.add_channel("ideas", ChannelType.FORUM))).code == (400, 50008)


async def test_commands_keep_their_ids(api: Api, bot: Bot) -> None:
    path = f"/applications/{api.discord.state.application.id}/commands"
    first = {one["name"]: one for one in (await api.call("GET", path)).body}
    changed = [{"name": "video", "description": "Other"}, {"name": "new", "description": "New"}]
    second = {one["name"]: one for one in (await api.call("PUT", path, changed)).body}
    assert second["video"]["id"] == first["video"]["id"]
    assert second["video"]["version"] != first["video"]["version"]
    assert second.keys() == {"video", "new"}


async def test_commands_are_checked_and_kept_by_guild(api: Api, guild: Guild) -> None:
    application = api.discord.state.application.id
    assert (await api.call("PUT", f"/applications/{application}/commands", [{"name": "No"}])).code == (400, 50035)
    assert (await api.call("PUT", "/applications/5/commands", [])).code == (403, 20012)
    path = f"/applications/{application}/guilds/{guild.id}/commands"
    made = await api.call("PUT", path, [{"name": "local", "description": "Here only"}])
    assert made.body[0]["guild_id"] == str(guild.id)
    assert (await api.call("GET", f"/applications/{application}/commands")).body == []


async def test_record_holds_request_and_answer(api: Api, discord: Discord, channel: Channel) -> None:
    await api.call("POST", where(channel), {"content": "x"}, files={0: CLIP})
    (kept,) = discord.record.find("POST", r"/messages$")
    assert kept.template == "/channels/{channel_id}/messages"
    assert kept.json == {"content": "x"}
    assert [(file.name, file.size) for file in kept.files] == [("clip.mp4", 100)]
    assert (kept.status, kept.answer["content"]) == (200, "x")


async def test_a_request_that_does_not_name_its_client_is_blocked(api: Api) -> None:
    headers = {"Authorization": f"Bot {api.discord.token}"}
    async with api.session.get(f"{api.discord.api_url}/users/@me", headers=headers) as answer:
        assert answer.status == 403
        assert (await answer.json())["code"] == 40333
