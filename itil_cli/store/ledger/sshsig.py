"""SSH signatures, as OpenSSH's PROTOCOL.sshsig says: read strictly, and verified without starting a program.

- Only for git (namespace `git`), version 1, over SHA-256 or SHA-512, nothing after the end.
- Ed25519, ECDSA and RSA (never with SHA-1) are verified here where `cryptography` is installed; keys on a security
  token, certificates, and everything where it is not, are left to ssh-keygen (`verdict` is None).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from functools import lru_cache
from typing import Any, NamedTuple

_ARMOUR = (b"-----BEGIN SSH SIGNATURE-----", b"-----END SSH SIGNATURE-----")
_MAGIC, NAMESPACE = b"SSHSIG", b"git"
_HASHES = {b"sha256": hashlib.sha256, b"sha512": hashlib.sha512}
_RSA = {b"rsa-sha2-256": "SHA256", b"rsa-sha2-512": "SHA512"}
_CURVES = {b"nistp256": "SHA256", b"nistp384": "SHA384", b"nistp521": "SHA512"}


class Signature(NamedTuple):
    """`key` is the public key as people.yaml writes it; `kind` and `value` say how and what was signed."""

    key: str
    hash: bytes
    kind: bytes
    value: bytes

    def covered(self, data: bytes) -> bytes:
        """What the key has signed, if it has signed `data`."""
        digest = _HASHES[self.hash](data).digest()
        return _MAGIC + b"".join(map(_string, (NAMESPACE, b"", self.hash, digest)))


def read(armoured: bytes) -> Signature | None:
    """The signature; None for anything but an SSH signature for git."""
    lines = armoured.strip().split(b"\n")
    if lines[0].strip() != _ARMOUR[0] or lines[-1].strip() != _ARMOUR[1]:
        return None
    try:
        data = base64.b64decode(b"".join(line.strip() for line in lines[1:-1]), validate=True)
        return _read(data)
    except (ValueError, binascii.Error):
        return None


def _read(data: bytes) -> Signature | None:
    """Raises ValueError where it is cut off."""
    if data[:10] != _MAGIC + b"\0\0\0\1":
        return None
    key, namespace, _, hashed, signed = _strings(data[10:], 5)
    if namespace != NAMESPACE or hashed not in _HASHES:
        return None
    kind, value = _strings(signed, 2)
    name = _field(key)[0].decode("ascii")
    return Signature(f"{name} {base64.b64encode(key).decode('ascii')}", hashed, kind, value)


def verdict(signature: Signature, data: bytes) -> bool | None:
    """Whether the key has signed `data`; None where this is not to be found out here."""
    from_ = _verifier(signature.key, signature.kind)
    if from_ is None:
        return None
    verify, refused = from_
    try:
        verify(signature.value, signature.covered(data))
    except (refused, ValueError):
        return False
    return True


@lru_cache(maxsize=4096)
def _verifier(key: str, kind: bytes) -> tuple[Any, type[Exception]] | None:
    """What raises when a signature is not the key's, and what it raises."""
    try:
        from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
        from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
        from cryptography.hazmat.primitives.serialization import load_ssh_public_key
    except ImportError:
        return None
    try:
        public = load_ssh_public_key(key.encode("ascii"))
    except (ValueError, UnsupportedAlgorithm):
        return None
    if isinstance(public, ed25519.Ed25519PublicKey) and kind == b"ssh-ed25519":
        return public.verify, InvalidSignature
    if isinstance(public, rsa.RSAPublicKey) and kind in _RSA:
        return _by_rsa(public, _RSA[kind]), InvalidSignature
    curve = kind.removeprefix(b"ecdsa-sha2-")
    if isinstance(public, ec.EllipticCurvePublicKey) and curve in _CURVES and key.startswith(kind.decode("ascii")):
        return _by_curve(public, _CURVES[curve]), InvalidSignature
    return None


def _by_rsa(public: Any, name: str) -> Any:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

    return lambda value, data: public.verify(value, data, PKCS1v15(), getattr(hashes, name)())


def _by_curve(public: Any, name: str) -> Any:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

    def verify(value: bytes, data: bytes) -> None:
        r, s = (int.from_bytes(part, "big", signed=True) for part in _strings(value, 2))
        public.verify(encode_dss_signature(r, s), data, ECDSA(getattr(hashes, name)()))

    return verify


def _string(text: bytes) -> bytes:
    return len(text).to_bytes(4, "big") + text


def _strings(data: bytes, count: int) -> list[bytes]:
    """So many strings, and nothing after them. Raises ValueError."""
    found = []
    for _ in range(count):
        text, data = _field(data)
        found.append(text)
    if data:
        raise ValueError("something follows")
    return found


def _field(data: bytes) -> tuple[bytes, bytes]:
    length = int.from_bytes(data[:4], "big")
    if len(data) < 4 + length or len(data) < 4:
        raise ValueError("cut off")
    return data[4 : 4 + length], data[4 + length :]
