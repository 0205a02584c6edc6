"""The court: a server where moderators decide about everything, two at once, and what can be read of that."""

import asyncio
import contextlib
import json
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

import asyncpg

from sandbox.discord import Channel, Discord, Guild, Message
from sandbox.discord.form_input import components_of
from sandbox.driver import DriverError, Member, join

from .plan import Tempo

COLUMNS = "INSERT INTO rules (guild_id, document, changed_at, changed_by) VALUES"
RULING = re.compile(r"(Approved|Denied|Published|Rejected)\b.* by <@(\d+)>")
FORMS = ("Deny", "Reject")
CHOICES = {
    "sending": ("Approve", "Approve", "Deny"),
    "publishing": ("Publish", "Publish", "Publish as spoiler", "Reject"),
}


@dataclass(kw_only=True)
class Court:
    """`told` is what the judges were told that was decided, by the footer of the question."""

    guild: Guild
    channel: Channel
    review: Channel
    members: tuple[Member, ...]
    judges: tuple[Member, ...]
    tempo: Tempo
    is_open: bool = False
    told: dict[str, set[tuple[str, str]]] = field(default_factory=lambda: defaultdict(set))

    async def open(self, database_url: str) -> None:
        """Give it its rules; from then on its members ask."""
        review = {"before_sending": "all", "before_publishing": "all", "channel": str(self.review.id)}
        document = json.dumps({"version": 1, "server": {"review": review}, "channels": {}})
        while not self.is_open:
            with contextlib.suppress(OSError, asyncpg.PostgresError, sqlite3.Error):
                await _keep(database_url, self.guild.id, document)
                self.is_open = True
            await asyncio.sleep(self.tempo.decide_every)

    async def sit(self, dice: Random) -> None:
        """Decide about whatever is asked, two judges at once, until cancelled."""
        while True:
            for message in [one for one in _notes(self.review) if is_asking(one)]:
                await asyncio.gather(*(self._decide(judge, message, dice) for judge in self.judges))
            await asyncio.sleep(self.tempo.decide_every)

    async def _decide(self, judge: Member, message: Message, dice: Random) -> None:
        choice = dice.choice(CHOICES[footer(message).rpartition(" ")[2]])
        # a button may be gone by the time it is pressed
        with contextlib.suppress(DriverError):
            answer = await judge.press(message, choice)
            if choice in FORMS and answer.modal:
                answer = await judge.submit(answer, reason="because")
            if answer.message and (ruling := RULING.search(answer.message.content)):
                self.told[footer(message)].add((ruling[1], ruling[2]))

    # --- what can be read afterwards

    def asked_twice(self) -> Iterator[str]:
        footers = [footer(one) for one in _notes(self.review)]
        yield from (f"{each}: asked {footers.count(each)} times" for each in set(footers) if footers.count(each) > 1)

    def decided_twice(self) -> Iterator[str]:
        """Questions of which somebody read another answer than somebody else."""
        for message in _notes(self.review):
            rulings = self.told[footer(message)] | {found.groups() for found in RULING.finditer(_text(message))}
            if len(rulings) > 1:
                yield f"{footer(message)}: {sorted(rulings)}"

    def undecided(self) -> Iterator[str]:
        """Questions that still have buttons."""
        yield from (footer(one) for one in _notes(self.review) if is_asking(one))

    def says(self, job_id: str, kind: str) -> str:
        """What became of a question, in one word."""
        found = [one for one in _notes(self.review) if footer(one) == f"review {job_id} {kind}"]
        ruling = RULING.search(_text(found[0])) if found else None
        return ruling[1] if ruling else ""


def set_up(discord: Discord, tempo: Tempo) -> Court:
    guild = discord.add_guild("Court")
    return Court(
        guild=guild,
        channel=guild.add_channel("Court 0"),
        review=guild.add_channel("Review"),
        members=tuple(join(discord, guild, f"Court {person}") for person in ("Ida", "Tom")),
        judges=tuple(join(discord, guild, f"Judge {person}", moderator=True) for person in ("Mo", "Max")),
        tempo=tempo,
    )


def footer(message: Message) -> str:
    return str(message.embeds[0].get("footer", {}).get("text", ""))


def is_asking(message: Message) -> bool:
    return any("custom_id" in component for component in components_of(message))


def _notes(review: Channel) -> list[Message]:
    return [one for one in review.messages.values() if one.embeds and footer(one).startswith("review ")]


def _text(message: Message) -> str:
    return str(message.embeds[0]["description"])


async def _keep(database_url: str, guild_id: int, document: str) -> None:
    if database_url.startswith("sqlite:///"):
        with contextlib.closing(sqlite3.connect(database_url.removeprefix("sqlite:///"))) as db:
            db.execute(f"{COLUMNS} (?, ?, 1, 1)", (guild_id, document))
            db.commit()
        return
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute(f"{COLUMNS} ($1, $2, 1, 1)", guild_id, document)
    finally:
        await connection.close()
