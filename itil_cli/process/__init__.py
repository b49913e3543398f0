"""The process itself: values in, values out. No disk, git, network, clock, environment, click or YAML."""
