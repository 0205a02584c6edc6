"""`python -m benchmarks.chaos`: the four promises under fire; one JSON line per engine, exit 1 when one was broken."""

import argparse
import asyncio
import json
import random
import sys

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
    found = _play(arguments) if arguments.plant != "none" else _storm(arguments)
    for line, verdict in found:
        _explain(str(line["engine"]), verdict)
    for line, _ in found:
        print(json.dumps(line))
    return 0 if all(verdict.kept for _, verdict in found) else 1


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


def _storm(arguments: argparse.Namespace) -> list[tuple[dict[str, object], Verdict]]:
    found = []
    for engine in ENGINES[arguments.engine]:
        result = asyncio.run(run_engine(engine, kills=arguments.kills, seed=arguments.seed))
        if arguments.log:
            with open(arguments.log, "a", encoding="utf-8") as file:
                file.write(result.log)
        found.append((result.line(), result.verdict))
    return found


def _play(arguments: argparse.Namespace) -> list[tuple[dict[str, object], Verdict]]:
    engine, verdict = SCENARIOS[arguments.plant].engine, asyncio.run(play(arguments.plant, planted=True))
    return [({"engine": engine, "plant": arguments.plant, **verdict.figures()}, verdict)]


def _explain(engine: str, verdict: Verdict) -> None:
    for line in verdict.evidence[:EVIDENCE]:
        print(f"{engine}: {line}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
