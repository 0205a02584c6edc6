"""Notes on takes: written in a form with the moment that they are about, and shown with the take that they hang on."""

import discord

from bot.briefs.brief import Halt
from bot.briefs.notes import NOTE_MOST, Note
from bot.briefs.takes import Reel, Take
from bot.drafts import read_whole

from ..asking.forms import FORGOTTEN_AFTER, read_form
from ..pressing.components import Press, press_id
from ..showing.answers import answer_alone
from ..showing.batch_notes import note_line
from ..words.wording import say
from .batches import of_batch
from .briefs import ask_of, halted, refused_to_take_part


@of_batch
async def ask_note(press: Press, reel: Reel) -> None:
    take = _meant(press, reel)
    if take is None:
        await halted(press.interaction, Halt.TAKE_GONE, reel.brief)
    elif not await refused_to_take_part(press.interaction):
        await press.interaction.response.send_modal(_form(reel, take, press.locale))


@of_batch
async def note(press: Press, reel: Reel) -> None:
    take, text = _meant(press, reel), read_form(press.interaction).values.get("note", "")
    if take is None:
        await halted(press.interaction, Halt.TAKE_GONE, reel.brief)
        return
    kept = await press.bot.actions.takes.note(reel, take, text, ask_of(press.interaction, text))
    if isinstance(kept, Note):
        told = say(press.locale, "take.noted", number=take.number, note=note_line(kept, press.locale))
        await answer_alone(press.interaction, told)
    else:
        await halted(press.interaction, kept, reel.brief, text)


def _meant(press: Press, reel: Reel) -> Take | None:
    take = reel.take(read_whole(press.argument) or 0)
    return take if take and not take.job.is_emptied else None


def _form(reel: Reel, take: Take, locale: str) -> discord.ui.Modal:
    modal = discord.ui.Modal(
        title=say(locale, "take.note_title", number=take.number),
        custom_id=press_id("take_noted", reel.batch.id, str(take.number)),
        timeout=FORGOTTEN_AFTER,
    )
    written = discord.ui.TextInput[discord.ui.Modal](
        custom_id="note",
        style=discord.TextStyle.paragraph,
        placeholder=say(locale, "take.note_hint"),
        max_length=NOTE_MOST,
    )
    modal.add_item(discord.ui.Label[discord.ui.Modal](text=say(locale, "take.note_label"), component=written))
    return modal
