"""Pictures that a server refuses: put on its list where moderators decide, known again, and taken off."""

import asyncio
import contextlib
import sqlite3
import time

import pytest

from bot.refused_pictures import RefusedPicture, parts
from sandbox.discord import Channel, Message, Permissions, Upload
from sandbox.driver import Answer, DriverError, Member, join, wait_for
from tests.bot.test_refused_pictures import scene
from tests.pictures import encode
from tests.stories.conftest import Studio, card_of
from tests.stories.reviewing import database, note_text, question
from tests.stories.rules import set_rules
from tests.stories.test_moderate import cases, finished, forge, id_of, logged, moderator, told

LISTED = "on this server's list of refused pictures"


def drawn(seed: int = 1) -> Upload:
    return Upload(name="scene.png", data=encode(scene(seed)), content_type="image/png")


def copied(seed: int = 1) -> Upload:
    """The same for people, and another file: smaller, and with losses."""
    return Upload(name="mine.jpg", data=encode(scene(seed).resize((800, 600)), "JPEG"), content_type="image/jpeg")


def one_colour() -> Upload:
    return Upload(name="plain.png", data=encode(scene(1).resize((1, 1)).resize((640, 640))), content_type="image/png")


def manager(studio: Studio) -> Member:
    member = studio.member("Max")
    studio.guild.set_roles(member.user, studio.guild.add_role("Managers", Permissions.MANAGE_GUILD))
    return member


async def opened(member: Member, channel: Channel) -> Message:
    """The list, as `/settings show` leads to it."""
    shown = (await member.run(channel, "settings show")).message
    assert shown
    await member.choose(shown, "rules:0", "content")
    await member.press(shown, "Refused pictures")
    return shown


async def refused(studio: Studio, member: Member, picture: Upload, prompt: str = "It moves") -> None:
    said = await told(await member.run(studio.channel, "video", prompt=prompt, image=picture))
    assert LISTED in said and prompt in said, said


def hits(studio: Studio) -> list[int]:
    with contextlib.closing(sqlite3.connect(database(studio))) as rows:
        return [one for (one,) in rows.execute("SELECT hits FROM refused_pictures ORDER BY added_at")]


async def test_a_picture_is_refused_from_a_review_until_it_is_taken_off_the_list(studio: Studio) -> None:
    review, log = studio.add_channel("review"), studio.add_channel("log")
    rules = {"review": {"before_sending": "pictures", "channel": str(review.id)}, "log_channel": str(log.id)}
    set_rules(studio, rules)
    bea, mo, max_ = studio.member("Bea"), moderator(studio), manager(studio)
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite", image=drawn()))
    note = await question(review, "A kite")

    assert "Only those who may decide" in await told(await bea.press(note, "Refuse this picture"))
    form: Answer = await mo.press(note, "Refuse this picture")
    await studio.restart()
    assert "whatever looks like it, is refused" in await told(await mo.submit(form, why="A *real* child"))
    assert "on the list of refused pictures already" in await told(
        await mo.submit(await mo.press(note, "Refuse this picture"))
    )
    await wait_for(lambda: logged(log, "put a picture on the list"), what="the log channel to be told")
    [entry] = logged(log, "put a picture on the list")
    assert "real" in note_text(entry) and studio.ana.mention in note_text(entry) and id_of(card) in note_text(entry)

    # it still waits: the list keeps out what comes after; and whoever denied may think of the picture then
    await mo.submit(await mo.press(note, "Deny"))
    await wait_for(lambda: "Denied by" in note_text(note), what="the denial to be shown")
    assert not note.attachments
    await mo.press(note, "Refuse this picture")
    with pytest.raises(DriverError, match="no button"):
        await mo.press(note, "Approve")

    await refused(studio, bea, copied())
    await refused(studio, studio.ana, drawn())
    assert hits(studio) == [2]
    shown = await opened(max_, studio.channel)
    text = note_text(shown)
    assert "kept out 2 times" in text and mo.mention in text and id_of(card) in text and "<t:" in text, text
    assert "child" in text and "1–1 of 1" in shown.embeds[0]["footer"]["text"]

    [hash_] = [
        option["value"] for row in shown.components for one in row["components"] for option in one.get("options", [])
    ]
    await max_.choose(shown, "Take one off the list", hash_)
    assert "may be used again" in note_text(shown) and "No picture is refused here" in note_text(shown)
    stale = {"type": 3, "id": 2, "custom_id": "picture_off:0:0", "options": [{"label": "1", "value": hash_}]}
    shown.components = [{"type": 1, "id": 1, "components": [stale]}]
    await max_.choose(shown, "picture_off:0:0", hash_)
    assert "not on the list any more" in note_text(shown)
    await wait_for(lambda: logged(log, "took a picture off"), what="the log channel to be told")
    audit = await told(await mo.run(studio.channel, "moderate audit"))
    assert audit.count("took a picture off") == audit.count("put a picture on") == 1

    again = card_of(await bea.run(studio.channel, "video", prompt="A boat", image=copied()))
    await mo.press(await question(review, "A boat"), "Approve")
    await studio.hears(again, "Done in")


async def test_a_picture_is_refused_from_a_report_also_after_its_clip_was_taken_away(studio: Studio) -> None:
    review = studio.add_channel("review")
    set_rules(studio, {"review": {"channel": str(review.id)}})
    bea, mo, di = studio.member("Bea"), moderator(studio), moderator(studio, "Di")
    card, result = await finished(studio, "A kite", image=drawn())
    more = (await bea.press(result, "More")).message
    assert more
    await told(await bea.submit(await bea.press(more, "Report"), why="That is me"))
    note = await cases(review, "1 report")

    # nobody else, nowhere else
    eve = join(studio.discord, studio.discord.add_guild("Abroad"), "Eve", moderator=True)
    assert eve.guild
    strange = (await eve.run(eve.guild.add_channel("there"), "queue")).message
    private = (await mo.run(mo.direct, "queue")).message
    assert strange and private
    assert "Only those who may decide" in await told(await bea.press(note, "Refuse this picture"))
    for verb in ("refuse_picture", "picture_refused"):
        for member, seen in ((eve, strange), (mo, private), (bea, more)):
            for where, words in (
                ("case", "no such clip"),
                ("review", "know nothing here"),
                ("moon", "do not know this button"),
            ):
                assert words in await forge(member, seen, f"{verb}:{id_of(card)}:{where}")
    assert "permission Manage Server" in await forge(bea, more, "pictures:0:0")
    assert "permission Manage Server" in await forge(mo, result, "picture_off:0:0")
    assert "here is none" in await forge(mo, private, "picture_off:0:0")
    assert hits(studio) == []

    await told(await mo.press(note, "Remove"))
    await wait_for(lambda: "Removed by" in note_text(note), what="the case to say so")
    forms = [await mo.press(note, "Refuse this picture"), await di.press(note, "Refuse this picture")]
    answers = await asyncio.gather(mo.submit(forms[0]), di.submit(forms[1]))
    said = sorted([await told(answer) for answer in answers])
    assert "already" in said[0] and "whatever looks like it" in said[1]
    await refused(studio, bea, copied())


async def test_what_cannot_be_put_on_the_list_is_said(studio: Studio) -> None:
    review = studio.add_channel("review")
    set_rules(studio, {"review": {"before_sending": "pictures", "channel": str(review.id)}})
    mo = moderator(studio)
    for prompt, picture in (("A wall", one_colour()), ("A kite", drawn())):
        card_of(await studio.ana.run(studio.channel, "video", prompt=prompt, image=picture))
    plain, kite = await question(review, "A wall"), await question(review, "A kite")
    assert "all of one colour" in await told(await mo.submit(await mo.press(plain, "Refuse this picture")))
    fill(studio, 10_000)
    assert "is full" in await told(await mo.submit(await mo.press(kite, "Refuse this picture")))
    fill(studio, 0)
    with contextlib.closing(sqlite3.connect(database(studio))) as rows, rows:
        rows.execute("DELETE FROM pictures")
    assert "no picture left" in await told(await mo.submit(await mo.press(kite, "Refuse this picture")))
    assert hits(studio) == []


async def test_a_long_list_is_gone_through_page_by_page(studio: Studio) -> None:
    fill(studio, 25)
    max_ = manager(studio)
    shown = await opened(max_, studio.channel)
    assert "**1.**" in note_text(shown) and "reason 24" in note_text(shown) and "**11.**" not in note_text(shown)
    for first, last in (("11", "20"), ("21", "25")):
        await max_.press(shown, "Next ▶")
        assert f"{first}–{last} of 25" in shown.embeds[0]["footer"]["text"]
    await max_.choose(shown, "Take one off the list", f"{0:016x}")
    assert "21–24 of 24" in shown.embeds[0]["footer"]["text"] and "reason 0”" not in note_text(shown)
    await max_.press(shown, "◀ Previous")
    assert "11–20 of 24" in shown.embeds[0]["footer"]["text"]
    for argument in ("-1", "x", "99999"):
        assert "do not know this button" in await forge(max_, shown, f"pictures:0:{argument}")
    fill(studio, 15)
    await max_.choose(shown, "Take one off the list", f"{5:016x}")
    assert "11–14 of 14" in shown.embeds[0]["footer"]["text"]
    await max_.press(shown, "3. What it may say")
    assert "Blocked words" in note_text(shown)


def fill(studio: Studio, count: int) -> None:
    """A list of so many entries and no others."""
    rows = [
        RefusedPicture(guild_id=studio.guild.id, hash=f"{one:016x}", added_by=studio.ana.id, added_at=time.time() + one)
        for one in range(count)
    ]
    values = [
        (one.guild_id, one.hash, *parts(one.hash), one.added_by, one.added_at, None, f"reason {number}", 0)
        for number, one in enumerate(rows)
    ]
    with contextlib.closing(sqlite3.connect(database(studio))) as database_, database_:
        database_.execute("DELETE FROM refused_pictures")
        database_.executemany(f"INSERT INTO refused_pictures VALUES ({', '.join('?' * 12)})", values)
