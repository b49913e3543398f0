"""YAML, read strictly and written so that bytes which nobody changed stay."""
