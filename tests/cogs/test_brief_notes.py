"""What is shown of a brief stays within Discord's limits, whatever people write, in every language."""

from collections.abc import Iterator

import discord
import pytest

from bot.briefs.brief import Brief, Doer, Phase, Rules
from bot.briefs.desk import Desk
from bot.briefs.ideas import PART_MOST, TITLE_MOST, Idea, Text
from bot.briefs.votes import Tally
from cogs.brainstorming.idea_pages import idea_sheet, list_page
from cogs.brainstorming.voting import sheet
from cogs.showing.brief_notes import board, card
from cogs.words.languages import languages
from tests.bot.test_briefs import a_brief

# Each letter takes two when it is drawn as it was typed, and those in the second are turned.
LONGEST = ("*", "א_")


def filled(letters: str, length: int) -> str:
    return (letters * length)[:length]


def full(letters: str, locale: str) -> Desk:
    """As many ideas as there are, each as long as it can be, all of them in a tie."""
    text = Text(
        title=filled(letters, TITLE_MOST),
        subject=filled(letters, PART_MOST),
        action=filled(letters, PART_MOST),
        setting=filled(letters, PART_MOST),
    )
    ideas = tuple(
        Idea(
            brief_id="b", number=number, author_id=1, author_name=filled(letters, 32), text=text, made_at=1.0,
            of=(1, 2), source="https://discord.com/channels/1/2/3",
        )
        for number in range(1, 101)
    )  # fmt: skip
    rules = Rules(ideas=50, votes=99, per_idea=3, own=False)
    brief: Brief = a_brief(
        topic=filled(letters, 200), locale=locale, rules=rules, phase=Phase.TAKES, round=1, ends_at=1e9
    )
    return Desk(brief=brief, ideas=ideas, tally=Tally(votes=dict.fromkeys(range(1, 101), 99), voters=500))


def embeds(desk: Desk, locale: str) -> Iterator[discord.Embed]:
    yield card(desk.brief)
    yield board(desk)
    yield list_page(desk, 3, locale)[0]
    yield idea_sheet(desk, desk.ideas[0], Doer(id=1), locale, suggests=True)[0]
    yield sheet(desk, dict.fromkeys(range(1, 100), 1), 2, 0, locale)[0]


@pytest.mark.parametrize("locale", sorted(languages()))
@pytest.mark.parametrize("letters", LONGEST)
def test_nothing_is_longer_than_discord_takes(letters: str, locale: str) -> None:
    for embed in embeds(full(letters, locale), locale):
        assert len(embed.title or "") <= 256 and len(embed.description or "") <= 4096 and len(embed) <= 6000
        assert all(len(field.value or "") <= 1024 and len(field.name or "") <= 256 for field in embed.fields)


def test_a_full_page_still_has_every_title() -> None:
    embed, _ = list_page(full("*", "en-US"), 0, "en-US")
    assert [f"**{number}. " in (embed.description or "") for number in range(1, 12)] == [True] * 10 + [False]
