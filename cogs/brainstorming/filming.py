"""Film: a small form for the cards, then the storyboard is cut together; or the film that is there is pointed to."""

import discord

from bot.briefs.brief import Act, Brief, Halt, may
from bot.briefs.desk import Desk
from bot.briefs.films import TITLE_MOST, Film, Progress, Screening
from bot.discord_bot import Interaction
from bot.errors import ShowTroubled
from bot.video_request import Refusal

from ..asking.forms import modal, read_form
from ..pressing.components import Press, press_id
from ..showing.answers import answer_alone
from ..showing.film_notes import film_link, missing_text, shot_name
from ..showing.links import message_link
from ..showing.posting import Postman
from ..words.plain import shorten
from ..words.wording import say
from .briefs import ask_of, doer_of, halted, of_brief, refused_to_take_part

FIELDS = ("title", "end")


@of_brief
async def ask_film(press: Press, desk: Desk) -> None:
    brief = desk.brief
    if await refused_to_take_part(press.interaction):
        return
    if halt := may(brief, Act.FILM, doer_of(press.interaction)):
        await halted(press.interaction, halt, brief)
        return
    board = await press.bot.lookup.storyboard(brief.id)
    if board is None or not board.shots or not all(map(board.is_there, board.shots)):
        await _tell(press.interaction, Halt.FILM_INCOMPLETE, brief)
        return
    await press.interaction.response.send_modal(film_form(brief, press.locale))


@of_brief
async def begin(press: Press, desk: Desk) -> None:
    await press.interaction.response.defer(ephemeral=True, thinking=True)
    outcome = await _begin(press, desk.brief)
    if isinstance(outcome, Film) and await _is_deleted(press, outcome, desk.brief):
        outcome = await _begin(press, desk.brief, anew=True)
    await _tell(press.interaction, outcome, desk.brief)


def film_form(brief: Brief, locale: str) -> discord.ui.Modal:
    """The words of the cards before and behind it, both as one likes."""
    form = modal(press_id("filmed", brief.id), say(locale, "film.form"))
    for field, written in zip(FIELDS, (shorten(brief.topic, TITLE_MOST), ""), strict=True):
        line = discord.ui.TextInput[discord.ui.Modal](
            custom_id=field,
            default=written or None,
            placeholder=say(locale, "film.card_hint"),
            required=False,
            max_length=TITLE_MOST,
        )
        form.add_item(discord.ui.Label(text=say(locale, f"film.card_{field}"), component=line))
    return form


async def _begin(press: Press, brief: Brief, *, anew: bool = False) -> Film | Halt | Refusal:
    values = read_form(press.interaction).values
    title, end = (values.get(field, "").strip() for field in FIELDS)

    def name_of(number: int) -> str:
        return shot_name(brief.locale, number)

    doer, ask = doer_of(press.interaction), ask_of(press.interaction)
    return await press.bot.actions.films.begin(brief.id, title, end, name_of, doer, ask, anew=anew)


async def _is_deleted(press: Press, film: Film, brief: Brief) -> bool:
    """Whether somebody deleted the message of a film that was made before."""
    if film.progress is not Progress.MADE or film.posted_id is None:
        return film.progress is Progress.MADE
    place = Screening(film=film, brief=brief).place_id
    try:
        return not await Postman(press.bot, press.bot.pace).holds(place, film.posted_id)
    except ShowTroubled:
        return False


async def _tell(interaction: Interaction, outcome: Film | Halt | Refusal, brief: Brief) -> None:
    locale = interaction.locale.value
    match outcome:
        case Film() if outcome.progress is Progress.MADE:
            link = film_link(Screening(film=outcome, brief=brief))
            await answer_alone(interaction, say(locale, "film.there", link=link))
        case Film():
            await answer_alone(interaction, say(locale, "film.begun"))
        case Halt.FILM_IN_WORK:
            film = await interaction.client.lookup.film(brief.id)
            await answer_alone(interaction, _in_work(film, brief, locale))
        case Halt.FILM_INCOMPLETE:
            board = await interaction.client.lookup.storyboard(brief.id)
            text = missing_text(board, locale) if board else say(locale, "brief.halt_gone")
            await answer_alone(interaction, text)
        case _:
            await halted(interaction, outcome, brief)


def _in_work(film: Film | None, brief: Brief, locale: str) -> str:
    text = say(locale, "brief.halt_film_in_work")
    if film is None or film.message_id is None:
        return text
    return f"{text} {message_link(film.guild_id, brief.place_id or brief.channel_id, film.message_id)}"
