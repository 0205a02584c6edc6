"""What the tracker hands to Discord's side to be shown of a job, and what comes back: plain values.

Discord's side makes messages of it and posts them once; what is shown where, and what is tried next, is the tracker's.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from .briefs.brief import Brief
from .briefs.desk import BriefRecord, Desk
from .briefs.films import Cut, Screening
from .briefs.storyboard import Shot, Storyboard
from .briefs.takes import Reel
from .jobs import Face, Job, Status, Venue
from .moderation import Case, Entry, Report
from .outlook import Outlook
from .reviews import Record, Review
from .sheets import Panel

# What Discord takes everywhere: without a boost, and in direct messages; bytes.
DEFAULT_UPLOAD = 10 * 1024 * 1024

# The key of a private thread, or of one whose name tells the prompt, which stands in a job's posts as if it were a
# message.
THREAD_KEY = "thread"

# How the key of a message begins that shows a clip once more.
COPY = "copy"
_CLIP_KEY = re.compile(rf"{Status.COMPLETED}(\d*)")


@dataclass(frozen=True, kw_only=True)
class Post:
    """A message of a job that Discord accepted. `key` says which: "card", a status, that of a clip or of a copy."""

    key: str
    channel_id: int
    message_id: int


def clip_key(part: int) -> str:
    """The key of the message with a clip: "completed", "completed1", …"""
    return f"{Status.COMPLETED}{part or ''}"


def copy_key(message_id: int) -> str:
    """The key of a message that shows a clip once more."""
    return f"{COPY}{message_id}"


def is_copy(key: str) -> bool:
    return key.startswith(COPY)


def brings_clip(key: str) -> bool:
    """Whether a message brings a clip, stands for one, or shows it once more."""
    return clip_part(key) is not None or is_copy(key)


def bring_clips(posts: Mapping[str, Post]) -> bool:
    """Whether any of a job's messages brings a clip, or stands for one."""
    return any(map(brings_clip, posts))


def clip_part(key: str) -> int | None:
    """Which clip a message brings; None for one that brings none."""
    found = _CLIP_KEY.fullmatch(key)
    return int(found[1] or 0) if found else None


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """Everything that a card is drawn from.

    `start` is a small JPEG of the picture to start from, where that is not on the card yet; `poster` one of the clip.
    """

    job: Job
    outlook: Outlook
    parent: Job | None = None
    posts: Mapping[str, Post] = field(default_factory=dict)
    start: bytes | None = None
    poster: bytes | None = None

    @property
    def left(self) -> bool:
        """Whether a clip that was taken back is still there."""
        return self.job.status is Status.DELETED and bring_clips(self.posts)


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """The face that the card has now, None when that is not known, and its id when it was put there just now.

    Without an id there can be no card in its channel: `venue` says where else the job is told of.
    """

    face: Face | None
    card_id: int | None
    venue: Venue
    posted: tuple[Post, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Clip:
    """A clip of `size` bytes as it goes to Discord: it or a copy, in a `file` of `became` bytes; or only as a link."""

    part: int
    size: int
    file: Path | None = None
    became: int | None = None
    is_copy: bool = False


class CardDisplay(Protocol):
    async def draw(self, sheet: Sheet) -> Drawn:
        """Bring the card up to date, or put it there. Raises ShowTroubled, VenueRefused where it is closed to us."""


class ThreadDisplay(Protocol):
    """All raise ShowTroubled to be asked again, and VenueRefused when the job's venue takes nothing."""

    async def open(self, job: Job) -> int:
        """The channel where this job's replies go."""

    async def find(self, job: Job, channel_id: int) -> int | None:
        """The message there that says the job's status already."""

    async def say(self, job: Job, outlook: Outlook, channel_id: int) -> int | None:
        """Say it; the message's id, None when somebody deleted it since."""

    async def unname(self, job: Job) -> None:
        """Take the prompt's words from the name of the job's thread; one that is not there is no fault."""


class ClipDisplay(Protocol):
    """As ThreadDisplay."""

    async def limit(self, job: Job) -> int:
        """What one file may weigh where the job is told of, bytes."""

    async def find(self, job: Job, channel_id: int, part: int, size: int) -> tuple[int, bool] | None:
        """The message that has a clip or stands for it, and whether it is the clip of `size` bytes itself."""

    async def post(self, job: Job, outlook: Outlook, channel_id: int, clip: Clip) -> int | None:
        """As `ThreadDisplay.say`. Raises also FileTooLarge."""

    async def remove(self, post: Post) -> None:
        """Delete a message; one that is gone is no fault."""


class MemberDisplay(Protocol):
    async def forgotten(self, member_id: int, locale: str) -> None:
        """Tell a member in private that nothing of theirs is left, where that can be. Raises ShowTroubled."""


@dataclass(frozen=True, kw_only=True)
class Notice:
    """What moderators are told of a review: the job, what is known of its asker, and the time until it is decided.

    `until` is unix seconds; `start` a small JPEG of the picture to start from.
    """

    job: Job
    review: Review
    record: Record = field(default_factory=Record)
    until: float = 0.0
    start: bytes | None = None


class ReviewDisplay(Protocol):
    """All raise ShowTroubled to be asked again, and VenueRefused where the review channel takes nothing."""

    async def find(self, notice: Notice, channel_id: int) -> int | None:
        """The message there that asks already."""

    async def ask(self, notice: Notice, channel_id: int) -> int | None:
        """Ask whether a wish may be sent; the message's id, None when somebody deleted it since."""

    def clips(self, notice: Notice) -> ClipDisplay:
        """What asks whether a clip may be published, with the clip, in a channel of moderators."""

    async def is_there(self, notice: Notice, channel_id: int, message_id: int) -> bool:
        """Whether those who decide can see the question. Raises ShowTroubled only."""

    async def remind(self, notice: Notice, channel_id: int, message_id: int) -> None:
        """Call to mind that something waits."""

    async def close(self, notice: Notice, channel_id: int, message_id: int) -> None:
        """Show what was decided in place of the question."""

    async def warn(self, notice: Notice, channel_id: int | None) -> None:
        """Tell whoever manages the server that the review channel is closed to the bot; raises nothing."""


@dataclass(frozen=True, kw_only=True)
class CaseSheet:
    """Everything that the message of a case shows. `clip` and `start` are copies: of its clip, and a small JPEG of the
    picture that it starts from.
    """

    case: Case
    job: Job
    reports: tuple[Report, ...] = ()
    post: Post | None = None
    clip: bytes | None = None
    start: bytes | None = None


class OrderDisplay(Protocol):
    """What those who keep order see. All raise ShowTroubled to be asked again, and VenueRefused where it is closed."""

    async def find_case(self, sheet: CaseSheet, channel_id: int) -> int | None:
        """The message there that tells of the case already."""

    async def show_case(self, sheet: CaseSheet, channel_id: int) -> int | None:
        """Tell of it; the message's id, None when somebody deleted it since."""

    async def redraw_case(self, sheet: CaseSheet, channel_id: int, message_id: int) -> bool:
        """Bring the message up to date; False where it is gone, or its channel is closed."""

    async def find_entry(self, entry: Entry, channel_id: int) -> int | None:
        """The message in a log channel that tells of an action already."""

    async def show_entry(self, entry: Entry, channel_id: int) -> int | None:
        """Tell of it, as `show_case`."""

    async def read_clip(self, post: Post, most: int) -> bytes | None:
        """The clip in a message; None for one that is gone, or has more bytes than that."""


@dataclass(frozen=True, kw_only=True)
class Sample:
    """What helps to compare takes: a JPEG of all, and a clip of some in step; None for what could not be made."""

    contact: bytes | None = None
    grid: bytes | None = None


@dataclass(frozen=True, kw_only=True)
class Caption:
    """What is written under a take where takes are beside each other; a `reason` stands in the place of no picture."""

    number: int
    lines: tuple[str, ...] = ()
    reason: str = ""
    won: bool = False


@dataclass(frozen=True, kw_only=True)
class Captions:
    """In the language of the brief, which the tracker does not speak."""

    title: str
    takes: tuple[Caption, ...]


class BriefDisplay(Protocol):
    """All raise ShowTroubled to be asked again, and VenueRefused where the brief's place takes nothing."""

    async def find_card(self, brief: Brief) -> int | None:
        """The message that says where the brief was asked for that there is one."""

    async def show_card(self, brief: Brief) -> int | None:
        """Say it in place of an answer that was lost."""

    async def open(self, brief: Brief) -> int:
        """The thread where it takes place, opened on the card where there can be one."""

    async def find_board(self, brief: Brief) -> int | None: ...

    async def show_board(self, desk: Desk) -> int | None: ...

    async def redraw_board(self, desk: Desk, board_id: int) -> bool:
        """False when somebody deleted it."""

    async def find_phase(self, brief: Brief) -> int | None:
        """The message that tells of its phase."""

    async def tell_phase(self, desk: Desk) -> None: ...

    async def take_sheet_away(self, brief: Brief) -> None:
        """Leave no picture on the message of its record; one that is gone is no fault."""

    async def tell_record(self, record: BriefRecord, contact: bytes | None) -> int | None:
        """What came of it, with the files to take home; `contact` is a JPEG of its takes, where there is one."""

    def contact_captions(self, record: BriefRecord) -> Captions:
        """What is written on that, and under which takes; raises nothing."""

    async def read_clip(self, channel_id: int, message_id: int, most: int) -> bytes | None:
        """The clip in a message; None for one that is gone, or has more bytes than that."""

    async def ask_whether_over(self, brief: Brief) -> None: ...

    async def mark(self, brief: Brief) -> None:
        """Give a post of a forum the tags of the brief's phase, where the server has such."""


class BatchDisplay(Protocol):
    """All raise ShowTroubled to be asked again, and VenueRefused where the brief's place takes nothing."""

    async def find_batch(self, reel: Reel) -> int | None:
        """The message that tells of its takes already."""

    async def show_batch(self, reel: Reel) -> int | None: ...

    async def redraw_batch(self, reel: Reel, message_id: int) -> bool:
        """False when somebody deleted it."""

    async def find_comparison(self, reel: Reel) -> int | None:
        """The message that calls to compare its takes already."""

    async def show_comparison(self, reel: Reel, sample: Sample, *, calls: bool) -> int | None:
        """With `calls` whoever asked for the batch is told by it that all is over."""

    def captions(self, reel: Reel) -> Captions:
        """What is written in what helps to compare; raises nothing."""

    async def redraw_comparison(self, reel: Reel, message_id: int) -> bool: ...

    async def read_clip(self, channel_id: int, message_id: int, most: int) -> bytes | None:
        """The clip in a message; None for one that is gone, or has more bytes than that."""


class StoryboardDisplay(Protocol):
    """All that is awaited raises ShowTroubled to be asked again, and VenueRefused where the place takes nothing."""

    async def find_storyboard(self, board: Storyboard) -> int | None:
        """The message that shows it already."""

    async def show_storyboard(self, board: Storyboard, strip: bytes | None) -> int | None:
        """Its message, with a JPEG of its shots."""

    async def redraw_storyboard(self, board: Storyboard, message_id: int, strip: bytes | None) -> bool:
        """False when somebody deleted it."""

    async def read_clip(self, channel_id: int, message_id: int, most: int) -> bytes | None:
        """The clip in a message; None for one that is gone, or has more bytes than that."""

    def panels(self, board: Storyboard) -> Sequence[Panel]:
        """What is written at each shot of the strip, in the language of the brief, which the tracker does not speak."""

    def heading(self, board: Storyboard) -> str: ...

    def hides(self, board: Storyboard, shot: Shot) -> bool:
        """Whether no picture of it is to be shown."""


class FilmDisplay(Protocol):
    """All that is awaited raises ShowTroubled to be asked again, and VenueRefused where the place takes nothing."""

    async def find_progress(self, screening: Screening) -> int | None:
        """The message that tells of the film already."""

    async def show_progress(self, screening: Screening) -> int | None:
        """Tell how far it is, or what came of it."""

    async def redraw_progress(self, screening: Screening, message_id: int) -> bool:
        """False when somebody deleted it."""

    async def limit(self, screening: Screening) -> int:
        """What one file may weigh there, bytes."""

    async def find_film(self, screening: Screening) -> tuple[int, int] | None:
        """The message that has the film already, and how many bytes that has there."""

    async def post_film(self, screening: Screening, file: Path, edit_list: bytes) -> int | None:
        """Post it, with the list that it is cut by; whoever asked is called. Raises also FileTooLarge."""

    async def take_away(self, screening: Screening, message_id: int) -> None:
        """Leave of the message with the film only why that is gone; one that is gone itself is no fault."""

    async def read_clip(self, channel_id: int, message_id: int, most: int) -> bytes | None:
        """The clip in a message; None for one that is gone, or has more bytes than that."""

    def link(self, screening: Screening, cut: Cut) -> str:
        """Where people find what is cut; raises nothing."""


@dataclass(frozen=True, kw_only=True)
class Display:
    """What the extension that shows does for the tracker."""

    card: CardDisplay
    thread: ThreadDisplay
    clips: ClipDisplay
    reviews: ReviewDisplay
    order: OrderDisplay
    members: MemberDisplay
    briefs: BriefDisplay
    batches: BatchDisplay
    storyboards: StoryboardDisplay
    films: FilmDisplay
