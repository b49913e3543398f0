"""The click commands: names, options and help, a file a family. What they do stands in `cli/answers/`."""
