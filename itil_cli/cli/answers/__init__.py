"""What the commands do beyond one verb; imported when a command runs, not when its help is read."""
