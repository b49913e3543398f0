"""The outside world becomes commands: importers and receivers."""
