"""The judge of `make chaos` can say no: each protection taken away is seen, each in place holds."""

import asyncio
import os

import asyncpg
import pytest

from benchmarks.chaos.database import open_database
from benchmarks.chaos.scenarios import SCENARIOS, play


async def _has_postgresql() -> bool:
    """Raises what connecting raises where REQUIRE_POSTGRES says that it has to be there."""
    try:
        async with open_database():
            return True
    except (OSError, TimeoutError, asyncpg.PostgresError):
        if os.environ.get("REQUIRE_POSTGRES"):
            raise
        return False


@pytest.mark.parametrize("plant", SCENARIOS)
async def test_a_planted_fault_is_seen_and_without_it_the_same_moment_does_no_harm(plant: str) -> None:
    if SCENARIOS[plant].engine == "postgresql" and not await _has_postgresql():
        pytest.skip("no PostgreSQL at TEST_POSTGRES_URL")
    planted, sound = await asyncio.gather(play(plant, planted=True), play(plant, planted=False))
    assert not planted.kept
    assert planted.charged_twice if plant == "post-again" else planted.said_twice
    assert sound.kept, "\n".join(sound.evidence)
