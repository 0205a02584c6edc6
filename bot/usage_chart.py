"""The picture of usage: clips by day, and who and which model had how many. Drawn in a child process only."""

import io
from collections.abc import Sequence
from typing import Any

SIZE = (9.0, 6.4)  # inches, at 100 pixels each
INK, GRID, BAR = "#dbdee1", "#4e5058", "#5865f2"
GROUND = "#2b2d31"
# One bar alone would be as high as all of them.
FEWEST = 5

Bars = Sequence[tuple[str, int]]
"""What each stands for, and its length."""


def draw_usage(days: Sequence[int], first_day: str, last_day: str, members: Bars, models: Bars) -> bytes:
    """A PNG of 900 x 640 pixels; without members, models alone. The font has Latin letters only."""
    # large, and the bot's own process never needs it
    from matplotlib.figure import Figure

    figure = Figure(figsize=SIZE, dpi=100, facecolor=GROUND, layout="constrained")
    below = {"members": members, "models": models} if members else {"models": models}
    axes = figure.subplot_mosaic([["days"] * len(below), [*below]])
    axes["days"].bar(range(len(days)), days, color=BAR)
    axes["days"].locator_params(axis="y", integer=True)
    axes["days"].set_xticks([0, len(days) - 1], [first_day, last_day])
    for name, bars in below.items():
        _draw_shares(axes[name], bars)
    for each in axes.values():
        _paint(each)
    drawn = io.BytesIO()
    figure.savefig(drawn, format="png")
    return drawn.getvalue()


def _draw_shares(axes: Any, bars: Bars) -> None:
    upwards = bars[::-1]
    axes.barh(range(len(bars)), [length for _, length in upwards], color=BAR)
    axes.locator_params(axis="x", integer=True)
    axes.set_yticks(range(len(bars)), [name for name, _ in upwards])
    axes.set_ylim(len(bars) - max(len(bars), FEWEST) - 0.6, len(bars) - 0.4)


def _paint(axes: Any) -> None:
    axes.set_facecolor(GROUND)
    axes.tick_params(colors=INK, length=0)
    axes.spines[:].set_color(GRID)
    axes.spines[["top", "right"]].set_visible(False)
