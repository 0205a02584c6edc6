"""A page of jobs as people see it, and the buttons that turn it. Pure: a page in, words out."""

import re
from collections.abc import Collection, Iterable
from enum import StrEnum
from typing import NamedTuple

import discord

from bot import clock
from bot.catalogue import Catalogue
from bot.finding import Cursor, Page, Recent, StateGroup
from bot.jobs import Job, Status

from ..pressing.components import button, view
from ..showing.links import card_text
from ..words.plain import beside, isolated, shorten
from ..words.wording import ago, pattern, relative, say, spell_size

PER_PAGE = 8
WORDS_SHOWN = 90
LABEL_SHOWN = 100  # characters of a suggestion; Discord takes no more

NEWER, OLDER = "newer", "older"
TURN = re.compile(
    rf"(?P<group>{'|'.join(StateGroup)}):(?P<side>{NEWER}|{OLDER}):(?P<created_at>\d{{1,12}}\.\d{{1,9}}):(?P<id>[0-9a-z_]{{1,16}})"
)


class Scope(StrEnum):
    """Whose jobs are listed."""

    MINE = "mine"
    CHANNEL = "channel"
    SERVER = "server"


def page_embed(
    page: Page, scope: Scope, group: StateGroup, catalogue: Catalogue, locale: str, *, blind: Collection[str] = ()
) -> discord.Embed:
    """Of those that are `blind` it is not told which model made them."""
    title = say(locale, f"clips.title_{scope}")
    if not page.jobs:
        key = f"clips.empty_{scope}" if group is StateGroup.ANY else "clips.empty_state"
        return discord.Embed(title=title, description=say(locale, key))
    rows = [
        _row(job, facts_text(job, catalogue, locale, blind=job.id in blind), locale, is_mine=scope is Scope.MINE)
        for job in page.jobs
    ]
    embed = discord.Embed(title=title, description="\n\n".join(rows))
    last = page.before + len(page.jobs)
    embed.set_footer(text=say(locale, "clips.count", first=page.before + 1, last=last, total=page.total))
    return embed


def page_buttons(page: Page, scope: Scope, group: StateGroup, locale: str) -> discord.ui.View | None:
    """None where there is nothing to turn to."""
    sides = []
    if page.jobs and page.before:
        sides.append((NEWER, page.jobs[0], "clips.previous"))
    if page.jobs and page.after:
        sides.append((OLDER, page.jobs[-1], "clips.next"))
    turns = [
        button("clips", scope, say(locale, key), argument=f"{group}:{side}:{job.created_at!r}:{job.id}")
        for side, job, key in sides
    ]
    return view(*turns) if turns else None


class PageTurn(NamedTuple):
    """Which page a button leads to: its id says where to go on, and who presses it sees what they may see."""

    scope: Scope
    group: StateGroup
    newer: bool
    cursor: Cursor


def read_turn(subject: str, argument: str) -> PageTurn | None:
    """None for an id that somebody made up."""
    if subject not in set(Scope) or not (found := TURN.fullmatch(argument)):
        return None
    cursor = Cursor(float(found["created_at"]), found["id"])
    return PageTurn(Scope(subject), StateGroup(found["group"]), found["side"] == NEWER, cursor)


def state_text(locale: str, job: Job | Recent) -> str:
    if isinstance(job, Job) and job.status is Status.QUEUED and job.is_awaiting:
        return say(locale, "state.awaited")
    return say(locale, f"state.{job.status}")


def facts_text(job: Job, catalogue: Catalogue, locale: str, *, blind: bool) -> str:
    """Model, length, size; of a blind take none of what tells its model."""
    if blind:
        return say(locale, "clips.facts_blind")
    model = catalogue.describe(job.request.model).name
    return say(locale, "clips.facts", model=model, seconds=job.request.seconds, size=spell_size(job.request.size))


def first_words(job: Job | Recent, limit: int = WORDS_SHOWN) -> str:
    prompt = job.prompt if isinstance(job, Recent) else job.request.prompt
    return beside(prompt, limit)


def suggestion(recent: Recent, locale: str) -> str:
    """A prompt as a suggestion shows it: plain text, its first words, when it was asked for, and how it stands."""
    when = ago(locale, clock.now() - recent.created_at)
    return _label(recent, say(locale, "clips.suggestion", when=when, state=state_text(locale, recent)))


def suggested(text: str, recents: Iterable[Recent], locale: str) -> Recent | None:
    """The one that was suggested with this text; when it was and how it stood may be told otherwise by now."""
    text, told = text.strip(), pattern(locale, "clips.suggestion").pattern
    found = re.fullmatch(f".* · (?P<rest>{told})", text)
    return next((one for one in recents if _label(one, found["rest"]) == text), None) if found else None


def _label(recent: Recent, rest: str) -> str:
    words, room = " ".join(recent.prompt.split()), LABEL_SHOWN - len(rest) - len("⁨⁩ · ")
    return isolated(shorten(words, room)) + " · " + rest


def _row(job: Job, told: str, locale: str, *, is_mine: bool) -> str:
    facts = {
        "prompt": first_words(job),
        "state": state_text(locale, job),
        "facts": told,
        "when": relative(job.created_at),
        "asker": beside(job.asker_name, 40),
        "card": card_text(locale, job),
        "id": job.id,
    }
    return say(locale, "clips.row_mine" if is_mine else "clips.row", **facts)
