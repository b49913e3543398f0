"""Major incidents for reading: the war room and the report."""
