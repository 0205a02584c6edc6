"""`python -m benchmarks.bench`: what the bot costs and how quick it is, section by section; last line JSON."""

import argparse
import asyncio
import json
import math
from collections.abc import Awaitable, Callable

from .acknowledgement import measure_acknowledgement
from .briefs import measure_briefs
from .deciding import measure_deciding
from .film import measure_film
from .fitting import measure_fitting
from .lag import measure_lag
from .pictures import measure_pictures
from .polling import measure_polling
from .restart import measure_restart
from .schedule import measure_schedule
from .table import Found

SECTIONS: dict[str, Callable[[argparse.Namespace], Awaitable[Found]]] = {
    "schedule": lambda given: measure_schedule(given.quick),
    "ack": lambda given: measure_acknowledgement(given.quick, given.engine),
    "lag": lambda given: measure_lag(given.quick, given.engine, given.scale),
    "polling": lambda given: measure_polling(given.quick),
    "film": lambda given: measure_film(given.quick),
    "fitting": lambda given: measure_fitting(given.quick),
    "restart": lambda given: measure_restart(given.quick, given.engine),
    "deciding": lambda given: measure_deciding(given.quick, given.engine),
    "briefs": lambda given: measure_briefs(given.quick),
    "pictures": lambda given: measure_pictures(given.quick),
}


def main() -> None:
    given = _arguments()
    figures: dict[str, float | None] = {}
    for name in given.only or SECTIONS:
        lines, found = asyncio.run(_measure(SECTIONS[name](given)))
        print("\n".join(lines), end="\n\n", flush=True)
        figures |= {figure: _plain(value) for figure, value in found.items()}
    print(json.dumps(figures))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bench", description=__doc__)
    parser.add_argument("--only", choices=SECTIONS, action="append", help="this section; may be given several times")
    parser.add_argument("--quick", action="store_true", help="small sizes, to see that it runs: the figures say little")
    parser.add_argument("--scale", type=_scale, help="what every wait of `lag` is multiplied by; 1 is real time")
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite", help="the bot's database")
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
