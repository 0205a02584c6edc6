"""One run of the demo: everything started, the conversation played and judged, and what came of it told."""

import asyncio
import json
import signal
import sys
from collections.abc import Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.demo.chat import Ink
from sandbox.demo.checks import Figures, Take, deviations, measure
from sandbox.demo.play import PLAY_SECONDS, ask_typed, play, typed_lines
from sandbox.demo.screen import Screen, spell_path
from sandbox.demo.script import CHANNEL, GUILD, SCENES, Scene
from sandbox.demo.stage import PENDING, PROCESSING, DemoEnded, Stage, alongside, open_stage, watch_bot
from sandbox.driver import DriverError, WaitedTooLong

LOG_SHOWN = 20  # lines
WRONG, INTERRUPTED = 1, 130
"""Exit codes: something did not go as told; a run with --once was broken off."""


@dataclass(kw_only=True)
class Run:
    """One run: what the command line asked for, and what came of it. The bot's files lie in `folder`."""

    once: bool
    output: Path
    speed: float
    folder: Path
    ink: Ink
    scenes: Sequence[Scene] = SCENES
    problems: list[str] = field(default_factory=list)
    figures: Figures | None = None


def conduct(run: Run) -> int:
    """Perform the run and report on it; its exit code."""
    try:
        asyncio.run(perform(run))
    except (KeyboardInterrupt, asyncio.CancelledError):
        print("\nEnded.")
        return INTERRUPTED if run.once else 0
    except (DemoEnded, DriverError, WaitedTooLong) as error:
        run.problems.append(str(error).splitlines()[0])
    if run.problems:
        print(complain(run))
    if run.once and run.figures:
        print(json.dumps(run.figures, ensure_ascii=False, separators=(",", ":")))
    return WRONG if run.problems else 0


async def perform(run: Run) -> None:
    """Start everything, play, let the person type, and close everything."""
    obey_termination()
    print("Starting a Discord, a MuleRun and the bot on this machine…")
    names = [scene.member for scene in run.scenes]
    async with open_stage(names, speed=run.speed, folder=run.folder) as stage:
        print(introduce(run, stage))
        screen = Screen(stage, run.output, run.ink)
        await alongside(converse(run, stage, screen), screen.follow(), watch_bot(stage.bot))
    if stage.bot.returncode != 0 or "Traceback" in stage.bot.log:
        run.problems.append(f"the bot did not end cleanly: its code is {stage.bot.returncode}")


def obey_termination() -> None:
    """End on SIGTERM as on Ctrl-C: cancelled, hence with everything closed."""
    task = asyncio.current_task()
    assert task
    with suppress(NotImplementedError):  # Windows has no signal handlers in its loop
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)


async def converse(run: Run, stage: Stage, screen: Screen) -> None:
    """The script, the judgement of it, and then whatever the person types."""
    takes: list[Take] = []
    try:
        await play(run.scenes, stage, takes)
    except TimeoutError:
        run.problems.append(f"the conversation was not over after {PLAY_SECONDS:.0f} s")
    ledger = stage.vendor.ledger
    run.problems += deviations(takes, stage.channel, ledger, screen.saved)
    run.figures = measure(takes, ledger, [spell_path(path) for path in screen.saved.values()])
    print(summarise(run.figures))
    if not run.once and not run.problems and sys.stdin.isatty():
        await let_type(stage)


async def let_type(stage: Stage) -> None:
    """Ask for videos as the first member, a line each, until the person has enough."""
    name, member = next(iter(stage.members.items()))
    print(f"\nNow you are {name}: type a prompt and press Enter. Results appear here and are saved. /quit ends.")
    print("With “provider outage”, “late clip” or “two clips” in it, you see how that goes.\n")
    async with aclosing(typed_lines()) as lines:
        async for line in lines:
            if line == "/quit":
                return
            if line and (problem := await ask_typed(member, stage.channel, line)):
                print(problem)


# --- words


def introduce(run: Run, stage: Stage) -> str:
    vendor_seconds = round(PENDING + PROCESSING)
    took = f"{vendor_seconds // 60} min {vendor_seconds % 60} s"
    return (
        f"Discord listens at {stage.discord.api_url}, MuleRun at {stage.vendor.base_url}; "
        f"the bot is process {stage.bot.pid}.\n"
        f"The vendor's clock runs {run.speed:g} times as fast: "
        f"{took} there are {vendor_seconds / run.speed:.0f} s here.\n"
        f"In {GUILD}, #{CHANNEL}: {', '.join(stage.members)} and the bot.\n"
    )


def summarise(figures: Figures) -> str:
    return (
        f"\n{figures['jobs']} jobs: {figures['completed']} clips, {figures['failed']} refused and explained; "
        f"{figures['charged']} tasks at the vendor.\n"
        f"The slowest card took {figures['ack_ms_max']} ms. "
        f"The slowest reply came {figures['notify_ms_max']} ms after the vendor's change.\n"
        + "\n".join(f"  {clip}" for clip in figures["clips"])
    )


def complain(run: Run) -> str:
    """What deviated, and where to look."""
    log = run.folder / "bot.log"
    tail = log.read_text(encoding="utf-8", errors="replace").splitlines()[-LOG_SHOWN:] if log.exists() else []
    told = [run.ink(f"✖ {problem}", "bad") for problem in run.problems]
    return "\n".join(["", "Not everything went as told:", *told, "", f"The bot's log, {log}, ends with:", *tail])
