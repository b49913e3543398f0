"""Lists, cards, clocks, reports and exports."""
