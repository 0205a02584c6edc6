"""The pictures that a server refuses: its list page by page, and what is taken off it, by whoever may manage it."""

import discord

from bot.refused_pictures import RefusedPicture

from ..pressing.components import Component, Press, button, menu, view
from ..showing.answers import answer_alone
from ..words.plain import beside, shorten
from ..words.wording import quoted, relative, say
from .topics import Topic
from .who import refused_without

PER_PAGE = 10
# No list has as many pages; and what a menu's option takes.
DIGITS_MOST = 4
OPTION_MOST = 100
REASON_SHOWN = 150


async def turn(press: Press) -> None:
    """A page of the list, in place of what the button stands on."""
    if await _may(press):
        await _draw(press)


async def take_off(press: Press) -> None:
    """Let what looks like the chosen picture through again."""
    if await _may(press):
        guild_id, by = press.interaction.guild_id or 0, press.interaction.user.id
        removed = await press.bot.actions.refused_pictures.remove(guild_id, press.chosen, by)
        await _draw(press, say(press.locale, "pictures.removed" if removed else "pictures.removed_before"))


async def _may(press: Press) -> bool:
    """Else they are told."""
    if await refused_without(press.interaction, "manage_guild"):
        return False
    if press.argument.isdecimal() and len(press.argument) <= DIGITS_MOST:
        return True
    await answer_alone(press.interaction, say(press.locale, "error.unknown_button"))
    return False


async def _draw(press: Press, news: str = "") -> None:
    lookup, guild_id = press.bot.lookup, press.interaction.guild_id or 0
    total = await lookup.count_refused_pictures(guild_id)
    last_page = max(0, (total - 1) // PER_PAGE)
    page = min(int(press.argument), last_page)
    shown = await lookup.refused_pictures(guild_id, after=page * PER_PAGE, most=PER_PAGE)
    embed = _embed(press.locale, shown, page * PER_PAGE + 1, total, news)
    components = _components(press.locale, press.subject, shown, page, last_page)
    await press.interaction.response.edit_message(embed=embed, view=view(*components))


def _embed(locale: str, shown: list[RefusedPicture], first: int, total: int, news: str) -> discord.Embed:
    rows = [_row(locale, number, refused) for number, refused in enumerate(shown, first)]
    text = "\n\n".join([*([news] if news else []), *(rows or [say(locale, "pictures.empty")])])
    embed = discord.Embed(title=say(locale, "pictures.title"), description=text)
    if rows:
        last = first + len(rows) - 1
        embed.set_footer(text=say(locale, "reviewing.list_count", first=first, last=last, total=total))
    return embed


def _row(locale: str, number: int, refused: RefusedPicture) -> str:
    facts = say(
        locale,
        "pictures.row",
        number=number,
        who=f"<@{refused.added_by}>",
        when=relative(refused.added_at),
        count=refused.hits,
    )
    job = f" · `{refused.job_id}`" if refused.job_id else ""
    why = f"\n{quoted(locale, beside(refused.why, REASON_SHOWN))}" if refused.why else ""
    return f"{facts}{job}{why}"


def _components(locale: str, place: str, shown: list[RefusedPicture], page: int, last_page: int) -> list[Component]:
    components: list[Component] = []
    if shown:
        options = [
            discord.SelectOption(label=_label(number, refused), value=refused.hash)
            for number, refused in enumerate(shown, page * PER_PAGE + 1)
        ]
        components.append(menu("picture_off", place, str(page), options, say(locale, "pictures.take_off")))
    sides = [(page - 1, "clips.previous"), (page + 1, "clips.next")]
    turns = [button("pictures", place, say(locale, key), argument=str(to)) for to, key in sides if 0 <= to <= last_page]
    back = button("rules_open", place, say(locale, f"settings.topic_{Topic.CONTENT}"), argument=Topic.CONTENT)
    return [*components, *turns, back]


def _label(number: int, refused: RefusedPicture) -> str:
    return shorten(" · ".join(part for part in (str(number), refused.job_id, refused.why) if part), OPTION_MOST)
