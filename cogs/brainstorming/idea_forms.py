"""The forms in which ideas are written, and what comes back from them."""

import discord

from bot.briefs.brief import PER_IDEA_MOST, VOTES_MOST, Rules
from bot.briefs.ideas import PART_MOST, PARTS, TITLE_MOST, Text

from ..asking.forms import FORGOTTEN_AFTER
from ..pressing.components import press_id
from ..words.wording import say

Label = discord.ui.Label[discord.ui.Modal]


def idea_form(
    verb: str, brief_id: str, locale: str, *, argument: str = "", text: Text | None = None
) -> discord.ui.Modal:
    """Title, the three parts of a prompt, and a picture."""
    text = text or Text()
    modal = _modal(press_id(verb, brief_id, argument), say(locale, f"idea.form_{verb}"))
    modal.add_item(_line("title", text.title, locale))
    for part in PARTS:
        modal.add_item(_part(part, text.parts[part], locale))
    modal.add_item(_picture(locale))
    return modal


def rules_form(brief_id: str, rules: Rules, locale: str) -> discord.ui.Modal:
    modal = _modal(press_id("brief_ruled", brief_id), say(locale, "brief.rules_form"))
    modal.add_item(_number("votes", rules.votes, locale))
    options = [
        discord.SelectOption(label=str(each), value=str(each), default=each == rules.per_idea)
        for each in range(1, PER_IDEA_MOST + 1)
    ]
    modal.add_item(_choice("per_idea", options, locale))
    modal.add_item(_choice("own", _yes_no(rules.own, locale), locale))
    modal.add_item(_choice("secret", _yes_no(rules.secret, locale), locale))
    modal.add_item(_number("ideas", rules.ideas, locale))
    return modal


YES, NO = "1", "0"


def _yes_no(value: bool, locale: str) -> list[discord.SelectOption]:
    return [
        discord.SelectOption(label=say(locale, f"idea.{word}"), value=choice, default=value is is_yes)
        for word, choice, is_yes in (("yes", YES, True), ("no", NO, False))
    ]


def _modal(custom_id: str, title: str) -> discord.ui.Modal:
    return discord.ui.Modal(title=title, custom_id=custom_id, timeout=FORGOTTEN_AFTER)


def _line(field: str, value: str, locale: str) -> Label:
    written = discord.ui.TextInput[discord.ui.Modal](
        custom_id=field,
        default=value or None,
        placeholder=say(locale, f"idea.{field}_hint"),
        required=False,
        max_length=TITLE_MOST,
    )
    return discord.ui.Label(text=say(locale, f"idea.{field}"), component=written)


def _part(part: str, value: str, locale: str) -> Label:
    written = discord.ui.TextInput[discord.ui.Modal](
        custom_id=part,
        style=discord.TextStyle.paragraph,
        default=value or None,
        placeholder=say(locale, f"idea.{part}_hint"),
        required=part == PARTS[0],
        max_length=PART_MOST,
    )
    return discord.ui.Label(text=say(locale, f"idea.{part}"), component=written)


def _picture(locale: str) -> Label:
    file = discord.ui.FileUpload[discord.ui.Modal](custom_id="file", required=False, min_values=0, max_values=1)
    return discord.ui.Label(text=say(locale, "idea.picture"), component=file)


def _number(field: str, value: int | None, locale: str) -> Label:
    written = discord.ui.TextInput[discord.ui.Modal](
        custom_id=field,
        default=None if value is None else str(value),
        required=field == "votes",
        max_length=len(str(VOTES_MOST)),
    )
    return discord.ui.Label(
        text=say(locale, f"brief.rules_{field}"),
        description=say(locale, f"brief.rules_{field}_hint"),
        component=written,
    )


def _choice(field: str, options: list[discord.SelectOption], locale: str) -> Label:
    select = discord.ui.Select[discord.ui.Modal](custom_id=field, options=options)
    return discord.ui.Label(text=say(locale, f"brief.rules_{field}"), component=select)
