"""Brainstorming: a brief with its board, ideas however they come in, ballots, phases, and what is taken home."""

import re

from sandbox.discord import Channel, Message
from sandbox.driver import Answer, Member, wait_for
from tests.stories.conftest import Studio


async def begun(studio: Studio, topic: str = "A film about rain", **options: object) -> tuple[Channel, Message]:
    """The thread of a new brief, and its board."""
    answer = await studio.ana.run(studio.channel, "brainstorm start", topic=topic, **options)
    assert answer.failed is None and answer.message and not answer.ephemeral, answer
    card = answer.message
    assert card.embeds[0]["title"] == topic
    thread = await wait_for(lambda: studio.discord.state.channels.get(card.id), what="the thread")
    return thread, await board_in(thread)


async def board_in(place: Channel) -> Message:
    return await wait_for(lambda: board_of(place), what="the board")


def board_of(place: Channel) -> Message | None:
    def is_board(message: Message) -> bool:
        return any("board of" in str(embed.get("footer", {}).get("text")) for embed in message.embeds)

    return next((message for message in reversed(place.messages.values()) if is_board(message)), None)


def text_of(message: Message) -> str:
    return str(message.embeds[0]["description"])


async def shows(board: Message, words: str) -> str:
    await wait_for(lambda: re.search(words, text_of(board)), what=f"{words!r} on the board: {text_of(board)}")
    return text_of(board)


async def add(member: Member, board: Message, subject: str, **parts: object) -> str:
    """What whoever adds an idea is told."""
    form = await member.press(board, "Add idea")
    assert form.modal, form
    return await heard(await member.submit(form, subject=subject, **parts))


async def heard(answer: Answer) -> str:
    assert answer.failed is None and answer.message and answer.ephemeral, answer
    message = answer.message
    await wait_for(lambda: not message.loading, what="an answer")
    return message.content


async def sheet(member: Member, board: Message) -> Message:
    answer = await member.press(board, "Vote")
    assert answer.ephemeral and answer.message and answer.message.embeds, answer
    return answer.message


async def lead(member: Member, board: Message, phase: str) -> str:
    panel = await member.press(board, "Lead")
    assert panel.message and panel.message.components, panel
    answer = await member.choose(panel.message, "Go on to …", phase)
    assert answer.message
    return answer.message.content


async def test_a_team_goes_from_a_topic_to_a_winner(studio: Studio) -> None:
    thread, board = await begun(studio, votes=2)
    assert board.pinned is False or board.pinned
    assert "No ideas yet." in text_of(board) and "2 votes each" in text_of(board)
    bea, cem = studio.member("Bea"), studio.member("Cem")
    first = await add(studio.ana, board, "A paper boat", title="Boat", action="It drifts", setting="A gutter at night")
    assert first == "Idea 1 is on the board: Boat"
    await add(bea, board, "A dog in the rain")
    await add(cem, board, "An umbrella that flies")
    seen = await shows(board, "flies")
    assert "**1. Boat** · Ana" in seen and "> A paper boat. It drifts. A gutter at night." in seen
    assert "**2. A dog in the rain** · Bea" in seen and "3 ideas" in seen

    assert "Done" in await lead(studio.ana, board, "vote")
    await shows(board, r"\*\*Vote\.\*\*")
    await wait_for(lambda: any("The vote begins" in one.content for one in thread.messages.values()), what="a word")
    for member, choice in ((studio.ana, ["1", "2"]), (bea, ["1"]), (cem, ["3"])):
        mine = await sheet(member, board)
        answer = await member.choose(mine, "1 vote each for …", choice)
        assert answer.message is mine and f"**{choice[0]}. " in text_of(mine)
    seen = await shows(board, "3 members voted")
    assert seen.index("1. Boat** · Ana · 2 votes") < seen.index("2. A dog") < seen.index("3. An umbrella")

    await lead(studio.ana, board, "takes")
    seen = await shows(board, r"\*\*Takes\.\*\*")
    assert "1. Boat** · Ana · 2 votes · ★ won" in seen
    over = await wait_for(
        lambda: next((one for one in thread.messages.values() if "The vote is over" in one.content), None)
    )
    assert "★ 1. Boat, with 2 votes." in over.content
