"""The crowd: members who keep asking for videos, cancel some, and decide about the doubtful ones."""

import asyncio
import contextlib
import io
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import Random

from PIL import Image

from sandbox.discord import Message
from sandbox.discord.form_input import components_of
from sandbox.driver import Answer, DriverError, Member, Upload

from .plan import (
    FLAVOURS,
    SHARE_AT_COURT,
    SHARE_CANCELLED,
    SHARE_SENT_AGAIN,
    SHARE_TOLD_TWICE,
    SHARE_WITH_PICTURE,
)
from .stage import Stage

MARKER = re.compile(r"Chaos job (\d{5})\.")


@dataclass(kw_only=True)
class Ask:
    """One `/video`: whether its card was the answer, and what else the member was told about it."""

    number: int
    asker_id: int
    event_id: int = 0
    acknowledged: bool = False
    told_cancelled: bool = False
    agains: int = 0

    @property
    def marker(self) -> str:
        """What its prompt alone contains."""
        return f"Chaos job {self.number:05d}."

    @property
    def job_id(self) -> str:
        """Its id in the bot's logs: the event's in base 36."""
        digits, rest = "", self.event_id
        while rest:
            rest, digit = divmod(rest, 36)
            digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
        return digits


class Crowd:
    def __init__(self, stage: Stage, dice: Random) -> None:
        self.asks: list[Ask] = []
        self._stage = stage
        self._dice = dice
        self._picture = Upload.named("photo.jpg", _photo())
        self._open: set[asyncio.Task[None]] = set()
        self._decided: set[int] = set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self._begin(self._ask)
            if self._dice.random() < SHARE_SENT_AGAIN:
                self._begin(self._decide)
            await asyncio.sleep(self._dice.uniform(0, 2 * self._stage.tempo.ask_every))

    async def finish(self) -> None:
        """Wait for the answers that are still to come; raises what went wrong while asking."""
        while self._open:
            await asyncio.gather(*self._open)

    async def fill(self, until_over: Callable[[], Awaitable[object]]) -> None:
        """Ask for whatever is left where there is a limit: what was given back wrongly shows in how much that is."""
        member = next(one for one in self._stage.members if self._stage.is_limited(one))
        with contextlib.suppress(TimeoutError):
            while (await self.ask(member))[0].acknowledged:
                await until_over()

    async def ask(self, member: Member, words: str = "", picture: Upload | None = None) -> tuple[Ask, Message | None]:
        """Run the command; the message is the card, when it was the answer."""
        ask = Ask(number=len(self.asks), asker_id=member.id)
        self.asks.append(ask)
        channel = self._dice.choice(self._stage.channels[member.guild.id if member.guild else 0])
        answer = await member.run(channel, "video", prompt=f"{ask.marker} A kite {words}", image=picture)
        ask.event_id, ask.acknowledged = answer.interaction.id, is_public(answer)
        return ask, answer.message if ask.acknowledged else None

    def _begin(self, deed: Callable[[], Awaitable[None]]) -> None:
        async def tolerated() -> None:
            # a button may be gone by the time it is pressed
            with contextlib.suppress(DriverError):
                await deed()

        task = asyncio.create_task(tolerated())
        self._open.add(task)
        task.add_done_callback(self._open.discard)

    async def _ask(self) -> None:
        dice = self._dice
        if dice.random() < SHARE_TOLD_TWICE:
            self._stage.discord.faults.duplicate_next_interaction()
        court = self._stage.court
        member = dice.choice(court.members if court.is_open and dice.random() < SHARE_AT_COURT else self._stage.members)
        picture = self._picture if dice.random() < SHARE_WITH_PICTURE else None
        ask, card = await self.ask(member, dice.choice(FLAVOURS), picture)
        if card and dice.random() < SHARE_CANCELLED:
            await asyncio.sleep(dice.uniform(0, 2.0))
            answer = await member.press(card, verbs(card).get("cancel", "gone"))
            ask.told_cancelled = answer.message is not None and answer.message.content.startswith("Cancelled")

    async def _decide(self) -> None:
        """Send one doubtful job again, which may then be charged twice: a person said so."""
        for card in list(self._stage.discord.state.messages()):
            number = number_of(card)
            if number is None or card.id in self._decided or "again" not in verbs(card):
                continue
            ask = self.asks[number]
            asker = next((one for one in self._stage.members if one.user.id == ask.asker_id), None)
            if asker:
                self._decided.add(card.id)
                ask.agains += 1
                await asker.press(card, verbs(card)["again"])
                return


def is_public(answer: Answer) -> bool:
    return answer.failed is None and answer.message is not None and not answer.ephemeral


def verbs(message: Message) -> dict[str, str]:
    """The custom ids of the message's buttons, by what they do."""
    ids = [str(component["custom_id"]) for component in components_of(message) if "custom_id" in component]
    return {custom_id.partition(":")[0]: custom_id for custom_id in ids}


def number_of(message: Message) -> int | None:
    """The number of the ask whose words the message shows."""
    found = MARKER.search(str(message.embeds[0].get("description"))) if message.embeds else None
    return int(found[1]) if found else None


def _photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (320, 180), "teal").save(out, "JPEG")
    return out.getvalue()
