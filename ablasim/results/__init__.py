"""What a run found: the result object, its summary, and the files it is written to."""
