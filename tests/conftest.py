"""What all tests run in: a process that does not look for garbage among thousands of tests that it has just read."""

import gc

gc.disable()


def pytest_collection_finish() -> None:
    """What was read stays to the end; from here on garbage is looked for as ever."""
    gc.freeze()
    gc.enable()
