"""Rate limits and faults: what a client is told, and what really happened."""

import asyncio
import time

import aiohttp
import pytest

from sandbox import driver
from sandbox.discord import Channel, Discord, Guild, Limits, Upload, Window

from .conftest import Api


async def test_headers_count_down(api: Api, channel: Channel) -> None:
    first, second = await api.send(channel), await api.send(channel)
    assert [reply.headers["X-RateLimit-Remaining"] for reply in (first, second)] == ["4", "3"]
    assert first.headers["X-RateLimit-Limit"] == "5"
    assert first.headers["X-RateLimit-Bucket"] == second.headers["X-RateLimit-Bucket"]
    assert 0 < float(first.headers["X-RateLimit-Reset-After"]) <= 5
    assert abs(float(first.headers["X-RateLimit-Reset"]) - time.time()) < 60


async def test_sixth_message_of_a_channel_waits(api: Api, guild: Guild, channel: Channel) -> None:
    for _ in range(5):
        assert (await api.send(channel)).status == 200
    refused = await api.send(channel)
    assert refused.status == 429
    assert refused.body.keys() == {"message", "retry_after", "global"}
    assert refused.body["global"] is False
    assert refused.headers["Via"] == "1.1 google"
    assert refused.headers["X-RateLimit-Scope"] == "user"
    assert int(refused.headers["Retry-After"]) >= refused.body["retry_after"]
    assert api.discord.rates.refused[429] == 1
    assert len(channel.messages) == 5
    assert (await api.send(guild.add_channel("other"))).status == 200


async def test_window_passes(api: Api, channel: Channel) -> None:
    api.discord.limits.windows["message-create"] = Window(calls=1, seconds=0.01)
    assert (await api.send(channel)).status == 200
    for _ in range(50):
        if (await api.send(channel)).status == 200:
            break
    else:
        pytest.fail("the bucket never opened again")


async def test_global_limit_spares_interactions(api: Api, channel: Channel) -> None:
    api.discord.limits.windows["global"] = Window(calls=2, seconds=60)
    await api.call("GET", "/users/@me")
    await api.send(channel)
    refused = await api.send(channel)
    assert (refused.status, refused.body["global"]) == (429, True)
    assert refused.headers["X-RateLimit-Scope"] == "global"
    assert (await api.call("POST", "/interactions/5/t/callback", {"type": 4})).code == (404, 10062)


async def test_old_messages_are_edited_rarely(api: Api, channel: Channel) -> None:
    sent = await api.send(channel)
    channel.messages[int(sent.body["id"])].made_at -= 3700
    path = f"/channels/{channel.id}/messages/{sent.body['id']}"
    for text in "abc":
        assert (await api.call("PATCH", path, {"content": text})).status == 200
    assert (await api.call("PATCH", path, {"content": "d"})).code == (429, 30046)


async def test_lax_limits_do_not_count(api: Api, channel: Channel) -> None:
    api.discord.limits.enforced = Limits.lax().enforced
    replies = [await api.send(channel) for _ in range(20)]
    assert {reply.status for reply in replies} == {200}
    assert "X-RateLimit-Limit" not in replies[0].headers


async def test_answer_next(api: Api, discord: Discord, channel: Channel) -> None:
    discord.faults.answer_next(r"/messages$", status=502, method="POST", times=2)
    assert [(await api.send(channel)).status for _ in range(3)] == [502, 502, 200]
    assert len(channel.messages) == 1


@pytest.mark.parametrize(("status", "words"), [(429, "Error 1015"), (502, "Error 502")])
@pytest.mark.parametrize(("retry_after", "header"), [(None, None), (90.0, "90")])
async def test_cloudflare_answers_with_a_page_of_its_own(
    api: Api, discord: Discord, channel: Channel, status: int, words: str, retry_after: float | None, header: str | None
) -> None:
    discord.faults.answer_next(status=status, via=False, retry_after=retry_after)
    refused = await api.send(channel)
    assert (refused.status, refused.headers.get("Retry-After")) == (status, header)
    assert refused.headers["Content-Type"].startswith("text/html") and words in refused.body
    assert "Via" not in refused.headers


async def test_too_large(api: Api, discord: Discord, channel: Channel) -> None:
    discord.faults.too_large_next()
    assert (await api.send(channel)).code == (413, 40005)


@pytest.mark.parametrize(("after_applying", "left"), [(False, 0), (True, 1)])
async def test_reset(api: Api, discord: Discord, channel: Channel, after_applying: bool, left: int) -> None:
    discord.faults.reset(r"/messages$", after_applying=after_applying)
    with pytest.raises(aiohttp.ClientError):
        await api.send(channel)
    assert len(channel.messages) == left
    assert [one.status for one in discord.record] == [0]
    assert (await api.send(channel)).status == 200


async def test_outage(api: Api, discord: Discord, channel: Channel) -> None:
    discord.faults.outage(True)
    assert (await api.send(channel)).status == 503
    discord.faults.outage(False)
    assert (await api.send(channel)).status == 200


async def test_slow_is_recorded(api: Api, discord: Discord, channel: Channel) -> None:
    discord.faults.slow(r"/messages$", 0.05)
    await api.send(channel)
    (kept,) = discord.record
    assert kept.took >= 0.05


async def test_a_slow_uplink_takes_its_time_and_brings_nothing_of_who_hangs_up(
    api: Api, discord: Discord, channel: Channel
) -> None:
    discord.faults.slow_uplink(100_000)
    file = Upload(name="clip.mp4", data=bytes(50_000), content_type="video/mp4")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(api.call("POST", f"/channels/{channel.id}/messages", {}, files={0: file}), 0.2)
    began = time.monotonic()
    assert (await api.call("POST", f"/channels/{channel.id}/messages", {}, files={0: file})).status == 200
    assert time.monotonic() - began > 0.4
    await driver.wait_for(lambda: len(discord.record) == 2)
    assert len(channel.messages) == 1
