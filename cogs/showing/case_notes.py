"""What moderators read of a case: what was reported, by whom, why, and what was decided; and its buttons. Pure."""

import discord

from bot.display import CaseSheet
from bot.jobs import Job
from bot.moderation import Case, Ending, Report

from ..pressing.components import button, view
from ..words.plain import beside, safe
from ..words.wording import relative, say
from .buttons import FROM_CASE, refuse_picture_buttons
from .card import COLOURS
from .links import card_link, message_link

# Characters of a prompt and of a reason, and so many reasons; a description takes 4096, escapes included.
PROMPT_SHOWN = 1000
REASON_SHOWN = 150
REPORTS_SHOWN = 8

VERBS = ("keep", "remove", "remove_block")


def case_note(sheet: CaseSheet) -> discord.Embed:
    """The message where a case is decided, before that and after it."""
    job, locale = sheet.job, sheet.job.locale
    lines = [
        say(locale, "report.title", count=len(sheet.reports)),
        *[_row(locale, report) for report in sheet.reports[-REPORTS_SHOWN:]],
        "",
        safe(job.request.prompt, PROMPT_SHOWN, PROMPT_SHOWN),
        _facts(sheet),
        "",
        ending_text(locale, sheet.case) if sheet.case.ending else say(locale, "report.question"),
    ]
    embed = discord.Embed(description="\n".join(lines), colour=COLOURS[job.status])
    embed.set_footer(text=case_footer(sheet.case))
    return embed


def case_buttons(sheet: CaseSheet) -> discord.ui.View | None:
    """None where nothing is left to decide."""
    verbs = () if sheet.case.ending else VERBS
    shown = [button(verb, sheet.job.id, say(sheet.job.locale, f"button.{verb}")) for verb in verbs]
    # whoever took a clip away may think of its picture after it
    if sheet.case.ending is not Ending.KEPT:
        shown += refuse_picture_buttons(sheet.job, FROM_CASE)
    return view(*shown) if shown else None


def case_footer(case: Case) -> str:
    """What the message is known again by."""
    return f"case {case.job_id}"


def ending_text(locale: str, case: Case) -> str:
    """Who decided what, and when."""
    ending = case.ending or Ending.KEPT
    key = f"report.by_{ending}" if case.carried or ending is Ending.KEPT else "report.by_removed_later"
    return say(locale, key, who=f"<@{case.decided_by}>", when=relative(case.decided_at or 0.0))


def _row(locale: str, report: Report) -> str:
    facts = {"reason": beside(report.why, REASON_SHOWN), "reporter": f"<@{report.reporter_id}>"}
    return say(locale, "report.row", when=relative(report.at), **facts)


def _facts(sheet: CaseSheet) -> str:
    job = sheet.job
    asker = say(job.locale, "report.asker", asker=f"<@{job.asker_id}>", name=beside(job.asker_name, 40))
    link = _jump(sheet, job)
    return f"{asker} · {say(job.locale, 'report.jump', link=link)}" if link else asker


def _jump(sheet: CaseSheet, job: Job) -> str | None:
    if sheet.post is None:
        return card_link(job)
    # in private it is nobody else's to go to
    there = sheet.post.channel_id in (job.channel_id, job.card_id)
    return message_link(job.guild_id, sheet.post.channel_id, sheet.post.message_id) if there else card_link(job)
