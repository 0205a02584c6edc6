"""What is done with a draft: its forms come back, its review is pressed, until it is shown again or sent."""

import functools
from collections.abc import Awaitable, Callable

from bot import clock
from bot.catalogue import NO_EXTRAS
from bot.chosen_settings import set_extras
from bot.drafts import Form, SavedDraft, fill, read_whole, rewritten, with_model
from bot.prompt import clean
from bot.video_request import Refusal

from ..pressing.components import Handler, Press, read_money
from ..showing.answers import answer_alone, answer_refusal
from ..showing.buttons import draft_buttons
from ..words.wording import say
from .extra_forms import further_form, read_further, settings_form
from .forms import file_form, read_form
from .reading import read_locale
from .review import review
from .sending import answer_form, answer_gone, send_draft


def of_draft(act: Callable[[Press, SavedDraft], Awaitable[None]]) -> Handler:
    """Have `act` called with the draft, if it is there and the presser's; else they are told."""

    @functools.wraps(act)
    async def act_on_draft(press: Press) -> None:
        saved = await press.bot.lookup.draft(press.subject)
        if saved is None:
            await answer_gone(press.interaction)
        elif saved.author_id == press.interaction.user.id:
            await act(press, saved)
        else:
            await answer_alone(press.interaction, say(press.locale, "review.not_yours"))

    return act_on_draft


@of_draft
async def take_form(press: Press, saved: SavedDraft) -> None:
    filled = read_form(press.interaction)
    saved = fill(saved, filled.values, filled.file, press.bot.lookup.catalogue, clock.now())
    await press.bot.actions.drafts.keep(saved)
    if saved.form is Form.COMPOSE:
        await _review(press, saved)
    elif saved.form is Form.CHANGE and _takes_more(press, saved):
        await _review_change(press, saved)
    else:
        await send_draft(press.interaction, saved)


def _takes_more(press: Press, saved: SavedDraft) -> bool:
    """Whether there is more to choose than the form had room for, or more to look over than it showed."""
    catalogue = press.bot.lookup.catalogue
    takes = (catalogue.find(saved.draft.model or "") or catalogue.default).takes
    return takes.pictures or takes.settings or saved.wished != NO_EXTRAS


async def _review_change(press: Press, saved: SavedDraft) -> None:
    """What is attached to a form dies before it may be sent."""
    kept: SavedDraft | Refusal = saved
    if saved.link:
        kept = await press.bot.actions.drafts.give_picture(saved, saved.link)
    if isinstance(kept, Refusal):
        back = draft_buttons(saved, press.locale, "edit")
        await answer_refusal(press.interaction, kept, saved.draft.prompt, back)
    else:
        await _review(press, kept)


@of_draft
async def ask_further(press: Press, saved: SavedDraft) -> None:
    await press.interaction.response.send_modal(further_form(saved, press.bot.lookup.catalogue, press.locale))


@of_draft
async def take_further(press: Press, saved: SavedDraft) -> None:
    filled = read_further(press.interaction, saved)
    changed = await press.bot.actions.drafts.give_further(saved, filled.links, filled.dropped)
    await _review_or_refuse(press, changed)


@of_draft
async def ask_extras(press: Press, saved: SavedDraft) -> None:
    await press.interaction.response.send_modal(settings_form(saved, press.bot.lookup.catalogue, press.locale))


@of_draft
async def take_extras(press: Press, saved: SavedDraft) -> None:
    changed = set_extras(saved, read_form(press.interaction).values, press.bot.lookup.catalogue, clock.now())
    if isinstance(changed, SavedDraft):
        await press.bot.actions.drafts.keep(changed)
    await _review_or_refuse(press, changed)


async def _review_or_refuse(press: Press, changed: SavedDraft | Refusal) -> None:
    """What was there before stays where the form cannot be taken."""
    if isinstance(changed, Refusal):
        await answer_refusal(press.interaction, changed)
    else:
        await _review(press, changed)


@of_draft
async def take_file(press: Press, saved: SavedDraft) -> None:
    """A form for a picture is sent with one: Discord asks for it."""
    if file := read_form(press.interaction).file:
        await _review_or_refuse(press, await press.bot.actions.drafts.give_picture(saved, file))
    else:
        await _review(press, saved)


@of_draft
async def edit(press: Press, saved: SavedDraft) -> None:
    await answer_form(press.interaction, saved)


@of_draft
async def send(press: Press, saved: SavedDraft) -> None:
    await send_draft(press.interaction, saved)


@of_draft
async def confirm(press: Press, saved: SavedDraft) -> None:
    """Its asker was told what there is to know of it, and the button says how much it comes to."""
    await send_draft(press.interaction, saved, confirmed=read_money(press.argument))


@of_draft
async def appeal(press: Press, saved: SavedDraft) -> None:
    """Have a moderator look at what a rule refused."""
    saved = rewritten(saved, clock.now(), appeals=True)
    await press.bot.actions.drafts.keep(saved)
    await send_draft(press.interaction, saved)


@of_draft
async def drop(press: Press, saved: SavedDraft) -> None:
    """Throw it away; what stood there says so to everybody who read it."""
    await press.bot.actions.drafts.discard(saved)
    told = say(read_locale(press.interaction), "ask.dropped")
    await press.interaction.response.edit_message(content=told, embed=None, view=None)


@of_draft
async def ask_picture(press: Press, saved: SavedDraft) -> None:
    await press.interaction.response.send_modal(file_form(saved, press.locale))


@of_draft
async def take_picture(press: Press, saved: SavedDraft) -> None:
    await _review(press, await press.bot.actions.drafts.take_picture(saved))


@of_draft
async def pick(press: Press, saved: SavedDraft) -> None:
    """A menu of the review, or which of several pictures is meant: that was all that was missing."""
    now, chosen = clock.now(), press.chosen
    match press.argument:
        case "model":
            saved = with_model(saved, chosen, press.bot.lookup.catalogue, now)
        case "seconds":
            saved = rewritten(saved, now, seconds=read_whole(chosen))
        case "size":
            saved = rewritten(saved, now, size=chosen)
        case _:
            saved = rewritten(saved, now, picked=read_whole(chosen))
    await press.bot.actions.drafts.keep(saved)
    if press.argument != "picked":
        await _review(press, saved)
    elif clean(saved.draft.prompt):
        await send_draft(press.interaction, saved)
    else:
        await answer_form(press.interaction, saved)


async def _review(press: Press, saved: SavedDraft) -> None:
    """Show it anew, in place of what was shown before to its author alone; what others see of a job stays."""
    lookup = press.bot.lookup
    embed, view = review(saved, lookup.catalogue, press.locale, refused=lookup.refused_models)
    shown = press.interaction.message
    if shown and (shown.flags.ephemeral or saved.form is not Form.CHANGE):
        await press.interaction.response.edit_message(content=None, embed=embed, view=view)
    else:
        await answer_alone(press.interaction, embed=embed, view=view)
