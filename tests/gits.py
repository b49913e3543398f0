"""What the git of this machine can do: tests run with 2.30 too (`make old-git`)."""

from __future__ import annotations

import re
import subprocess

import pytest


def needs_ssh_signing() -> None:
    """Skip where git cannot sign with SSH keys (`gpg.format=ssh`), which 2.34 has brought."""
    said = subprocess.run(["git", "version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"([0-9]+)\.([0-9]+)", said)
    if found is not None and (int(found[1]), int(found[2])) < (2, 34):
        pytest.skip(f"{said.strip()} cannot sign with SSH keys; 2.34 and newer can")
