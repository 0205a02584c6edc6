"""The log on a bad day: what went wrong, and never a prompt, a name or the name of a file."""

import pytest

from sandbox.discord import Message
from sandbox.driver import Upload, wait_for
from sandbox.mulerun import Fault, faults
from tests import pictures
from tests.stories.conftest import Studio, card_of

# Each in one place only, so that a leak says where it comes from.
PROMPT, MEMBER, SERVER, CHANNEL, FILE = "Xylophonia", "Wilhelmina", "Ypsilanti", "quagmire", "zucchini"
TOLD = ("The vendor failed", "Refused: ", "The answer was lost", "cannot be read yet", "answer failed", "refused:")
SECRETS = (PROMPT, MEMBER, SERVER, CHANNEL, FILE)


def quoting(status: int) -> Fault:
    """The vendor quotes what it was asked for."""
    body = f'{{"detail": "No capacity for: {PROMPT} at dusk"}}'.encode()
    return Fault(status=status, body=body, accepted=False)


@pytest.mark.settings(LOG_LEVEL="INFO", GUILDS="all")
async def test_on_a_bad_day_the_log_says_what_is_wrong_and_nothing_of_anybody(studio: Studio) -> None:
    guild = studio.discord.add_guild(SERVER)
    channel = guild.add_channel(CHANNEL)
    studio.guild, studio.channel = guild, channel
    anna = studio.member(MEMBER)
    picture = Upload.named(f"{FILE}.png", pictures.png((640, 480)))
    discord, vendor = studio.discord.faults, studio.vendor.faults

    async def ask(words: str, **options: object) -> Message:
        return card_of(await anna.run(channel, "video", prompt=f"{PROMPT} {words}", **options))

    # the picture is read late, and its place is down at first
    discord.slow(r"ephemeral-attachments", seconds=2.5)
    discord.answer_next(r"ephemeral-attachments", status=503, times=2)
    cards = [await ask("by picture", image=picture)]
    # the vendor at the door, by no clear answer, by a failure, by a look, with its clip
    vendor.next_posts(
        *map(quoting, (400, 404, 500)), faults.rejected(f"Refused: {PROMPT}"), faults.reset(accepted=True)
    )
    vendor.next_looks(quoting(503), quoting(404), faults.html(502))
    vendor.next_downloads(faults.status(503), faults.html())
    cards += [await ask(f"number {number}") for number in range(7)]
    cards.append(await ask("half an emoji"))
    # Discord: no thread, no text, an answer that is lost, an interaction that is over
    discord.answer_next(r"/threads$", status=403, code=50013)
    discord.answer_next(r"/messages$", method="POST", status=400, code=200000, message="Message was blocked")
    discord.answer_next(r"/messages$", method="POST", status=503)
    discord.reset(r"/callback$")
    await anna.run(channel, "video", prompt=f"{PROMPT} unanswered")
    discord.answer_next(r"/callback$", status=404, code=10062)
    await anna.run(channel, "compose")
    said = await anna.say(channel, f"<@{studio.discord.state.bot.id}> {PROMPT} said", files=[picture])
    await wait_for(lambda: any(one.reference is said for one in channel.messages.values()), what="an answer")
    for card in cards:
        await studio.hears(card, r"<@\d+> ", timeout=60)
    await studio.bot.stop()
    log = studio.bot.log
    for told in (
        "The vendor failed",
        "Refused: ",
        "The answer was lost",
        "cannot be read yet",
        "answer failed",
        "refused:",
    ):
        assert told in log
    assert [line for line in log.splitlines() if any(secret.lower() in line.lower() for secret in SECRETS)] == []
