"""The clocks, as functions of events: `itil_cli.process.clock` is the way in."""
