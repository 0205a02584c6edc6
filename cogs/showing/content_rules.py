"""What the maker of a model lists as not made: one sentence, and a short one for forms."""

from bot.catalogue import Model

from ..words.wording import say


def content_rules(locale: str, model: Model) -> str | None:
    """None where its maker lists none."""
    return say(locale, f"rules.{model.rules}", model=model.name) if model.rules else None


def content_rules_hint(locale: str, model: Model) -> str | None:
    """As short as a form takes it; None where its maker lists none."""
    return say(locale, f"form.rules_{model.rules}") if model.rules else None
