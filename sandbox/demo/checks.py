"""What the demo promised, held against what came: every deviation in a sentence, and the figures of the run."""

import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

import av
from PIL import Image

from sandbox.demo.chat import standing
from sandbox.demo.script import REPLIES, RULES, STANDINGS, Scene
from sandbox.discord import Channel, Message
from sandbox.discord.constants import MessageType
from sandbox.driver import Answer, Member
from sandbox.mulerun import Ledger, Task

LENGTH_TOLERANCE = 0.25
"""Seconds by which a clip may miss its length: sound comes in whole packets."""


class Figures(TypedDict):
    """A run in numbers: jobs by their ends, tasks at the vendor, paths, and the longest times in milliseconds."""

    jobs: int
    completed: int
    failed: int
    charged: int
    clips: list[str]
    ack_ms_max: int
    notify_ms_max: int


@dataclass(frozen=True, kw_only=True)
class Take:
    """A scene as it was played: who asked, and what the bot answered."""

    scene: Scene
    asker: Member
    answer: Answer

    @property
    def card(self) -> Message | None:
        """The card that everybody sees; None when there is none."""
        return None if self.answer.failed or self.answer.ephemeral else self.answer.message

    @property
    def replies(self) -> list[Message]:
        """What the bot said of the card: in its thread, or in the thread that it stands in; oldest first."""
        if self.card is None or self.place is None:
            return []
        told = [one for one in self.place.messages.values() if one.author.bot and one.type is not MessageType.STARTER]
        if self.card.thread:
            # what goes on in it from another clip has cards of its own
            return [one for one in told if not one.embeds and one.reference_id in (None, self.card.id)]
        return [one for one in told if one.reference_id == self.card.id]

    @property
    def place(self) -> Channel | None:
        """Where is told of the card."""
        if self.card is None:
            return None
        return self.card.thread or (self.card.channel if self.card.channel.is_thread else None)

    @property
    def standing(self) -> str:
        return standing(self.card.embeds) if self.card else ""

    @property
    def over(self) -> bool:
        """Whether the asker was called and the card shows an end."""
        called = any(self.asker.user in reply.pinged for reply in self.replies)
        return called and self.standing.startswith(tuple(STANDINGS.values()))


def deviations(takes: Sequence[Take], channel: Channel, ledger: Ledger, saved: dict[str, Path]) -> list[str]:
    """Everything that did not go as told; `saved` are the clips on disk by the name they were posted with."""
    found = [f"{take.asker.name}'s job: {problem}" for take in takes for problem in _job_problems(take, ledger, saved)]
    cards = [message for message in channel.history if message.author.bot]
    asked_here = sum(1 for take in takes if not take.scene.continues)
    if len(cards) != asked_here:
        found.append(f"#{channel.name} has {len(cards)} messages of the bot, where {asked_here} cards were expected")
    questions = [message for message in channel.messages.values() if message.ephemeral_for]
    members = {take.asker.name for take in takes}
    if len(questions) != len(members):
        found.append(f"{len(questions)} questions came before a first video, to {len(members)} members")
    if ledger.charged != len(takes):
        found.append(f"the vendor charged {ledger.charged} tasks for {len(takes)} jobs")
    return found


def measure(takes: Sequence[Take], ledger: Ledger, clips: Sequence[str]) -> Figures:
    ends = Counter(status for take in takes for status, word in STANDINGS.items() if take.standing.startswith(word))
    return {
        "jobs": sum(1 for take in takes if take.card),
        "completed": ends["completed"],
        "failed": ends["failed"],
        "charged": ledger.charged,
        "clips": list(clips),
        "ack_ms_max": round(max((take.answer.took_ms for take in takes), default=0)),
        "notify_ms_max": round(max((delay for take in takes for delay in notice_delays(take, ledger)), default=0)),
    }


def notice_delays(take: Take, ledger: Ledger) -> Iterator[float]:
    """Milliseconds from each change of state at the vendor to the reply about it."""
    for task in ledger.by_prompt(take.scene.prompt):
        for state in task.states:
            if reply := _reply_about(take, state.word):
                yield (reply.made_at - state.at.timestamp()) * 1000


def _job_problems(take: Take, ledger: Ledger, saved: dict[str, Path]) -> Iterator[str]:
    if take.card is None:
        yield f"no card appeared: {take.answer!r}"
        return
    ending = take.scene.ending
    if not take.standing.startswith(STANDINGS[ending]):
        yield f"its card ends as “{take.standing}”, not as “{STANDINGS[ending]}”"
    yield from _reply_problems(take)
    tasks = ledger.by_prompt(take.scene.prompt)
    if len(tasks) != 1:
        yield f"the vendor was given {len(tasks)} tasks"
    for task in tasks:
        yield from _task_problems(take.scene, task)
    yield from _clip_problems(take, saved) if ending == "completed" else _refusal_problems(take)


def _reply_problems(take: Take) -> Iterator[str]:
    told = [reply.content for reply in take.replies]
    expected = ["pending", "processing", take.scene.ending]
    heard = [next((word for word, text in REPLIES.items() if text in one), one) for one in told]
    # only a job that has to wait is told so, on a slow machine for its picture
    if heard not in (expected, ["queued", *expected]):
        yield f"its thread told {heard}, not {expected}"
    calls = [reply.pinged for reply in take.replies if reply.pinged]
    if calls != [[take.asker.user]]:
        yield f"{len(calls)} of its replies call somebody; only the last should, and only who asked"


def _refusal_problems(take: Take) -> Iterator[str]:
    reply = _reply_about(take, "failed")
    missing = [rule for rule in RULES if reply is None or rule not in reply.content]
    if missing:
        yield f"the refusal does not say: {', '.join(missing)}"


def _task_problems(scene: Scene, task: Task) -> Iterator[str]:
    if (task.seconds, task.size) != (scene.seconds, scene.size):
        yield f"the vendor was asked for {task.seconds} s of {_spell(task.size)}"
    if scene.with_photo:
        yield from _photo_problems(task)
    if scene.continues and task.picture is None:
        yield "the last frame did not reach the vendor"


def _photo_problems(task: Task) -> Iterator[str]:
    if task.picture is None:
        yield "the photo did not reach the vendor"
        return
    with Image.open(io.BytesIO(task.picture)) as photo:
        if photo.size != task.size:
            yield f"the photo arrived as {_spell(photo.size)}"
        if photo.getexif():
            yield "the photo still says who took it"
        *above, left, right = photo.convert("L").resize((2, 2), Image.Resampling.BOX).tobytes()
        if min(above) <= max(left, right):
            yield "the photo lost its sky: it does not stand upright"


def _clip_problems(take: Take, saved: dict[str, Path]) -> Iterator[str]:
    names = [file.filename for reply in take.replies for file in reply.attachments]
    if len(names) != 1:
        yield f"{len(names)} files were posted, not one clip"
    for name in names:
        if name not in saved:
            yield f"{name} was not saved"
        elif problem := clip_problem(saved[name], take.scene):
            yield f"{name} {problem}"


def clip_problem(file: Path, scene: Scene) -> str | None:
    """What keeps the file from being the scene's clip; None when it is."""
    try:
        with av.open(file) as clip:
            video = clip.streams.video[0]
            next(clip.decode(video))
            size, seconds = (video.width, video.height), (clip.duration or 0) / av.time_base
    except (av.FFmpegError, IndexError, StopIteration) as error:
        return f"is no video that plays: {error!r}"
    if size != scene.size or abs(seconds - scene.seconds) > LENGTH_TOLERANCE:
        return f"is {seconds:.2f} s of {_spell(size)}, not {scene.seconds} s of {_spell(scene.size)}"
    return None


def _reply_about(take: Take, word: str) -> Message | None:
    text = REPLIES.get(word)
    return next((reply for reply in take.replies if text and text in reply.content), None)


def _spell(size: tuple[int, int]) -> str:
    return f"{size[0]}×{size[1]}"
