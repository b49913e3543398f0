"""What the clock demands, by kind: `itil_cli.process.escalation` is the way in."""
