"""The news of each job: when the vendor changed it, and when people could read that in Discord."""

from dataclasses import dataclass

from sandbox.discord import Discord, Message
from sandbox.mulerun import Ledger, Task

from .contenders import Contender
from .load import number_in


@dataclass(frozen=True, kw_only=True)
class News:
    """Seconds from the vendor's change to the message about it, of those jobs where there was one."""

    rendering: list[float]
    done: list[float]


def read_news(contender: Contender, discord: Discord, ledger: Ledger) -> News:
    """Of all jobs that the load began."""
    cards, about = _cards(discord), _about(discord)
    news = News(rendering=[], done=[])
    for task in ledger.tasks.values():
        if card := cards.get(number_in(task.prompt)):
            said = about.get(card.id, [])
            clip = next((message.made_at for message in said if message.attachments), None)
            _note(news.rendering, _entered(task, "processing"), contender.rendering_at(card, said))
            _note(news.done, _entered(task, "completed"), clip)
    return news


def _note(lags: list[float], changed_at: float | None, told_at: float | None) -> None:
    if changed_at is not None and told_at is not None:
        lags.append(told_at - changed_at)


def _entered(task: Task, word: str) -> float | None:
    return next((state.at.timestamp() for state in task.states if state.word == word), None)


def _cards(discord: Discord) -> dict[int | None, Message]:
    """By the number of the command, in whichever way they came to be there."""
    found = ((number_in(message.embeds), message) for message in discord.state.messages() if message.embeds)
    return {number: message for number, message in found if number is not None}


def _about(discord: Discord) -> dict[int, list[Message]]:
    """What the bot said in a card's thread or in reply to it, by the card's id."""
    about: dict[int, list[Message]] = {}
    for message in discord.state.messages():
        if message.author.bot and not message.embeds:
            about.setdefault(message.reference_id or message.channel.id, []).append(message)
    return about
