"""What is handed out of a finished run: the page with its three-dimensional scene over time, and the animation."""
