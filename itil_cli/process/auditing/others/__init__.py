"""What a commit changes beside records: settings, attachments, lines about messages, paths that may not be."""
