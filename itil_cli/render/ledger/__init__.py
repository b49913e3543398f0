"""What git's history says, for reading: commits, audits, syncs."""
