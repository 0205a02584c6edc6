"""The demo, started by `python -m sandbox.demo`."""
