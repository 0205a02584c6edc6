"""Finding clips again: lists, one clip once more, families, who waits; and nothing for those it is hidden from."""

import asyncio
import re

import pytest

from sandbox.discord import Channel, Message, Permissions
from sandbox.discord.threads import set_archived
from sandbox.driver import Answer, Member, join, wait_for
from sandbox.mulerun import faults
from tests.stories.conftest import Studio, card_of, card_text
from tests.stories.rules import set_rules

SEE = Permissions.VIEW_CHANNEL
PRIVATE = "Only you see this"


async def make(studio: Studio, who: Member, channel: Channel, prompt: str) -> tuple[Message, Message]:
    """A card, and the message with its clip."""
    card = card_of(await who.run(channel, "video", prompt=prompt))
    return card, await studio.hears(card, "Done in")


def hide(studio: Studio, channel: Channel, *members: Member) -> Channel:
    """Close a channel to all but the bot and these members."""
    channel.set_overwrite(studio.guild.bot_role, allow=SEE)
    for member in members:
        channel.set_overwrite(member.user, allow=SEE)
    channel.set_overwrite(studio.guild.everyone, deny=SEE)
    return channel


def id_of(card: Message) -> str:
    return str(card.embeds[0]["footer"]["text"]).removeprefix("job ")


def link_to(channel: Channel, message: Message | None = None) -> str:
    guild = channel.guild.id if channel.guild else "@me"
    return f"https://discord.com/channels/{guild}/{channel.id}" + (f"/{message.id}" if message else "")


def text_of(message: Message | None) -> str:
    assert message
    return "\n".join([message.content, *(each.get("description", "") for each in message.embeds)])


def rows_of(answer: Answer) -> list[str]:
    """The prompts of a page."""
    assert answer.message and answer.message.ephemeral_for
    return re.findall(r"\*\*(.+?)\*\*", text_of(answer.message))


def footer_of(answer: Answer) -> str:
    assert answer.message
    return str(answer.message.embeds[0]["footer"]["text"])


async def show(who: Member, channel: Channel, clip: str) -> Answer:
    """Show a clip, and wait for what there is to say; one that was posted this very moment is asked for again."""
    for _ in range(20):
        answer = await who.run(channel, "clips show", clip=clip)
        assert answer.failed is None
        await wait_for(lambda: answer.message and not answer.message.loading, what="the answer")  # noqa: B023
        if "on its way" not in text_of(answer.message):
            break
        await asyncio.sleep(0.2)
    return answer


def data_of(message: Message | None) -> bytes:
    assert message and len(message.attachments) == 1 and message.attachments[0].filename.endswith(".mp4")
    return message.attachments[0].data


def is_unknown(answer: Answer) -> bool:
    return answer.ephemeral and "I know no such clip" in text_of(answer.message)


# --- lists


@pytest.mark.vendor(pending=0.2, processing=60)
async def test_a_list_turns_its_pages_also_after_a_restart(studio: Studio) -> None:
    for number in range(1, 11):
        await studio.ana.run(studio.channel, "video", prompt=f"Boat {number}")
    answer = await studio.ana.run(studio.channel, "clips list")
    assert rows_of(answer) == [f"Boat {number}" for number in range(10, 2, -1)]
    assert footer_of(answer) == "1–8 of 10" and answer.message
    await studio.restart()
    turned = await studio.ana.press(answer.message, "Next ▶")
    assert turned.kind == "update" and rows_of(turned) == ["Boat 2", "Boat 1"] and footer_of(turned) == "9–10 of 10"
    assert turned.message
    # what is new moves nothing
    await studio.ana.run(studio.channel, "video", prompt="Kite")
    back = await studio.ana.press(turned.message, "◀ Previous")
    assert rows_of(back) == [f"Boat {number}" for number in range(10, 2, -1)] and footer_of(back) == "2–9 of 11"
    assert back.message
    assert rows_of(await studio.ana.press(back.message, "◀ Previous"))[0] == "Kite"


@pytest.mark.settings(DIRECT="all")
async def test_a_list_has_what_was_asked_for_here_by_everybody_or_by_oneself_anywhere(studio: Studio) -> None:
    bea, other = studio.member("Bea"), studio.add_channel("other")
    mine, _ = await make(studio, studio.ana, studio.channel, "Mine here")
    await make(studio, bea, studio.channel, "Hers here")
    await make(studio, bea, other, "Hers there")
    await make(studio, studio.ana, studio.ana.direct, "Mine in private")

    async def listed(channel: Channel, **options: str) -> set[str]:
        return set(rows_of(await studio.ana.run(channel, "clips list", **options)))

    assert await listed(studio.channel) == {"Mine here", "Mine in private"}
    assert await listed(studio.channel, scope="channel") == {"Mine here", "Hers here"}
    assert await listed(studio.channel, scope="server") == {"Mine here", "Hers here", "Hers there"}
    assert await listed(other, scope="channel") == {"Hers there"}
    assert mine.thread and await listed(mine.thread, scope="channel") == {"Mine here"}
    # nobody else's in direct messages, whatever is asked for
    for scope in ("mine", "channel", "server"):
        assert await listed(studio.ana.direct, scope=scope) == {"Mine here", "Mine in private"}


async def test_a_list_can_be_of_one_state_and_says_when_there_is_nothing(studio: Studio) -> None:
    nothing = await studio.ana.run(studio.channel, "clips list")
    assert nothing.ephemeral and "You have asked for no clip yet" in text_of(nothing.message)
    assert nothing.message and not nothing.message.components
    await make(studio, studio.ana, studio.channel, "Good")
    studio.vendor.faults.next_posts(faults.status(402))
    card = card_of(await studio.ana.run(studio.channel, "video", prompt="Bad"))
    await studio.hears(card, "out of credit")
    assert rows_of(await studio.ana.run(studio.channel, "clips list", state="finished")) == ["Good"]
    failed = await studio.ana.run(studio.channel, "clips list", state="failed")
    assert rows_of(failed) == ["Bad"] and link_to(studio.channel, card) in text_of(failed.message)
    assert id_of(card) in text_of(failed.message)
    none = await studio.ana.run(studio.channel, "clips list", state="cancelled")
    assert "none in that state" in text_of(none.message)


# --- one clip once more


async def test_a_clip_is_shown_again_in_another_channel_by_suggestion_id_and_link(studio: Studio) -> None:
    card, done = await make(studio, studio.ana, studio.channel, "A paper boat crosses a rain-lit street at night")
    await make(studio, studio.ana, studio.channel, "A kite")
    other, bea = studio.add_channel("other"), studio.member("Bea")
    [choice] = await studio.ana.autocomplete(other, "clips show", "clip", "RAIN-lit")
    assert choice["value"] == id_of(card)
    assert choice["name"] == "A paper boat crosses a rain-lit street at night · just now · ✔ done"
    assert card.thread
    ways = (choice["value"], id_of(card).upper(), link_to(studio.channel, card), link_to(card.thread))
    for clip in (*ways, f"<{link_to(card.thread, done)}>"):
        answer = await show(studio.ana, other, clip)
        assert not answer.ephemeral and data_of(answer.message) == data_of(done)
        text = text_of(answer.message)
        assert "A paper boat crosses" in text and "asked by Ana" in text and link_to(studio.channel, card) in text
    # the file is a new one, which lives on without the first
    assert answer.message and answer.message.attachments[0].id != done.attachments[0].id
    assert data_of((await show(bea, other, link_to(studio.channel, card))).message) == data_of(done)
    assert not answer.message.pinged


async def test_suggestions_are_the_newest_own_prompts_and_never_somebody_elses(studio: Studio) -> None:
    studio.discord.limits.windows["thread-create"].calls = 100
    bea = studio.member("Bea")
    await make(studio, bea, studio.channel, "Hers")
    for prompt in ("Über den Dächern", "Tower", "Über den Dächern", "50% _grey_"):
        await make(studio, studio.ana, studio.channel, prompt)

    async def suggested(text: str) -> list[str]:
        choices = await studio.ana.autocomplete(studio.channel, "clips show", "clip", text)
        return [choice["name"].split(" · ")[0] for choice in choices]

    assert await suggested("") == ["50% _grey_", "Über den Dächern", "Tower"]
    assert await suggested("üBER") == ["Über den Dächern"]
    assert await suggested("%") == await suggested("_") == ["50% _grey_"]
    assert await suggested("Hers") == []
    long = await make(studio, studio.ana, studio.channel, "word " * 100)
    [choice] = await studio.ana.autocomplete(studio.channel, "clips show", "clip", "word")
    assert len(choice["name"]) <= 100 and choice["value"] == id_of(long[0])


async def test_a_clip_is_found_by_the_text_of_its_suggestion_in_every_language(studio: Studio) -> None:
    zoe = studio.member("Zoe")
    card, done = await make(studio, zoe, studio.channel, "A paper boat crosses a rain-lit street · at night")
    await make(studio, zoe, studio.channel, "A kite")
    for zoe.user.locale in ("de", "es-ES", "fr", "ja", "pt-BR", "en-US"):
        [choice] = await zoe.autocomplete(studio.channel, "clips show", "clip", "RAIN-lit")
        assert choice["value"] == id_of(card)
        assert data_of((await show(zoe, studio.channel, choice["name"])).message) == data_of(done)
    # it is Zoe's suggestion, of Zoe's prompts
    assert is_unknown(await show(studio.ana, studio.channel, choice["name"]))


async def test_a_clip_whose_message_was_deleted_is_said_to_be_gone(studio: Studio) -> None:
    card, done = await make(studio, studio.ana, studio.channel, "A kite")
    await studio.member("Mo", moderator=True).delete(done)
    answer = await show(studio.ana, studio.channel, id_of(card))
    assert "cannot be shown any more" in text_of(answer.message) and answer.message and not answer.message.attachments
    assert link_to(studio.channel, card) in text_of(answer.message)


async def test_a_discord_in_trouble_is_not_taken_for_a_clip_that_is_gone(studio: Studio) -> None:
    card, done = await make(studio, studio.ana, studio.channel, "A kite")
    studio.discord.faults.answer_next(f"/messages/{done.id}", method="GET", status=503)
    answer = await show(studio.ana, studio.channel, id_of(card))
    assert "try again in a minute" in text_of(answer.message)
    studio.discord.faults.answer_next(r"/attachments/.*\.mp4", status=500)
    assert "try again in a minute" in text_of((await show(studio.ana, studio.channel, id_of(card))).message)
    assert data_of((await show(studio.ana, studio.channel, id_of(card))).message) == data_of(done)


async def test_a_clip_that_is_too_large_here_is_pointed_to(studio: Studio) -> None:
    card, done = await make(studio, studio.ana, studio.channel, "A kite")
    studio.discord.limits.upload_bytes = (len(data_of(done)) - 1,) * 4
    answer = await show(studio.ana, studio.channel, id_of(card))
    assert "larger than Discord takes here" in text_of(answer.message)
    assert link_to(done.channel, done) in text_of(answer.message)


@pytest.mark.settings(MAX_ACTIVE="1")
@pytest.mark.vendor(pending=0.2, processing=60)
async def test_of_a_clip_that_is_not_there_yet_it_is_said_how_it_stands(studio: Studio) -> None:
    first = card_of(await studio.ana.run(studio.channel, "video", prompt="First"))
    await studio.hears(first, "Rendering")
    second = card_of(await studio.ana.run(studio.channel, "video", prompt="Second"))
    rendering = await show(studio.ana, studio.channel, id_of(first))
    assert rendering.ephemeral and "● rendering" in text_of(rendering.message)
    assert link_to(studio.channel, first) in text_of(rendering.message)
    in_line = await show(studio.ana, studio.channel, id_of(second))
    assert in_line.ephemeral and "in line, place 1" in text_of(in_line.message)
    for nonsense in ("nonsense", "a paper boat", "https://example.org/1/2", link_to(studio.channel)):
        assert is_unknown(await show(studio.ana, studio.channel, nonsense))


async def test_a_family_is_shown_as_a_tree(studio: Studio) -> None:
    studio.vendor.faults.next_posts(faults.reset(accepted=False))
    parent = card_of(await studio.ana.run(studio.channel, "video", prompt="A lost kite"))
    told = await studio.hears(parent, "cannot tell whether")
    child = card_of(await studio.ana.press(told, "Send again, may be charged twice"))
    await studio.hears(child, "Done in")
    answer = await show(studio.ana, studio.channel, id_of(child))
    assert answer.message
    tree = answer.message.embeds[1]
    assert tree["title"] == "Family"
    above, below = tree["description"].splitlines()
    assert (
        above.startswith("“A lost kite” · ? sent without a clear answer") and link_to(studio.channel, parent) in above
    )
    assert below.startswith("└ **▸ the same again** · ✔ done") and link_to(child.channel, child) in below
    # the child is of the parent's thread, which is as open as the channel it is in, also when it is archived
    assert child.channel is parent.thread and parent.thread
    bea, other = studio.member("Bea"), studio.add_channel("other")
    set_archived(parent.thread, archived=True)
    await wait_for_news(studio)
    later = await show(bea, other, id_of(child))
    assert not later.ephemeral and data_of(later.message)
    assert later.message and len(later.message.embeds) == 2 and "not shown" not in text_of(later.message)
    assert rows_of(await bea.run(studio.channel, "clips list", scope="channel")) == ["A lost kite", "A lost kite"]
    assert rows_of(await bea.run(other, "clips list", scope="server")) == ["A lost kite", "A lost kite"]
    alone, _ = await make(studio, studio.ana, studio.channel, "Alone")
    shown = await show(studio.ana, studio.channel, id_of(alone))
    assert shown.message and len(shown.message.embeds) == 1


# --- what is hidden stays hidden


async def test_a_member_without_access_gets_nothing_of_a_private_channel(studio: Studio) -> None:
    bea, zoe = studio.member("Bea"), studio.member("Zoe")
    secret = hide(studio, studio.add_channel("secret"), studio.ana, zoe)
    card, done = await make(studio, studio.ana, secret, "A hidden treasure")
    assert card.thread
    ways = (id_of(card), link_to(secret, card), link_to(card.thread), link_to(card.thread, done))
    for clip in ways:
        assert is_unknown(await show(bea, studio.channel, clip))
        shown = await show(zoe, studio.channel, clip)
        # who may see it gets it, where others who may not are looking on
        assert shown.ephemeral and data_of(shown.message) == data_of(done)
    for scope in ("mine", "channel", "server"):
        answer = await bea.run(studio.channel, "clips list", scope=scope)
        assert "treasure" not in text_of(answer.message) and "footer" not in answer.message.embeds[0]  # type: ignore[union-attr]
    assert rows_of(await zoe.run(studio.channel, "clips list", scope="server")) == ["A hidden treasure"]
    assert await bea.autocomplete(studio.channel, "clips show", "clip", "treasure") == []
    # access that is taken away is gone at once; history, too, has to be open
    secret.set_overwrite(zoe.user, allow=SEE, deny=Permissions.READ_MESSAGE_HISTORY)
    await wait_for_news(studio)
    assert is_unknown(await show(zoe, studio.channel, id_of(card)))
    assert rows_of(await zoe.run(studio.channel, "clips list", scope="server")) == []


async def wait_for_news(studio: Studio) -> None:
    """The gateway tells the bot in order: what it answers now it answers knowing what was told before."""
    await studio.ana.run(studio.channel, "queue")


async def test_a_page_is_turned_for_who_presses_with_what_they_see_now(studio: Studio) -> None:
    studio.discord.limits.windows["thread-create"].calls = 100
    secret = hide(studio, studio.add_channel("secret"), studio.ana, bea := studio.member("Bea"))
    await make(studio, studio.ana, secret, "A hidden treasure")
    for number in range(8):
        card_of(await studio.ana.run(studio.channel, "video", prompt=f"Boat {number}"))
    answer = await bea.run(studio.channel, "clips list", scope="server")
    assert footer_of(answer) == "1–8 of 9" and answer.message
    secret.set_overwrite(bea.user, deny=SEE)
    turned = await bea.press(answer.message, "Next ▶")
    assert "treasure" not in text_of(turned.message) and footer_of(turned) == "1–8 of 8"


@pytest.mark.settings(GUILDS="all", DIRECT="all")
async def test_an_own_clip_of_a_hidden_place_is_shown_to_oneself_alone_and_says_why(studio: Studio) -> None:
    secret = hide(studio, studio.add_channel("secret"), studio.ana)
    elsewhere = studio.discord.add_guild("Elsewhere")
    elsewhere.admit(studio.ana.user)
    places = (secret, studio.ana.direct, elsewhere.add_channel("general"))
    for place in places:
        card, done = await make(studio, studio.ana, place, f"From {place.name}")
        answer = await show(studio.ana, studio.channel, id_of(card))
        assert answer.ephemeral and data_of(answer.message) == data_of(done)
        assert PRIVATE in text_of(answer.message)
        # at home it is nobody's secret
        assert not (await show(studio.ana, place, id_of(card))).ephemeral
    # a channel for the same people may have it
    twin = hide(studio, studio.add_channel("secret too"), studio.ana)
    card = next(card for card in secret.history if card.embeds)
    assert not (await show(studio.ana, twin, id_of(card))).ephemeral


async def test_a_clip_of_a_private_thread_stays_in_it(studio: Studio) -> None:
    bea, mo = studio.member("Bea"), studio.member("Mo", moderator=True)
    thread = await studio.ana.open_thread(studio.channel, "secret", private=True)
    for somebody in (studio.discord.state.bot, bea):
        await studio.ana.invite(thread, somebody)
    card, done = await make(studio, studio.ana, thread, "A hidden treasure")
    # in it, all see it; outside of it nobody can tell whether Bea was let in
    inside = await show(bea, thread, id_of(card))
    assert not inside.ephemeral and data_of(inside.message) == data_of(done)
    assert is_unknown(await show(bea, studio.channel, id_of(card)))
    assert rows_of(await bea.run(studio.channel, "clips list", scope="server")) == []
    assert rows_of(await bea.run(thread, "clips list", scope="channel")) == ["A hidden treasure"]
    for who in (studio.ana, mo):
        outside = await show(who, studio.channel, id_of(card))
        assert outside.ephemeral and PRIVATE in text_of(outside.message)


async def test_a_deleted_channel_is_closed_to_all_but_the_asker(studio: Studio) -> None:
    bea, other = studio.member("Bea"), studio.add_channel("other")
    card, _ = await make(studio, studio.ana, other, "A kite")
    other.delete()
    await wait_for_news(studio)
    assert is_unknown(await show(bea, studio.channel, id_of(card)))
    assert rows_of(await bea.run(studio.channel, "clips list", scope="server")) == []
    gone = await show(studio.ana, studio.channel, id_of(card))
    assert gone.ephemeral and "cannot be shown any more" in text_of(gone.message)


@pytest.mark.settings(GUILDS="all", DIRECT="all")
async def test_another_servers_clips_are_not_shown_even_to_who_is_in_both(studio: Studio) -> None:
    elsewhere = studio.discord.add_guild("Elsewhere")
    bea = studio.member("Bea")
    elsewhere.admit(bea.user)
    zoe = join(studio.discord, elsewhere, "Zoe")
    card, _ = await make(studio, zoe, elsewhere.add_channel("general"), "A kite")
    for channel in (studio.channel, bea.direct):
        assert is_unknown(await show(bea, channel, id_of(card)))
    assert rows_of(await bea.run(studio.channel, "clips list", scope="server")) == []


# --- who waits


@pytest.mark.settings(MAX_ACTIVE="1", DIRECT="all")
@pytest.mark.vendor(pending=0.2, processing=60)
async def test_the_queue_tells_who_waits_in_the_order_in_which_they_are_sent(studio: Studio) -> None:
    bea, zoe = studio.member("Bea"), studio.member("Zoe")
    secret = hide(studio, studio.add_channel("secret"), zoe)
    empty = await bea.run(studio.channel, "queue")
    assert empty.ephemeral and "Nobody waits here" in text_of(empty.message)
    first = card_of(await studio.ana.run(studio.channel, "video", prompt="At work"))
    await studio.hears(first, "Sent to")
    await studio.ana.run(studio.channel, "video", prompt="Ana's second")
    await studio.ana.run(studio.channel, "video", prompt="Ana's third")
    await bea.run(studio.channel, "video", prompt="Bea's first")
    await zoe.run(secret, "video", prompt="A hidden treasure")
    await bea.run(bea.direct, "video", prompt="In private")
    answer = await bea.run(studio.channel, "queue")
    assert answer.ephemeral and answer.message
    rows = text_of(answer.message).strip().splitlines()
    # homes in turn, members in turn: whose home has something at the vendor waits for the one that has not
    assert [re.sub(r" · \[card\].*", "", row) for row in rows] == [
        "2. **Bea's first** · Bea",
        "3. a video of somebody else · less than a minute until it is sent",
        "4. **Ana's second** · Ana",
        "5. **Ana's third** · Ana",
    ]
    assert "4 wait here, 5 in all. At MuleRun now: 1." in answer.message.embeds[0]["footer"]["text"]
    seen = text_of((await zoe.run(studio.channel, "queue")).message)
    assert "3. **A hidden treasure** · Zoe" in seen and "In private" not in seen
    own = text_of((await bea.run(bea.direct, "queue")).message)
    assert "1. **In private**" in own and "2. **Bea's first**" in own and "Ana" not in own


@pytest.mark.settings(MAX_ACTIVE="1")
@pytest.mark.vendor(pending=0.2, processing=60)
async def test_a_long_queue_is_bounded_and_still_has_the_askers_own(studio: Studio) -> None:
    bea = studio.member("Bea")
    for number in range(1, 14):
        await studio.ana.run(studio.channel, "video", prompt=f"Boat {number}")
    text = text_of((await bea.run(studio.channel, "queue")).message)
    assert text.count("Boat") == 10 and "… and 2 more" in text
    text = text_of((await studio.ana.run(studio.channel, "queue")).message)
    assert "11. **Boat 12**" in text and "12. **Boat 13**" in text and "more" not in text


async def test_many_at_once_are_shown_their_clips(studio: Studio) -> None:
    card, done = await make(studio, studio.ana, studio.channel, "A kite")
    answers = await asyncio.gather(*(show(studio.ana, studio.channel, id_of(card)) for _ in range(6)))
    assert {data_of(answer.message) for answer in answers} == {data_of(done)}
    assert "A kite" in card_text(card)


async def test_a_clip_is_shown_where_the_rules_let_it_else_to_whoever_asks_alone(studio: Studio) -> None:
    card, done = await make(studio, studio.ana, studio.channel, "A kite")
    other = studio.add_channel("other")

    async def shown(rules: dict[str, object], words: str) -> None:
        set_rules(studio, {}, {str(other.id): rules})
        answer = await show(studio.ana, other, id_of(card))
        assert answer.ephemeral and words in text_of(answer.message) and data_of(answer.message) == data_of(done)
        # where it was made it may be shown as before
        assert not (await show(studio.ana, studio.channel, id_of(card))).ephemeral

    review = {"channel": str(studio.add_channel("reviews").id)}
    await shown({"allowed": False}, "Only you see this. Videos are switched off in this channel")
    await shown({"blocked": ["kite"]}, "A rule of this server about words")
    await shown({"models": ["sora-2"]}, "these models may be used here: Sora 2.")
    await shown({"review": review | {"before_publishing": "all"}}, "nobody has looked at this one")
    set_rules(studio, {}, {str(other.id): {"spoiler": True}})
    hidden = await show(studio.ana, other, id_of(card))
    assert hidden.message and not hidden.ephemeral and hidden.message.attachments[0].filename.startswith("SPOILER_")
