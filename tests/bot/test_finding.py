"""What a member pasted to mean a job, and which statuses a list shows."""

import pytest

from bot import finding
from bot.finding import UNLISTED, Pointer, StateGroup, read_pointer, statuses
from bot.jobs import Status

CARD = Pointer(channel_id=22, message_id=333)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("1a2b3c", Pointer(job_id="1a2b3c")),
        (" `1A2B3C` ", Pointer(job_id="1a2b3c")),
        ("https://discord.com/channels/1/22/333", CARD),
        ("<https://discord.com/channels/1/22/333>", CARD),
        ("https://ptb.discord.com/channels/1/22/333/", CARD),
        ("https://discordapp.com/channels/@me/22/333", CARD),
        ("https://discord.com/channels/1/22", Pointer(channel_id=22)),
        ("https://discord.com.example.org/channels/1/22/333", None),
        ("https://example.org/channels/1/22/333", None),
        ("https://discord.com/channels/1", None),
        ("a paper boat", None),
        ("12345678901234567", None),
        ("", None),
    ],
)
def test_ids_and_links_are_read(text: str, meant: Pointer | None) -> None:
    assert read_pointer(text) == meant


def test_what_is_not_listed_is_in_no_group(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "UNLISTED", (Status.FAILED,))
    assert all(Status.FAILED not in statuses(group) for group in StateGroup)
    assert statuses(StateGroup.FAILED) == (Status.DENIED, Status.REJECTED)


def test_every_status_is_in_one_group_beside_the_one_of_all() -> None:
    grouped = [status for group in StateGroup if group is not StateGroup.ANY for status in statuses(group)]
    listed = sorted(set(Status) - set(UNLISTED))
    assert sorted(grouped) == listed == sorted(statuses(StateGroup.ANY))
