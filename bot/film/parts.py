"""What is made of a film piece by piece: each under a name made from its content, so that none is made twice."""

import hashlib
import os
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import assert_never

import av

from ..clip.facts import DISK_FULL
from ..errors import BadFilm
from . import encoding, soundtrack
from .edit import Clip, Still, TitleCard
from .footage import Footage, Photograph
from .plan import Encoded, Mixed, Plan, Span, Straight

# Sound is made at about so many times the speed of pictures.
SOUND_SHARE = 20


@dataclass(frozen=True, kw_only=True)
class Piece:
    """Something to be made: pictures, or all of the sound (`part` is None); it takes as long as `effort` frames."""

    name: str
    part: Encoded | None
    effort: int

    def file(self, folder: Path) -> Path:
        return folder / f"{self.name}.mp4"


def pieces(plan: Plan) -> tuple[Piece, ...]:
    """What is to be made before the film can be joined; what is copied needs nothing."""
    pictures = (Piece(name=_name_of(part, plan), part=part, effort=part.frames) for part in plan.encoded)
    return (*pictures, *([sound_of(plan)] if plan.has_sound else []))


def file_of(part: Encoded, plan: Plan, folder: Path) -> Path:
    return Piece(name=_name_of(part, plan), part=part, effort=part.frames).file(folder)


def sound_of(plan: Plan) -> Piece:
    content = [(_content(span), span.first, span.frames, span.fade_in, span.fade_out) for span in plan.spans]
    name = _name("sound", soundtrack.VERSION, plan.format.rate, content)
    return Piece(name=name, part=None, effort=plan.frames // SOUND_SHARE)


def make(piece: Piece, plan: Plan, folder: Path) -> None:
    """In a worker process; a piece that is there is left as it is.

    Raises BadFilm, with the shot that cannot be used, or "not_made" where the encoder gave up; OSError.
    """
    file = piece.file(folder)
    if file.is_file():
        return
    # two processes may share the folder
    partial = file.with_name(f"{piece.name}-{uuid.uuid4().hex[:8]}.part")
    try:
        if piece.part:
            encoding.encode(piece.part, plan, partial)
        else:
            soundtrack.write_sound(plan, partial)
        # whoever was at it before may have died while its child went on
        if not file.is_file():
            settle(partial, file)
    except av.FFmpegError as error:
        if error.errno in DISK_FULL:
            raise OSError(error.errno, error.strerror) from error
        raise BadFilm("not_made", reason=type(error).__name__) from error
    finally:
        partial.unlink(missing_ok=True)


def settle(partial: Path, file: Path) -> None:
    """Durable before it has its name: what has the name is whole."""
    # for writing, or Windows does not let it be synced
    with partial.open("r+b") as written:
        os.fsync(written.fileno())
    os.replace(partial, file)


def _name_of(part: Encoded, plan: Plan) -> str:
    """The same for the same pictures in the same format, whatever else is in the film."""
    return _name("pictures", encoding.VERSION, plan.format, [_seen(piece, plan) for piece in part.pieces])


def _seen(piece: Straight | Mixed, plan: Plan) -> object:
    span = plan.spans[piece.span]
    match piece:
        case Straight(begin=begin, frames=frames):
            return _content(span), begin, frames
        case Mixed(frames=frames):
            before = plan.spans[piece.span - 1]
            return _content(before), before.frames - frames, _content(span), frames
        case _:
            assert_never(piece)


def _content(span: Span) -> object:
    match span.shot.source:
        case TitleCard(text=text):
            return "card", text
        case Clip() | Still():
            assert isinstance(span.material, Footage | Photograph)
            return span.material.digest, span.start
        case _:
            assert_never(span.shot.source)


def _name(*content: object) -> str:
    return hashlib.sha256(repr(content).encode()).hexdigest()[:32]
