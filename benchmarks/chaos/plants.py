"""Planted faults: each takes one protection away, and the judge has to see it."""

from collections.abc import Callable
from typing import Any

import discord

from bot.errors import VendorSilent
from bot.jobs import Job
from bot.mulerun import MuleRun, Task
from bot.store import Store


def replace(owner: object, name: str, by: Callable[..., Any]) -> None:
    """Put another function in the place of a class's method, or of a module's function."""
    setattr(owner, name, by)


def drop_nonces() -> None:
    """Messages go out without a nonce, so that Discord takes a repeated one for new."""
    send = discord.abc.Messageable.send

    async def send_plainly(self: discord.abc.Messageable, *args: Any, **more: Any) -> discord.Message:
        more.pop("nonce", None)
        return await send(self, *args, **more)

    replace(discord.abc.Messageable, "send", send_plainly)


def post_again() -> None:
    """A POST whose answer was lost is sent once more."""
    submit = MuleRun.submit

    async def submit_stubbornly(self: MuleRun, *args: Any) -> Task:
        try:
            return await submit(self, *args)
        except VendorSilent:
            return await submit(self, *args)

    replace(MuleRun, "submit", submit_stubbornly)


def drop_fencing() -> None:
    """A worker that was taken for dead writes what it knew, as if the job were still its own."""
    update = Store.update

    async def update_anyway(self: Store, *args: Any, **more: Any) -> Job | None:
        return await update(self, *args, **{**more, "epoch": None})

    replace(Store, "update", update_anyway)


PLANTS: dict[str, Callable[[], None]] = {
    "no-nonce": drop_nonces,
    "post-again": post_again,
    "no-fencing": drop_fencing,
}
