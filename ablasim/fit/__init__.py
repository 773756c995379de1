"""Values of a scenario fitted to measured temperatures: the file, the readings, least squares and its intervals."""
