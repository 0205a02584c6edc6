"""The judge: what the vendor charged and what people can read, and nothing that the bot believes."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime

from sandbox.bot_process import REPOSITORY
from sandbox.discord import Message

from .crowd import MARKER, Ask, number_of
from .minutes import Minutes, figures, review
from .plan import CLIPS_DAY
from .stage import Stage

WORDING = REPOSITORY / "cogs" / "words" / "en.toml"
# Messages and replies, not what Discord itself notes in a channel.
SPOKEN = (0, 19)
ENDS = ("completed", "failed", "cancelled", "unconfirmed", "denied", "rejected")
NO_CHARGE = "Nothing was charged"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Each a number of jobs, or of cards, with the reasons in `evidence`.

    `untrue`: told that nothing was charged, or that it was cancelled, and charged all the same. `stale`: the card shows
    something else than its thread ended with. A second ending of one card, and a question that is asked twice, count as
    said twice. `unapproved`: sent, or shown, where moderators decide and did not say yes. `overrun` are clips that a
    limit had no room for, `withheld` those that it had, once its members have asked for all that there is.

    Of a team: `briefs` to `takes` are what the database has of them. `miscounted` are votes that are not what their
    member was told last, `partial` batches that were not sent whole, `unsettled` briefs and batches that have something
    left to show. An idea that is lost, a take that is charged twice, a message that is said twice, and a board that is
    stale count with those of jobs.
    """

    jobs: int
    charged_twice: int
    said_twice: int
    lost: int
    unconfirmed: int
    unconfirmed_told: int
    untrue: int
    stale: int
    decided_twice: int
    unapproved: int
    overrun: int
    withheld: int
    briefs: int = 0
    ideas: int = 0
    ballots: int = 0
    batches: int = 0
    takes: int = 0
    miscounted: int = 0
    partial: int = 0
    unsettled: int = 0
    evidence: tuple[str, ...] = field(default=(), repr=False)

    def figures(self) -> dict[str, object]:
        return {field.name: getattr(self, field.name) for field in fields(self) if field.name != "evidence"}

    @property
    def kept(self) -> bool:
        """Whether every promise was."""
        broken = self.charged_twice + self.said_twice + self.lost + self.untrue + self.stale
        broken += self.decided_twice + self.unapproved
        broken += self.overrun + self.withheld
        broken += self.miscounted + self.partial + self.unsettled
        return broken == 0 and self.unconfirmed_told == self.unconfirmed


@dataclass(frozen=True, kw_only=True)
class Story:
    """One card: how it stands, and what was said of it, by status; `charges` are those of its prompt."""

    ask: Ask
    card: Message
    face: str
    said: Counter[str]
    texts: tuple[str, ...]

    @property
    def ends(self) -> list[str]:
        return [status for status in self.said.elements() if status in ENDS]

    @property
    def twice(self) -> list[str]:
        repeated = [status for status, times in self.said.items() if times > 1]
        return repeated or (self.ends if len(self.ends) > 1 else [])


def judge(stage: Stage, asks: Sequence[Ask], *, filled: bool = False, minutes: Minutes | None = None) -> Verdict:
    """`filled` says that no more was to be had where there is a limit; `minutes` are the team's, if it worked."""
    known = _tell_apart("reply")
    faces = _tell_apart("card.status")
    spoken = _spoken(stage)
    stories = [
        _story(ask, card, spoken.get(card.id, []), known, faces) for ask, cards in _cards(stage, asks) for card in cards
    ]
    charges = _charges(stage, asks)
    found: dict[str, list[str]] = {
        "charged_twice": [_of(ask) for ask in asks if charges[ask.number] > 1 + ask.agains],
        "said_twice": [
            *_doubled_cards(stories),
            *(_told(one, stage) for one in stories if one.twice),
            *stage.court.asked_twice(),
        ],
        "lost": [*_without_card(asks, stories, charges), *(_told(one, stage) for one in stories if not one.ends)],
        "untrue": [_told(one, stage) for one in stories if _lied(one, charges[one.ask.number])],
        "decided_twice": [*stage.court.decided_twice()],
        "unapproved": [_told(one, stage) for one in stories if _is_unapproved(one, charges[one.ask.number], stage)],
        "stale": [_told(one, stage) for one in stories if one.ends and one.face not in one.ends],
    }
    minutes = minutes or Minutes()
    for name, lines in review(stage.team, stage.vendor, minutes).items():
        found[name] = found.get(name, []) + lines
    made = [_told(one, stage) for one in stories if one.face == "completed" and one.card.channel.guild is stage.limited]
    doubtful = [one for one in stories if "unconfirmed" in (one.face, *one.ends)]
    return Verdict(
        jobs=len({one.ask.number for one in stories} | {number for number, times in charges.items() if times}),
        **{name: len(evidence) for name, evidence in found.items()},
        **figures(minutes),
        overrun=max(0, len(made) - CLIPS_DAY),
        withheld=max(0, CLIPS_DAY - len(made)) if filled else 0,
        unconfirmed=len(doubtful),
        unconfirmed_told=sum(one.said["unconfirmed"] > 0 for one in doubtful),
        evidence=tuple(f"{name}: {line}" for name, lines in found.items() for line in lines)
        + (() if len(made) == CLIPS_DAY else tuple(f"of a limit of {CLIPS_DAY}: {line}" for line in made)),
    )


def _cards(stage: Stage, asks: Sequence[Ask]) -> Iterable[tuple[Ask, list[Message]]]:
    by_number: dict[int, list[Message]] = {ask.number: [] for ask in asks}
    for message in stage.discord.state.messages():
        number = number_of(message)
        if number is not None and message.author.bot and message.channel is not stage.court.review:
            by_number[number].append(message)
    return [(ask, by_number[ask.number]) for ask in asks]


def _spoken(stage: Stage) -> dict[int, list[Message]]:
    """What was said in a card's thread or in reply to it, by the card's id."""
    spoken: dict[int, list[Message]] = {}
    for message in stage.discord.state.messages():
        if message.author.bot and message.type in SPOKEN and not message.embeds and message.ephemeral_for is None:
            about = message.reference_id or message.channel.id
            spoken.setdefault(about, []).append(message)
    return spoken


def _charges(stage: Stage, asks: Sequence[Ask]) -> Counter[int]:
    charges: Counter[int] = Counter()
    for task in stage.vendor.ledger.tasks.values():
        if found := MARKER.search(task.prompt):
            charges[int(found[1])] += 1
    return charges


def _story(ask: Ask, card: Message, spoken: Sequence[Message], known: "Templates", faces: "Templates") -> Story:
    standing = str(card.embeds[0]["description"]).rsplit("\n", 1)[-1]
    return Story(
        ask=ask,
        card=card,
        face=_status(faces, standing),
        said=Counter(_status(known, message.content) for message in spoken),
        texts=tuple(message.content for message in spoken),
    )


def _doubled_cards(stories: Sequence[Story]) -> list[str]:
    asks = {one.ask.number: one.ask for one in stories}
    cards = Counter(one.ask.number for one in stories)
    doubled = [ask for number, ask in asks.items() if cards[number] > 1 + ask.agains]
    return [f"{_of(ask)}: {_side_by_side(one.card for one in stories if one.ask is ask)}" for ask in doubled]


def _side_by_side(cards: Iterable[Message]) -> str:
    return " and ".join(map(_history, cards))


def _history(card: Message) -> str:
    """How a card came to be and what it looked like over time."""
    came = f"card {card.id} at {_moment(card.made_at)} " + (f"by nonce {card.nonce}" if card.nonce else "as an answer")
    faces = [*(version.embeds for version in card.versions), card.embeds]
    until = [*(_moment(version.at) for version in card.versions), "the end"]
    shown = [str(embeds[0]["description"]).rsplit("\n", 1)[-1] for embeds in faces]
    return came + "; " + "; ".join(f"{face} until {at}" for face, at in zip(shown, until, strict=True))


def _moment(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%H:%M:%S.%f")[:-3]


def _without_card(asks: Sequence[Ask], stories: Sequence[Story], charges: Counter[int]) -> list[str]:
    shown = {one.ask.number for one in stories}
    expected = [ask for ask in asks if ask.acknowledged or charges[ask.number]]
    return [f"{_of(ask)}: no card" for ask in expected if ask.number not in shown]


def _lied(story: Story, charges: int) -> bool:
    if story.ask.agains or not charges:
        return False
    return story.ask.told_cancelled or any(NO_CHARGE in text for text in story.texts)


def _is_unapproved(story: Story, charges: int, stage: Stage) -> bool:
    """Whether moderators had to say yes to what was sent, or is shown, and did not."""
    court = stage.court
    if story.card.channel is not court.channel:
        return False
    job_id = str(story.card.embeds[0]["footer"]["text"]).removeprefix("job ")
    sent = charges and not story.ask.agains and court.says(job_id, "sending") != "Approved"
    return bool(sent) or ("completed" in story.ends and court.says(job_id, "publishing") != "Published")


def _of(ask: Ask) -> str:
    return f"job {ask.number} ({ask.job_id})"


def _told(story: Story, stage: Stage) -> str:
    charges = len(stage.vendor.ledger.by_prompt(story.ask.marker))
    return f"{_of(story.ask)}: charged {charges}, said {list(story.texts)}, {_history(story.card)}"


# --- telling the bot's sentences apart, by the file that people translate

Templates = list[tuple[str, re.Pattern[str]]]


def _tell_apart(table: str) -> Templates:
    """Each sentence's status and pattern, the most telling first."""
    sentences = tomllib.loads(WORDING.read_text(encoding="utf-8"))
    for name in table.split("."):
        sentences = sentences[name]
    patterns = [(_named(key), re.split(r"\{[^}]*\}", text)) for key, text in sentences.items()]
    patterns.sort(key=lambda entry: -sum(map(len, entry[1])))
    return [(status, re.compile(".*".join(map(re.escape, parts)), re.DOTALL)) for status, parts in patterns]


def _named(key: str) -> str:
    return {"reading": "queued", "waiting": "queued"}.get(first := key.partition("_")[0], first)


def _status(known: Templates, text: str) -> str:
    """The status that a text stands for, or the text itself; parts of one result are told apart by their numbers."""
    status = next((status for status, pattern in known if pattern.fullmatch(text)), text)
    return text if status == "completed" and "<@" not in text and "Part " in text else status
