"""What is said of a storyboard: its message, the strip's words, one shot, what is missing of it. Pure."""

from collections.abc import Iterator

import discord

from bot.briefs.notes import spell_moment
from bot.briefs.storyboard import Kind, Shot, Storyboard
from bot.jobs import Status
from bot.joins import Join
from bot.sheets import Panel

from ..pressing.components import Component, button, menu, view
from ..words.plain import beside, isolated, safe, shorten
from ..words.wording import say
from .brief_notes import NAME_SHOWN, TITLE_SHOWN
from .links import message_link

BESIDE = " · "
# Of words and notes so much stands in a line; a storyboard's message has room for so many characters.
WORDS_SHOWN, NOTE_SHOWN, OPTION_MOST = 60, 60, 100
ROWS_MOST = 3500


def storyboard_footer(board: Storyboard) -> str:
    """By which its message is known again."""
    return say(board.brief.locale, "shot.footer", id=board.brief.id)


def storyboard_note(board: Storyboard) -> discord.Embed:
    locale = board.brief.locale
    title = say(locale, "shot.title", topic=safe(board.brief.topic, TITLE_SHOWN, 200))
    embed = discord.Embed(title=title, description="\n".join(_lines(board)))
    embed.set_footer(text=storyboard_footer(board))
    return embed


def heading(board: Storyboard) -> str:
    """What stands above the strip."""
    return shorten(isolated(board.brief.topic), TITLE_SHOWN)


def storyboard_buttons(board: Storyboard) -> discord.ui.View:
    return view(*_buttons(board))


def _buttons(board: Storyboard) -> Iterator[Component]:
    brief, locale = board.brief, board.brief.locale
    if board.shots:
        yield menu("shot", brief.id, "", shot_options(board, locale), say(locale, "shot.open"))
    if brief.is_arranging:
        yield button("shot_add", brief.id, say(locale, "button.shot_add"))
        if board.undoable:
            yield button("storyboard_undo", brief.id, say(locale, "button.storyboard_undo"))
        if board.missing:
            yield button("render", brief.id, say(locale, "button.render"))
    if board.shots and brief.is_filming:
        yield button("film", brief.id, say(locale, "button.film"))


def _lines(board: Storyboard) -> Iterator[str]:
    locale = board.brief.locale
    if not board.shots:
        yield say(locale, "shot.none")
        return
    yield say(locale, "shot.count", shots=len(board.shots), length=_clock(board.length))
    if missing := len(board.missing):
        yield say(locale, "shot.missing", shots=missing)
    yield ""
    rows = [shot_row(board, shot, locale) for shot in board.shots]
    if len("\n".join(rows)) > ROWS_MOST:
        rows = [shot_row(board, shot, locale, note=False) for shot in board.shots]
    yield from rows


def shot_row(board: Storyboard, shot: Shot, locale: str, *, note: bool = True) -> str:
    """Number, when it begins, what it is, how long, how it joins, how it stands, what was noted."""
    number = board.number(shot)
    told = [f"**{number}.** `{_clock(board.starts[number - 1])}` {what(board, shot, locale)}"]
    told += [length_text(board, shot, locale), *_joins(board, shot, locale), state_text(board, shot, locale)]
    if note and shot.note:
        told.append(f"*{beside(shot.note, NOTE_SHOWN)}*")
    return BESIDE.join(filter(None, told))


def what(board: Storyboard, shot: Shot, locale: str) -> str:
    """What it shows, in a few words."""
    made, words = board.made_of(shot), beside(" ".join(shot.words.split()), WORDS_SHOWN)
    match shot.kind:
        case Kind.TAKE:
            name = say(locale, "take.number", number=made.number) if made else say(locale, "shot.take_gone")
        case Kind.WISH:
            return words or say(locale, "shot.words_gone")
        case Kind.CLIP:
            name = say(locale, "shot.clip")
        case Kind.STILL:
            name = say(locale, "shot.still")
    return f"{name}: {words}" if words else name


def length_text(board: Storyboard, shot: Shot, locale: str) -> str:
    seconds = board.seconds(shot)
    return say(locale, "take.seconds", seconds=as_counted(seconds)) if seconds else ""


def as_counted(seconds: float) -> int | float:
    """As people write it: 8, 2.5."""
    return int(seconds) if seconds == int(seconds) else round(seconds, 1)


def _joins(board: Storyboard, shot: Shot, locale: str) -> Iterator[str]:
    if shot.join is not Join.CUT and board.before(shot) is not None:
        yield say(locale, f"shot.joins_{shot.join}")


def state_text(board: Storyboard, shot: Shot, locale: str) -> str:
    """Where it can be watched; or how it stands."""
    if where := board.clip_of(shot):
        return say(locale, "shot.watch", link=message_link(board.brief.guild_id, *where))
    if board.is_there(shot):
        return ""
    made = board.made_of(shot)
    if board.is_in_work(shot) and made is not None:
        return say(locale, f"state.{Status.PROCESSING if made.job.status is Status.COMPLETED else made.job.status}")
    if shot.kind is Kind.WISH:
        return say(locale, "shot.to_make")
    return say(locale, "shot.gone")


def shot_options(board: Storyboard, locale: str) -> list[discord.SelectOption]:
    return [
        discord.SelectOption(
            label=shorten(f"{number}. {isolated(_plain(board, shot, locale))}", OPTION_MOST), value=shot.id
        )
        for number, shot in enumerate(board.shots, 1)
    ]


def _plain(board: Storyboard, shot: Shot, locale: str) -> str:
    """As an option says it, where there is no markup."""
    made = board.made_of(shot)
    words = " ".join(shot.words.split())
    if shot.kind is Kind.WISH:
        return words or say(locale, "shot.words_gone")
    name = {
        Kind.TAKE: say(locale, "take.number", number=made.number) if made else say(locale, "shot.take_gone"),
        Kind.CLIP: say(locale, "shot.clip"),
        Kind.STILL: say(locale, "shot.still"),
    }[shot.kind]
    return f"{name}: {words}" if words else name


def panels(board: Storyboard) -> list[Panel]:
    """What is written at each shot of the strip."""
    locale = board.brief.locale
    return [
        Panel(
            number=str(number),
            words=_plain(board, shot, locale),
            start=_clock(start),
            length=length_text(board, shot, locale),
            join=shot.join,
            note=shot.note,
        )
        for number, (shot, start) in enumerate(zip(board.shots, board.starts, strict=True), 1)
    ]


def hides(board: Storyboard, shot: Shot) -> bool:
    made = board.made_of(shot)
    return shot.spoiler or (made is not None and made.job.is_hidden)


def author_text(shot: Shot, locale: str) -> str:
    return beside(shot.author_name, NAME_SHOWN) if shot.author_name else say(locale, "brief.somebody")


def _clock(seconds: float) -> str:
    return spell_moment(round(seconds))
