"""A ServiceNow incident log becomes records."""
