"""Is the clone in order: git, its settings, its locks, the index. `itil doctor` prints it."""
