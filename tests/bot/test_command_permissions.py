"""Who may use a command, by what Discord tells of a server's settings."""

import pytest

from bot.server_rules.command_permissions import read_rights

GUILD, APPLICATION, VIDEO, OTHER = 1000, 1, 2, 3
ANA, FRIENDS, STAFF, HERE, THERE = 7, 21, 22, 31, 32
EVERYBODY, EVERYWHERE = GUILD, GUILD - 1
ROLE, MEMBER, CHANNEL = 1, 2, 3


def lines(*said: tuple[int, int, bool]) -> list[dict[str, object]]:
    return [{"type": kind, "id": str(target), "permission": may} for kind, target, may in said]


@pytest.mark.parametrize(
    ("own", "whole", "may"),
    [
        ([], [], True),
        ([(ROLE, EVERYBODY, False)], [], False),
        ([], [(ROLE, EVERYBODY, False)], False),
        ([(ROLE, EVERYBODY, True)], [(ROLE, EVERYBODY, False)], True),
        ([(ROLE, EVERYBODY, False), (MEMBER, ANA, True)], [], True),
        ([(ROLE, FRIENDS, True), (MEMBER, ANA, False)], [], False),
        ([(ROLE, FRIENDS, False)], [], False),
        ([(ROLE, FRIENDS, False), (ROLE, STAFF, True)], [], True),
        ([(ROLE, FRIENDS, False)], [(ROLE, FRIENDS, True)], False),
        ([(ROLE, EVERYBODY, False)], [(ROLE, FRIENDS, True)], True),
        ([(CHANNEL, EVERYWHERE, False)], [], False),
        ([(CHANNEL, EVERYWHERE, False), (CHANNEL, HERE, True)], [], True),
        ([(CHANNEL, HERE, False), (MEMBER, ANA, True)], [], False),
        ([(CHANNEL, THERE, False)], [], True),
        ([], [(CHANNEL, EVERYWHERE, False)], False),
        ([(CHANNEL, EVERYWHERE, True)], [(CHANNEL, EVERYWHERE, False)], True),
    ],
)
def test_the_nearest_word_counts(
    own: list[tuple[int, int, bool]], whole: list[tuple[int, int, bool]], *, may: bool
) -> None:
    other = {"id": str(OTHER), "permissions": lines((ROLE, EVERYBODY, not may))}
    answer = [
        other,
        {"id": str(VIDEO), "permissions": lines(*own)},
        {"id": str(APPLICATION), "permissions": lines(*whole)},
    ]
    rights = read_rights(GUILD, APPLICATION, VIDEO, answer)
    assert rights.may_use(HERE, ANA, [GUILD, FRIENDS, STAFF]) is may


def test_of_several_roles_without_a_word_everybodys_counts() -> None:
    rights = read_rights(GUILD, APPLICATION, VIDEO, [{"id": "2", "permissions": lines((ROLE, EVERYBODY, False))}])
    assert not rights.may_use(HERE, ANA, [GUILD])
    assert not rights.may_use(HERE, ANA, [])


@pytest.mark.parametrize("answer", [[{}], [{"id": "x", "permissions": []}], [None], [{"id": "2", "permissions": [{}]}]])
def test_what_cannot_be_read_is_an_error(answer: list[object]) -> None:
    with pytest.raises((KeyError, ValueError, TypeError)):
        read_rights(GUILD, APPLICATION, VIDEO, answer)
