"""Series of runs behind tables and figures of the documents, each with its results as CSV beside it."""
