"""Pictures, plots and the written report of a result."""
