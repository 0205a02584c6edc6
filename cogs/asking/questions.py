"""What is asked before a message becomes a job: by a draft, which only its author can send, also after a restart."""

from enum import StrEnum
from typing import assert_never

import discord

from bot.drafts import SavedDraft

from ..showing.buttons import draft_buttons
from .review import link_menu


class Question(StrEnum):
    """Each has its sentence."""

    PICTURE = "picture"  # which of several files
    WRITE = "write"  # a picture, and no words
    REMARK = "remark"  # a reply that does not mention the bot may be meant for people
    LINK = "link"  # a link that shows no picture, though one may be meant


def question_of(saved: SavedDraft, *, named: bool, linked: bool) -> Question | None:
    """What has to be asked; None where the message says it all. `named` is whether its words mention the bot."""
    if len(saved.links) > 1:
        return Question.PICTURE
    if not saved.draft.prompt:
        return Question.WRITE
    if not named:
        return Question.REMARK
    return Question.LINK if linked and not saved.links else None


def question_view(saved: SavedDraft, question: Question, locale: str) -> discord.ui.View:
    match question:
        case Question.PICTURE:
            return link_menu(saved, locale)
        case Question.WRITE:
            return draft_buttons(saved, locale, "write")
        case Question.REMARK:
            return draft_buttons(saved, locale, "send", "edit", "drop")
        case Question.LINK:
            return draft_buttons(saved, locale, "bare", "picture", "drop")
        case _:
            assert_never(question)
