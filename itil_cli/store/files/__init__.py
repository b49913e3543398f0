"""File bytes and what they say: strict YAML, front matter, records, settings."""
