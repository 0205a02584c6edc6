"""A Discord and a MuleRun that run on a laptop; tests, demo and benchmarks stand on them."""
