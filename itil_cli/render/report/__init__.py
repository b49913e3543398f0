"""A report as text, Markdown, JSON, CSV, OpenMetrics and HTML. Pure: the same paper gives the same bytes."""
