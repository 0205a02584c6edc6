"""Speaking to the bot: a mention with words and pictures asks for a video; a reply may, and is asked about first.

Discord shows the bot the words of messages that mention it, without a privileged intent; all others come blank.
"""

import asyncio
import contextlib
import logging
import re
from dataclasses import replace

import discord
from discord.ext import commands

from bot import clock
from bot.actions import Accepted, ToConfirm
from bot.briefs.brief import Brief
from bot.briefs.storyboard import Storyboard
from bot.catalogue import Catalogue
from bot.discord_bot import DailiesBot
from bot.drafts import Form, Link, SavedDraft, further_of
from bot.errors import ShowTroubled, VenueRefused
from bot.jobs import Job, PictureState, card_face, job_id
from bot.pace import RESULT
from bot.prompt import clean
from bot.video_request import Draft, Refusal, as_draft

from ..showing.buttons import card_buttons, draft_buttons, refusal_buttons
from ..showing.card import PICTURE_NAME, card
from ..showing.discord_errors import TextRefused
from ..showing.limits import near_text
from ..showing.posting import CardPicture, Letter, Postman, once_written
from ..showing.refusals import pasted, refusal_text
from ..words.wording import say
from .missed import missed
from .names import in_words
from .places import refused_at
from .questions import Question, question_of, question_view
from .reading import files_of, links_shown, public_locale, read_message_ask
from .review import sheet
from .speech import awaits_preview, calls_role, is_new_edit, is_speech
from .typed_links import open_links, without_links

log = logging.getLogger(__name__)

# Discord looks behind a link after it told of the message; by then it mostly has, seconds.
PREVIEWED_BY = 4.0


class Mention(commands.Cog):
    def __init__(self, bot: DailiesBot) -> None:
        self.bot = bot
        self.post = Postman(bot, bot.pace)

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        if self._is_meant(message) or calls_role(message):
            await self._hear(message)

    @commands.Cog.listener()
    async def on_raw_message_edit(self, event: discord.RawMessageUpdateEvent) -> None:
        """An edit may add the mention, or what was missing."""
        if self._is_meant(event.message) and self._is_named(event.message) and is_new_edit(event.message):
            await self._hear(event.message)

    @commands.Cog.listener()
    async def on_shard_ready(self, shard_id: int) -> None:
        async for message in missed(self.bot, self.post, shard_id):
            if not await refused_at(self.bot, message):
                await self.on_message(message)

    @property
    def _me(self) -> int:
        return self.bot.user.id if self.bot.user else 0

    def _is_meant(self, message: discord.Message) -> bool:
        return is_speech(message) and (message.guild is None or self.bot.user in message.mentions)

    def _is_named(self, message: discord.Message) -> bool:
        """Whether its words mention the bot: a reply does by itself."""
        return self.bot.user in message.mentions and f"<@{self._me}>" in message.content.replace("<@!", "<@")

    async def _hear(self, message: discord.Message) -> None:
        try:
            if not await self.bot.lookup.is_taken(job_id(message.id)):
                await self._take(message)
        except ShowTroubled as error:
            # what was accepted is shown by the tracker; the rest was only words
            log.warning("Message %s could not be answered: %s", message.id, error)
        except Exception:
            log.exception("Message %s failed", message.id)
            with contextlib.suppress(ShowTroubled):
                await self._reply(message, say(await self._locale(message), "error.unexpected"))

    async def _take(self, message: discord.Message) -> None:
        locale = await self._locale(message)
        if refusal := await refused_at(self.bot, message):
            await self._reply(message, refusal_text(locale, refusal))
        elif not self._is_meant(message):
            await self._reply(message, say(locale, "ask.role", bot=f"<@{self._me}>"))
        elif previewed := await self._previewed(message):
            await self._read(previewed, locale)

    async def _read(self, message: discord.Message, locale: str) -> None:
        if board := await self._board(message):
            news = "idea_reply" if isinstance(board, Brief) else "shot_reply"
            self.bot.dispatch(news, message, board, in_words(self._words(message), message, locale), locale)
            return
        words, files, parent = self._words(message), files_of(message), await self._answered(message)
        if (not words and not files) or (parent is None and self.bot.user not in message.mentions):
            await self._reply(message, say(locale, "ask.words" if message.guild else "ask.direct"))
            return
        if parent and (code := await self._kept_back(parent)):
            await self._reply(message, refusal_text(locale, Refusal(code=code)))
            return
        saved = _draft(message, words, files, parent, self.bot.lookup.catalogue, locale)
        if question := question_of(saved, named=self._is_named(message), linked=bool(open_links(message.content))):
            await self._question(message, saved, question, locale)
        else:
            await self._submit(message, saved, locale)

    async def _question(self, message: discord.Message, saved: SavedDraft, question: Question, locale: str) -> None:
        """Ask by a draft, which only its author can send."""
        kept = await self.bot.actions.drafts.begin(saved)
        if isinstance(kept, Refusal):
            await self._refuse(message, kept, saved, locale)
            return
        # the prompt of a reply is put together: nobody has read it yet
        unread = question is Question.REMARK or kept.parent_id
        lookup = self.bot.lookup
        shown = sheet(kept, lookup.catalogue, locale, refused=lookup.refused_models) if unread else None
        await self._reply(message, say(locale, f"ask.{question}"), question_view(kept, question, locale), shown)

    async def _submit(self, message: discord.Message, saved: SavedDraft, locale: str) -> None:
        more = {"parent_id": saved.parent_id, "keeps_picture": saved.keeps_picture, "further": saved.further}
        ask = read_message_ask(message, saved.draft, saved.link, locale, **more)
        outcome = await self.bot.actions.submission.submit(ask)
        match outcome:
            case Refusal():
                await self._refuse(message, outcome, saved, locale)
            case ToConfirm():
                # what it costs is for its asker alone, and a message can say nothing to one alone
                see, model = ("first", outcome.rules_of.name) if outcome.rules_of else ("cost", "")
                text = say(locale, f"confirm.asked_{see}", model=model)
                await self._reply(message, text, draft_buttons(outcome.saved, locale, see))
            case Accepted():
                await self._show(message, outcome)
                await self._warn(message, outcome, locale)

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

    async def _warn(self, message: discord.Message, accepted: Accepted, locale: str) -> None:
        """Which of their limits are nearly used up is for the asker alone."""
        if accepted.near:
            lines = [near_text(locale, each) for each in accepted.near]
            nonce = f"{accepted.job.id}:near"
            await self._reply_alone(message, Letter(nonce=nonce, text="\n".join(lines)))

    async def _previewed(self, message: discord.Message) -> discord.Message | None:
        """The message with what Discord shows of its links; None when it was deleted meanwhile."""

        def is_this(event: discord.RawMessageUpdateEvent) -> bool:
            return event.message_id == message.id

        if not awaits_preview(message):
            return message
        try:
            async with asyncio.timeout(PREVIEWED_BY):
                while awaits_preview(message):
                    message = (await self.bot.wait_for("raw_message_edit", check=is_this)).message
        except TimeoutError:
            with contextlib.suppress(VenueRefused, TextRefused, ShowTroubled):
                return await self.post.read(message)
        return message

    async def _answered(self, message: discord.Message) -> Job | None:
        """The job that a message answers: it replies to a word of the bot about it, or within its thread."""
        replied, lookup = _replied_to(message), self.bot.lookup
        if replied is None:
            return None
        job = await once_written(lambda: lookup.job_of_message(replied))
        return job or await lookup.job_of_card(message.channel.id)

    async def _kept_back(self, parent: Job) -> str | None:
        """Why nothing is made from a job, whoever asks: it lost its words, or which model made it is not told yet."""
        if parent.is_emptied:
            return "emptied"
        return "blind" if await self.bot.lookup.hides_model(parent) else None

    async def _board(self, message: discord.Message) -> Brief | Storyboard | None:
        """The brief whose board or card, or the storyboard whose message, a message replies to."""
        replied, lookup = _replied_to(message), self.bot.lookup
        if replied is None:
            return None

        async def find() -> Brief | Storyboard | None:
            return await lookup.brief_of_message(replied) or await lookup.storyboard_of_message(replied)

        if await lookup.brief_of_place(message.channel.id) is None:
            return await lookup.brief_of_message(replied)
        return await once_written(find)

    def _words(self, message: discord.Message) -> str:
        """What is said to the bot, without its name and without links to what is taken as a picture."""
        role = message.guild.self_role if message.guild else None
        names = rf"<@!?{self._me}>" + (rf"|<@&{role.id}>" if role else "")
        return clean(re.sub(names, "", without_links(message.content, links_shown(message))))

    async def _locale(self, message: discord.Message) -> str:
        """A message tells no language of its author: the one of what they asked for last is taken."""
        author = await self.bot.lookup.last_locale(message.author.id) or discord.Locale.american_english.value
        guild = message.guild
        return public_locale(author, guild.preferred_locale.value, guild.features) if guild else author

    async def _refuse(self, message: discord.Message, refusal: Refusal, saved: SavedDraft, locale: str) -> None:
        """Why not, and the prompt back; a long one stands in the message."""
        sentence, prompt = refusal_text(locale, refusal), saved.draft.prompt
        text = (pasted(locale, sentence, prompt) if prompt else None) or sentence
        await self._reply(message, text, refusal_buttons(locale, refusal))

    async def _reply(
        self,
        message: discord.Message,
        text: str,
        view: discord.ui.View | None = None,
        embed: discord.Embed | None = None,
    ) -> None:
        """Beside the message, or where that is not allowed to its author in private: they asked."""
        guild_id = message.guild.id if message.guild else None
        letter = Letter(nonce=_nonce(message), text=text, view=view, embed=embed, answers=message.id, rank=RESULT)
        try:
            await self.post.send(message.channel.id, guild_id, letter)
        except (VenueRefused, TextRefused):
            await self._reply_alone(message, replace(letter, answers=None))

    async def _reply_alone(self, message: discord.Message, letter: Letter) -> None:
        try:
            await self.post.send(await self.post.open_direct(message.author.id), None, letter)
        except (VenueRefused, TextRefused) as error:
            log.info("Message %s can be answered nowhere: %s", message.id, error)


def _replied_to(message: discord.Message) -> int | None:
    return message.reference.message_id if message.reference else None


def _nonce(message: discord.Message) -> str:
    """One answer to a message, and one to what an edit makes of it."""
    edited = f":{job_id(int(message.edited_at.timestamp()))}" if message.edited_at else ""
    return f"{job_id(message.id)}:ask{edited}"


def _draft(
    message: discord.Message,
    words: str,
    links: tuple[Link, ...],
    parent: Job | None,
    catalogue: Catalogue,
    locale: str,
) -> SavedDraft:
    """What a message asks for; in reply to a job the same again, with the words behind its prompt."""
    draft = Draft(prompt=words)
    if parent:
        draft = as_draft(parent.request, catalogue)
        prompt = f"{draft.prompt}\n{words}" if words else draft.prompt
        # another picture may have another shape
        size = draft.size if parent.request.size_given or not links else None
        draft = replace(draft, prompt=prompt, size=size)
    return SavedDraft(
        id=job_id(message.id),
        author_id=message.author.id,
        form=Form.CHANGE if parent else Form.ANIMATE,
        draft=replace(draft, prompt=in_words(draft.prompt, message, locale)),
        changed_at=clock.now(),
        links=links,
        picked=0 if links else None,
        size_given=parent is None or parent.request.size_given,
        keeps_picture=parent is not None and parent.picture is not PictureState.NONE and not links,
        further=further_of(parent.request.extras) if parent else (),
        parent_id=parent.id if parent else None,
    )


async def setup(bot: DailiesBot) -> None:
    await bot.add_cog(Mention(bot))
