"""Who may import whom, and which libraries: the table of the architecture, checked against every file."""

import ast
import sys
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

LEVELS = {
    0: ("bot.clock", "bot.errors", "bot.settings", "bot.log", "bot.outages", "bot.pulse", "bot.retry", "bot.terminal"),
    1: (
        "bot.admission",
        "bot.awaiting",
        "bot.briefs",
        "bot.catalogue",
        "bot.chosen_settings",
        "bot.clip",
        "bot.discord_away",
        "bot.display",
        "bot.draft_content",
        "bot.drafts",
        "bot.extras",
        "bot.family",
        "bot.film",
        "bot.finding",
        "bot.further_pictures",
        "bot.jobs",
        "bot.joins",
        "bot.line",
        "bot.lineage",
        "bot.look_budget",
        "bot.look_queue",
        "bot.look_rates",
        "bot.media",
        "bot.moderation",
        "bot.outlook",
        "bot.pace",
        "bot.poll_schedule",
        "bot.privacy",
        "bot.reasons",
        "bot.reviews",
        "bot.refused_pictures",
        "bot.prompt",
        "bot.server_rules",
        "bot.sheets",
        "bot.shot_list",
        "bot.stand_ins",
        "bot.start_picture",
        "bot.suggestions",
        "bot.usage_chart",
        "bot.usage_report",
        "bot.usual_times",
        "bot.video_request",
        "bot.webhooks",
    ),
    2: (
        "bot.store",
        "bot.mulerun",
        "bot.download",
        "bot.moderation_endpoint",
        "bot.suggest_endpoint",
        "bot.workbench",
        "bot.cutting_room",
        "bot.migrations",
    ),
    3: ("bot.tracker", "bot.actions", "bot.lookup", "bot.health", "bot.http_server"),
    4: ("bot.discord_bot", "bot.permissions"),
    5: ("cogs.words", "cogs.pressing.components"),
    6: ("cogs.showing",),
    7: ("cogs.asking",),
    8: ("cogs.admitting", "cogs.finding", "cogs.moderating", "cogs.brainstorming"),
    9: ("cogs.pressing",),
    10: ("bot.__main__", "bot.program", "bot.doctor", "bot.guilds_command", "bot.health_check"),
}

REACH = {
    0: (0,),
    1: (0, 1),
    2: (0, 1),
    3: (0, 1, 2),
    4: (0, 1, 2, 3),
    5: (0, 1, 4),
    6: (0, 1, 4, 5),
    7: (0, 1, 4, 5, 6),
    8: (0, 1, 4, 5, 6, 7),
    9: (0, 1, 4, 5, 6, 7, 8),
    10: range(11),
}
"""The levels that a level may import from; a module may also import itself, when it is a package."""

WIDER: dict[str, tuple[int | str, ...]] = {
    "bot.migrations": (2,),
    "bot.cutting_room": ("bot.workbench",),
    "bot.actions": (3,),
    "bot.lookup": ("bot.tracker",),
    "bot.health": (3,),
    "bot.http_server": (3,),
    # what is acted on and read goes through the two doors; of the tracker, the store, the vendor no cog knows
    "cogs.showing": ("bot.actions",),
    "cogs.admitting": ("bot.actions",),
    "cogs.asking": ("bot.actions",),
    "cogs.brainstorming": ("bot.actions", "bot.lookup", "cogs.finding", "cogs.moderating"),
    "cogs.finding": ("bot.actions", "bot.lookup"),
    "cogs.moderating": ("bot.actions", "cogs.finding"),
    "cogs.pressing": ("bot.actions",),
}
"""What single modules may import beyond their level's reach: a level, or one module of it."""

LIBRARIES = {
    "bot.settings": ("dotenv",),
    "bot.outages": ("sqlalchemy.exc",),
    "bot.clip": ("av",),
    "bot.film": ("av", "PIL"),
    "bot.server_rules": ("re2",),
    "bot.refused_pictures": ("PIL",),
    "bot.usage_chart": ("matplotlib",),
    "bot.media": ("PIL", "pillow_heif"),
    "bot.sheets": ("PIL", "av", "matplotlib"),
    "bot.store": ("sqlalchemy", "alembic"),
    "bot.migrations": ("sqlalchemy", "alembic"),
    "bot.mulerun": ("aiohttp",),
    "bot.download": ("aiohttp",),
    "bot.moderation_endpoint": ("aiohttp",),
    "bot.suggest_endpoint": ("aiohttp",),
    "bot.tracker": ("aiohttp", "sqlalchemy.exc"),
    "bot.actions": ("aiohttp",),
    "bot.health": ("aiohttp", "prometheus_client"),
    "bot.http_server": ("aiohttp",),
    "bot.discord_away": ("aiohttp", "discord"),
    "bot.discord_bot": ("aiohttp", "discord", "yarl"),
    "bot.permissions": ("discord",),
    "bot.program": ("aiohttp", "discord", "yarl"),
    "bot.doctor": ("aiohttp", "discord", "sqlalchemy.exc.SQLAlchemyError"),
    "bot.__main__": ("aiohttp", "discord", "sqlalchemy.exc.SQLAlchemyError"),
    "cogs": ("aiohttp", "discord"),
    "cogs.words": ("babel",),
    "sandbox": ("aiohttp", "PIL", "av"),
}

OURS = ("bot", "cogs", "sandbox", "tests", "benchmarks")
LEVEL_OF = {module: level for level, modules in LEVELS.items() for module in modules}
FILES = sorted(file for package in ("bot", "cogs", "sandbox") for file in (ROOT / package).rglob("*.py"))

each_file = pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))


def dotted(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def module_of(name: str) -> str:
    """The row of the table that a dotted name belongs to: "bot.store.schema.jobs" to "bot.store", or a longer one."""
    parts = name.split(".")
    longer = (".".join(parts[:most]) for most in range(len(parts), 2, -1))
    return next((room for room in longer if room in LEVEL_OF), ".".join(parts[:2]))


def imports(file: Path) -> Iterator[str]:
    """Everything a file imports, as full dotted names down to what is imported."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        yield from imported(node, file)


def imported(node: ast.AST, file: Path) -> Iterator[str]:
    """What one statement of this file imports."""
    package = list(file.relative_to(ROOT).parent.parts)
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        above = package[: len(package) - node.level + 1] if node.level else []
        start = [*above, *([node.module] if node.module else [])]
        yield from (".".join([*start, alias.name]) for alias in node.names)


def outside_functions(node: ast.AST) -> Iterator[ast.AST]:
    """The statements that run when a file is loaded, and those that a type checker alone reads."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield child
            yield from outside_functions(child)


def loaded(file: Path) -> set[str]:
    """What is imported with this file, as full dotted names."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {name for node in outside_functions(tree) for name in imported(node, file)}


def home(name: str, modules: Mapping[str, set[str]]) -> str | None:
    """The module that a name truly comes from: what a package only hands on counts for the file that has it."""
    if name in modules:
        return name
    above, _, last = name.rpartition(".")
    handed_on = next((each for each in modules.get(above, ()) if each.endswith(f".{last}")), None)
    if handed_on and handed_on.startswith(f"{above}."):
        return home(handed_on, modules)
    return home(above, modules) if above else None


def may_import(module: str, other: str) -> bool:
    level = LEVEL_OF[module]
    wider = WIDER.get(module, ())
    return other == module or LEVEL_OF[other] in {*REACH[level], *wider} or other in wider


def test_the_walk_finds_what_is_imported() -> None:
    found = {name for file in FILES for name in imports(file)}
    assert {"bot.jobs.Job", "bot.media", "discord.ext.commands", "sqlalchemy", "asyncio"} <= found


def test_every_module_has_a_row_and_every_row_a_module() -> None:
    modules = {module_of(dotted(file)) for file in FILES if file.parts[len(ROOT.parts)] in ("bot", "cogs")}
    assert modules - {"bot", "cogs"} == set(LEVEL_OF)


@each_file
def test_ours_only_from_below(file: Path) -> None:
    module = module_of(dotted(file))
    ours = {module_of(name) for name in imports(file) if name.split(".")[0] in OURS}
    if module.split(".")[0] == "sandbox":
        assert all(other.startswith("sandbox") for other in ours)
        return
    assert {other for other in ours if not may_import(module, other)} == set()


def test_no_module_needs_itself_in_a_circle() -> None:
    modules = {dotted(file): loaded(file) for file in FILES}
    graph = {
        module: {found for name in names if (found := home(name, modules)) and found != module}
        for module, names in modules.items()
    }
    assert graph["sandbox.discord.rest.messages"] >= {"sandbox.discord.messages", "sandbox.discord.validation.messages"}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as circle:
        pytest.fail(" → ".join(circle.args[1]))


@each_file
def test_libraries_only_where_they_belong(file: Path) -> None:
    module = module_of(dotted(file))
    allowed = (*LIBRARIES.get(module, ()), *LIBRARIES.get(module.split(".")[0], ()))
    theirs = {name for name in imports(file) if name.split(".")[0] not in {*OURS, *sys.stdlib_module_names}}
    assert {name for name in theirs if not any(f"{name}.".startswith(f"{ours}.") for ours in allowed)} == set()


@each_file
def test_every_file_opens_with_what_it_answers_for(file: Path) -> None:
    text = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))
    assert text
    assert text.split("\n\n")[0].rstrip().endswith((".", ":", "`", '"'))


@pytest.mark.parametrize("word", ["utils", "helpers", "common", "manager", "handler", "service"])
def test_nothing_has_a_name_that_says_nothing(word: str) -> None:
    assert [dotted(file) for file in FILES if word in file.stem] == []
