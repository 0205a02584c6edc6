"""When to look at a job next: a pure function of its age, so a restart changes nothing and a look writes nothing."""

from .catalogue import Model


def next_look(model: Model, age: float) -> float | None:
    """The age, in seconds after sending, of the first look later than `age`; None when no more are due.

    One early look, because refusals come early; then one each `poll_floor`, which the vendor advises, until `longest`;
    and a single late one at twice `longest` for a job that was given up.
    """
    floor = model.poll_floor
    age += floor / 100  # a timer that fires a moment early must not give the same look twice
    early = floor * 2 / 3
    if age < early:
        return early
    if age < model.longest:
        look = early + floor * (int((age - early) / floor) + 1)
        return look if look + floor <= model.longest else model.longest
    late = last_look(model)
    return late if age < late else None


def last_look(model: Model) -> float:
    """The age of the look that a given-up job gets by itself, seconds."""
    return model.longest * 2
