"""`python -m benchmarks.chaos`: the four promises under fire, of videos and of briefs that a team goes through.

One JSON line per engine, exit 1 when a promise was broken.
"""

import argparse
import asyncio
import json
import random
import sys
from collections.abc import Iterator

from .judge import Verdict
from .plan import BEAT_EVERY, DEAD_AFTER, REAL_DEAD_AFTER
from .run import run_engine
from .scenarios import SCENARIOS, play

ENGINES = {"sqlite": ("sqlite",), "postgresql": ("postgresql",), "both": ("sqlite", "postgresql")}
EVIDENCE = 12


def main() -> int:
    arguments = _arguments()
    scale = REAL_DEAD_AFTER / DEAD_AFTER
    print(f"seed {arguments.seed}; leases {DEAD_AFTER} s, beats {BEAT_EVERY} s: 1/{scale:.0f} of the real ones")
    kept = True
    for line, verdict in _play(arguments) if arguments.plant != "none" else _storm(arguments):
        # at once: the next engine may take an hour
        _explain(str(line["engine"]), verdict)
        print(json.dumps(line), flush=True)
        kept = kept and verdict.kept
    return 0 if kept else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.chaos", description=__doc__)
    parser.add_argument("--engine", choices=ENGINES, default="both")
    parser.add_argument("--kills", type=int, default=500, help="for each engine")
    parser.add_argument("--seed", type=int, default=random.randrange(10_000))
    parser.add_argument(
        "--plant", choices=("none", *SCENARIOS), default="none", help="take a protection away, and see the judge see it"
    )
    parser.add_argument("--log", help="write the bots' logs to this file")
    return parser.parse_args()


def _storm(arguments: argparse.Namespace) -> Iterator[tuple[dict[str, object], Verdict]]:
    for engine in ENGINES[arguments.engine]:
        result = asyncio.run(run_engine(engine, kills=arguments.kills, seed=arguments.seed))
        if arguments.log:
            with open(arguments.log, "a", encoding="utf-8") as file:
                file.write(result.log)
        yield result.line(), result.verdict


def _play(arguments: argparse.Namespace) -> Iterator[tuple[dict[str, object], Verdict]]:
    engine, verdict = SCENARIOS[arguments.plant].engine, asyncio.run(play(arguments.plant, planted=True))
    yield {"engine": engine, "plant": arguments.plant, **verdict.figures()}, verdict


def _explain(engine: str, verdict: Verdict) -> None:
    for line in verdict.evidence[:EVIDENCE]:
        print(f"{engine}: {line}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
