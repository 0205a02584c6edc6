"""The texts of commands in every language that there is: what `described` wrote in English, translated for Discord."""

from discord import Locale, app_commands

from bot.discord_bot import DailiesBot

from .languages import ENGLISH, language
from .wording import say


class CommandTexts(app_commands.Translator):
    """Asked for each text and each of Discord's locales while the commands are synced.

    Names of commands and options are no texts: what one member writes to another, and in the README, works for both.
    """

    async def translate(
        self, string: app_commands.locale_str, locale: Locale, context: app_commands.TranslationContextTypes
    ) -> str | None:
        key = string.extras.get("key")
        if key is None or language(locale.value).code == ENGLISH:
            return None
        return say(locale.value, key, **string.extras["facts"])


async def setup(bot: DailiesBot) -> None:
    await bot.tree.set_translator(CommandTexts())
