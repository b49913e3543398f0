"""The judgement of a commit, part by part: `itil_cli.process.audit` is the way in."""
