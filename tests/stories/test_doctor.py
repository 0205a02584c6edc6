"""`/doctor`: what keeps videos from being made in a server, told with its mending, and mended where the bot can."""

import contextlib
import sqlite3
import time

import pytest

from sandbox.chat import Chat
from sandbox.discord import Message, Permissions, automod
from sandbox.discord.constants import PresetType
from sandbox.driver import Member, join, wait_for
from sandbox.moderation import Moderation
from sandbox.mulerun import faults
from tests.stories.conftest import Studio, card_of
from tests.stories.rules import set_rules
from tests.stories.test_settings import manager, private_text

P = Permissions


def found(message: Message | None) -> str:
    """What the doctor says, by subject."""
    assert message and message.embeds
    (embed,) = message.embeds
    fields = [f"{field['name']}\n{field['value']}" for field in embed.get("fields", ())]
    return "\n".join([embed["title"], embed["description"], *fields])


def wrong(message: Message | None) -> list[str]:
    return [line for line in found(message).splitlines() if line.startswith("✗")]


async def examined(member: Member, studio: Studio) -> Message:
    answer = await member.run(studio.channel, "doctor")
    assert answer.ephemeral and answer.message
    message = answer.message
    await wait_for(lambda: message.embeds, what="the findings")
    return message


def labels(message: Message) -> list[str]:
    return [each["label"] for row in message.components for each in row["components"]]


async def test_where_all_is_well_it_says_so(studio: Studio) -> None:
    seen = await examined(manager(studio), studio)
    assert wrong(seen) == [] and "There is nothing to mend." in found(seen)
    for words in (
        "My roles give me all",
        "all that I need in 1 channel.",
        "open a thread for each video",
        "files up to 10 MB",
        "The rules can be read",
        "MuleRun answers",
        "To be had: Sora 2 Pro",
        "None is set",
        "Database\n✓ It answers.",
    ):
        assert words in found(seen)
    assert labels(seen) == ["Rules: 6. Who looks at it first", "Rules: 3. What it may say", "Look again"]


async def test_what_a_channel_takes_from_the_bot_is_named_and_given_back_where_it_may(studio: Studio) -> None:
    mia, bot = manager(studio), studio.guild.bot_role
    hidden, quiet = studio.add_channel("hidden"), studio.add_channel("quiet")
    hidden.set_overwrite(bot, deny=P.VIEW_CHANNEL)
    quiet.set_overwrite(bot, deny=P.EMBED_LINKS | P.ATTACH_FILES)
    studio.channel.set_overwrite(bot, deny=P.CREATE_PUBLIC_THREADS)
    seen = await examined(mia, studio)
    assert wrong(seen) == [
        f"✗ I lack Embed Links and Attach Files in <#{quiet.id}>, so nothing is made there. "
        "The channel’s permissions grant that."
    ]
    assert f"· I do not see <#{hidden.id}>" in found(seen)
    assert f"· I lack Create Public Threads in <#{studio.channel.id}>" in found(seen)
    assert "Give me what I lack" not in "".join(labels(seen))

    bot.permissions |= P.MANAGE_ROLES
    await mia.press(seen, "Look again")
    await wait_for(lambda: "Give me what I lack (2 channels)" in labels(seen))
    await mia.press(seen, "Give me what I lack (2 channels)")
    await wait_for(lambda: "I gave myself what I lacked in 2 channels." in found(seen))
    assert quiet.overwrites[studio.guild.bot.id].allow == P.EMBED_LINKS | P.ATTACH_FILES
    assert quiet.overwrites[bot.id].deny == P.EMBED_LINKS | P.ATTACH_FILES
    await mia.press(seen, "Look again")
    await wait_for(lambda: "all that I need in 2 channels" in found(seen))
    assert wrong(seen) == []
    card_of(await studio.ana.run(quiet, "video", prompt="A kite"))


async def test_an_invitation_that_lacks_something_is_told_with_another(studio: Studio) -> None:
    for role in (studio.guild.everyone, studio.guild.bot_role):
        role.permissions &= ~P.CREATE_PUBLIC_THREADS
    mia = manager(studio)
    seen = await examined(mia, studio)
    (line,) = wrong(seen)
    assert "My roles lack Create Public Threads" in line
    assert f"guild_id={studio.guild.id}" in line and "scope=bot+applications.commands" in line


async def test_rules_that_name_what_is_gone_lead_to_their_page(studio: Studio) -> None:
    mia = manager(studio)
    gone = {"roles_allowed": ["77"], "review": {"channel": "78", "before_sending": "all"}, "models": ["no-such"]}
    set_rules(studio, gone, {str(studio.channel.id): {"spoiler": True}, "79": {"models": ["gone-with-its-channel"]}})
    seen = await examined(mia, studio)
    assert [line.split(":")[0] for line in wrong(seen)] == [
        "✗ 1. Who may (the whole server)",
        "✗ 2. What may be asked for (the whole server)",
        "✗ the whole server",
    ]
    assert "77" in wrong(seen)[0] and "no-such" in wrong(seen)[1] and "the review channel is gone" in wrong(seen)[2]
    # what the server says holds in this channel too, and is told once
    assert len(wrong(seen)) == 3
    await mia.press(seen, "Rules: 6. Who looks at it first")
    assert "Rules of this server · 6. Who looks at it first" in found(seen)
    await mia.choose(seen, "Review channel", [studio.channel])
    seen = await examined(mia, studio)
    assert f"✓ the whole server: moderators are asked in <#{studio.channel.id}>." in found(seen)


async def test_rules_that_cannot_be_read_are_told(studio: Studio) -> None:
    mia = manager(studio)
    set_rules(studio, {"clips": 3})
    (line,) = wrong(await examined(mia, studio))
    assert "The rules cannot be read" in line


async def test_automod_is_read_as_far_as_it_can_be(studio: Studio) -> None:
    mia, bot = manager(studio), studio.guild.bot_role
    set_rules(studio, {"automod": True})
    automod.add(studio.guild, automod.keywords("kite", patterns=[r"[\w-]{250}fox"]), actions=[automod.block("No")])
    automod.add(studio.guild, automod.presets(PresetType.SLURS), actions=[automod.block("No")])
    (line,) = wrong(await examined(mia, studio))
    assert "Give me Manage Server" in line

    bot.permissions |= P.MANAGE_GUILD
    seen = await examined(mia, studio)
    (line,) = wrong(seen)
    assert "AutoMod rule “Rule”" in line and "fox" in line
    assert "Discord’s own lists are switched on (slurs)" in found(seen)


async def test_a_pause_is_told_and_ended(studio: Studio) -> None:
    mia = manager(studio)
    studio.guild.give_role(mia.user, studio.guild.add_role("Moderator", P.MODERATE_MEMBERS))
    await mia.run(studio.channel, "moderate pause", where="server")
    seen = await examined(mia, studio)
    assert "· The whole server is paused" in found(seen) and wrong(seen) == []
    await mia.press(seen, "End the pause of the server")
    await wait_for(lambda: "The rules can be read" in found(seen))
    card_of(await studio.ana.run(studio.channel, "video", prompt="A kite"))


async def test_the_vendor_s_word_on_the_key_is_told(studio: Studio) -> None:
    mia = manager(studio)
    studio.vendor.api_key = "muk-" + 64 * "0"
    (line,) = wrong(await examined(mia, studio))
    assert "MuleRun refuses the key" in line


async def test_only_who_manages_the_server_is_told_and_mends(studio: Studio) -> None:
    mia, bot = manager(studio), studio.guild.bot_role
    bot.permissions |= P.MANAGE_ROLES
    studio.channel.set_overwrite(bot, deny=P.EMBED_LINKS)
    studio.guild.give_role(mia.user, studio.guild.add_role("Moderator", P.MODERATE_MEMBERS))
    await mia.run(studio.channel, "moderate pause", where="server")
    seen = await examined(mia, studio)
    studio.guild.set_roles(mia.user)
    for label in ("Look again", "Give me what I lack (1 channel)", "End the pause of the server"):
        assert "permission Manage Server" in private_text(await mia.press(seen, label))
    assert studio.guild.bot.id not in studio.channel.overwrites
    refused = await studio.ana.run(studio.channel, "video", prompt="A kite")
    assert refused.ephemeral


async def test_why_a_member_cannot_is_answered(studio: Studio) -> None:
    """Everything that stands in the way at once: Discord's own reasons, the bot's, the server's rules."""
    mia = manager(studio)
    set_rules(studio, {"max_seconds": 2})
    studio.channel.set_overwrite(studio.ana.user, deny=P.USE_APPLICATION_COMMANDS)
    studio.channel.set_overwrite(studio.guild.bot_role, deny=P.ATTACH_FILES)
    text = private_text(await mia.run(studio.channel, "doctor", member=studio.ana.user))
    for words in ("lack Use Application Commands", "I lack Attach Files", "2"):
        assert words in text
    gone = studio.member("Gone")
    studio.guild.dismiss(gone.user)
    assert "not in the server" in private_text(await mia.run(studio.channel, "doctor", member=gone.user))


async def test_a_server_that_nobody_allowed_hears_so(studio: Studio) -> None:
    elsewhere = studio.discord.add_guild("Elsewhere")
    place = elsewhere.add_channel("general")
    mia = join(studio.discord, elsewhere, "Mia", roles=(elsewhere.add_role("Manager", P.MANAGE_GUILD),))
    answer = await mia.run(place, "doctor")
    await wait_for(lambda: answer.message and answer.message.embeds, what="the findings")
    (line,) = wrong(answer.message)
    assert "has not allowed this server yet" in line


async def test_of_a_server_full_of_trouble_every_subject_is_told(studio: Studio) -> None:
    mia, bot = manager(studio), studio.guild.bot_role
    takes = [P.EMBED_LINKS, P.ATTACH_FILES, P.READ_MESSAGE_HISTORY, P.SEND_MESSAGES]
    channels = {}
    for number in range(60):
        place = studio.add_channel(f"place-{number}")
        taken = [right for at, right in enumerate(takes) if number >> at & 1]
        place.set_overwrite(bot, deny=P(sum(taken)))
        channels[str(place.id)] = {"roles_allowed": [str(number + 1)], "log_channel": str(number + 1000)}
    set_rules(studio, {}, channels)
    seen = await examined(mia, studio)
    for subject in ("Server", "Channels", "Threads", "Rules of this server", "Review channel", "Key", "Database"):
        assert f"\n{subject}\n" in found(seen)
    assert len(found(seen)) <= 6000 and len(set(labels(seen))) == len(labels(seen))


async def test_it_says_so_in_the_language_of_whoever_asks(studio: Studio) -> None:
    seen = await examined(manager(studio, locale="ja"), studio)
    assert "直すところはありません。" in found(seen)


async def test_where_moderators_read_is_looked_at_and_what_was_stopped_is_told(studio: Studio) -> None:
    mia, bot = manager(studio), studio.guild.bot_role
    closed, quiet = studio.add_channel("reviews"), studio.add_channel("quiet")
    closed.set_overwrite(bot, deny=P.SEND_MESSAGES)
    set_rules(studio, {"allowed": False, "review": {"channel": str(closed.id)}, "log_channel": str(closed.id)})
    studio.guild.give_role(mia.user, studio.guild.add_role("Moderator", P.MODERATE_MEMBERS))
    await mia.run(quiet, "moderate pause")
    studio.guild.time_out(studio.guild.bot, time.time() + 600)
    seen = await examined(mia, studio)
    lines = wrong(seen)
    assert lines[0].startswith("✗ I am timed out and can post nothing; that ends <t:")
    assert any(f"in the review channel <#{closed.id}>" in line for line in lines)
    assert any(f"in the log channel <#{closed.id}>" in line for line in lines)
    assert f"· Paused: <#{quiet.id}>." in found(seen) and "· Videos are switched off here" in found(seen)


@pytest.mark.settings(CLIPS_DAY="1", BUDGET_MONTH="5")
async def test_a_budget_is_told_without_its_figures(studio: Studio) -> None:
    mia = manager(studio)
    assert any("Sora 2 Pro" in line and "has no price" in line for line in wrong(await examined(mia, studio)))
    studio.settings["BUDGET_MONTH"] = ""
    await studio.restart()
    assert "✓ There is room in the budgets of this bot." in found(await examined(mia, studio))
    card_of(await studio.ana.run(studio.channel, "video", prompt="A kite"))
    (line,) = wrong(await examined(mia, studio))
    assert line.startswith("✗ A budget of this bot is used up")


async def test_what_the_bot_itself_lacks_is_told(studio: Studio) -> None:
    mia = manager(studio)
    async with Moderation() as moderation:
        studio.settings |= {"MODERATION_URL": moderation.url, "MODERATION_KEY": moderation.key}
        await studio.restart()
        assert "✓ It answers: every prompt and picture is checked by it." in found(await examined(mia, studio))
        studio.vendor.delist("sora-2-pro")
        await studio.hears(card_of(await studio.ana.run(studio.channel, "video", prompt="A kite")), "does not offer")
        moderation.is_down = True
        seen = await examined(mia, studio)
        assert wrong(seen) == [
            "✗ It does not answer as it should. Whoever runs this bot can ask python -m bot doctor why."
        ]
        assert "· MuleRun refused Sora 2 Pro lately." in found(seen)
    studio.vendor.faults.next_looks(faults.status(503))
    assert any("MuleRun cannot be reached just now." in line for line in wrong(await examined(mia, studio)))


async def test_a_language_model_that_cannot_be_asked_is_told(studio: Studio) -> None:
    mia = manager(studio)
    assert "· None are made: no language model is set." in found(await examined(mia, studio))
    assert "· It is asked in turns how videos stand: no webhooks are set." in found(await examined(mia, studio))
    async with Chat() as chat:
        studio.settings |= {"SUGGEST_URL": chat.url, "SUGGEST_KEY": chat.key, "SUGGEST_MODEL": "gpt-5"}
        await studio.restart()
        assert "✓ A language model is set and can be reached." in found(await examined(mia, studio))
        chat.is_down = True
        (line,) = wrong(await examined(mia, studio))
        assert line.startswith("✗ The language model cannot be asked as it is set.")
        assert chat.asked == []


async def test_a_database_that_does_not_answer_is_told(studio: Studio) -> None:
    mia = manager(studio)
    with contextlib.closing(sqlite3.connect(studio.folder / "data" / "dailies.db")) as database, database:
        database.execute("ALTER TABLE spent RENAME TO lost")
    (line,) = wrong(await examined(mia, studio))
    assert line.startswith("✗ It does not answer, so nothing is made")
