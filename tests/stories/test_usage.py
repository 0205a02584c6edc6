"""`/usage`: what was used and what is left, as a picture and as a table; more for somebody, by who may grant it."""

import csv
import io

import pytest
from PIL import Image

from sandbox.discord import Message, Permissions
from sandbox.driver import Answer, Member, join, wait_for
from tests.stories.conftest import Studio, card_of, told
from tests.stories.rules import set_rules


async def shown(answer: Answer) -> Message:
    """A private answer, once it is there: it is deferred."""
    await wait_for(lambda: answer.message and not answer.message.loading, what="an answer")
    assert answer.ephemeral and answer.message
    return answer.message


def manager(studio: Studio) -> Member:
    member = studio.member("Mo")
    role = studio.guild.add_role("Managers", Permissions.MANAGE_GUILD)
    studio.guild.members[member.id].role_ids.add(role.id)
    return member


@pytest.mark.catalogue(price=0.25)
async def test_who_used_what_and_what_is_left(studio: Studio) -> None:
    set_rules(studio, {"limits": {"member": {"clips_day": 1, "money_month": 5}, "server": {"clips_month": 50}}})
    ana, bea, mo = studio.ana, studio.member("Bea"), manager(studio)
    nothing = await shown(await ana.run(studio.channel, "usage show"))
    assert "0 clips, 0 s of video" in nothing.embeds[0]["description"] and not nothing.attachments
    cards = [card_of(await one.run(studio.channel, "video", prompt="Xylophones")) for one in (ana, bea)]
    for card in cards:
        await studio.hears(card, "Done in")
    mine = await shown(await ana.run(studio.channel, "usage show"))
    text = mine.embeds[0]["description"]
    assert "1 clip, 4 s of video" in text and "About 1.00 for clips that were made." in text
    assert "of a member: 1 of 1 clip within 24 hours · some of it comes back <t:" in text
    assert (
        "of a member: about 1.00 of 5.00 within 30 days" in text
        and "of this server: 2 of 50 clips within 30 days" in text
    )
    assert bea.mention not in text
    [picture] = mine.attachments
    assert Image.open(io.BytesIO(picture.data)).size == (900, 640)
    # everybody's is for those who manage the server
    assert "Manage Server" in told(await ana.run(studio.channel, "usage show", whose="server"))
    whole = (await shown(await mo.run(studio.channel, "usage show", whose="server"))).embeds[0]["description"]
    assert "2 clips, 8 s" in whole and f"<@{bea.id}> · 1" in whole and f"<@{ana.id}> · 1" in whole
    # as a table, without anybody's words
    assert "Manage Server" in told(await ana.run(studio.channel, "usage export", whose="server"))
    [own], [both] = [
        (await shown(await who.run(studio.channel, "usage export", whose=whose))).attachments
        for who, whose in ((ana, "mine"), (mo, "server"))
    ]
    rows = [*csv.DictReader(io.StringIO(own.data.decode()))]
    assert [(row["member"], row["status"], row["estimated_cost"]) for row in rows] == [
        (str(ana.id), "completed", "1.0")
    ]
    assert len([*csv.DictReader(io.StringIO(both.data.decode()))]) == 2
    assert b"Xylophones" not in own.data + both.data


async def test_a_grant_is_beyond_a_members_own_limits_and_by_who_may_give_it(studio: Studio) -> None:
    set_rules(studio, {"limits": {"member": {"clips_day": 0}, "server": {"clips_day": 2}}})
    ana, mo = studio.ana, manager(studio)
    refused = told(await ana.run(studio.channel, "usage grant", member=ana, clips=5, until="3"))
    assert "Manage Server" in refused
    assert "beyond your own limit" in told(await ana.run(studio.channel, "video", prompt="One"))
    for wrong in ("soon", "2020-01-01", "900", ""):
        assert "2026-12-31" in told(
            await mo.run(studio.channel, "usage grant", member=ana, clips=1, until=wrong or "0")
        )
    granted = told(await mo.run(studio.channel, "usage grant", member=ana, clips=3, until="7"))
    assert f"{ana.mention} may have 3 clips beyond their own limits, until <t:" in granted
    await studio.restart()
    card = card_of(await ana.run(studio.channel, "video", prompt="One"))
    shown_left = (await shown(await ana.run(studio.channel, "usage show"))).embeds[0]["description"]
    assert "Granted beyond your own limits: 2 clips, until <t:" in shown_left
    await studio.hears(card, "Done in")
    card_of(await ana.run(studio.channel, "video", prompt="Two"))
    # not beyond the server's
    assert "limit of this server" in told(await ana.run(studio.channel, "video", prompt="Three"))
    taken = told(await mo.run(studio.channel, "usage grant", member=ana, clips=0, until="1"))
    assert "0 clips" in taken
    assert "beyond your own limit" in told(await ana.run(studio.channel, "video", prompt="Three"))


async def test_the_manager_of_another_server_grants_nothing_here(studio: Studio) -> None:
    set_rules(studio, {"limits": {"member": {"clips_day": 0}}})
    other = studio.discord.add_guild("Elsewhere")
    stranger = join(studio.discord, other, "Stranger", moderator=True)
    hall = other.add_channel("hall")
    assert "Manage Server" in told(await stranger.run(hall, "usage show", whose="server"))
    direct = told(await studio.ana.run(studio.ana.direct, "usage show", whose="server"))
    assert "here is none" in direct
