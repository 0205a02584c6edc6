"""Why a language model suggested nothing, in words."""

from bot.errors import NotSuggested

from ..words.wording import say


def no_suggestion(locale: str, error: NotSuggested) -> str:
    """For whoever asked, alone."""
    return say(locale, f"suggesting.{error.code}")
