"""What people can do: ask for a video, write one bit by bit, stop it, look again, decide about a doubtful one."""

from .deciding import Actor, Deciding, Verdict, may_decide
from .drafting import Drafting
from .wishes import Accepted, Ask

__all__ = ["Accepted", "Actions", "Actor", "Ask", "Verdict", "may_decide"]


class Actions(Deciding, Drafting):
    """Everything that a command, a button or a form can ask for, in plain values."""
