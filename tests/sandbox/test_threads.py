"""Threads: where they may be opened, and what archiving and locking forbid."""

import pytest

from sandbox import driver
from sandbox.discord import Channel, ChannelType, Guild, Permissions
from sandbox.discord.threads import open_alone, set_archived

from .conftest import Api, Bot, Reply


async def open_on(api: Api, channel: Channel, message_id: object, **more: object) -> Reply:
    return await api.call("POST", f"/channels/{channel.id}/messages/{message_id}/threads", {"name": "job", **more})


@pytest.fixture
async def thread(api: Api, channel: Channel) -> Channel:
    sent = await api.send(channel, "card")
    opened = await open_on(api, channel, sent.body["id"])
    return api.discord.state.channels[int(opened.body["id"])]


async def test_thread_on_a_message_has_its_id(api: Api, bot: Bot, channel: Channel) -> None:
    sent = await api.send(channel, "card")
    opened = await open_on(api, channel, sent.body["id"])
    assert opened.status == 201
    assert opened.body["id"] == sent.body["id"]
    assert (opened.body["type"], opened.body["parent_id"]) == (11, str(channel.id))
    assert opened.body["member"]["user_id"] == str(api.discord.state.bot.id)
    assert bot.told("THREAD_CREATE")[0]["newly_created"] is True
    card = await api.call("GET", f"/channels/{channel.id}/messages/{sent.body['id']}")
    assert card.body["flags"] & 32
    assert card.body["thread"]["id"] == opened.body["id"]
    assert (await open_on(api, channel, sent.body["id"])).code == (400, 160004)


async def test_a_private_thread_is_closed_until_a_mention_lets_the_bot_in(
    api: Api, bot: Bot, channel: Channel, ana: driver.Member
) -> None:
    me = api.discord.state.bot
    thread = await ana.open_thread(channel, "secret", private=True)
    member = f"/channels/{thread.id}/thread-members/{me.id}"
    bot.answers.append({"type": 4, "data": {"content": "I can answer"}})
    assert (await ana.run(thread, "video", prompt="x")).kind == "message"
    # it tells of the channel's permissions, not of who was let in
    assert Permissions.SEND_MESSAGES_IN_THREADS in Permissions(int(bot.interaction["app_permissions"]))
    assert (await api.send(thread)).code == (403, 50001)
    assert (await api.call("GET", member)).code == (403, 50001)
    await ana.say(thread, "nothing to hear")
    assert not bot.told("THREAD_CREATE")
    await ana.say(thread, f"come in, {me.mention}")
    assert [one["id"] for one in bot.told("THREAD_CREATE")] == [str(thread.id)]
    assert bot.told("MESSAGE_CREATE")[-1]["content"] == f"come in, {me.mention}"
    assert (await api.send(thread)).status == 200
    assert (await api.call("GET", member)).body["user_id"] == str(me.id)
    stranger = f"/channels/{thread.id}/thread-members/{channel.id}"
    assert (await api.call("GET", stranger)).code == (404, 10007)


async def test_thread_begins_with_its_starter(api: Api, thread: Channel) -> None:
    await api.send(thread, "first")
    history = (await api.call("GET", f"/channels/{thread.id}/messages")).body
    assert [one["type"] for one in history] == [0, 21]
    assert history[1]["message_reference"]["message_id"] == str(thread.id)
    assert (await api.call("GET", f"/channels/{thread.id}")).body["message_count"] == 1


@pytest.mark.parametrize(("type", "thread_type"), [(ChannelType.TEXT, 11), (ChannelType.ANNOUNCEMENT, 10)])
async def test_type_follows_the_channel(api: Api, guild: Guild, type: ChannelType, thread_type: int) -> None:
    channel = guild.add_channel("c", type)
    sent = await api.send(channel)
    assert (await open_on(api, channel, sent.body["id"])).body["type"] == thread_type


@pytest.mark.parametrize("type", [ChannelType.VOICE, ChannelType.STAGE])
async def test_none_in_voice(api: Api, guild: Guild, type: ChannelType) -> None:
    channel = guild.add_channel("lounge", type)
    sent = await api.send(channel)
    assert (await open_on(api, channel, sent.body["id"])).code == (400, 50024)


async def test_none_in_direct_messages_or_threads(api: Api, ana: driver.Member, thread: Channel) -> None:
    for place in (ana.direct, thread):
        sent = await api.send(place)
        assert (await open_on(api, place, sent.body["id"])).code == (400, 50024)


async def test_alone_it_is_private_unless_told(api: Api, guild: Guild, channel: Channel) -> None:
    guild.bot_role.permissions |= Permissions.CREATE_PRIVATE_THREADS
    path = f"/channels/{channel.id}/threads"
    assert (await api.call("POST", path, {"name": "a"})).body["type"] == 12
    assert (await api.call("POST", path, {"name": "b", "type": 11})).body["type"] == 11
    assert [message.type for message in channel.history] == [18]


async def test_bad_names_and_ages(api: Api, channel: Channel) -> None:
    sent = await api.send(channel)
    for bad in ({"name": ""}, {"name": "n" * 101}, {"auto_archive_duration": 61}):
        assert (await open_on(api, channel, sent.body["id"], **bad)).code == (400, 50035)


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ("a boat", "a boat"),
        (" @ana: #1 / 2\\3 ", "ana 1  23"),
        ("a\u200bb\x00c\u202ed", "abcd"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("❤\ufe0f", "❤\ufe0f"),
        ("@#/\\:", ""),
        ("\u200b\u2060\ufeff", ""),
        ("\u200d\ufe0f \u3164\u2800", ""),
    ],
)
async def test_characters_are_dropped_and_an_emptied_name_is_refused(
    api: Api, channel: Channel, given: str, left: str
) -> None:
    sent = await api.send(channel)
    opened = await open_on(api, channel, sent.body["id"], name=given)
    if left:
        assert (opened.status, opened.body["name"]) == (201, left)
        return
    assert opened.code == (400, 50035)
    assert opened.body["errors"]["name"]["_errors"][0]["message"] == "Must be between 1 and 100 in length."
    thread = await open_on(api, channel, sent.body["id"])
    assert (await api.call("PATCH", f"/channels/{thread.body['id']}", {"name": given})).code == (400, 50035)


async def test_a_thread_is_renamed_as_far_as_discord_takes_the_name(api: Api, thread: Channel) -> None:
    renamed = await api.call("PATCH", f"/channels/{thread.id}", {"name": "a/b"})
    assert renamed.body["name"] == thread.name == "ab"


async def test_permission_is_needed(api: Api, guild: Guild, channel: Channel) -> None:
    sent = await api.send(channel)
    channel.set_overwrite(guild.bot_role, deny=Permissions.CREATE_PUBLIC_THREADS)
    assert (await open_on(api, channel, sent.body["id"])).code == (403, 50013)


async def test_sending_in_a_thread_has_its_own_permission(api: Api, guild: Guild, thread: Channel) -> None:
    assert thread.parent
    thread.parent.set_overwrite(guild.bot_role, deny=Permissions.SEND_MESSAGES)
    assert (await api.send(thread)).status == 200
    thread.parent.set_overwrite(guild.bot_role, deny=Permissions.SEND_MESSAGES_IN_THREADS)
    assert (await api.send(thread)).code == (403, 50013)


async def test_archived_refuses_edits_and_wakes_by_sending(api: Api, thread: Channel) -> None:
    sent = await api.send(thread, "x")
    set_archived(thread, archived=True)
    path = f"/channels/{thread.id}/messages/{sent.body['id']}"
    assert (await api.call("PATCH", path, {"content": "y"})).code == (400, 50083)
    assert (await api.call("DELETE", path)).code == (400, 50083)
    assert (await api.send(thread, "")).code == (400, 50006)
    assert thread.archived
    assert (await api.send(thread, "z")).status == 200
    assert not thread.archived


async def test_locked_refuses_all_but_moderators(api: Api, guild: Guild, thread: Channel) -> None:
    thread.locked = True
    assert (await api.send(thread)).code == (403, 160005)
    guild.bot_role.permissions |= Permissions.MANAGE_THREADS
    assert (await api.send(thread)).status == 200


async def test_owner_archives_and_wakes_but_does_not_lock(api: Api, thread: Channel) -> None:
    path = f"/channels/{thread.id}"
    assert (await api.call("PATCH", path, {"archived": True})).body["thread_metadata"]["archived"] is True
    assert (await api.call("PATCH", path, {"name": "new"})).code == (400, 50083)
    assert (await api.call("PATCH", path, {"archived": False})).body["thread_metadata"]["archived"] is False
    assert (await api.call("PATCH", path, {"locked": True})).code == (403, 50013)


async def test_an_archived_thread_wakes_for_whoever_may_send_there(api: Api, guild: Guild, thread: Channel) -> None:
    sent = await api.send(thread, "x")
    set_archived(thread, archived=True)
    path, wake = f"/channels/{thread.id}", {"archived": False}
    assert thread.parent
    thread.parent.set_overwrite(guild.bot_role, deny=Permissions.SEND_MESSAGES_IN_THREADS)
    assert (await api.call("PATCH", path, wake)).code == (403, 50013)
    thread.parent.set_overwrite(guild.bot_role)
    thread.locked = True
    assert (await api.call("PATCH", path, wake)).code == (403, 50013)
    thread.locked, api.discord.limits.active_threads = False, 0
    assert (await api.call("PATCH", path, wake)).code == (400, 160006)
    api.discord.limits.active_threads = 1
    assert (await api.call("PATCH", path, wake)).status == 200
    assert (await api.call("DELETE", f"{path}/messages/{sent.body['id']}")).status == 204


async def test_moderator_deletes_it(api: Api, bot: Bot, guild: Guild, thread: Channel) -> None:
    path = f"/channels/{thread.id}"
    assert (await api.call("DELETE", path)).code == (403, 50013)
    guild.bot_role.permissions |= Permissions.MANAGE_THREADS
    assert (await api.call("DELETE", path)).status == 200
    assert bot.told("THREAD_DELETE")
    assert (await api.send(thread)).code == (404, 10003)


async def test_renaming_is_limited(api: Api, thread: Channel) -> None:
    path = f"/channels/{thread.id}"
    for name in ("one", "two"):
        assert (await api.call("PATCH", path, {"name": name})).status == 200
    assert (await api.call("PATCH", path, {"name": "three"})).status == 429


async def test_forum_post_needs_a_message(api: Api, guild: Guild) -> None:
    forum = guild.add_channel("ideas", ChannelType.FORUM)
    path = f"/channels/{forum.id}/threads"
    assert (await api.call("POST", path, {"name": "post"})).code == (400, 50035)
    opened = await api.call("POST", path, {"name": "post", "message": {"content": "hello"}})
    assert opened.status == 201
    assert opened.body["message"]["id"] == opened.body["id"]


async def test_private_threads_are_hidden(api: Api, guild: Guild, channel: Channel, ana: driver.Member) -> None:
    thread = open_alone(api.discord.state, channel, guild.owner, "secret")
    assert await ana.see(thread) == []
    thread.thread_members[ana.id] = 0.0
    assert await ana.see(thread) == list(thread.messages.values())


async def test_threads_are_harshly_limited_for_the_guild(api: Api, guild: Guild, channel: Channel) -> None:
    api.discord.limits.windows["thread-create"].calls = 1
    other = guild.add_channel("other")
    for place, status in ((channel, 201), (other, 429)):
        sent = await api.send(place)
        opened = await open_on(api, place, sent.body["id"])
        assert opened.status == status
    assert opened.headers["X-RateLimit-Scope"] == "shared"
    assert opened.body["retry_after"] > 100
    assert api.discord.rates.refused[429] == 0


async def test_a_private_thread_is_told_to_the_bot_only_when_it_is_let_in(
    api: Api, bot: Bot, channel: Channel, guild: Guild, ana: driver.Member
) -> None:
    bea = driver.join(api.discord, guild, "Bea")
    thread = await ana.open_thread(channel, "secret", private=True)
    assert thread.type is ChannelType.PRIVATE_THREAD and not bot.told("THREAD_CREATE")
    assert (await api.call("GET", f"/channels/{thread.id}")).code == (403, 50001)
    with pytest.raises(driver.DriverError):
        await bea.invite(thread, bea)
    for somebody in (api.discord.state.bot, api.discord.state.bot, bea):
        await ana.invite(thread, somebody)
    [told] = bot.told("THREAD_CREATE")
    assert told["id"] == str(thread.id) and told["member"]["user_id"] == str(api.discord.state.bot.id)
    assert (await api.call("GET", f"/channels/{thread.id}")).status == 200
    assert (await bea.run(thread, "jobs list")).interaction.channel is thread
