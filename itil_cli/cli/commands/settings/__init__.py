"""Init, policy, people."""
