"""Through the command line."""
