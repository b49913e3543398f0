"""What people type: times in words, mistyped commands, completion."""
