"""Refusing a picture: from the question about a wish that starts from it, or from a case, by whoever decides there."""

from bot.actions import NoRuling, Undecided
from bot.jobs import Job
from bot.reviews import Kind

from ..pressing.components import Press
from ..showing.answers import answer_alone
from ..showing.buttons import FROM_CASE, FROM_REVIEW
from ..words.wording import say
from .order_forms import picture_form, read_reason
from .reviewing import read_reviewer


async def ask_refuse(press: Press) -> None:
    if job := await _find(press):
        form = picture_form("picture_refused", job.id, press.argument, press.locale)
        await press.interaction.response.send_modal(form)


async def refuse(press: Press) -> None:
    """Looking at the picture may take longer than Discord waits."""
    job = await _find(press)
    if job is None:
        return
    await press.interaction.response.defer(ephemeral=True, thinking=True)
    why, by = read_reason(press.interaction), press.interaction.user.id
    outcome = await press.bot.actions.refused_pictures.add(job, by, why)
    await press.interaction.edit_original_response(content=say(press.locale, f"pictures.{outcome}"))


async def _find(press: Press) -> Job | None:
    """The job, for whoever may decide where it is told of, also after that was decided; others are told."""
    reviewer, actions = read_reviewer(press.interaction), press.bot.actions
    if press.argument == FROM_REVIEW:
        asked = await actions.reviews.find(reviewer, press.subject, Kind.SENDING)
        if not isinstance(asked, NoRuling):
            return asked[1]
        text = say(press.locale, f"reviewing.{asked}")
    elif press.argument == FROM_CASE:
        case = await actions.moderation.find_case(reviewer, press.subject)
        if not isinstance(case, Undecided):
            return case[1]
        text = say(press.locale, f"report.{case}")
    else:
        text = say(press.locale, "error.unknown_button")
    await answer_alone(press.interaction, text)
    return None
