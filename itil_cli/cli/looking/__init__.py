"""Which commit is read, as it was then, with its clocks and filters."""
