"""The pure rules of a job, edge by edge."""

import re
from dataclasses import replace
from typing import Any

import pytest

from bot.jobs import (
    AT_VENDOR,
    ENDED,
    SUBMIT_PATIENCE,
    WAITING,
    WAITS_AFTER,
    Decision,
    Face,
    Job,
    PictureState,
    Status,
    Step,
    Venue,
    card_face,
    completed,
    event_of,
    failed,
    job_id,
    may_show_start,
    needs_drawing,
    needs_saying,
    next_step,
    next_venue,
    put_back,
    say_from,
    sent,
    shows_start,
    told_late,
    visible_status,
)
from bot.outlook import Standing
from bot.reasons import Reason
from tests.jobs import a_job

STEPS = {
    Status.SUBMITTING: Step.DOUBT,
    Status.PENDING: Step.LOOK,
    Status.PROCESSING: Step.LOOK,
    Status.EXPIRED: Step.LOOK,
}


@pytest.mark.parametrize("status", [s for s in Status if s not in (Status.IN_REVIEW, Status.QUEUED)])
@pytest.mark.parametrize("picture", PictureState)
def test_after_the_line_the_status_alone_decides(status: Status, picture: PictureState) -> None:
    assert next_step(a_job(status=status, picture=picture)) is STEPS.get(status)


@pytest.mark.parametrize(
    ("picture", "step"),
    [
        (PictureState.NONE, None),
        (PictureState.LINK, Step.READ),
        (PictureState.AWAITED, Step.READ),
        (PictureState.READ, Step.FIT),
        (PictureState.FITTED, None),
    ],
)
def test_in_the_line_the_picture_decides(picture: PictureState, step: Step | None) -> None:
    assert next_step(a_job(picture=picture)) is step


@pytest.mark.parametrize("picture", PictureState)
def test_before_the_line_a_picture_is_read_for_whoever_decides(picture: PictureState) -> None:
    step = Step.READ if picture in (PictureState.LINK, PictureState.AWAITED) else None
    assert next_step(a_job(status=Status.IN_REVIEW, picture=picture)) is step


def test_what_is_beside_a_picture_that_is_awaited_is_not_fitted_before_that() -> None:
    assert next_step(a_job(picture=PictureState.AWAITED, further=PictureState.READ)) is Step.READ


def test_every_status_is_waiting_at_the_vendor_or_ended() -> None:
    assert {Status.IN_REVIEW, Status.QUEUED, *AT_VENDOR, Status.HELD, *ENDED} == set(Status)
    assert not {Status.IN_REVIEW, Status.HELD, *AT_VENDOR} & set(ENDED)


@pytest.mark.parametrize(
    ("job", "may", "shows"),
    [
        (a_job(card_face=Face(status=Status.QUEUED, size="1280x720")), True, True),
        (a_job(spoiler=True, card_face=Face(status=Status.QUEUED, size="1280x720")), False, False),
        (a_job(unapproved=True, card_face=Face(status=Status.CANCELLED, size="1280x720")), False, False),
        # approved since its card was drawn: it is put there now
        (a_job(card_face=Face(status=Status.IN_REVIEW, size="1280x720")), True, False),
    ],
)
def test_a_picture_that_no_moderator_let_through_is_on_no_card(job: Job, may: bool, shows: bool) -> None:
    assert (may_show_start(job), shows_start(job)) == (may, shows)


def test_a_clip_that_moderators_are_to_see_first_is_held_until_they_did() -> None:
    held = completed(a_job(status=Status.PROCESSING, held=True), 5.0, ("https://x",), 4.0)
    assert (held.status, held.under_review) == (Status.HELD, True)
    assert completed(replace(held, held=False), 6.0, held.links, 4.0).status is Status.COMPLETED


# --- what people see


@pytest.mark.parametrize("status", Status)
def test_only_sending_and_taking_back_are_not_told(status: Status) -> None:
    assert visible_status(a_job(status=status)) is (None if status in (Status.SUBMITTING, Status.DELETED) else status)


FACES = {
    "status": {"status": Status.PROCESSING},
    "wait": {"wait": Reason.BUSY},
    "reason": {"status": Status.FAILED, "reason": Reason.CONTENT},
    "decision": {"status": Status.UNCONFIRMED, "decided": Decision.LEFT},
    "lateness": {"status": Status.EXPIRED, "late": True},
    "the picture is not read": {"picture": PictureState.LINK},
    "the picture is not there": {"picture": PictureState.AWAITED},
}


@pytest.mark.parametrize("fields", FACES.values(), ids=FACES.keys())
def test_what_the_card_shows_changes_its_face(fields: dict[str, Any]) -> None:
    assert card_face(a_job(**fields)) != card_face(a_job())


@pytest.mark.parametrize("fields", [{"status": Status.SUBMITTING}, {"attempts": 3}, {"epoch": 9}, {"not_before": 5.0}])
def test_what_the_card_does_not_show_leaves_its_face(fields: dict[str, Any]) -> None:
    assert card_face(a_job(**fields)) == card_face(a_job())


def shown(job: Job, **fields: object) -> Job:
    """The job when Discord is up to date about it, then changed."""
    told: dict[str, Any] = {"shown": visible_status(job), "card_face": card_face(job)}
    return replace(job, **{**told, **fields})


@pytest.mark.parametrize(
    ("job", "saying", "drawing"),
    [
        (a_job(), False, True),
        (a_job(card_id=5), True, True),
        (a_job(venue=Venue.DIRECT), True, False),
        (shown(a_job(card_id=5)), False, False),
        (shown(a_job(card_id=5), status=Status.SUBMITTING), False, False),
        (shown(a_job(card_id=5), status=Status.PENDING), True, False),
        (shown(a_job(card_id=5), status=Status.PROCESSING), True, True),
        (shown(a_job(card_id=5), wait=Reason.BUSY), False, True),
        (shown(a_job(card_id=5), card_face=Face(status=Status.FAILED)), False, True),
        (a_job(card_id=5, status=Status.COMPLETED, shown=Status.PROCESSING), True, True),
        (shown(a_job(venue=Venue.DIRECT, status=Status.COMPLETED), status=Status.DELETED), False, True),
        (shown(a_job(card_id=5), card_face=Face(status=Status.DELETED, left=True), status=Status.DELETED), False, True),
    ],
)
def test_thread_and_card_are_told_where_they_lag_behind(job: Job, saying: bool, drawing: bool) -> None:
    assert (needs_saying(job), needs_drawing(job)) == (saying, drawing)


@pytest.mark.parametrize(
    ("venue", "left"),
    [
        (Venue.THREAD, Venue.CHANNEL),
        (Venue.CHANNEL, Venue.DIRECT),
        (Venue.PRIVATE, Venue.DIRECT),
        (Venue.DIRECT, None),
    ],
)
def test_venues_only_go_down_and_end(venue: Venue, left: Venue | None) -> None:
    assert next_venue(venue) is left


@pytest.mark.parametrize(
    ("status", "late", "told"),
    [(Status.EXPIRED, True, True), (Status.EXPIRED, False, False), (Status.UNFOLLOWED, True, False)],
)
def test_only_the_last_look_ends_the_looking(status: Status, late: bool, told: bool) -> None:
    assert told_late(a_job(status=status, late=late)) is told


# --- the line

NOW = 2000.0


def test_only_a_job_that_really_waits_is_told_that_it_does() -> None:
    assert say_from(a_job(created_at=NOW)) == NOW + WAITS_AFTER
    assert all(say_from(a_job(status=status)) == 0 for status in Status if status is not Status.QUEUED)


PLACED = Standing(place=3, wait=200.0)
SAME = {"a step nobody sees": Standing(place=3, wait=190.0)}
OTHER = {
    "the next place": Standing(place=2, wait=200.0),
    "a shorter wait": Standing(place=3, wait=100.0),
    "no place": None,
}


@pytest.mark.parametrize("standing", OTHER.values(), ids=OTHER.keys())
def test_a_place_that_is_told_changes_the_face(standing: Standing | None) -> None:
    assert card_face(a_job(), standing) != card_face(a_job(), PLACED)


@pytest.mark.parametrize("standing", SAME.values(), ids=SAME.keys())
def test_what_is_not_told_of_a_place_leaves_the_face(standing: Standing) -> None:
    assert card_face(a_job(), standing) == card_face(a_job(), PLACED)


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.QUEUED])
def test_after_the_line_no_place_is_shown(status: Status) -> None:
    assert card_face(a_job(status=status), PLACED) == card_face(a_job(status=status))


def test_most_jobs_pass_through_the_line_without_an_edit() -> None:
    assert len({card_face(a_job(status=status)) for status in WAITING}) == 1


@pytest.mark.parametrize(
    ("attempts", "retry_after", "pause"),
    [(0, None, 2.0), (0, 30.0, 30.0), (4, 5.0, 32.0), (20, None, 60.0), (20, 600.0, 600.0)],
)
def test_a_job_that_was_not_accepted_waits_the_longer_of_ours_and_theirs(
    attempts: int, retry_after: float | None, pause: float
) -> None:
    back = put_back(a_job(status=Status.SUBMITTING, attempts=attempts), NOW, Reason.BUSY, retry_after)
    assert (back.status, back.wait, back.attempts) == (Status.QUEUED, "busy", attempts + 1)
    assert back.not_before == NOW + pause


def test_patience_counts_from_the_first_time_that_a_job_was_not_accepted() -> None:
    first = put_back(a_job(status=Status.SUBMITTING, created_at=NOW - 2 * SUBMIT_PATIENCE), NOW, Reason.BUSY, None)
    assert (first.status, first.status_since, first.waiting_since) == (Status.QUEUED, NOW, NOW)
    job = replace(first, status=Status.SUBMITTING)
    again = put_back(job, NOW + SUBMIT_PATIENCE, Reason.UNREACHED, None)
    assert (again.status, again.wait, again.waiting_since) == (Status.QUEUED, "unreached", NOW)
    over = put_back(job, NOW + SUBMIT_PATIENCE + 1, Reason.UNREACHED, None)
    assert (over.status, over.reason, over.wait, over.task_id) == (Status.FAILED, "unreached", None, None)


# --- transitions


def test_a_sent_job_knows_its_task_and_forgets_its_waits() -> None:
    after = sent(a_job(wait=Reason.BUSY, detail="old"), NOW, "task", "/path")
    assert (after.status, after.status_since, after.submitted_at) == (Status.PENDING, NOW, NOW)
    assert (after.task_id, after.task_path, after.wait, after.detail) == ("task", "/path", None, None)


def test_a_failed_job_keeps_its_task_and_says_why() -> None:
    after = failed(a_job(status=Status.PROCESSING, task_id="task"), NOW, Reason.CONTENT, "no")
    assert (after.status, after.reason, after.detail, after.task_id) == (Status.FAILED, "content", "no", "task")
    assert failed(a_job(), NOW, Reason.CONTENT).detail is None


def test_facts_are_those_of_the_failure_that_they_came_with() -> None:
    facts = {"kind": "pdf"}
    late = failed(a_job(), NOW, Reason.PICTURE_NOT_A_PICTURE, facts=facts)
    assert late.facts == facts and failed(late, NOW, Reason.PICTURE_GONE).facts == {}


# --- ids

SNOWFLAKES = (0, 1, 35, 36, 1_400_000_000_000_000_000, 2**63 - 1, 2**64 - 1)


@pytest.mark.parametrize("snowflake", SNOWFLAKES)
def test_an_id_is_short_plain_and_turns_back(snowflake: int) -> None:
    assert re.fullmatch("[0-9a-z]{1,16}", job_id(snowflake))
    assert event_of(job_id(snowflake)) == snowflake
    assert job_id(snowflake) == job_id(snowflake)
