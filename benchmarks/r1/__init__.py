"""Problem R1: the scenario that ablasim runs, and the process that measures it."""
