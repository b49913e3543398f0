"""Audit, check, hooks, sync."""
