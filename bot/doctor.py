"""The doctor: looks at everything a start needs and says, line by line, what is well and what to mend."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp
import discord
from sqlalchemy.exc import SQLAlchemyError

from .catalogue import read_catalogue
from .discord_bot import INTENTS, INVITED, USER_AGENT
from .errors import DailiesError
from .mulerun import key_shape_is_known
from .program import check_folder
from .settings import MULERUN_API, Settings
from .store import open_store


@dataclass(frozen=True, kw_only=True)
class Finding:
    """`well` is None for what is only worth knowing."""

    well: bool | None
    text: str

    def __str__(self) -> str:
        mark = {True: "ok  ", False: "FAIL", None: "    "}[self.well]
        return f"{mark}  {self.text}"


async def examine(settings: Settings) -> int:
    """Print every finding; 0 when all is well, 1 otherwise. Spends nothing at the vendor."""
    all_well = True
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as session:
        for look in (_models, _key, _database, _folder, _discord):
            async for finding in look(settings, session):
                all_well = all_well and finding.well is not False
                print(finding)  # noqa: T201  # the doctor's answer is for the terminal
    return 0 if all_well else 1


async def _models(settings: Settings, _session: aiohttp.ClientSession) -> AsyncIterator[Finding]:
    try:
        catalogue = read_catalogue(settings.catalogue_file, default=settings.default_model)
    except DailiesError as error:
        yield Finding(well=False, text=str(error))
        return
    names = ", ".join(f"{model.name} ({model.id})" for model in catalogue.models.values())
    yield Finding(well=True, text=f"models: {names}; default: {catalogue.default.name}")
    if catalogue.default.rules == "sora":
        yield Finding(
            well=None,
            text="The maker of Sora 2 retired it on 2026-09-24, so MuleRun may refuse it. "
            "CATALOGUE_FILE and DEFAULT_MODEL choose another model.",
        )


async def _key(settings: Settings, session: aiohttp.ClientSession) -> AsyncIterator[Finding]:
    known = key_shape_is_known(settings.mulerun_api_key)
    at_vendor = settings.mulerun_base_url == MULERUN_API
    shape = "has a known shape" if known else "has not the shape of a MuleRun key (muk-… or sk-mr-… and 64 hex digits)"
    yield Finding(well=known or (None if not at_vendor else False), text=f"MULERUN_API_KEY {shape}")
    try:
        # any path answers; this one costs nothing, because there is no such task
        async with session.get(settings.mulerun_base_url, allow_redirects=False) as response:
            yield Finding(well=True, text=f"MuleRun answers at {settings.mulerun_base_url} (HTTP {response.status})")
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        yield Finding(well=False, text=f"MuleRun cannot be reached at {settings.mulerun_base_url}: {error}")


async def _database(settings: Settings, _session: aiohttp.ClientSession) -> AsyncIterator[Finding]:
    try:
        async with open_store(settings.database_url):
            yield Finding(well=True, text=f"database: {settings.database_url.split(':')[0]}, tables up to date")
    except (DailiesError, SQLAlchemyError, OSError) as error:
        yield Finding(well=False, text=f"database: {str(error).splitlines()[0]}")


async def _folder(settings: Settings, _session: aiohttp.ClientSession) -> AsyncIterator[Finding]:
    try:
        check_folder(settings.data_dir)
        yield Finding(well=True, text=f"DATA_DIR: {settings.data_dir} can be written")
    except DailiesError as error:
        yield Finding(well=False, text=str(error))


async def _discord(settings: Settings, session: aiohttp.ClientSession) -> AsyncIterator[Finding]:
    headers = {"Authorization": f"Bot {settings.discord_token}", "User-Agent": USER_AGENT}
    base = settings.discord_api_url
    try:
        async with session.get(f"{base}/applications/@me", headers=headers) as response:
            if response.status == 401:
                yield Finding(well=False, text="DISCORD_TOKEN was refused. Reset it in the developer portal.")
                return
            response.raise_for_status()
            application = await response.json()
        async with session.get(f"{base}/users/@me/guilds", headers=headers) as response:
            response.raise_for_status()
            guilds = await response.json()
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        yield Finding(well=False, text=f"Discord cannot be reached at {base}: {error}")
        return
    yield Finding(well=True, text=f"Discord token of {application['name']} (id {application['id']})")
    if application.get("interactions_endpoint_url"):
        yield Finding(
            well=False,
            text="An Interactions Endpoint URL is set in the developer portal: commands go there. Empty it.",
        )
    yield Finding(well=True, text=f"intents: {', '.join(name for name, on in INTENTS if on)}; none is privileged")
    for guild in guilds:
        yield _guild(guild)
    yield Finding(well=None, text=f"invite: {invite_link(int(application['id']))}")


def _guild(guild: dict[str, str]) -> Finding:
    """What the bot's roles give it in a server; channels may still take it away, and the bot says so when they do."""
    granted = discord.Permissions(int(guild["permissions"]))
    missing = [name for name, on in INVITED if on and not getattr(granted, name)]
    if granted.administrator or not missing:
        return Finding(well=True, text=f"server {guild['name']}: all permissions")
    return Finding(well=False, text=f"server {guild['name']}: lacks {', '.join(missing)}. Use the invite link again.")


def invite_link(application_id: int) -> str:
    """The link that adds the bot with exactly what it needs."""
    return discord.utils.oauth_url(application_id, permissions=INVITED, scopes=("bot", "applications.commands"))
