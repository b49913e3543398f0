"""Settings, people and changes of the policy for reading."""
