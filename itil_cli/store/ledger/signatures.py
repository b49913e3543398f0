"""Signatures of commits (S17): which person's key made them, as people.yaml had it at the first parent.

- Allowed signers are the keys of people.yaml of that time; a key that was taken out signs nothing any more, and no
  date that a signer writes matters.
- The key's person must be the commit's author: that some allowed key signed is not enough.
- SSH signatures are verified here (`sshsig`), and by ssh-keygen where this cannot, several at a time.
- OpenPGP signatures are gpg's affair: it must know the key, people.yaml its fingerprint (`openpgp4fpr:…`).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from itil_cli.process.auditing.findings import Finding
from itil_cli.process.auditing.values import Ground
from itil_cli.store.git import process
from itil_cli.store.git.rawcommits import RawCommit
from itil_cli.store.ledger import sshsig

OPENPGP = b"-----BEGIN PGP SIGNATURE-----"


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
    oid, author = one.commit.oid, one.commit.author
    found = _by_openpgp(one, aside) if (one.commit.signature or b"").startswith(OPENPGP) else _by_ssh(one, aside)
    return oid, Finding(found[0], found[1], commit=oid, person=author) if found else None


def _by_ssh(one: Signed, aside: str) -> tuple[str, str] | None:
    commit = one.commit
    if commit.signature is None:
        return "unsigned", "the commit is not signed."
    signature = sshsig.read(commit.signature)
    if signature is None:
        return "unsigned", "the signature is neither an SSH signature for git nor one of OpenPGP."
    stranger = _stranger(one, signature.key)
    if stranger:
        return stranger
    good = sshsig.verdict(signature, commit.signed)
    if good is None:
        good = _asked(commit, signature.key, aside)
    return None if good else ("signature", "the signature is not of this commit.")


def _asked(commit: RawCommit, key: str, aside: str) -> bool:
    """ssh-keygen's word."""
    allowed, signature = Path(f"{aside}.allowed"), Path(f"{aside}.sig")
    allowed.write_text(f'signer namespaces="git" {key}\n', encoding="ascii")
    signature.write_bytes(commit.signature or b"")
    good = process.verifies(str(allowed), "signer", str(signature), commit.signed)
    allowed.unlink()
    signature.unlink()
    return good


def _by_openpgp(one: Signed, aside: str) -> tuple[str, str] | None:
    signature = Path(f"{aside}.asc")
    signature.write_bytes(one.commit.signature or b"")
    good, fingerprint = process.openpgp(str(signature), one.commit.signed)
    signature.unlink()
    if fingerprint is None:
        return "signature", "gpg here does not find the signature good, or does not know its key."
    return _stranger(one, f"openpgp4fpr:{fingerprint}") or (
        None if good else ("signature", "the key of the signature has expired or was revoked.")
    )


def _stranger(one: Signed, key: str) -> tuple[str, str] | None:
    """The key is nobody's, or not the author's."""
    email = one.ground.person(one.commit.author).email
    owners = one.ground.signers.get(key, ())
    if not owners:
        return "signer", "it is signed by a key that nobody had then."
    if email not in owners:
        return "signer", f"it is signed by a key of {owners[0]}, and says that {email} wrote it."
    return None
