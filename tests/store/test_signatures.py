"""Signatures against the programs that make them: git with ssh-keygen and gpg is the reference."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from pathlib import Path

import pytest

from itil_cli.process.auditing.findings import Finding
from itil_cli.process.auditing.values import Ground
from itil_cli.store.files.settings import load_people, load_policy, load_services
from itil_cli.store.git import process, rawcommits
from itil_cli.store.git.rawcommits import RawCommit
from itil_cli.store.ledger import sshsig
from itil_cli.store.ledger.signatures import Signed, verify
from tests.gits import needs_ssh_signing

KINDS = [("ed25519", "256"), ("ecdsa", "256"), ("ecdsa", "384"), ("ecdsa", "521"), ("rsa", "2048")]


def git(folder: Path, *words: str, **env: str) -> str:
    done = subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, env={**os.environ, **env})
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def signed_commit(folder: Path, *settings: str) -> RawCommit:
    """A commit that git itself has signed."""
    git(folder, "init", "-q")
    words = [word for one in settings for word in ("-c", one)]
    git(folder, *words, "-c", "user.name=Bob", "-c", "user.email=bob@example.com",
        "commit", "-q", "--allow-empty", "-S", "-m", "Signed.\n\n-----BEGIN x-----")  # fmt: skip
    data = subprocess.run(["git", "cat-file", "commit", "HEAD"], cwd=folder, capture_output=True, check=True).stdout
    read = rawcommits.read(git(folder, "rev-parse", "HEAD"), data)
    assert isinstance(read, RawCommit)
    return read


def by_ssh(folder: Path, kind: str, bits: str) -> tuple[RawCommit, str]:
    """The commit, and the public key as people.yaml writes it."""
    needs_ssh_signing()
    key = folder / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-b", bits, "-N", "", "-C", "bob", "-f", str(key)], check=True)
    commit = signed_commit(folder, "gpg.format=ssh", f"user.signingkey={key}")
    return commit, " ".join(key.with_suffix(".pub").read_text().split()[:2])


def said(folder: Path, key: str, signature: bytes, data: bytes) -> bool:
    """What ssh-keygen says."""
    allowed, aside = folder / "allowed", folder / "signature"
    allowed.write_text(f'signer namespaces="git" {key}\n')
    aside.write_bytes(signature)
    return process.verifies(str(allowed), "signer", str(aside), data)


def ground(key: str) -> Ground:
    """Bob with this key, and Dana with none."""
    people = (
        f"people:\n- {{email: bob@example.com, roles: [support], keys: ['{key} a comment']}}\n"
        "- {email: dana@example.com}\n"
    )
    return Ground(load_policy(b"version: 1\n"), load_people(people.encode()), load_services(None))


def found(commit: RawCommit, key: str) -> Finding | None:
    """What the audit finds."""
    return next(iter(verify([Signed(commit, ground(key))])))[1]


@pytest.mark.parametrize("kind, bits", KINDS)
def test_our_word_is_ssh_keygens(kind: str, bits: str, tmp_path: Path) -> None:
    commit, key = by_ssh(tmp_path, kind, bits)
    assert commit.signature is not None
    signature = sshsig.read(commit.signature)
    assert signature is not None and signature.key == key
    assert sshsig.verdict(signature, commit.signed) is True
    assert said(tmp_path, key, commit.signature, commit.signed)
    other = commit.signed.replace(b"Signed.", b"signed.")
    assert sshsig.verdict(signature, other) is False
    assert not said(tmp_path, key, commit.signature, other)
    for place in range(0, len(signature.value), 7):
        bent = bytearray(signature.value)
        bent[place] ^= 1
        assert sshsig.verdict(signature._replace(value=bytes(bent)), commit.signed) is False


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda data: data[:9] + b"\2" + data[10:], id="another version"),
        pytest.param(lambda data: data.replace(b"\0\0\0\3git", b"\0\0\0\3mud"), id="for something else than git"),
        pytest.param(lambda data: data.replace(b"\6sha512", b"\6sha500"), id="another hash"),
        pytest.param(lambda data: data + b"x", id="something follows"),
        pytest.param(lambda data: data[:-1], id="cut off"),
        pytest.param(lambda data: b"x" + data[1:], id="no signature at all"),
    ],
)
def test_what_ssh_keygen_refuses_is_no_signature(change: object, tmp_path: Path) -> None:
    commit, key = by_ssh(tmp_path, "ed25519", "256")
    assert commit.signature is not None and callable(change)
    lines = commit.signature.strip().split(b"\n")
    data = change(base64.b64decode(b"".join(lines[1:-1])))
    bent = b"\n".join([lines[0], base64.b64encode(data), lines[-1], b""])
    assert not said(tmp_path, key, bent, commit.signed)
    assert sshsig.read(bent) is None


def test_a_signature_by_the_hash_that_is_broken_is_refused(tmp_path: Path) -> None:
    """RSA with SHA-1: OpenSSH takes it no more."""
    commit, _ = by_ssh(tmp_path, "rsa", "2048")
    signature = sshsig.read(commit.signature or b"")
    assert signature is not None
    assert sshsig.verdict(signature._replace(kind=b"ssh-rsa"), commit.signed) is None  # ssh-keygen is asked


def test_without_the_library_ssh_keygen_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit, key = by_ssh(tmp_path, "ed25519", "256")
    for name in [one for one in sys.modules if one.partition(".")[0] == "cryptography"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "cryptography", None)
    sshsig._verifier.cache_clear()
    try:
        assert found(commit, key) is None
        forged = rawcommits.read("0" * 40, commit.data.replace(b"Signed.", b"signed."))
        assert isinstance(forged, RawCommit)
        wrong = found(forged, key)
    finally:
        sshsig._verifier.cache_clear()
    assert wrong is not None and (wrong.code, wrong.text) == ("signature", "the signature is not of this commit.")


def test_whose_key_it_is(tmp_path: Path) -> None:
    commit, key = by_ssh(tmp_path, "ed25519", "256")
    assert found(commit, key) is None
    nobody = found(commit, "ssh-ed25519 AAAA")
    assert nobody is not None and nobody.text == "it is signed by a key that nobody had then."
    by_dana = rawcommits.read("0" * 40, commit.data.replace(b"bob@example.com", b"dana@example.com"))
    assert isinstance(by_dana, RawCommit)
    other = found(by_dana, key)
    assert other is not None and other.code == "signer"
    assert other.text == "it is signed by a key of bob@example.com, and says that dana@example.com wrote it."


@pytest.fixture
def keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A GnuPG home with Bob's key; the fingerprint."""
    home = tmp_path / "gpg"
    home.mkdir(mode=0o700)
    monkeypatch.setenv("GNUPGHOME", str(home))
    words = ["gpg", "--batch", "--pinentry-mode", "loopback", "--passphrase", "", "--quick-generate-key"]
    try:
        subprocess.run([*words, "Bob <bob@example.com>", "ed25519", "sign"], check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("gpg is not installed")
    listed = subprocess.run(["gpg", "--list-keys", "--with-colons"], capture_output=True, text=True, check=True)
    return next(line.split(":")[9] for line in listed.stdout.split("\n") if line.startswith("fpr"))


def test_openpgp_where_gpg_knows_the_key(keyring: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "signed"
    folder.mkdir()
    commit = signed_commit(folder, f"user.signingkey={keyring}")
    assert found(commit, f"openpgp4fpr:{keyring.lower()}") is None
    nobody = found(commit, "ssh-ed25519 AAAA")
    assert nobody is not None and nobody.text == "it is signed by a key that nobody had then."
    forged = rawcommits.read("0" * 40, commit.data.replace(b"Signed.", b"signed."))
    assert isinstance(forged, RawCommit)
    for one in (forged, commit):
        if one is commit:
            (tmp_path / "empty").mkdir(mode=0o700)
            monkeypatch.setenv("GNUPGHOME", str(tmp_path / "empty"))
        wrong = found(one, f"openpgp4fpr:{keyring}")
        assert wrong is not None and wrong.code == "signature"
        assert wrong.text == "gpg here does not find the signature good, or does not know its key."
    subprocess.run(["gpgconf", "--kill", "all"], check=False)
