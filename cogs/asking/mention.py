"""Speaking to the bot: a mention with words and pictures asks for a video, a reply in a job's thread changes it.

Discord shows the bot the words of messages that mention it, without a privileged intent; all others come blank.
"""

import asyncio
import logging
import re
import time
from dataclasses import replace

import discord
from discord.ext import commands

from bot.actions import Accepted, Ask
from bot.discord_bot import DailiesBot
from bot.drafts import Form, Link, SavedDraft
from bot.errors import ShowTroubled, VenueRefused
from bot.jobs import Job, card_face, job_id
from bot.pace import RESULT
from bot.prompt import clean
from bot.video_request import Draft, Refusal

from ..showing.buttons import card_buttons
from ..showing.card import PICTURE_NAME, card
from ..showing.discord_errors import TextRefused
from ..showing.posting import CardPicture, Letter, Postman
from ..showing.refusals import refusal_text
from ..words.wording import say
from .names import in_words
from .reading import granted_in, missing_in, pictures_of, public_locale, read_message_ask
from .review import draft_buttons, link_menu

log = logging.getLogger(__name__)

# A word of the bot is written down just after Discord has shown it, seconds.
WRITTEN_BY = 1.0

SPOKEN = (discord.MessageType.default, discord.MessageType.reply)


class Mention(commands.Cog):
    def __init__(self, bot: DailiesBot) -> None:
        self.bot = bot
        self.post = Postman(bot, bot.pace)

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        if message.author.bot or message.type not in SPOKEN or not self._is_meant(message):
            return
        try:
            await self._take(message)
        except ShowTroubled as error:
            # what was accepted is shown by the tracker; the rest was only words
            log.warning("Message %s could not be answered: %s", message.id, error)
        except Exception:
            log.exception("Message %s failed", message.id)
            await self._reply(message, say(await self._locale(message), "error.unexpected"))

    def _is_meant(self, message: discord.Message) -> bool:
        return message.guild is None or self.bot.user in message.mentions

    async def _take(self, message: discord.Message) -> None:
        granted, locale = granted_in(message), await self._locale(message)
        if granted is not None and (lacking := missing_in(message.channel.id, message.channel.type, granted)):
            await self._refuse(message, lacking)
            return
        words, links = self._words(message), pictures_of(message)
        parent = await self._answered(message)
        if (not words and not links) or (parent is None and self.bot.user not in message.mentions):
            await self._reply(message, say(locale, "ask.words" if message.guild else "ask.direct"))
            return
        saved = _draft(message, words, links, parent, locale)
        if len(links) > 1:
            await self.bot.actions.drafts.keep(saved)
            await self._reply(message, say(locale, "ask.picture"), link_menu(saved, locale))
        elif not saved.draft.prompt:
            await self.bot.actions.drafts.keep(saved)
            await self._reply(message, say(locale, "ask.write"), draft_buttons(saved, locale, "write"))
        else:
            await self._submit(message, self._ask(message, saved, locale))

    def _ask(self, message: discord.Message, saved: SavedDraft, locale: str) -> Ask:
        more = {"parent_id": saved.parent_id, "keeps_picture": saved.keeps_picture}
        return read_message_ask(message, saved.draft, saved.link, locale, **more)

    async def _submit(self, message: discord.Message, ask: Ask) -> None:
        outcome = await self.bot.actions.submission.submit(ask)
        if isinstance(outcome, Refusal):
            await self._refuse(message, outcome)
        elif isinstance(outcome, Accepted):
            await self._show(message, outcome)

    async def _show(self, message: discord.Message, accepted: Accepted) -> None:
        """Put the card there; where that fails the tracker does it later."""
        job, thumbnail, lookup = accepted.job, accepted.thumbnail, self.bot.lookup
        outlook = lookup.outlook(job)
        name = PICTURE_NAME if thumbnail else None
        embed = card(job, lookup.model(job), outlook, picture=name, parent=accepted.parent)
        letter = Letter(
            nonce=f"{job.id}:card",
            embed=embed,
            view=card_buttons(job, outlook),
            picture=CardPicture(name=PICTURE_NAME, data=thumbnail) if thumbnail else None,
            answers=message.id,
            rank=RESULT,
        )
        try:
            card_id = await self.post.send(job.channel_id, job.guild_id, letter)
        except (VenueRefused, TextRefused) as error:
            log.warning("The card cannot be shown: %s", error, extra={"job": job.id})
            return
        if card_id:
            await self.bot.actions.submission.card_shown(job, card_id, card_face(job, outlook.standing))

    async def _answered(self, message: discord.Message) -> Job | None:
        """The job that a message answers: it replies to a word of the bot about it, or within its thread."""
        if message.reference is None or message.reference.message_id is None:
            return None
        for pause in (0.0, WRITTEN_BY):
            await asyncio.sleep(pause)
            if job := await self.bot.lookup.job_of_message(message.reference.message_id):
                return job
        return await self.bot.lookup.job_of_card(message.channel.id)

    def _words(self, message: discord.Message) -> str:
        me = self.bot.user
        return clean(re.sub(rf"<@!?{me.id}>", "", message.content) if me else message.content)

    async def _locale(self, message: discord.Message) -> str:
        """A message tells no language of its author: the one of what they asked for last is taken."""
        author = await self.bot.lookup.last_locale(message.author.id) or discord.Locale.american_english.value
        guild = message.guild
        return public_locale(author, guild.preferred_locale.value, guild.features) if guild else author

    async def _refuse(self, message: discord.Message, refusal: Refusal) -> None:
        await self._reply(message, refusal_text(await self._locale(message), refusal))

    async def _reply(self, message: discord.Message, text: str, view: discord.ui.View | None = None) -> None:
        """Beside the message, or where that is not allowed to its author in private: they asked."""
        guild_id = message.guild.id if message.guild else None
        letter = Letter(nonce=f"{job_id(message.id)}:ask", text=text, view=view, answers=message.id, rank=RESULT)
        try:
            await self.post.send(message.channel.id, guild_id, letter)
        except (VenueRefused, TextRefused):
            channel_id = await self.post.open_direct(message.author.id)
            await self.post.send(channel_id, None, replace(letter, answers=None))


def _draft(
    message: discord.Message, words: str, links: tuple[Link, ...], parent: Job | None, locale: str
) -> SavedDraft:
    """What a message asks for; in reply to a job the same again, with the words behind its prompt."""
    draft = Draft(prompt=words)
    if parent:
        request = parent.request
        prompt = f"{request.prompt}\n{words}" if words else request.prompt
        # another picture may have another shape
        size = request.size if request.size_given or not links else None
        draft = Draft(prompt=prompt, model=request.model, seconds=request.seconds, size=size, fit=request.fit)
    return SavedDraft(
        id=job_id(message.id),
        author_id=message.author.id,
        form=Form.ANIMATE,
        draft=replace(draft, prompt=in_words(draft.prompt, message, locale)),
        changed_at=time.time(),
        links=links,
        picked=0 if links else None,
        keeps_picture=parent is not None and not links,
        parent_id=parent.id if parent else None,
    )


async def setup(bot: DailiesBot) -> None:
    await bot.add_cog(Mention(bot))
