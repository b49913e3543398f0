"""What signatures cost: 8,000 commits, each signed by one of ten people's Ed25519 keys, audited with `--signed`.

The signatures are what `git commit -S` with `gpg.format=ssh` writes; making 8,000 by ssh-keygen would take minutes,
so they are made here, and git verifies a hundred of them. Budget: 5 s for 8,000.
"""

from __future__ import annotations

import base64
import hashlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from itil_cli.store.git.repository import Git
from itil_cli.store.ledger import sshsig

ITIL = [sys.executable, "-m", "itil_cli"]
COMMITS, PEOPLE, BY_GIT = 8000, 10, 100


def report() -> Iterator[str]:
    """The table, line by line."""
    with tempfile.TemporaryDirectory() as scratch:
        store = Path(scratch) / "store"
        made(store)
        words = [*ITIL, "-C", str(store), "-q", "audit", f"HEAD~{COMMITS}..HEAD"]
        plain, signed = _seconds(words), _seconds([*words, "--signed"])
        words = ["git", "-c", f"gpg.ssh.allowedSignersFile={scratch}/allowed", "log", f"-{BY_GIT}", "--format=%G?"]
        started = time.perf_counter()
        said = subprocess.run(words, cwd=store, capture_output=True, text=True, check=True).stdout.split()
        git = time.perf_counter() - started
        assert said == ["G"] * BY_GIT, said
        yield f"{f'itil audit --signed, {COMMITS:,} commits':<44} {signed:>7.2f} s wall"
        yield f"{'  without --signed':<44} {plain:>7.2f} s wall"
        yield f"{'  the signatures':<44} {signed - plain:>7.2f} s wall (budget 5 s)"
        yield f"{f'git log --format=%G?, {BY_GIT} of them':<44} {git:>7.2f} s wall"


def _seconds(words: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(words, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - started


def made(store: Path) -> None:
    """The history: settings with everybody's key, then one signed commit after the other."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    subprocess.run(["git", "init", "-q", "-b", "main", str(store)], check=True)
    for name, value in (("name", "Ada"), ("email", "p0@example.com")):
        subprocess.run(["git", "config", f"user.{name}", value], cwd=store, check=True)
    subprocess.run([*ITIL, "-q", "init", str(store)], check=True, capture_output=True)
    keys = [Ed25519PrivateKey.generate() for _ in range(PEOPLE)]
    lines = [
        f"- {{email: p{place}@example.com, roles: [incident-manager], keys: ['{_public(key)}']}}"
        for place, key in enumerate(keys)
    ]
    (store / "people.yaml").write_text("people:\n" + "\n".join(lines) + "\n")
    allowed = [f'p{place}@example.com namespaces="git" {_public(key)}' for place, key in enumerate(keys)]
    (store.parent / "allowed").write_text("\n".join(allowed) + "\n")
    subprocess.run(["git", "commit", "-q", "-a", "-m", "Keys"], cwd=store, check=True)
    _chain(store, keys)


def _chain(store: Path, keys: list[Any]) -> None:
    """Commits without changes, as plain git makes them."""
    with Git(store) as git:
        tip = git.commit("HEAD")
        tree = git.run("rev-parse", f"{tip}^{{tree}}").decode("ascii").strip()
    now, paths = int(time.time()), []
    aside = store.parent / "commits"
    aside.mkdir()
    for place in range(COMMITS):
        who = f"P <p{place % PEOPLE}@example.com> {now} +0000"
        head, message = f"tree {tree}\nparent {tip}\nauthor {who}\ncommitter {who}\n", f"\n{place}\n"
        armour = _signature(keys[place % PEOPLE], f"{head}{message}".encode()).replace("\n", "\n ")
        data = f"{head}gpgsig {armour}\n{message}".encode()
        tip = hashlib.sha1(b"commit %d\0" % len(data) + data, usedforsecurity=False).hexdigest()
        (aside / tip).write_bytes(data)
        paths.append(f"{aside / tip}\n")
    words = ["git", "-c", "core.fsync=none", "hash-object", "-t", "commit", "-w", "--stdin-paths"]
    subprocess.run(words, cwd=store, input="".join(paths), text=True, check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["git", "update-ref", "HEAD", tip], cwd=store, check=True)


def _signature(key: Any, data: bytes) -> str:
    """As ssh-keygen writes it."""
    public = _public(key)
    blob = base64.b64decode(public.split()[1])
    value = key.sign(sshsig.Signature(public, b"sha512", b"ssh-ed25519", b"").covered(data))
    parts = (blob, b"git", b"", b"sha512", _joined(b"ssh-ed25519", value))
    text = base64.b64encode(b"SSHSIG\0\0\0\1" + _joined(*parts)).decode("ascii")
    lines = [text[start : start + 70] for start in range(0, len(text), 70)]
    return "\n".join(["-----BEGIN SSH SIGNATURE-----", *lines, "-----END SSH SIGNATURE-----"])


def _joined(*parts: bytes) -> bytes:
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def _public(key: Any) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    text: bytes = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    return text.decode("ascii")
