"""History as the audit reads it: commits, the settings they are judged by, signatures."""
