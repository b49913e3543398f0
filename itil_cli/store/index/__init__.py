"""The disposable index: what the files of a tree say, by blob id, in SQLite."""
