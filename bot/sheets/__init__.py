"""Pictures of what a team makes: contact sheets, grid clips, family trees, storyboards. Drawn in a child process only.

Plain synchronous functions from plain values to bytes or a file; what is written in them is given, in the language of
whoever looks.
"""

from ..joins import Join
from .canvas import Drawn
from .contact import Tile, draw_contact
from .differences import Differences, Fate, Made, PictureChange, Words, compare, diff_words, varying
from .fonts import missing
from .grid import Grid, draw_grid
from .strip import Panel, draw_strip
from .tree import Change, ChangeKind, Member, draw_tree

__all__ = [
    "Change",
    "ChangeKind",
    "Differences",
    "Drawn",
    "Fate",
    "Grid",
    "Join",
    "Made",
    "Member",
    "Panel",
    "PictureChange",
    "Tile",
    "Words",
    "compare",
    "diff_words",
    "draw_contact",
    "draw_grid",
    "draw_strip",
    "draw_tree",
    "missing",
    "varying",
]
