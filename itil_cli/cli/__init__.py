"""The shell: click commands, one file for each family."""
