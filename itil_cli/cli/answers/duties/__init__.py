"""What is owed to people and to the clock: sweep, deliver, schedule."""
