"""The command line: so many seeds on all cores; what they came to, and how to have again what was found."""

import argparse
import json
import logging
import os
import random
import sys
from collections.abc import Iterator

from bot.log import TextLines

from . import moments, standins
from .clock import real_monotonic
from .forks import Outcome, run_all, run_one
from .moments import ALL
from .plants import PLANTS, Plant
from .run import PARTS, Order, as_line
from .shrink import shrink

EVIDENCE = 8
# The share of seeds with several workers on one database, and how many they are.
EVERY = 4
WORKERS = 3
PROMISES = (
    *("charged_twice", "said_twice", "lost", "untrue", "stale", "decided_twice", "unapproved", "overrun", "withheld"),
    *("miscounted", "partial", "unsettled"),
)


def main() -> int:
    arguments = _arguments()
    standins.install()
    moments.wrap_steps()
    _log(arguments.log)
    if arguments.plants is not None:
        return _look_for(arguments.plants or [*PLANTS], arguments.cores)
    print(f"seeds {arguments.seed} to {arguments.seed + arguments.seeds - 1}, {arguments.kills} kills each", flush=True)
    began, outcomes = real_monotonic(), []
    for outcome in run_all(_orders(arguments), arguments.cores):
        outcomes.append(outcome)
        _tell(outcome, with_digest=arguments.digest)
    _sum_up(outcomes, real_monotonic() - began)
    broken = [outcome for outcome in outcomes if not outcome.kept]
    if broken and not arguments.unshrunk:
        _shrink(broken[0])
    return 1 if broken else 0


def _log(file: str | None) -> None:
    if file is None:
        logging.disable(logging.CRITICAL)
        return
    handler = logging.FileHandler(file, mode="w")
    handler.setFormatter(TextLines("%(created).6f %(levelname)-7s %(where)s: %(message)s"))
    logging.basicConfig(level="INFO", handlers=[handler])
    logging.getLogger("alembic").setLevel(logging.WARNING)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.simulation", description=__doc__)
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000), help="the first one")
    parser.add_argument("--seeds", type=int, default=1, help="how many")
    parser.add_argument("--kills", type=int, default=100, help="in each")
    parser.add_argument("--workers", type=int, help=f"by default 1, and {WORKERS} with every {EVERY}th seed")
    parser.add_argument("--without", nargs="*", choices=PARTS, default=(), help="leave parts out")
    parser.add_argument("--at", nargs="*", choices=sorted(ALL), default=(), metavar="MOMENT", help="end lives there")
    parser.add_argument("--plant", choices=PLANTS, default="", help="take a protection away, and see it seen")
    parser.add_argument(
        "--plants", nargs="*", choices=PLANTS, help="whether these are found as soon as they should, or all"
    )
    parser.add_argument("--cores", type=int, default=os.cpu_count() or 1, help="how many seeds at a time")
    parser.add_argument("--digest", action="store_true", help="print what all that was to be seen comes to")
    parser.add_argument("--log", help="write the bots' logs of a single seed to this file")
    parser.add_argument("--unshrunk", action="store_true", help="do not look for the shortest run that finds it, too")
    return parser.parse_args()


def _orders(arguments: argparse.Namespace) -> Iterator[Order]:
    for seed in range(arguments.seed, arguments.seed + arguments.seeds):
        workers = arguments.workers or (1 if seed % EVERY else WORKERS)
        without = frozenset(arguments.without)
        yield Order(
            seed=seed,
            kills=arguments.kills,
            workers=workers,
            without=without,
            at=(*arguments.at,),
            plant=arguments.plant,
        )


def _look_for(plants: list[str], cores: int) -> int:
    """Whether each is found in a few seeds, from the first on."""
    found = {}
    for name in plants:
        plant = PLANTS[name]
        orders = [
            Order(seed=seed, kills=plant.kills, workers=plant.workers, at=plant.at, plant=name) for seed in plant.seeds
        ]
        outcomes = run_all(orders, cores)
        first = next((outcome for outcome in outcomes if _finds(outcome, plant)), None)
        outcomes.close()
        found[name] = first is not None
        print(f"{name}: {again(first.order) if first else 'not found'}", flush=True)
    print(json.dumps({"found": found}))
    return 0 if all(found.values()) else 1


def _finds(outcome: Outcome, plant: Plant) -> bool:
    figures = outcome.result.verdict.figures() if outcome.result else {}
    return any(figures.get(name) for name in plant.found)


def _tell(outcome: Outcome, *, with_digest: bool) -> None:
    if outcome.result is None:
        print(f"{again(outcome.order)}: {outcome.trouble}", flush=True)
        return
    line = as_line(outcome.result)
    if not with_digest:
        del line["digest"]
    print(json.dumps(line | {"processor": round(outcome.processor, 1)}), flush=True)
    for evidence in (*outcome.result.ended, *outcome.result.verdict.evidence[:EVIDENCE]):
        print(f"seed {outcome.order.seed}: {evidence}", file=sys.stderr, flush=True)


def _sum_up(outcomes: list[Outcome], seconds: float) -> None:
    results = [outcome.result for outcome in outcomes if outcome.result]
    met = {moment for result in results for moment in result.met}
    kills = sum(result.kills for result in results)
    figures = [result.verdict.figures() for result in results]
    line = {
        "seeds": len(outcomes),
        "kills": kills,
        "freezes": sum(result.freezes for result in results),
        "jobs": sum(int(str(each["jobs"])) for each in figures),
        "takes": sum(int(str(each["takes"])) for each in figures),
        **{name: sum(int(str(each[name])) for each in figures) for name in PROMISES},
        "ended": sum(len(result.ended) for result in results),
        "broken": sum(not outcome.kept for outcome in outcomes),
        "moments": f"{len(met)} of {len(ALL)}",
        "virtual_hours": round(sum(result.seconds for result in results) / 3600, 1),
        "seconds": round(seconds),
        "kills_a_minute": round(kills / seconds * 60),
        "processor_a_kill": round(sum(outcome.processor for outcome in outcomes) / max(kills, 1), 3),
    }
    print(json.dumps(line))
    if missed := sorted(ALL - met):
        print(f"not met: {' '.join(missed)}")


def _shrink(broken: Outcome) -> None:
    print(f"shrinking {again(broken.order)}", flush=True)
    order = shrink(broken.order, lambda tried: not run_one(tried).kept)
    print(f"the shortest that was found: {again(order)}", flush=True)
    _tell(run_one(order), with_digest=False)


def again(order: Order) -> str:
    """The command that runs it once more."""
    more = [f"--without {' '.join(sorted(order.without))}"] if order.without else []
    more += [f"--at {' '.join(order.at)}"] if order.at else []
    more += [f"--plant {order.plant}"] if order.plant else []
    return " ".join(
        (
            "python -m benchmarks.simulation",
            *(f"--{name} {value}" for name, value in _plain(order).items()),
            *more,
        )
    )


def _plain(order: Order) -> dict[str, int]:
    return {"seed": order.seed, "kills": order.kills, "workers": order.workers}
