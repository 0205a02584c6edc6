"""The load: commands given at their times, whether or not those before were answered, by members everywhere."""

import asyncio
import re
from dataclasses import dataclass

from sandbox.driver import Answer

from .stage import Stage


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One `/video`; its prompt names the number."""

    number: int
    answer: Answer


def number_in(text: object) -> int | None:
    """Of the command whose prompt a text holds."""
    found = re.search(r"Bench job (\d{6}):", str(text))
    return int(found[1]) if found else None


async def ask_openly(stage: Stage, *, count: int, rate: float) -> list[Asked]:
    """Give `count` commands, `rate` a second; return when each was answered or no answer can come any more."""
    began = asyncio.get_running_loop().time()
    asking: list[asyncio.Task[Asked]] = []
    for number in range(count):
        await asyncio.sleep(began + number / rate - asyncio.get_running_loop().time())
        asking.append(asyncio.create_task(_ask(stage, number)))
    return list(await asyncio.gather(*asking))


async def _ask(stage: Stage, number: int) -> Asked:
    member, channel = stage.seats[number % len(stage.seats)]
    prompt = f"Bench job {number:06d}: a kite over dunes, camera low behind it"
    return Asked(number=number, answer=await member.run(channel, "video", prompt=prompt))
