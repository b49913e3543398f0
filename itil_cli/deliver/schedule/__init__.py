"""Jobs that run by the clock, as the files of what runs them: systemd, cron, launchd; and how these take them."""
