"""The stand-in vendor's links die as documented, and it fails as it is told to."""

import aiohttp
import pytest

from sandbox.mulerun import Fault, faults
from tests.sandbox.vendor_client import CLIP, PRO, PROMPT, Client, client

__all__ = ["client"]


# --- links


async def test_a_link_refuses_the_key_and_dies_in_an_hour(client: Client) -> None:
    body = await client.finish(await client.send())
    url = body["videos"][0]
    assert (await client.download(url, headers=client.headers))[0] == 400
    client.mulerun.clock.skip(3500)
    assert (await client.download(url))[0] == 200
    client.mulerun.clock.skip(101)
    assert (await client.download(url))[0] == 410


# --- faults


@pytest.mark.parametrize("accepted", [False, True])
@pytest.mark.parametrize("code", [401, 402, 403, 404, 429, 500, 502, 503])
async def test_the_next_post_is_answered_with_a_status(client: Client, code: int, accepted: bool) -> None:
    client.mulerun.faults.next_posts(faults.status(code, accepted=accepted))
    status, body = await client.post({"prompt": PROMPT})
    assert (status, list(body)) == (code, ["detail"])
    assert client.mulerun.ledger.charged == int(accepted)
    await client.send()
    assert client.mulerun.ledger.charged == int(accepted) + 1


async def test_a_rate_limit_says_when_to_come_again(client: Client) -> None:
    client.mulerun.faults.next_looks(faults.status(429, retry_after=7))
    path = f"{client.mulerun.base_url}{PRO}/{await client.send()}"
    async with client.session.get(path, headers=client.headers) as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (429, "7")
    async with client.session.get(path, headers=client.headers) as answer:
        assert answer.status == 200


@pytest.mark.parametrize("accepted", [False, True])
async def test_a_connection_breaks_before_or_after_the_charge(client: Client, accepted: bool) -> None:
    client.mulerun.faults.next_posts(faults.reset(accepted=accepted))
    with pytest.raises((aiohttp.ServerDisconnectedError, aiohttp.ClientOSError)):
        await client.post({"prompt": PROMPT})
    assert client.mulerun.ledger.charged == int(accepted)
    assert client.mulerun.ledger.visits[-1].status is None


async def test_a_slow_answer_is_charged_at_once(client: Client) -> None:
    client.mulerun.faults.next_posts(faults.slow(30))
    with pytest.raises(TimeoutError):
        await client.post({"prompt": PROMPT}, timeout=aiohttp.ClientTimeout(total=0.2))
    assert client.mulerun.ledger.charged == 1


@pytest.mark.parametrize("fault", [faults.malformed(), faults.empty(), faults.html()])
async def test_an_answer_that_cannot_be_read(client: Client, fault: Fault) -> None:
    client.mulerun.faults.next_posts(fault)
    url = client.mulerun.base_url + PRO
    async with client.session.post(url, json={"prompt": PROMPT}, headers=client.headers) as answer:
        assert answer.status == 202
        assert await answer.read() == fault.body
    assert client.mulerun.ledger.charged == 1
    client.mulerun.faults.next_looks(fault)
    url += "/" + next(iter(client.mulerun.ledger.tasks))
    async with client.session.get(url, headers=client.headers) as answer:
        assert (answer.status, await answer.read()) == (200, fault.body)


async def test_a_rejected_post_may_carry_an_id(client: Client) -> None:
    client.mulerun.faults.next_posts(faults.rejected())
    status, body = await client.post({"prompt": PROMPT})
    assert (status, body["task_info"]["status"], body["task_info"]["error"]["code"]) == (400, "failed", 2001)
    assert (await client.look(body["task_info"]["id"]))[0] == 404
    assert client.mulerun.ledger.charged == 0


async def test_the_next_look_says_another_word(client: Client) -> None:
    task_id = await client.send()
    client.mulerun.faults.next_looks(faults.word("simmering"))
    assert (await client.look(task_id))[1]["task_info"]["status"] == "simmering"
    assert (await client.look(task_id))[1]["task_info"]["status"] != "simmering"


async def test_an_outage_lasts_until_it_is_over(client: Client) -> None:
    task_id = await client.send()
    client.mulerun.faults.outage = True
    for _ in range(3):
        assert (await client.post({"prompt": PROMPT}))[0] == 503
        assert (await client.look(task_id))[0] == 503
    client.mulerun.faults.outage = False
    assert (await client.look(task_id))[0] == 200
    assert client.mulerun.ledger.charged == 1


@pytest.mark.parametrize("code", [200, 302, 401, 402, 403, 404, 407, 413, 502])
async def test_a_firewall_answers_with_a_page_and_lets_nothing_through(client: Client, code: int) -> None:
    task_id = await client.send()
    client.mulerun.faults.firewall = code
    url = client.mulerun.base_url + PRO
    for method, path in (("POST", url), ("GET", f"{url}/{task_id}")):
        async with client.session.request(
            method, path, json={"prompt": PROMPT}, headers=client.headers, allow_redirects=False
        ) as answer:
            assert (answer.status, answer.content_type) == (code, "text/html")
            assert (await answer.read()).startswith(b"<html>")
    client.mulerun.faults.firewall = None
    assert client.mulerun.ledger.charged == 1
    assert (await client.look(task_id))[0] == 200


async def test_a_download_fails_as_told(client: Client) -> None:
    url = (await client.finish(await client.send()))["videos"][0]
    client.mulerun.faults.next_downloads(faults.status(500), faults.html(), faults.reset(accepted=True))
    assert (await client.download(url))[0] == 500
    assert (await client.download(url))[1].startswith(b"<html>")
    with pytest.raises((aiohttp.ClientPayloadError, aiohttp.ClientOSError)):
        await client.download(url)
    client.mulerun.faults.links_dead = True
    assert (await client.download(url))[0] == 404
    client.mulerun.faults.links_dead = False
    assert await client.download(url) == (200, CLIP)
