"""The film board: the message that tells how far a film is, and the one with the film, once each."""

from pathlib import Path

import discord

from bot.briefs.films import Cut, Screening
from bot.jobs import event_of
from bot.pace import NEWS, RESULT

from ..pressing.components import view
from .film_notes import film_file, film_footer, film_note, gone_text, is_film, list_file, posted_text
from .links import message_link, place_link
from .posting import CardPicture, Letter, Postman


class FilmBoard:
    def __init__(self, post: Postman) -> None:
        self._post = post

    # --- how far it is

    async def find_progress(self, screening: Screening) -> int | None:
        return await self._post.find_footed(screening.place_id, _before(screening), film_footer(screening))

    async def show_progress(self, screening: Screening) -> int | None:
        film = screening.film
        # one that somebody deleted is another
        nonce = f"{film.id}:told{film.message_id or 0:x}"[:25]
        return await self._send(screening, Letter(nonce=nonce, embed=film_note(screening), rank=NEWS))

    async def redraw_progress(self, screening: Screening, message_id: int) -> bool:
        return await self._post.redraw(screening.place_id, message_id, embed=film_note(screening), view=view())

    # --- the film

    async def limit(self, screening: Screening) -> int:
        return await self._post.upload_limit(screening.film.guild_id)

    async def find_film(self, screening: Screening) -> tuple[int, int] | None:
        size = 0

        def has_film(message: discord.Message) -> bool:
            nonlocal size
            sizes = [one.size for one in message.attachments if is_film(one.filename, screening.film)]
            size = next(iter(sizes), 0)
            return bool(sizes)

        message_id = await self._post.find(screening.place_id, _before(screening), has_film)
        return (message_id, size) if message_id else None

    async def post_film(self, screening: Screening, file: Path, edit_list: bytes) -> int | None:
        film = screening.film
        letter = Letter(
            nonce=f"{film.id}:film",
            text=posted_text(screening),
            file=file,
            file_name=film_file(film),
            files=(CardPicture(name=list_file(film), data=edit_list),),
            ping=film.asker_id,
            rank=RESULT,
        )
        return await self._send(screening, letter)

    async def take_away(self, screening: Screening, message_id: int) -> None:
        await self._post.empty(screening.place_id, message_id, gone_text(screening))

    async def read_clip(self, channel_id: int, message_id: int, most: int) -> bytes | None:
        return await self._post.read_clip(channel_id, message_id, most)

    def link(self, screening: Screening, cut: Cut) -> str:
        """The message with the clip; of a picture the place where it was shown."""
        guild_id = screening.brief.guild_id
        return message_link(guild_id, *cut.clip) if cut.clip else place_link(guild_id, screening.place_id)

    async def _send(self, screening: Screening, letter: Letter) -> int | None:
        return await self._post.deliver(screening.place_id, screening.brief.guild_id, letter)


def _before(screening: Screening) -> int:
    """A snowflake older than whatever is said of it."""
    return event_of(screening.film.id) - 1
