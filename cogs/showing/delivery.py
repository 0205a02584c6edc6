"""Delivery: hands the tracker those who draw cards, speak in threads, post clips, ask moderators and tell them."""

from bot.discord_bot import DailiesBot
from bot.display import Display

from .batch_board import BatchBoard
from .brief_board import BriefBoard
from .card_drawing import Cards
from .clip_upload import Uploads
from .film_board import FilmBoard
from .members import Members
from .order_board import OrderBoard
from .posting import Postman
from .review_board import ReviewBoard
from .storyboard_board import StoryboardBoard
from .thread import Threads


async def setup(bot: DailiesBot) -> None:
    postman = Postman(bot, bot.pace)
    display = Display(
        card=Cards(bot, postman),
        thread=Threads(bot, postman),
        clips=Uploads(bot, postman),
        reviews=ReviewBoard(bot, postman),
        order=OrderBoard(bot, postman),
        members=Members(postman),
        briefs=BriefBoard(bot, postman),
        batches=BatchBoard(bot, postman),
        storyboards=StoryboardBoard(bot, postman),
        films=FilmBoard(postman),
    )
    bot.on_show(display)
