"""Messages: what is owed to whom, how each is called, and what has become of it. Pure."""
