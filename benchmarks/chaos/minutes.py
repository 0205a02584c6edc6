"""The minutes: what a team's briefs came to, as its members read it and as the database has it."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.discord import Message
from sandbox.mulerun import MuleRun

from .rows import read_rows, unpacked
from .team import IDEA_TOLD, Team, Topic, Vote, footer_of, text_of, written

ON_BOARD = re.compile(r"^\*\*(\d+)\. [^*]*\*\* · [^·\n]*?(?: · (\d+) votes?)?(?: ·|$)", re.MULTILINE)
LINE = re.compile(r"^\*\*\d+\*\*.*", re.MULTILINE)
# What a place is told once: the vote began, it is over, all is over.
PHASES = ("The vote begins", "The vote is over.", "This brainstorm is closed.")
# A line of a batch whose take was paid for, or may have been.
PAID = ("watch it", "without a clear answer", "taken back")
UNPAID = ("failed", "cancelled")


@dataclass(frozen=True, kw_only=True)
class Minutes:
    """Rows of the database by what they are of; `jobs` are those of takes."""

    briefs: tuple[dict[str, Any], ...] = ()
    ideas: tuple[dict[str, Any], ...] = ()
    ballots: tuple[dict[str, Any], ...] = ()
    batches: tuple[dict[str, Any], ...] = ()
    takes: tuple[dict[str, Any], ...] = ()
    take_votes: tuple[dict[str, Any], ...] = ()
    jobs: tuple[dict[str, Any], ...] = ()

    def of(self, table: str, **wanted: object) -> list[dict[str, Any]]:
        rows: Iterable[dict[str, Any]] = getattr(self, table)
        return [row for row in rows if all(row[key] == value for key, value in wanted.items())]


async def read_minutes(database_url: str) -> Minutes:
    """Raises what reading raises."""
    queries = {
        "briefs": "SELECT id, topic, phase, version, drawn, step, told_step, round FROM briefs",
        "ideas": "SELECT brief_id, number, title, withdrawn FROM ideas",
        "ballots": "SELECT brief_id, round, member_id, votes FROM ballots",
        "batches": "SELECT id, brief_id, event, version, drawn, done_at, due_at FROM batches WHERE event IS NOT NULL",
        "takes": "SELECT job_id, batch_id, number FROM takes",
        "take_votes": "SELECT batch_id, member_id, choice FROM take_votes",
        "jobs": "SELECT id, status FROM jobs WHERE id IN (SELECT job_id FROM takes)",
    }
    return Minutes(**{table: tuple(await read_rows(database_url, query)) for table, query in queries.items()})


def figures(minutes: Minutes) -> dict[str, int]:
    return {name: len(getattr(minutes, name)) for name in ("briefs", "ideas", "ballots", "batches", "takes")}


def review(team: Team, vendor: MuleRun, minutes: Minutes) -> dict[str, list[str]]:
    """What is wrong, by the verdict's words for it."""
    found: dict[str, list[str]] = {
        name: [] for name in ("charged_twice", "said_twice", "lost", "stale", "miscounted", "partial", "unsettled")
    }
    for topic in team.topics:
        rows = minutes.of("briefs", topic=topic.name)
        for brief in rows[1:]:
            found["said_twice"].append(f"{topic.name}: begun again as {brief['id']}")
        for brief in rows[:1]:
            for name, lines in _of_brief(team, vendor, minutes, topic, brief):
                found[name] += [f"{topic.name} ({brief['id']}): {line}" for line in lines]
    return found


def _of_brief(
    team: Team, vendor: MuleRun, minutes: Minutes, topic: Topic, brief: Mapping[str, Any]
) -> Iterator[tuple[str, Iterable[str]]]:
    board = team.board(topic)
    if board is None:
        yield "lost", ["no board"]
        return
    yield "said_twice", _doubled(team, minutes, topic, brief, board)
    yield "lost", _lost_ideas(minutes, topic, brief, board)
    yield "stale", _untrue_board(minutes, brief, board)
    yield "miscounted", _miscounted(minutes, topic, brief, board)
    yield "unsettled", _unsettled(minutes, topic, brief, board)
    lines = [line for batch in team.messages("takes ") if batch.channel is board.channel for line in _lines(batch)]
    charged = sum(topic.name in task.prompt for task in vendor.ledger.tasks.values())
    paid = sum(any(word in line for word in PAID) for line in lines)
    if charged > paid:
        yield "charged_twice", [f"charged {charged} for {lines}"]
    for batch in minutes.of("batches", brief_id=brief["id"]):
        yield "partial", _partial(team, minutes, topic, batch)
        yield "stale", _untrue_comparison(team, minutes, topic, batch)


# --- posted once


def _doubled(team: Team, minutes: Minutes, topic: Topic, brief: Mapping[str, Any], board: Message) -> Iterator[str]:
    footers = [f"brainstorm {brief['id']}", f"board of brainstorm {brief['id']}"]
    for batch in minutes.of("batches", brief_id=brief["id"]):
        footers += [f"takes {batch['id']}", f"comparison of takes {batch['id']}"]
    for footer in footers:
        posted = [one for one in team.messages(footer) if footer_of(one) == footer]
        if len(posted) > 1:
            yield f"{footer} stands there {len(posted)} times: {[(one.id, one.nonce) for one in posted]}"
        yield from (f"{footer} is not in its place" for one in posted[:1] if not _is_in_place(one, board, footer))
    for words in PHASES:
        told = [one for one in board.channel.messages.values() if one.author.bot and one.content.startswith(words)]
        if len(told) > 1:
            yield f"{words!r} was said {len(told)} times: {[(one.id, one.nonce) for one in told]}"
    clips = [re.match(r"\*\*Take (\d+)\*\*", one.content) for one in _with_clips(board)]
    for number, times in Counter(clip[1] for clip in clips if clip).items():
        if times > 1:
            yield f"the clip of take {number} was posted {times} times"


def _is_in_place(message: Message, board: Message, footer: str) -> bool:
    return footer.startswith("brainstorm ") or message.channel is board.channel


def _with_clips(board: Message) -> list[Message]:
    return [one for one in board.channel.messages.values() if one.attachments and one.author.bot]


# --- ideas, ballots, votes


def _lost_ideas(minutes: Minutes, topic: Topic, brief: Mapping[str, Any], board: Message) -> Iterator[str]:
    kept = Counter(str(row["title"]) for row in minutes.of("ideas", brief_id=brief["id"]))
    yield from (f"{title!r} is kept {times} times" for title, times in kept.items() if times > 1)
    told = dict(topic.told)
    for message in board.channel.messages.values():
        if message.author.bot and message.reference_id in topic.replies and (found := IDEA_TOLD.match(message.content)):
            told[topic.replies[message.reference_id]] = int(found[1])
    record = _record(board)
    for title, number in told.items():
        if not minutes.of("ideas", brief_id=brief["id"], title=title, number=number):
            yield f"idea {number}, {title!r}, was told of and is not kept"
        if f"**{number}. " not in text_of(board) and "more: press Ideas" not in text_of(board):
            yield f"idea {number}, {title!r}, is not on the board"
        if record and title not in [each["title"] for each in record["ideas"]]:
            yield f"idea {number}, {title!r}, is not in the record"


def _untrue_board(minutes: Minutes, brief: Mapping[str, Any], board: Message) -> Iterator[str]:
    shown = {int(number): int(votes or 0) for number, votes in ON_BOARD.findall(text_of(board))}
    votes = _tally(minutes, brief)
    known = {row["number"]: votes[row["number"]] for row in minutes.of("ideas", brief_id=brief["id"])}
    if len(known) <= 10 and shown != known:
        yield f"its board has {shown}, the database {known}"
    if (brief["phase"] == "closed") != ("**Closed.**" in text_of(board)):
        yield f"its board does not show that it is in {brief['phase']}: {text_of(board)}"


def _miscounted(minutes: Minutes, topic: Topic, brief: Mapping[str, Any], board: Message) -> Iterator[str]:
    rows = minutes.of("ballots", brief_id=brief["id"])
    by_member = {row["member_id"]: written(unpacked(row["votes"])) for row in rows}
    if len(by_member) < len(rows):
        yield f"somebody has two ballots: {rows}"
    for member_id, vote in topic.votes.items():
        yield from _unkept(vote, by_member.get(member_id), f"the ballot of {member_id}")
    voters = sum(bool(ballot) for ballot in by_member.values())
    if rows and f"{voters} member" not in text_of(board):
        yield f"{voters} voted, and the board says {text_of(board)}"
    if (record := _record(board)) and record["rounds"]:
        votes = {int(number): each for number, each in record["rounds"][0]["votes"].items()}
        if Counter(votes) != _tally(minutes, brief):
            yield f"the record has {votes}, the database {_tally(minutes, brief)}"
    for batch in minutes.of("batches", brief_id=brief["id"]):
        said = minutes.of("take_votes", batch_id=batch["id"])
        chosen = {row["member_id"]: row["choice"] for row in said}
        if len(chosen) < len(said):
            yield f"somebody voted twice on takes: {said}"
        for member_id, vote in topic.best.items():
            yield from _unkept(vote, chosen.get(member_id), f"the vote on takes of {member_id}")


def _unkept(vote: Vote, kept: str | None, whose: str) -> Iterator[str]:
    if not vote.allows(kept):
        yield f"{whose} is {kept}, and they were told {vote.told}, without an answer to {sorted(vote.unanswered)}"


def _tally(minutes: Minutes, brief: Mapping[str, Any]) -> Counter[int]:
    votes: Counter[int] = Counter()
    for row in minutes.of("ballots", brief_id=brief["id"], round=brief["round"]):
        votes.update({int(number): each for number, each in unpacked(row["votes"]).items()})
    return votes


def _record(board: Message) -> dict[str, Any] | None:
    for message in board.channel.messages.values():
        for attachment in message.attachments:
            if attachment.filename.startswith("brief-") and attachment.filename.endswith(".json"):
                found: dict[str, Any] = json.loads(attachment.data)
                return found
    return None


# --- batches


def _partial(team: Team, minutes: Minutes, topic: Topic, batch: Mapping[str, Any]) -> Iterator[str]:
    takes = minutes.of("takes", batch_id=batch["id"])
    jobs = [job for take in takes for job in minutes.of("jobs", id=take["job_id"])]
    lines = [line for one in _footed(team, f"takes {batch['id']}") for line in _lines(one)]
    if not len(takes) == len(jobs) == len(lines) == topic.takes:
        yield f"{topic.takes} takes were sent, {len(takes)} are kept with {len(jobs)} jobs and {len(lines)} lines"
    for line in lines:
        if not any(word in line for word in (*PAID, *UNPAID)):
            yield f"a take did not end: {line}"


def _untrue_comparison(team: Team, minutes: Minutes, topic: Topic, batch: Mapping[str, Any]) -> Iterator[str]:
    for call in _footed(team, f"comparison of takes {batch['id']}"):
        made = re.findall(r"\[Take (\d+)\]", text_of(call))
        known = Counter(row["choice"] for row in minutes.of("take_votes", batch_id=batch["id"]))
        for number in made:
            row = next(line for line in text_of(call).splitlines() if f"[Take {number}]" in line)
            votes = re.search(r"(\d+) votes?", row)
            if int(votes[1] if votes else 0) != known[number]:
                yield f"take {number} has {known[number]} votes, and its call says {row}"


def _unsettled(minutes: Minutes, topic: Topic, brief: Mapping[str, Any], board: Message) -> Iterator[str]:
    if topic.at:
        yield f"the team came no further than {topic.at}: {text_of(board)}"
    if brief["drawn"] != brief["version"] or brief["told_step"] != brief["step"]:
        yield f"there is something left to show: {brief}"
    for batch in minutes.of("batches", brief_id=brief["id"]):
        if batch["due_at"] is not None or batch["done_at"] is None:
            yield f"a batch is due still: {batch}"


def _lines(batch: Message) -> list[str]:
    return LINE.findall(text_of(batch))


def _footed(team: Team, footer: str) -> list[Message]:
    return [one for one in team.messages(footer) if footer_of(one) == footer]
