"""`itil` and `python -m itil_cli`: answers --version, and the shell's completion of names, before click is imported."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """The entry point of the program."""
    if sys.argv[1:] == ["--version"]:
        from itil_cli import __version__

        print(f"itil {__version__}")
        return
    if "_ITIL_COMPLETE" in os.environ:
        from itil_cli.cli.answers.settings.completing import names

        found = names(os.environ)
        if found is not None:
            print(found)
            return
    from itil_cli.cli.main import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
