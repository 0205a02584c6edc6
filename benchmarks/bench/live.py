"""Live jobs: tasks that the vendor works on for ever, their cards in Discord, and rows for either bot to find."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from bot.jobs import Job, Status, card_face, job_id
from bot.store import open_store
from bot.store.schema import jobs, to_row
from bot.video_request import Fit, VideoRequest
from sandbox.discord import Channel, Discord, Message, User
from sandbox.discord.messages import post
from sandbox.discord.snowflakes import next_id
from sandbox.mulerun import MODELS, Ledger, State, Task

from .baseline_rows import Row, Rows

PROMPT = "A live job: a kite over dunes"
MODEL, SECONDS, SIZE = "sora-2-pro", 8, "1280x720"
# They were sent at any moment of so many seconds before now: some are on hold, most are looked at all the time.
SENT_WITHIN = 300.0
PENDING = 15.0
# A statement may have so many rows.
BATCH = 500


@dataclass(frozen=True, kw_only=True)
class LiveJob:
    event_id: int
    asker: User
    card: Message
    task: Task

    @property
    def sent_at(self) -> float:
        return self.task.accepted_at.timestamp()


def make_live(
    discord: Discord, ledger: Ledger, seats: Sequence[tuple[User, Channel]], count: int
) -> tuple[LiveJob, ...]:
    """Known to vendor and Discord; the seats take turns."""
    now = time.time()
    return tuple(
        _make_one(discord, ledger, *seats[number % len(seats)], now - SENT_WITHIN * (number + 0.5) / count)
        for number in range(count)
    )


def _make_one(discord: Discord, ledger: Ledger, asker: User, channel: Channel, sent_at: float) -> LiveJob:
    task = Task(
        id=str(uuid4()),
        model=MODELS[0].path,
        prompt=PROMPT,
        seconds=SECONDS,
        size=(1280, 720),
        picture=None,
        accepted_at=datetime.fromtimestamp(sent_at, UTC),
        states=[State(word="processing", at=datetime.fromtimestamp(sent_at + PENDING, UTC))],
    )
    ledger.accept(task)
    event_id = next_id()
    card = post(
        discord.state, Message(channel=channel, author=discord.state.bot), {"embeds": [{"description": PROMPT}]}, {}
    )
    return LiveJob(event_id=event_id, asker=asker, card=card, task=task)


async def fill_store(url: str, live: Sequence[LiveJob]) -> None:
    """Write them down for the bot."""
    await fill_rows(url, (_stored(one) for one in live))


async def fill_rows(url: str, rows: Iterable[dict[str, Any]]) -> None:
    """Into a database that nobody has open, brought up to date before."""
    rows = iter(rows)
    async with open_store(url) as store:
        while batch := list(islice(rows, BATCH)):
            await store.database.write(partial(_insert, batch))


def _insert(batch: Sequence[dict[str, Any]], db: sa.Connection) -> None:
    db.execute(sa.insert(jobs), batch)


def live_row(event_id: int, task_id: str, sent_at: float, **fields: Any) -> dict[str, Any]:
    """A row as the bot itself would have left it: told that it is rendered, drawn, and nobody's; `fields` of Job."""
    request = VideoRequest(model=MODEL, prompt=PROMPT, seconds=SECONDS, size=SIZE, size_given=False, fit=Fit.CROP)
    places = {"asker_id": 1, "asker_name": "Ana", "guild_id": 1, "channel_id": 1, "card_id": 1, **fields}
    job = Job(
        id=job_id(event_id),
        created_at=sent_at,
        status=Status.PROCESSING,
        status_since=sent_at + PENDING,
        request=request,
        shown=Status.PROCESSING,
        task_id=task_id,
        task_path=MODELS[0].path,
        submitted_at=sent_at,
        **places,
    )
    return to_row(replace(job, card_face=card_face(job)))


def _stored(live: LiveJob) -> dict[str, Any]:
    guild = live.card.channel.guild
    return live_row(
        live.event_id,
        live.task.id,
        live.sent_at,
        asker_id=live.asker.id,
        asker_name=live.asker.name,
        guild_id=guild.id if guild else None,
        channel_id=live.card.channel.id,
        card_id=live.card.id,
    )


async def fill_baseline(url: str, live: Sequence[LiveJob]) -> None:
    rows = await Rows.open(Path(url.removeprefix("sqlite:///")))
    await rows.insert(*(_plain(one) for one in live))
    await rows.close()


def _plain(live: LiveJob) -> Row:
    return Row(
        id=live.event_id,
        user_id=live.asker.id,
        channel_id=live.card.channel.id,
        message_id=live.card.id,
        thread_id=live.card.id,
        prompt=PROMPT,
        seconds=SECONDS,
        size=SIZE,
        task_id=live.task.id,
        status="processing",
    )
