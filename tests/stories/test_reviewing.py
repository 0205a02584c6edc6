"""Moderators decide: before anything is sent, before a clip is shown; once, wherever the bot crashes in between."""

import pytest

from sandbox.discord import Message, Permissions, Upload
from sandbox.driver import wait_for
from tests.stories.conftest import Studio, card_of, card_text, told
from tests.stories.reviewing import asked, closed, note_text, question
from tests.stories.rules import set_rules
from tests.stories.test_main_job import photo
from tests.stories.test_review import written


async def wish(studio: Studio, prompt: str, **options: object) -> Message:
    return card_of(await studio.ana.run(studio.channel, "video", prompt=prompt, **options))


def statuses(studio: Studio) -> dict[str, str]:
    return dict(written(studio, "SELECT prompt, status FROM jobs"))  # type: ignore[arg-type]  # two texts


def decided(studio: Studio) -> list[tuple[object, ...]]:
    return written(studio, "SELECT action, actor_id FROM audit ORDER BY number")


async def test_nothing_is_sent_before_a_moderator_said_so(studio: Studio) -> None:
    review = studio.add_channel("review")
    set_rules(studio, {"review": {"before_sending": "all", "channel": str(review.id)}})
    moderator = studio.member("Mo", moderator=True)
    # read after the answer: they are asked with the picture all the same
    studio.discord.faults.slow(r"^/attachments", seconds=3)

    kite = await wish(studio, "A kite", image=Upload.named("kite.jpg", photo()))
    assert "Waiting for a moderator" in card_text(kite) and not kite.attachments
    await studio.hears(kite, "A moderator looks at this first")
    note = await question(review, "A kite")
    assert [one.filename for one in note.attachments] == ["SPOILER_picture.jpg"]
    assert "asked for 1 video" in note_text(note) and "looked at here before it is sent" in note_text(note)

    # nobody else decides, wherever they press it
    assert "Only those who may decide" in told(await studio.ana.press(note, "Approve"))
    assert "Only those who may decide" in told(await studio.ana.press(note, "Deny"))

    await studio.restart()
    form = await moderator.press(note, "Deny")
    assert told(await moderator.press(note, "Approve")).startswith("Done. ✔ Approved by")
    # what was opened before is heard, and changes nothing
    assert told(await moderator.submit(form)).startswith("Somebody decided before. ✔ Approved by")
    await closed(note, f"Approved by <@{moderator.id}>")
    await studio.hears(kite, "A moderator said yes")
    await studio.hears(kite, "Done in")
    assert len(asked(review, "A kite")) == 1

    boat = await wish(studio, "A boat")
    form = await moderator.press(await question(review, "A boat"), "Deny")
    assert "Denied by" in told(await moderator.submit(form, reason="No boats, please"))
    refusal = await studio.hears(boat, "did not let this through")
    assert "No boats" not in "".join(studio.said(boat))
    assert "No boats, please" in told(await studio.ana.press(refusal, "Why?"))
    assert "Only" in told(await moderator.press(refusal, "Why?"))
    await closed(await question(review, "A boat"), "No boats, please")

    tower = await wish(studio, "A tower")
    note = await question(review, "A tower")
    # the reasons that are usual here are offered
    form = await moderator.press(note, "Deny")
    assert "No boats, please" in str(form.modal)
    form = await moderator.press(note, "Edit")
    assert "prompt is empty" in told(await moderator.submit(form, prompt=" "))
    form = await moderator.press(note, "Edit")
    told(await moderator.submit(form, prompt="A lighthouse"))
    said = await studio.hears(tower, "said yes to another prompt")
    assert "A tower" in said.content and "A lighthouse" in said.content
    await studio.hears(tower, "Done in")
    assert "A moderator changed the prompt" in card_text(tower)

    river = await wish(studio, "A river")
    note = await question(review, "A river")
    assert "Cancelled" in told(await studio.ana.press(river, "Cancel"))
    await closed(note, "Withdrawn")

    await wish(studio, "A wall")
    form = await moderator.press(await question(review, "A wall"), "Block")
    assert "may make no videos here" in told(await moderator.submit(form, until="week"))
    assert "blocked you" in told(await studio.ana.run(studio.channel, "video", prompt="A hill"))

    assert statuses(studio) == {
        "A kite": "completed",
        "A boat": "denied",
        "A lighthouse": "completed",
        "A river": "cancelled",
        "A wall": "denied",
    }
    actions = ["review_approved", "review_denied", "review_edited", "review_denied", "block"]
    assert decided(studio) == [(action, moderator.id) for action in actions]
    assert studio.vendor.ledger.charged == 2
    assert written(studio, "SELECT clips FROM spent WHERE whose = 'bot' AND span = 86400") == [(2,)]
    await wait_for(lambda: not written(studio, "SELECT 1 FROM jobs WHERE settled = 0"), what="all to be settled")


async def test_a_clip_is_shown_once_a_moderator_saw_it(studio: Studio) -> None:
    review = studio.add_channel("review")
    judge = studio.guild.add_role("Judge")
    rules = {"before_publishing": "all", "channel": str(review.id), "roles": [str(judge.id)]}
    set_rules(studio, {"review": rules})
    moderator = studio.member("Mo")
    studio.guild.set_roles(moderator.user, judge)

    kite = await wish(studio, "A kite")
    await studio.hears(kite, "A moderator looks at it before it is shown")
    note = await question(review, "A kite")
    assert [one.filename.startswith("SPOILER_") for one in note.attachments] == [True]
    await wait_for(lambda: "a moderator looks at it" in card_text(kite))
    assert not kite.attachments and not any(one.attachments for one in studio.about(kite))
    shown = await studio.ana.run(studio.channel, "clips show", clip=str(kite.embeds[0]["footer"]["text"])[4:])
    assert "made, waiting for a moderator" in told(shown) and not shown.message.attachments  # type: ignore[union-attr]
    assert "Only those who may decide" in told(await studio.ana.press(note, "Publish"))
    assert "no picture" in told(await moderator.use(note, "Animate picture"))

    await studio.restart()
    boat = await wish(studio, "A boat")
    tower = await wish(studio, "A tower")
    listed = await moderator.run(studio.channel, "reviews")
    assert listed.message and listed.ephemeral
    assert f"[decide](https://discord.com/channels/{studio.guild.id}/{review.id}/{note.id})" in note_text(
        listed.message
    )
    assert "Only those who may decide" in told(await studio.ana.run(studio.channel, "reviews"))

    assert "Published by" in told(await moderator.press(note, "Publish"))
    done = await studio.hears(kite, "Done in")
    assert done.attachments and not done.attachments[0].filename.startswith("SPOILER_")
    await wait_for(lambda: [one.filename for one in kite.attachments] == ["poster.jpg"], what="the clip's picture")
    await closed(note, f"Published by <@{moderator.id}>")
    assert "Somebody decided before" not in told(
        await moderator.press(await question(review, "A boat"), "Publish as spoiler")
    )
    done = await studio.hears(boat, "Done in")
    assert done.attachments[0].filename.startswith("SPOILER_")
    assert not boat.attachments

    form = await moderator.press(await question(review, "A tower"), "Reject")
    assert "Rejected by" in told(await moderator.submit(form, reason="A face"))
    refusal = await studio.hears(tower, "decided that it is not shown")
    assert "A face" in told(await studio.ana.press(refusal, "Why?"))
    await closed(await question(review, "A tower"), "kept as evidence")
    assert not any(one.attachments for one in studio.about(tower)) and not tower.attachments
    [[data]] = written(studio, "SELECT data FROM evidence WHERE name = 'clip'")
    assert bytes(data)[4:8] == b"ftyp"  # type: ignore[call-overload]  # a blob
    assert statuses(studio) == {"A kite": "completed", "A boat": "completed", "A tower": "rejected"}
    assert written(studio, "SELECT clips FROM spent WHERE whose = 'bot' AND span = 86400") == [(3,)]
    await wait_for(lambda: not list((studio.folder / "data" / "clips").iterdir()), what="all clips to be cleared away")


CLOCKS = {"bot.reviews:HOUR": 4.0, "bot.tracker.reviewing:LOOK_EVERY": 0.5}


@pytest.mark.clocks(CLOCKS)
async def test_what_nobody_decides_ends_as_the_rules_say_and_unseen_as_no(studio: Studio) -> None:
    review, system = studio.add_channel("review"), studio.add_channel("system")
    studio.guild.system_channel = system
    await studio.restart()
    set_rules(studio, {"review": {"before_sending": "all", "channel": str(review.id), "hours": 1, "then": "approve"}})
    kite = await wish(studio, "A kite")
    await wait_for(lambda: [one for one in review.messages.values() if "has waited" in one.content], what="a reminder")
    await studio.hears(kite, "Done in")
    await closed(await question(review, "A kite"), "because nobody decided in time")
    assert decided(studio) == [("review_approved", 0)]

    review.delete()
    boat = await wish(studio, "A boat")
    await wait_for(lambda: "closed to me" in card_text(boat), what="the card to say so")
    await wait_for(lambda: [one for one in system.messages.values() if "cannot write" in one.content], what="a warning")
    await studio.hears(boat, "No moderator decided about this in time")
    await wait_for(lambda: "no moderator decided in time" in card_text(boat))
    assert decided(studio)[1:] == [("review_denied", 0)]
    assert len(system.messages) == 1 and studio.vendor.ledger.charged == 1

    # what is opened again is asked in
    other = studio.add_channel("other")
    other.set_overwrite(studio.guild.bot_role, deny=Permissions.SEND_MESSAGES)
    set_rules(studio, {"review": {"before_sending": "all", "channel": str(other.id), "hours": 100}})
    tower = await wish(studio, "A tower")
    await wait_for(lambda: "closed to me" in card_text(tower), what="the card to say so")
    other.set_overwrite(studio.guild.bot_role, allow=Permissions.SEND_MESSAGES)
    note = await question(other, "A tower")
    await wait_for(lambda: "closed to me" not in card_text(tower), what="the card to say that they see it")
    await studio.member("Mo", moderator=True).press(note, "Approve")
    await studio.hears(tower, "Done in")
