"""AutoMod: rules within Discord's limits, told to who may manage the server, and applied to what members type."""

from typing import Any

import discord as library
import pytest

from sandbox import driver
from sandbox.discord import Channel, Discord, Guild, Intents, Permissions, automod
from sandbox.discord.automod import Trigger, alert, block, keywords, mention_spam, presets, silence, spam
from sandbox.discord.constants import PresetType, TriggerType
from sandbox.discord.errors import Refusal

from .conftest import Api, Bot
from .real_client import logged_in

P = Permissions


@pytest.fixture
def managing(guild: Guild) -> Guild:
    """The bot may manage the server."""
    guild.bot_role.granted |= P.MANAGE_GUILD
    return guild


async def test_rules_are_for_who_manages_the_server(api: Api, guild: Guild) -> None:
    rule = automod.add(guild, keywords("cat"))
    path = f"/guilds/{guild.id}/auto-moderation/rules"
    for one in (path, f"{path}/{rule.id}"):
        assert (await api.call("GET", one)).code == (403, 50013)
    guild.bot_role.granted |= P.MANAGE_GUILD
    assert (await api.call("GET", path)).body == [(await api.call("GET", f"{path}/{rule.id}")).body]
    assert (await api.call("GET", f"{path}/5")).code == (404, 0)
    guild.remove_bot()
    assert (await api.call("GET", path)).code == (404, 10004)


async def test_a_rule_is_told_whole(api: Api, managing: Guild, channel: Channel) -> None:
    crew = managing.add_role("Crew")
    rule = automod.add(
        managing,
        keywords("cat*", patterns=["(b|c)at"], allowed=["catalogue"]),
        name="No cats",
        actions=[block("Dogs only"), alert(channel), silence(60)],
        exempt_roles=[crew],
        exempt_channels=[channel],
        enabled=False,
    )
    assert (await api.call("GET", f"/guilds/{managing.id}/auto-moderation/rules/{rule.id}")).body == {
        "id": str(rule.id),
        "guild_id": str(managing.id),
        "creator_id": str(managing.owner.id),
        "name": "No cats",
        "event_type": 1,
        "trigger_type": 1,
        "trigger_metadata": {
            "keyword_filter": ["cat*"],
            "regex_patterns": ["(b|c)at"],
            "allow_list": ["catalogue"],
        },
        "actions": [
            {"type": 1, "metadata": {"custom_message": "Dogs only"}},
            {"type": 2, "metadata": {"channel_id": str(channel.id)}},
            {"type": 3, "metadata": {"duration_seconds": 60}},
        ],
        "enabled": False,
        "exempt_roles": [str(crew.id)],
        "exempt_channels": [str(channel.id)],
    }


PRESETS = presets(PresetType.SLURS)


@pytest.mark.parametrize(
    ("trigger", "fields"),
    [
        (keywords(*["x"] * 1001), {}),
        (keywords("x" * 61), {}),
        (keywords(patterns=["x"] * 11), {}),
        (keywords(patterns=["x" * 261]), {}),
        (keywords(patterns=["("]), {}),
        (keywords(patterns=["(?=look)ahead"]), {}),
        (keywords(patterns=[r"(a)\1"]), {}),
        (keywords("a", allowed=["x"] * 101), {}),
        (presets(PresetType.SLURS, PresetType.SLURS), {}),
        (presets(PresetType.SLURS, allowed=["x"] * 1001), {}),
        (mention_spam(51), {}),
        (Trigger(type=TriggerType.KEYWORD, metadata={"keyword_filter": "x"}), {}),
        (PRESETS, {"name": ""}),
        (PRESETS, {"name": "n" * 101}),
        (PRESETS, {"actions": []}),
        (PRESETS, {"actions": [block("m" * 151)]}),
        (PRESETS, {"actions": [silence(60)]}),
        (PRESETS, {"actions": [{"type": 2}]}),
        (keywords("a"), {"actions": [silence(2_419_201)]}),
    ],
)
def test_no_rule_beyond_the_limits(guild: Guild, trigger: Trigger, fields: dict[str, Any]) -> None:
    with pytest.raises(Refusal) as refused:
        automod.add(guild, trigger, **fields)
    assert refused.value.code == 50035
    assert guild.automod == {}


def test_no_rule_with_too_many_exemptions(guild: Guild) -> None:
    roles = [guild.add_role(str(number)) for number in range(21)]
    channels = [guild.add_channel(str(number)) for number in range(51)]
    for wrong in ({"exempt_roles": roles}, {"exempt_channels": channels}):
        with pytest.raises(Refusal):
            automod.add(guild, spam(), **wrong)
    automod.add(guild, spam(), exempt_roles=roles[:20], exempt_channels=channels[:50])


@pytest.mark.parametrize(("trigger", "most"), [(keywords("a"), 6), (spam(), 1), (PRESETS, 1), (mention_spam(5), 1)])
def test_not_more_rules_than_discord_has(guild: Guild, trigger: Trigger, most: int) -> None:
    for _ in range(most):
        automod.add(guild, trigger)
    with pytest.raises(Refusal, match="AUTO_MODERATION_MAX_RULES_OF_TYPE_EXCEEDED"):
        automod.add(guild, trigger)


def test_only_who_manages_the_server_hears_of_rules(bot: Bot, guild: Guild) -> None:
    automod.remove(automod.add(guild, keywords("a")))
    guild.bot_role.granted |= P.MANAGE_GUILD
    rule = automod.add(guild, keywords("a"))
    automod.change(rule, enabled=False)
    automod.remove(rule)
    names = [name for name, _ in bot.events if name.startswith("AUTO_")]
    assert names == [f"AUTO_MODERATION_RULE_{what}" for what in ("CREATE", "UPDATE", "DELETE")]
    assert bot.told("AUTO_MODERATION_RULE_UPDATE")[0]["enabled"] is False


def test_a_change_keeps_the_limits(guild: Guild) -> None:
    rule = automod.add(guild, keywords("a"))
    with pytest.raises(Refusal):
        automod.change(rule, name="")
    assert rule.body["name"] == "Rule"


@pytest.mark.parametrize(
    ("keyword", "text", "broken"),
    [
        ("cat", "a CAT!", True),
        ("cat", "catch", False),
        ("cat", "wildcat", False),
        ("cat*", "Catapult", True),
        ("cat*", "wildcat", False),
        ("*cat", "copycat", True),
        ("*cat", "catch", False),
        ("*cat*", "location", True),
        ("the mat", "on the mat", True),
        ("the mat*", "the matrix", True),
        ("i like c++", "I like C++", True),
        ("a.c", "abc", False),
    ],
)
def test_keywords_match_as_documented(
    guild: Guild, channel: Channel, ana: driver.Member, keyword: str, text: str, broken: bool
) -> None:
    automod.add(guild, keywords(keyword))
    assert bool(automod.hits(channel, ana.user, text)) is broken


def test_what_is_allowed_passes(guild: Guild, channel: Channel, ana: driver.Member) -> None:
    automod.add(guild, keywords("*cat*", patterns=["[0-9]{4}"], allowed=["educat*", "*2026*"]))
    for text, keyword in (("education in 2026", None), ("educated cat", "*cat*"), ("in 1999", "[0-9]{4}")):
        assert [hit.keyword for hit in automod.hits(channel, ana.user, text)] == ([keyword] if keyword else [])


async def test_a_blocked_message_reaches_nobody(
    bot: Bot, managing: Guild, channel: Channel, ana: driver.Member
) -> None:
    rule = automod.add(managing, keywords("cat"), actions=[block("Dogs only"), alert(channel)])
    with pytest.raises(driver.Blocked, match="Dogs only") as blocked:
        await ana.say(channel, f"cat {managing.bot.mention}")
    assert (blocked.value.rule, blocked.value.notice) == (rule, "Dogs only")
    said = await ana.say(channel, "dog")
    with pytest.raises(driver.Blocked):
        await ana.edit(said, "cat")
    assert [message.content for message in channel.history] == ["dog"]
    assert [one["content"] for one in bot.told("MESSAGE_CREATE")] == [""]
    told = bot.told("AUTO_MODERATION_ACTION_EXECUTION")
    assert [one["action"]["type"] for one in told] == [1, 2, 1, 2]
    assert (told[0]["matched_keyword"], told[0]["matched_content"]) == ("cat", "")


async def test_what_goes_through_a_command_is_not_looked_at(
    bot: Bot, guild: Guild, channel: Channel, ana: driver.Member
) -> None:
    automod.add(guild, keywords("cat"))
    bot.answers.append({"type": 4, "data": {"content": "ok"}})
    assert (await ana.run(channel, "video", prompt="a cat")).kind == "message"
    assert (await bot.api.send(channel, "a cat")).status == 200


async def test_who_and_where_is_exempt(discord: Discord, guild: Guild, channel: Channel, ana: driver.Member) -> None:
    crew, free = guild.add_role("Crew"), guild.add_channel("free")
    rule = automod.add(guild, keywords("cat"), exempt_roles=[crew], exempt_channels=[free])
    boss = driver.join(discord, guild, "Boss", roles=(guild.add_role("Boss", P.MANAGE_GUILD),))
    await boss.say(channel, "cat")
    opening = await ana.say(free, "cat")
    await ana.say(await ana.open_thread(free, "inside", on=opening), "cat")
    with pytest.raises(driver.Blocked):
        await ana.say(channel, "cat")
    guild.give_role(ana.user, crew)
    await ana.say(channel, "cat")
    guild.take_role(ana.user, crew)
    automod.change(rule, enabled=False)
    await ana.say(channel, "cat")


async def test_other_rules_and_alerts_keep_nothing_back(guild: Guild, channel: Channel, ana: driver.Member) -> None:
    automod.add(guild, PRESETS)
    automod.add(guild, keywords("cat"), actions=[alert(channel)])
    assert (await ana.say(channel, "cat")).content == "cat"


async def test_the_real_client_reads_and_hears(discord: Discord, managing: Guild, channel: Channel) -> None:
    crew = managing.add_role("Crew")
    triggers = (keywords("cat", patterns=["b.t"], allowed=["a"]), PRESETS, spam(), mention_spam(5, raids=True))
    for trigger in triggers:
        automod.add(managing, trigger, exempt_roles=[crew], exempt_channels=[channel], actions=[block("No")])
    intents = library.Intents(guilds=True, auto_moderation_configuration=True)
    async with logged_in(discord, intents) as client:
        heard: list[library.AutoModRule] = []

        async def hear(rule: library.AutoModRule) -> None:
            heard.append(rule)

        for what in ("create", "update", "delete"):
            client.add_listener(hear, f"on_automod_rule_{what}")
        guild = client.get_guild(managing.id)
        assert guild
        found = await guild.fetch_automod_rules()
        assert [int(rule.trigger.type.value) for rule in found] == [1, 4, 3, 5]
        assert (found[0].trigger.keyword_filter, found[0].trigger.regex_patterns) == (["cat"], ["b.t"])
        assert found[1].trigger.presets.slurs
        assert {role.id for role in found[0].exempt_roles} == {crew.id}
        assert {place.id for place in found[0].exempt_channels} == {channel.id}
        assert found[0].actions[0].custom_message == "No"
        assert (await guild.fetch_automod_rule(found[0].id)).name == "Rule"
        rule = automod.add(managing, keywords("new"))
        automod.change(rule, enabled=False)
        automod.remove(rule)
        await driver.wait_for(lambda: len(heard) == 3)
        managing.bot_role.permissions &= ~P.MANAGE_GUILD
        with pytest.raises(library.Forbidden):
            await guild.fetch_automod_rules()


async def test_without_the_intent_nothing_is_heard(discord: Discord, managing: Guild) -> None:
    async with logged_in(discord):
        (session,) = discord.gateway.sessions.values()
        assert Intents.AUTO_MODERATION_CONFIGURATION not in session.intents
        before = session.sequence
        automod.add(managing, keywords("a"))
        assert session.sequence == before
