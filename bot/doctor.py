"""The doctor: looks at everything a start needs and says, line by line, what is well and what to mend."""

import contextlib
import math
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import discord
from sqlalchemy.exc import SQLAlchemyError

from . import clock
from .catalogue import Model, read_catalogue
from .discord_away import asked_pause, in_a_line
from .discord_bot import INTENTS, USER_AGENT
from .download import SIZE_CAP
from .errors import DailiesError, NotSuggested, TaskUnknown, Unchecked, VendorError
from .http_server import WEBHOOK_PATH
from .moderation_endpoint import Trouble, open_endpoint
from .mulerun import NO_TASK, MuleRun, key_shape_is_known
from .permissions import NEEDED_IN_ALL, invite_link, lacking
from .program import check_folder
from .settings import MULERUN_API, Settings
from .store import open_store
from .suggest_endpoint import open_suggest_endpoint
from .suggestions import Trouble as NoSuggestion
from .terminal import first_line, say
from .tracker.availability import FACT, Refused, read_refusals, still_refused
from .workbench import AWAY, Workbench, WorkFailed

WORDS = {
    Trouble.UNREACHED: "The moderation endpoint cannot be reached at MODERATION_URL.",
    Trouble.SLOW: "The moderation endpoint takes longer than Discord waits for an answer.",
    Trouble.KEY_REFUSED: "MODERATION_KEY was refused by the endpoint at MODERATION_URL.",
    Trouble.BUSY: "The moderation endpoint takes no more questions for now (429).",
    Trouble.TROUBLED: "The moderation endpoint has a fault of its own (HTTP 5xx).",
    Trouble.REFUSED: "The endpoint at MODERATION_URL does not take the question. Check MODERATION_MODEL and the path.",
    Trouble.NONSENSE: "What answers at MODERATION_URL is no moderation endpoint. Check the path; it often ends in /v1.",
    Trouble.PICTURE_TOO_LARGE: "The moderation endpoint was not asked: the picture is too large.",
}

# What looking at its list of models may come to.
NO_SUGGESTIONS = {
    NoSuggestion.UNREACHED: "The endpoint for suggestions cannot be reached at SUGGEST_URL.",
    NoSuggestion.SLOW: "The endpoint for suggestions takes longer than five seconds to say which models it has.",
    NoSuggestion.KEY_REFUSED: "SUGGEST_KEY was refused by the endpoint at SUGGEST_URL.",
    NoSuggestion.UNPAID: "The account at SUGGEST_URL has no credit left.",
    NoSuggestion.BUSY: "The endpoint for suggestions takes no more questions for now (429).",
    NoSuggestion.TROUBLED: "The endpoint for suggestions has a fault of its own (HTTP 5xx).",
}
# Minutes.
LOOKED_AT_WITHIN = 10
NO_LIST = "What answers at SUGGEST_URL is no endpoint for suggestions. Check the path; it often ends in /v1."


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
        at_vendor = (_models, _key, _paths, _looks, _webhooks)
        for look in (*at_vendor, _moderation, _suggest, _database, _folder, _children, _discord):
            async for finding in look(settings, session):
                all_well = all_well and finding.well is not False
                say(finding)
    return 0 if all_well else 1


async def _models(settings: Settings, _session: aiohttp.ClientSession) -> AsyncIterator[Finding]:
    try:
        catalogue = read_catalogue(settings.catalogue_file, default=settings.default_model, offered=settings.models)
    except DailiesError as error:
        yield Finding(well=False, text=str(error))
        return
    names = ", ".join(f"{model.name} ({model.id})" for model in catalogue.models.values())
    yield Finding(well=True, text=f"models: {names}; default: {catalogue.default.name}")
    unpriced = [model.name for model in catalogue.models.values() if not model.is_priced]
    if unpriced and _counts_money(settings):
        yield Finding(
            well=False,
            text=f"A budget in money refuses models without a price, and these have none: {', '.join(unpriced)}. "
            "Give them a `price` in the file that CATALOGUE_FILE names, or leave them out of MODELS.",
        )
    for model in catalogue.models.values():
        if model.retired:
            yield Finding(
                well=None,
                text=f"The maker of {model.name} retired it on {model.retired}, so MuleRun may refuse it. "
                "DEFAULT_MODEL and MODELS choose other models.",
            )


def _counts_money(settings: Settings) -> bool:
    budgets = (settings.budget_day, settings.budget_month, settings.server_budget_day, settings.server_budget_month)
    return any(budget is not None for budget in budgets)


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
            for path in model.paths:
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


async def _looks(settings: Settings, _session: aiohttp.ClientSession) -> AsyncIterator[Finding]:
    """A link to a clip lives for an hour: within a good part of that each job has to be looked at."""
    looks = f"MuleRun is asked at most {settings.looks_per_minute} times a minute (LOOKS_PER_MINUTE)"
    needed = math.ceil(settings.max_active / LOOKED_AT_WITHIN)
    if settings.looks_per_minute >= needed:
        yield Finding(well=None, text=looks)
    else:
        text = f"{looks}; MAX_ACTIVE={settings.max_active} needs {needed}, or links to clips may die unseen."
        yield Finding(well=False, text=text)


async def _webhooks(settings: Settings, _session: aiohttp.ClientSession) -> AsyncIterator[Finding]:
    if not settings.webhook_secret or not settings.http_addr:
        yield Finding(well=None, text="no webhooks: WEBHOOK_SECRET is empty, and jobs are looked at in turns")
        return
    if not settings.webhook_secret.startswith("whsec_"):
        yield Finding(well=False, text="WEBHOOK_SECRET has not the shape of mulerouter.ai's secrets (whsec_…)")
    host, port = settings.http_addr
    yield Finding(
        well=None,
        text=f"webhooks are heard at {host}:{port}{WEBHOOK_PATH}. In mulerouter.ai's Console, Webhooks, add the https "
        "address at which a proxy of yours passes that path on, for task.succeeded and task.failed.",
    )
    if settings.mulerun_base_url == MULERUN_API:
        text = "MULERUN_BASE_URL is MuleRun's own site, of which no webhooks are known: mulerouter.ai has them"
        yield Finding(well=None, text=text)


async def _moderation(settings: Settings, session: aiohttp.ClientSession) -> AsyncIterator[Finding]:
    endpoint = open_endpoint(session, settings)
    if endpoint is None:
        yield Finding(well=None, text="no moderation endpoint: MODERATION_URL is empty")
        return
    try:
        await endpoint.check_itself()
        text = f"the moderation endpoint answers at {settings.moderation_url} ({settings.moderation_model})"
        yield Finding(well=True, text=text)
    except Unchecked as error:
        rest = "All passes" if settings.moderation_fail == "open" else "Nothing is sent"
        yield Finding(well=False, text=f"{WORDS[Trouble(error.code)]} {rest} until it answers.")


async def _suggest(settings: Settings, _session: aiohttp.ClientSession) -> AsyncIterator[Finding]:
    endpoint = open_suggest_endpoint(settings)
    if endpoint is None:
        missing = "SUGGEST_MODEL" if settings.suggest_url else "SUGGEST_URL"
        yield Finding(well=None, text=f"no suggestions of a language model: {missing} is empty")
        return
    where = f"{settings.suggest_url} ({settings.suggest_model})"
    try:
        has_model = await endpoint.check_itself()
    except NotSuggested as error:
        yield Finding(well=False, text=NO_SUGGESTIONS.get(NoSuggestion(error.code), NO_LIST))
        return
    if has_model is None:
        text = (
            f"the endpoint for suggestions answers at {where}; only a paid question can tell whether it has that model"
        )
        yield Finding(well=None, text=text)
    elif has_model:
        yield Finding(well=True, text=f"the endpoint for suggestions has the model: {where}")
    else:
        yield Finding(well=False, text=f"The endpoint at SUGGEST_URL lists no model {settings.suggest_model!r}.")


async def _database(settings: Settings, _session: aiohttp.ClientSession) -> AsyncIterator[Finding]:
    try:
        async with open_store(settings.database_url) as store:
            yield Finding(well=True, text=f"database: {settings.database_url.split(':')[0]}, tables up to date")
            yield Finding(well=None, text=_retention(settings.retention_days))
            if erasures := await store.count_erasures():
                waiting = "1 member is" if erasures == 1 else f"{erasures} members are"
                yield Finding(well=None, text=f"{waiting} being forgotten: what Discord refuses is tried again")
            refused = still_refused(read_refusals(await store.facts(FACT)), clock.now())
            for model_id, refusal in refused.items():
                yield _refused_lately(model_id, refusal, is_default=model_id == settings.default_model)
    except (DailiesError, SQLAlchemyError, OSError) as error:
        yield Finding(well=False, text=f"database: {first_line(error)}")


def _retention(days: int | None) -> str:
    if days is None:
        return "ended jobs keep prompt and picture for good; RETENTION_DAYS ends that"
    return f"ended jobs lose prompt and picture after {days} {'day' if days == 1 else 'days'} (RETENTION_DAYS)"


def _refused_lately(model_id: str, refusal: Refused, *, is_default: bool) -> Finding:
    minutes = round((clock.now() - refusal.at) / 60)
    why = {"no_model": "it does not offer it any more", "access": "this key may not use it"}.get(refusal.reason, "")
    advice = " DEFAULT_MODEL names it: the nearest stands in for those who choose none." if is_default else ""
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


async def _children(_settings: Settings, _session: aiohttp.ClientSession) -> AsyncIterator[Finding]:
    async with contextlib.aclosing(Workbench()) as workbench:
        try:
            await workbench.try_out()
            yield Finding(well=True, text="pictures and clips can be looked at")
        except WorkFailed as error:
            yield Finding(well=False, text=f"{AWAY}: {error}. They need a few more processes, and a folder like /tmp.")


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
        pause = asked_pause(error)
        when = f"; ask again in {pause:.0f} s" if pause else ""
        yield Finding(well=False, text=f"Discord cannot be reached at {base}: {in_a_line(error)}{when}")
        return
    yield Finding(well=True, text=f"Discord token of {application['name']} (id {application['id']})")
    if application.get("interactions_endpoint_url"):
        yield Finding(
            well=False,
            text="An Interactions Endpoint URL is set in the developer portal: commands go there. Empty it.",
        )
    yield Finding(well=True, text=f"intents: {', '.join(name for name, on in INTENTS if on)}; none is privileged")
    yield Finding(well=None, text=_admission(settings, application))
    for guild in guilds:
        yield _guild(guild)
    yield Finding(well=None, text=f"invite: {invite_link(int(application['id']))}")


def _admission(settings: Settings, application: dict[str, Any]) -> str:
    """On whose word videos are made on this key."""
    team = application.get("team")
    owner = f"the team {team['name']}" if team else str(application["owner"]["username"])
    guilds, direct = (
        f"{len(each)} by id" if isinstance(each, frozenset) else each for each in (settings.guilds, settings.direct)
    )
    return f"GUILDS={guilds}, DIRECT={direct}: the bot belongs to {owner}. python -m bot guilds list tells of servers."


def _guild(guild: dict[str, str]) -> Finding:
    """What the bot's roles give it in a server; channels may still take it away, and the bot says so when they do."""
    granted = discord.Permissions(int(guild["permissions"]))
    missing = lacking(NEEDED_IN_ALL, granted)
    if not missing:
        return Finding(well=True, text=f"server {guild['name']}: all permissions")
    return Finding(well=False, text=f"server {guild['name']}: lacks {', '.join(missing)}. Use the invite link again.")
