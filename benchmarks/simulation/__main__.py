"""`python -m benchmarks.simulation`: the four promises in breadth. Exit 1 when one was broken."""

from . import clock

clock.install()

import sys  # noqa: E402

from .command import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main())
