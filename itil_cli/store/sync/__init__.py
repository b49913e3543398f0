"""A clone and its remote: what was done here is decided again on what was published there (S16)."""
