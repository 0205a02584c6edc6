"""What Discord's numbers are called: by what came with the wish and what the bot knows of the server, never by more."""

from typing import Any

import discord
import pytest

from bot.discord_bot import INTENTS
from bot.video_request import Draft
from cogs.asking.forms import read_form
from cogs.asking.names import in_words
from cogs.asking.reading import read_ask
from cogs.words.languages import languages

GUILD, HERE, SECRET, PRIVATE, PILOTS = 1_000, 2_000, 2_001, 2_002, 3_000
ANA, BEA, CARL, NOBODY, BOT = 7, 8, 9, 99, 5
SEE = discord.Permissions(view_channel=True).value

Json = dict[str, Any]


def person(number: int, name: str, **fields: Any) -> Json:
    return {"id": str(number), "username": name, "discriminator": "0", "avatar": None, "global_name": None, **fields}


def a_channel(number: int, name: str, *, is_open: bool = True) -> Json:
    closed = [{"id": str(GUILD), "type": 0, "allow": "0", "deny": str(SEE)}]
    overwrites = [] if is_open else closed
    place = {"id": str(number), "type": 0, "guild_id": str(GUILD), "name": name, "position": 0}
    return {**place, "permission_overwrites": overwrites}


def a_thread(number: int, name: str, kind: int) -> Json:
    times = {"archived": False, "auto_archive_duration": 1440, "archive_timestamp": "2026-11-23T08:00:00+00:00"}
    return {
        "id": str(number),
        "type": kind,
        "guild_id": str(GUILD),
        "name": name,
        "parent_id": str(HERE),
        "owner_id": str(ANA),
        "message_count": 0,
        "member_count": 1,
        "thread_metadata": {**times, "locked": False},
    }


def a_role(number: int, name: str) -> Json:
    plain = {"color": 0, "hoist": False, "managed": False, "mentionable": False, "position": 0}
    colours = {"primary_color": 0, "secondary_color": None, "tertiary_color": None}
    return {"id": str(number), "name": name, "permissions": str(SEE), "colors": colours, **plain}


def a_member(user: Json, nick: str | None = None) -> Json:
    return {"user": user, "nick": nick, "roles": [], "joined_at": None, "flags": 0, "deaf": False, "mute": False}


@pytest.fixture
def client() -> discord.Client:
    client = discord.Client(intents=INTENTS, max_messages=None)
    state = client._connection
    state.user = discord.ClientUser(state=state, data=person(BOT, "dailies"))  # type: ignore[arg-type]  # JSON
    described: Any = {
        "id": str(GUILD),
        "name": "boats",
        "owner_id": "1",
        "roles": [a_role(GUILD, "@everyone"), a_role(PILOTS, "Pilots")],
        "channels": [a_channel(HERE, "harbour"), a_channel(SECRET, "surprise", is_open=False)],
        "threads": [a_thread(PRIVATE, "whispers", 12), a_thread(PRIVATE + 1, "talk", 11)],
    }
    state._add_guild(discord.Guild(data=described, state=state))
    return client


@pytest.fixture
def interaction(client: discord.Client) -> Any:
    def make(locale: str = "en-US", kind: int = 2, data: Json | None = None) -> discord.Interaction:
        payload: Any = {
            "id": "1400000000000000000",
            "application_id": "9",
            "type": kind,
            "token": "token",
            "version": 1,
            "guild_id": str(GUILD),
            "guild": {"id": str(GUILD), "locale": "en-US", "features": []},
            "channel": a_channel(HERE, "harbour"),
            "locale": locale,
            "guild_locale": "en-US",
            "attachment_size_limit": 10_485_760,
            "app_permissions": "0",
            "member": {**a_member(person(ANA, "ana", global_name="Ana")), "permissions": "0"},
            "data": {"id": "1", "name": "video", "type": 1, **(data or {})},
        }
        return discord.Interaction(data=payload, state=client._connection)

    return make


@pytest.fixture
def message(client: discord.Client) -> Any:
    def make(*mentions: Json) -> discord.Message:
        payload: Any = {
            "id": "1400000000000000000",
            "channel_id": str(HERE),
            "guild_id": str(GUILD),
            "type": 0,
            "author": person(ANA, "ana", global_name="Ana"),
            "member": a_member(person(ANA, "ana")),
            "content": "",
            "timestamp": "2026-11-23T08:00:00+00:00",
            "edited_timestamp": None,
            "tts": False,
            "mention_everyone": False,
            "mentions": list(mentions),
            "mention_roles": [],
            "attachments": [],
            "embeds": [],
            "pinned": False,
        }
        channel = client.get_channel(HERE)
        assert isinstance(channel, discord.TextChannel)
        return discord.Message(state=client._connection, channel=channel, data=payload)

    return make


RESOLVED: Json = {
    "resolved": {
        "users": {
            str(BEA): person(BEA, "bea", global_name="Bea"),
            str(CARL): person(CARL, "carl", global_name="Carl"),
            str(PRIVATE): person(PRIVATE, "dora"),
        },
        "members": {str(BEA): {"nick": "Bea of the boats"}, str(CARL): {"nick": None}},
    }
}


def test_a_command_names_whom_discord_names_with_it(interaction: Any) -> None:
    typed = f"<@{ANA}>, <@!{BEA}>, <@{CARL}>, <@{PRIVATE}> and <@{NOBODY}>"
    assert in_words(typed, interaction(data=RESOLVED), "en-US") == "Ana, Bea of the boats, Carl, dora and somebody"


def test_a_message_names_whom_it_mentions(message: Any) -> None:
    bea = {**person(BEA, "bea", global_name="Bea"), "member": {**a_member({}, "Bea of the boats")}}
    typed = f"<@{ANA}> and <@{BEA}> and <@{NOBODY}>"
    assert in_words(typed, message(bea), "en-US") == "Ana and Bea of the boats and somebody"


def test_roles_and_channels_are_known_to_the_bot(interaction: Any, message: Any) -> None:
    typed = f"<@&{PILOTS}> of <#{HERE}> and <#{PRIVATE + 1}>, <@&{NOBODY}> of <#{NOBODY}>"
    for heard in (interaction(), message()):
        assert in_words(typed, heard, "en-US") == "Pilots of harbour and talk, a role of a channel"


@pytest.mark.parametrize("number", [SECRET, PRIVATE])
def test_the_name_of_a_channel_that_the_writer_does_not_see_stays_a_secret(
    interaction: Any, message: Any, number: int
) -> None:
    for heard in (interaction(), message()):
        assert in_words(f"in <#{number}>", heard, "en-US") == "in a channel"


@pytest.mark.parametrize("locale", languages())
def test_no_language_says_a_number(interaction: Any, locale: str) -> None:
    typed = f"<@{NOBODY}> <@&{NOBODY}> <#{NOBODY}> <sound:0:{NOBODY}> <t:{10**18}:R>"
    assert not any(letter.isdigit() or letter in "<>" for letter in in_words(typed, interaction(), locale))


def test_what_a_command_or_a_draft_asks_for_is_in_words(interaction: Any) -> None:
    ask = read_ask(interaction("de"), Draft(prompt=f"<@{NOBODY}> flies <:kite:{NOBODY}>", model="sora-2"))
    assert ask.draft == Draft(prompt="jemand flies kite", model="sora-2")


def test_what_a_form_brings_is_in_words(interaction: Any) -> None:
    fields = [{"type": 18, "component": {"type": 4, "custom_id": "prompt", "value": f"<@{ANA}> in <#{HERE}>"}}]
    form = read_form(interaction(kind=5, data={"custom_id": "form:abc", "components": fields}))
    assert form and form.values == {"prompt": "Ana in harbour"}
