"""The runtime side of health: what extractors did over all runs, and what follows from it."""
