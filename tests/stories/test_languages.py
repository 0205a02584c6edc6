"""Languages: what one member sees is in the member's, what everybody sees in the place's, across restarts."""

from collections.abc import Iterator
from typing import Any

import pytest
from discord import Locale

from cogs.words.languages import ENGLISH, language, languages
from sandbox.discord import Message, Permissions
from sandbox.driver import Answer, Member, join, wait_for
from sandbox.mulerun import faults
from tests.stories.conftest import Studio, card_of, card_text


def buttons(message: Message) -> list[str]:
    return [button["label"] for row in message.components for button in row["components"]]


def private(answer: Answer) -> str:
    assert answer.ephemeral and answer.message, answer
    return answer.message.content


@pytest.fixture
def jonas(studio: Studio) -> Member:
    """A German member of a server that has set no language."""
    return studio.member("Jonas", locale="de")


async def test_a_german_member_is_told_everything_in_german(studio: Studio, jonas: Member) -> None:
    card = card_of(await jonas.run(studio.channel, "video", prompt="Ein Papierboot bei Nacht", seconds=8))
    assert "von Jonas · Sora 2 Pro · 8 s · 720×1280" in card_text(card)
    assert buttons(card) == ["Abbrechen"]
    done = await studio.hears(card, "Fertig nach")
    assert [text.split(".")[0] for text in studio.said(card)][:2] == ["An Sora 2 Pro gesendet", "Wird gerendert"]
    assert done.pinged == [jonas.user] and done.attachments
    await wait_for(lambda: "✔ Fertig" in card_text(card) and "Dauer" in card_text(card))
    assert card.thread and card.thread.name == "Ein Papierboot bei Nacht"


async def test_what_goes_wrong_is_said_in_german_too(studio: Studio, jonas: Member) -> None:
    refused = await jonas.run(studio.channel, "video", prompt="x" * 2001)
    assert "Der Prompt hat 2.001 Zeichen; Sora 2 Pro nimmt höchstens 2.000." in private(refused)
    assert "Dein Prompt, zum Wiedereinfügen:" in private(refused)

    studio.vendor.faults.next_posts(faults.reset(accepted=False))
    card = card_of(await jonas.run(studio.channel, "video", prompt="Verloren"))
    told = await studio.hears(card, "weiß deshalb nicht, ob MuleRun es angenommen hat")
    assert buttons(told) == ["Noch einmal, evtl. doppelt berechnet", "Dabei belassen"]
    english = await studio.member("Bea").press(told, "Dabei belassen")
    assert private(english) == f"Only {jonas.mention} and moderators can do that."
    assert private(await jonas.press(told, "Dabei belassen")) == "Dabei belassen."


async def test_a_missing_permission_is_named_as_in_the_members_own_discord(studio: Studio, jonas: Member) -> None:
    closed = studio.add_channel("closed")
    closed.set_overwrite(studio.guild.bot_role, deny=Permissions.EMBED_LINKS | Permissions.ATTACH_FILES)
    assert "Links einbetten und Dateien anhängen" in private(await jonas.run(closed, "video", prompt="Boot"))
    assert "Embed Links and Attach Files" in private(await studio.ana.run(closed, "video", prompt="Boat"))


COMMUNITIES = {
    # the community's, the member's: on the card, in private
    "a German one, asked by an English member": ("de", "en-GB", "von Bea", "The prompt is empty."),
    "an English one, asked by a German member": ("en-US", "de", "asked by Bea", "Der Prompt ist leer."),
    "one whose language is not there": ("fi", "de", "asked by Bea", "Der Prompt ist leer."),
}


@pytest.mark.settings(GUILDS="all")
@pytest.mark.parametrize(("community", "member", "public", "alone"), COMMUNITIES.values(), ids=COMMUNITIES)
async def test_a_community_decides_the_card_and_the_member_what_only_the_member_sees(
    studio: Studio, community: str, member: str, public: str, alone: str
) -> None:
    guild = studio.discord.add_guild("Atelier", locale=community)
    channel = guild.add_channel("clips")
    bea = join(studio.discord, guild, "Bea", locale=member)
    assert private(await bea.run(channel, "video", prompt=" ")).startswith(alone)
    card = card_of(await bea.run(channel, "video", prompt="A boat"))
    assert public in card_text(card)
    await studio.hears(card, r"Fertig nach \d" if community == "de" else r"Done in \d")


@pytest.mark.settings(GUILDS="all")
@pytest.mark.vendor(pending=0.3, processing=60)
async def test_a_private_answer_has_private_buttons_in_the_members_language(studio: Studio) -> None:
    guild = studio.discord.add_guild("Atelier", locale="de")
    bea = join(studio.discord, guild, "Bea")
    card = card_of(await bea.run(guild.add_channel("clips"), "video", prompt="A boat"))
    await studio.hears(card, "Wird gerendert")
    offer = await bea.press(card, "Abbrechen")
    assert "cannot be stopped" in private(offer)
    assert offer.message and buttons(offer.message) == ["Stop following"]
    await bea.press(offer.message, "Stop following")
    await studio.hears(card, "Nicht weiter verfolgt")


@pytest.mark.settings(DIRECT="all")
async def test_direct_messages_are_in_the_members_language(studio: Studio, jonas: Member) -> None:
    card = card_of(await jonas.run(jonas.direct, "video", prompt="Ein Boot"))
    assert "von Jonas" in card_text(card)
    await studio.hears(card, "Fertig nach")


@pytest.mark.vendor(pending=0.3, processing=3)
async def test_a_job_goes_on_in_its_language_after_a_restart(studio: Studio, jonas: Member) -> None:
    card = card_of(await jonas.run(studio.channel, "video", prompt="Ein Boot"))
    await studio.hears(card, "Wird gerendert")
    await studio.restart()
    await studio.hears(card, "Fertig nach")
    await wait_for(lambda: "✔ Fertig" in card_text(card))
    assert [text.split()[0] for text in studio.said(card)] == ["An", "Wird", jonas.mention]


def parts(command: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A command with its subcommands and options."""
    yield command
    for option in command.get("options", []):
        yield from parts(option)


async def test_discord_has_every_command_in_every_language(studio: Studio) -> None:
    commands = studio.discord.state.commands[None]
    translated = {locale.value for locale in Locale if language(locale.value).code != ENGLISH}
    assert {language(locale).code for locale in translated} == set(languages()) - {ENGLISH}
    for part in (part for command in commands for part in parts(command)):
        text = "name" if part["type"] == 3 and "application_id" in part else "description"
        assert set(part[f"{text}_localizations"] or {}) == translated, part["name"]
    [video] = [command for command in commands if command["name"] == "video"]
    assert not video["name_localizations"]
    [fit] = [option for option in video["options"] if option["name"] == "fit"]
    assert {choice["name_localizations"]["de"].split(":")[0] for choice in fit["choices"]} == {"crop", "pad"}
