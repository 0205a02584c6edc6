"""The tags of forum posts: which there are, who may choose them, and where one is needed."""

from typing import Any

import discord as library
import pytest

from sandbox import driver
from sandbox.discord import Channel, Discord, ForumTag, Guild, Permissions

from .conftest import Api, Bot, Reply
from .real_client import logged_in

P = Permissions


@pytest.fixture
def forum(guild: Guild) -> Channel:
    return guild.add_forum("ideas", "open", "voting", ForumTag(name="film ready", moderated=True, emoji="🎬"))


async def post(api: Api, forum: Channel, *tags: object, **more: Any) -> Reply:
    body = {"name": "a brief", "message": {"content": "board"}, "applied_tags": list(tags), **more}
    return await api.call("POST", f"/channels/{forum.id}/threads", body)


def id_of(tag: ForumTag) -> str:
    return str(tag.id)


async def test_a_forum_tells_of_its_tags(api: Api, bot: Bot, forum: Channel) -> None:
    told = bot.told("CHANNEL_CREATE")[-1]
    assert [(tag["name"], tag["moderated"], tag["emoji_name"]) for tag in told["available_tags"]] == [
        ("open", False, None),
        ("voting", False, None),
        ("film ready", True, "🎬"),
    ]
    assert told["flags"] == 0
    forum.set_tags(*forum.tags[:1])
    assert [tag["name"] for tag in bot.told("CHANNEL_UPDATE")[-1]["available_tags"]] == ["open"]


async def test_a_post_has_the_tags_that_were_chosen(api: Api, bot: Bot, forum: Channel) -> None:
    opened, voting, _ = map(id_of, forum.tags)
    made = await post(api, forum, opened, voting)
    assert (made.status, made.body["applied_tags"]) == (201, [opened, voting])
    assert bot.told("THREAD_CREATE")[-1]["applied_tags"] == [opened, voting]
    [thread] = forum.threads
    assert thread.shown_tags == ["open", "voting"]
    changed = await api.call("PATCH", f"/channels/{thread.id}", {"applied_tags": [voting]})
    assert changed.body["applied_tags"] == bot.told("THREAD_UPDATE")[-1]["applied_tags"] == [voting]
    assert (await api.call("PATCH", f"/channels/{thread.id}", {"applied_tags": []})).body["applied_tags"] == []


async def test_only_tags_of_this_forum_five_at_most_and_each_once(api: Api, guild: Guild, forum: Channel) -> None:
    other = guild.add_forum("other", *map(str, range(6)))
    assert (await post(api, forum, id_of(other.tags[0]))).code == (404, 10087)
    assert (await post(api, other, *map(id_of, other.tags))).code == (400, 50035)
    assert (await post(api, other, *[id_of(other.tags[0])] * 2)).code == (400, 50035)
    assert (await post(api, other, "open")).code == (400, 50035)
    assert forum.threads == other.threads == []
    await post(api, other, *map(id_of, other.tags[:5]))
    [thread] = other.threads
    other.set_tags(*other.tags[1:])
    assert thread.shown_tags == ["1", "2", "3", "4"]
    gone = {"applied_tags": [str(thread.applied_tags[0])], "name": "renamed"}
    assert (await api.call("PATCH", f"/channels/{thread.id}", gone)).code == (404, 10087)
    assert thread.name == "a brief"


async def test_a_thread_elsewhere_has_none(api: Api, channel: Channel, forum: Channel) -> None:
    card = (await api.send(channel)).body
    thread = (await api.call("POST", f"/channels/{channel.id}/messages/{card['id']}/threads", {"name": "job"})).body
    assert "applied_tags" not in thread
    changed = await api.call("PATCH", f"/channels/{thread['id']}", {"applied_tags": [id_of(forum.tags[0])]})
    assert changed.code == (404, 10087)


async def test_moderated_tags_come_and_go_by_those_who_manage_threads(
    api: Api, guild: Guild, forum: Channel, ana: driver.Member
) -> None:
    opened, _, ready = map(id_of, forum.tags)
    assert (await post(api, forum, ready)).code == (403, 50013)
    assert (await post(api, forum, opened)).status == 201
    [thread] = forum.threads
    path = f"/channels/{thread.id}"
    assert (await api.call("PATCH", path, {"applied_tags": [opened, ready]})).code == (403, 50013)
    guild.bot_role.granted |= P.MANAGE_THREADS
    assert (await api.call("PATCH", path, {"applied_tags": [opened, ready]})).status == 200
    guild.bot_role.granted &= ~P.MANAGE_THREADS
    assert (await api.call("PATCH", path, {"applied_tags": [opened]})).code == (403, 50013)
    # it may stay where it is
    assert (await api.call("PATCH", path, {"applied_tags": [ready]})).status == 200
    with pytest.raises(driver.DriverError):
        await ana.open_thread(forum, "mine", tags=forum.tags[2:])


async def test_posts_of_others_are_not_the_bots_to_change(
    api: Api, guild: Guild, forum: Channel, ana: driver.Member
) -> None:
    api.discord.limits.enforced = False
    thread = await ana.open_thread(forum, "mine", first="look", tags=forum.tags[:1])
    assert thread.shown_tags == ["open"]
    path, voting = f"/channels/{thread.id}", id_of(forum.tags[1])
    for change in ({"applied_tags": [voting]}, {"name": "ours"}, {"locked": True}, {"archived": True}):
        assert (await api.call("PATCH", path, change)).code == (403, 50013)
    guild.bot_role.granted |= P.MANAGE_THREADS
    together = {"applied_tags": [voting], "name": "ours", "locked": True, "archived": True}
    assert (await api.call("PATCH", path, together)).status == 200
    assert (thread.name, thread.locked, thread.archived, thread.shown_tags) == ("ours", True, True, ["voting"])
    assert (await api.call("PATCH", path, {"applied_tags": []})).code == (400, 50083)
    woken = await api.call("PATCH", path, {"applied_tags": [], "archived": False})
    assert (woken.status, thread.archived, thread.shown_tags) == (200, False, [])


async def test_a_forum_may_want_a_tag(api: Api, bot: Bot, guild: Guild, ana: driver.Member) -> None:
    strict = guild.add_forum("strict", "open", requires_tag=True)
    assert bot.told("CHANNEL_CREATE")[-1]["flags"] == 1 << 4
    assert (await post(api, strict)).code == (400, 40067)
    with pytest.raises(driver.DriverError):
        await ana.open_thread(strict, "mine")
    assert strict.threads == []
    assert (await post(api, strict, id_of(strict.tags[0]))).status == 201
    closed = guild.add_forum("closed", ForumTag(name="news", moderated=True), requires_tag=True)
    assert (await post(api, closed)).code == (400, 40066)
    guild.bot_role.granted |= P.MANAGE_THREADS
    assert (await post(api, closed)).code == (400, 40067)
    assert (await post(api, closed, id_of(closed.tags[0]))).status == 201


async def test_the_real_client_opens_and_marks_a_post(discord: Discord, guild: Guild, forum: Channel) -> None:
    async with logged_in(discord) as client:
        place = client.get_channel(forum.id)
        assert isinstance(place, library.ForumChannel)
        opened, voting, ready = place.available_tags
        made = await place.create_thread(name="a brief", content="board", applied_tags=[opened])
        await made.thread.edit(applied_tags=[voting])
        assert forum.threads[0].shown_tags == ["voting"]
        with pytest.raises(library.Forbidden):
            await made.thread.add_tags(ready)
        assert discord.record.warnings == [] and client.errors == []
