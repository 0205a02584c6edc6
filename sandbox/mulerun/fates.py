"""What a phrase in the prompt makes happen, as data; the first phrase found wins, whatever its case."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from sandbox.mulerun import shapes


@dataclass(frozen=True, kw_only=True)
class Problem:
    """The vendor's error object; the default says nothing at all."""

    code: int = 0
    title: str = ""
    detail: str = ""

    def describe(self) -> dict[str, object]:
        return {name: value for name, value in asdict(self).items() if value}


@dataclass(frozen=True, kw_only=True)
class Fate:
    """How a task goes; the defaults are a task that goes well."""

    refusal: Problem | None = None  # HTTP 400 at the door: no task, no charge
    failure: Problem | None = None  # accepted, then failed
    clips: int = 1
    words: tuple[str, ...] = ()  # undocumented status words on the way
    last_word: str = ""  # said in place of "completed" or "failed"
    shape: shapes.Shape = shapes.documented
    ends: bool = True
    grain: bool = False  # film grain makes the clip heavier than 12 MB
    grain_from: int = 0  # the first of several clips that has it
    codec: str = "libx264"
    stump: bool = False  # the file ends in the middle
    dead_link: bool = False
    late_by: float = 0.0  # so many seconds later than the task is done its link leads to the clip


def failure(code: int, title: str, detail: str, *, last_word: str = "") -> Fate:
    return Fate(failure=Problem(code=code, title=title, detail=detail), last_word=last_word)


POLICY = "Task Execution Error"
HANDED_ON = "External service execution failed"
# a prompt that is quoted and cut by counting halves of characters
HALF_AN_EMOJI = "Prompt contains restricted content: 'a fox \ud83e"

FATES: Mapping[str, Fate] = {
    "a celebrity": failure(3001, POLICY, "Prompt contains restricted content: real people cannot be depicted"),
    "copyrighted": failure(3001, POLICY, "Prompt contains restricted content: copyrighted characters or music"),
    "a human face": failure(3001, POLICY, "The input picture contains a human face"),
    "adults only": failure(3001, POLICY, "Prompt contains restricted content: not suitable for people under 18"),
    "a sensitive sound": failure(3005, HANDED_ON, "OutputAudioSensitiveContentDetected"),
    "a failed inspection": failure(3005, HANDED_ON, "data_inspection_failed"),
    "a chinese refusal": failure(3001, POLICY, "视频描述涉及敏感内容,请调整"),
    "a high load": failure(3005, HANDED_ON, "The provider faces high load, see its rate limit policy"),
    "provider outage": failure(3005, HANDED_ON, "The model provider is unavailable"),
    "router fault": failure(4002, "Internal Error", "The router failed while running the task"),
    "called off": Fate(failure=Problem(), last_word="cancelled"),
    "taking too long": Fate(failure=Problem(), last_word="TIMED_OUT "),
    "an error for a word": failure(3005, HANDED_ON, "No capacity", last_word="error"),
    "a fault for a word": failure(4002, "Internal Error", "The router lost the task", last_word="faulted"),
    "a clip in an object": Fate(shape=shapes.objects),
    "a clip in the output": Fate(shape=shapes.output, last_word="success"),
    "a clip in the task": Fate(shape=shapes.inside, last_word="Succeeded "),
    "a clip named thrice": Fate(shape=shapes.repeated, last_word="all good"),
    "half an emoji at the door": Fate(refusal=Problem(code=2001, title="Invalid Request", detail=HALF_AN_EMOJI)),
    "half an emoji": failure(3001, POLICY, HALF_AN_EMOJI),
    "refused at the door": Fate(refusal=Problem(code=2001, title="Invalid Request", detail="Prompt was refused")),
    "without a video": Fate(clips=0),
    "two clips, one big": Fate(clips=2, grain=True, grain_from=1),
    "two clips": Fate(clips=2),
    "broken clip": Fate(stump=True),
    "hevc clip": Fate(codec="libx265"),
    "stuck forever": Fate(ends=False),
    "unknown word": Fate(words=("retrying", "simmering")),
    "big clip": Fate(grain=True),
    "dead link": Fate(dead_link=True),
    "late clip": Fate(late_by=4.0),
}


def read_fate(prompt: str) -> Fate:
    lowered = prompt.lower()
    return next((fate for phrase, fate in FATES.items() if phrase in lowered), Fate())
