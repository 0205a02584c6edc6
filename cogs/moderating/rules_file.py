"""The rules of a server as a file: handed out, and taken in once somebody saw what would change."""

import io

import discord

from bot.discord_bot import Interaction
from bot.errors import BadRules
from bot.server_rules.changes import differences
from bot.server_rules.document import Document, fingerprint, write_document
from bot.server_rules.named import channels_named, models_named, roles_named, sizes_named

from ..pressing.components import Press, button, view
from ..showing.answers import answer_alone
from ..words.wording import joined, say
from .rules_panel import Panel, sizes_of
from .rules_text import changes_text, problem_text

NAME = "server-rules.json"
# Characters of what would change that are shown; all of it is in the file.
SHOWN_MOST = 3500


async def send_rules(interaction: Interaction, panel: Panel) -> None:
    told = say(panel.locale, "settings.exported")
    await interaction.response.send_message(told, file=_file(panel.document), ephemeral=True)


async def show_file(interaction: Interaction, panel: Panel, url: str, size: int) -> None:
    """What a document would change, in words, and the document again, to be applied as it was seen."""
    # Discord gives three seconds, and the file has to be fetched
    await interaction.response.defer(ephemeral=True, thinking=True)
    try:
        document = await interaction.client.actions.rules.read_file(url, size)
        _refuse_unknown(panel, document)
    except BadRules as error:
        await interaction.edit_original_response(content=problem_text(panel.locale, error))
        return
    changes = changes_text(panel.locale, differences(panel.document, document), panel.catalogue)
    if not changes:
        await interaction.edit_original_response(content=say(panel.locale, "settings.same"))
        return
    base = fingerprint(panel.document)
    buttons = view(
        button("rules_apply", "0", say(panel.locale, "settings.button_apply"), argument=base),
        button("rules_leave", "0", say(panel.locale, "settings.button_leave")),
    )
    embed = discord.Embed(title=say(panel.locale, "settings.import_title"), description=_fitting(panel, changes))
    warning = _foreign(panel, document)
    await interaction.edit_original_response(content=warning, embed=embed, view=buttons, attachments=[_file(document)])


async def apply_file(press: Press, panel: Panel) -> None:
    """The file on the message is what was seen. Raises BadRules."""
    message = press.interaction.message
    if message is None or not message.attachments:
        raise BadRules("", "file_gone")
    shown = message.attachments[0]
    await press.interaction.response.defer()
    try:
        document = await press.bot.actions.rules.read_file(shown.url, shown.size)
        _refuse_unknown(panel, document)
        user = press.interaction.user
        await press.bot.actions.rules.replace(panel.guild.id, user.id, press.argument, document)
    except BadRules as error:
        await answer_alone(press.interaction, problem_text(press.locale, error))
        return
    await _close(press, "settings.applied")


async def leave_file(press: Press) -> None:
    await press.interaction.response.defer()
    await _close(press, "settings.left")


async def _close(press: Press, key: str) -> None:
    await press.interaction.edit_original_response(
        content=say(press.locale, key), embed=None, view=None, attachments=[]
    )


def _refuse_unknown(panel: Panel, document: Document) -> None:
    """Raises BadRules for models and sizes that this bot does not have: nobody could ask for anything."""
    known = {*panel.catalogue.models, *panel.catalogue.switched_off}
    if models := models_named(document) - known:
        raise BadRules("", "models", unknown=tuple(sorted(models)), known=tuple(panel.catalogue.models))
    if sizes := sizes_named(document) - {*sizes_of(panel.catalogue)}:
        raise BadRules("", "sizes", unknown=tuple(sorted(sizes)), known=tuple(sizes_of(panel.catalogue)))


def _foreign(panel: Panel, document: Document) -> str | None:
    """Roles and channels that this server does not have: it may be a document of another one."""
    roles = [str(each) for each in sorted(roles_named(document)) if panel.guild.get_role(each) is None]
    channels = [str(each) for each in sorted(channels_named(document)) if panel.guild.get_channel(each) is None]
    if not roles and not channels:
        return None
    named = [f"`{each}`" for each in (*roles, *channels)]
    shown = joined(panel.locale, named[:20])
    return say(panel.locale, "settings.foreign", count=len(named), ids=shown)


def _fitting(panel: Panel, lines: list[str]) -> str:
    shown: list[str] = []
    for line in lines:
        if sum(map(len, shown)) + len(shown) + len(line) > SHOWN_MOST:
            return "\n".join([*shown, say(panel.locale, "settings.more_changes", count=len(lines) - len(shown))])
        shown.append(line)
    return "\n".join(shown)


def _file(document: Document) -> discord.File:
    return discord.File(io.BytesIO(write_document(document).encode()), NAME)
