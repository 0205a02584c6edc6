"""The door for acting: ask for a video, write one bit by bit, stop it, look again, decide about a doubtful one."""

from dataclasses import dataclass

import aiohttp

from ..catalogue import Catalogue
from ..store import Store
from ..tracker import Tracker
from ..workbench import Workbench
from .ask import Accepted, Ask, Repeated
from .decide import Actor, Decisions, Effect, may_decide
from .drafts import Drafts
from .pictures import PictureReader
from .submit import Submission

__all__ = ["Accepted", "Actions", "Actor", "Ask", "Effect", "Repeated", "may_decide", "open_actions"]


@dataclass(frozen=True, kw_only=True)
class Actions:
    """Everything that a command, a button or a form can ask for, in plain values."""

    submission: Submission
    decisions: Decisions
    drafts: Drafts


def open_actions(
    *, store: Store, tracker: Tracker, catalogue: Catalogue, session: aiohttp.ClientSession, workbench: Workbench
) -> Actions:
    pictures = PictureReader(session, workbench)
    submission = Submission(store=store, tracker=tracker, catalogue=catalogue, pictures=pictures)
    decisions = Decisions(store=store, tracker=tracker, submission=submission, pictures=pictures)
    return Actions(submission=submission, decisions=decisions, drafts=Drafts(store, pictures))
