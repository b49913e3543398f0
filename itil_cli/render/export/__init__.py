"""Incidents for other programs: JSON lines, an event log as CSV, XES and OCEL 2.0, and rows for SQLite. Pure.

The order is that of the ids, and of the events in each; the same commit gives the same bytes.
"""
