"""Settings: each variable, good and bad, from the environment and from a file."""

import dataclasses
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.settings import READERS, REQUIRED, Settings, read_database_url, read_http_addr, read_settings

NEEDED = {"DISCORD_TOKEN": "token-of-discord", "MULERUN_API_KEY": "muk-key"}

GOOD = [
    ("DISCORD_API_URL", "http://127.0.0.1:9000/api/v10/", "http://127.0.0.1:9000/api/v10"),
    ("MULERUN_BASE_URL", " https://api.mulerouter.ai ", "https://api.mulerouter.ai"),
    ("DATABASE_URL", "sqlite:///x.db", "sqlite:///x.db"),
    ("DATABASE_URL", "postgresql://me:secret@db/dailies", "postgresql://me:secret@db/dailies"),
    ("DATA_DIR", "/srv/dailies", Path("/srv/dailies")),
    ("CATALOGUE_FILE", __file__, Path(__file__)),
    ("DEFAULT_MODEL", "sora-2", "sora-2"),
    ("MODELS", " veo-3.1,wan-2.6 , veo-3.1,", ("veo-3.1", "wan-2.6")),
    ("MAX_ACTIVE", "3", 3),
    ("LOOKS_PER_MINUTE", "90", 90),
    ("WEBHOOK_SECRET", "whsec_x", "whsec_x"),
    ("GUILDS", "Ask", "ask"),
    ("GUILDS", "all", "all"),
    ("GUILDS", " 700000000000000001, 700000000000000002", frozenset({700000000000000001, 700000000000000002})),
    ("DIRECT", "OWNER", "owner"),
    ("DIRECT", "none", "none"),
    ("DIRECT", "700000000000000001", frozenset({700000000000000001})),
    ("HTTP_ADDR", "0.0.0.0:80", ("0.0.0.0", 80)),
    ("HTTP_ADDR", "[::1]:80", ("::1", 80)),
    ("HTTP_ADDR", "", None),
    ("HTTP_ADDR", "  ", None),
    ("LOG_FORMAT", "JSON", "json"),
    ("LOG_LEVEL", "debug", "DEBUG"),
    ("SHARD_COUNT", "2", 2),
    ("SHUTDOWN_SECONDS", "0.5", 0.5),
    ("MODERATION_URL", "https://api.openai.com/v1/", "https://api.openai.com/v1"),
    ("MODERATION_MODEL", "my-model", "my-model"),
    ("MODERATION_FAIL", "OPEN", "open"),
    ("SUGGEST_URL", "https://api.openai.com/v1/", "https://api.openai.com/v1"),
    ("SUGGEST_MODEL", "my-model", "my-model"),
    ("SHUTDOWN_SECONDS", "0", 0.0),
    ("RETENTION_DAYS", "30", 30),
    ("CONTENT_RULES", "SHOW", "show"),
]

BAD = [
    ("DISCORD_API_URL", "discord.com"),
    ("DISCORD_API_URL", "https://"),
    ("MULERUN_BASE_URL", "ftp://x"),
    ("MULERUN_BASE_URL", "https://me:password@x"),
    ("DATABASE_URL", "mysql://x"),
    ("DATABASE_URL", "sqlite://x.db"),
    ("DATABASE_URL", "sqlite:///"),
    ("DATABASE_URL", "sqlite:///:memory:"),
    ("DATABASE_URL", "sqlite:///x.db?timeout=5"),
    ("CATALOGUE_FILE", "/not/there.toml"),
    ("CATALOGUE_FILE", "/"),
    ("MAX_ACTIVE", "0"),
    ("LOOKS_PER_MINUTE", "0"),
    ("LOOKS_PER_MINUTE", "often"),
    ("MAX_ACTIVE", "-1"),
    ("MAX_ACTIVE", "2.5"),
    ("MAX_ACTIVE", "٣"),
    ("GUILDS", "owner"),
    ("GUILDS", "ask,all"),
    ("GUILDS", "700000000000000001,"),
    ("DIRECT", "ask"),
    ("DIRECT", "5"),
    ("DIRECT", "Ana"),
    ("HTTP_ADDR", "8090"),
    ("HTTP_ADDR", ":8090"),
    ("HTTP_ADDR", "localhost:http"),
    ("HTTP_ADDR", "localhost:65536"),
    ("HTTP_ADDR", "localhost:0"),
    ("HTTP_ADDR", "localhost:²"),
    ("LOG_FORMAT", "xml"),
    ("LOG_LEVEL", "LOUD"),
    ("SHARD_COUNT", "none"),
    ("SHARD_IDS", "0;1"),
    ("SHARD_IDS", "0,,1"),
    ("SHUTDOWN_SECONDS", "soon"),
    ("MODERATION_URL", "api.openai.com"),
    ("MODERATION_FAIL", "maybe"),
    ("SUGGEST_URL", "api.openai.com"),
    ("SHUTDOWN_SECONDS", "-1"),
    ("SHUTDOWN_SECONDS", "nan"),
    ("SHUTDOWN_SECONDS", "86400"),
    ("RETENTION_DAYS", "0"),
    ("CONTENT_RULES", "never"),
]


def read(**environ: str) -> Settings:
    return read_settings({**NEEDED, **environ}, env_file=None)


def test_each_variable_is_a_field() -> None:
    assert {name.lower() for name in READERS} == {field.name for field in dataclasses.fields(Settings)}


def test_two_are_enough() -> None:
    settings = read()
    assert (settings.discord_token, settings.mulerun_api_key) == tuple(NEEDED.values())
    assert settings == Settings(discord_token="token-of-discord", mulerun_api_key="muk-key")


@pytest.mark.parametrize(("variable", "text", "value"), GOOD)
def test_what_is_well_written_is_read(variable: str, text: str, value: object) -> None:
    assert getattr(read(**{variable: text}), variable.lower()) == value


@pytest.mark.parametrize(
    ("opening", "closing"),
    ['""', "''", "``", "“”", "„“", "‘’", "‚‘", "«»", ("« ", " »"), "»«", "‹›", "「」", "『』", "＂＂", ("“'", "'”")],
    ids=str,
)
@pytest.mark.parametrize(("variable", "text", "value"), [("DISCORD_TOKEN", "a.b-c", "a.b-c"), *GOOD])
def test_quotation_marks_around_a_value_are_none_of_it(
    variable: str, text: str, value: object, opening: str, closing: str
) -> None:
    assert getattr(read(**{variable: opening + text + closing}), variable.lower()) == value


def test_quoted_names_and_a_quoted_nothing() -> None:
    assert read(MODELS="“veo-3.1”, “wan-2.6”").models == ("veo-3.1", "wan-2.6")
    assert read(MODELS='""', MAX_ACTIVE="''").models is None
    assert read_database_url({"DATABASE_URL": "“sqlite:///x.db”"}, None) == "sqlite:///x.db"


@pytest.mark.parametrize("variable", REQUIRED)
@pytest.mark.parametrize(
    "text",
    [
        "Bot a.b-c_d",
        "bot  a.b-c_d",
        "Bearer a.b-c_d",
        "“Bearer a.b-c_d”",
        "Bearer 'a.b-c_d'",
        "Authorization: Bot a.b-c_d",
    ],
)
def test_a_secret_may_be_written_as_in_a_header(variable: str, text: str) -> None:
    assert getattr(read(**{variable: text}), variable.lower()) == "a.b-c_d"


@pytest.mark.parametrize("variable", REQUIRED)
@pytest.mark.parametrize("text", ["“a.b", "a.b # mine", "a b", "a\nb", "a\u200bb", "'a.b", "schlüssel", '"a"b"c'])
def test_what_can_be_no_secret_is_named_and_not_shown(variable: str, text: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read(**{variable: text})
    assert refused.value.variable == variable
    assert text not in str(refused.value) and len(str(refused.value).splitlines()) == 1


@pytest.mark.parametrize(("variable", "text"), BAD)
def test_what_is_not_is_named(variable: str, text: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read(**{variable: text})
    assert refused.value.variable == variable
    assert str(refused.value).startswith(variable)


MISPLACED = [
    (variable, text)
    for variable in sorted({variable for variable, _ in BAD})
    for text in (
        f"muk-{'5ec2e7' * 8}",
        "https//me:5ec2e7@x",
        "https://me:5ec2e7@x",
        "https://x:5ec2e7",
        "5ec2e7:5ec2e7",
    )
]


@pytest.mark.parametrize(("variable", "text"), MISPLACED)
def test_nothing_of_a_secret_in_a_wrong_place_is_shown(variable: str, text: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read(**{variable: text})
    assert str(refused.value).startswith(variable)
    assert "5ec2e7" not in str(refused.value) and len(str(refused.value).splitlines()) == 1


def test_shards_come_with_their_number() -> None:
    assert read(SHARD_IDS="0, 1", SHARD_COUNT="2").shard_ids == (0, 1)
    with pytest.raises(SettingsError, match="SHARD_COUNT is missing"):
        read(SHARD_IDS="0")


@pytest.mark.parametrize("endpoint", ["MODERATION", "SUGGEST"])
def test_a_key_comes_with_its_endpoint(endpoint: str) -> None:
    settings = read(**{f"{endpoint}_KEY": "Bearer sk-key", f"{endpoint}_URL": "https://x/v1"})
    assert getattr(settings, f"{endpoint.lower()}_key") == "sk-key" and "sk-key" not in repr(settings)
    with pytest.raises(SettingsError, match=f"{endpoint}_URL is missing"):
        read(**{f"{endpoint}_KEY": "sk-key"})


@pytest.mark.parametrize("missing", REQUIRED)
@pytest.mark.parametrize("how", ["absent", "empty", "blank"])
def test_what_is_missing_is_named_with_a_way_out(missing: str, how: str) -> None:
    environ = {**NEEDED, missing: {"empty": "", "blank": "  "}.get(how, "")}
    if how == "absent":
        del environ[missing]
    with pytest.raises(SettingsError, match=f"{missing} is missing. Copy"):
        read_settings(environ, env_file=None)


def test_no_secret_is_in_the_repr() -> None:
    text = repr(read(DATABASE_URL="postgresql://me:secret@db/dailies"))
    assert not any(secret in text for secret in (*NEEDED.values(), "secret"))


# --- .env


@pytest.fixture
def env_file(tmp_path: Path) -> Path:
    file = tmp_path / ".env"
    lines = [
        "DISCORD_TOKEN=from-file",
        "MULERUN_API_KEY='muk-file'",
        "MAX_ACTIVE=3",
        "HTTP_ADDR=",
        "LOG_LEVEL",
        "OTHER=1",
    ]
    file.write_text("\n".join(["# a remark", *lines]))
    return file


def test_a_file_is_enough(env_file: Path) -> None:
    settings = read_settings({}, env_file)
    assert (settings.discord_token, settings.mulerun_api_key, settings.max_active) == ("from-file", "muk-file", 3)
    assert settings.http_addr is None
    assert settings.log_level == "INFO"


def test_the_environment_wins(env_file: Path) -> None:
    settings = read_settings({"DISCORD_TOKEN": "from-environment", "HTTP_ADDR": "127.0.0.1:1"}, env_file)
    assert (settings.discord_token, settings.mulerun_api_key) == ("from-environment", "muk-file")
    assert settings.http_addr == ("127.0.0.1", 1)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    too_long = "x" * 300
    with pytest.raises(SettingsError, match=rf"{too_long} cannot be read: .*name"):
        read_settings({}, tmp_path / too_long)


@pytest.mark.parametrize("text", ["a${HOME}b", "a$HOME", "${HOME}", "${A:-b}", "a$$b", "a#b", "a%b", "a@b/c:d"])
@pytest.mark.parametrize("quote", ["", "'", '"'])
def test_what_a_file_has_is_taken_as_it_stands(tmp_path: Path, text: str, quote: str) -> None:
    file = tmp_path / ".env"
    file.write_text("\n".join(f"{name}={quote}{text}{quote}" for name in REQUIRED))
    settings = read_settings({"HOME": "home"}, file)
    assert (settings.discord_token, settings.mulerun_api_key) == (text, text)


def test_an_empty_variable_of_the_environment_counts_as_absent(env_file: Path) -> None:
    assert read_settings({"MAX_ACTIVE": ""}, env_file).max_active == 3


def test_the_process_environment_is_read_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in READERS:
        monkeypatch.delenv(variable, raising=False)
    for variable, text in NEEDED.items():
        monkeypatch.setenv(variable, text)
    assert read_settings(env_file=None) == read()


def test_the_database_alone_needs_no_keys(env_file: Path) -> None:
    assert read_database_url({}, env_file) == "sqlite:///data/dailies.db"
    assert read_database_url({"DATABASE_URL": "postgresql://db/x"}, None) == "postgresql://db/x"
    with pytest.raises(SettingsError, match="DATABASE_URL"):
        read_database_url({"DATABASE_URL": "mysql://x"}, None)


def test_the_address_alone_needs_no_keys(env_file: Path) -> None:
    assert read_http_addr({}, None) == ("127.0.0.1", 8090)
    assert read_http_addr({}, env_file) is None
    assert read_http_addr({"HTTP_ADDR": "[::]:80"}, env_file) == ("::", 80)


@pytest.mark.parametrize(
    ("given", "looks"),
    [
        ({}, 60),
        ({"MAX_ACTIVE": "3"}, 60),
        ({"MAX_ACTIVE": "2000"}, 8000),
        ({"MAX_ACTIVE": "2000", "LOOKS_PER_MINUTE": "60"}, 60),
    ],
)
def test_with_many_jobs_each_is_looked_at_as_often_as_the_vendor_advises(given: dict[str, str], looks: int) -> None:
    assert read_settings({**NEEDED, **given}, None).looks_per_minute == looks


def test_a_secret_of_two_words_is_not_shown() -> None:
    with pytest.raises(SettingsError, match="WEBHOOK_SECRET is one word") as refused:
        read(WEBHOOK_SECRET="5ec2e7 5ec2e7")
    assert "5ec2e7" not in str(refused.value)


def test_events_need_an_address_to_be_posted_to() -> None:
    with pytest.raises(SettingsError, match="HTTP_ADDR is empty"):
        read_settings({**NEEDED, "WEBHOOK_SECRET": "whsec_x", "HTTP_ADDR": ""}, None)
