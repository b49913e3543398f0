"""Every added event is decided again: the scene before it, the commands that may have made it, what differs."""
