"""One more of a kind: the same again, changed, continued, longer, in another shape, by another model."""

from collections.abc import Sequence
from dataclasses import replace

import discord

from bot import clock
from bot.actions import Effect, may_decide
from bot.briefs.notes import with_notes
from bot.catalogue import Model
from bot.discord_bot import Interaction
from bot.drafts import Form, Link, SavedDraft, further_of
from bot.jobs import UNAPPROVED, UNPUBLISHED, Job, PictureState, job_id
from bot.video_request import Draft, Refusal, VideoRequest, as_draft, carry_over

from ..asking.forms import model_options, size_options
from ..asking.places import refused_here
from ..asking.reading import clips_of, read_actor, read_ask
from ..asking.sending import answer_form
from ..moderating.reports import is_of_others
from ..showing.answers import answer_alone, answer_outcome, answer_refusal
from ..showing.buttons import buttons, longer, more_verbs, shorter
from ..words.wording import say
from .components import Press, menu, view
from .subjects import of_any_job, of_told_job, tell


@of_told_job
async def repeat(press: Press, job: Job) -> None:
    await _submit(press, job, job.request)


@of_told_job
async def make_longer(press: Press, job: Job) -> None:
    await _make_length(press, job, longer(press.bot.lookup.model(job), job))


@of_told_job
async def make_shorter(press: Press, job: Job) -> None:
    await _make_length(press, job, shorter(press.bot.lookup.model(job), job))


@of_told_job
async def change(press: Press, job: Job) -> None:
    notes = await press.bot.lookup.take_notes(job)
    if not notes:
        await open_form(press.interaction, job, Form.CHANGE)
        return
    # what others would have otherwise stands below what was asked for
    draft, limit = as_draft(job.request, press.bot.lookup.catalogue), press.bot.lookup.model(job).prompt_limit
    noted = replace(draft, prompt=with_notes(draft.prompt, notes, limit))
    await open_form(press.interaction, job, Form.CHANGE, draft=noted)


@of_told_job
async def go_on(press: Press, job: Job) -> None:
    """From the clip beside the button: the vendor's link is long dead, and our own copy is gone."""
    clips = clips_of(press.interaction.message) if press.interaction.message else ()
    if clips and job.status not in UNPUBLISHED:
        await open_form(press.interaction, job, Form.CONTINUE, clips[0])
    else:
        await answer_refusal(press.interaction, Refusal(code="clip_gone"))


@of_any_job
async def more(press: Press, job: Job) -> None:
    """What else whoever pressed may do: more buttons than a phone has room for under every clip."""
    may = may_decide(read_actor(press.interaction), job)
    others = is_of_others(press.interaction, job)
    blind = await press.bot.lookup.hides_model(job)
    verbs = more_verbs(job, press.bot.lookup.catalogue, may_decide=may, may_report=others, blind=blind)
    offered = buttons(job, *verbs, locale=press.locale)
    await answer_alone(press.interaction, say(press.locale, "ask.more" if offered else "ask.no_more"), view=offered)


@of_told_job
async def ask_shape(press: Press, job: Job) -> None:
    sizes = size_options(press.bot.lookup.model(job), None, job.request.seconds)
    await _ask_which(press, job, "shape", [one for one in sizes if one.value != job.request.size])


@of_told_job
async def ask_model(press: Press, job: Job) -> None:
    models = model_options(press.bot.lookup.catalogue, None)
    await _ask_which(press, job, "model", [one for one in models if one.value != job.request.model])


@of_told_job
async def choose(press: Press, job: Job) -> None:
    """What is chosen is checked like anything that is typed."""
    if press.argument != "model":
        await _submit(press, job, replace(_as_made(press, job), size=press.chosen))
    elif model := press.bot.lookup.catalogue.find(press.chosen):
        await _carry(press, job, model)
    else:
        await _submit(press, job, replace(job.request, model=press.chosen, by_default=None))


@of_told_job
async def take_nearest(press: Press, job: Job) -> None:
    """The same with the model that the button names: another one costs something else, and is asked for anew."""
    model = press.bot.lookup.nearest(job)
    if model is None:
        await answer_alone(press.interaction, say(press.locale, "nearest.none"))
    elif press.label in [say(each, "button.nearest", model=model.name) for each in (job.locale, press.locale)]:
        await _carry(press, job, model)
    else:
        sentence = say(press.locale, "nearest.changed", model=model.name)
        named = buttons(job, "nearest", locale=press.locale, model=model.name)
        await answer_alone(press.interaction, sentence, view=named)


async def _submit(press: Press, job: Job, request: VideoRequest) -> None:
    """Ask for a job of the presser's with the job's picture; what the request breaks is said like anything typed."""
    if job.status in UNAPPROVED:
        await tell(press, Effect.TOO_LATE, job)
        return
    further = further_of(job.request.extras)
    more = {"parent_id": job.id, "keeps_picture": True, "further": further, "pressed": True}
    ask = read_ask(press.interaction, as_draft(request, press.bot.lookup.catalogue), None, **more)
    outcome = await refused_here(press.interaction) or await press.bot.actions.submission.submit(ask)
    await answer_outcome(press.interaction, outcome, request.prompt)


async def _make_length(press: Press, job: Job, seconds: int | None) -> None:
    """The model may have changed since: what it no longer makes is not sold as something else."""
    if seconds is None:
        await tell(press, Effect.TOO_LATE, job)
    else:
        await _submit(press, job, replace(_as_made(press, job), seconds=seconds))


def _as_made(press: Press, job: Job) -> VideoRequest:
    """The lengths and shapes on offer are those of the model that made it, so no other is meant."""
    is_usual = job.request.model == press.bot.lookup.catalogue.default.id
    return job.request if is_usual else replace(job.request, by_default=None)


async def _carry(press: Press, job: Job, model: Model) -> None:
    await _submit(press, job, carry_over(job.request, model, has_picture=job.picture is not PictureState.NONE))


async def open_form(
    interaction: Interaction, job: Job, form: Form, clip: Link | None = None, draft: Draft | None = None
) -> None:
    """A form with everything as it was, or as in `draft`; it starts from the clip, else from the job's picture."""
    saved = SavedDraft(
        id=job_id(interaction.id),
        author_id=interaction.user.id,
        form=form,
        draft=draft or as_draft(job.request, interaction.client.lookup.catalogue),
        changed_at=clock.now(),
        links=(clip,) if clip else (),
        picked=0 if clip else None,
        size_given=job.request.size_given,
        keeps_picture=clip is None and job.picture is not PictureState.NONE,
        # what goes on from the end of a clip ends elsewhere, and looks like that clip
        further=further_of(job.request.extras) if form is Form.CHANGE else (),
        parent_id=job.id,
    )
    await answer_form(interaction, saved)


async def _ask_which(press: Press, job: Job, what: str, options: Sequence[discord.SelectOption]) -> None:
    if not options:
        await tell(press, Effect.TOO_LATE, job)
        return
    question = say(press.locale, f"ask.{what}")
    await answer_alone(press.interaction, question, view=view(menu("choose", job.id, what, options, question)))
