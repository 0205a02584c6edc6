"""`/privacy`: what is kept of whoever asks, all of it as a file, and its end."""

import io

import discord
from discord import app_commands

from bot.discord_bot import DailiesBot, Interaction
from bot.drafts import DRAFT_LIFE
from bot.privacy import GUILD_LIFE, Own, Terms

from ..pressing.components import Press, button, view
from ..showing.answers import answer_alone
from ..showing.links import message_link
from ..words.wording import described, say

DAY = 24 * 3600.0

privacy = app_commands.Group(name="privacy", description=described("command.privacy"))


@privacy.command(name="show", description=described("command.privacy_show"))
async def show(interaction: Interaction) -> None:
    actions = interaction.client.actions.privacy
    own = await actions.count(interaction.user.id)
    await answer_alone(interaction, privacy_text(interaction.locale.value, own, actions.terms))


def privacy_text(locale: str, own: Own, terms: Terms) -> str:
    """What is kept, where it goes, how long, and what can be done about it."""
    goes = "privacy.goes_moderated" if terms.moderation_host else "privacy.goes"
    long = "privacy.long_retained" if terms.retention_days else "privacy.long"
    facts = {
        "jobs": own.jobs,
        "drafts": own.drafts,
        "host": terms.moderation_host or "",
        "suggest": terms.suggest_host or "",
        "retention": terms.retention_days or 0,
        "touched": min(round(DRAFT_LIFE / DAY), terms.retention_days or round(DRAFT_LIFE / DAY)),
        "left": round(GUILD_LIFE / DAY),
    }
    goes_too = ("privacy.goes_suggested",) if terms.suggest_host else ()
    told = [say(locale, key, **facts) for key in ("privacy.kept", goes, *goes_too, long, "privacy.yours")]
    if own.ideas:
        told[0] += " " + say(locale, "privacy.kept_ideas", ideas=own.ideas)
    return "\n\n".join(told)


@privacy.command(name="export", description=described("command.privacy_export"))
async def export(interaction: Interaction) -> None:
    """Each file is a message, the first of them the answer; written one after the other, so that none is large."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    locale, part = interaction.locale.value, 0
    async for data in interaction.client.actions.privacy.export(interaction.user.id, message_link):
        part += 1
        file = discord.File(io.BytesIO(data), f"dailies-{part}.json")
        if part == 1:
            await interaction.edit_original_response(content=say(locale, "privacy.export"), attachments=[file])
        else:
            await interaction.followup.send(say(locale, "privacy.export_part", part=part), file=file, ephemeral=True)


@privacy.command(name="delete", description=described("command.privacy_delete"))
async def delete(interaction: Interaction) -> None:
    """Ask first: it cannot be undone."""
    locale = interaction.locale.value
    own = await interaction.client.actions.privacy.count(interaction.user.id)
    sure = view(button("forget", "me", say(locale, "button.forget")))
    text = say(locale, "privacy.ask", jobs=own.jobs, drafts=own.drafts)
    if own.ideas:
        text += " " + say(locale, "privacy.ask_ideas", ideas=own.ideas)
    await answer_alone(interaction, text, view=sure)


async def forget(press: Press) -> None:
    """Of whoever presses, whatever the button says."""
    await press.bot.actions.privacy.forget(press.interaction.user.id, press.locale)
    await press.interaction.response.edit_message(content=say(press.locale, "privacy.forgetting"), view=None)


async def setup(bot: DailiesBot) -> None:
    bot.tree.add_command(privacy)
