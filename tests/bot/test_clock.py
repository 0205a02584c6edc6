"""The clock: it goes on evenly, whatever the machine's time does, and tells how late it may be."""

import time
from collections.abc import Iterator

import pytest

from bot import clock


class Machine:
    """`time.time` of a machine whose time is set, or that slept, while a test runs."""

    def __init__(self) -> None:
        self.off_by = 0.0
        self._right = time.time

    def time(self) -> float:
        return self._right() + self.off_by


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    machine = Machine()
    monkeypatch.setattr(time, "time", machine.time)
    clock.set_to(time.time())
    yield machine
    monkeypatch.undo()
    clock.set_to(time.time())


@pytest.mark.parametrize("jump", [-3600.0, 0.0, 3600.0])
def test_it_does_not_jump_with_the_machine(machine: Machine, jump: float) -> None:
    before = time.time()
    machine.off_by = jump
    assert clock.now() == pytest.approx(before, abs=1)
    assert clock.latest() == pytest.approx(before + max(jump, 0.0), abs=1), "it may have slept"


def test_it_shows_what_it_is_set_to_and_has_not_slept_since(machine: Machine) -> None:
    machine.off_by = 3600.0
    clock.set_to(1000.0)
    assert clock.now() == pytest.approx(1000.0, abs=1)
    assert clock.latest() == pytest.approx(1000.0, abs=1)
