"""`make chaos`, in short: a small storm breaks no promise, and its judge can say no when a protection is gone."""

import asyncio
import os

import asyncpg
import pytest

from benchmarks.chaos.database import open_database
from benchmarks.chaos.run import run_engine
from benchmarks.chaos.scenarios import SCENARIOS, play
from benchmarks.chaos.stage import WORKERS

KILLS = 5


async def _has_postgresql() -> bool:
    """Raises what connecting raises where REQUIRE_POSTGRES says that it has to be there."""
    try:
        async with open_database():
            return True
    except (OSError, TimeoutError, asyncpg.PostgresError):
        if os.environ.get("REQUIRE_POSTGRES"):
            raise
        return False


@pytest.mark.timeout(300)
@pytest.mark.parametrize("plant", SCENARIOS)
async def test_a_planted_fault_is_seen_and_without_it_the_same_moment_does_no_harm(plant: str) -> None:
    if SCENARIOS[plant].engine == "postgresql" and not await _has_postgresql():
        pytest.skip("no PostgreSQL at TEST_POSTGRES_URL")
    planted, sound = await asyncio.gather(play(plant, planted=True), play(plant, planted=False))
    assert not planted.kept
    assert planted.charged_twice if plant == "post-again" else planted.said_twice
    assert sound.kept, "\n".join(sound.evidence)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("engine", WORKERS)
async def test_a_short_storm_breaks_no_promise(engine: str) -> None:
    if engine == "postgresql" and not await _has_postgresql():
        pytest.skip("no PostgreSQL at TEST_POSTGRES_URL")
    result = await run_engine(engine, kills=KILLS, seed=7, briefs=1)
    assert result.verdict.kept, "\n".join((str(result.line()), *result.verdict.evidence, result.log[-20_000:]))
    assert result.tally.kills >= KILLS and result.verdict.jobs > 0
