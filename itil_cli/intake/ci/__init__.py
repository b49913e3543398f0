"""A job of continuous integration: where it runs, what it printed, and the event that comes of it."""
