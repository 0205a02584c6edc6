"""The doctor: looks at everything a start needs and says, line by line, what is well and what to mend."""

import contextlib
import shutil
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp
import discord
from sqlalchemy.exc import SQLAlchemyError

from .catalogue import Model, read_catalogue
from .discord_bot import INTENTS, USER_AGENT
from .download import SIZE_CAP
from .errors import DailiesError, TaskUnknown, VendorError
from .mulerun import NO_TASK, MuleRun, key_shape_is_known
from .permissions import INVITED
from .program import check_folder
from .settings import MULERUN_API, Settings
from .store import open_store
from .tracker.availability import FACT, Refused, read_refusals, still_refused


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
        for look in (_models, _key, _paths, _database, _folder, _discord):
            async for finding in look(settings, session):
                all_well = all_well and finding.well is not False
                print(finding)  # noqa: T201  # the doctor's answer is for the terminal
    return 0 if all_well else 1


async def _models(settings: Settings, _session: aiohttp.ClientSession) -> AsyncIterator[Finding]:
    try:
        catalogue = read_catalogue(settings.catalogue_file, default=settings.default_model, offered=settings.models)
    except DailiesError as error:
        yield Finding(well=False, text=str(error))
        return
    names = ", ".join(f"{model.name} ({model.id})" for model in catalogue.models.values())
    yield Finding(well=True, text=f"models: {names}; default: {catalogue.default.name}")
    for model in catalogue.models.values():
        if model.retired:
            yield Finding(
                well=None,
                text=f"The maker of {model.name} retired it on {model.retired}, so MuleRun may refuse it. "
                "DEFAULT_MODEL and MODELS choose other models.",
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


async def _paths(settings: Settings, session: aiohttp.ClientSession) -> AsyncIterator[Finding]:
    """Ask each model's paths after a task that cannot be, which costs nothing and tells a little.

    The vendor answers 404 for an unknown task and for an unknown path alike, so that tells only what it says beside it.
    """
    with contextlib.suppress(DailiesError):  # told of by `_models`
        catalogue = read_catalogue(settings.catalogue_file, default=settings.default_model, offered=settings.models)
        mulerun = MuleRun(session, session, settings.mulerun_base_url, settings.mulerun_api_key)
        unknown: dict[str, list[str]] = {}
        for model in catalogue.models.values():
            for path in dict.fromkeys((model.path_for(picture=False), model.path_for(picture=True))):
                try:
                    await mulerun.look(path, NO_TASK)
                except TaskUnknown as error:
                    unknown.setdefault(error.detail, []).append(path)
                except VendorError as error:
                    yield _refused_path(model, path, error, is_default=model is catalogue.default)
        for words, paths in unknown.items():
            yield Finding(
                well=None,
                text=f"MuleRun says 404 “{words}” of a task that cannot be; so it does of an unknown path, "
                f"and only a paid request can tell whether it makes videos at: {', '.join(paths)}",
            )


def _refused_path(model: Model, path: str, error: VendorError, *, is_default: bool) -> Finding:
    if error.code == "access":
        text = f"MULERUN_API_KEY may not use {model.name} at {path} (403)"
        return Finding(well=False if is_default else None, text=text)
    return Finding(well=None, text=f"{model.name}: {path} answers {error.code} {error.detail}".rstrip())


async def _database(settings: Settings, _session: aiohttp.ClientSession) -> AsyncIterator[Finding]:
    try:
        async with open_store(settings.database_url) as store:
            yield Finding(well=True, text=f"database: {settings.database_url.split(':')[0]}, tables up to date")
            refused = still_refused(read_refusals(await store.facts(FACT)), time.time())
            for model_id, refusal in refused.items():
                yield _refused_lately(model_id, refusal, is_default=model_id == settings.default_model)
    except (DailiesError, SQLAlchemyError, OSError) as error:
        yield Finding(well=False, text=f"database: {str(error).splitlines()[0]}")


def _refused_lately(model_id: str, refusal: Refused, *, is_default: bool) -> Finding:
    minutes = round((time.time() - refusal.at) / 60)
    why = {"no_model": "it does not offer it any more", "access": "this key may not use it"}.get(refusal.reason, "")
    advice = " DEFAULT_MODEL names it: choose another." if is_default else ""
    text = f"MuleRun refused {model_id} {minutes} minutes ago: {why or refusal.reason}.{advice}"
    return Finding(well=False if is_default else None, text=text)


async def _folder(settings: Settings, _session: aiohttp.ClientSession) -> AsyncIterator[Finding]:
    try:
        check_folder(settings.data_dir)
        free = shutil.disk_usage(settings.data_dir).free
        room = f"DATA_DIR: {settings.data_dir} can be written; {free / 2**30:.1f} GiB are free"
        yield Finding(well=free >= SIZE_CAP, text=room if free >= SIZE_CAP else f"{room}, too little for a clip")
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
