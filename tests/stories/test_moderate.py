"""Moderators after the fact: what members report, what is taken away, who is blocked, what was written down of it."""

import asyncio
import csv
import io
import json
import re

import pytest

from sandbox.discord import Channel, Message, Permissions
from sandbox.discord.threads import set_archived
from sandbox.driver import Answer, DriverError, Member, join, wait_for
from tests.stories.conftest import Studio, card_of, card_text
from tests.stories.reviewing import asked, note_text
from tests.stories.rules import set_rules
from tests.stories.test_review import written


async def finished(studio: Studio, prompt: str, **options: object) -> tuple[Message, Message]:
    """The card and the message with the clip."""
    card = card_of(await studio.ana.run(studio.channel, "video", prompt=prompt, **options))
    result = await studio.hears(card, "Done in")
    await wait_for(lambda: "Done" in card_text(card), what="the card to say so")
    return card, result


def id_of(card: Message) -> str:
    return str(card.embeds[0]["footer"]["text"]).removeprefix("job ")


async def told(answer: Answer) -> str:
    """What whoever pressed was told alone, once there is something to tell."""
    assert answer.failed is None and answer.message and answer.ephemeral, answer
    message = answer.message
    await wait_for(lambda: not message.loading, what="an answer")
    embeds = "".join(str(embed.get("description")) for embed in message.embeds)
    return message.content + embeds


async def forge(member: Member, seen: Message, custom_id: str) -> str:
    """What comes of a button that the bot never gave out, under a message that this member sees."""
    pressed = {"type": 2, "id": 2, "style": 2, "label": "Forged", "custom_id": custom_id}
    shown = seen.components
    seen.components = [{"type": 1, "id": 1, "components": [pressed]}]
    try:
        return await told(await member.press(seen, custom_id))
    finally:
        seen.components = shown


async def more(member: Member, result: Message) -> Message:
    answer = await member.press(result, "More")
    assert answer.message
    return answer.message


async def cases(channel: Channel, words: str) -> Message:
    """The one message in this channel that tells of a case, once it has these words."""
    found = await wait_for(lambda: asked(channel, words), what=f"a case with {words!r}")
    assert len(found) == 1
    return found[0]


def logged(channel: Channel, words: str) -> list[Message]:
    return [one for one in channel.messages.values() if one.embeds and words in note_text(one)]


def moderator(studio: Studio, name: str = "Mo") -> Member:
    """Who may moderate members, by a role that others have, too."""
    granted = Permissions.MODERATE_MEMBERS | Permissions.MANAGE_MESSAGES
    known = [role for role in studio.guild.roles.values() if role.name == "Moderators"]
    role = known[0] if known else studio.guild.add_role("Moderators", granted)
    member = studio.member(name)
    studio.guild.set_roles(member.user, role)
    return member


async def test_what_is_reported_is_decided_once_and_goes_wherever_it_was_posted(studio: Studio) -> None:
    review, log, other = (studio.add_channel(name) for name in ("review", "log", "other"))
    set_rules(studio, {"review": {"channel": str(review.id)}, "log_channel": str(log.id)})
    bea, cy, mo, di = studio.member("Bea"), studio.member("Cy"), moderator(studio), moderator(studio, "Di")
    card, result = await finished(studio, "A kite")
    thread = card.thread
    assert thread and "A kite" in thread.name

    with pytest.raises(DriverError, match="no button"):
        await studio.ana.press(await more(studio.ana, result), "Report")
    asking = await more(bea, result)
    form = await bea.press(asking, "Report")
    assert "are told" in await told(await bea.submit(form, why="That is *me*"))
    note = await cases(review, "1 report")
    assert [one.filename for one in note.attachments] == ["SPOILER_clip.mp4"]
    assert note.attachments[0].data == result.attachments[0].data
    assert str(result.id) in note_text(note) and bea.mention in note_text(note) and not note.pinged
    assert "No moderator has decided" in await told(await bea.press(asking, "Report"))

    copy = (await cy.run(other, "clips show", clip=id_of(card))).message
    assert copy
    await wait_for(lambda: copy.attachments, what="the clip once more")
    await told(await cy.submit(await cy.press(copy, "Report"), why="A face"))
    assert await cases(review, "2 reports") is note

    # nobody else decides, nor is anything decided elsewhere, by another server or in private
    assert "Only those who may decide" in await told(await bea.press(note, "Remove"))
    abroad = studio.discord.add_guild("Abroad", owner=mo.user)
    eve, there = join(studio.discord, abroad, "Eve", moderator=True), abroad.add_channel("there")
    strange = (await eve.run(there, "queue")).message
    private = (await mo.run(mo.direct, "queue")).message
    assert strange and private
    for verb in ("report", "reported", "keep", "remove", "remove_block", "removed_block"):
        pressed = await forge(eve, strange, f"{verb}:{id_of(card)}")
        assert "no such clip" in pressed or "do not know this button" in pressed
    for verb in ("keep", "remove", "remove_block"):
        assert "no such clip" in await forge(mo, private, f"{verb}:{id_of(card)}")
        assert "no such clip" in await forge(mo, await more(mo, result), f"{verb}:{id_of(card)}")
    assert not result.deleted and not copy.deleted

    await studio.restart()
    answers = await asyncio.gather(mo.press(note, "Remove"), di.press(note, "Remove"))
    said = [await told(answer) for answer in answers]
    assert sorted(text.split(".")[0] for text in said) == ["Done", "Somebody decided before"]
    assert result.deleted and copy.deleted
    await wait_for(lambda: "– Removed by a moderator" in card_text(card), what="the card to say so")
    assert "still there" not in card_text(card) and "kite" not in card_text(card) and not card.attachments
    await wait_for(lambda: thread.name == f"Video {id_of(card)}", what="the thread to lose its name")
    await wait_for(lambda: "Removed by" in note_text(note), what="the case to say so")
    assert not note.components and not note.attachments
    assert "and removed it" in await told(await bea.press(asking, "Report"))
    kept = dict(written(studio, "SELECT name, data FROM evidence"))
    assert kept.keys() == {"prompt", "clip"} and kept["prompt"] == b"A kite"
    await wait_for(lambda: logged(log, "removed a clip"), what="the log channel to be told")
    assert len(logged(log, "removed a clip")) == 1 and len(log.messages) == 1
    [[outcome]] = written(studio, "SELECT outcome FROM audit WHERE action = 'remove'")
    assert json.loads(str(outcome)) == {"removed": True, "clip_kept": True}

    boat, again = await finished(studio, "A boat")
    await told(await bea.submit(await bea.press(await more(bea, again), "Report"), why="Rude"))
    form = await mo.press(await cases(review, "A boat"), "Remove and block")
    blocked = await told(await mo.submit(form, until="forever", why="Twice"))
    assert "Done." in blocked and "ends never" in blocked and again.deleted
    refused = await told(await studio.ana.run(studio.channel, "video", prompt="A hill"))
    assert "blocked you" in refused and "Twice" in refused
    await wait_for(lambda: "Removed by a moderator" in card_text(boat))


async def test_moderators_block_pause_and_remove_and_all_of_it_is_written_down(studio: Studio) -> None:
    other, owner = studio.add_channel("other"), Member(studio.discord, studio.guild.owner, studio.guild)
    bea, mo, di = studio.member("Bea"), moderator(studio), moderator(studio, "Di")
    card, result = await finished(studio, "A kite")
    asking = await more(bea, result)
    assert "nobody has set a place" in await told(await bea.submit(await bea.press(asking, "Report"), why="A face"))

    with pytest.raises(DriverError, match="hidden"):
        await bea.run(studio.channel, "moderate member", member=studio.ana)
    with pytest.raises(DriverError, match="not offered"):
        await mo.run(mo.direct, "moderate audit")
    record = await mo.run(studio.channel, "moderate member", member=studio.ana)
    assert "asked for 1 video" in await told(record) and "reported: 1" in await told(record)
    assert record.message
    form = await mo.press(record.message, "Block")
    assert "They are told when they try" in await told(await mo.submit(form, until="week", why="Spam"))
    assert "Spam" in await told(await studio.ana.run(studio.channel, "video", prompt="A hill"))

    # a right is looked up with each press, and holds in its own server alone
    spam = [f"{verb}:{base36(studio.ana.id)}" for verb in ("member_block", "member_blocked", "member_unblock")]
    for forged in (*spam, "audit:_:older:99", "audit_file:_:csv"):
        assert "permission Moderate Members" in await forge(bea, asking, forged)
    eve = join(studio.discord, studio.discord.add_guild("Abroad"), "Eve")
    abroad = eve.guild
    assert abroad
    abroad.set_roles(eve.user, abroad.add_role("Boss", Permissions.MODERATE_MEMBERS | Permissions.MANAGE_GUILD))
    there = abroad.add_channel("there")
    seen = await eve.run(there, "moderate audit")
    assert "Nothing was done yet" in await told(seen) and seen.message
    assert "is not blocked here" in await forge(eve, seen.message, spam[2])
    assert "no such clip" in await told(await eve.run(there, "moderate remove", clip=id_of(card)))
    private = (await bea.run(bea.direct, "queue")).message
    assert private
    assert "here is none" in await forge(bea, private, spam[2])
    for target in (mo, di, owner):
        listed = (await mo.run(studio.channel, "moderate member", member=target)).message
        assert listed
        assert "cannot do that" in await told(await mo.press(listed, "Block"))
    assert "Spam" in await told(await studio.ana.run(studio.channel, "video", prompt="A hill"))

    await studio.restart()
    record = await mo.run(studio.channel, "moderate member", member=studio.ana)
    assert "Blocked; that ends" in await told(record) and record.message
    assert "again" in await told(await mo.press(record.message, "Unblock"))

    assert "Nobody can ask" in await told(await mo.run(studio.channel, "moderate pause"))
    assert "paused before" in await told(await mo.run(studio.channel, "moderate pause"))
    assert "paused videos here" in await told(await studio.ana.run(studio.channel, "video", prompt="A hill"))
    card_of(await studio.ana.run(other, "video", prompt="A hill"))
    assert "Manage Server" in await told(await mo.run(other, "moderate pause", where="server"))
    await told(await owner.run(other, "moderate pause", where="server"))
    assert "paused videos here" in await told(await studio.ana.run(other, "video", prompt="A tree"))
    assert "unless the whole server" in await told(await mo.run(studio.channel, "moderate resume"))
    await told(await owner.run(other, "moderate resume", where="server"))
    assert "not paused" in await told(await owner.run(other, "moderate resume", where="server"))

    removed = await mo.run(studio.channel, "moderate remove", clip=id_of(card), why="A face")
    assert "Removed by" in await told(removed) and result.deleted
    assert "decided before" in await told(await di.run(studio.channel, "moderate remove", clip=id_of(card)))

    audit = await mo.run(studio.channel, "moderate audit")
    actions = ["removed a clip", "let videos go on", "let videos go on", "paused videos", "paused videos"]
    text = await told(audit)
    assert re.findall(r"> · (removed a clip|let videos go on|paused videos)", text) == actions
    assert "a copy is kept as evidence" in text and "“A face”" in text and audit.message
    assert "no place is set" in text
    about = await told(await mo.run(studio.channel, "moderate audit", member=studio.ana))
    assert "paused videos" not in about and about.count("blocked a member") == 2
    for kind in ("CSV", "JSON"):
        saved = await mo.press(audit.message, f"As {kind}")
        assert "8 actions" in await told(saved) and saved.message
        assert [row["action"] for row in rows(kind, saved.message)][-3:] == ["unblock", "block", "report"]
    for number in range(4):
        await mo.run(studio.channel, f"moderate {'resume' if number % 2 else 'pause'}")
    audit = await mo.run(studio.channel, "moderate audit")
    assert "`#12`" in await told(audit) and audit.message
    older = await mo.press(audit.message, "Next ▶")
    assert older.kind == "update" and numbers(older) == [4, 3, 2, 1] and older.message
    newer = await mo.press(older.message, "◀ Previous")
    assert numbers(newer) == [12, 11, 10, 9, 8, 7, 6, 5]


def numbers(answer: Answer) -> list[int]:
    assert answer.message
    return [int(one) for one in re.findall(r"`#(\d+)`", note_text(answer.message))]


def rows(kind: str, message: Message) -> list[dict[str, str]]:
    [file] = message.attachments
    text = file.data.decode()
    return list(csv.DictReader(io.StringIO(text))) if kind == "CSV" else json.loads(text)


def base36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    return base36(number // 36).lstrip("0") + digits[number % 36] if number else "0"


@pytest.mark.clocks(
    {
        "bot.tracker.cases:CLOSED_FOR": 0.5,
        "bot.tracker.cases:LOOK_EVERY": 0.5,
        "bot.tracker.audit_log:CLOSED_FOR": 0.5,
        "bot.tracker.audit_log:LOOK_EVERY": 0.5,
        "bot.actions.moderate:TAKEN_FOR": 1.0,
        "bot.tracker.cases:TAKEN_FOR": 1.0,
    }
)
async def test_what_cannot_be_done_or_told_yet_is_tried_again_also_after_a_restart(studio: Studio) -> None:
    log = studio.add_channel("log")
    set_rules(studio, {"log_channel": str(log.id)})
    mo, bea = moderator(studio), studio.member("Bea")
    card, result = await finished(studio, "A kite")
    thread = card.thread
    assert thread

    # without a review channel what is reported is told where everything is
    await told(await bea.submit(await bea.press(await more(bea, result), "Report"), why="A face"))
    note = await cases(log, "1 report")

    # nothing goes before there is a copy
    silent_log = rf"/channels/{log.id}/messages$"
    studio.discord.faults.answer_next(rf"/messages/{result.id}$", method="GET", status=503, times=None)
    studio.discord.faults.answer_next(silent_log, method="POST", status=503, times=None)
    written(studio, "DELETE FROM evidence")
    written(studio, "UPDATE cases SET copied = 0")
    thread.locked = True
    set_archived(thread, archived=True)
    said = await told(await mo.run(studio.channel, "moderate remove", clip=id_of(card)))
    assert "as soon as I can" in said and not result.deleted
    await studio.bot.kill()
    studio.discord.faults.clear()
    studio.discord.faults.answer_next(silent_log, method="POST", status=503, times=None)
    await studio.start()
    await wait_for(lambda: "still there" in card_text(card), what="the card to say so")
    assert not result.deleted
    thread.locked = False
    set_archived(thread, archived=False)
    await wait_for(lambda: result.deleted and thread.name == f"Video {id_of(card)}", what="the clip to go")

    def removed() -> bool:
        [[outcome]] = written(studio, "SELECT outcome FROM audit WHERE action = 'remove'")
        return json.loads(str(outcome)).get("removed") is True

    await wait_for(removed, what="the audit to say so")
    await wait_for(lambda: "Removed by" in note_text(note), what="the case to say so")
    await wait_for(lambda: "still there" not in card_text(card), what="the card to say so")
    assert not logged(log, "removed a clip")

    studio.discord.faults.clear()
    log.set_overwrite(studio.guild.bot_role, deny=Permissions.SEND_MESSAGES)
    await told(await mo.run(studio.channel, "moderate pause"))
    await wait_for(
        lambda: "logged" in str(written(studio, "SELECT outcome FROM audit WHERE action = 'pause'")), what="that it is"
    )
    assert "the log channel is closed to me" in await told(await mo.run(studio.channel, "moderate audit"))
    log.set_overwrite(studio.guild.bot_role)
    await wait_for(lambda: logged(log, "paused videos"), what="the log channel to be told")
    await wait_for(lambda: logged(log, "removed a clip"), what="of the other, too")
    assert len(logged(log, "paused videos")) == len(logged(log, "removed a clip")) == 1
    assert "told in the log channel later" in await told(await mo.run(studio.channel, "moderate audit"))
