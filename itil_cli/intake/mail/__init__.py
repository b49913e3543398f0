"""E-mail: from the bytes of a message to its sender, subject, text and attachments; and where messages lie."""
