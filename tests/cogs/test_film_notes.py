"""What is said of films, in every language: how far one is, where it is, why there is none."""

from dataclasses import replace
from typing import Any

import pytest

from bot.briefs.films import Cut, Film, Progress, Screening
from bot.briefs.storyboard import Kind, Shot, Storyboard
from cogs.showing.film_notes import film_file, film_note, is_film, missing_text, posted_text, shot_name
from tests.bot.test_briefs import a_brief
from tests.cogs.test_cards import every_language

CUTS = (Cut(name="Shot 1", source="s1"), Cut(name="Shot 2", source="s2", spoiler=True))
FILM = Film(id="f1", brief_id="b", guild_id=5, asker_id=7, made_at=1.0, step=1, cuts=CUTS, done=1200, of=3000)


def screening(locale: str = "en-US", **of_it: Any) -> Screening:
    film = replace(FILM, **of_it)
    return Screening(film=film, brief=a_brief(locale=locale, place_id=8))


def told(locale: str = "en-US", **of_it: Any) -> str:
    return film_note(screening(locale, **of_it)).description or ""


def test_how_far_it_is_is_told_in_hundredths_and_seconds() -> None:
    assert told() == "Film: 40 % · 12 of 30 s"
    assert told(done=0, of=0) == "Film: the shots are gathered."


def test_where_it_is_and_that_it_is_smaller() -> None:
    made: dict[str, Any] = {"progress": Progress.MADE, "posted_id": 9}
    assert told(**made) == "The film is there: [watch it](https://discord.com/channels/5/8/9)"
    assert "full one as f1.mp4" in told(**made, smaller=True) and "deleted" in told(progress=Progress.MADE)
    assert posted_text(screening(**made)) == (
        "<@7> The film is there: 2 shots, 30 s. The list beside it opens in cutting programs."
    )


@every_language
@pytest.mark.parametrize("progress", Progress)
def test_each_state_is_told_in_each_language(locale: str, progress: Progress) -> None:
    note = film_note(screening(locale, progress=progress, code="missing", shot=shot_name(locale, 24), title="*" * 100))
    assert note.description and "{" not in note.description and len(note.title or "") <= 256
    assert note.footer.text and "f1" in note.footer.text
    # what the database keeps of a name
    assert len(shot_name(locale, 24)) <= 24


def test_what_is_hidden_is_known_by_its_name_all_the_same() -> None:
    assert film_file(FILM) == "SPOILER_film-f1.mp4" and film_file(replace(FILM, cuts=CUTS[:1])) == "film-f1.mp4"
    assert all(is_film(name, FILM) for name in ("SPOILER_film-f1.mp4", "film-f1.mp4"))
    assert not any(is_film(name, FILM) for name in ("film-f1.otio", "film-f2.mp4"))


def test_shots_that_are_not_there_are_named() -> None:
    plain: dict[str, Any] = {"author_id": 7, "author_name": "Ana", "made_at": 1.0}
    shots = tuple(Shot(id=f"s{n}", source=f"s{n}", kind=Kind.WISH, **plain) for n in range(2))
    board = Storyboard(brief=a_brief(), shots=shots)
    assert "2 shots are not there yet: Shot 1 and Shot 2." in missing_text(board, "en-US")
    assert "1 shot is not there yet: Shot 1." in missing_text(replace(board, shots=shots[:1]), "en-US")
    assert "empty" in missing_text(replace(board, shots=()), "en-US")
