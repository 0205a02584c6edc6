"""What is read from a real interaction: who asks, where, and what may be done there."""

from typing import Any

import discord
import pytest

from bot.actions import Actor
from bot.discord_bot import INTENTS
from bot.drafts import Link
from bot.jobs import Venue
from bot.permissions import INVITED
from bot.video_request import Draft, Refusal
from cogs.asking.forms import read_form
from cogs.asking.places import missing_in, refused_here
from cogs.asking.reading import (
    channel_type,
    may_moderate,
    public_locale,
    read_actor,
    read_ask,
    read_attachment,
    venue_for,
)

CHANNEL, GUILD, EVENT, ANA = 2_000, 1_000, 1_400_000_000_000_000_000, 7
TEXT, DIRECT, VOICE, NEWS, NEWS_THREAD, THREAD, PRIVATE_THREAD, STAGE = 0, 1, 2, 5, 10, 11, 12, 13
THREADS = (NEWS_THREAD, THREAD, PRIVATE_THREAD)

ALL = INVITED.value | discord.Permissions(connect=True).value


def without(*names: str) -> int:
    granted = discord.Permissions(ALL)
    granted.update(**dict.fromkeys(names, False))
    return granted.value


NOBODY: dict[str, Any] = {"discriminator": "0", "avatar": None}


@pytest.fixture
def client() -> discord.Client:
    """A client that is logged in as far as reading goes."""
    client = discord.Client(intents=INTENTS)
    bot = {**NOBODY, "id": "9", "username": "dailies", "bot": True}
    client._connection.user = discord.ClientUser(state=client._connection, data=bot)  # type: ignore[arg-type]  # JSON
    return client


@pytest.fixture
def interaction(client: discord.Client) -> Any:
    """Makes an interaction as Discord would send it."""

    def make(
        kind: int = TEXT, granted: int = ALL, members: int = 0, locale: str = "de", community: str | None = None
    ) -> discord.Interaction:
        user = {**NOBODY, "id": str(ANA), "username": "ana", "global_name": "Ana"}
        payload: dict[str, Any] = {
            "id": str(EVENT),
            "application_id": "9",
            "type": 2,
            "token": "token",
            "version": 1,
            "data": {"id": "1", "name": "video", "type": 1},
            "channel": channel(kind),
            "locale": locale,
            "attachment_size_limit": 10_485_760,
            "app_permissions": str(granted),
        }
        if kind == DIRECT:
            payload["user"] = user
        else:
            member: dict[str, Any] = {
                "user": user,
                "nick": "Ana of the boats",
                "roles": [],
                "joined_at": None,
                "flags": 0,
            }
            payload |= {
                "guild_id": str(GUILD),
                "guild_locale": community or "en-US",
                "guild": {
                    "id": str(GUILD),
                    "locale": community or "en-US",
                    "features": ["COMMUNITY"] if community else [],
                },
                "member": {**member, "deaf": False, "mute": False, "permissions": str(members)},
            }
        return discord.Interaction(data=payload, state=client._connection)  # type: ignore[arg-type]  # plain JSON

    return make


def channel(kind: int) -> dict[str, Any]:
    """The part of a channel that an interaction carries."""
    if kind == DIRECT:
        return {"id": str(CHANNEL), "type": kind, "recipients": []}
    described: dict[str, Any] = {
        "id": str(CHANNEL),
        "type": kind,
        "guild_id": str(GUILD),
        "name": "here",
        "position": 0,
    }
    if kind in THREADS:
        metadata = {"archived": False, "auto_archive_duration": 1440, "archive_timestamp": "2026-11-23T08:00:00+00:00"}
        described |= {"parent_id": "1999", "owner_id": "5", "message_count": 0, "member_count": 1}
        described["thread_metadata"] = {**metadata, "locked": False}
    if kind in (VOICE, STAGE):
        described |= {"bitrate": 64000, "user_limit": 0}
    return described


# --- the venue


@pytest.mark.parametrize(
    ("kind", "venue"),
    [
        (TEXT, Venue.THREAD),
        (NEWS, Venue.THREAD),
        *((kind, Venue.CHANNEL) for kind in (*THREADS, VOICE, STAGE, DIRECT)),
    ],
)
def test_a_thread_is_opened_where_there_can_be_one(interaction: Any, kind: int, venue: Venue) -> None:
    asked = interaction(kind)
    assert venue_for(channel_type(asked), asked.app_permissions) is venue


@pytest.mark.parametrize("lacking", ["create_public_threads", "send_messages_in_threads"])
def test_without_the_right_to_open_a_thread_the_job_is_told_in_place(interaction: Any, lacking: str) -> None:
    asked = interaction(TEXT, without(lacking))
    assert venue_for(channel_type(asked), asked.app_permissions) is Venue.CHANNEL
    assert missing_permissions(asked) is None


# --- permissions


def missing_permissions(asked: discord.Interaction) -> Refusal | None:
    return missing_in(CHANNEL, channel_type(asked), asked.app_permissions)


EVERYWHERE = ("view_channel", "embed_links", "attach_files", "read_message_history")
LACKING = [
    *((kind, name) for kind in (TEXT, NEWS, VOICE, STAGE, *THREADS) for name in EVERYWHERE),
    *((kind, "send_messages") for kind in (TEXT, NEWS, VOICE, STAGE)),
    *((kind, "send_messages_in_threads") for kind in THREADS),
    *((kind, "connect") for kind in (VOICE, STAGE)),
]


@pytest.mark.parametrize(("kind", "lacking"), LACKING)
def test_a_missing_permission_is_named_with_its_place(interaction: Any, kind: int, lacking: str) -> None:
    refusal = missing_permissions(interaction(kind, without(lacking)))
    assert isinstance(refusal, Refusal)
    assert refusal.code == "permissions"
    assert refusal.facts == {"where": f"<#{CHANNEL}>", "permissions": (lacking,)}


@pytest.mark.parametrize(
    ("kind", "lacking"),
    [(TEXT, "connect"), (TEXT, "send_messages_in_threads"), *((kind, "send_messages") for kind in THREADS)],
)
def test_what_is_not_needed_there_is_not_missed(interaction: Any, kind: int, lacking: str) -> None:
    assert missing_permissions(interaction(kind, without(lacking))) is None


def test_all_that_is_missing_is_named_at_once(interaction: Any) -> None:
    refusal = missing_permissions(interaction(TEXT, without("embed_links", "attach_files")))
    assert refusal and refusal.facts["permissions"] == ("embed_links", "attach_files")


@pytest.mark.parametrize("kind", [TEXT, NEWS, VOICE, STAGE, *THREADS])
def test_with_everything_nothing_is_missing(interaction: Any, kind: int) -> None:
    assert missing_permissions(interaction(kind)) is None


async def test_direct_messages_need_no_permission(interaction: Any) -> None:
    assert await refused_here(interaction(DIRECT, granted=0)) is None


# --- who asks

MANAGE = discord.Permissions(manage_messages=True).value


@pytest.mark.parametrize(
    ("kind", "members", "may"), [(TEXT, MANAGE, True), (TEXT, 0, False), (TEXT, ALL, False), (DIRECT, MANAGE, False)]
)
def test_who_manages_messages_moderates(interaction: Any, kind: int, members: int, may: bool) -> None:
    asked = interaction(kind, members=members)
    assert may_moderate(asked) is may
    assert read_actor(asked) == Actor(id=ANA, may_moderate=may)


def test_an_ask_in_a_server(interaction: Any) -> None:
    draft = Draft(prompt="A boat")
    ask = read_ask(interaction(TEXT), draft)
    assert (ask.event_id, ask.draft, ask.link) == (EVENT, draft, None)
    assert (ask.asker_id, ask.asker_name, ask.locale) == (ANA, "Ana of the boats", "de")
    assert (ask.guild_id, ask.channel_id, ask.venue) == (GUILD, CHANNEL, Venue.THREAD)


def test_an_ask_in_direct_messages(interaction: Any) -> None:
    ask = read_ask(interaction(DIRECT), Draft(prompt="A boat"))
    assert (ask.asker_name, ask.guild_id, ask.channel_id, ask.venue) == ("Ana", None, CHANNEL, Venue.CHANNEL)


# --- which language


@pytest.mark.parametrize(
    ("member", "server", "features", "public"),
    [
        ("de", "fr", ("COMMUNITY",), "fr"),
        ("de", "en-US", ("COMMUNITY", "NEWS"), "en-US"),
        ("de", "en-US", (), "de"),
        ("de", "en-US", ("NEWS",), "de"),
        ("en-GB", "en-US", (), "en-GB"),
        ("ja", None, (), "ja"),
        ("ja", None, ("COMMUNITY",), "ja"),
    ],
)
def test_what_everybody_reads_is_in_the_language_a_community_has_set(
    member: str, server: str | None, features: tuple[str, ...], public: str
) -> None:
    assert public_locale(member, server, features) == public


@pytest.mark.parametrize(
    ("kind", "community", "locale"),
    [(TEXT, None, "de"), (TEXT, "fr", "fr"), (TEXT, "en-US", "en-US"), (DIRECT, None, "de")],
)
def test_a_job_speaks_the_language_of_its_place(
    interaction: Any, kind: int, community: str | None, locale: str
) -> None:
    asked = interaction(kind, locale="de", community=community)
    assert read_ask(asked, Draft(prompt="A boat")).locale == locale
    assert asked.locale.value == "de"


# --- files

FILE = {
    "id": "5",
    "filename": "a.png",
    "size": 1234,
    "url": "https://cdn/a.png?ex=1",
    "proxy_url": "https://media/a.png",
}


@pytest.mark.parametrize(
    ("sides", "shape"),
    [
        ({"width": 640, "height": 480}, (640, 480)),
        ({}, None),
        ({"width": None, "height": None}, None),
        ({"width": 0, "height": 480}, None),
    ],
)
def test_a_file_is_taken_as_discord_describes_it(
    client: discord.Client, sides: dict[str, int | None], shape: tuple[int, int] | None
) -> None:
    described: Any = {**FILE, **sides}
    file = discord.Attachment(data=described, state=client._connection)
    assert read_attachment(file) == Link(url="https://cdn/a.png?ex=1", bytes=1234, shape=shape, name="a.png")


HIDDEN = {
    "by its name": ({"filename": "SPOILER_a.png"}, True),
    "by its mark": ({"flags": 1 << 3}, True),
    "by neither": ({"flags": 1 << 2}, False),
}


@pytest.mark.parametrize(("fields", "spoiler"), HIDDEN.values(), ids=HIDDEN.keys())
def test_what_is_hidden_is_taken_as_a_spoiler_also_from_a_form(
    client: discord.Client, interaction: Any, fields: dict[str, Any], spoiler: bool
) -> None:
    described: Any = {**FILE, **fields}
    attached = read_attachment(discord.Attachment(data=described, state=client._connection))
    sent = interaction()
    field = {"type": 19, "custom_id": "file", "values": ["5"]}
    sent.data = {"components": [{"component": field}], "resolved": {"attachments": {"5": described}}}
    assert read_form(sent).file == attached
    assert attached and attached.spoiler is spoiler


def test_no_file_is_no_attachment() -> None:
    assert read_attachment(None) is None
