"""What stands in the way of a storyboard's film, shot by shot, found before anything is sent. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from ..jobs import Status
from ..joins import Join
from .storyboard import FADE_SECONDS, Kind, Shot, Storyboard

# Of a longer film nothing worth seeing would fit where most people could be shown it; seconds.
LONGEST = 1800.0


class Problem(StrEnum):
    """Each has its sentence."""

    NOTHING_BEFORE = "nothing_before"  # it continues, and there is no shot before it
    ENDS_EARLY = "ends_early"  # it continues what is cut off before its last frame
    OUTDATED = "outdated"  # it was made to continue another clip than the one before it
    FADE_TOO_LONG = "fade_too_long"
    WORDS_GONE = "words_gone"  # whose they were asked to be forgotten
    CLIP_GONE = "clip_gone"
    FAILED = "failed"  # the last clip that was asked for did not come
    FILM_TOO_LONG = "film_too_long"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """`number` is the shot's, None for the whole."""

    problem: Problem
    number: int | None = None


def check(board: Storyboard) -> tuple[Finding, ...]:
    """In the order of the shots."""
    found = [
        Finding(problem=problem, number=number)
        for number, shot in enumerate(board.shots, 1)
        for problem in _problems(board, shot)
    ]
    if board.length > LONGEST:
        found.append(Finding(problem=Problem.FILM_TOO_LONG))
    return tuple(found)


def _problems(board: Storyboard, shot: Shot) -> Iterator[Problem]:
    before, made = board.before(shot), board.made_of(shot)
    if shot.join is Join.CONTINUE and before is None:
        yield Problem.NOTHING_BEFORE
    if shot.join is Join.CONTINUE and before is not None and _is_cut_off(board, before):
        yield Problem.ENDS_EARLY
    if shot.join is Join.CONTINUE and before is not None and _is_outdated(board, shot, before):
        yield Problem.OUTDATED
    if shot.join is Join.FADE and before is not None and not _has_room(board, before, shot):
        yield Problem.FADE_TOO_LONG
    if shot.kind is Kind.WISH and not shot.words:
        yield Problem.WORDS_GONE
    if shot.kind in (Kind.TAKE, Kind.CLIP) and not (board.is_there(shot) or board.is_in_work(shot)):
        yield Problem.CLIP_GONE
    if shot.kind is Kind.STILL and not shot.has_picture:
        yield Problem.CLIP_GONE
    if shot.kind is Kind.WISH and made is not None and made.job.status is Status.FAILED:
        yield Problem.FAILED


def _is_cut_off(board: Storyboard, shot: Shot) -> bool:
    made = board.made_of(shot)
    whole = made.job.request.seconds if made else shot.length
    is_clip = shot.kind in (Kind.TAKE, Kind.CLIP)
    return is_clip and shot.seconds is not None and (whole is None or shot.seconds < whole)


def _is_outdated(board: Storyboard, shot: Shot, before: Shot) -> bool:
    """Whether it was made to continue another clip than the one that is before it now."""
    made, made_before = board.made_of(shot), board.made_of(before)
    if shot.kind is not Kind.WISH or made is None or not (board.is_there(shot) or board.is_in_work(shot)):
        return False
    return made.job.parent_id != (made_before.job.id if made_before else None)


def _has_room(board: Storyboard, before: Shot, shot: Shot) -> bool:
    """Something is to be left of each beside its fades; of what is not known yet there is."""
    return all(not (seconds := board.seconds(one)) or seconds > 2 * FADE_SECONDS for one in (before, shot))
