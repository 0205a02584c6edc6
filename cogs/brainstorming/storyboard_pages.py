"""The private pages of a storyboard: what can be added, one shot, what is missing and what it comes to. Pure."""

from collections.abc import Iterator

import discord

from bot.actions import Foreseen, Missing
from bot.briefs.brief import Act, Doer, may
from bot.briefs.desk import Desk
from bot.briefs.storyboard import Kind, Shot, Storyboard, may_change
from bot.briefs.takes import Taken
from bot.catalogue import Catalogue
from bot.joins import Join
from bot.video_request import Refusal

from ..pressing.components import PICKED_MOST, Component, button, menu, view
from ..showing.batch_notes import facts_text
from ..showing.refusals import refusal_text
from ..showing.storyboard_notes import length_text, state_text, what
from ..words.plain import beside, isolated, safe, shorten
from ..words.wording import say
from .idea_pages import OPTION_MOST, idea_options
from .shot_forms import AFTER, INSTEAD
from .take_pages import consequences, refused, spell_shown, total_text

Shown = tuple[discord.Embed, discord.ui.View]
WORDS_SHOWN = 1000


def add_page(desk: Desk, board: Storyboard, argument: str, locale: str) -> Shown:
    """Of what a shot can be; `argument` tells where it goes."""
    text = say(locale, "shot.add_replace" if argument.startswith(INSTEAD) else "shot.add_text")
    embed = discord.Embed(title=say(locale, "shot.add_title"), description=text)
    return embed, view(*_addable(desk, argument, locale))


def _addable(desk: Desk, argument: str, locale: str) -> Iterator[Component]:
    brief_id = desk.brief.id
    newest = sorted(desk.taken, key=lambda take: (not take.winner, -take.number))[:PICKED_MOST]
    if newest:
        options = [_take_option(desk, take, locale) for take in newest]
        yield menu("shot_take", brief_id, argument, options, say(locale, "shot.add_take"))
    if ideas := desk.ordered[:PICKED_MOST]:
        yield menu("shot_idea", brief_id, argument, idea_options(ideas), say(locale, "shot.add_idea"))
    yield button("shot_write", brief_id, say(locale, "button.shot_write"), argument=argument)
    yield button("shot_give", brief_id, say(locale, "button.shot_give"), argument=argument)


def _take_option(desk: Desk, take: Taken, locale: str) -> discord.SelectOption:
    idea = desk.idea(take.idea)
    title = isolated(idea.title) if idea and not idea.withdrawn else ""
    star = "★ " if take.winner else ""
    return discord.SelectOption(
        label=f"{star}{say(locale, 'take.number', number=take.number)}",
        value=str(take.number),
        description=shorten(title, OPTION_MOST) or None,
    )


def shot_page(board: Storyboard, shot: Shot, doer: Doer, locale: str) -> Shown:
    """Everything of one shot, and what this member can do with it."""
    title = say(locale, "shot.number", number=board.number(shot))
    told = [what(board, shot, locale), length_text(board, shot, locale), state_text(board, shot, locale)]
    embed = discord.Embed(title=title, description=" · ".join(filter(None, told)))
    if shot.kind is Kind.WISH and shot.words:
        embed.add_field(name=say(locale, "shot.words"), value=safe(shot.words, WORDS_SHOWN, 1024), inline=False)
    if shot.note:
        embed.add_field(name=say(locale, "shot.note"), value=safe(shot.note, 900, 1024), inline=False)
    embed.set_footer(text=say(locale, "shot.by", author=shot.author_name or say(locale, "brief.somebody")))
    return embed, view(*_doable(board, shot, doer, locale))


def _doable(board: Storyboard, shot: Shot, doer: Doer, locale: str) -> Iterator[Component]:
    brief_id, number = board.brief.id, board.number(shot)
    if may(board.brief, Act.ARRANGE, doer) is not None:
        return
    yield button("shot_add", brief_id, say(locale, "button.shot_insert"), argument=f"{AFTER}{shot.id}")
    if not may_change(shot, board.brief, doer):
        return
    if len(board.shots) > 1:
        options = [
            discord.SelectOption(label=say(locale, "shot.place", number=place), value=str(place))
            for place in range(1, len(board.shots) + 1)
            if place != number
        ]
        yield menu("shot_move", brief_id, shot.id, options, say(locale, "shot.move"))
    if number > 1:
        joins = [
            discord.SelectOption(label=say(locale, f"shot.join_{join}"), value=join, default=join is shot.join)
            for join in Join
        ]
        yield menu("shot_join", brief_id, shot.id, joins, say(locale, "shot.join"))
    yield button("shot_edit", brief_id, say(locale, "button.edit"), argument=shot.id)
    yield button("shot_add", brief_id, say(locale, "button.shot_replace"), argument=f"{INSTEAD}{shot.id}")
    yield button("shot_remove", brief_id, say(locale, "button.shot_remove"), argument=shot.id)


def missing_page(missing: Missing, catalogue: Catalogue, locale: str, *, refusal: Refusal | None = None) -> Shown:
    """Each clip to be made, all of them together, what stands in the way; it can be sent if nothing does."""
    foreseen = missing.foreseen if isinstance(missing.foreseen, Foreseen) else None
    refusal = refusal or (missing.foreseen if isinstance(missing.foreseen, Refusal) else None)
    refusal = refusal or (refused(foreseen) if foreseen else None)
    lines = [*_to_make(missing, foreseen, catalogue, locale), *_in_the_way(missing, locale)]
    if foreseen and not refusal:
        lines += ["", total_text(foreseen, locale), *consequences(foreseen, locale)]
    if refusal:
        lines += ["", refusal_text(locale, refusal)]
    embed = discord.Embed(title=say(locale, "shot.missing_title"), description="\n".join(lines).strip()[:4096])
    if not missing.can_be_sent or refusal:
        return embed, view()
    argument = spell_shown(missing.board.step, foreseen)
    return embed, view(
        button("render_send", missing.board.brief.id, say(locale, "take.button_send"), argument=argument)
    )


def _to_make(missing: Missing, foreseen: Foreseen | None, catalogue: Catalogue, locale: str) -> Iterator[str]:
    if not missing.numbers:
        yield say(locale, "shot.nothing_missing" if not missing.refusals else "shot.nothing_sendable")
    for number, job in zip(missing.numbers, foreseen.jobs if foreseen else (), strict=False):
        shot = missing.board.shots[number - 1]
        facts = facts_text(job, catalogue.describe(job.request.model), locale)
        goes_on = [say(locale, "shot.joins_continue")] if shot.join is Join.CONTINUE and number > 1 else []
        words = beside(" ".join(shot.words.split()), 60)
        yield " · ".join([f"**{number}.** {words}", facts, *goes_on])


def _in_the_way(missing: Missing, locale: str) -> Iterator[str]:
    told = [
        *((number, refusal_text(locale, refusal)) for number, refusal in missing.refusals),
        *((finding.number or 0, say(locale, f"shot.finding_{finding.problem}")) for finding in missing.findings),
    ]
    if told:
        yield ""
    for number, text in sorted(told, key=lambda each: each[0]):
        yield f"⚠ {say(locale, 'shot.number', number=number)}: {text}" if number else f"⚠ {text}"
