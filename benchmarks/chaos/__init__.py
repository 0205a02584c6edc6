"""Chaos: real bots, killed and frozen at every step on bad days outside, judged by what people and the vendor saw."""
