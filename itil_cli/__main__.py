"""`itil` and `python -m itil_cli`: answers --version before anything is imported."""

from __future__ import annotations

import sys


def main() -> None:
    """The entry point of the program."""
    if sys.argv[1:] == ["--version"]:
        from itil_cli import __version__

        print(f"itil {__version__}")
        return
    from itil_cli.cli.main import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
