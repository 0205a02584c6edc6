"""The demo's play: members ask for what the script tells them, and the person at the keyboard for what they like."""

import asyncio
import os
import sys
from collections.abc import AsyncGenerator, Sequence

from sandbox.demo.checks import Take
from sandbox.demo.photo import draw_photo
from sandbox.demo.script import PHOTO_NAME, Scene
from sandbox.demo.stage import Stage
from sandbox.discord import Channel, Upload
from sandbox.driver import Answer, DriverError, Member, wait_for

PLAY_SECONDS = 50.0
"""The longest that the conversation may take."""
CONTINUE, SEND = "Continue from last frame", "Send it"
PAUSE = 1.5
"""Seconds between two things that people do, so that it can be read along."""


async def play(scenes: Sequence[Scene], stage: Stage, takes: list[Take]) -> None:
    """The whole conversation. Takes are added one by one, so that what there is can be judged if it breaks off.

    Raises TimeoutError after PLAY_SECONDS.
    """
    async with asyncio.timeout(PLAY_SECONDS):
        for scene in scenes:
            takes.append(await (go_on(scene, stage, takes) if scene.continues else ask(scene, stage)))
            await asyncio.sleep(PAUSE)
        for take in takes:
            await close(take)
        # anything said too often would still come now
        await asyncio.sleep(PAUSE)


async def ask(scene: Scene, stage: Stage) -> Take:
    asker = stage.members[scene.member]
    await asker.say(stage.channel, scene.opening)
    await asyncio.sleep(PAUSE)
    options = dict(scene.options)
    if scene.with_photo:
        photo = await asyncio.to_thread(draw_photo)
        options["image"] = Upload(name=PHOTO_NAME, data=photo, content_type="image/jpeg")
    answer = await agree(asker, await asker.run(stage.channel, "video", prompt=scene.prompt, **options))
    return Take(scene=scene, asker=asker, answer=answer)


async def agree(asker: Member, answer: Answer) -> Answer:
    """What comes of saying yes, where the bot asked first: it does before somebody's first video."""
    if not (answer.ephemeral and answer.message):
        return answer
    await asyncio.sleep(PAUSE)
    return await asker.press(answer.message, SEND)


async def go_on(scene: Scene, stage: Stage, takes: Sequence[Take]) -> Take:
    """From the last frame of a clip that somebody else asked for, once it is there."""
    asker = stage.members[scene.member]
    before = next(take for take in takes if take.scene.member == scene.continues)
    await wait_for(lambda: before.over, timeout=PLAY_SECONDS)
    result = before.replies[-1]
    await asker.say(result.channel, scene.opening)
    await asyncio.sleep(PAUSE)
    form = await asker.press(result, CONTINUE)
    answer = await asker.submit(form, prompt=scene.prompt)
    return Take(scene=scene, asker=asker, answer=answer)


async def close(take: Take) -> None:
    """Wait for the job's end, and say something to it."""
    if take.card is None:
        return
    await wait_for(lambda: take.over, timeout=PLAY_SECONDS)
    if take.place:
        await take.asker.say(take.place, take.scene.closing)


async def ask_typed(member: Member, channel: Channel, prompt: str) -> str | None:
    """`/video` with a typed prompt; what went wrong, if anything the chat does not show."""
    try:
        answer = await member.run(channel, "video", prompt=prompt)
    except DriverError as error:
        return f"Discord does not take that: {error}"
    return answer.failed


async def typed_lines() -> AsyncGenerator[str, None]:
    """What is typed at the terminal, line by line, until Ctrl-D."""
    keyboard = sys.stdin.fileno()
    typed: asyncio.Queue[str] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    loop.add_reader(keyboard, lambda: typed.put_nowait(os.read(keyboard, 1 << 16).decode(errors="replace")))
    try:
        while text := await typed.get():
            for line in text.splitlines():
                yield line.strip()
    finally:
        loop.remove_reader(keyboard)
