"""Two histories of a record become one (S16): by `git merge`, by `itil merge`, and in `itil sync`."""
