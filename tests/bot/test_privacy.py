"""What is kept of whom: named for every column of the schema, emptied wholly, handed out in the promised shape."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from bot.briefs.ideas import Idea, Text
from bot.briefs.notes import Note
from bot.display import Post
from bot.drafts import Form, Link, SavedDraft
from bot.jobs import Decision, PictureState, Status, Step, needs_drawing, next_step, unsaid
from bot.privacy import (
    FILE_SIZE,
    KINDS,
    OF_JOB,
    TABLES,
    VERSION,
    ExportFiles,
    ballot_record,
    draft_record,
    idea_record,
    job_record,
    note_record,
    take_vote_record,
)
from bot.store.schema import is_lagging, is_settled, metadata, to_row
from bot.video_request import Draft
from tests.jobs import a_job

PAGE = (Path(__file__).parent.parent.parent / "PRIVACY.md").read_text(encoding="utf-8")


def link_to(guild_id: int | None, channel_id: int, message_id: int) -> str:
    return f"{guild_id or '@me'}/{channel_id}/{message_id}"


# --- every table and column


def test_every_table_of_the_schema_is_named() -> None:
    assert set(TABLES) == set(metadata.tables)


@pytest.mark.parametrize("name", TABLES)
def test_every_column_goes_or_stays(name: str) -> None:
    table, columns = TABLES[name], set(metadata.tables[name].columns.keys())
    assert {*table.emptied} & {*table.stays} == set()
    assert {one for column, emptied in table.others.items() for one in (column, *emptied)} <= columns
    assert {one for one in (table.member, table.guild, table.job, table.at) if one} <= columns
    # what is a member's is told apart by its time: what came after their wish stays
    assert (table.at is None) is (table.member is None)
    if table.goes:
        assert not table.emptied and not table.stays
    else:
        assert {*table.emptied, *table.stays} == columns


@pytest.mark.parametrize("name", TABLES)
def test_what_a_column_is_emptied_to_may_stand_there(name: str) -> None:
    columns = metadata.tables[name].columns
    assert [
        column for column, value in TABLES[name].emptied.items() if value is None and not columns[column].nullable
    ] == []


def test_what_is_written_by_people_never_stays() -> None:
    """Also of a table to come: texts without a limit are where words end up."""
    free = {
        f"{name}.{column.name}"
        for name, table in metadata.tables.items()
        for column in table.columns
        if not TABLES[name].goes and column.name in TABLES[name].stays and str(column.type) in ("TEXT", "JSON", "BLOB")
    }
    # of models, of cards by code, of the vendor's tasks, of reasons, of workers
    known = {"jobs.model", "jobs.card_face", "jobs.task_id", "jobs.task_path", "jobs.reason", "usual_times.model"}
    # of a server, by those who manage it and decide there; copies that are kept until they did
    of_server = {"rules.document", "refused_pictures.why", "evidence.data", "reviews.face"}
    # what a team works on; numbers
    of_team = {"briefs.topic", "briefs.rules", "ideas.of", "ballots.votes", "storyboard_steps.shots"}
    known |= {"shots.model", "jobs.by_default"}
    assert free == known | of_server | of_team | {"usual_times.counts", "facts.value"}


@pytest.mark.parametrize("name", TABLES)
def test_the_page_names_every_table_and_column(name: str) -> None:
    row = re.search(rf"^\| `{name}` .*$", PAGE, re.MULTILINE)
    assert row
    assert set(metadata.tables[name].columns.keys()) - set(re.findall(r"`(\w+)`", row[0])) == set()


# --- a job that was emptied


@pytest.mark.parametrize("status", [Status.COMPLETED, Status.FAILED, Status.EXPIRED, Status.CANCELLED])
def test_of_an_ended_job_that_was_emptied_nothing_is_left_to_do(status: Status) -> None:
    job = a_job(status=status, card_id=3)
    assert unsaid(job) and needs_drawing(job)
    emptied = a_job(status=status, card_id=3, emptied_at=1.0)
    assert not unsaid(emptied) and not needs_drawing(emptied) and next_step(emptied) is None
    assert is_settled(emptied) and not is_lagging(emptied)


@pytest.mark.parametrize("status", [Status.PENDING, Status.PROCESSING])
def test_one_at_the_vendor_is_followed_in_silence(status: Status) -> None:
    job = a_job(status=status, card_id=3, emptied_at=1.0)
    assert next_step(job) is Step.LOOK
    assert not unsaid(job) and not needs_drawing(job) and not is_settled(job) and not is_lagging(job)


def test_a_clip_can_still_be_taken_back_when_the_words_are_gone() -> None:
    assert needs_drawing(a_job(status=Status.DELETED, card_id=3, emptied_at=1.0))


def test_what_an_emptied_job_has_in_its_columns_fills_them() -> None:
    assert set(OF_JOB) <= set(to_row(a_job()))


# --- the file


def test_a_record_has_everything_that_goes() -> None:
    job = a_job(
        picture=PictureState.LINK,
        picture_url="https://x/p.png",
        links=("https://x/0",),
        detail="why",
        decided=Decision.LEFT,
        card_id=3,
    )
    posts = [Post(key="card", channel_id=2, message_id=3), Post(key="completed", channel_id=9, message_id=4)]
    record = job_record(job, posts, link_to)
    assert record["prompt"] == "A paper boat" and record["name"] == "Ana" and record["detail"] == "why"
    assert record["clip_links"] == ["https://x/0"] and record["picture_link"] == "https://x/p.png"
    assert record["asked_at"] == "1970-01-01T00:16:41+00:00"
    # what was delivered in direct messages is linked there
    assert record["messages"] == [{"what": "card", "link": "1/2/3"}, {"what": "completed", "link": "@me/9/4"}]
    assert json.loads(json.dumps(record)) == record


def test_a_draft_is_told_with_what_was_written() -> None:
    saved = SavedDraft(
        id="d", author_id=7, form=Form.COMPOSE, draft=Draft(prompt="A kite"), changed_at=1.0, parts={"shot": "wide"},
        links=(Link(url="https://x/p.png", bytes=1, name="p.png"),),
    )  # fmt: skip
    record = draft_record(saved)
    assert record["prompt"] == "A kite" and record["parts"] == {"shot": "wide"}
    assert record["pictures"] == [{"name": "p.png", "link": "https://x/p.png"}]


@pytest.mark.parametrize("table", ["## The file"])
def test_the_page_names_every_field_of_the_file(table: str) -> None:
    described = PAGE.partition(table)[2]
    job = job_record(a_job(), (), link_to)
    draft = draft_record(SavedDraft(id="d", author_id=7, form=Form.CHANGE, draft=Draft(prompt=""), changed_at=1.0))
    idea = idea_record(Idea(brief_id="b", number=1, author_id=7, author_name="Ana", text=Text(), made_at=1.0))
    ballot = ballot_record("b", 1, 1.0, {"1": 1}) | take_vote_record("b", 1.0, "tie")
    note = Note(id="n", job_id="j", guild_id=1, author_id=7, author_name="Ana", at=1.0, moment=3, words="slower")
    head = json.loads(ExportFiles(7, 0.0).last())
    assert {*head, *job, *draft, *idea, *ballot, *note_record(note)} - set(re.findall(r"`(\w+)`", described)) == set()


def read(files: ExportFiles, records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    written = [full for record in records if (full := files.add("jobs", record))]
    return [json.loads(file) for file in (*written, files.last())]


def test_without_anything_kept_there_is_a_file_all_the_same() -> None:
    [file] = read(ExportFiles(7, 0.0), [])
    assert file["version"] == VERSION and file["member"] == "7"
    assert file["part"] == 1 and file["last"] and all(file[kind] == [] for kind in KINDS)


def test_what_is_too_large_for_one_file_is_cut_between_records() -> None:
    records = [{"id": str(number), "prompt": "ö" * 300} for number in range(20)]
    files = read(ExportFiles(7, 0.0, most=2000), records)
    assert len(files) > 1
    assert [file["part"] for file in files] == [*range(1, len(files) + 1)]
    assert [file["last"] for file in files] == [False] * (len(files) - 1) + [True]
    assert [record for file in files for record in file["jobs"]] == records


def test_a_file_stays_below_what_discord_takes() -> None:
    files, most = ExportFiles(7, 0.0), 0
    for number in range(6000):
        if full := files.add("jobs", {"id": str(number), "prompt": "x" * 2000}):
            most = max(most, len(full))
    assert 0 < most <= FILE_SIZE + 1000
