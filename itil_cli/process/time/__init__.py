"""Instants, zones and opening hours: what calendars and clocks are made of."""
