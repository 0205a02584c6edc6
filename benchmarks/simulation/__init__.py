"""The simulation: the whole bot and both sandbox servers in one process on a virtual clock, killed by the thousand."""
