"""Onlookers: who press what the bot offers where it has given up, until there is something to see."""

import asyncio

from benchmarks.chaos.crowd import verbs
from benchmarks.chaos.stage import Stage
from sandbox.discord import Message
from sandbox.driver import DriverError, Member

from . import plan


async def look_again(stage: Stage) -> None:
    """Until cancelled: a clock that was put forward while nobody ran makes a job look older than any is waited for."""
    people = {member.id: member for member in (*stage.members, *stage.court.members)}
    while True:
        for message in list(stage.discord.state.messages()):
            if not message.deleted and "look" in verbs(message):
                await _press(people, message)
        await asyncio.sleep(plan.LOOK_EVERY)


async def _press(people: dict[int, Member], message: Message) -> None:
    for person in message.pinged or ():
        if member := people.get(person.id):
            try:
                await member.press(message, verbs(message)["look"])
            except DriverError:  # gone by the time it is pressed
                return
