"""Events become an incident: their order, what each does, what counts once (S2, S16)."""
