"""Waiting in line: the place is told, moves on without a flood of edits, and nobody is passed over."""

from itertools import pairwise

import pytest

from sandbox.driver import join, wait_for
from tests.stories.conftest import Studio, card_of, card_text

DRAW_EVERY = 15.0


def standing(text: str) -> str:
    return text.rsplit("\n", 1)[-1]


@pytest.mark.settings(MAX_ACTIVE="1")
@pytest.mark.vendor(pending=0.2, processing=5)
async def test_the_card_shows_the_place_and_moves_on_without_a_flood_of_edits(studio: Studio) -> None:
    cards = [
        card_of(await studio.ana.run(studio.channel, "video", prompt=prompt)) for prompt in ("One", "Two", "Three", "4")
    ]
    last = cards[-1]
    told = await studio.hears(last, "In line, 3rd: .* until it is sent")
    assert not told.pinged
    await wait_for(lambda: "In line, 3rd" in card_text(last), what="the place on the card")
    for card in cards:
        await studio.hears(card, "Done in", timeout=60)
    faces = [standing(version.embeds[0]["description"]) for version in last.versions]
    assert faces[0].startswith("◌ Waiting for Sora 2 Pro") and faces[1].startswith("◌ In line, 3rd")
    # all but the last edit, which is the end: that is shown at once
    *edits, _ = [version.at for version in last.versions]
    assert all(later - sooner >= DRAW_EVERY - 0.5 for sooner, later in pairwise(edits))
    assert len([text for text in studio.said(last) if "In line" in text]) == 1


@pytest.mark.settings(MAX_ACTIVE="1", GUILDS="all")
@pytest.mark.vendor(pending=0.2, processing=1)
async def test_one_servers_crowd_does_not_keep_another_server_waiting(studio: Studio) -> None:
    crowd = [card_of(await studio.ana.run(studio.channel, "video", prompt=f"Crowd {number}")) for number in range(6)]
    other = studio.discord.add_guild("Another")
    zoe = join(studio.discord, other, "Zoe")
    card = card_of(await zoe.run(other.add_channel("general"), "video", prompt="Alone"))
    await studio.hears(card, "Done in", timeout=60)
    for each in crowd:
        await studio.hears(each, "Done in", timeout=60)
    prompts = [task.prompt for task in studio.vendor.ledger.tasks.values()]
    assert prompts.index("Alone") <= 2, prompts


@pytest.mark.settings(MAX_ACTIVE="4")
@pytest.mark.catalogue(max_active=1)
@pytest.mark.vendor(pending=0.2, processing=2)
async def test_a_model_with_a_limit_of_its_own_lets_the_other_pass(studio: Studio) -> None:
    slow = [card_of(await studio.ana.run(studio.channel, "video", prompt=f"Pro {number}")) for number in range(3)]
    quick = card_of(await studio.ana.run(studio.channel, "video", prompt="Plain", model="sora-2"))
    for card in (*slow, quick):
        await studio.hears(card, "Done in", timeout=60)
    prompts = [task.prompt for task in studio.vendor.ledger.tasks.values()]
    assert prompts.index("Plain") <= 1, prompts
