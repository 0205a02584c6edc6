"""What is said of a film: how far it is, where it is, why there is none, what is missing of it. Pure."""

import discord

from bot.briefs.films import Film, Progress, Screening
from bot.briefs.storyboard import Storyboard

from ..words.plain import beside
from ..words.wording import joined, say
from .brief_notes import TITLE_SHOWN
from .links import message_link
from .replies import SPOILER


def shot_name(locale: str, number: int) -> str:
    """How people call a shot."""
    return say(locale, "shot.number", number=number)


def film_footer(screening: Screening) -> str:
    """By which the message is known again that tells of the film."""
    return say(screening.brief.locale, "film.footer", id=screening.film.id)


def film_file(film: Film) -> str:
    """The name of the file that is posted; by it the message with it is known again."""
    return f"{SPOILER if film.is_spoiler else ''}film-{film.id}.mp4"


def list_file(film: Film) -> str:
    return f"film-{film.id}.otio"


def is_film(filename: str, film: Film) -> bool:
    """Discord may have taken the prefix away that hides it."""
    return filename.removeprefix(SPOILER) == film_file(film).removeprefix(SPOILER)


def film_note(screening: Screening) -> discord.Embed:
    """How far it is; in the end what came of it."""
    title = beside(screening.film.title or screening.brief.topic, TITLE_SHOWN)
    embed = discord.Embed(title=title, description=_state(screening))
    embed.set_footer(text=film_footer(screening))
    return embed


def posted_text(screening: Screening) -> str:
    """What stands above the film, and calls whoever asked for it."""
    film, locale = screening.film, screening.brief.locale
    facts = {"asker": f"<@{film.asker_id}>", "shots": len(film.cuts), "seconds": round(film.of / 100)}
    return "\n".join([say(locale, "film.posted", **facts), *_smaller(screening)])


def gone_text(screening: Screening) -> str:
    return say(screening.brief.locale, "film.gone")


def film_link(screening: Screening) -> str | None:
    film = screening.film
    return message_link(film.guild_id, screening.place_id, film.posted_id) if film.posted_id else None


def missing_text(board: Storyboard, locale: str) -> str:
    """Which shots are not there yet, by number."""
    missing = [shot_name(locale, board.number(shot)) for shot in board.shots if not board.is_there(shot)]
    if not missing:
        return say(locale, "film.empty")
    return say(locale, "film.missing", shots=len(missing), names=joined(locale, missing))


def _state(screening: Screening) -> str:
    film, locale = screening.film, screening.brief.locale
    match film.progress:
        case Progress.MAKING if not film.of:
            return say(locale, "film.gathered")
        case Progress.MAKING:
            share, done, seconds = film.done * 100 // film.of, round(film.done / 100), round(film.of / 100)
            return say(locale, "film.progress", share=share, done=done, seconds=seconds)
        case Progress.MADE:
            link = film_link(screening)
            made = say(locale, "film.made", link=link) if link else say(locale, "film.made_bare")
            return "\n".join([made, *_smaller(screening)])
        case Progress.FAILED:
            why = say(locale, f"film.why_{film.code}", shot=film.shot or "", file=f"{film.id}.mp4")
            return say(locale, "film.failed", why=why)
        case Progress.GONE:
            return gone_text(screening)


def _smaller(screening: Screening) -> list[str]:
    film = screening.film
    return [say(screening.brief.locale, "film.smaller", file=f"{film.id}.mp4")] if film.smaller else []
