"""Imports, mail, monitoring and CI."""
