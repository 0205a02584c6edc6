"""The demo: a Discord, a MuleRun and the real bot on this machine, and a conversation between them to watch."""

import argparse
import io
import os
import shutil
import sys
import tempfile
from pathlib import Path

from sandbox.bot_process import REPOSITORY
from sandbox.demo.chat import Ink
from sandbox.demo.run import Run, conduct

SPEED = 20.0


def main(arguments: list[str] | None = None) -> int:
    """0 when everything went as told or the person had enough, the exit code of a run that did not otherwise."""
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


if __name__ == "__main__":
    sys.exit(main())
