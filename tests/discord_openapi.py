"""Discord's own description of its HTTP API, and what a recorded request or answer has against it.

The description is `discord-openapi.json` in the reference beside the repository. A clone elsewhere has none: then
`load()` gives None, and the tests that ask it are skipped.
"""

import copy
import functools
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol
from urllib.parse import quote

import jsonschema  # type: ignore[import-untyped]  # it ships no types
from referencing import Registry
from referencing.jsonschema import DRAFT202012

FILE = Path(__file__).parents[2] / "shared" / "reference" / "discord-openapi.json"
ABSENT = f"Discord's OpenAPI description is not here ({FILE.name})"

BASE = "urn:discord"

Json = dict[str, Any]

LACKING: Mapping[str, tuple[str, ...]] = {
    "RichEmbed": ("flags",),
    "MessageEditRequestPartial": ("tts",),
    "BaseCreateMessageCreateRequest": ("tts",),
    "CreateForumThreadRequest": ("type",),
    "IncomingWebhookUpdateForInteractionCallbackRequestPartial": ("tts",),
    "IncomingWebhookUpdateRequestPartial": ("tts",),
    "ApplicationCommandUpdateRequest": ("nsfw",),
    "ApplicationCommandCreateRequest": ("nsfw",),
    "ComponentEmojiForRequest": ("animated",),
}
"""Fields that discord.py writes, Discord takes, and its description of a request does not have."""

LACKING_IN_ANSWERS: Mapping[str, tuple[str, ...]] = {
    # The first message of a forum post. Source: channel reference, "Start Thread in Forum or Media Channel".
    "CreatedThreadResponse": ("message",),
}
"""Fields that Discord answers and its description does not have."""


EXTENDED = ("Error",)
"""Schemas that others extend, so that they cannot be closed."""

PUT_RIGHT: Mapping[str, Json] = {
    # discord.py writes the ids of attachments and of referenced messages as integers, and Discord takes them.
    "SnowflakeType": {"type": ["string", "integer"], "pattern": "^(0|[1-9][0-9]*)$"},
}
"""Where the description of requests is narrower than Discord."""

PUT_RIGHT_BODIES: Mapping[tuple[str, str], Json] = {
    # Bits of permissions are text from API v8 on. Source: channel resource, "Edit Channel Permissions".
    ("/channels/{channel_id}/permissions/{overwrite_id}", "put"): {
        "type": "object",
        "properties": {
            "id": {"$ref": "#/components/schemas/SnowflakeType"},
            "type": {"enum": [0, 1]},
            "allow": {"type": ["string", "null"], "pattern": "^[0-9]+$"},
            "deny": {"type": ["string", "null"], "pattern": "^[0-9]+$"},
        },
        "required": ["type"],
        "additionalProperties": False,
    },
}
"""Bodies that have no name in the description, and are written otherwise."""

PUT_RIGHT_IN_ANSWERS: Mapping[str, Json] = {
    # A forwarded message refers with type 1. Source: message resource, "Message Reference Types".
    "MessageReferenceType": {"type": "integer", "enum": [0, 1]},
    # The codes of single fields are words, such as BASE_TYPE_REQUIRED. Source: API reference, "Error Messages".
    "InnerErrors": {
        "type": "object",
        "properties": {
            "_errors": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"code": {"type": "string"}, "message": {"type": "string"}},
                    "required": ["code", "message"],
                },
            }
        },
        "required": ["_errors"],
    },
    # A rate limit has a code in some cases only. Source: topics, "Rate Limits", "Rate Limit Response Structure".
    "RatelimitedResponse": {
        "type": "object",
        "properties": {
            "message": {"type": "string"},
            "retry_after": {"type": "number", "exclusiveMinimum": 0},
            "global": {"type": "boolean"},
            "code": {"type": "integer"},
        },
        "required": ["message", "retry_after", "global"],
        "additionalProperties": False,
    },
}
"""Where Discord answers otherwise than described, by its own documentation."""

LACKING_QUERIES = {("/channels/{channel_id}/threads", "use_nested_fields")}
"""Query parameters that discord.py writes and the description does not have."""


class Exchange(Protocol):
    """What is asked of a recorded request and its answer."""

    @property
    def method(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def query(self) -> Mapping[str, str]: ...
    @property
    def json(self) -> Any: ...
    @property
    def status(self) -> int: ...
    @property
    def answer(self) -> Any: ...


class Reading:
    """The description as one side reads it, ready to judge values by its schemas."""

    def __init__(self, document: Json) -> None:
        self.document = document
        self.registry: Registry[Any] = Registry().with_resource(BASE, DRAFT202012.create_resource(document))

    def problems(self, pointer: str, value: object) -> list[str]:
        """What is wrong with the value by the schema at this JSON pointer, each told where it says most."""
        validator = jsonschema.Draft202012Validator({"$ref": f"{BASE}#{quote(pointer)}"}, registry=self.registry)
        return [tell(deepest(error)) for error in validator.iter_errors(value)]


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One method of one described path; `place` is its JSON pointer."""

    method: str
    template: str
    place: str
    body: Json = field(repr=False)
    queries: Mapping[str, str] = field(repr=False)

    @property
    def json_body(self) -> str:
        """Where the schema of the body stands."""
        return f"{self.place}/requestBody/content/{escaped('application/json')}/schema"

    def status_key(self, status: int) -> str | None:
        """The entry of the described answers that stands for this status."""
        keys = (str(status), f"{status // 100}XX")
        return next((key for key in keys if key in self.body["responses"]), None)


@dataclass(frozen=True, kw_only=True)
class Description:
    """The description, once as Discord reads requests and once as it writes answers."""

    requests: Reading
    answers: Reading
    operations: tuple[Operation, ...] = field(repr=False)

    def operation(self, method: str, path: str) -> Operation | None:
        """The described operation a concrete path belongs to; the one with the fewest placeholders when several fit."""
        fitting = [each for each in self.operations if each.method == method and matches(each.template, path)]
        return min(fitting, key=lambda each: each.template.count("{"), default=None)

    def request_problems(self, exchange: Exchange) -> list[str]:
        """What the description has against a request: path, query and body. Each line names the place."""
        found = self.operation(exchange.method, exchange.path)
        if found is None:
            return [f"{exchange.method} {exchange.path}: no such operation"]
        problems = [*self.query_problems(found, exchange), *self.body_problems(found, exchange)]
        return [f"{exchange.method} {found.template}: {problem}" for problem in problems]

    def query_problems(self, operation: Operation, exchange: Exchange) -> Iterator[str]:
        for name, value in exchange.query.items():
            pointer = operation.queries.get(name)
            if pointer is None:
                if (operation.template, name) not in LACKING_QUERIES:
                    yield f"unknown query parameter {name}"
            elif all(self.requests.problems(pointer, one) for one in readings(value)):
                yield f"query parameter {name} cannot be {value!r}"

    def body_problems(self, operation: Operation, exchange: Exchange) -> list[str]:
        described = operation.body.get("requestBody")
        if described is None:
            return [] if exchange.json is None else ["a body where none is described"]
        if exchange.json is None:
            return ["no body"] if described.get("required") else []
        return self.requests.problems(operation.json_body, exchange.json)

    def answer_problems(self, exchange: Exchange) -> list[str]:
        """What the description has against an answer, status and body. It tells nothing of 5xx and of cut answers."""
        found = self.operation(exchange.method, exchange.path)
        if found is None or exchange.status == 0 or exchange.status >= 500:
            return []
        title = f"{exchange.method} {found.template} {exchange.status}"
        return [f"{title}: {problem}" for problem in self.reply_problems(found, exchange)]

    def reply_problems(self, operation: Operation, exchange: Exchange) -> list[str]:
        key = operation.status_key(exchange.status)
        if key is None:
            return ["a status that is not described"]
        reply, place = operation.body["responses"][key], f"{operation.place}/responses/{key}"
        if "$ref" in reply:
            place = reply["$ref"].removeprefix("#")
            reply = self.answers.document["components"]["responses"][place.rsplit("/", 1)[1]]
        if "content" not in reply:
            return [] if exchange.answer in (None, "") else ["a body where none is described"]
        return self.answers.problems(f"{place}/content/{escaped('application/json')}/schema", exchange.answer)


def tell(error: jsonschema.ValidationError) -> str:
    """The place and the sentence of a validation error, cut to a readable length."""
    place = ".".join(map(str, error.absolute_path)) or "(body)"
    return f"{place}: {error.message[:300]}"


def deepest(error: jsonschema.ValidationError) -> jsonschema.ValidationError:
    """Of an error under oneOf and anyOf, the one in the alternative that was most likely meant.

    That is the alternative whose `type` and `style` agree with the value, or else the one with the fewest errors.
    """
    while error.context:
        branches: dict[Any, list[jsonschema.ValidationError]] = {}
        for each in error.context:
            branches.setdefault(each.relative_schema_path[0], []).append(each)
        likely = min(branches.values(), key=lambda branch: (any(map(is_other_kind, branch)), len(branch)))
        error = max(likely, key=jsonschema.exceptions.relevance)
    return error


def is_other_kind(error: jsonschema.ValidationError) -> bool:
    """Whether this says that the alternative is for another kind of thing altogether."""
    path = list(error.relative_path)
    return path == ["type"] or (error.validator == "type" and not path)


def matches(template: str, path: str) -> bool:
    """Whether a concrete path, with or without the version in front, is of this template."""
    bare = re.sub(r"^/api(/v\d+)?", "", path)
    pattern = re.sub(r"\\{[^}]*\\}", "[^/]+", re.escape(template))
    return re.fullmatch(pattern, bare) is not None


def readings(value: str) -> Iterator[object]:
    """What the text of a query parameter may mean."""
    yield value
    if re.fullmatch(r"-?\d+", value):
        yield int(value)
    if value.lower() in ("0", "1", "false", "true"):
        yield value.lower() in ("1", "true")


def escaped(name: str) -> str:
    """A key as a step of a JSON pointer."""
    return name.replace("~", "~0").replace("/", "~1")


def closed(document: Json, lacking: Mapping[str, tuple[str, ...]]) -> Json:
    """A copy whose objects take no fields but the described ones, and those known to be lacking."""
    document = copy.deepcopy(document)
    for name, schema in document["components"]["schemas"].items():
        if "properties" in schema and name not in EXTENDED:
            schema.setdefault("additionalProperties", False)
            schema["properties"] |= {missing: {} for missing in lacking.get(name, ())}
    return document


def amended(
    document: Json, schemas: Mapping[str, Json], bodies: Mapping[tuple[str, str], Json] = MappingProxyType({})
) -> Json:
    """A copy with some schemas put right, and some bodies of requests."""
    document = copy.deepcopy(document)
    document["components"]["schemas"] |= schemas
    for (template, method), schema in bodies.items():
        document["paths"][template][method]["requestBody"]["content"]["application/json"]["schema"] = schema
    return document


def operations(document: Json) -> Iterator[Operation]:
    """Every described operation."""
    for template, methods in document["paths"].items():
        place = f"/paths/{escaped(template)}"
        shared = queries(methods.get("parameters", []), place)
        for method, body in methods.items():
            if method == "parameters":
                continue
            here = f"{place}/{method}"
            yield Operation(
                method=method.upper(),
                template=template,
                place=here,
                body=body,
                queries={**shared, **queries(body.get("parameters", []), here)},
            )


def queries(parameters: list[Json], place: str) -> dict[str, str]:
    """The schemas of query parameters, by name, as JSON pointers."""
    return {
        each["name"]: f"{place}/parameters/{index}/schema"
        for index, each in enumerate(parameters)
        if each["in"] == "query"
    }


@functools.cache
def load() -> Description | None:
    """The description, or None where it is not there."""
    if not FILE.exists():
        return None
    document = json.loads(FILE.read_text(encoding="utf-8"))
    return Description(
        requests=Reading(amended(closed(document, LACKING), PUT_RIGHT, PUT_RIGHT_BODIES)),
        answers=Reading(amended(closed(document, LACKING_IN_ANSWERS), PUT_RIGHT_IN_ANSWERS)),
        operations=tuple(operations(document)),
    )
