"""Disk and git: the only room that changes the repository."""
