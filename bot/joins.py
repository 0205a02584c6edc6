"""How a shot follows the one before it, in a storyboard and in the film that is cut by it."""

from enum import StrEnum


class Join(StrEnum):
    CUT = "cut"
    FADE = "fade"  # both are seen for some time
    CONTINUE = "continue"  # it was made from the last frame of the one before: a cut that is no jump
