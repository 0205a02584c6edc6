"""The team: members who brainstorm, brief after brief, from the topic to the record, and what they were told."""

import asyncio
import re
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from random import Random
from typing import TypeVar

from sandbox.discord import Channel, Discord, Guild, Message
from sandbox.driver import Answer, DriverError, Member, join

from .plan import BALLOTS, IDEAS, SHARE_BY_REPLY, SHARE_ENDED, TAKES, VOTES, Tempo

IDEA_TOLD = re.compile(r"Idea (\d+) is on the board: (.*)", re.DOTALL)
ON_BALLOT = re.compile(r"^\*\*(\d+)\. ", re.MULTILINE)
BALLOT, BEST, EACH, MODELS = "1 vote each for …", "Which one is the best?", "How many of each", "Models: the usual one"
KEPT = "That is your vote"

T = TypeVar("T")


@dataclass(kw_only=True)
class Vote:
    """What one member was told last that counts, and what they chose since without being told anything."""

    told: str | None = None
    unanswered: set[str] = field(default_factory=set)

    def choose(self, choice: str, told: str | None) -> None:
        if told is None:
            self.unanswered.add(choice)
        else:
            self.told, self.unanswered = told, set()

    def allows(self, kept: str | None) -> bool:
        return kept == self.told or kept in self.unanswered


@dataclass(kw_only=True)
class Topic:
    """One brief as its people know it: `tried` are the titles of all ideas, `told` the numbers of those they heard of.

    `takes` is how many were on the sheet when it was sent; `votes` and `best` are by member. `at` is what the team does
    in it just now, nothing where it never began or was brought to its end.
    """

    name: str
    tried: list[str] = field(default_factory=list)
    told: dict[str, int] = field(default_factory=dict)
    replies: dict[int, str] = field(default_factory=dict)
    votes: dict[int, Vote] = field(default_factory=lambda: defaultdict(Vote))
    best: dict[int, Vote] = field(default_factory=lambda: defaultdict(Vote))
    takes: int = 0
    at: str = ""


@dataclass(kw_only=True)
class Team:
    """The first of the `members` leads."""

    guild: Guild
    channel: Channel
    members: tuple[Member, ...]
    tempo: Tempo
    topics: list[Topic] = field(default_factory=list)

    async def work(self, dice: Random, is_enough: Callable[[], bool], most: int | None = None) -> None:
        """One brief after the other until there were enough, or `most`; the last one is brought to its end."""
        while not is_enough() and (most is None or len(self.topics) < most):
            await self._develop(self._name_topic(), dice)

    def _name_topic(self) -> Topic:
        self.topics.append(Topic(name=f"Chaos brief {len(self.topics):03d}"))
        return self.topics[-1]

    async def _develop(self, topic: Topic, dice: Random) -> None:
        await self._begin(topic)
        board = self.board(topic)
        if board is None:
            return
        topic.at = "ideas"
        await self._propose(topic, board, dice)
        topic.at = "going on to the vote"
        await self._move(board, "vote", "**Vote.**")
        topic.at = "voting"
        await asyncio.gather(*(self._vote(topic, board, member, dice) for member in self.members))
        topic.at = "going on to takes"
        await self._move(board, "takes", "**Takes.**")
        topic.at = "making takes"
        await self._make_takes(topic, board, dice)
        topic.at = "comparing"
        await self._compare(topic, board.channel, dice)
        topic.at = "closing"
        await self._until(lambda: "**Closed.**" in text_of(board), lambda: self._close(board.channel))
        topic.at = ""

    async def _begin(self, topic: Topic) -> None:
        """One whose answer was lost may have begun all the same: of one topic there is one brief."""
        answer = await _tolerant(self.members[0].run(self.channel, "brainstorm start", topic=topic.name, votes=VOTES))
        is_told = answer is not None and answer.failed is None
        await self._wait(lambda: self.board(topic), 10 if is_told else 2)

    async def _propose(self, topic: Topic, board: Message, dice: Random) -> None:
        """By form and by reply, until there is something to vote on."""
        while len(topic.tried) < IDEAS or len(_ideas_on(board)) < 2:
            if len(topic.tried) >= 2 * IDEAS and _ideas_on(board):
                return
            member, title = dice.choice(self.members), f"{topic.name} idea {len(topic.tried)}"
            topic.tried.append(title)
            if dice.random() < SHARE_BY_REPLY:
                topic.replies[(await member.say(board.channel, title, reply_to=board)).id] = title
            else:
                await _tolerant(self._fill_form(topic, board, member, title))
            await asyncio.sleep(dice.uniform(0, 2 * self.tempo.press_every))

    async def _fill_form(self, topic: Topic, board: Message, member: Member, title: str) -> None:
        form = await member.press(board, "Add idea")
        if form.modal is None:
            return
        answer = await member.submit(form, title=title, subject=f"A kite over {topic.name}.")
        message = answer.message
        if answer.failed is None and message:
            await self._wait(lambda: not message.loading)
            if found := IDEA_TOLD.match(message.content):
                topic.told[title] = int(found[1])

    async def _move(self, board: Message, to: str, shown: str) -> None:
        """Always by the panel that was opened first: of a step that is over it changes nothing."""
        panel: Message | None = None

        async def move() -> None:
            nonlocal panel
            panel = panel or _sheet(await self.members[0].press(board, "Lead"))
            if panel:
                await self.members[0].choose(panel, "Go on to …", to)

        await self._until(lambda: shown in text_of(board), move)

    async def _vote(self, topic: Topic, board: Message, member: Member, dice: Random) -> None:
        """Ballots, and changes of them while others vote and bots die; with none at all nothing wins."""
        opened_times = 0
        while opened_times < BALLOTS or not any(vote.told for vote in topic.votes.values()):
            opened_times += 1
            await asyncio.sleep(dice.uniform(0, 2 * self.tempo.press_every))
            opened = await _tolerant(member.press(board, "Vote"))
            numbers = sorted(_ideas_on(board))
            if opened is None or (sheet := _sheet(opened)) is None or not numbers:
                continue
            for _ in range(2):
                chosen = sorted(dice.sample(numbers, min(len(numbers), dice.randint(1, VOTES))))
                answer = await _tolerant(member.choose(sheet, BALLOT, [str(number) for number in chosen]))
                if answer is not None:
                    # an excuse says nothing of whether it was kept
                    is_told = not answer.failed and bool(text_of(answer.message))
                    told = written(ON_BALLOT.findall(text_of(answer.message))) if is_told else None
                    topic.votes[member.id].choose(written(chosen), told)

    async def _make_takes(self, topic: Topic, board: Message, dice: Random) -> None:
        """One sheet, sent until its batch stands there: however often, it is one batch, of what the sheet showed."""
        member, count = dice.choice(self.members), dice.randint(*TAKES)
        sheet: Message | None = None

        async def send() -> None:
            nonlocal sheet
            if sheet is None and (opened := _sheet(await member.press(board, "Make takes"))):
                if count == 4:
                    await member.choose(opened, MODELS, ["sora-2-pro", "veo-3.1"])
                await member.choose(opened, EACH, str(2 if count == 4 else count))
                sheet = opened
            if sheet and (found := re.search(r"\*\*(\d+) clips?, ", text_of(sheet))):
                topic.takes = int(found[1])
                await asyncio.gather(*(_tolerant(member.press(sheet, "Make them")) for _ in range(2)))

        await self._until(lambda: footed(board.channel, "takes "), send)

    async def _compare(self, topic: Topic, thread: Channel, dice: Random) -> None:
        await self._until(lambda: footed(thread, "comparison of takes "), None)
        [call] = footed(thread, "comparison of takes ")[:1]
        await asyncio.gather(*(self._choose(topic, call, member, dice) for member in self.members))
        leader = self.members[0]
        if dice.random() < SHARE_ENDED and (opened := await _tolerant(leader.press(call, "Vote"))):
            sheet = _sheet(opened)
            if sheet:
                await _tolerant(leader.press(sheet, "End the vote"))

    async def _choose(self, topic: Topic, call: Message, member: Member, dice: Random) -> None:
        opened = await _tolerant(member.press(call, "Vote"))
        sheet = _sheet(opened) if opened else None
        for _ in range(BALLOTS) if sheet else ():
            assert sheet
            offered = [option["value"] for option in _options(sheet)]
            if not offered:
                return
            choice = dice.choice(offered)
            answer = await _tolerant(member.choose(sheet, BEST, choice))
            if answer is not None:
                is_told = not answer.failed and KEPT in text_of(answer.message)
                topic.best[member.id].choose(choice, choice if is_told else None)
            await asyncio.sleep(dice.uniform(0, 2 * self.tempo.press_every))

    async def _close(self, thread: Channel) -> None:
        await self.members[0].run(thread, "brainstorm close")

    # --- waiting

    async def _until(self, is_done: Callable[[], object], deed: Callable[[], Awaitable[None]] | None) -> None:
        """Press until it shows."""
        while not is_done():
            if deed:
                await _tolerant(deed())
            await self._wait(is_done)

    async def _wait(self, is_done: Callable[[], object], times: int = 1) -> None:
        """Until it shows, so many times as long as somebody is patient at most."""
        for _ in range(round(times * self.tempo.told_within / self.tempo.look_every)):
            if is_done():
                return
            await asyncio.sleep(self.tempo.look_every)

    # --- where it stands

    def board(self, topic: Topic) -> Message | None:
        return next(iter(self.boards(topic)), None)

    def boards(self, topic: Topic) -> list[Message]:
        return [one for one in self.messages("board of brainstorm ") if one.embeds[0].get("title") == topic.name]

    def messages(self, footer: str) -> list[Message]:
        """All of the server whose footer begins so, in the channel and in its threads."""
        threads = [one.thread for one in self.channel.messages.values() if one.thread]
        return [message for place in (self.channel, *threads) for message in footed(place, footer)]


def set_up(discord: Discord, tempo: Tempo) -> Team:
    guild = discord.add_guild("Team")
    return Team(
        guild=guild,
        channel=guild.add_channel("Team 0"),
        members=tuple(join(discord, guild, f"Team {person}") for person in ("Lea", "Bo", "Cy")),
        tempo=tempo,
    )


def written(numbers: Iterable[object]) -> str:
    """A ballot as it is compared: the numbers in order."""
    return ",".join(map(str, sorted(int(str(number)) for number in numbers)))


def text_of(message: Message | None) -> str:
    return "".join(str(embed.get("description")) for embed in message.embeds) if message else ""


def footer_of(message: Message) -> str:
    return "".join(str(embed.get("footer", {}).get("text")) for embed in message.embeds)


def footed(place: Channel, footer: str) -> list[Message]:
    """The bot's messages in a place whose footer begins so, for everybody to see."""
    shown = (one for one in place.messages.values() if one.embeds and one.ephemeral_for is None and not one.deleted)
    return [one for one in shown if footer_of(one).startswith(footer)]


def _ideas_on(board: Message) -> list[int]:
    return [int(number) for number in ON_BALLOT.findall(text_of(board))]


def _sheet(answer: Answer) -> Message | None:
    """The private message behind a press, if there is something to press on it: an apology is none."""
    message = answer.message if answer.failed is None and answer.ephemeral else None
    return message if message and message.components else None


def _options(sheet: Message) -> list[dict[str, str]]:
    rows = [one for row in sheet.components for one in row.get("components", [])]
    return [option for one in rows for option in one.get("options", [])]


async def _tolerant(deed: Awaitable[T]) -> T | None:
    """A button may be gone by the time it is pressed."""
    try:
        return await deed
    except DriverError:
        return None
