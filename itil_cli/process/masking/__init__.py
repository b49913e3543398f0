"""Secrets in texts: their kinds by shape, and how they are masked. Pure."""
