"""Matching (P06, D4): what is like a text, how much, why, and what to do about it."""
