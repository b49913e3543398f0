"""Settings, people and services."""
