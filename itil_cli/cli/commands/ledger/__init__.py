"""Audit, hooks, sync, merge, doctor."""
