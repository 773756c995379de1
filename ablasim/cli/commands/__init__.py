"""The commands, each group in a file; importing one adds its commands to the application."""
