"""Guests: who ask in all the other ways, have variations made, and take back what they had; and what became of it."""

import asyncio
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from random import Random

from benchmarks.chaos.crowd import is_public, verbs
from sandbox.discord import Channel, Discord, Message
from sandbox.discord.entities import Guild
from sandbox.driver import Answer, DriverError, Member, join

from . import plan

MARKER = re.compile(r"Guest wish (\d{5})\.")
ERASED = "Taken back"


@dataclass(kw_only=True)
class Wish:
    """`repeats` are those that somebody pressed for, answered or not; `is_told` that its card was the answer.

    `erased` are the cards of which somebody took the clip back, answered or not.
    """

    number: int
    is_told: bool = False
    repeats: int = 0
    erased: list[Message] = field(default_factory=list)

    @property
    def words(self) -> str:
        return f"Guest wish {self.number:05d}."


@dataclass(kw_only=True)
class Guests:
    guild: Guild
    channel: Channel
    members: tuple[Member, ...]
    discord: Discord
    wishes: list[Wish] = field(default_factory=list)
    _open: set[asyncio.Task[None]] = field(default_factory=set)

    async def run(self, dice: Random) -> None:
        """Until cancelled."""
        ways: list[Callable[[Member, Random], Awaitable[None]]] = [
            *(self._compose, self._mention, self._change, self._repeat, self._erase),
        ]
        while True:
            await asyncio.sleep(dice.uniform(0, 2 * plan.GUEST_EVERY))
            task = asyncio.create_task(self._try(dice.choice(ways), dice.choice(self.members), dice))
            self._open.add(task)
            task.add_done_callback(self._open.discard)

    async def finish(self) -> None:
        """Wait for the answers that are still to come."""
        await asyncio.gather(*self._open)

    async def _try(self, way: Callable[[Member, Random], Awaitable[None]], member: Member, dice: Random) -> None:
        try:
            await way(member, dice)
        except DriverError:  # a button may be gone by the time it is pressed
            return

    def _wish(self) -> Wish:
        self.wishes.append(Wish(number=len(self.wishes)))
        return self.wishes[-1]

    # --- ways in

    async def _compose(self, member: Member, _dice: Random) -> None:
        """A draft, which is sent until that is answered: however often, it is one job."""
        form = await member.run(self.channel, "compose")
        if form.modal is None:
            return
        wish = self._wish()
        review = await member.submit(form, subject=wish.words)
        for _ in range(plan.SENT_TIMES):
            if review.failed is None and review.message and "send" in verbs(review.message):
                self._hear(wish, await member.press(review.message, verbs(review.message)["send"]))
                if wish.is_told:
                    return
            await asyncio.sleep(plan.GUEST_EVERY)

    async def _mention(self, member: Member, _dice: Random) -> None:
        await member.say(self.channel, f"<@{self.discord.state.bot.id}> {self._wish().words}")

    async def _change(self, member: Member, dice: Random) -> None:
        if result := self._result("change", dice):
            form = await member.press(result, verbs(result)["change"])
            if form.modal:
                wish = self._wish()
                self._hear(wish, await member.submit(form, prompt=wish.words))

    async def _repeat(self, member: Member, dice: Random) -> None:
        if result := self._result("repeat", dice):
            self.wishes[number_of(self._card_of(result))].repeats += 1
            await member.press(result, verbs(result)["repeat"])

    async def _erase(self, member: Member, dice: Random) -> None:
        """Who asked may: which of them that is, is not looked up."""
        if result := self._result("more", dice):
            more = await member.press(result, verbs(result)["more"])
            if more.message and "delete" in verbs(more.message):
                sure = await member.press(more.message, verbs(more.message)["delete"])
                if sure.message and "erase" in verbs(sure.message):
                    card = self._card_of(result)
                    self.wishes[number_of(card)].erased.append(card)
                    await member.press(sure.message, verbs(sure.message)["erase"])

    def _hear(self, wish: Wish, answer: Answer) -> None:
        wish.is_told = wish.is_told or is_public(answer)

    # --- what is to be seen

    def _result(self, verb: str, dice: Random) -> Message | None:
        """One with this button in the thread of a card."""
        found = [one for card in self._cards() for one in _said(card) if not one.deleted and verb in verbs(one)]
        return dice.choice(found) if found else None

    def _card_of(self, result: Message) -> Message:
        [card] = [card for card in self._cards() if _is_about(result, card)]
        return card

    def _cards(self) -> list[Message]:
        places = (self.channel, *(one.thread for one in self.channel.messages.values() if one.thread))
        everything = [one for place in places for one in list(place.messages.values())]
        return [one for one in everything if one.author.bot and one.ephemeral_for is None and _shows_wish(one)]

    def judge(self, prompts: list[str]) -> dict[str, list[str]]:
        """What is wrong, by the verdict's words for it; `prompts` are those that the vendor charged."""
        charged = Counter(int(number) for each in prompts for number in MARKER.findall(each)[:1])
        cards: dict[int, list[Message]] = {}
        for card in self._cards():
            cards.setdefault(number_of(card), []).append(card)
        found: dict[str, list[str]] = {"charged_twice": [], "said_twice": [], "lost": [], "untrue": []}
        for wish in self.wishes:
            own, most = cards.get(wish.number, []), 1 + wish.repeats
            if charged[wish.number] > most:
                found["charged_twice"].append(f"{wish.words} charged {charged[wish.number]} times")
            if len(own) > most:
                found["said_twice"].append(f"{wish.words} has {len(own)} cards")
            # a card whose clip was taken back says only that
            if not own and not wish.erased and (wish.is_told or charged[wish.number]):
                found["lost"].append(f"{wish.words} has no card")
            found["lost"] += [f"{wish.words} goes on: {_text(card)}" for card in own if "cancel" in verbs(card)]
            found["said_twice"] += [f"{wish.words} was posted twice" for card in own if len([*_clips(card)]) > 1]
            found["untrue"] += [f"{wish.words} is taken back and there" for card in wish.erased if _is_there(card)]
        return found


def set_up(discord: Discord) -> Guests:
    guild = discord.add_guild("Guests")
    return Guests(
        guild=guild,
        channel=guild.add_channel("Guests 0"),
        members=tuple(join(discord, guild, f"Guest {person}", moderator=True) for person in ("Amy", "Gil")),
        discord=discord,
    )


def number_of(card: Message) -> int:
    found = MARKER.search(_text(card))
    assert found
    return int(found[1])


def _text(message: Message) -> str:
    return str(message.embeds[0].get("description"))


def _shows_wish(message: Message) -> bool:
    footer = message.embeds[0].get("footer", {}) if message.embeds else {}
    return str(footer.get("text")).startswith("job ") and bool(MARKER.search(_text(message)))


def _is_about(message: Message, card: Message) -> bool:
    """In its thread, but for what is said there of a variation, which is a reply to that one's card."""
    return message.reference_id == card.id or (message.channel is card.thread and message.reference_id is None)


def _said(card: Message) -> Iterator[Message]:
    place = card.thread or card.channel
    yield from (one for one in place.messages.values() if one.author.bot and _is_about(one, card))


def _clips(card: Message) -> Iterator[Message]:
    yield from (one for one in _said(card) if one.attachments and not one.deleted and not one.embeds)


def _is_there(card: Message) -> bool:
    return ERASED in _text(card) and "still there" not in _text(card) and any(_clips(card))
