"""Pages, buttons and trees: within Discord's limits whatever is in them, and meaning the same after a restart."""

from dataclasses import replace
from typing import Any

import pytest

from bot.catalogue import read_catalogue
from bot.display import Post
from bot.finding import Page, Recent, StateGroup
from bot.jobs import Job, PictureState, Status
from cogs.finding import family as _family
from cogs.finding.family import family_tree
from cogs.finding.pages import (
    PER_PAGE,
    Scope,
    page_buttons,
    page_embed,
    suggested,
    suggestion,
)
from cogs.finding.stored_clips import clip_posts
from cogs.showing.links import card_link, message_link
from cogs.words.languages import languages
from cogs.words.wording import ago
from tests.jobs import REQUEST, a_job

CATALOGUE = read_catalogue()
LOCALE = "en-US"
WORST = "*_`[~|>" * 400


def asked(prompt: str, number: int = 1, **fields: Any) -> Job:
    return a_job(number, request=replace(REQUEST, prompt=prompt), **fields)


def a_page(*jobs: Job, before: int = 0, after: int = 0) -> Page:
    return Page(jobs=jobs, before=before, total=before + len(jobs) + after)


@pytest.mark.parametrize("scope", Scope)
def test_a_full_page_of_the_worst_prompts_fits(scope: Scope) -> None:
    snowflake = 10**19
    ids = {"guild_id": snowflake, "channel_id": snowflake, "card_id": snowflake}
    jobs = [asked(WORST, number, asker_name="*" * 200, **ids) for number in range(PER_PAGE)]
    embed = page_embed(a_page(*jobs, before=10**6, after=10**6), scope, StateGroup.ANY, CATALOGUE, LOCALE)
    assert embed.description and len(embed.description) <= 4096 and len(embed) <= 6000
    assert embed.description.count("](https://discord.com/channels/") == PER_PAGE


def test_what_formats_or_pings_is_harmless() -> None:
    embed = page_embed(a_page(asked("**bold** @everyone")), Scope.MINE, StateGroup.ANY, CATALOGUE, LOCALE)
    assert embed.description and r"\*\*bold\*\*" in embed.description and "@everyone" not in embed.description


@pytest.mark.parametrize(
    ("before", "after", "labels"),
    [(0, 0, []), (0, 3, ["Next ▶"]), (8, 0, ["◀ Previous"]), (8, 3, ["◀ Previous", "Next ▶"])],
)
def test_buttons_are_there_where_there_is_something_to_turn_to(before: int, after: int, labels: list[str]) -> None:
    view = page_buttons(a_page(a_job(), before=before, after=after), Scope.SERVER, StateGroup.ANY, LOCALE)
    assert [getattr(item, "item").label for item in view.children] == labels if view else not labels  # noqa: B009
    assert page_buttons(a_page(), Scope.MINE, StateGroup.ANY, LOCALE) is None


def test_links_lead_to_the_card_where_there_is_one() -> None:
    assert card_link(a_job(card_id=5)) == "https://discord.com/channels/1/2/5"
    assert card_link(a_job(card_id=5, guild_id=None)) == "https://discord.com/channels/@me/2/5"
    assert card_link(a_job()) is None
    assert message_link(None, 3, 4) == "https://discord.com/channels/@me/3/4"


@pytest.mark.parametrize("prompt", ["Boat", "word " * 100, "w" * 500, "two\nlines"])
def test_a_suggestion_is_one_short_line(prompt: str) -> None:
    text = suggestion(Recent("a", prompt, Status.COMPLETED, 0.0), LOCALE)
    assert len(text) <= 100 and "\n" not in text and text.endswith(" · ✔ done")


PROMPTS = ["Boat", "Boat · 2 hours ago · ✔ done", "word " * 100, "word " * 99, "two\nlines", "قارب من ورق"]


@pytest.mark.parametrize("locale", sorted(languages()))
def test_a_suggestion_that_comes_back_as_its_text_is_known_however_the_job_went_on(locale: str) -> None:
    before = [Recent(prompt, prompt, Status.PENDING, number * 1e6) for number, prompt in enumerate(PROMPTS)]
    now = [one._replace(status=Status.FAILED, created_at=one.created_at + 1e5) for one in before]
    found = [suggested(f" {suggestion(one, locale)} ", now, locale) for one in before]
    assert [one and one.prompt for one in found] == [*PROMPTS[:3], PROMPTS[2], *PROMPTS[4:]]
    assert suggested("Boat", now, locale) is None and suggested("Kite · now · done", now, locale) is None


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-5, "just now"), (59, "just now"), (60, "1 minute ago"), (7500, "2 hours ago"), (200_000, "2 days ago")],
)
def test_ages(seconds: float, text: str) -> None:
    assert ago(LOCALE, seconds) == text


def test_the_messages_with_clips_are_in_the_order_of_the_parts() -> None:
    keys = ("card", "completed10", "completed", "completed2", "completed1", "completed_link", "processing")
    posts = {key: Post(key=key, channel_id=1, message_id=2) for key in keys}
    assert [post.key for post in clip_posts(posts)] == ["completed", "completed1", "completed2", "completed10"]


# --- families


def kin(number: int, parent: int | None, **fields: Any) -> Job:
    job = a_job(number, parent_id=a_job(parent).id if parent else None, status=Status.COMPLETED, **fields)
    return replace(job, card_id=number)


def draw(family: list[Job], shown: int, hidden: set[int] | None = None) -> list[str]:
    ids = {a_job(number).id for number in hidden or ()}
    tree = family_tree(family, kin(shown, None), CATALOGUE, LOCALE, lambda job: job.id not in ids)
    return [line.split(" · ✔ done")[0] for line in tree.splitlines()] if tree else []


def test_a_tree_names_what_each_changed() -> None:
    longer = replace(REQUEST, seconds=12)
    family = [
        kin(1, None),
        kin(2, 1, request=longer),
        kin(3, 2, request=replace(longer, prompt="A kite", size="720x1280")),
        kin(4, 1, picture=PictureState.READ),
        kin(5, 4),
        kin(6, 1),
    ]
    assert draw(family, 4) == [
        "“A paper boat”",
        "├ 12 s",
        "│\u2003└ “A kite” · 720×1280",
        "├ **▸ with a picture**",
        "│\u2003└ without the picture",
        "└ the same again",
    ]


def test_of_a_blind_take_nothing_tells_which_model_made_it() -> None:
    veo = replace(REQUEST, model="veo-3.1", size="1920x1080")
    family = [kin(1, None), kin(2, 1, request=replace(veo, prompt="A kite")), kin(3, 1, request=veo)]
    blind = {job.id for job in family}
    tree = family_tree(family, family[0], CATALOGUE, LOCALE, lambda job: True, blind)
    assert tree and [line.split(" · ✔ done")[0] for line in tree.splitlines()] == [
        "**▸ “A paper boat”**",
        "├ “A kite”",
        "└ “A paper boat”",
    ]
    embed = page_embed(
        a_page(*family), Scope.MINE, StateGroup.ANY, CATALOGUE, LOCALE, blind={job.id for job in family[1:]}
    )
    text = str(embed.description)
    assert text.count("model told after the vote") == 2 and "Veo" not in text and text.count("Sora 2 Pro") == 1


def test_what_is_hidden_has_neither_words_nor_links() -> None:
    family = [kin(1, None), kin(2, 1), kin(3, 2), kin(4, 1)]
    tree = family_tree(family, family[2], CATALOGUE, LOCALE, lambda job: job.id in (a_job(1).id, a_job(3).id))
    assert tree and tree.splitlines()[1] == "└ – not shown here"
    assert a_job(2).id not in tree and a_job(4).id not in tree and "/2/2" not in tree
    assert draw(family, 1, {2, 3, 4}) == []


def test_what_is_not_listed_keeps_its_place_only(monkeypatch: pytest.MonkeyPatch) -> None:
    family = [kin(1, None), replace(kin(2, 1), status=Status.CANCELLED), kin(3, 2)]
    monkeypatch.setattr(_family, "UNLISTED", (Status.CANCELLED,))
    assert draw(family, 3)[1] == "└ – not shown here"


def test_who_has_no_relatives_has_no_tree() -> None:
    assert draw([kin(1, None)], 1) == []


@pytest.mark.parametrize("prompt", ["Boat", WORST])
def test_a_large_family_is_cut_down_to_the_nearest_and_fits(prompt: str) -> None:
    snowflake = 10**19
    request = replace(REQUEST, prompt=prompt)
    line = [
        replace(kin(number, number - 1 or None, guild_id=snowflake, channel_id=snowflake), card_id=snowflake)
        for number in range(1, 60)
    ]
    line = [replace(job, request=replace(request, seconds=number)) for number, job in enumerate(line)]
    tree = family_tree(line, line[30], CATALOGUE, LOCALE, lambda job: True)
    assert tree and len(tree) <= 2000
    assert "**▸" in tree and tree.splitlines()[-1].startswith("… and ")
