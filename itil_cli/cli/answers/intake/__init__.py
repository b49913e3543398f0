"""What comes in: bodies, mails, jobs, imports."""
