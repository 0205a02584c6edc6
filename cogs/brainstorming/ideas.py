"""Ideas: added by a form, a reply to the board or the menu behind a message; listed, opened, changed, withdrawn."""

import io
import logging

import discord
from discord import app_commands
from discord.ext import commands

from bot.actions import Ask, Proposal
from bot.briefs.brief import Brief, Halt
from bot.briefs.desk import Desk
from bot.briefs.ideas import Idea, Text, joined_text, read_text, text_of
from bot.discord_bot import DailiesBot, Interaction
from bot.drafts import Link
from bot.errors import ShowTroubled, VenueRefused
from bot.jobs import job_id
from bot.prompt import clean
from bot.video_request import Draft, Refusal

from ..asking.forms import read_form
from ..asking.names import in_words
from ..asking.places import refused_here
from ..asking.reading import pictures_of, read_ask, read_message_ask
from ..pressing.components import Press
from ..showing.answers import answer_alone
from ..showing.brief_notes import TITLE_SHOWN
from ..showing.discord_errors import TextRefused
from ..showing.links import message_link
from ..showing.posting import Letter, Postman
from ..showing.refusals import refusal_text
from ..words.plain import beside
from ..words.wording import described, say
from .briefs import ask_of, doer_of, halt_text, halted, of_brief, refused_to_take_part
from .idea_forms import idea_form
from .idea_pages import idea_page, idea_sheet, list_page

log = logging.getLogger(__name__)

# The picture of an idea, as its sheet shows it.
PICTURE = "picture.jpg"


# --- a form


@of_brief
async def ask_idea(press: Press, desk: Desk) -> None:
    if not await refused_to_take_part(press.interaction):
        await press.interaction.response.send_modal(idea_form("idea_added", desk.brief.id, press.locale))


@of_brief
async def add(press: Press, desk: Desk) -> None:
    text, link = _written(press)
    if text is None:
        await halted(press.interaction, Halt.EMPTY, desk.brief)
        return
    await press.interaction.response.defer(ephemeral=True, thinking=True)
    proposal = _own(press.interaction, text, link)
    outcome = await press.bot.actions.briefs.add(desk.brief.id, proposal, ask_of(press.interaction, text.prompt))
    await _answer_added(press.interaction, desk.brief, outcome, text)


@of_brief
async def ask_edit(press: Press, desk: Desk) -> None:
    if idea := await _found(press, desk):
        form = idea_form("idea_edited", desk.brief.id, press.locale, argument=str(idea.number), text=idea.text)
        await press.interaction.response.send_modal(form)


@of_brief
async def edit(press: Press, desk: Desk) -> None:
    text, link = _written(press)
    if text is None:
        await halted(press.interaction, Halt.EMPTY, desk.brief)
        return
    await press.interaction.response.defer(ephemeral=True, thinking=True)
    number, doer = _number(press.argument), doer_of(press.interaction)
    ask = ask_of(press.interaction, text.prompt)
    outcome = await press.bot.actions.briefs.edit(desk.brief.id, number, text, link, doer, ask)
    if isinstance(outcome, Idea):
        await _answer(press.interaction, "idea.edited", outcome)
    else:
        await halted(press.interaction, outcome, desk.brief, text.prompt)


@of_brief
async def withdraw(press: Press, desk: Desk) -> None:
    outcome = await press.bot.actions.briefs.withdraw(
        desk.brief.id, _number(press.argument), doer_of(press.interaction)
    )
    if isinstance(outcome, Halt):
        await halted(press.interaction, outcome, desk.brief)
    else:
        told = say(press.locale, "idea.withdrawn", number=outcome.number)
        await press.interaction.response.edit_message(content=told, embed=None, view=None, attachments=[])


# --- a list, and one of it


@of_brief
async def show_list(press: Press, desk: Desk) -> None:
    embed, components = list_page(desk, _number(press.argument), press.locale)
    await _redraw(press, embed, components, anew=not press.argument)


@of_brief
async def open_idea(press: Press, desk: Desk) -> None:
    idea = desk.idea(_number(press.chosen or press.argument))
    if idea is None or idea.withdrawn:
        await halted(press.interaction, Halt.WITHDRAWN, desk.brief)
        return
    suggests = press.bot.actions.suggest is not None
    embed, components = idea_sheet(desk, idea, doer_of(press.interaction), press.locale, suggests=suggests)
    files = []
    if idea.has_picture and not idea.spoiler and (shown := await press.bot.actions.briefs.picture(idea)):
        files = [discord.File(io.BytesIO(shown), PICTURE)]
        embed.set_image(url=f"attachment://{PICTURE}")
    await press.interaction.response.send_message(embed=embed, view=components, files=files, ephemeral=True)


# --- two of them


@of_brief
async def ask_first(press: Press, desk: Desk) -> None:
    """Which two are combined: one after the other, since a menu holds only so many."""
    if await refused_to_take_part(press.interaction):
        return
    first, page = _split(press.argument)
    embed, components = idea_page(desk, "combine_pick", first, page, press.locale)
    await _redraw(press, embed, components, anew=not press.argument)


@of_brief
async def pick(press: Press, desk: Desk) -> None:
    """The first was picked, or the second: then the form opens with what both say."""
    first, _ = _split(press.argument)
    picked = _number(press.chosen)
    if not first:
        embed, components = idea_page(desk, "combine_pick", picked, 0, press.locale)
        await _redraw(press, embed, components, anew=False)
        return
    one, other = desk.idea(first), desk.idea(picked)
    if one is None or other is None or one.withdrawn or other.withdrawn or one is other:
        await halted(press.interaction, Halt.WITHDRAWN, desk.brief)
        return
    text = joined_text(one.text, other.text)
    form = idea_form("combined", desk.brief.id, press.locale, argument=f"{first}-{picked}", text=text)
    await press.interaction.response.send_modal(form)


@of_brief
async def combine(press: Press, desk: Desk) -> None:
    text, link = _written(press)
    one, other = _split(press.argument)
    if text is None:
        await halted(press.interaction, Halt.EMPTY, desk.brief)
        return
    await press.interaction.response.defer(ephemeral=True, thinking=True)
    proposal = _own(press.interaction, text, link, of=(one, other))
    outcome = await press.bot.actions.briefs.add(desk.brief.id, proposal, ask_of(press.interaction, text.prompt))
    await _answer_added(press.interaction, desk.brief, outcome, text)


# --- what somebody said


@app_commands.context_menu(name=described("command.make_idea"))
@app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
async def make_idea(interaction: Interaction, message: discord.Message) -> None:
    """Anybody's words or picture as an idea of this thread's brief; the credit stays with their author."""
    locale, briefs = interaction.locale.value, interaction.client.actions.briefs
    brief = await interaction.client.lookup.brief_of_place(interaction.channel_id or 0)
    if brief is None:
        await answer_alone(interaction, say(locale, "brief.none_here"))
        return
    if refusal := await refused_here(interaction):
        await halted(interaction, refusal, brief)
        return
    words = clean(in_words(message.content, interaction, brief.locale))
    link = next(iter(pictures_of(message)), None)
    text = text_of(words) or (Text(title=say(brief.locale, "idea.of_picture"), subject="") if link else None)
    if text is None:
        await halted(interaction, Halt.EMPTY, brief)
        return
    await interaction.response.defer(ephemeral=True, thinking=True)
    is_own = message.author.id == interaction.user.id
    proposal = Proposal(
        text=text,
        author_id=message.author.id,
        author_name=message.author.display_name,
        link=link,
        added_by=None if is_own else interaction.user.id,
        source=message_link(interaction.guild_id, message.channel.id, message.id),
    )
    # of one message one idea, whoever makes it and however often
    ask = read_ask(interaction, Draft(prompt=text.prompt))
    outcome = await briefs.add(brief.id, proposal, ask, event=job_id(message.id))
    await _answer_added(interaction, brief, outcome, text)


class Replies(commands.Cog):
    """A reply to a board that pings the bot is an idea."""

    def __init__(self, bot: DailiesBot) -> None:
        self._bot = bot
        self._post = Postman(bot, bot.pace)

    @commands.Cog.listener()
    async def on_idea_reply(self, message: discord.Message, brief: Brief, words: str, locale: str) -> None:
        try:
            await self._take(message, brief, words, locale)
        except (ShowTroubled, VenueRefused, TextRefused) as error:
            log.info("Message %s cannot be answered: %s", message.id, error)
        except Exception:
            log.exception("Message %s failed", message.id)

    async def _take(self, message: discord.Message, brief: Brief, words: str, locale: str) -> None:
        link = next(iter(pictures_of(message)), None)
        text = text_of(words) or (Text(title=say(brief.locale, "idea.of_picture"), subject="") if link else None)
        if text is None:
            await self._reply(message, say(locale, "brief.halt_empty"))
            return
        ask: Ask = read_message_ask(message, Draft(prompt=text.prompt), None, locale)
        proposal = Proposal(
            text=text,
            author_id=message.author.id,
            author_name=message.author.display_name,
            link=link,
            source=message_link(brief.guild_id, message.channel.id, message.id),
        )
        outcome = await self._bot.actions.briefs.add(brief.id, proposal, ask)
        match outcome:
            case Idea():
                await self._reply(message, _added_text("idea.added", outcome, locale))
            case Refusal():
                await self._reply(message, refusal_text(locale, outcome))
            case Halt():
                await self._reply(message, halt_text(locale, outcome, brief))

    async def _reply(self, message: discord.Message, text: str) -> None:
        guild_id = message.guild.id if message.guild else None
        letter = Letter(nonce=f"{job_id(message.id)}:idea", text=text, answers=message.id)
        await self._post.send(message.channel.id, guild_id, letter)


# --- for all of them


def _written(press: Press) -> tuple[Text | None, Link | None]:
    filled = read_form(press.interaction)
    return read_text(filled.values), filled.file


def _own(interaction: Interaction, text: Text, link: Link | None, *, of: tuple[int, ...] = ()) -> Proposal:
    user = interaction.user
    return Proposal(text=text, author_id=user.id, author_name=user.display_name, link=link, of=of)


async def _found(press: Press, desk: Desk) -> Idea | None:
    """The idea that a button means, if whoever pressed may change it; else they are told."""
    idea = desk.idea(_number(press.argument))
    if idea and not idea.withdrawn and not await refused_to_take_part(press.interaction):
        return idea
    if idea is None or idea.withdrawn:
        await halted(press.interaction, Halt.WITHDRAWN, desk.brief)
    return None


async def _answer_added(interaction: Interaction, brief: Brief, outcome: Idea | Halt | Refusal, text: Text) -> None:
    if isinstance(outcome, Idea):
        await _answer(interaction, "idea.added", outcome)
    else:
        await halted(interaction, outcome, brief, text.prompt)


async def _answer(interaction: Interaction, key: str, idea: Idea) -> None:
    await answer_alone(interaction, _added_text(key, idea, interaction.locale.value))


def _added_text(key: str, idea: Idea, locale: str) -> str:
    return say(locale, key, number=idea.number, title=beside(idea.title, TITLE_SHOWN))


async def _redraw(press: Press, embed: discord.Embed, components: discord.ui.View, *, anew: bool) -> None:
    """In place of the page that was pressed; from the board a page of one's own."""
    if anew:
        await answer_alone(press.interaction, embed=embed, view=components)
    else:
        await press.interaction.response.edit_message(embed=embed, view=components)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 6 else 0


def _split(argument: str) -> tuple[int, int]:
    first, _, second = argument.partition("-")
    return _number(first), _number(second)


async def setup(bot: DailiesBot) -> None:
    bot.tree.add_command(make_idea)
    await bot.add_cog(Replies(bot))
