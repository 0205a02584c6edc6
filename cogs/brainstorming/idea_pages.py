"""Ideas as one member looks at them: a list by pages, a menu to pick one, and the sheet of a single idea. Pure."""

from collections.abc import Iterable, Iterator, Sequence

import discord

from bot.briefs.brief import Act, Doer, directs, may
from bot.briefs.desk import Desk
from bot.briefs.ideas import PARTS, Idea

from ..pressing.components import PICKED_MOST, Component, button, menu, view
from ..showing.brief_notes import NAME_SHOWN, TITLE_SHOWN, author_text, idea_rows
from ..words.plain import beside, isolated, safe, shorten
from ..words.wording import say

PER_PAGE = 10
# Discord takes so many characters of what an option says.
OPTION_MOST = 100
PART_SHOWN = 900


def list_page(desk: Desk, number: int, locale: str) -> tuple[discord.Embed, discord.ui.View]:
    """All ideas as the board orders them, ten to a page, with a menu that opens one."""
    ordered = desk.ordered
    shown, number, last = _page(ordered, number, PER_PAGE)
    rows = idea_rows(desk, shown, locale)
    text = "\n".join(rows) if rows else say(locale, "brief.no_ideas")
    embed = discord.Embed(title=say(locale, "idea.list_title"), description=text)
    embed.set_footer(text=say(locale, "idea.list_page", page=number + 1, pages=last + 1, count=len(ordered)))
    turns = _turns("ideas", desk.brief.id, number, last, locale)
    if not shown:
        return embed, view(*turns)
    return embed, view(menu("idea_open", desk.brief.id, "", idea_options(shown), say(locale, "idea.open")), *turns)


def idea_page(
    desk: Desk, verb: str, first: int, number: int, locale: str, *, of: str | None = None
) -> tuple[discord.Embed, discord.ui.View]:
    """One of all ideas to be picked, but for the `first`, which was picked before; `of` a batch, to be taken in it."""
    ideas = [idea for idea in desk.by_number if idea.number != first]
    shown, number, last = _page(ideas, number, PICKED_MOST)
    known = desk.idea(first)
    key = "idea.pick_second" if known else "idea.pick_first"
    text = say(locale, key, title=beside(known.title, TITLE_SHOWN) if known else "")
    embed = discord.Embed(description=text)
    if of is not None:
        text = say(locale, "take.which_idea")
        picks = menu(verb, of, "", idea_options(shown), say(locale, "idea.pick"))
        return discord.Embed(description=text), view(picks, *_turns(f"{verb}s", of, number, last, locale))
    turns = _turns("combine", desk.brief.id, number, last, locale, before=f"{first}-")
    if not shown:
        return embed, view(*turns)
    picks = menu(verb, desk.brief.id, f"{first}-{number}", idea_options(shown), say(locale, "idea.pick"))
    return embed, view(picks, *turns)


def idea_sheet(
    desk: Desk, idea: Idea, doer: Doer, locale: str, *, suggests: bool
) -> tuple[discord.Embed, discord.ui.View]:
    """Everything of one idea, and what this member can do with it; `suggests` says that a model writes variations."""
    embed = discord.Embed(title=f"{idea.number}. {safe(idea.title, TITLE_SHOWN, 200)}")
    for part in PARTS:
        if words := idea.text.parts[part]:
            embed.add_field(name=say(locale, f"idea.{part}"), value=safe(words, PART_SHOWN, 1024), inline=False)
    embed.description = "\n".join(_facts(desk, idea, locale))
    return embed, view(*_buttons(desk, idea, doer, locale, suggests=suggests))


def _facts(desk: Desk, idea: Idea, locale: str) -> Iterator[str]:
    yield say(locale, "idea.by", author=author_text(locale, idea))
    votes = desk.votes(idea)
    if votes is not None:
        yield say(locale, "idea.has_votes", votes=votes)
    if idea.number == desk.winner:
        yield say(locale, "brief.winner")
    if idea.of:
        names = (desk.idea(number) for number in idea.of)
        joined = "; ".join(f"{one.number}. {beside(one.title, NAME_SHOWN)}" for one in names if one)
        yield say(locale, "idea.joins", ideas=joined)
    if idea.source:
        yield say(locale, "idea.source", link=idea.source)
    if idea.has_picture and idea.spoiler:
        yield say(locale, "idea.hidden_picture")


def _buttons(desk: Desk, idea: Idea, doer: Doer, locale: str, *, suggests: bool) -> Iterator[Component]:
    brief, number = desk.brief, str(idea.number)
    is_own = doer.id in (idea.author_id, idea.added_by) or directs(brief, doer)
    if is_own and may(brief, Act.CHANGE, doer) is None:
        yield button("idea_edit", brief.id, say(locale, "button.edit"), argument=number)
        yield button("idea_withdraw", brief.id, say(locale, "button.idea_withdraw"), argument=number)
    if may(brief, Act.SUGGEST, doer) is None:
        if len(desk.by_number) > 1:
            yield button("combine", brief.id, say(locale, "button.combine"), argument=f"{number}-0")
        if suggests:
            yield button("suggest", brief.id, say(locale, "button.suggest"), argument=number)
    if may(brief, Act.TAKE, doer) is None:
        yield button("takes", brief.id, say(locale, "take.button_make"), argument=number)
    if brief.round and not brief.is_closed and directs(brief, doer) and idea.number != desk.winner:
        yield button("idea_choose", brief.id, say(locale, "button.idea_choose"), argument=number)
    yield button("idea_tree", brief.id, say(locale, "button.tree"), argument=number)


def idea_options(ideas: Iterable[Idea], *, chosen: Iterable[int] = ()) -> list[discord.SelectOption]:
    picked = set(chosen)
    return [
        discord.SelectOption(
            label=shorten(f"{idea.number}. {isolated(idea.title)}", OPTION_MOST),
            value=str(idea.number),
            description=shorten(isolated(" ".join(idea.text.prompt.split())), OPTION_MOST) or None,
            default=idea.number in picked,
        )
        for idea in ideas
    ]


def _page(ideas: Sequence[Idea], number: int, size: int) -> tuple[Sequence[Idea], int, int]:
    last = max(0, (len(ideas) - 1) // size)
    number = min(number, last)
    return ideas[number * size : (number + 1) * size], number, last


def _turns(verb: str, subject: str, number: int, last: int, locale: str, *, before: str = "") -> list[Component]:
    sides = [(number - 1, "clips.previous"), (number + 1, "clips.next")]
    return [button(verb, subject, say(locale, key), argument=f"{before}{to}") for to, key in sides if 0 <= to <= last]
