"""`make simulate`, in short: a small storm breaks no promise, a seed is always the same, and the judge can say no."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
# A seed, how many kills, and of how many workers: one that goes on alone, and three that take over from each other.
KEPT = ((2, 20, 1), (4, 12, 3))
# Of all plants those that are found soonest; `make simulate PLANTS=1` looks for every one.
QUICK_PLANTS = ("drawn-from-the-past",)


def simulate(*arguments: object, hash_seed: int = 0) -> tuple[int, list[dict[str, Any]], str]:
    """The exit code, what was printed as JSON, and all that was printed."""
    run = subprocess.run(
        [sys.executable, "-m", "benchmarks.simulation", *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": str(hash_seed)},
        capture_output=True,
        text=True,
        check=False,
    )
    return run.returncode, list(_json(run.stdout)), run.stdout + run.stderr


def _json(text: str) -> Iterator[dict[str, Any]]:
    yield from (json.loads(line) for line in text.splitlines() if line.startswith("{"))


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("seed", "kills", "workers"), KEPT)
def test_a_short_storm_breaks_no_promise(seed: int, kills: int, workers: int) -> None:
    code, lines, said = simulate("--seed", seed, "--kills", kills, "--workers", workers, "--unshrunk")
    assert code == 0, said
    assert lines[-1]["kills"] >= kills and lines[-1]["jobs"] > 0


@pytest.mark.timeout(300)
def test_a_seed_is_the_same_each_time_whatever_python_makes_of_its_hashes() -> None:
    runs = [simulate("--seed", 11, "--kills", 6, "--digest", hash_seed=hash_seed) for hash_seed in (1, 2)]
    digests = [lines[0]["digest"] for _, lines, _ in runs]
    assert digests[0] == digests[1]
    assert all(code == 0 for code, _, _ in runs), runs[0][2]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("plant", QUICK_PLANTS)
def test_a_planted_fault_is_found_and_the_run_that_finds_it_is_told(plant: str) -> None:
    code, lines, said = simulate("--plants", plant)
    assert code == 0, said
    assert lines[-1]["found"] == {plant: True}
