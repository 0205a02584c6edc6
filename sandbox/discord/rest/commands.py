"""Application commands: read and overwritten in bulk, globally or for one guild; ids stay while name and type stay."""

from typing import Any

from sandbox.discord.call import NO_CONTENT, Call, Reply, Route
from sandbox.discord.errors import Refusal
from sandbox.discord.snowflakes import next_id
from sandbox.discord.validation import check_command, check_commands

Json = dict[str, Any]


def list_commands(call: Call) -> Reply:
    return 200, call.state.commands.get(_scope(call), [])


def overwrite(call: Call) -> Reply:
    scope = _scope(call)
    if call.body.broken:
        raise Refusal(50109)
    call.heed(check_commands(call.body.taken))
    before = {_key(command): command for command in call.state.commands.get(scope, [])}
    call.state.commands[scope] = [_stored(call, scope, one, before.get(_key(one))) for one in call.body.taken]
    call.state.changes.ring()
    return 200, call.state.commands[scope]


def create(call: Call) -> Reply:
    """An upsert: a command of the same name and type is replaced and answered with 200 instead of 201."""
    scope = _scope(call)
    call.heed(check_command(call.payload))
    kept = call.state.commands.setdefault(scope, [])
    before = next((one for one in kept if _key(one) == _key(call.payload)), None)
    fresh = _stored(call, scope, call.payload, before)
    call.state.commands[scope] = [one for one in kept if one is not before] + [fresh]
    call.state.changes.ring()
    return (200 if before else 201), fresh


def show(call: Call) -> Reply:
    return 200, _find(call)


def delete(call: Call) -> Reply:
    call.state.commands[_scope(call)].remove(_find(call))
    call.state.changes.ring()
    return NO_CONTENT


def _scope(call: Call) -> int | None:
    if call.number("application_id") != call.state.application.id:
        raise Refusal(20012)
    return call.guild().id if "guild_id" in call.match else None


def _find(call: Call) -> Json:
    number = call.match["command_id"]
    found = next((one for one in call.state.commands.get(_scope(call), []) if one["id"] == number), None)
    if found is None:
        raise Refusal(10063)
    return found


def _key(command: Json) -> tuple[str, int]:
    return command["name"], command.get("type", 1)


def _stored(call: Call, scope: int | None, sent: Json, before: Json | None) -> Json:
    body: Json = {
        "id": before["id"] if before else str(next_id()),
        "application_id": str(call.state.application.id),
        "version": "",
        "type": sent.get("type", 1),
        "name": sent["name"],
        "name_localizations": sent.get("name_localizations"),
        "description": sent.get("description") or "",
        "description_localizations": sent.get("description_localizations"),
        "default_member_permissions": _as_text(sent.get("default_member_permissions")),
        "nsfw": bool(sent.get("nsfw")),
    }
    if sent.get("options"):
        body["options"] = [_option(option) for option in sent["options"]]
    if scope is None:
        body |= {
            "dm_permission": sent.get("dm_permission", True) is not False,
            "contexts": sent.get("contexts"),
            "integration_types": sent.get("integration_types") or [0],
        }
    else:
        body["guild_id"] = str(scope)
    unchanged = before is not None and {**before, "version": ""} == body
    body["version"] = before["version"] if before and unchanged else str(next_id())
    return body


def _as_text(permissions: object) -> str | None:
    return None if permissions is None else str(permissions)


def _option(option: Json) -> Json:
    body = {key: value for key, value in option.items() if value is not None}
    for key in ("required", "autocomplete"):
        if body.get(key) is False:
            del body[key]
    if "options" in body:
        body["options"] = [_option(child) for child in body["options"]]
    if not body.get("choices", True):
        del body["choices"]
    if "choices" in body:
        body["choices"] = [{"name_localizations": None} | choice for choice in body["choices"]]
    return body


_GLOBAL = "/applications/{application_id}/commands"
_GUILD = "/applications/{application_id}/guilds/{guild_id}/commands"


def _routes(base: str) -> tuple[Route, ...]:
    one = f"{base}/{{command_id}}"
    return (
        Route(method="GET", template=base, act=list_commands),
        Route(method="PUT", template=base, act=overwrite, bucket="commands-write"),
        Route(method="POST", template=base, act=create, bucket="commands-write"),
        Route(method="GET", template=one, act=show),
        Route(method="DELETE", template=one, act=delete, bucket="commands-write"),
    )


ROUTES = _routes(_GLOBAL) + _routes(_GUILD)
