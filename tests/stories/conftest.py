"""A studio: a server with channels and members, a vendor, and the bot as a process between them."""

import json
import re
from collections import ChainMap
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from sandbox.bot_process import REPOSITORY
from sandbox.discord import Channel, ChannelType, Discord, Guild, Message
from sandbox.driver import Answer, Member, join, wait_for
from sandbox.mulerun import MuleRun
from sandbox.transcript import transcript
from tests import discord_openapi
from tests.stories.nursery import CLOCKS, StoryBot, open_nursery

QUICK_CATALOGUE = REPOSITORY / "sandbox" / "quick_catalogue.toml"


# messages and replies, not what Discord itself notes in a channel
SPOKEN = (0, 19)


@dataclass(kw_only=True)
class Studio:
    discord: Discord
    vendor: MuleRun
    folder: Path
    guild: Guild
    channel: Channel
    ana: Member
    nursery: str
    settings: dict[str, str] = field(default_factory=dict)
    bot: StoryBot = field(init=False)

    async def start(self) -> None:
        """Start the bot and wait until it hears and has its commands."""
        await self.start_alone()
        await self.discord.wait_until_connected()
        await wait_for(lambda: self.discord.state.commands, what="the commands")

    async def start_alone(self) -> None:
        """Start the bot, whatever Discord says."""
        environment = {
            "DISCORD_TOKEN": self.discord.token,
            "DISCORD_API_URL": self.discord.api_url,
            "MULERUN_API_KEY": self.vendor.api_key,
            "MULERUN_BASE_URL": self.vendor.base_url,
            "CATALOGUE_FILE": str(QUICK_CATALOGUE),
            "LOOKS_PER_MINUTE": "6000",
            "CONTENT_RULES": "show",
            "HTTP_ADDR": "",
        }
        self.bot = StoryBot({**environment, **self.settings}, self.folder, self.nursery)
        await self.bot.start()

    async def restart(self) -> None:
        await self.bot.kill()
        await self.start()

    def member(self, name: str, *, moderator: bool = False, locale: str = "en-US") -> Member:
        return join(self.discord, self.guild, name, moderator=moderator, locale=locale)

    def add_channel(self, name: str, kind: ChannelType = ChannelType.TEXT) -> Channel:
        return self.guild.add_channel(name, type=kind)

    # --- what is to be seen

    def about(self, card: Message) -> list[Message]:
        """What the bot said of a card's job, in its thread or in reply to it, oldest first."""
        everything = [
            message for channel in self.discord.state.channels.values() for message in channel.messages.values()
        ]
        related = [
            message
            for message in everything
            if message.author.bot and message.type in SPOKEN and card.id in (message.channel.id, message.reference_id)
        ]
        return sorted(related, key=lambda message: message.id)

    def said(self, card: Message) -> list[str]:
        return [message.content for message in self.about(card)]

    async def hears(self, card: Message, words: str, *, timeout: float = 30.0) -> Message:  # noqa: ASYNC109
        """Wait until something with these words (a regular expression) is said about the card's job."""
        return (
            await wait_for(
                lambda: next((message for message in self.about(card) if re.search(words, message.content)), None),
                timeout=timeout,
                what=f"{words!r} about the card; said was {self.said(card)}",
            )
            or card
        )


def card_of(answer: Answer) -> Message:
    assert answer.failed is None, answer.failed
    assert answer.message and not answer.ephemeral, answer
    return answer.message


def told(answer: Answer) -> str:
    """What whoever asked or pressed was told alone."""
    assert answer.ephemeral and answer.message, answer
    return answer.message.content


def card_text(card: Message) -> str:
    return str(card.embeds[0]["description"])


@pytest.fixture(scope="session")
def nursery() -> Iterator[str]:
    with open_nursery() as address:
        yield address


@pytest.fixture
async def studio(tmp_path: Path, nursery: str, request: pytest.FixtureRequest) -> AsyncIterator[Studio]:
    """Marks: `@pytest.mark.settings(MAX_ACTIVE="1")`, `@pytest.mark.vendor(pending=0.2, processing=0.4)`, and
    `@pytest.mark.clocks({"bot.tracker.worker:BEAT_EVERY": 0.5})`.
    """
    vendor_options = {"pending": 0.3, "processing": 0.5} | _options(request, "vendor")
    async with Discord() as discord, MuleRun(**vendor_options) as vendor:
        guild = discord.add_guild("Studio")
        # so that the server is let in by itself
        discord.state.application.owner = guild.owner
        studio = Studio(
            discord=discord,
            vendor=vendor,
            folder=tmp_path,
            guild=guild,
            channel=guild.add_channel("general"),
            ana=join(discord, guild, "Ana"),
            nursery=nursery,
            settings=_options(request, "settings"),
        )
        if clocks := _clocks(request):
            studio.settings[CLOCKS] = json.dumps(clocks)
        if changes := _options(request, "catalogue"):
            studio.settings["CATALOGUE_FILE"] = str(_changed_catalogue(tmp_path, changes))
        try:
            await studio.start()
            yield studio
        finally:
            if studio.bot.returncode is None:
                assert await studio.bot.stop() == 0, studio.bot.log
        print(transcript(studio.channel))
        assert "Traceback" not in studio.bot.log, studio.bot.log
        for secret in (discord.token, vendor.api_key):
            assert secret not in studio.bot.log
        _obeys_discord(discord)


def _options(request: pytest.FixtureRequest, name: str) -> dict:  # type: ignore[type-arg]  # whatever the mark says
    marker = request.node.get_closest_marker(name)
    return dict(marker.kwargs) if marker else {}


def _clocks(request: pytest.FixtureRequest) -> dict[str, float]:
    """Those of the test before those of its module."""
    return dict(ChainMap(*(mark.args[0] for mark in request.node.iter_markers("clocks"))))


def _changed_catalogue(folder: Path, changes: dict[str, object]) -> Path:
    """The quick catalogue with other values for every model."""
    text = QUICK_CATALOGUE.read_text(encoding="utf-8")
    for key, value in changes.items():
        line = f"{key} = {value}"
        if f"\n{key} = " in text:
            text = re.sub(rf"^{key} = .*$", line, text, flags=re.MULTILINE)
        else:
            text = re.sub(r"^(\[.*\])$", rf"\1\n{line}", text, flags=re.MULTILINE)
    file = folder / "catalogue.toml"
    file.write_text(text, encoding="utf-8")
    return file


def _obeys_discord(discord: Discord) -> None:
    """Every request of the bot is one that Discord's own description allows, and none holds what Discord ignores."""
    assert not discord.record.warnings
    description = discord_openapi.load()
    if description is None:
        return
    problems = [problem for exchange in discord.record for problem in description.request_problems(exchange)]
    assert not problems, "\n".join(problems)
