"""An incident's way: record, route, work, finish, relate, major; many at once."""
