"""Measured claims: each is a command that prints its figures, the last line JSON."""
