"""Reporting a clip, and deciding about what was reported: who may is looked up with each press."""

import discord

from bot.actions import Reported, Undecided
from bot.errors import ShowTroubled
from bot.jobs import Job, Status
from bot.moderation import Case, Ending
from bot.reviews import Block

from ..finding.sight import Sight
from ..pressing.components import Press
from ..showing.answers import answer_alone
from ..showing.case_notes import ending_text
from ..words.wording import ending, say
from .order_forms import block_form, read_block, read_reason, report_form
from .ranks import may_block_here
from .reviewing import read_reviewer


def is_of_others(interaction: discord.Interaction, job: Job) -> bool:
    """Whether a clip can be reported by this member: somebody else's, of the server they are in."""
    is_here = job.guild_id is not None and job.guild_id == interaction.guild_id
    return is_here and job.asker_id != interaction.user.id and job.status is Status.COMPLETED


# --- members


async def ask_report(press: Press) -> None:
    """The form; or, for whoever reported it before, what came of that."""
    job = await _find(press)
    if job and not await _told_before(press, job):
        await press.interaction.response.send_modal(report_form("reported", job.id, press.locale))


async def report(press: Press) -> None:
    job = await _find(press)
    if job is None or await _told_before(press, job):
        return
    done = await press.bot.actions.moderation.report(job, press.interaction.user.id, read_reason(press.interaction))
    await answer_alone(press.interaction, say(press.locale, f"report.{done}"))


async def _find(press: Press) -> Job | None:
    """The job, if whoever pressed may see its clip; what a button says can be made up, and then they are told so."""
    job = await press.bot.lookup.find(press.subject)
    seen = job is not None and job.guild_id == press.interaction.guild_id and await _sees(press, job)
    if job and seen and (is_of_others(press.interaction, job) or await _has_reported(press, job)):
        return job
    await answer_alone(press.interaction, say(press.locale, "report.unknown"))
    return None


async def _sees(press: Press, job: Job) -> bool:
    message = press.interaction.message
    copied = await press.bot.lookup.job_of_copy(message.id) if message else None
    if copied is not None and copied.id == job.id:
        return True
    return Sight(press.interaction, await press.bot.lookup.card_channels([job.channel_id])).sees(job)


async def _has_reported(press: Press, job: Job) -> bool:
    return await press.bot.lookup.report_of(job.id, press.interaction.user.id) is not None


async def _told_before(press: Press, job: Job) -> bool:
    if not await _has_reported(press, job):
        return False
    case = await press.bot.lookup.case(job.id)
    came = case.ending if case and case.ending else Reported.AGAIN
    await answer_alone(press.interaction, say(press.locale, f"report.{came}"))
    return True


# --- moderators


async def keep(press: Press) -> None:
    await _decide(press, Ending.KEPT)


async def remove(press: Press) -> None:
    await _decide(press, Ending.REMOVED)


async def ask_remove_block(press: Press) -> None:
    if await _open_case(press):
        title = say(press.locale, "moderate.remove_block_title")
        await press.interaction.response.send_modal(block_form("removed_block", press.subject, title, press.locale))


async def remove_block(press: Press) -> None:
    block = read_block(press.interaction)
    if block is None:
        await answer_alone(press.interaction, say(press.locale, "error.unknown_button"))
    elif await _open_case(press):
        await _decide(press, Ending.REMOVED, block)


async def _open_case(press: Press) -> Case | None:
    """A case that is to be decided, whose asker may be blocked by whoever pressed; else they are told."""
    found = await press.bot.actions.moderation.find_case(read_reviewer(press.interaction), press.subject)
    if isinstance(found, Undecided):
        await answer_alone(press.interaction, say(press.locale, f"report.{found}"))
        return None
    case, _ = found
    if case.ending:
        await _answer(press, case, is_mine=False)
        return None
    try:
        if await may_block_here(press.interaction, case.asker_id):
            return case
    except ShowTroubled:
        await answer_alone(press.interaction, say(press.locale, "moderate.troubled"))
        return None
    await answer_alone(press.interaction, say(press.locale, "moderate.outranked", member=f"<@{case.asker_id}>"))
    return None


async def _decide(press: Press, chosen: Ending, block: Block | None = None) -> None:
    """Taking a clip away may take longer than Discord waits."""
    if not press.interaction.response.is_done():
        await press.interaction.response.defer(ephemeral=True, thinking=True)
    reviewer = read_reviewer(press.interaction)
    outcome = await press.bot.actions.moderation.decide(reviewer, press.subject, chosen, block=block)
    if isinstance(outcome, Undecided):
        await press.interaction.edit_original_response(content=say(press.locale, f"report.{outcome}"))
        return
    case, is_mine = outcome
    await _answer(press, case, is_mine=is_mine, block=block if is_mine else None)


async def _answer(press: Press, case: Case, *, is_mine: bool, block: Block | None = None) -> None:
    told = ending_text(press.locale, case)
    text = say(press.locale, "report.done" if is_mine else "report.already", told=told)
    if block:
        until = ending(press.locale, block.until)
        text += "\n" + say(press.locale, "moderate.blocked", member=f"<@{case.asker_id}>", until=until)
    if press.interaction.response.is_done():
        await press.interaction.edit_original_response(content=text)
    else:
        await answer_alone(press.interaction, text)
