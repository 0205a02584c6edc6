"""What stories of moderated channels share: rules as the database keeps them, a review channel, what stands there."""

import re
from pathlib import Path

from sandbox.discord import Channel, Message
from sandbox.driver import wait_for
from tests.stories.conftest import Studio


def database(studio: Studio) -> Path:
    return studio.folder / "data" / "dailies.db"


def note_text(message: Message) -> str:
    return str(message.embeds[0]["description"])


def asked(channel: Channel, words: str) -> list[Message]:
    """The bot's questions in a review channel, with these words."""
    return [one for one in channel.messages.values() if one.embeds and not one.deleted and words in note_text(one)]


async def question(channel: Channel, words: str) -> Message:
    """Wait until moderators are asked about something."""
    found = await wait_for(lambda: asked(channel, words), what=f"a question about {words!r}")
    assert len(found) == 1
    return found[0]


async def closed(message: Message, words: str) -> None:
    """Wait until a question shows what was decided, and asks no more."""
    await wait_for(lambda: re.search(words, note_text(message)), what=f"{words!r} in {note_text(message)!r}")
    assert not message.components and not message.attachments
