"""The only user of git: objects, refs and single index entries of one repository, by machine formats."""
