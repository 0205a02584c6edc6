"""Shots come to a storyboard: of a take, an idea, new words, a picture, a clip that somebody replies with."""

import logging

import discord
from discord.ext import commands

from bot.actions import Given, Spot
from bot.briefs.brief import Act, Brief, Doer, Halt, may
from bot.briefs.storyboard import Storyboard
from bot.discord_bot import DailiesBot
from bot.drafts import read_whole
from bot.errors import ShowTroubled, VenueRefused
from bot.jobs import job_id
from bot.prompt import clean
from bot.video_request import Draft, Refusal

from ..asking.forms import read_form
from ..asking.reading import files_of, read_message_ask
from ..pressing.components import Press
from ..showing.answers import answer_alone
from ..showing.discord_errors import TextRefused
from ..showing.posting import Letter, Postman
from ..showing.refusals import refusal_text
from ..words.wording import say
from .briefs import ask_of, doer_of, halt_text, halted, refused_to_take_part
from .shot_forms import give_form, read_seconds, spot_of, write_form
from .storyboard_pages import add_page
from .storyboards import of_storyboard, tell

log = logging.getLogger(__name__)


@of_storyboard
async def ask_add(press: Press, board: Storyboard) -> None:
    """What to add, and where: behind a shot, in the place of one, at the end."""
    if halt := may(board.brief, Act.ARRANGE, doer_of(press.interaction)):
        await halted(press.interaction, halt, board.brief)
        return
    desk = await press.bot.lookup.desk(board.brief.id)
    if desk is None or await refused_to_take_part(press.interaction):
        return
    embed, components = add_page(desk, board, press.argument, press.locale)
    message = press.interaction.message
    if press.argument and message and message.flags.ephemeral:
        await press.interaction.response.edit_message(content=None, embed=embed, view=components, attachments=[])
    else:
        await answer_alone(press.interaction, embed=embed, view=components)


@of_storyboard
async def pick_take(press: Press, board: Storyboard) -> None:
    await _add(press, board, Given(take=read_whole(press.chosen) or 0))


@of_storyboard
async def pick_idea(press: Press, board: Storyboard) -> None:
    await _add(press, board, Given(idea=read_whole(press.chosen) or 0))


@of_storyboard
async def ask_write(press: Press, board: Storyboard) -> None:
    catalogue = press.bot.lookup.catalogue
    await press.interaction.response.send_modal(write_form(board.brief.id, press.argument, catalogue, press.locale))


@of_storyboard
async def ask_give(press: Press, board: Storyboard) -> None:
    await press.interaction.response.send_modal(give_form(board.brief.id, press.argument, press.locale))


@of_storyboard
async def take_written(press: Press, board: Storyboard) -> None:
    """What was written, or a picture that was given, in a form."""
    filled = read_form(press.interaction)
    words = clean(filled.values.get("words", ""))
    try:
        seconds = read_seconds(filled.values.get("seconds", ""))
    except ValueError:
        await answer_alone(press.interaction, say(press.locale, "shot.no_length"), words)
        return
    await press.interaction.response.defer(ephemeral=True, thinking=True)
    # the default stands there already: nobody chose it
    model = filled.values.get("model")
    given = Given(
        words=words,
        link=filled.file,
        model=None if model == press.bot.lookup.catalogue.default.id else model,
        seconds=seconds,
        note=filled.values.get("note", ""),
    )
    await _add(press, board, given)


async def _add(press: Press, board: Storyboard, given: Given) -> None:
    if not press.interaction.response.is_done() and await refused_to_take_part(press.interaction):
        return
    outcome = await press.bot.actions.storyboards.add(
        board.brief.id, given, spot_of(press.argument), doer_of(press.interaction), ask_of(press.interaction)
    )
    await tell(press, outcome, board.brief, say(press.locale, "shot.added"), given.words)


class ShotReplies(commands.Cog):
    """A reply to a storyboard that pings the bot is a shot: its clip or picture, or else its words."""

    def __init__(self, bot: DailiesBot) -> None:
        self._bot = bot
        self._post = Postman(bot, bot.pace)

    @commands.Cog.listener()
    async def on_shot_reply(self, message: discord.Message, board: Storyboard, words: str, locale: str) -> None:
        try:
            await self._reply(message, await self._take(message, board.brief, words, locale))
        except (ShowTroubled, VenueRefused, TextRefused) as error:
            log.info("Message %s cannot be answered: %s", message.id, error)
        except Exception:
            log.exception("Message %s failed", message.id)

    async def _take(self, message: discord.Message, brief: Brief, words: str, locale: str) -> str:
        link = next(iter(files_of(message)), None)
        is_clip = link is not None and link.name.lower().endswith((".mp4", ".mov"))
        # beside a picture or a clip words are what is noted of it
        given = Given(
            words="" if link else clean(words),
            link=link,
            clip=(message.channel.id, message.id) if is_clip else None,
            note=clean(words) if link else "",
        )
        ask = read_message_ask(message, Draft(prompt=given.words), None, locale)
        add = self._bot.actions.storyboards.add
        outcome = await add(brief.id, given, Spot(), Doer(id=message.author.id), ask)
        match outcome:
            case Storyboard():
                return say(locale, "shot.added")
            case Refusal():
                return refusal_text(locale, outcome)
            case Halt():
                return halt_text(locale, outcome, brief)

    async def _reply(self, message: discord.Message, text: str) -> None:
        guild_id = message.guild.id if message.guild else None
        letter = Letter(nonce=f"{job_id(message.id)}:shot", text=text, answers=message.id)
        await self._post.send(message.channel.id, guild_id, letter)


async def setup(bot: DailiesBot) -> None:
    await bot.add_cog(ShotReplies(bot))
