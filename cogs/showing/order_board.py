"""The order board: tells moderators of cases where they decide, and the log channel of each action, once each."""

import discord

from bot.discord_bot import DailiesBot
from bot.display import CaseSheet, Post
from bot.errors import FileTooLarge, VenueRefused
from bot.jobs import job_id
from bot.moderation import Entry
from bot.pace import NEWS, RESULT

from .audit_notes import log_footer, log_note
from .case_notes import case_buttons, case_footer, case_note
from .footers import snowflake_before
from .posting import CardPicture, Letter, Postman
from .replies import SPOILER


class OrderBoard:
    def __init__(self, bot: DailiesBot, post: Postman) -> None:
        self._bot = bot
        self._post = post

    async def find_case(self, sheet: CaseSheet, channel_id: int) -> int | None:
        return await self._find(channel_id, sheet.case.opened_at, case_footer(sheet.case))

    async def show_case(self, sheet: CaseSheet, channel_id: int) -> int | None:
        """With a copy, hidden until somebody clicks: of the clip, or of the picture where that is too large."""
        copies = [
            CardPicture(name=f"{SPOILER}{name}", data=data)
            for name, data in (("clip.mp4", sheet.clip), ("picture.jpg", sheet.start))
            if data
        ]
        for copy in (*copies, None):
            embed, buttons = case_note(sheet), case_buttons(sheet)
            nonce = f"{sheet.job.id}:case"
            letter = Letter(nonce=nonce, embed=embed, view=buttons, picture=copy, rank=RESULT)
            try:
                return await self._send(channel_id, sheet.case.guild_id, letter)
            except FileTooLarge:
                continue
        raise VenueRefused("not even the words are taken")

    async def redraw_case(self, sheet: CaseSheet, channel_id: int, message_id: int) -> bool:
        if not await self._post.holds(channel_id, message_id):
            return False
        embed, buttons, keep = case_note(sheet), case_buttons(sheet), sheet.case.ending is None
        await self._post.edit_card(
            channel_id, message_id, embed=embed, view=buttons, picture=None, keep=keep, rank=NEWS
        )
        return True

    async def find_entry(self, entry: Entry, channel_id: int) -> int | None:
        return await self._find(channel_id, entry.at, log_footer(entry))

    async def show_entry(self, entry: Entry, channel_id: int) -> int | None:
        nonce = f"a:{job_id(entry.guild_id)}:{entry.number}"
        embed = log_note(self._locale(entry.guild_id), entry)
        return await self._send(channel_id, entry.guild_id, Letter(nonce=nonce, embed=embed))

    async def read_clip(self, post: Post, most: int) -> bytes | None:
        return await self._post.read_clip(post.channel_id, post.message_id, most)

    async def _send(self, channel_id: int, guild_id: int, letter: Letter) -> int | None:
        return await self._post.deliver(channel_id, guild_id, letter)

    async def _find(self, channel_id: int, since: float, footer: str) -> int | None:
        return await self._post.find_footed(channel_id, snowflake_before(since), footer)

    def _locale(self, guild_id: int) -> str:
        """The server's language, where it has set one."""
        guild = self._bot.get_guild(guild_id)
        known = guild is not None and "COMMUNITY" in guild.features
        return guild.preferred_locale.value if guild and known else discord.Locale.american_english.value
