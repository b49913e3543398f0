"""The verbs, a file a family, all of the form `verb(case, id) -> id`."""
