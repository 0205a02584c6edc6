"""The demo: a Discord, a MuleRun and the real bot on this machine, and a conversation between them to watch."""

import argparse
import asyncio
import io
import json
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import ClientError

from sandbox.bot_process import REPOSITORY
from sandbox.demo_chat import Chat, Ink, layout
from sandbox.demo_checks import Figures, Take, deviations, measure
from sandbox.demo_play import PLAY_SECONDS, ask_typed, play, typed_lines
from sandbox.demo_script import CHANNEL, GUILD, SCENES, Scene
from sandbox.demo_stage import PENDING, PROCESSING, DemoEnded, Stage, alongside, open_stage, watch_bot
from sandbox.discord import Attachment
from sandbox.driver import DriverError, WaitedTooLong

SPEED = 20.0
LOG_SHOWN = 20  # lines
WIDEST = 110  # columns
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


class Screen:
    """Shows what is new in the chat, and saves the clips in it."""

    def __init__(self, stage: Stage, output: Path, ink: Ink) -> None:
        self.saved: dict[str, Path] = {}  # by the name they were posted with
        self._stage, self._output, self._ink = stage, output, ink
        self._chat = Chat(stage.discord.state)

    async def follow(self) -> None:
        """Show news as it comes, until cancelled."""
        while True:
            change = self._stage.discord.state.changes.next()
            for news in self._chat.news():
                print(layout(news, width=screen_width(), ink=self._ink))
                for file in news.files:
                    if file.content_type == "video/mp4":
                        await self._save(file)
            await change

    async def _save(self, file: Attachment) -> None:
        reader = next(iter(self._stage.members.values()))
        try:
            data = await reader.download(file.url)
        except ClientError as error:
            raise DemoEnded(f"{file.filename} cannot be downloaded: {error}") from error
        path = self.saved[file.filename] = write_file(self._output, file.filename, data)
        print(self._ink(f"{'':16}saved as {spell_path(path)}", "file"))


def main(arguments: list[str] | None = None) -> int:
    """0 when everything went as told or the person had enough, WRONG or INTERRUPTED otherwise."""
    chosen = parse_arguments(arguments)
    folder = Path(tempfile.mkdtemp(prefix="dailies-demo-"))
    ink = Ink(on=sys.stdout.isatty() and not os.environ.get("NO_COLOR"))
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True, errors="replace")
    run = Run(once=chosen.once, output=chosen.output.resolve(), speed=chosen.speed, folder=folder, ink=ink)
    try:
        return conduct(run)
    finally:
        if not run.problems:
            shutil.rmtree(folder)


def parse_arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox.demo", description=__doc__)
    parser.add_argument("--once", action="store_true", help="end after the conversation, with a last line of JSON")
    parser.add_argument(
        "--output", type=Path, default=REPOSITORY / "demo-output", metavar="FOLDER", help="where the clips are saved"
    )
    parser.add_argument(
        "--speed", type=float, default=SPEED, metavar="N", help=f"how fast the vendor's clock runs (default {SPEED:g})"
    )
    return parser.parse_args(arguments)


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
    print("With “provider outage”, “dead link” or “two clips” in it, you see how that goes.\n")
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


def screen_width() -> int:
    return min(WIDEST, shutil.get_terminal_size((WIDEST, 24)).columns)


def spell_path(path: Path) -> str:
    """Relative to the repository when it lies in there."""
    return str(path.relative_to(REPOSITORY) if path.is_relative_to(REPOSITORY) else path)


def write_file(folder: Path, name: str, data: bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(data)
    return path


if __name__ == "__main__":
    sys.exit(main())
