"""What a job looks like, in every status and with the worst of texts, within Discord's limits."""

import re
from dataclasses import replace
from typing import Any

import discord
import pytest

from bot.catalogue import Extras, Shots, read_catalogue
from bot.display import Clip
from bot.extras import SETTINGS
from bot.jobs import CLIP_LIFE, Decision, Job, PictureState, Status, Venue, change, job_id, visible_status
from bot.outlook import Outlook, Standing
from bot.reasons import DOUBTS, NO_FAILURES, Reason
from bot.usual_times import expect
from bot.video_request import Refusal
from cogs.pressing.components import Component, read_id
from cogs.pressing.presses import DOES
from cogs.showing.buttons import card_buttons, more_verbs, refusal_buttons, reply_buttons
from cogs.showing.card import PICTURE_NAME, POSTER_NAME, card
from cogs.showing.refusals import refusal_text
from cogs.showing.replies import (
    LINK_SHOWN,
    PINGS,
    clip_name,
    clip_reply,
    is_clip,
    reply,
    reply_keys,
    stands_for_clip,
    thread_name,
)
from cogs.words.languages import languages
from cogs.words.wording import pattern
from tests.jobs import REQUEST, a_job

CATALOGUE = read_catalogue()
SORA = CATALOGUE.default
SOMEBODY = 1_400_000_000_000_000_000
LARGEST_ID = job_id(2**63 - 1)

EXPECTED = expect(SORA)
OUTLOOK = Outlook(expected=EXPECTED)
OUTLOOKS = {
    "no wait": OUTLOOK,
    "next": Outlook(expected=EXPECTED, standing=Standing(place=1, wait=20)),
    "soon": Outlook(expected=EXPECTED, standing=Standing(place=2, wait=90)),
    "far": Outlook(expected=EXPECTED, standing=Standing(place=112, wait=20_000)),
}

PROMPTS = {
    "plain": "A paper boat crosses a rain-lit street at night",
    "stars": "*" * 2000,
    "ticks": "`" * 2000,
    "one word": "a" * 2000,
    "everyone": f"@everyone @here <@{SOMEBODY}> <@&{SOMEBODY}> " * 30,
    "markdown": "# Title\n> quote\n- item\n[text](https://example.com) ||spoiler|| ~~gone~~ __under__\n```\ncode\n```",
    "lines": "\n".join("ab" for _ in range(600)),
    "far script": "紙の船" * 600,
    "emoji": "🎬" * 2000,
    "braces": "{asker} {0} {model!r} {",
    "path": "../../etc/passwd\x00",
    "one letter": "x",
}
DETAILS = {
    "none": None,
    "plain": "Prompt contains restricted content.",
    "hostile": f"**@everyone** `<@{SOMEBODY}>" * 100,
}

WISHED = Extras(
    negative="**@everyone** `" * 200,
    seed=4_294_967_295,
    sound=False,
    resolution="1080P",
    shots=Shots.SEVERAL,
    last=True,
    references=9,
)
VARIANTS: dict[str, Job] = {
    **{status: a_job(status=status) for status in Status},
    "with all that a model may take": a_job(request=replace(REQUEST, extras=WISHED)),
    "with all of it left out": a_job(request=replace(REQUEST, extras=Extras(left_out=SETTINGS))),
    "reading another": a_job(further=PictureState.LINK),
    "reading": a_job(picture=PictureState.LINK),
    "awaiting": a_job(picture=PictureState.AWAITED),
    "busy": a_job(wait=Reason.BUSY),
    "unreached": a_job(wait=Reason.UNREACHED),
    "intercepted": a_job(wait=Reason.INTERCEPTED),
    "late": a_job(status=Status.EXPIRED, late=True),
    **{f"{status}, unseen": a_job(status=status, wait=Reason.UNSEEN) for status in (Status.IN_REVIEW, Status.HELD)},
    **{
        f"{status}, unreviewed": a_job(status=status, reason=Reason.UNREVIEWED)
        for status in (Status.DENIED, Status.REJECTED)
    },
    "approved": a_job(status=Status.PENDING, shown=Status.IN_REVIEW),
    "approved, changed": a_job(status=Status.QUEUED, shown=Status.IN_REVIEW, asked_prompt="*" * 2000),
    "clip late": a_job(status=Status.PROCESSING, wait=Reason.CLIP_LATE),
    "sent again": a_job(status=Status.UNCONFIRMED, decided=Decision.SENT_AGAIN),
    "left": a_job(status=Status.UNCONFIRMED, decided=Decision.LEFT),
    **{f"unconfirmed, {reason}": a_job(status=Status.UNCONFIRMED, reason=reason) for reason in DOUBTS},
    "by message": a_job(status=Status.COMPLETED, venue=Venue.DIRECT),
    **{
        f"failed {reason}": a_job(status=Status.FAILED, reason=reason, facts={"kind": None})
        for reason in Reason
        if reason not in (*NO_FAILURES, Reason.PICTURE_TOO_SMALL)
    },
}

variants = pytest.mark.parametrize("job", VARIANTS.values(), ids=VARIANTS.keys())
outlooks = pytest.mark.parametrize("outlook", OUTLOOKS.values(), ids=OUTLOOKS.keys())
prompts = pytest.mark.parametrize("prompt", PROMPTS.values(), ids=PROMPTS.keys())
every_language = pytest.mark.parametrize("locale", languages())
details = pytest.mark.parametrize("detail", DETAILS.values(), ids=DETAILS.keys())


def worst(job: Job, prompt: str = "A boat", detail: str | None = None) -> Job:
    """The job with everything that comes from outside as bad as it can be."""
    name = "**@everyone**" + "_" * 100
    request = replace(job.request, prompt=prompt)
    return replace(job, id=LARGEST_ID, request=request, detail=detail, asker_name=name, asker_id=2**63 - 1)


def without_own_ping(text: str, job: Job) -> str:
    return text.removeprefix(f"<@{job.asker_id}> ")


# --- limits and safety


@variants
@prompts
@outlooks
async def test_a_card_keeps_the_limits(job: Job, prompt: str, outlook: Outlook) -> None:
    job = worst(job, prompt)
    embed = card(job, SORA, outlook, picture=PICTURE_NAME)
    assert 0 < len(embed.description or "") <= 4096
    assert len(embed) <= 6000
    assert "@everyone" not in (embed.description or "")
    assert f"@{SOMEBODY}" not in (embed.description or "")
    assert embed.thumbnail.url == "attachment://picture.jpg"
    check_view(card_buttons(job))


@variants
@details
@outlooks
async def test_a_reply_keeps_the_limits(job: Job, detail: str | None, outlook: Outlook) -> None:
    job = worst(job, "A boat", detail)
    if visible_status(job) is None:
        return
    text = without_own_ping(reply(job, SORA, outlook), job)
    assert 0 < len(text) <= 1900
    assert "@everyone" not in text
    assert f"@{SOMEBODY}" not in text
    assert "None" not in text
    check_view(reply_buttons(job, CATALOGUE))


@every_language
@variants
async def test_the_longest_texts_keep_the_limits_in_every_language(job: Job, locale: str) -> None:
    job = replace(worst(job, PROMPTS["stars"], DETAILS["hostile"]), locale=locale)
    for outlook in OUTLOOKS.values():
        assert len(card(job, SORA, outlook, picture=PICTURE_NAME).description or "") <= 4096
        if visible_status(job):
            assert 0 < len(reply(job, SORA, outlook)) <= 1950
    check_view(card_buttons(job))
    check_view(reply_buttons(job, CATALOGUE))
    large = a_large_one(locale=locale, links=("https://x/" + "a" * (LINK_SHOWN - 10),), asker_id=2**63 - 1)
    for clip in (Clip(part=0, size=10**10, became=None), Clip(part=0, size=10**10, became=10**9, is_copy=True)):
        text = clip_reply(large, SORA, OUTLOOKS["far"], clip, MADE)
        assert "https://" in text and len(text) <= 2000


def check_view(view: discord.ui.View | None) -> None:
    if view is None:
        return
    assert view.timeout is None
    assert view.children
    for item in view.children:
        assert isinstance(item, Component) and isinstance(item.item, discord.ui.Button)
        assert 1 <= len(item.item.label or "") <= 80
        assert 1 <= len(item.item.custom_id or "") <= 100


@prompts
def test_the_prompt_can_still_be_read(prompt: str) -> None:
    text = card(worst(a_job(), prompt), SORA, OUTLOOK).description or ""
    plain = re.sub(r"[\\\u200b]", "", text)
    start = re.sub(r"\\", "", prompt)[:20]
    assert plain.startswith(start)
    assert "1280×720" in text


@prompts
def test_a_thread_has_a_name(prompt: str) -> None:
    name = thread_name(worst(a_job(), prompt))
    assert 1 <= len(name) <= 100
    assert name == name.strip()
    assert "\n" not in name


@prompts
@pytest.mark.parametrize("part", [0, 1, 10])
def test_a_clip_has_a_safe_name_with_its_job(prompt: str, part: int) -> None:
    name = clip_name(worst(a_job(), prompt), part)
    assert re.fullmatch(r"[a-z0-9-]{1,80}\.mp4", name)
    assert LARGEST_ID in name
    assert not name.startswith("-")


def test_a_hidden_clip_is_known_by_its_name_with_and_without_the_mark() -> None:
    job = a_job(spoiler=True)
    name = clip_name(job, 1)
    assert name == f"SPOILER_{clip_name(a_job(), 1)}"
    assert is_clip(name, job, 1) and is_clip(name.removeprefix("SPOILER_"), job, 1) and not is_clip(name, job, 0)


def test_each_clip_of_a_job_has_its_own_name() -> None:
    assert len({clip_name(a_job(), part) for part in range(3)}) == 3


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("suffix", ["", "1", "9"])
def test_a_nonce_is_short_enough(status: Status, suffix: str) -> None:
    if suffix and status is not Status.COMPLETED:
        return
    assert len(f"{LARGEST_ID}:{status}{suffix}") <= 25


def test_a_refusal_is_safe_to_show() -> None:
    wish = {"model": "**@everyone** " + "x" * 3000, "models": ("Sora 2", "Sora 2 Pro")}
    text = refusal_text("en-US", Refusal(code="no_such_model", facts=wish))
    assert len(text) <= 1000
    assert "@everyone" not in text
    assert "Sora 2 and Sora 2 Pro" in text


@pytest.mark.parametrize(
    ("kind", "words"), [("pdf", "in pdf format"), ("svg", "in svg format"), (None, "no picture that I know")]
)
def test_a_refused_file_is_named(kind: str | None, words: str) -> None:
    text = refusal_text("en-US", Refusal(code="picture_not_a_picture", facts={"kind": kind}))
    assert text.startswith(f"That file is {words}.")
    # late, when nobody else could see it, it is the very same sentence
    late = a_job(status=Status.FAILED, reason=Reason.PICTURE_NOT_A_PICTURE, facts={"kind": kind})
    assert reply(late, SORA, OUTLOOK) == f"<@7> {text}\nNothing was charged."


# --- what it says


@variants
def test_only_who_asked_is_pinged_and_only_at_the_end(job: Job) -> None:
    if visible_status(job) is None:
        return
    assert (f"<@{job.asker_id}>" in reply(job, SORA, OUTLOOK)) is (job.status in PINGS)


CHARGES = {
    "nothing was sent": (a_job(status=Status.FAILED, reason=Reason.CREDIT), "Nothing was charged."),
    "it failed there": (a_job(status=Status.FAILED, reason=Reason.CONTENT, task_id="t"), "does not say whether"),
    "it was made": (a_job(status=Status.FAILED, reason=Reason.NO_VIDEO, task_id="t"), "most likely charged"),
    "it was cancelled": (a_job(status=Status.CANCELLED), "Nothing was charged."),
    "nobody knows": (a_job(status=Status.UNCONFIRMED), "It may have been charged."),
    "it goes on": (a_job(status=Status.UNFOLLOWED, task_id="t"), "may still finish this, and charge it"),
}


@pytest.mark.parametrize(("job", "words"), CHARGES.values(), ids=CHARGES.keys())
def test_whether_it_cost_something(job: Job, words: str) -> None:
    assert words in reply(job, SORA, OUTLOOK)


def test_a_content_refusal_names_the_rules_and_the_vendors_words() -> None:
    text = reply(a_job(status=Status.FAILED, reason=Reason.CONTENT, detail="No faces."), SORA, OUTLOOK)
    assert "Sora 2 Pro refused this: “No faces”." in text
    assert "real people" in text


def test_a_finished_job_says_how_long_and_how_large() -> None:
    job = a_job(status=Status.COMPLETED, created_at=1000.0, status_since=1252.4)
    assert reply(job, SORA, OUTLOOK) == "<@7> Done in 4 min 12 s: 8 s, 1280×720."


LINKS = ("https://x/v.mp4", "https://x/w.mp4")
MADE = 5000.0


def a_large_one(**fields: Any) -> Job:
    return a_job(status=Status.COMPLETED, **{"links": LINKS, "made_at": MADE, **fields})


LARGE = 30 * 2**20
UPLOADS = {
    "whole": (Clip(part=0, size=LARGE, became=LARGE), None),
    "smaller": (Clip(part=0, size=LARGE, became=LARGE // 4, is_copy=True), "Shrunk from 30 MB to 7.5 MB"),
    "converted": (Clip(part=0, size=LARGE, became=LARGE + 1, is_copy=True), "Converted to H.264 and AAC"),
    "not at all": (Clip(part=0, size=LARGE, became=None), "The clip has 30 MB, more than can be uploaded here"),
}
uploads = pytest.mark.parametrize(("clip", "words"), UPLOADS.values(), ids=UPLOADS)


def clip_text(job: Job, clip: Clip, part: int = 0, now: float = MADE) -> str:
    return clip_reply(job, SORA, OUTLOOK, replace(clip, part=part), now)


@uploads
@pytest.mark.parametrize("part", [0, 1])
def test_how_a_clip_comes_is_said_and_where_the_original_is(clip: Clip, words: str | None, part: int) -> None:
    job = a_large_one()
    text = clip_text(job, clip, part)
    assert text.startswith("Part 2 of 2." if part else "<@7> Done in ")
    if words is None:
        assert text == ("Part 2 of 2." if part else reply(job, SORA, OUTLOOK))
    else:
        assert words in text and f"<t:{int(MADE + CLIP_LIFE)}:t>" in text
        assert text.rstrip(">").endswith(LINKS[part])


def test_a_link_to_what_is_hidden_is_hidden_too() -> None:
    job = a_large_one(spoiler=True)
    assert clip_text(job, UPLOADS["not at all"][0]).endswith(f" ||{LINKS[0]}||")
    assert clip_text(job, UPLOADS["smaller"][0]).endswith(f"<{LINKS[0]}>")


def test_only_the_link_that_stands_for_a_clip_is_shown_large() -> None:
    assert clip_text(a_large_one(), UPLOADS["smaller"][0]).endswith(f"<{LINKS[0]}>")
    assert clip_text(a_large_one(), UPLOADS["not at all"][0]).endswith(f" {LINKS[0]}")


UNLINKED = {
    "it has ended": (LINKS, MADE + CLIP_LIFE),
    "it is longer than a message": (("https://x/" + "a" * 2000,), MADE),
}


@uploads
@pytest.mark.parametrize(("links", "now"), UNLINKED.values(), ids=UNLINKED.keys())
def test_a_link_that_helps_nobody_is_not_given(
    clip: Clip, words: str | None, links: tuple[str, ...], now: float
) -> None:
    text = clip_text(a_large_one(links=links), clip, now=now)
    assert "https://" not in text
    assert words is None or (words in text and "still has it" in text)


@uploads
@prompts
def test_a_reply_with_the_longest_link_fits_a_message(clip: Clip, words: str | None, prompt: str) -> None:
    job = worst(a_large_one(venue=Venue.DIRECT, spoiler=True, links=("https://x/" + "a" * (LINK_SHOWN - 10),)), prompt)
    assert len(clip_text(job, clip)) <= 2000


def test_the_link_lives_as_long_as_the_vendor_says_not_as_long_as_we_know_of_it() -> None:
    clip = UPLOADS["not at all"][0]
    job = a_large_one(made_at=MADE, status_since=MADE + CLIP_LIFE)
    assert clip_text(job, clip, part=1, now=MADE + CLIP_LIFE - 1).endswith(LINKS[1])
    unknown = replace(job, made_at=None)
    assert LINKS[0] in clip_text(unknown, clip, now=MADE + 2 * CLIP_LIFE - 1)


@pytest.mark.parametrize("reason", DOUBTS)
def test_why_nobody_can_tell_is_said(reason: Reason) -> None:
    told = {
        each: reply(a_job(status=Status.UNCONFIRMED, reason=each, detail="HTTP 502"), SORA, OUTLOOK) for each in DOUBTS
    }
    assert "cannot tell whether MuleRun accepted it" in told[reason]
    assert "I did not send it a second time." in told[reason]
    assert list(told.values()).count(told[reason]) == 1
    assert ("“HTTP 502”" in told[reason]) is (reason is Reason.ANSWER_UNCLEAR)


VERBS = {
    **dict.fromkeys(
        (Status.IN_REVIEW, Status.QUEUED, Status.SUBMITTING, Status.PENDING, Status.PROCESSING), ("cancel",)
    ),
    **dict.fromkeys((Status.EXPIRED, Status.UNFOLLOWED), ("look",)),
    Status.UNCONFIRMED: ("again", "leave"),
}
REPLY_VERBS = {
    **{status: verbs for status, verbs in VERBS.items() if verbs != ("cancel",)},
    Status.COMPLETED: ("repeat", "change", "continue", "more"),
    Status.FAILED: ("change", "repeat"),
    Status.CANCELLED: ("change",),
    **dict.fromkeys((Status.DENIED, Status.REJECTED), ("change", "why")),
}


@pytest.mark.parametrize("status", Status)
async def test_each_status_has_its_buttons(status: Status) -> None:
    expected = VERBS.get(status, ())
    assert verbs(card_buttons(a_job(status=status))) == expected
    assert verbs(reply_buttons(a_job(status=status), CATALOGUE)) == REPLY_VERBS.get(status, ())


@pytest.mark.parametrize(("may_decide", "last"), [(True, ("tree", "delete")), (False, ("model", "tree"))])
async def test_behind_more_is_what_somebody_may_do(may_decide: bool, last: tuple[str, ...]) -> None:
    offered = more_verbs(a_job(status=Status.COMPLETED), CATALOGUE, may_decide=may_decide)
    assert offered[:2] == ("longer", "shorter") and offered[-2:] == last
    assert {*offered} <= DOES.keys()


async def test_a_moderator_is_offered_where_one_can_be_asked() -> None:
    assert verbs(refusal_buttons("en-US", Refusal(code="rule_paused", appeal="abc"))) == ("appeal",)
    assert refusal_buttons("en-US", Refusal(code="rule_paused")) is None


async def test_a_decision_is_offered_once() -> None:
    assert card_buttons(a_job(status=Status.UNCONFIRMED, decided=Decision.LEFT)) is None


def verbs(view: discord.ui.View | None) -> tuple[str, ...]:
    """Each of them is one that the table of presses knows."""
    ids = [read_id(item.custom_id) for item in view.children if isinstance(item, Component)] if view else []
    found = tuple(read[0] for read in ids if read)
    assert {*found} <= DOES.keys()
    return found


# --- knowing a reply again

BEFORE_THE_END = (Status.IN_REVIEW, Status.QUEUED, Status.PENDING, Status.PROCESSING, Status.EXPIRED, Status.UNFOLLOWED)
EARLIER = {
    Status.IN_REVIEW: (),
    Status.DENIED: (Status.IN_REVIEW,),
    Status.QUEUED: (Status.IN_REVIEW,),
    Status.PENDING: (Status.IN_REVIEW, Status.QUEUED),
    Status.PROCESSING: (Status.IN_REVIEW, Status.QUEUED, Status.PENDING),
    Status.HELD: BEFORE_THE_END,
    Status.REJECTED: (*BEFORE_THE_END, Status.HELD),
    Status.COMPLETED: (*BEFORE_THE_END, Status.HELD),
    Status.FAILED: BEFORE_THE_END,
    Status.CANCELLED: (Status.QUEUED,),
    Status.UNCONFIRMED: (Status.QUEUED,),
    Status.UNFOLLOWED: BEFORE_THE_END[:5],
    Status.EXPIRED: BEFORE_THE_END[:4],
}


def replies(status: Status, locale: str) -> list[str]:
    jobs = [
        replace(job, detail=detail, locale=locale)
        for job in VARIANTS.values()
        if job.status is status
        for detail in DETAILS.values()
    ]
    return [reply(job, SORA, outlook) for job in jobs for outlook in OUTLOOKS.values()]


def is_said(text: str, status: Status, locale: str) -> bool:
    return any(pattern(locale, key).search(text) for key in reply_keys(status))


@every_language
@pytest.mark.parametrize("status", EARLIER)
def test_a_reply_is_known_again_and_no_earlier_one_is_taken_for_it(status: Status, locale: str) -> None:
    # a job that is done is known by its clip, not by its words: they may have been posted without it
    # and one that was posted before there was a translation is known, too
    for said in (locale, "en-US"):
        known = status is not Status.COMPLETED
        assert all(is_said(text, status, locale) is known for text in replies(status, said))
        assert not any(is_said(text, status, locale) for earlier in EARLIER[status] for text in replies(earlier, said))


@every_language
@uploads
@pytest.mark.parametrize("now", [MADE, MADE + CLIP_LIFE])
def test_what_stands_for_a_clip_is_known_again_and_for_which(
    clip: Clip, words: str | None, now: float, locale: str
) -> None:
    # one that has its clip is known by that
    job = a_large_one(links=LINKS[:1] * 12, locale=locale)
    for part in (0, 1, 11):
        text = clip_text(job, clip, part, now)
        stands_for = [other for other in range(12) if stands_for_clip(text, job, other)]
        assert stands_for == ([part] if clip.became is None else [])


def test_the_card_of_a_finished_clip_shows_it_large() -> None:
    job = a_job(status=Status.COMPLETED)
    embed = card(job, SORA, OUTLOOK, picture=POSTER_NAME)
    assert embed.image.url == "attachment://poster.jpg"
    assert embed.thumbnail.url is None


def test_the_picture_not_read_yet_leaves_the_size_open() -> None:
    request = replace(REQUEST, size_given=False)
    unread = a_job(picture=PictureState.LINK, request=request)
    assert "1280×720" not in str(card(unread, SORA, OUTLOOK).description)
    read = change(unread, 0.0, Status.QUEUED, picture=PictureState.READ)
    assert "1280×720" in str(card(read, SORA, OUTLOOK, picture=PICTURE_NAME).description)


WAITING = {
    "no wait": "◌ Waiting for Sora 2 Pro · since <t:1001:R> · usually 3–8 minutes",
    "next": "◌ In line, 1st · less than a minute until it is sent",
    "soon": "◌ In line, 2nd · about 2 minutes until it is sent",
    "far": "◌ In line, 150th · about 6 hours until it is sent",
}


@pytest.mark.parametrize(("outlook", "words"), WAITING.items())
def test_a_card_says_what_its_job_waits_for(outlook: str, words: str) -> None:
    text = str(card(a_job(), SORA, OUTLOOKS[outlook]).description)
    assert text.splitlines()[-1] == words


@pytest.mark.parametrize("status", [Status.SUBMITTING, Status.PENDING])
def test_a_job_that_was_taken_from_the_line_no_longer_shows_its_place(status: Status) -> None:
    text = str(card(a_job(status=status), SORA, OUTLOOKS["soon"]).description)
    assert "Waiting for Sora 2 Pro" in text and "2nd" not in text


# --- a model that is not to be had

INSTEAD = Outlook(expected=EXPECTED, instead=read_catalogue().models["veo-3.1"])


@pytest.mark.parametrize(
    ("reason", "said", "shown"),
    [
        (Reason.NO_MODEL, "MuleRun does not offer Sora 2 Pro any more.", "MuleRun does not offer Sora 2 Pro any more"),
        (
            Reason.ACCESS,
            "This bot's MuleRun key may not use Sora 2 Pro: “Beta”.",
            "this bot's MuleRun key may not use Sora 2 Pro",
        ),
        (
            Reason.MODEL_REMOVED,
            "Sora 2 Pro is no longer among this bot's models.",
            "Sora 2 Pro is no longer offered here",
        ),
    ],
)
def test_a_model_that_is_not_to_be_had_is_named_with_what_comes_nearest(reason: Reason, said: str, shown: str) -> None:
    job = a_job(status=Status.FAILED, reason=reason, detail="Beta")
    assert f"{said} The nearest to it is Veo 3.1.\n" in reply(job, SORA, INSTEAD)
    assert f"{said} Whoever runs the bot can choose another model.\n" in reply(job, SORA, OUTLOOK)
    assert shown in str(card(job, SORA, INSTEAD).description)
    for view in (card_buttons(job, INSTEAD), reply_buttons(job, CATALOGUE, INSTEAD)):
        assert verbs(view)[0] == "nearest"
        button = view.children[0] if view else None
        assert (
            isinstance(button, Component)
            and isinstance(button.item, discord.ui.Button)
            and button.item.label == "Use Veo 3.1"
        )
    assert card_buttons(job, OUTLOOK) is None


def test_what_stands_in_for_the_default_says_so() -> None:
    veo = read_catalogue().models["veo-3.1"]
    job = a_job(request=replace(REQUEST, model=veo.id, by_default=SORA.id))
    outlook = replace(OUTLOOK, stands_in_for=SORA)
    assert "\nSora 2 Pro is not to be had just now; made with Veo 3.1.\n" in str(card(job, veo, outlook).description)


# --- the price


@pytest.mark.parametrize(
    ("price", "shown"),
    [
        ({}, "8 s · 1280×720\n"),
        ({"1280x720": 0.3}, "8 s · 1280×720 · about 2.40\n"),
        ({"1280x720": 12}, "8 s · 1280×720 · about 96.00\n"),
        ({"720x1280": 0.3}, "8 s · 1280×720\n"),
    ],
)
def test_a_card_shows_what_it_costs_when_the_operator_said_so(price: dict[str, float], shown: str) -> None:
    model = replace(SORA, price=price)
    assert shown in str(card(a_job(), model, OUTLOOK).description)
    # while the size may still change with the picture, nobody knows
    unread = a_job(picture=PictureState.LINK, request=replace(REQUEST, size_given=False))
    assert "about" not in str(card(unread, model, OUTLOOK).description).split("\n")[2]
