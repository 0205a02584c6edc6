"""Ideas that were said: by a reply to the board, or by the menu behind anybody's message."""

import logging

import discord
from discord import app_commands
from discord.ext import commands

from bot.actions import Proposal
from bot.briefs.brief import Brief, Halt
from bot.briefs.ideas import Idea, Text, text_of
from bot.discord_bot import DailiesBot, Interaction
from bot.errors import ShowTroubled, VenueRefused
from bot.jobs import job_id
from bot.prompt import clean
from bot.video_request import Draft, Refusal

from ..asking.names import in_words
from ..asking.places import refused_here
from ..asking.reading import pictures_of, read_ask, read_message_ask
from ..showing.answers import answer_alone
from ..showing.discord_errors import TextRefused
from ..showing.links import message_link
from ..showing.posting import Letter, Postman
from ..showing.refusals import refusal_text
from ..words.wording import described, say
from .briefs import halt_text, halted, place_of, visible_briefs
from .proposals import added_text, answer_added

log = logging.getLogger(__name__)


@app_commands.context_menu(name=described("command.make_idea"))
@app_commands.allowed_contexts(guilds=True, dms=False, private_channels=False)
async def make_idea(interaction: Interaction, message: discord.Message) -> None:
    """Anybody's words or picture as an idea of this thread's brief; the credit stays with their author."""
    briefs = interaction.client.actions.briefs
    brief = await interaction.client.lookup.brief_of_place(interaction.channel_id or 0)
    if brief is None:
        await answer_alone(interaction, await _elsewhere(interaction))
        return
    if refusal := await refused_here(interaction):
        await halted(interaction, refusal, brief)
        return
    words = clean(in_words(message.content, interaction, brief.locale))
    proposal = _proposal(brief, message, words, added_by=interaction.user.id)
    if proposal is None:
        await halted(interaction, Halt.EMPTY, brief)
        return
    await interaction.response.defer(ephemeral=True, thinking=True)
    # of one message one idea, whoever makes it and however often
    ask = read_ask(interaction, Draft(prompt=proposal.text.prompt))
    outcome = await briefs.add(brief.id, proposal, ask, event=job_id(message.id))
    await answer_added(interaction, brief, outcome, proposal.text)


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
        if message.channel.id != place_of(brief):
            # the card may stand outside the thread
            await self._reply(message, say(locale, "idea.elsewhere", place=f"<#{place_of(brief)}>"))
            return
        proposal = _proposal(brief, message, words)
        if proposal is None:
            await self._reply(message, say(locale, "brief.halt_empty"))
            return
        ask = read_message_ask(message, Draft(prompt=proposal.text.prompt), None, locale)
        outcome = await self._bot.actions.briefs.add(brief.id, proposal, ask)
        match outcome:
            case Idea():
                await self._reply(message, added_text("idea.added", outcome, locale))
            case Refusal():
                await self._reply(message, refusal_text(locale, outcome))
            case Halt():
                await self._reply(message, halt_text(locale, outcome, brief))

    async def _reply(self, message: discord.Message, text: str) -> None:
        guild_id = message.guild.id if message.guild else None
        letter = Letter(nonce=f"{job_id(message.id)}:idea", text=text, answers=message.id)
        await self._post.send(message.channel.id, guild_id, letter)


async def _elsewhere(interaction: Interaction) -> str:
    """Where ideas go in place of here: to the newest brief of this channel, or of the server, that the member reads."""
    locale, channel = interaction.locale.value, interaction.channel
    outside = getattr(channel, "parent_id", None) or interaction.channel_id
    going_on = [brief for brief in await visible_briefs(interaction) if not brief.is_closed]
    near = next((brief for brief in going_on if outside in (brief.channel_id, brief.within_id)), None)
    if meant := near or next(iter(going_on), None):
        return say(locale, "idea.elsewhere", place=f"<#{place_of(meant)}>")
    return say(locale, "brief.none_here")


def _proposal(brief: Brief, message: discord.Message, words: str, added_by: int | None = None) -> Proposal | None:
    """An idea of what somebody said or showed; None where there is nothing to see in that."""
    link = next(iter(pictures_of(message)), None)
    text = text_of(words) or (Text(title=say(brief.locale, "idea.of_picture")) if link else None)
    if text is None:
        return None
    return Proposal(
        text=text,
        author_id=message.author.id,
        author_name=message.author.display_name,
        link=link,
        added_by=added_by if added_by != message.author.id else None,
        source=message_link(brief.guild_id, message.channel.id, message.id),
    )


async def setup(bot: DailiesBot) -> None:
    bot.tree.add_command(make_idea)
    await bot.add_cog(Replies(bot))
