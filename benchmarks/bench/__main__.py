"""`python -m benchmarks.bench`: what the bot costs and how quick it is, section by section; last line JSON."""

import argparse
import asyncio
import json
import math
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from .acknowledgement import measure_acknowledgement
from .briefs import measure_briefs
from .contenders import BASELINE, Contender, choose
from .deciding import measure_deciding
from .film import measure_film
from .fitting import measure_fitting
from .lag import measure_lag
from .machine import describe_machine
from .pictures import measure_pictures
from .polling import measure_polling
from .restart import measure_restart
from .schedule import measure_schedule
from .table import Found
from .targets import draw_targets


@dataclass(frozen=True, kw_only=True)
class Given:
    """`scale` as for `measure_lag`, `engine` as for `choose`."""

    quick: bool
    scale: float | None
    engine: str | None

    @cached_property
    def contenders(self) -> Sequence[Contender]:
        """Looked for once, and by those who need them: a server may have to be started for it."""
        return asyncio.run(choose(self.engine))

    @property
    def engines(self) -> Sequence[str]:
        return [one.engine for one in self.contenders if one is not BASELINE]


SECTIONS: dict[str, Callable[[Given], Awaitable[Found]]] = {
    "schedule": lambda given: measure_schedule(given.quick),
    "ack": lambda given: measure_acknowledgement(given.quick, given.contenders),
    "lag": lambda given: measure_lag(given.quick, given.contenders, given.scale),
    "polling": lambda given: measure_polling(given.quick),
    "film": lambda given: measure_film(given.quick),
    "fitting": lambda given: measure_fitting(given.quick),
    "restart": lambda given: measure_restart(given.quick, given.contenders),
    "deciding": lambda given: measure_deciding(given.quick, given.engines),
    "briefs": lambda given: measure_briefs(given.quick),
    "pictures": lambda given: measure_pictures(given.quick),
}


def main() -> None:
    arguments = _arguments()
    machine = describe_machine()
    print(machine, end="\n\n", flush=True)
    given = Given(quick=arguments.quick, scale=arguments.scale, engine=arguments.engine)
    figures: dict[str, float] = {}
    for name in arguments.only or SECTIONS:
        lines, found = asyncio.run(_measure(SECTIONS[name](given)))
        _show(lines)
        figures |= found
    _show(draw_targets(figures))
    print(json.dumps({"machine": machine} | {name: _plain(value) for name, value in figures.items()}))


def _show(lines: Sequence[str]) -> None:
    if lines:
        print("\n".join(lines), end="\n\n", flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bench", description=__doc__)
    parser.add_argument("--only", choices=SECTIONS, action="append", help="this section; may be given several times")
    parser.add_argument("--quick", action="store_true", help="small sizes, to see that it runs: the figures say little")
    parser.add_argument("--scale", type=_scale, help="what every wait of `lag` is multiplied by; 1 is real time")
    parser.add_argument(
        "--engine", choices=("sqlite", "postgresql"), help="our database; without it both, where there is a PostgreSQL"
    )
    return parser.parse_args()


def _scale(text: str) -> float:
    """Raises ValueError, which argparse tells."""
    scale = float(text)
    if not 0 < scale <= 1:
        raise ValueError("must be above 0, and 1 at most")
    return scale


async def _measure(section: Awaitable[Found]) -> Found:
    return await section


def _plain(value: float) -> float | None:
    """JSON knows no NaN and no infinity: where nothing was measured there is no number."""
    return round(value, 4) if math.isfinite(value) else None


if __name__ == "__main__":
    main()
