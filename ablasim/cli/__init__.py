"""The command line: words in, results out; no physics."""
