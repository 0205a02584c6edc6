"""Delivery: hands the tracker those who draw cards, speak in threads and post clips."""

from bot.discord_bot import DailiesBot
from bot.display import Display

from .card_drawing import Cards
from .clip_upload import Uploads
from .posting import Postman
from .thread import Threads


async def setup(bot: DailiesBot) -> None:
    postman = Postman(bot, bot.pace)
    bot.on_show(Display(card=Cards(bot, postman), thread=Threads(bot, postman), clips=Uploads(bot, postman)))
