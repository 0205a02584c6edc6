"""Rules of a server, set inside Discord: seen, changed, taken out and in, and honoured on every way in."""

import json
from typing import Any

from sandbox.discord import Channel, ChannelType, Message, Permissions, Upload
from sandbox.discord.command_permissions import AllChannels
from sandbox.driver import Answer, Member, join, wait_for
from tests.stories.conftest import Studio, card_of
from tests.stories.test_review import written


def manager(studio: Studio, name: str = "Mia", locale: str = "en-US") -> Member:
    role = studio.guild.add_role("Manager", Permissions.MANAGE_GUILD)
    return join(studio.discord, studio.guild, name, roles=(role,), locale=locale)


def shown(message: Message | None) -> str:
    """What stands in a message, its embeds included."""
    assert message
    return "\n".join([message.content, *(f"{each.get('title')}\n{each.get('description')}" for each in message.embeds)])


def private_text(answer: Answer) -> str:
    assert answer.ephemeral and answer.message, answer
    return shown(answer.message)


async def opened(member: Member, channel: Channel, topic: str | None = None) -> Message:
    """The panel of a server's rules, at a topic."""
    answer = await member.run(channel, "settings show")
    assert answer.ephemeral and answer.message
    if topic:
        assert (await member.choose(answer.message, "What to set", topic)).kind == "update"
    return answer.message


def document(**server: object) -> Upload:
    return Upload(name="rules.json", data=json.dumps({"version": 1, "server": server}).encode())


async def taken_in(member: Member, channel: Channel, file: Upload) -> Message:
    """What is said of a file of rules, once it was fetched."""
    answer = await member.run(channel, "settings import", file=file)
    assert answer.ephemeral and answer.message
    message = answer.message
    await wait_for(lambda: shown(message), what="a word about the file")
    return message


def audit(studio: Studio) -> list[tuple[object, ...]]:
    return written(studio, "SELECT action, before, after FROM audit ORDER BY number")


async def refused(studio: Studio, member: Member, **options: object) -> str:
    answer = await member.run(studio.channel, "video", prompt="A kite", **options)
    assert answer.ephemeral and answer.message, answer
    return answer.message.content


async def test_rules_are_set_by_menus_buttons_and_forms_and_hold_after_a_restart(studio: Studio) -> None:
    mia, other = manager(studio), studio.add_channel("other")
    friends = studio.guild.add_role("Friends")
    panel = await opened(mia, studio.channel)
    assert "1. Who may" in shown(panel) and "No rule." in shown(panel)
    await mia.choose(panel, "What to set", "1. Who may")
    await mia.choose(panel, "Roles that may", [friends])
    assert f"Roles that may: <@&{friends.id}>" in shown(panel)
    assert f"<@&{friends.id}>" in await refused(studio, studio.ana)

    await mia.press(panel, "All rules")
    await mia.choose(panel, "What to set", "4. How much")
    form = await mia.press(panel, "Each member: clips and seconds")
    await mia.submit(form, **{"clips within 24 hours": "1", "seconds within 30 days": "x"})
    # one mistake, and nothing of it is kept
    assert "Each member: none" in shown(panel)
    await mia.submit(form, **{"clips within 24 hours": "1"})
    assert "Each member: clips within 24 hours: 1" in shown(panel)

    await studio.restart()
    await mia.press(panel, "All rules")
    await mia.choose(panel, "A channel; nothing for the whole server", [other])
    assert "Rules of one channel" in shown(panel) and "clips within 24 hours: 1" in shown(panel)
    await mia.choose(panel, "What to set", "1. Who may")
    await mia.press(panel, "Switch off")
    assert "Switched on: no (said of this channel)" in shown(panel)
    await mia.press(panel, "Back to what the server says")
    assert "Switched on: yes" in shown(panel)
    assert [action for action, *_ in audit(studio)] == ["rules"] * 4

    studio.guild.give_role(studio.ana.user, friends)
    card_of(await studio.ana.run(studio.channel, "video", prompt="A kite"))
    assert "1 clip" in await refused(studio, studio.ana)


async def test_only_who_manages_the_server_sets_its_rules(studio: Studio) -> None:
    mia = manager(studio)
    panel = await opened(mia, studio.channel, "7. How it is shown")
    switch = next(each for each in buttons_of(panel) if each["label"] == "Everything behind a spoiler")
    studio.guild.set_roles(mia.user)
    told = await mia.press(panel, "Everything behind a spoiler")
    assert "permission Manage Server" in private_text(told)

    studio.guild.give_role(mia.user, studio.guild.add_role("Manager", Permissions.MANAGE_GUILD))
    elsewhere = studio.discord.add_guild("Elsewhere")
    there = elsewhere.add_channel("general")
    forged = switch["custom_id"].replace("rule:0:", f"rule:{_base36(there.id)}:")
    switch["custom_id"] = forged
    assert "no longer has that" in private_text(await mia.press(panel, forged))
    switch["custom_id"] = "rule:0:allowed.nothing=on"
    assert "button" in private_text(await mia.press(panel, switch["custom_id"]))
    assert audit(studio) == []


async def test_a_document_is_taken_out_and_in_once_it_was_seen(studio: Studio) -> None:
    mia, pia = manager(studio), manager(studio, "Pia", "de")
    bad = await taken_in(mia, studio.channel, document(blocked=["a", "/(?=b)/"]))
    assert r"server.blocked\[1]: this is no pattern" in shown(bad)
    told = await taken_in(pia, studio.channel, document(models=["sora-9"]))
    assert "Dieser Bot hat diese Modelle nicht: sora-9" in shown(told)

    seen = await taken_in(mia, studio.channel, document(spoiler=True, roles_denied=["77"]))
    assert "Everything behind a spoiler: nothing set → yes" in shown(seen) and "`77`" in shown(seen)
    assert audit(studio) == []
    await studio.restart()
    await mia.press(seen, "Apply")
    await wait_for(lambda: "Applied" in shown(seen), what="the rules to be applied")
    [(action, _, after)] = audit(studio)
    assert action == "rules_import" and "server.spoiler" in str(after)

    late = await taken_in(mia, studio.channel, document())
    panel = await opened(mia, studio.channel, "7. How it is shown")
    await mia.press(panel, "Without spoilers")
    late_answer = await mia.press(late, "Apply")
    await wait_for(lambda: late_answer.follow_ups, what="a word about what came between")
    assert "Somebody changed the rules meanwhile" in shown(late_answer.follow_ups[0])
    out = await mia.run(studio.channel, "settings export")
    assert out.message and out.ephemeral
    exported = json.loads(await mia.download(out.message.attachments[0].url))
    assert exported["server"] == {"spoiler": False, "roles_denied": ["77"]}


def buttons_of(message: Message) -> list[dict[str, Any]]:
    return [each for row in message.components for each in row["components"] if each["type"] == 2]


def _base36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    text = ""
    while number:
        number, digit = divmod(number, 36)
        text = digits[digit] + text
    return text


async def test_what_a_member_may_do_is_answered_without_spending(studio: Studio) -> None:
    mia = manager(studio)
    limits = {"member": {"clips_day": 2}}
    seen = await taken_in(mia, studio.channel, document(limits=limits))
    await mia.press(seen, "Apply")
    await wait_for(lambda: "Applied" in shown(seen), what="the rules to be applied")
    panel = await opened(mia, studio.channel)
    await mia.press(panel, "What may a member do?")
    await mia.choose(panel, "A member", [studio.ana.user])
    assert "It is made." in shown(panel) and "of a member: 0 of 2 clips within 24 hours" in shown(panel)
    card_of(await studio.ana.run(studio.channel, "video", prompt="A kite"))
    studio.discord.state.set_permissions(studio.guild, {studio.ana.user: False}, command="video")
    await mia.choose(panel, "A channel; nothing for the whole server", [studio.channel])
    assert "of a member: 1 of 2 clips within 24 hours" in shown(panel) and "Integrations" in shown(panel)
    assert len(studio.vendor.ledger.tasks) <= 1


async def test_integrations_hold_for_mentions_replies_and_buttons(studio: Studio) -> None:
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite"))
    result = await studio.hears(card, "Done in")
    state, guild = studio.discord.state, studio.guild
    state.set_permissions(guild, {guild.everyone: False}, command="video")
    assert "Integrations" in private_text(await studio.ana.press(result, "Again"))
    said = await studio.ana.say(studio.channel, f"<@{studio.discord.state.bot.id}> A boat")
    await wait_for(lambda: _answers(studio, said), what="an answer to the mention")
    assert "Integrations" in _answers(studio, said)[0].content
    state.set_permissions(guild, {})
    state.set_permissions(guild, {studio.ana.user: True, AllChannels(guild=guild): False, studio.channel: True})
    await studio.restart()
    state.set_permissions(guild, {}, command="video")
    card_of(await studio.ana.press(result, "Again"))

    state.set_permissions(guild, {})
    studio.discord.faults.answer_next(r"/commands/permissions$", status=500, times=None)
    assert "did not tell me in time" in private_text(await studio.ana.press(result, "Again"))


def _answers(studio: Studio, said: Message) -> list[Message]:
    return [each for each in said.channel.messages.values() if each.reference_id == said.id]


async def test_private_threads_and_spoilers_hold_for_what_is_asked_for_from_then_on(studio: Studio) -> None:
    mia, bea = manager(studio), studio.member("Bea")
    seen = await taken_in(mia, studio.channel, document(threads="private", spoiler=True))
    await mia.press(seen, "Apply")
    await wait_for(lambda: "Applied" in shown(seen), what="the rules to be applied")
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite"))
    thread = await wait_for(lambda: next(iter(studio.guild.threads), None), what="the private thread")
    assert thread and thread.type is ChannelType.PRIVATE_THREAD
    await wait_for(lambda: studio.ana.id in thread.thread_members, what="the asker to be let in")
    await studio.restart()
    done = await wait_for(lambda: [each for each in thread.messages.values() if each.attachments], what="the clip")
    assert done and done[0].attachments[0].filename.startswith("SPOILER_") and len(studio.guild.threads) == 1
    assert await bea.see(thread) == [] and not card.attachments and studio.said(card) == []

    # where there can be no private thread
    news = studio.add_channel("news", ChannelType.ANNOUNCEMENT)
    card_of(await studio.ana.run(news, "video", prompt="A second kite"))
    await wait_for(lambda: [each for each in studio.ana.direct.messages.values() if each.attachments], what="the clip")
    assert len(studio.guild.threads) == 1
