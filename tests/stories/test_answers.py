"""Answers that the vendor does not document: a clip that is made arrives, and what has failed says so at once."""

import pytest

from tests.stories.conftest import Studio, card_of


@pytest.mark.parametrize(
    "prompt", ["a clip in an object", "a clip in the output", "a clip in the task", "a clip named thrice"]
)
async def test_a_clip_arrives_once_however_it_is_named(studio: Studio, prompt: str) -> None:
    card = card_of(await studio.ana.run(studio.channel, "video", prompt=prompt))
    done = await studio.hears(card, "Done in")
    assert len(done.attachments) == 1
    downloads = [visit.status for visit in studio.vendor.ledger.visits if visit.path.startswith("/results/")]
    assert (set(downloads), studio.vendor.ledger.charged) == ({200}, 1)


@pytest.mark.parametrize(
    ("prompt", "words"),
    [
        ("called off", "Sora 2 Pro failed: .*cancelled"),
        ("taking too long", "Sora 2 Pro failed: .*timed.?_out"),
        ("an error for a word", "The maker of Sora 2 Pro could not finish this: .*No capacity"),
        ("a fault for a word", "MuleRun had a fault of its own: .*The router lost the task"),
    ],
)
async def test_a_word_that_means_no_is_told_at_once(studio: Studio, prompt: str, words: str) -> None:
    card = card_of(await studio.ana.run(studio.channel, "video", prompt=prompt))
    told = await studio.hears(card, words)
    assert told.pinged == [studio.ana.user]
    assert not [said for said in studio.said(card) if "no result" in said]
