"""Suggest: a language model writes variations of an idea or of the topic, for whoever asked alone to take or drop."""

from collections.abc import Iterator, Mapping

import discord

from bot import clock
from bot.briefs.brief import Act, Doer, may
from bot.briefs.desk import Desk
from bot.briefs.ideas import PARTS, Idea, Text
from bot.discord_bot import Interaction
from bot.drafts import Form, SavedDraft, read_whole
from bot.errors import NotSuggested
from bot.jobs import job_id
from bot.suggestions import Suggestion
from bot.video_request import Draft

from ..pressing.components import Component, Press, button, view
from ..showing.answers import answer_alone
from ..words.plain import safe
from ..words.wording import say
from .briefs import halted, of_brief, refused_to_take_part
from .idea_forms import idea_form

# Discord takes 1024 characters of a field, escapes among them, and 6000 of all.
SHOWN_MOST = 900


@of_brief
async def suggest(press: Press, desk: Desk) -> None:
    """It may take a minute, and costs whoever runs the bot: nobody waits for it but who asked."""
    endpoint, interaction = press.bot.actions.suggest, press.interaction
    idea = desk.idea(read_whole(press.argument) or 0)
    if endpoint is None:
        await answer_alone(interaction, say(press.locale, "error.unknown_button"))
        return
    if halt := may(desk.brief, Act.SUGGEST, Doer(id=interaction.user.id)):
        await halted(interaction, halt, desk.brief)
        return
    if await refused_to_take_part(interaction):
        return
    await interaction.response.defer(ephemeral=True, thinking=True)
    given = {"title": idea.title, **idea.text.parts} if idea else None
    try:
        found = await endpoint.suggest(interaction.user.id, desk.brief.topic, given)
    except NotSuggested as error:
        await answer_alone(interaction, say(press.locale, f"suggesting.{error.code}"))
        return
    saved = await _keep(interaction, found)
    embed = _shown(found, idea, press.locale)
    await answer_alone(interaction, embed=embed, view=view(*_buttons(desk, saved, len(found), press.locale)))


@of_brief
async def take(press: Press, desk: Desk) -> None:
    """The form opens with what was suggested, to be changed or sent as it is."""
    draft_id, _, number = press.argument.partition("-")
    saved = await press.bot.lookup.draft(draft_id)
    if saved is None or saved.author_id != press.interaction.user.id or saved.form is not Form.IDEA:
        await answer_alone(press.interaction, say(press.locale, "suggesting.gone"))
        return
    text = Text(**{part: saved.parts.get(f"{part}{number}", "") for part in ("title", *PARTS)})
    await press.interaction.response.send_modal(idea_form("idea_added", desk.brief.id, press.locale, text=text))


async def _keep(interaction: Interaction, found: tuple[Suggestion, ...]) -> SavedDraft:
    """As a draft: what was paid for outlives a restart."""
    saved = SavedDraft(
        id=job_id(interaction.id),
        author_id=interaction.user.id,
        form=Form.IDEA,
        draft=Draft(prompt=""),
        changed_at=clock.now(),
        parts=dict(_parts(found)),
    )
    await interaction.client.actions.drafts.keep(saved)
    return saved


def _parts(found: tuple[Suggestion, ...]) -> Iterator[tuple[str, str]]:
    for number, each in enumerate(found, start=1):
        for part in ("title", *PARTS):
            yield f"{part}{number}", _words(each)[part]


def _words(suggestion: Suggestion) -> Mapping[str, str]:
    return {part: str(getattr(suggestion, part)) for part in ("title", *PARTS)}


def _shown(found: tuple[Suggestion, ...], idea: Idea | None, locale: str) -> discord.Embed:
    key = "suggesting.of_idea" if idea else "suggesting.of_topic"
    embed = discord.Embed(description=say(locale, key, number=idea.number if idea else 0))
    for number, each in enumerate(found, start=1):
        words = "\n".join(filter(None, (each.subject, each.action, each.setting)))
        title = f"{number}. {safe(each.title, 80, 200)}"
        embed.add_field(name=title, value=safe(words, SHOWN_MOST, 1024) or "–", inline=False)
    return embed


def _buttons(desk: Desk, saved: SavedDraft, count: int, locale: str) -> Iterator[Component]:
    for number in range(1, count + 1):
        label = say(locale, "button.suggested", number=number)
        yield button("suggested", desk.brief.id, label, argument=f"{saved.id}-{number}")
