"""Records: found, shown, and changed in more than one step."""
