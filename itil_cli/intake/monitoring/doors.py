"""Who may post: bearer tokens, and signatures of the body as each sender makes them (HMAC-SHA256).

- A door has a token, a secret, both (either opens it), or neither: then it is open to whoever reaches it.
- Everything is compared in constant time.
- A token comes as `Authorization: Bearer TOKEN`, or as the password of `Basic`; some senders can only do that.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

# Where a sender puts its signature, in WSGI's names, and what stands before the hexadecimal digits.
SIGNATURES = {
    "HTTP_X_HUB_SIGNATURE_256": "sha256=",  # GitHub, Gitea, Forgejo
    "HTTP_X_PAGERDUTY_SIGNATURE": "v1=",  # several, with commas, while a secret is being changed
    "HTTP_SENTRY_HOOK_SIGNATURE": "",
    "HTTP_X_GRAFANA_ALERTING_SIGNATURE": "",
}


@dataclass(frozen=True, slots=True)
class Keys:
    """What opens a door."""

    token: str | None = None
    secret: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether everybody may enter."""
        return self.token is None and self.secret is None


def may_enter(keys: Keys, environ: Mapping[str, object], body: bytes) -> bool:
    """Whether a request shows the token, or its body is signed with the secret."""
    if keys.is_open:
        return True
    by_token = keys.token is not None and any(_same(keys.token, given) for given in _tokens(environ))
    return by_token or (keys.secret is not None and _is_signed(keys.secret, environ, body))


def _tokens(environ: Mapping[str, object]) -> Iterator[str]:
    scheme, _, said = str(environ.get("HTTP_AUTHORIZATION", "")).partition(" ")
    if scheme.lower() == "bearer":
        yield said.strip()
    if scheme.lower() == "basic":
        try:
            yield base64.b64decode(said, validate=True).decode("utf-8").partition(":")[2]
        except ValueError:  # no base64, no UTF-8, or no ASCII
            return


def _is_signed(secret: str, environ: Mapping[str, object], body: bytes) -> bool:
    wanted = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    for header, before in SIGNATURES.items():
        for given in str(environ.get(header, "")).split(","):
            if given.strip().startswith(before) and _same(wanted, given.strip().removeprefix(before)):
                return True
    return False


def _same(wanted: str, given: str) -> bool:
    return hmac.compare_digest(wanted.encode(), given.encode("utf-8", "surrogateescape"))
