"""`/video`: what Discord is told of the command, and suggestions that never fail."""

from typing import Any

import discord
import pytest

from cogs.asking.suggestions import never_failing, read_seconds


async def test_suggestions_that_fail_are_none_and_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    @never_failing
    async def broken(interaction: discord.Interaction, typed: str) -> list[Any]:
        raise KeyError(typed)

    assert await broken(None, "x") == []  # type: ignore[arg-type]  # nothing looks at it
    assert "No suggestions" in caplog.text


@pytest.mark.parametrize(
    ("filled", "seconds"), [(8, 8), ("8", 8), ("", None), (None, None), ("eight", None), ("²", None), (-4, None)]
)
def test_a_length_may_be_half_typed(filled: object, seconds: int | None) -> None:
    assert read_seconds(filled) == seconds
