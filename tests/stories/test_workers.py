"""Several bots on one PostgreSQL database: who takes over, what outlives a machine, and that nothing happens twice.

Their clocks run at a tenth (see benchmarks/chaos/plan.py): a worker that is silent for three seconds counts as dead.
"""

import asyncio
import json
import os
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from benchmarks.chaos.crew import Worker
from benchmarks.chaos.database import open_database
from sandbox.discord import Channel, ChannelType, Discord, Guild, Message
from sandbox.driver import Member, join, wait_for
from sandbox.mulerun import MuleRun
from tests.stories.conftest import QUICK_CATALOGUE, card_of, card_text
from tests.stories.test_health import free_port

RATE_LIMIT = ("Limit", "Remaining", "Reset", "Reset-After", "Bucket", "Global", "Scope")


@dataclass(kw_only=True)
class Company:
    discord: Discord
    vendor: MuleRun
    database_url: str
    folder: Path
    guild: Guild
    channel: Channel
    ana: Member
    workers: list[Worker] = field(default_factory=list)

    async def hire(self, **settings: str) -> Worker:
        """Start another bot, on a machine of its own: its folder is its disk."""
        environment = {
            "DISCORD_TOKEN": self.discord.token,
            "DISCORD_API_URL": self.discord.api_url,
            "MULERUN_API_KEY": self.vendor.api_key,
            "MULERUN_BASE_URL": self.vendor.base_url,
            "DATABASE_URL": self.database_url,
            "CATALOGUE_FILE": str(QUICK_CATALOGUE),
            "LOOKS_PER_MINUTE": "6000",
            "CONTENT_RULES": "show",
            "HTTP_ADDR": "",
            "GUILDS": "all",
            "DIRECT": "all",
        }
        worker = Worker({**environment, **settings}, self.folder / f"machine-{len(self.workers)}")
        self.workers.append(worker)
        await worker.start()
        await wait_for(lambda: "Ready as" in worker.log, what="the worker to be ready")
        return worker

    def about(self, card: Message) -> list[Message]:
        return [
            message
            for message in self.discord.state.messages()
            if message.author.bot
            and message.ephemeral_for is None
            and message.content
            and card.id in (message.channel.id, message.reference_id)
        ]

    async def hears(self, card: Message, words: str) -> Message:
        found = await wait_for(
            lambda: next((one for one in self.about(card) if words in one.content), None),
            timeout=60,
            what=f"{words!r}; said was {[one.content for one in self.about(card)]}",
        )
        assert found
        return found

    async def wait_for_commands(self) -> None:
        await wait_for(lambda: self.discord.state.commands, what="the commands")


@pytest.fixture
async def company(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Company]:
    marker = request.node.get_closest_marker("vendor")
    vendor_options: dict[str, Any] = {"pending": 0.3, "processing": 0.5} | (dict(marker.kwargs) if marker else {})
    try:
        opened = open_database()
        database = await opened.__aenter__()
    except (OSError, TimeoutError, asyncpg.PostgresError) as error:
        if os.environ.get("REQUIRE_POSTGRES"):
            raise
        pytest.skip(f"no PostgreSQL at TEST_POSTGRES_URL: {error}")
    try:
        async with Discord() as discord, MuleRun(**vendor_options) as vendor:
            guild = discord.add_guild("Studio")
            company = Company(
                discord=discord,
                vendor=vendor,
                database_url=database.url,
                folder=tmp_path,
                guild=guild,
                channel=guild.add_channel("general"),
                ana=join(discord, guild, "Ana"),
            )
            try:
                yield company
            finally:
                for worker in company.workers:
                    worker.thaw()
                    if worker.runs:
                        assert await worker.stop() == 0, worker.log
            for worker in company.workers:
                assert "Traceback" not in worker.log, worker.log
            assert not discord.record.warnings
    finally:
        await opened.__aexit__(None, None, None)


async def test_an_event_that_reaches_two_processes_makes_one_job(company: Company) -> None:
    await company.hire()
    await company.hire()
    await company.wait_for_commands()
    card = card_of(await company.ana.run(company.channel, "video", prompt="A kite"))
    await company.hears(card, "Done in")
    said = [message.content for message in company.about(card)]
    assert len(said) == len(set(said)) == 3
    assert company.vendor.ledger.charged == 1
    assert len([message for message in company.channel.messages.values() if message.embeds]) == 1


async def test_an_event_that_reaches_one_process_is_heard_by_the_one_that_carries_its_job(company: Company) -> None:
    catalogue = company.folder / "catalogue.toml"
    slow = QUICK_CATALOGUE.read_text(encoding="utf-8").replace("poll_floor = 0.5", "poll_floor = 600")
    catalogue.write_text(slow, encoding="utf-8")
    address = f"127.0.0.1:{free_port()}"
    secret = company.vendor.webhooks.register(f"http://{address}/webhooks/mulerouter")
    await company.hire(HTTP_ADDR=address, WEBHOOK_SECRET=secret, CATALOGUE_FILE=str(catalogue))
    await company.hire(CATALOGUE_FILE=str(catalogue))
    await company.wait_for_commands()
    cards = [card_of(await company.ana.run(company.channel, "video", prompt=f"Kite {each}")) for each in range(6)]
    for card in cards:
        await company.hears(card, "Done in")
    assert len(await rows(company, "SELECT DISTINCT worker FROM jobs")) == 2, "both carry some"
    asked = [visit for visit in company.vendor.ledger.visits if visit.method == "GET" and "/results/" not in visit.path]
    assert len(asked) == len(cards)


async def test_a_button_that_reaches_two_processes_is_pressed_once(company: Company) -> None:
    company.vendor.clock.speed = 0.01
    await company.hire(MAX_ACTIVE="1")
    await company.hire(MAX_ACTIVE="1")
    await company.wait_for_commands()
    card_of(await company.ana.run(company.channel, "video", prompt="First"))
    await wait_for(lambda: company.vendor.ledger.charged)
    card = card_of(await company.ana.run(company.channel, "video", prompt="Second"))
    await company.hears(card, "In line")
    answer = await company.ana.press(card, "Cancel")
    assert answer.message and "Cancelled" in answer.message.content
    await company.hears(card, "Cancelled before it was sent")
    await wait_for(lambda: "Cancelled" in card_text(card))
    assert len([one for one in company.about(card) if "Cancelled" in one.content]) == 1


@pytest.mark.vendor(pending=0.3, processing=8)
async def test_a_dead_workers_jobs_go_on_elsewhere(company: Company) -> None:
    first = await company.hire()
    await company.wait_for_commands()
    card = card_of(await company.ana.run(company.channel, "video", prompt="A kite"))
    await company.hears(card, "Rendering")
    await company.hire()
    await first.kill()
    done = await company.hears(card, "Done in")
    assert done.attachments
    said = [message.content for message in company.about(card)]
    assert len(said) == len(set(said))
    assert company.vendor.ledger.charged == 1


@pytest.mark.vendor(pending=0.3, processing=8)
async def test_who_stops_hands_its_jobs_over_at_once(company: Company) -> None:
    first = await company.hire()
    await company.wait_for_commands()
    card = card_of(await company.ana.run(company.channel, "video", prompt="A kite"))
    await company.hears(card, "Rendering")
    second = await company.hire()
    assert await first.stop() == 0
    await wait_for(lambda: "Took over 1 jobs" in second.log, what="the job to be taken over")
    assert (await company.hears(card, "Done in")).attachments


async def test_a_clip_outlives_the_disk_that_it_was_fetched_to(company: Company) -> None:
    """Discord is away when the clip is made; the machine that has it burns down, and the vendor's link is dead."""
    first = await company.hire()
    await company.wait_for_commands()
    card = card_of(await company.ana.run(company.channel, "video", prompt="A kite"))
    await company.hears(card, "Sent to")
    company.discord.faults.outage(True)
    await wait_for(lambda: "kept in the database" in first.log, timeout=60, what="the clip to be kept")
    await first.kill()
    shutil.rmtree(company.folder / "machine-0")
    (company.folder / "machine-0").mkdir()
    company.vendor.faults.links_dead = True
    company.discord.faults.outage(False)
    second = await company.hire()
    done = await company.hears(card, "Done in")
    assert done.attachments and "taken from the database" in second.log
    connection = await asyncpg.connect(company.database_url)
    try:

        async def is_discarded() -> bool:
            return bool(await connection.fetchval("SELECT count(*) = 0 FROM clips"))

        for _ in range(100):
            if await is_discarded():
                break
            await asyncio.sleep(0.1)
        assert await is_discarded(), "the copy is kept although Discord has the clip"
    finally:
        await connection.close()
    assert company.vendor.ledger.charged == 1


async def test_a_worker_that_slept_too_long_says_nothing_twice(company: Company) -> None:
    """Frozen between the vendor's change and its telling; another tells it; then it wakes."""
    first = await company.hire()
    await company.wait_for_commands()
    card = card_of(await company.ana.run(company.channel, "video", prompt="A kite"))
    await company.hears(card, "Sent to")
    first.freeze()
    await company.hire()
    await company.hears(card, "Done in")
    first.thaw()
    await wait_for(lambda: "silent for too long" in first.log, what="the sleeper to take stock")
    other = card_of(await company.ana.run(company.channel, "video", prompt="Another"))
    await company.hears(other, "Done in")
    said = [message.content for message in company.about(card)]
    assert len(said) == len(set(said)), said
    assert company.vendor.ledger.charged == 2


async def test_two_shards_hear_each_their_servers_and_a_clip_fits_the_server_it_goes_to(company: Company) -> None:
    """A boosted server takes a large clip, also from the process that has never seen that server."""
    guilds = {shard_of(company.guild): (company.guild, company.channel)}
    while len(guilds) < 2:
        guild = company.discord.add_guild("Another", boost_tier=2)
        guilds.setdefault(shard_of(guild), (guild, guild.add_channel("general", type=ChannelType.TEXT)))
    for shard in (0, 1):
        await company.hire(SHARD_COUNT="2", SHARD_IDS=str(shard))
    await company.wait_for_commands()
    for shard, (guild, channel) in guilds.items():
        member = join(company.discord, guild, "Bea")
        card = card_of(await member.run(channel, "video", prompt=f"A kite over shard {shard}"))
        assert (await company.hears(card, "Done in")).attachments
    boosted, channel = next(pair for pair in guilds.values() if pair[0].boost_tier == 2)
    own = company.workers[shard_of(boosted)]
    bea = join(company.discord, boosted, "Bea")
    card = card_of(await bea.run(channel, "video", prompt="big clip"))
    await company.hears(card, "Sent to")
    await own.kill()
    assert (await company.hears(card, "Done in")).attachments


KEPT = ("Content-Type", "Via", "Retry-After", *(f"X-RateLimit-{name}" for name in RATE_LIMIT))


def shard_of(guild: Guild) -> int:
    return (guild.id >> 22) % 2


async def test_a_proxy_may_stand_between_the_bot_and_discord(company: Company) -> None:
    """As those that share one rate limit among several processes do: another host, another path, REST alone."""
    passed: list[str] = []

    async def pass_on(request: web.Request) -> web.Response:
        path = request.match_info["path"]
        passed.append(path)
        headers = {name: value for name, value in request.headers.items() if name.lower() not in ("host", "connection")}
        body = await request.read()
        async with (
            ClientSession() as session,
            session.request(
                request.method, f"{company.discord.api_url}/{path}", params=request.query, data=body, headers=headers
            ) as answer,
        ):
            kept = {
                name: value
                for name, value in answer.headers.items()
                if name.lower().startswith(("x-", "content-type", "via"))
            }
            return web.Response(status=answer.status, body=await answer.read(), headers=kept)

    app = web.Application(client_max_size=1 << 26)
    app.router.add_route("*", "/proxy/api/v10/{path:.*}", pass_on)
    async with TestServer(app) as proxy:
        worker = await company.hire(DISCORD_API_URL=str(proxy.make_url("/proxy/api/v10")))
        await company.wait_for_commands()
        card = card_of(await company.ana.run(company.channel, "video", prompt="A kite"))
        assert (await company.hears(card, "Done in")).attachments
        assert await worker.stop() == 0
    assert any(path.endswith("/callback") for path in passed)
    assert any(path.endswith("/messages") for path in passed)


async def keep_rules(company: Company, **review: str) -> None:
    document = json.dumps({"version": 1, "server": {"review": review}, "channels": {}})
    connection = await asyncpg.connect(company.database_url)
    try:
        columns = "INSERT INTO rules (guild_id, document, changed_at, changed_by) VALUES ($1, $2, 1, 1)"
        await connection.execute(columns, company.guild.id, document)
    finally:
        await connection.close()


async def rows(company: Company, query: str) -> list[tuple[Any, ...]]:
    connection = await asyncpg.connect(company.database_url)
    try:
        return [tuple(row) for row in await connection.fetch(query)]
    finally:
        await connection.close()


async def test_two_moderators_at_once_are_one_decision_and_a_clip_that_waits_outlives_its_machine(
    company: Company,
) -> None:
    """Every press reaches all three processes; then the one that holds the clip burns down."""
    for _ in range(3):
        await company.hire()
    await company.wait_for_commands()
    review = company.guild.add_channel("review")
    await keep_rules(company, before_sending="all", before_publishing="all", channel=str(review.id))
    first, second = (join(company.discord, company.guild, name, moderator=True) for name in ("Mo", "Max"))

    def notes() -> list[Message]:
        return [one for one in review.messages.values() if one.embeds]

    card = card_of(await company.ana.run(company.channel, "video", prompt="A kite"))
    [note] = await wait_for(notes, what="the question")
    answers = await asyncio.gather(first.press(note, "Approve"), second.press(note, "Approve"))
    told = [answer.message.content for answer in answers if answer.message]
    assert len(told) == 2
    [(decided_by,)] = await rows(company, "SELECT actor_id FROM audit")
    assert all(f"Approved by <@{decided_by}>" in text for text in told)
    assert len([text for text in told if "Somebody decided before" in text]) == 1

    await company.hears(card, "A moderator looks at it before it is shown")
    await wait_for(lambda: len(notes()) == 2, what="the second question")
    [clip] = company.folder.glob("machine-*/data/clips/*.mp4")
    machine = clip.parents[2]
    await company.workers[int(machine.name.rpartition("-")[2])].kill()
    shutil.rmtree(machine)
    company.vendor.faults.links_dead = True
    await first.press(notes()[1], "Publish")
    done = await company.hears(card, "Done in")
    assert done.attachments and company.vendor.ledger.charged == 1
    await wait_for(lambda: "Published by" in card_text(notes()[1]), what="the second question to be closed")
    assert len(notes()) == 2 and "Approved by" in card_text(notes()[0])
    assert await rows(company, "SELECT action FROM audit ORDER BY number") == [
        ("review_approved",),
        ("review_published",),
    ]
