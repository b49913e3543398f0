"""SSH signatures of commits (S17): which person's key made them, as people.yaml had it at the first parent.

- Allowed signers are the keys of people.yaml of that time; a key that was taken out signs nothing any more, and no
  date that a signer writes matters.
- The key's person must be the commit's author: that some allowed key signed is not enough.
- ssh-keygen verifies, several at a time. Only the SSH format is read; others count as not signed.
"""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from itil_cli.process.auditing.values import Ground
from itil_cli.process.findings import Finding
from itil_cli.store.git import process
from itil_cli.store.git.rawcommits import RawCommit

_ARMOUR = (b"-----BEGIN SSH SIGNATURE-----", b"-----END SSH SIGNATURE-----")
NAMESPACE = b"git"


class Signed(NamedTuple):
    """A commit to be verified, with the settings of its first parent."""

    commit: RawCommit
    ground: Ground


def verify(commits: Iterable[Signed]) -> Iterator[tuple[str, Finding | None]]:
    """Each commit's id, and what is wrong with its signature (None: it is the author's and good)."""
    with TemporaryDirectory() as folder, ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        jobs = ((one, f"{folder}/{place}") for place, one in enumerate(commits))
        yield from pool.map(_verified, jobs)


def _verified(job: tuple[Signed, str]) -> tuple[str, Finding | None]:
    one, aside = job
    found = _why(one, aside)
    oid, author = one.commit.oid, one.commit.author
    return oid, Finding(found[0], found[1], commit=oid, person=author) if found else None


def _why(one: Signed, aside: str) -> tuple[str, str] | None:
    commit, ground = one.commit, one.ground
    if commit.signature is None:
        return "unsigned", "the commit is not signed."
    key = key_of(commit.signature)
    if key is None:
        return "unsigned", "the signature is no SSH signature for git."
    person = ground.person(commit.author)
    owners = [known.email for known in ground.people.all() if any(_bare(text) == key for text in known.keys)]
    if not owners:
        return "signer", "it is signed by a key that nobody had then."
    if person.email not in owners:
        return "signer", f"it is signed by a key of {owners[0]}, and says that {person.email} wrote it."
    allowed, signature = Path(f"{aside}.allowed"), Path(f"{aside}.sig")
    allowed.write_text(f'signer namespaces="git" {key}\n', encoding="ascii")
    signature.write_bytes(commit.signature)
    good = process.verifies(str(allowed), "signer", str(signature), commit.signed)
    allowed.unlink()
    signature.unlink()
    return None if good else ("signature", "the signature is not of this commit.")


def _bare(text: str) -> str:
    """`ssh-ed25519 AAAA…`, without a comment."""
    return " ".join(text.split()[:2])


def key_of(armoured: bytes) -> str | None:
    """The public key inside an SSH signature for git; None for anything else."""
    lines = armoured.strip().split(b"\n")
    if lines[0].strip() != _ARMOUR[0] or lines[-1].strip() != _ARMOUR[1]:
        return None
    try:
        data = base64.b64decode(b"".join(line.strip() for line in lines[1:-1]), validate=True)
        if data[:6] != b"SSHSIG":
            return None
        key, rest = _field(data[10:])
        namespace, _ = _field(rest)
        kind, _ = _field(key)
        text = f"{kind.decode('ascii')} {base64.b64encode(key).decode('ascii')}"
    except (ValueError, binascii.Error, UnicodeDecodeError):
        return None
    return text if namespace == NAMESPACE and "\n" not in text else None


def _field(data: bytes) -> tuple[bytes, bytes]:
    length = int.from_bytes(data[:4])
    if len(data) < 4 + length:
        raise ValueError("cut off")
    return data[4 : 4 + length], data[4 + length :]
