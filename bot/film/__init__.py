"""Cutting a film out of clips, pictures and cards: what it is to be, how it is made, and making it piece by piece.

Plain functions: what reads files is for a worker process, the plan is pure.
"""

from ..joins import Join
from .edit import Clip, Edit, Shot, Source, Still, TitleCard
from .footage import Footage, Material, Photograph, survey
from .joining import join
from .otio import write_otio
from .parts import Piece, make, pieces, settle
from .plan import Plan, Span, plan_film

__all__ = [
    "Clip",
    "Edit",
    "Footage",
    "Join",
    "Material",
    "Photograph",
    "Piece",
    "Plan",
    "Shot",
    "Source",
    "Span",
    "Still",
    "TitleCard",
    "join",
    "make",
    "pieces",
    "plan_film",
    "settle",
    "survey",
    "write_otio",
]
