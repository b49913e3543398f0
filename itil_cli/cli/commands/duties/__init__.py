"""Sweep, deliver, schedule."""
