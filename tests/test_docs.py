"""What the pages for people promise is there: variables, defaults, commands, files."""

import dataclasses
import re
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.server_rules.document import LIMITS, REVIEW, RULES, read_document
from bot.settings import READERS, REQUIRED, Settings, read_settings

ROOT = Path(__file__).parent.parent
NEEDED = dict.fromkeys(REQUIRED, "needed")
DEFAULTS = Settings(discord_token="needed", mulerun_api_key="needed")


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def written() -> dict[str, str]:
    """The variables of .env.example, commented out or not, as they stand there."""
    return dict(re.findall(r"^#?([A-Z][A-Z_]+)=(.*)$", read(".env.example"), re.MULTILINE))


def code_in(page: str) -> str:
    """Everything that stands as code in a page, in blocks or within a line."""
    return "\n".join(re.findall(r"```.*?```|`[^`\n]+`", read(page), re.DOTALL))


# --- settings


def test_the_example_has_every_variable_and_no_other() -> None:
    assert set(written()) == set(READERS)


@pytest.mark.parametrize("variable", READERS)
def test_the_example_shows_the_default(variable: str) -> None:
    text = written()[variable]
    field = variable.lower()
    if variable in REQUIRED:
        assert text == ""
        return
    assert getattr(read_settings({**NEEDED, **({variable: text} if text else {})}, None), field) == getattr(
        DEFAULTS, field
    )
    default = next(each.default for each in dataclasses.fields(Settings) if each.name == field)
    assert (text == "") is (default is None), "an empty line where there is a default, or the other way round"


def test_only_what_must_be_filled_in_is_not_commented_out() -> None:
    assert set(re.findall(r"^([A-Z_]+)=", read(".env.example"), re.MULTILINE)) == set(REQUIRED)


@pytest.mark.parametrize("variable", READERS)
def test_the_readme_names_every_variable(variable: str) -> None:
    assert variable in read("README.md")


# --- commands


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z][a-z-]*):", read("Makefile"), re.MULTILINE))


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md"])
def test_every_make_target_that_a_page_names_is_there(page: str) -> None:
    assert set(re.findall(r"\bmake ([a-z][a-z-]*)", code_in(page))) <= make_targets()


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md"])
def test_every_command_that_a_page_names_is_there(page: str, subcommands: set[str]) -> None:
    assert set(re.findall(r"-m bot ([a-z]+)", code_in(page))) <= subcommands


@pytest.fixture
def subcommands(capsys: pytest.CaptureFixture[str]) -> set[str]:
    """What the command line itself says that it takes."""
    with pytest.raises(SystemExit):
        main(["--help"])
    found = set(re.findall(r"^    ([a-z]+) ", capsys.readouterr().out, re.MULTILINE))
    assert {"run", "doctor", "sync", "migrate"} <= found
    return found


def test_make_knows_the_two_commands_of_the_project() -> None:
    assert {"demo", "test", "check", "run", "doctor"} <= make_targets()


# --- compose


def test_compose_sets_nothing_that_is_not_a_setting_and_its_bots_run_every_shard_once() -> None:
    text = read("compose.yaml")
    ours = dict(re.findall(r"^ +([A-Z_]+): (.*)$", text, re.MULTILINE))
    assert set(ours) - {"POSTGRES_USER", "POSTGRES_PASSWORD"} <= set(READERS)
    count = int(ours["SHARD_COUNT"].strip('"'))
    assert re.findall(r'SHARD_IDS: "(\d)"', text) == [str(shard) for shard in range(count)]
    read_settings(
        {**NEEDED, "DATABASE_URL": ours["DATABASE_URL"].replace("${POSTGRES_PASSWORD:?set it in .env}", "x")}, None
    )
    assert "POSTGRES_PASSWORD" in read(".env.example")


# --- files

PAGES = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "PRIVACY.md")
FILE = re.compile(r"`((?:\.?[\w-]+/)*[\w.-]*\.(?:py|toml|md|txt|yaml|example)|(?:[\w-]+/)+)`")


@pytest.mark.parametrize("page", PAGES)
def test_every_file_that_a_page_names_is_there(page: str) -> None:
    named = set(FILE.findall(read(page))) - set(read(".gitignore").splitlines())
    assert [name for name in named if not (ROOT / name).exists() and not found_anywhere(name)] == []


def found_anywhere(name: str) -> bool:
    """A page may name a file without its folder."""
    return "/" not in name and any(list((ROOT / top).rglob(name)) for top in ("bot", "cogs", "sandbox", "tests"))


@pytest.mark.parametrize("page", PAGES)
def test_every_link_to_a_file_leads_somewhere(page: str) -> None:
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", read(page))
    assert [link for link in links if not (ROOT / link).exists()] == []


# --- rules of servers


def test_the_readme_shows_a_document_that_is_read() -> None:
    [shown] = re.findall(r"```json\n(.*?)```", read("README.md"), re.DOTALL)
    assert read_document(shown).rules_in([]).limits.member.clips_day == 5


@pytest.mark.parametrize("key", [*RULES, *LIMITS, *REVIEW])
def test_the_readme_describes_every_rule(key: str) -> None:
    section = read("README.md").split("## Moderated channels")[1].split("\n## ")[0]
    assert f"`{key}`" in section.split("| key |")[1]
