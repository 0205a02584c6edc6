"""Changing the rules of a server on each real database: one change after the other, each in the audit."""

import asyncio

import pytest

from bot.actions.rules import RuleChanges
from bot.errors import BadRules
from bot.server_rules.changes import put
from bot.server_rules.document import Document, fingerprint
from bot.store import Store
from tests.bot.conftest import Colleague

GUILD, ANA, BEA = 1, 7, 8
NO_SESSION = None  # nothing is fetched here


def changes_in(store: Store) -> RuleChanges:
    return RuleChanges(store, NO_SESSION)  # type: ignore[arg-type]


async def test_a_change_is_kept_with_who_and_what_before_and_after(store: Store) -> None:
    changes = changes_in(store)
    await changes.put(GUILD, ANA, None, {"spoiler": True})
    await changes.put(GUILD, BEA, 5, {"spoiler": False, "limits.member": {"clips_day": 2}})
    await changes.take_away(GUILD, ANA, 5, ("spoiler",))
    rules = (await store.rules(GUILD)).rules_in([5])
    assert rules.spoiler and rules.limits.member.clips_day == 2
    last, middle, first = await store.entries(GUILD, 10)
    assert (first.actor_id, first.before, first.after) == (ANA, {}, {"server.spoiler": True})
    assert middle.actor_id == BEA
    assert middle.after == {"channels.5.spoiler": False, "channels.5.limits.member": {"clips_day": 2}}
    assert (last.before, last.after, last.number) == ({"channels.5.spoiler": False}, {}, 3)


async def test_what_changes_nothing_or_is_refused_leaves_no_trace(store: Store) -> None:
    changes = changes_in(store)
    await changes.put(GUILD, ANA, None, {"spoiler": True})
    await changes.put(GUILD, ANA, None, {"spoiler": True})
    with pytest.raises(BadRules):
        await changes.put(GUILD, ANA, None, {"review.before_sending": "all"})
    assert len(await store.entries(GUILD, 10)) == 1
    assert await store.rules(2) == Document()


async def test_two_people_at_once_lose_nothing_of_each_other(store: Store, colleague: Colleague) -> None:
    changes, others = changes_in(store), changes_in(colleague("w2"))
    await asyncio.gather(
        *(changes.put(GUILD, ANA, channel_id, {"spoiler": True}) for channel_id in range(1, 9)),
        *(others.put(GUILD, BEA, channel_id, {"allowed": False}) for channel_id in range(1, 9)),
    )
    document = await store.rules(GUILD)
    rules = [document.rules_in([channel_id]) for channel_id in range(1, 9)]
    assert all(each.spoiler and not each.allowed for each in rules)
    assert [entry.number for entry in await store.entries(GUILD, 20)] == [*range(16, 0, -1)]


async def test_a_document_is_put_in_place_of_the_one_that_it_was_compared_with(store: Store) -> None:
    changes, wanted = changes_in(store), put(Document(), None, {"max_seconds": 8})
    await changes.replace(GUILD, ANA, fingerprint(Document()), wanted)
    await changes.replace(GUILD, ANA, fingerprint(Document()), wanted)  # the same press, heard twice
    with pytest.raises(BadRules) as caught:
        await changes.replace(GUILD, BEA, fingerprint(Document()), put(wanted, None, {"spoiler": True}))
    assert caught.value.code == "changed"
    assert [entry.action for entry in await store.entries(GUILD, 10)] == ["rules_import"]
