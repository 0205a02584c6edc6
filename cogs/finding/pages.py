"""A page of jobs as people see it, and the buttons that turn it. Pure: a page in, words out."""

import re
import time
from enum import StrEnum
from typing import Self

import discord

from bot.catalogue import Catalogue
from bot.finding import Cursor, Page, Recent, StateGroup
from bot.jobs import Job

from ..showing.card import safe
from ..words.wording import relative, say, spell_size

PER_PAGE = 8
WORDS_SHOWN = 90
LABEL_SHOWN = 100  # characters of a suggestion; Discord takes no more

NEWER, OLDER = "newer", "older"


class Scope(StrEnum):
    """Whose jobs are listed."""

    MINE = "mine"
    CHANNEL = "channel"
    SERVER = "server"


def page_embed(page: Page, scope: Scope, group: StateGroup, catalogue: Catalogue, locale: str) -> discord.Embed:
    title = say(locale, f"clips.title_{scope}")
    if not page.jobs:
        key = f"clips.empty_{scope}" if group is StateGroup.ANY else "clips.empty_state"
        return discord.Embed(title=title, description=say(locale, key))
    rows = [_row(job, catalogue, locale, is_mine=scope is Scope.MINE) for job in page.jobs]
    embed = discord.Embed(title=title, description="\n\n".join(rows))
    last = page.before + len(page.jobs)
    embed.set_footer(text=say(locale, "clips.count", first=page.before + 1, last=last, total=page.total))
    return embed


def page_buttons(page: Page, scope: Scope, group: StateGroup, locale: str) -> discord.ui.View | None:
    """A fresh view each time, of dynamic items only, see `_buttons.buttons`; none where there is nothing to turn to."""
    if not page.jobs or not (page.before or page.after):
        return None
    view = discord.ui.View(timeout=None)
    if page.before:
        view.add_item(PageButton(scope, group, NEWER, _cursor(page.jobs[0]), say(locale, "clips.previous")))
    if page.after:
        view.add_item(PageButton(scope, group, OLDER, _cursor(page.jobs[-1]), say(locale, "clips.next")))
    return view


class PageButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=rf"clips:(?P<scope>{'|'.join(Scope)}):(?P<group>{'|'.join(StateGroup)}):(?P<side>{NEWER}|{OLDER})"
    r":(?P<created_at>\d{1,12}\.\d{1,9}):(?P<id>[0-9a-z]{1,16})",
):
    """Turns a page, also after a restart: its id says where to go on, and who presses it sees what they may see."""

    def __init__(self, scope: Scope, group: StateGroup, side: str, cursor: Cursor, label: str) -> None:
        custom_id = f"clips:{scope}:{group}:{side}:{cursor.created_at!r}:{cursor.id}"
        super().__init__(discord.ui.Button(label=label, custom_id=custom_id))
        self.scope = scope
        self.group = group
        self.side = side
        self.cursor = cursor

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[discord.ui.View], match: re.Match[str]
    ) -> Self:
        cursor = Cursor(float(match["created_at"]), match["id"])
        label = getattr(item, "label", None) or "…"
        return cls(Scope(match["scope"]), StateGroup(match["group"]), match["side"], cursor, label)

    async def callback(self, interaction: discord.Interaction) -> None:
        interaction.client.dispatch("clips_page", interaction, self)


def state_text(locale: str, job: Job | Recent) -> str:
    return say(locale, f"state.{job.status}")


def jump_link(job: Job) -> str | None:
    """Where the job's card is."""
    return message_link(job.guild_id, job.channel_id, job.card_id) if job.card_id else None


def card_text(locale: str, job: Job) -> str:
    """A word that leads to the job's card, where it has one."""
    link = jump_link(job)
    return say(locale, "clips.card", link=link) if link else say(locale, "clips.no_card")


def message_link(guild_id: int | None, channel_id: int, message_id: int) -> str:
    return f"https://discord.com/channels/{guild_id or '@me'}/{channel_id}/{message_id}"


def facts_text(job: Job, catalogue: Catalogue, locale: str) -> str:
    """Model, length, size."""
    model = catalogue.describe(job.request.model).name
    return say(locale, "clips.facts", model=model, seconds=job.request.seconds, size=spell_size(job.request.size))


def first_words(job: Job | Recent, limit: int = WORDS_SHOWN) -> str:
    prompt = job.prompt if isinstance(job, Recent) else job.request.prompt
    return safe(" ".join(prompt.split()), limit)


def suggestion(recent: Recent, locale: str) -> str:
    """A prompt as a suggestion shows it: plain text, its first words, when it was asked for, and how it stands."""
    when = ago(locale, time.time() - recent.created_at)
    rest = say(locale, "clips.suggestion", when=when, state=state_text(locale, recent))
    words, room = " ".join(recent.prompt.split()), LABEL_SHOWN - len(rest) - len(" · ")
    return (words if len(words) <= room else words[: room - 1].rstrip() + "…") + " · " + rest


def ago(locale: str, seconds: float) -> str:
    """A time where Discord shows none of its own: 7500 → "2 h ago"."""
    for key, unit in (("ago.days", 86400), ("ago.hours", 3600), ("ago.minutes", 60)):
        if seconds >= unit:
            return say(locale, key, count=int(seconds / unit))
    return say(locale, "ago.now")


def _cursor(job: Job) -> Cursor:
    return Cursor(job.created_at, job.id)


def _row(job: Job, catalogue: Catalogue, locale: str, *, is_mine: bool) -> str:
    facts = {
        "prompt": first_words(job),
        "state": state_text(locale, job),
        "facts": facts_text(job, catalogue, locale),
        "when": relative(job.created_at),
        "asker": safe(job.asker_name, 40),
        "card": card_text(locale, job),
        "id": job.id,
    }
    return say(locale, "clips.row_mine" if is_mine else "clips.row", **facts)
