"""How the index is filled from a tree, and kept small."""
