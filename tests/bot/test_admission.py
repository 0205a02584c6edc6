"""Admission: by every value of the settings and every decision, as kept on both databases, and failing closed."""

from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from bot.actions.admission import Admission
from bot.admission import Decided, Home, KeptGuild, Owner, admitted
from bot.settings import Settings
from bot.store import Store, open_beside, open_store
from tests.bot.conftest import Colleague

GUILD = 700_000_000_000_000_001
OTHER = 700_000_000_000_000_002
ANA, OWNER, MATE = 7, 8, 9

NOT_HIS = Owner(ids={OWNER, MATE}, manages=False)
HIS = Owner(ids={OWNER, MATE}, manages=True)
UNREAD = Owner()
NO_WORD = KeptGuild(id=GUILD)
ALLOWED = KeptGuild(id=GUILD, admission=Decided.ALLOWED)
DENIED = KeptGuild(id=GUILD, admission=Decided.DENIED)


def settings(**fields: object) -> Settings:
    return Settings(discord_token="t", mulerun_api_key="k", **fields)  # type: ignore[arg-type]  # whatever a case says


GUILD_CASES = [
    # GUILDS, what is kept, the owner, why not
    ("ask", NO_WORD, NOT_HIS, "guild_undecided"),
    ("ask", NO_WORD, HIS, None),
    ("ask", NO_WORD, UNREAD, "admission_unknown"),
    ("ask", NO_WORD, Owner(ids={OWNER}), "admission_unknown"),
    ("ask", ALLOWED, UNREAD, None),
    ("ask", DENIED, HIS, "guild_closed"),
    ("ask", None, HIS, "admission_unknown"),
    ("all", NO_WORD, UNREAD, None),
    ("all", DENIED, HIS, "guild_closed"),
    ("all", None, HIS, "admission_unknown"),
    (frozenset({GUILD}), NO_WORD, UNREAD, None),
    (frozenset({GUILD}), DENIED, HIS, "guild_closed"),
    (frozenset({OTHER}), NO_WORD, NOT_HIS, "guild_closed"),
    (frozenset({OTHER}), NO_WORD, HIS, None),
    (frozenset({OTHER}), ALLOWED, NOT_HIS, None),
]


@pytest.mark.parametrize(("guilds", "kept", "owner", "code"), GUILD_CASES)
def test_a_server(guilds: object, kept: KeptGuild | None, owner: Owner, code: str | None) -> None:
    refusal = admitted(Home(guild_id=GUILD, asker_id=ANA), settings(guilds=guilds), kept, owner)
    assert (refusal and refusal.code) == code


DIRECT_CASES = [
    ("owner", ANA, NOT_HIS, "direct_closed"),
    ("owner", OWNER, NOT_HIS, None),
    ("owner", MATE, NOT_HIS, None),
    ("owner", OWNER, UNREAD, "admission_unknown"),
    ("all", ANA, UNREAD, None),
    ("none", OWNER, HIS, "direct_closed"),
    (frozenset({ANA}), ANA, UNREAD, None),
    (frozenset({ANA}), OWNER, HIS, "direct_closed"),
]


@pytest.mark.parametrize(("direct", "asker", "owner", "code"), DIRECT_CASES)
def test_direct_messages(direct: object, asker: int, owner: Owner, code: str | None) -> None:
    refusal = admitted(Home(guild_id=None, asker_id=asker), settings(direct=direct, guilds="all"), None, owner)
    assert (refusal and refusal.code) == code


# --- what is kept


async def test_a_decision_is_made_once_and_changed_only_outright(store: Store, colleague: Colleague) -> None:
    other = colleague("w2")
    assert await store.kept_guild(GUILD) == NO_WORD
    first = await store.decide_guild(GUILD, Decided.ALLOWED, OWNER, 10.0, anew=False)
    assert first == KeptGuild(id=GUILD, admission=Decided.ALLOWED, admitted_by=OWNER, admitted_at=10.0)
    assert await other.decide_guild(GUILD, Decided.DENIED, MATE, 11.0, anew=False) == first
    assert await other.kept_guild(GUILD) == first
    changed = await store.decide_guild(GUILD, Decided.DENIED, None, 12.0, anew=True)
    assert (changed.admission, changed.admitted_by, changed.admitted_at) == (Decided.DENIED, None, 12.0)
    await store.decide_guild(OTHER, Decided.ALLOWED, None, 13.0, anew=True)
    assert [each.id for each in await other.kept_guilds()] == [GUILD, OTHER]


async def test_what_is_said_once_is_noted_once(store: Store, colleague: Colleague) -> None:
    other = colleague("w2")
    assert await store.note_guild(GUILD, "asked_at", 10.0)
    assert not await other.note_guild(GUILD, "asked_at", 11.0)
    assert await other.note_guild(GUILD, "greeted_at", 12.0)
    assert await store.kept_guild(GUILD) == KeptGuild(id=GUILD, asked_at=10.0, greeted_at=12.0)


async def test_a_word_of_a_later_version_is_a_no(store: Store) -> None:
    await store.decide_guild(GUILD, "perhaps", None, 1.0, anew=True)  # type: ignore[arg-type]  # what nobody writes yet
    assert (await store.kept_guild(GUILD)).admission is Decided.DENIED


async def test_beside_a_running_bot_a_decision_is_kept_and_no_job_taken_over(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'dailies.db'}"
    async with open_store(url, "w1") as running:
        async with open_beside(url) as beside:
            await beside.decide_guild(GUILD, Decided.ALLOWED, None, 1.0, anew=True)
        assert (await running.kept_guild(GUILD)).admission is Decided.ALLOWED
        await running.decide_guild(OTHER, Decided.DENIED, None, 2.0, anew=True)
    async with open_beside(url) as alone:
        assert [each.admission for each in await alone.kept_guilds()] == [Decided.ALLOWED, Decided.DENIED]


# --- admitting


class Two:
    """Owners whom Discord knows, or does not; how often it was asked."""

    def __init__(self, owner: Owner) -> None:
        self.owner = owner
        self.asked = 0

    async def of(self, guild_id: int | None) -> Owner:
        self.asked += 1
        return self.owner

    async def owns(self, user_id: int) -> bool | None:
        return None


async def test_owners_are_asked_about_a_server_until_they_were(store: Store) -> None:
    admission, asked = Admission(store, settings()), []
    refusal = await admission.refuse(GUILD, ANA)
    assert refusal and refusal.code == "admission_unknown", "before anybody speaks to Discord"
    admission.owners, admission.on_undecided = Two(NOT_HIS), lambda *about: asked.append(about)
    refusal = await admission.refuse(GUILD, ANA)
    assert refusal and refusal.code == "guild_undecided"
    assert await admission.look(GUILD) == refusal
    assert asked == [(GUILD, ANA)]
    assert await admission.note_asked(GUILD, 1.0)
    assert await admission.refuse(GUILD, ANA) == refusal
    assert asked == [(GUILD, ANA)]
    await admission.decide(GUILD, Decided.ALLOWED, OWNER, 2.0)
    assert await admission.refuse(GUILD, ANA) is None


async def test_discord_is_asked_only_where_it_decides(store: Store) -> None:
    everywhere, owners = Admission(store, settings(guilds="all", direct="all")), Two(HIS)
    everywhere.owners = owners
    assert await everywhere.refuse(GUILD, ANA) is None
    assert await everywhere.refuse(None, ANA) is None
    assert owners.asked == 0
    asking = Admission(store, settings())
    asking.owners = owners
    assert await asking.refuse(GUILD, ANA) is None
    assert await asking.refuse(None, OWNER) is None
    assert owners.asked == 2


async def test_without_the_database_nothing_is_made_and_nobody_asked(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    admission, owners, asked = Admission(store, settings(guilds="all")), Two(HIS), []
    admission.owners, admission.on_undecided = owners, lambda *about: asked.append(about)

    async def away(_guild_id: int) -> KeptGuild:
        raise OperationalError("SELECT", {}, OSError("away"))

    monkeypatch.setattr(store, "kept_guild", away)
    refusal = await admission.refuse(GUILD, ANA)
    assert refusal and refusal.code == "admission_unknown"
    assert (owners.asked, asked) == (0, [])
