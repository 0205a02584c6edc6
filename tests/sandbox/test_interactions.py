"""Interactions: one answer in three seconds, fifteen minutes of a token, and what stays hidden."""

import asyncio
from typing import Any

import pytest

from sandbox import driver
from sandbox.discord import Channel, Discord, Guild, Permissions, Upload

from .conftest import Api, Bot

HELLO = {"type": 4, "data": {"content": "hello"}}
HIDDEN = {"type": 4, "data": {"content": "psst", "flags": 64}}
BUTTON = {"type": 2, "style": 1, "label": "Go", "custom_id": "go"}
WITH_BUTTON = {"type": 4, "data": {"content": "card", "components": [{"type": 1, "components": [BUTTON]}]}}
FORM: dict[str, Any] = {
    "type": 9,
    "data": {
        "title": "Change",
        "custom_id": "form",
        "components": [
            {"type": 18, "label": "Prompt", "component": {"type": 4, "custom_id": "p", "style": 2, "value": "old"}}
        ],
    },
}


@pytest.fixture
async def card(bot: Bot, channel: Channel, ana: driver.Member) -> driver.Answer:
    bot.answers.append(WITH_BUTTON)
    return await ana.run(channel, "video", prompt="x")


async def test_answer_is_a_message(bot: Bot, api: Api, channel: Channel, ana: driver.Member) -> None:
    bot.answers.append(HELLO)
    answer = await ana.run(channel, "video", prompt="a boat")
    assert (answer.kind, answer.ephemeral, answer.failed) == ("message", False, None)
    assert answer.message
    await asyncio.gather(*bot.tasks)
    callback = bot.replies[0].body
    assert callback["interaction"]["response_message_id"] == str(answer.message.id)
    assert callback["resource"]["message"]["interaction_metadata"]["user"]["id"] == str(ana.id)
    edited = await api.call("PATCH", f"/channels/{channel.id}/messages/{answer.message.id}", {"content": "later"})
    assert edited.body["content"] == "later"


async def test_without_response_there_is_no_body(bot: Bot, api: Api, channel: Channel, ana: driver.Member) -> None:
    await quietly(api, ana, channel)
    one = bot.interaction
    reply = await api.call("POST", f"/interactions/{one['id']}/{one['token']}/callback", HELLO)
    assert (reply.status, reply.body) == (204, "")


async def quietly(api: Api, ana: driver.Member, channel: Channel, **options: Any) -> driver.Answer:
    """Run the command and do not wait for an answer."""
    patience, api.discord.limits.answer_deadline = api.discord.limits.answer_deadline, 0
    answer = await ana.run(channel, "video", prompt="x", **options)
    api.discord.limits.answer_deadline = patience
    return answer


async def test_silence_and_lateness(bot: Bot, api: Api, channel: Channel, ana: driver.Member) -> None:
    answer = await quietly(api, ana, channel)
    assert (answer.kind, answer.failed) == ("none", "The application did not respond")
    api.discord.limits.answer_deadline = 0
    assert (await bot.callback(bot.interaction, HELLO)).code == (404, 10062)
    assert (await bot.webhook("POST", bot.interaction, body={"content": "x"})).code == (404, 10015)


async def test_second_answer_is_refused(bot: Bot, card: driver.Answer) -> None:
    assert (await bot.callback(bot.interaction, HELLO)).code == (400, 40060)


async def test_unknown_interactions(bot: Bot, card: driver.Answer) -> None:
    assert (await bot.callback({"id": "5", "token": "t"}, HELLO)).code == (404, 10062)
    assert (await bot.webhook("GET", {"token": "t"}, "/messages/@original")).code == (404, 10015)


@pytest.mark.parametrize("type", [6, 7, 8])
async def test_wrong_answer_for_a_command(bot: Bot, api: Api, channel: Channel, ana: driver.Member, type: int) -> None:
    await quietly(api, ana, channel)
    reply = await bot.callback(bot.interaction, {"type": type, "data": {"content": "x"}})
    assert reply.code == (400, 50035)


async def test_deferred_then_filled(bot: Bot, channel: Channel, ana: driver.Member) -> None:
    bot.answers.append({"type": 5})
    answer = await ana.run(channel, "video", prompt="x")
    assert answer.kind == "deferred"
    assert answer.message
    assert answer.message.loading
    edited = await bot.webhook("PATCH", bot.interaction, "/messages/@original", {"content": "done"})
    assert edited.body["content"] == "done"
    assert (answer.message.content, answer.message.loading, answer.message.edits) == ("done", False, 0)


async def test_first_follow_up_after_a_deferral_fills_it(bot: Bot, channel: Channel, ana: driver.Member) -> None:
    bot.answers.append({"type": 5, "data": {"flags": 64}})
    answer = await ana.run(channel, "video", prompt="x")
    filled = await bot.webhook("POST", bot.interaction, body={"content": "one"})
    assert answer.message
    assert filled.body["id"] == str(answer.message.id)
    assert filled.body["flags"] & 64
    second = await bot.webhook("POST", bot.interaction, body={"content": "two"})
    assert second.body["id"] != filled.body["id"]
    assert [one.content for one in answer.follow_ups] == ["two"]


async def test_hidden_messages_are_for_one_alone(
    bot: Bot, api: Api, discord: Discord, channel: Channel, ana: driver.Member
) -> None:
    assert ana.guild
    ben = driver.join(discord, ana.guild, "Ben")
    bot.answers.append(HIDDEN)
    answer = await ana.run(channel, "video", prompt="x")
    assert answer.ephemeral
    assert await ana.see(channel) == [answer.message]
    assert await ben.see(channel) == []
    assert not bot.told("MESSAGE_CREATE")
    assert answer.message
    path = f"/channels/{channel.id}/messages/{answer.message.id}"
    for method in ("GET", "PATCH", "DELETE"):
        assert (await api.call(method, path, {"content": "y"} if method == "PATCH" else None)).code == (404, 10008)
    edited = await bot.webhook("PATCH", bot.interaction, "/messages/@original", {"content": "y"})
    assert edited.body["content"] == "y"


async def test_token_dies_after_its_life(bot: Bot, api: Api, card: driver.Answer) -> None:
    api.discord.limits.token_life = 0
    dead = await bot.webhook("PATCH", bot.interaction, "/messages/@original", {"content": "y"})
    assert dead.code == (401, 50027)
    assert api.discord.rates.refused[401] == 1


async def test_original_is_deleted_once(bot: Bot, card: driver.Answer) -> None:
    assert (await bot.webhook("DELETE", bot.interaction, "/messages/@original")).status == 204
    assert (await bot.webhook("GET", bot.interaction, "/messages/@original")).code == (404, 10008)
    assert card.message
    assert card.message.deleted


async def test_button_changes_its_message(bot: Bot, ana: driver.Member, card: driver.Answer) -> None:
    assert card.message
    bot.answers.append({"type": 7, "data": {"content": "pressed", "components": []}})
    answer = await ana.press(card.message, "Go")
    assert answer.kind == "update"
    assert answer.message is card.message
    assert (card.message.content, card.message.components) == ("pressed", [])
    assert bot.interaction["data"] == {"custom_id": "go", "component_type": 2, "id": 2}
    assert bot.interaction["message"]["id"] == str(card.message.id)


async def test_button_deferred_then_edited(bot: Bot, ana: driver.Member, card: driver.Answer) -> None:
    assert card.message
    bot.answers.append({"type": 6})
    assert (await ana.press(card.message, "Go")).kind == "deferred_update"
    await bot.webhook("PATCH", bot.interaction, "/messages/@original", {"content": "now"})
    assert card.message.content == "now"


async def test_form_from_a_button(bot: Bot, ana: driver.Member, card: driver.Answer) -> None:
    assert card.message
    bot.answers += [FORM, {"type": 7, "data": {"content": "changed"}}]
    form = await ana.press(card.message, "Go")
    assert form.kind == "modal"
    answer = await ana.submit(form, Prompt="new")
    assert answer.kind == "update"
    assert bot.interaction["data"]["components"][0]["component"]["value"] == "new"
    assert bot.interaction["message"]["id"] == str(card.message.id)


async def test_form_does_not_answer_a_form(bot: Bot, api: Api, ana: driver.Member, card: driver.Answer) -> None:
    assert card.message
    bot.answers.append(FORM)
    form = await ana.press(card.message, "Go")
    bot.answers.append(FORM)
    api.discord.limits.answer_deadline = 0.2
    assert (await ana.submit(form)).failed
    await asyncio.gather(*bot.tasks)
    assert bot.replies[-1].code == (400, 50035)


async def test_autocomplete(bot: Bot, channel: Channel, ana: driver.Member) -> None:
    bot.answers.append({"type": 8, "data": {"choices": [{"name": "Sora", "value": "sora"}]}})
    choices = await ana.autocomplete(channel, "video", "model", "so", prompt="x")
    assert choices == [{"name": "Sora", "value": "sora"}]
    assert bot.interaction["data"]["options"][-1] == {"name": "model", "type": 3, "value": "so", "focused": True}


async def test_a_number_is_suggested_by_its_digits(bot: Bot, channel: Channel, ana: driver.Member) -> None:
    for name in ("7", "seed 7"):
        bot.answers.append({"type": 8, "data": {"choices": [{"name": name, "value": 7}]}})
    assert await ana.autocomplete(channel, "video", "seed", "", prompt="x") == [{"name": "7", "value": 7}]
    with pytest.raises(driver.DriverError, match="seed takes a number"):
        await ana.autocomplete(channel, "video", "seed", "", prompt="x")


async def test_menu_gets_the_whole_message(bot: Bot, channel: Channel, ana: driver.Member) -> None:
    photo = Upload.named("p.png", b"png")
    message = await ana.say(channel, "look", files=[photo])
    bot.answers.append(HELLO)
    answer = await ana.use(message, "Animate")
    target = bot.interaction["data"]["resolved"]["messages"][str(message.id)]
    assert target["content"] == "look"
    assert target["attachments"][0]["filename"] == "p.png"
    assert answer.message
    assert answer.message.type == 23


async def test_files_in_an_answer(bot: Bot, channel: Channel, ana: driver.Member) -> None:
    bot.files = {0: Upload.named("p.png", b"png")}
    data = {"embeds": [{"title": "t", "image": {"url": "attachment://p.png"}}]}
    bot.answers.append({"type": 4, "data": data})
    answer = await ana.run(channel, "video", prompt="x")
    assert answer.message
    assert [one.data for one in answer.message.attachments] == [b"png"]


async def test_uploads_say_how_large_they_may_be(bot: Bot, api: Api, channel: Channel, ana: driver.Member) -> None:
    api.discord.limits.member_upload_bytes = 500 << 20
    bot.answers.append(HELLO)
    await ana.run(channel, "video", prompt="x")
    assert bot.interaction["attachment_size_limit"] == 500 << 20


async def test_told_twice_on_demand(bot: Bot, discord: Discord, channel: Channel, ana: driver.Member) -> None:
    discord.faults.duplicate_next_interaction()
    bot.answers.append(HELLO)
    await ana.run(channel, "video", prompt="x")
    assert len({one["id"] for one in bot.told("INTERACTION_CREATE")}) == 1
    assert len(bot.told("INTERACTION_CREATE")) == 2


async def test_direct_message_command(bot: Bot, ana: driver.Member) -> None:
    bot.answers.append(HELLO)
    answer = await ana.run(ana.direct, "video", prompt="x")
    assert answer.kind == "message"
    assert bot.interaction["context"] == 1
    assert bot.interaction["user"]["id"] == str(ana.id)
    assert "member" not in bot.interaction


@pytest.mark.parametrize(
    ("set_by_the_community", "reported", "features"),
    [(None, "en-US", []), ("en-US", "en-US", ["COMMUNITY"]), ("fr", "fr", ["COMMUNITY"])],
)
async def test_a_guild_reports_a_language_of_its_own_only_as_a_community(
    bot: Bot, discord: Discord, set_by_the_community: str | None, reported: str, features: list[str]
) -> None:
    guild = discord.add_guild("Atelier", locale=set_by_the_community)
    bea = driver.join(discord, guild, "Bea", locale="ja")
    bot.answers.append(HELLO)
    await bea.run(guild.add_channel("talk"), "video", prompt="x")
    sent = bot.interaction
    assert (sent["locale"], sent["guild_locale"]) == ("ja", reported)
    assert sent["guild"] == {"id": str(guild.id), "locale": reported, "features": features}


async def test_direct_messages_have_only_the_members_language(bot: Bot, discord: Discord, ana: driver.Member) -> None:
    bot.answers.append(HELLO)
    await ana.run(ana.direct, "video", prompt="x")
    assert bot.interaction["locale"] == "en-US" and "guild_locale" not in bot.interaction


async def test_a_private_deferral_is_filled_later_with_a_file_and_stays_private(
    api: Api, bot: Bot, guild: Guild, channel: Channel, ana: driver.Member
) -> None:
    bot.answers.append({"type": 5, "data": {"flags": 64}})
    answer = await ana.run(channel, "jobs list")
    assert answer.ephemeral and answer.message and answer.message.loading
    path = f"/webhooks/{api.discord.state.application.id}/{bot.interaction['token']}/messages/@original"
    entry = {"id": 0, "filename": "clip.mp4"}
    filled = await api.call(
        "PATCH",
        path,
        {"content": "here", "attachments": [entry]},
        files={0: driver.Upload.named("clip.mp4", b"clip")},
    )
    assert filled.status == 200 and filled.body["flags"] & 64
    assert not answer.message.loading and answer.message.attachments[0].data == b"clip"
    assert answer.message in await ana.see(channel)
    assert answer.message not in await driver.join(api.discord, guild, "Bea").see(channel)
    # nor is it anything to the bot's own token
    unknown = await api.call("GET", f"/channels/{channel.id}/messages/{answer.message.id}")
    assert unknown.code == (404, 10008)


async def test_what_a_member_may_do_is_told_as_of_the_channel(
    bot: Bot, guild: Guild, channel: Channel, ana: driver.Member
) -> None:
    bot.answers.append({"type": 5, "data": {}})
    channel.set_overwrite(ana.user, deny=Permissions.READ_MESSAGE_HISTORY)
    await ana.run(channel, "jobs list")
    granted = Permissions(int(bot.interaction["member"]["permissions"]))
    assert Permissions.VIEW_CHANNEL in granted and Permissions.READ_MESSAGE_HISTORY not in granted


async def test_fields_that_no_answer_has_are_ignored(bot: Bot, channel: Channel, ana: driver.Member) -> None:
    bot.answers += [
        {"type": 4, "data": {"content": "first", "enforce_nonce": False, "nonce": "1"}},
        {"type": 9, "data": {**FORM["data"], "type": 9}},
    ]
    assert (await ana.run(channel, "jobs list")).message
    form = (await ana.run(channel, "jobs list")).modal
    assert form and set(form) == {"title", "custom_id", "components"}
    followed = await bot.webhook("POST", bot.interaction, body={"content": "more", "enforce_nonce": False})
    assert followed.status == 200
    ignored = [warning.split(": ")[1] for warning in bot.api.discord.record.warnings]
    assert ignored == ["data.enforce_nonce", "data.nonce", "data.type", "enforce_nonce"]
