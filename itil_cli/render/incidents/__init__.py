"""One incident for reading: its card, events, way and clocks."""
