"""The user's work tree, which follows what is committed."""
