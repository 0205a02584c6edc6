"""What may: a server's words, its AutoMod as it changes, the operator's endpoint, refused pictures; on every way in."""

import contextlib
import io
import sqlite3
import time

from PIL import Image

from bot.refused_pictures import hash_picture, parts
from sandbox.discord import Permissions, Upload, automod
from sandbox.moderation import Moderation, down
from tests.bot.test_refused_pictures import scene
from tests.pictures import encode
from tests.stories.conftest import Studio, card_of, told
from tests.stories.rules import set_rules
from tests.stories.test_ways_in import answer_to, mention, upload

WORD = "A rule of this server about words keeps this out."


async def test_words_are_kept_out_however_they_are_dressed_up(studio: Studio) -> None:
    set_rules(studio, {"blocked": ["kitten", "/gr[ae]y wol(f|ves)/"]})
    ana, channel = studio.ana, studio.channel
    for prompt in (
        "A Kitten naps",
        "A k\u200bi\u200bt\u200bten naps",
        "A ｋｉｔｔｅｎ naps",
        "A kіttеn naps",
        "Grey wolves run",
    ):
        refused = told(await ana.run(channel, "video", prompt=prompt))
        # which rule, and the own text back; not which word, nor how to get round it
        assert refused.startswith(WORD) and prompt in refused
    await answer_to(studio, await ana.say(channel, mention(studio, "A kitten")), WORD)
    assert WORD in told(await ana.run(channel, "video", prompt="It naps", image=upload("kitten.jpg")))
    # a form comes back to be edited, and is held against the rules again
    composed = await ana.submit(await ana.run(channel, "compose"), Subject="A kitten")
    assert composed.message
    refused_form = await ana.press(composed.message, "Send")
    assert WORD in told(refused_form) and refused_form.message
    edited = await ana.submit(await ana.press(refused_form.message, "Edit"), Subject="A kite")
    assert edited.message
    card = card_of(await ana.press(edited.message, "Send"))
    await studio.hears(card, "Done in")
    # what is no word of the list passes
    await studio.hears(card_of(await ana.run(channel, "video", prompt="Kittenish wolves")), "Done in")
    assert studio.vendor.ledger.charged == 2


async def test_automod_is_followed_as_it_changes_and_nothing_is_sent_that_it_could_not_be_asked_about(
    studio: Studio,
) -> None:
    guild, ana, channel = studio.guild, studio.ana, studio.channel
    rule = automod.add(guild, automod.keywords("cat*"), name="No cats", actions=[automod.block("Dogs only")])
    set_rules(studio, {"automod": True})
    unread = told(await ana.run(channel, "video", prompt="A dog"))
    assert "cannot read all of them" in unread and "A dog" in unread
    guild.bot_role.permissions |= Permissions.MANAGE_GUILD
    refused = told(await ana.run(channel, "video", prompt="Cats run"))
    assert "AutoMod rule of this server keeps this out: “No cats”. Dogs only" in refused
    await studio.hears(card_of(await ana.run(channel, "video", prompt="A dog")), "Done in")
    crew = guild.add_role("Crew")
    automod.change(rule, exempt_roles=[str(crew.id)], trigger_metadata=automod.keywords("dog").metadata)
    assert "Dogs only" in told(await ana.run(channel, "video", prompt="A dog"))
    guild.members[ana.id].role_ids.add(crew.id)
    await studio.hears(card_of(await ana.run(channel, "video", prompt="A dog again")), "Done in")


async def test_the_operators_endpoint_sees_words_and_pictures_and_fails_closed(studio: Studio) -> None:
    ana, channel = studio.ana, studio.channel
    async with Moderation() as moderation:
        studio.settings |= {"MODERATION_URL": moderation.url, "MODERATION_KEY": moderation.key}
        await studio.restart()
        refused = told(await ana.run(channel, "video", prompt="A knife fight"))
        assert "moderation service" in refused and "violence" in refused
        red = io.BytesIO()
        Image.new("RGB", (640, 360), (200, 0, 0)).save(red, "JPEG")
        picture = Upload(name="red.jpg", data=red.getvalue(), content_type="image/jpeg")
        assert "moderation service" in told(await ana.run(channel, "video", prompt="It moves", image=picture))
        assert moderation.asked[-1].items[0].pictures
        moderation.next_answers(down())
        assert "does not answer" in told(await ana.run(channel, "video", prompt="A kite"))
        await studio.hears(card_of(await ana.run(channel, "video", prompt="A kite", image=upload())), "Done in")
        assert studio.vendor.ledger.charged == 1
        assert moderation.key not in studio.bot.log


async def test_a_refused_picture_is_known_again_and_each_hit_is_counted(studio: Studio) -> None:
    picture = Upload(name="scene.jpg", data=encode(scene(1), "JPEG"), content_type="image/jpeg")
    picture_hash = hash_picture(picture.data)
    assert picture_hash
    row = (studio.guild.id, picture_hash, *parts(picture_hash), studio.ana.id, time.time(), None, "Not here", 0)
    with contextlib.closing(sqlite3.connect(studio.folder / "data" / "dailies.db")) as database, database:
        database.execute(f"INSERT INTO refused_pictures VALUES ({', '.join('?' * len(row))})", row)
    smaller = encode(scene(1).resize((800, 600)))
    again = Upload(name="other.png", data=smaller, content_type="image/png")
    for one in (picture, again):
        refused = told(await studio.ana.run(studio.channel, "video", prompt="It moves", image=one))
        assert "list of refused pictures" in refused
    posted = await studio.ana.say(studio.channel, "look", files=[again])
    form = await studio.ana.use(posted, "Animate picture")
    assert "list of refused pictures" in told(await studio.ana.submit(form, Prompt="It moves"))
    with contextlib.closing(sqlite3.connect(studio.folder / "data" / "dailies.db")) as database:
        assert database.execute("SELECT hits FROM refused_pictures").fetchall() == [(3,)]
    other = upload("portrait.jpg", 900, 1600)
    await studio.hears(card_of(await studio.ana.run(studio.channel, "video", prompt="Fine", image=other)), "Done in")
