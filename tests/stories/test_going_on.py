"""Jobs that start where another one's clip ends, also one that is not made yet: all are kept in one moment."""

import io
import time
from dataclasses import replace
from functools import partial
from typing import Any

import av
import pytest
from PIL import Image

from bot.jobs import Job, PictureState, Status, job_id
from bot.reviews import Kind, Review
from bot.store import Weighed, Weighing, open_store
from bot.video_request import Fit, VideoRequest
from sandbox.discord import Channel, Message, Permissions
from sandbox.discord.snowflakes import EPOCH_MS
from sandbox.driver import wait_for
from sandbox.mulerun import faults
from sandbox.mulerun.ledger import Task
from tests.stories.conftest import Studio, card_of, card_text
from tests.stories.reviewing import database, question
from tests.stories.rules import set_rules
from tests.stories.test_review import written
from tests.stories.test_spoilers import hidden
from tests.stories.test_variations import distance, press_more
from tests.stories.test_workers import Company, company

__all__ = ["company"]

AGAIN = "Send again, may be charged twice"
WAITS, NOT_MADE, GONE = "Waiting for the clip", "was not made", "not to be had any more"


def a_shot(studio: Studio, number: int, *, after: str | None = None, **fields: Any) -> Job:
    """The job of an event of half a minute ago; with `after` it starts where that job's clip ends."""
    at = time.time() - 30
    picture = PictureState.AWAITED if after else PictureState.NONE
    size = "720x1280" if after else "1280x720"
    request = VideoRequest(
        model="sora-2-pro", prompt=f"Shot {number}", seconds=4, size=size, size_given=False, fit=Fit.CROP
    )
    plain = {
        "id": job_id((int(at * 1000) - EPOCH_MS << 22) + number),
        "created_at": at,
        "status_since": at,
        "request": request,
        "picture": picture,
        "parent_id": after,
        "asker_id": studio.ana.user.id,
        "asker_name": "Ana",
        "guild_id": studio.guild.id,
        "channel_id": studio.channel.id,
        "counted_at": at,
    }
    return Job(**{**plain, **fields})


def in_review(shot: Job) -> Job:
    return replace(shot, status=Status.IN_REVIEW, unapproved=True, under_review=True)


async def keep(studio: Studio, *shots: Job) -> None:
    """Into the database of a bot that was killed; it goes on from there."""
    await studio.bot.kill()
    await insert(f"sqlite:///{database(studio)}", *shots)
    await studio.start()


async def insert(database_url: str, *shots: Job) -> None:
    async with open_store(database_url, "story") as store:
        for shot in shots:
            assert await store.insert(shot, weighing=Weighing(limits={}, judge=partial(_weighed, shot)))


async def card_in(channel: Channel, job: Job) -> Message:
    def find() -> Message | None:
        footed = (one for one in channel.messages.values() if one.embeds and "footer" in one.embeds[0])
        return next((one for one in footed if one.embeds[0]["footer"]["text"] == f"job {job.id}"), None)

    found = await wait_for(find, what=f"the card of {job.request.prompt}")
    assert found
    return found


def frames_of(clip: Message) -> tuple[Image.Image, Image.Image]:
    """The first and the last."""
    with av.open(io.BytesIO(clip.attachments[0].data), mode="r") as video:
        frames = list(video.decode(video=0))
    first, last = (frames[at].to_image() for at in (0, -1))  # type: ignore[no-untyped-call]
    return first, last


def starts_where(studio: Studio, prompt: str, clip: Message) -> bool:
    """Whether all that was sent to the vendor started from the last frame of that clip, and in its shape."""
    first, last = frames_of(clip)

    def starts_there(task: Task) -> bool:
        sent = Image.open(io.BytesIO(task.picture or b"")).convert("RGB")
        return task.size == last.size and distance(sent, last) < 8 and distance(sent, last) < distance(sent, first)

    tasks = studio.vendor.ledger.by_prompt(prompt)
    return bool(tasks) and all(map(starts_there, tasks))


@pytest.mark.vendor(pending=0.3, processing=4)
async def test_a_shot_starts_where_the_one_before_ends_though_the_bot_is_killed_between(studio: Studio) -> None:
    one = a_shot(studio, 1)
    two = a_shot(studio, 2, after=one.id)
    three = a_shot(studio, 3, after=two.id)
    await keep(studio, three, two, one)
    cards = [await card_in(studio.channel, job) for job in (one, two, three)]
    assert WAITS in card_text(cards[1]) and not cards[1].attachments and "1280" not in card_text(cards[1])
    await studio.hears(cards[2], WAITS)
    await studio.hears(cards[0], "Rendering")
    assert studio.vendor.ledger.charged == 1
    await studio.restart()
    first = await studio.hears(cards[0], "Done in")
    await studio.hears(cards[1], "Rendering")
    await studio.restart()
    second = await studio.hears(cards[1], "Done in")
    third = await studio.hears(cards[2], "Done in")
    assert third.attachments and studio.vendor.ledger.charged == 3
    assert starts_where(studio, "Shot 2", first) and starts_where(studio, "Shot 3", second)
    await wait_for(lambda: "1280×720" in card_text(cards[1]), what="the size of the shot before")
    # all of it was said once
    for card in cards:
        assert len(studio.said(card)) == len(set(studio.said(card)))


@pytest.mark.settings(MAX_ACTIVE="1")
@pytest.mark.vendor(pending=0.3, processing=2)
async def test_what_waits_for_a_clip_holds_up_nobody_in_the_line(studio: Studio) -> None:
    one, other = a_shot(studio, 1), a_shot(studio, 9)
    two = a_shot(studio, 2, after=one.id)
    await keep(studio, two, one, other)
    cards = [await card_in(studio.channel, job) for job in (one, two, other)]
    queue = await studio.ana.run(studio.channel, "queue")
    assert queue.message and "Shot 2" not in str(queue.message.embeds)
    for card in cards:
        assert (await studio.hears(card, "Done in", timeout=60)).attachments
    assert [task.prompt for task in studio.vendor.ledger.tasks.values()][-1] == "Shot 2"


async def test_when_the_shot_before_fails_those_after_it_cost_nothing(studio: Studio) -> None:
    studio.vendor.faults.next_posts(faults.rejected())
    one = a_shot(studio, 1)
    two = a_shot(studio, 2, after=one.id)
    three = a_shot(studio, 3, after=two.id)
    await keep(studio, one, two, three)
    for job in (two, three):
        told = await studio.hears(await card_in(studio.channel, job), NOT_MADE)
        assert "Nothing was charged." in told.content and told.pinged == [studio.ana.user]
    # the same again waits for the same clip, which is not made by that
    again = card_of(await studio.ana.press(told, "Again"))
    assert NOT_MADE in (await studio.hears(again, NOT_MADE)).content
    assert studio.vendor.ledger.charged == 0


async def test_what_is_cancelled_ends_what_was_to_go_on_from_it_and_so_does_a_change_of_mind(studio: Studio) -> None:
    studio.vendor.clock.speed = 0.01
    one = a_shot(studio, 1)
    two = a_shot(studio, 2, after=one.id)
    three = a_shot(studio, 3, after=two.id)
    await keep(studio, one, two, three)
    card = await card_in(studio.channel, two)
    await studio.hears(card, WAITS)
    answer = await studio.ana.press(card, "Cancel")
    assert answer.message and "Nothing was charged" in answer.message.content
    await studio.hears(await card_in(studio.channel, three), NOT_MADE)
    assert studio.vendor.ledger.charged == 1


async def test_a_clip_that_was_posted_long_ago_is_read_back_and_what_it_hid_stays_hidden(studio: Studio) -> None:
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A secret", image=hidden()))
    done = await studio.hears(card, "Done in")
    two = a_shot(studio, 2, after=_id_on(card))
    await keep(studio, two)
    result = await studio.hears(await card_in(studio.channel, two), "Done in")
    assert result.attachments[0].filename.startswith("SPOILER_")
    assert starts_where(studio, "Shot 2", done) and not (await card_in(studio.channel, two)).attachments


async def test_of_a_clip_that_was_taken_back_nothing_goes_on(studio: Studio) -> None:
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="A kite"))
    asks = await press_more(studio.ana, await studio.hears(card, "Done in"), "Delete")
    assert asks.message
    await studio.ana.press(asks.message, "Delete for everybody")
    await wait_for(lambda: "Taken back" in card_text(card), what="the clip to be taken back")
    two = a_shot(studio, 2, after=_id_on(card))
    await keep(studio, two)
    assert GONE in (await studio.hears(await card_in(studio.channel, two), GONE)).content
    assert studio.vendor.ledger.charged == 1


@pytest.mark.vendor(pending=0.3, processing=3)
async def test_a_clip_that_no_place_takes_can_be_gone_on_from(studio: Studio) -> None:
    closed = studio.add_channel("closed")
    one = a_shot(studio, 1, channel_id=closed.id)
    two = a_shot(studio, 2, after=one.id)
    await keep(studio, one, two)
    await studio.hears(await card_in(closed, one), "Rendering")
    closed.set_overwrite(studio.guild.bot, deny=Permissions.VIEW_CHANNEL)
    direct = f"/channels/{studio.ana.direct.id}/messages$"
    studio.discord.faults.answer_next(direct, status=403, code=50007, times=None)
    await wait_for(lambda: "No venue takes the clip" in studio.bot.log, what="the clip to be kept")
    done = await studio.hears(await card_in(studio.channel, two), "Done in")
    assert done.attachments and studio.vendor.ledger.by_prompt("Shot 2")[0].picture


CLIPS_POSTED = "SELECT job_id FROM posts WHERE key = 'completed'"
CLOSED_AGAIN = "bot.tracker.going_on:CLOSED_AGAIN"


@pytest.mark.clocks({CLOSED_AGAIN: 0.5})
async def test_a_clip_in_a_place_that_is_closed_just_now_is_gone_on_from_when_it_opens(studio: Studio) -> None:
    closed = studio.add_channel("closed")
    card = card_of(await studio.ana.run(closed, "video", prompt="A kite"))
    done = await studio.hears(card, "Done in")
    await wait_for(lambda: written(studio, CLIPS_POSTED), what="the clip's message to be written down")
    closed.set_overwrite(studio.guild.bot, deny=Permissions.VIEW_CHANNEL)
    two = a_shot(studio, 2, after=_id_on(card))
    await keep(studio, two)
    await studio.hears(await card_in(studio.channel, two), WAITS)
    await wait_for(lambda: studio.bot.log.count("cannot be read yet") > 1, timeout=60, what="it to be tried again")
    closed.clear_overwrite(studio.guild.bot)
    await studio.hears(await card_in(studio.channel, two), "Done in")
    assert starts_where(studio, "Shot 2", done)


@pytest.mark.clocks({CLOSED_AGAIN: 0.5, "bot.tracker.going_on:BROUGHT_WITHIN": 4.0})
async def test_what_stays_closed_is_not_waited_for_for_ever(studio: Studio) -> None:
    closed = studio.add_channel("closed")
    card = card_of(await studio.ana.run(closed, "video", prompt="A kite"))
    await studio.hears(card, "Done in")
    await wait_for(lambda: written(studio, CLIPS_POSTED), what="the clip's message to be written down")
    closed.set_overwrite(studio.guild.bot, deny=Permissions.VIEW_CHANNEL)
    two = a_shot(studio, 2, after=_id_on(card))
    await keep(studio, two)
    assert "Nothing was charged" in (await studio.hears(await card_in(studio.channel, two), GONE)).content
    assert studio.vendor.ledger.charged == 1


@pytest.mark.vendor(pending=0.3, processing=6)
async def test_a_shot_goes_on_elsewhere_from_a_clip_that_another_machine_fetched(company: Company) -> None:
    # what a studio is for a story, a company is, too
    studio: Any = company
    one = a_shot(studio, 1)
    two = a_shot(studio, 2, after=one.id)
    await insert(company.database_url, one, two)
    first = await company.hire()
    await company.wait_for_commands()
    card, child = await card_in(company.channel, one), await card_in(company.channel, two)
    await company.hears(card, "Done in")
    await wait_for(lambda: company.vendor.ledger.charged == 2, what="the shot after it")
    await company.hire()
    await first.kill()
    assert (await company.hears(child, "Done in")).attachments
    three = a_shot(studio, 3, after=two.id, worker=None)
    await insert(company.database_url, three)
    # of what is nobody's a start finds out; its disk never had the clip
    await company.hire()
    await company.hears(await card_in(company.channel, three), "Done in")
    assert company.vendor.ledger.charged == 3 and company.vendor.ledger.by_prompt("Shot 3")[0].picture


@pytest.mark.vendor(pending=0.3, processing=2)
async def test_what_is_sent_again_takes_those_along_that_wait_for_it(studio: Studio) -> None:
    studio.vendor.faults.next_posts(faults.reset(accepted=True))
    one = a_shot(studio, 1)
    two = a_shot(studio, 2, after=one.id)
    await keep(studio, one, two)
    card, child = await card_in(studio.channel, one), await card_in(studio.channel, two)
    doubt = await studio.hears(card, "I cannot tell whether")
    await studio.hears(child, WAITS)
    again = card_of(await studio.ana.press(doubt, AGAIN))
    done = await studio.hears(again, "Done in")
    await studio.hears(child, "Done in")
    assert starts_where(studio, "Shot 2", done) and studio.vendor.ledger.charged == 3


async def test_moderators_are_asked_at_once_and_not_about_what_can_never_be_made(studio: Studio) -> None:
    reviews = studio.add_channel("reviews")
    mo = studio.member("Mo", moderator=True)
    set_rules(studio, {"review": {"channel": str(reviews.id), "before_sending": "all"}})
    one, other = a_shot(studio, 1), a_shot(studio, 5)
    two, last = a_shot(studio, 2, after=one.id), a_shot(studio, 6, after=other.id)
    await keep(studio, *(in_review(shot) for shot in (one, two, other, last)))
    asks = {number: await question(reviews, f"Shot {number}") for number in (1, 2, 5, 6)}
    assert not asks[2].attachments
    # before the one that it goes on from
    await mo.press(asks[2], "Approve")
    child = await card_in(studio.channel, two)
    await wait_for(lambda: WAITS in card_text(child), what=card_text(child))
    await mo.submit(await mo.press(asks[5], "Deny"))
    await studio.hears(await card_in(studio.channel, last), NOT_MADE)
    await wait_for(lambda: not asks[6].components, what="the question to be taken back")
    await mo.press(asks[1], "Approve")
    await studio.hears(child, "Done in")
    assert studio.vendor.ledger.charged == 2


def _weighed(shot: Job, _: object) -> Weighed:
    asked_for = Review(
        job_id=shot.id,
        kind=Kind.SENDING,
        guild_id=shot.guild_id or 0,
        asker_id=shot.asker_id,
        asked_at=time.time(),
        why="all",
    )
    return Weighed(job=shot, review=asked_for if shot.under_review else None)


def _id_on(card: Message) -> str:
    return str(card.embeds[0]["footer"]["text"]).removeprefix("job ")
