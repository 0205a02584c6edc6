"""The storyboard's message: there once, kept true, with its shots as a strip."""

from collections.abc import Sequence

from bot.briefs.storyboard import Shot, Storyboard
from bot.discord_bot import DailiesBot
from bot.errors import FileTooLarge, VenueRefused
from bot.jobs import event_of
from bot.pace import NEWS
from bot.sheets import Panel

from .posting import CardPicture, Letter, Postman
from .storyboard_notes import heading, hides, panels, storyboard_buttons, storyboard_footer, storyboard_note

STRIP_NAME = "storyboard.jpg"
# Of so many messages it is known which strip they have, so that none is put there again.
STRIPS_KNOWN = 1000


class StoryboardBoard:
    def __init__(self, bot: DailiesBot, post: Postman) -> None:
        self._post = post
        self._strips: dict[int, int] = {}

    async def find_storyboard(self, board: Storyboard) -> int | None:
        return await self._post.find_footed(_place(board), event_of(board.brief.id) - 1, storyboard_footer(board))

    async def show_storyboard(self, board: Storyboard, strip: bytes | None) -> int | None:
        embed, pictures = storyboard_note(board), _pictures(strip)
        if pictures:
            embed.set_image(url=f"attachment://{STRIP_NAME}")
        letter = Letter(
            # of the first one there is to be one, whatever of it a second worker would show
            nonce=f"{board.brief.id}:shots{board.version if board.message_id else ''}",
            embed=embed,
            view=storyboard_buttons(board),
            files=pictures,
            rank=NEWS,
        )
        try:
            message_id = await self._post.deliver(_place(board), board.brief.guild_id, letter)
        except (VenueRefused, FileTooLarge):
            if not pictures:
                raise
            # the strip is an extra
            return await self.show_storyboard(board, None)
        self._remember(message_id, strip)
        return message_id

    async def redraw_storyboard(self, board: Storyboard, message_id: int, strip: bytes | None) -> bool:
        """A strip that could not be drawn leaves the one that is there."""
        embed, is_same = storyboard_note(board), strip is None or self._strips.get(message_id) == hash(strip)
        pictures = () if is_same else _pictures(strip)
        if board.shots:
            embed.set_image(url=f"attachment://{STRIP_NAME}")
        there = await self._post.redraw(
            _place(board),
            message_id,
            embed=embed,
            view=storyboard_buttons(board),
            files=pictures,
            keep=bool(board.shots),
        )
        self._remember(message_id, strip if there else None)
        return there

    async def read_clip(self, channel_id: int, message_id: int, most: int) -> bytes | None:
        return await self._post.read_clip(channel_id, message_id, most)

    def panels(self, board: Storyboard) -> Sequence[Panel]:
        return panels(board)

    def heading(self, board: Storyboard) -> str:
        return heading(board)

    def hides(self, board: Storyboard, shot: Shot) -> bool:
        return hides(board, shot)

    def _remember(self, message_id: int | None, strip: bytes | None) -> None:
        if message_id is not None and strip is not None:
            if len(self._strips) >= STRIPS_KNOWN:
                self._strips.clear()
            self._strips[message_id] = hash(strip)


def _place(board: Storyboard) -> int:
    return board.brief.place_id or board.brief.channel_id


def _pictures(strip: bytes | None) -> tuple[CardPicture, ...]:
    return (CardPicture(name=STRIP_NAME, data=strip),) if strip else ()
