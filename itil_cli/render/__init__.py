"""Values become text: tables, cards, JSON. Pure."""
