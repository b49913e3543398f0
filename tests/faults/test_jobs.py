"""Fifty jobs of CI that fail at once, each in a shallow clone of its own: one incident, and nobody's secret in it."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from shell import Shell

pytestmark = pytest.mark.slow

JOBS = 50
ROUTING = """
routing:
  - {channel: ci, group: support, impact: medium, urgency: high, category: application}
"""

# What a job holds and prints; none of it is anybody's.
IN_VARIABLES = {
    "DEPLOY_TOKEN": "planted-deploy-7Qx",
    "DB_PASSWORD": "planted pass/word&1",
    "SIGNING_KEY": "planted-line-one\nplanted-line-two",
    "STRIPE_APIKEY": "planted-stripe-88",
    "DATABASE_URL": "postgres://shop:planted-db-pw@db.example.com/shop",
    "NPM_AUTH": "planted-npm-31",
    "SENTRY_DSN": "https://planted-dsn-public@sentry.example.com/4",
}
ASKED = "planted-asked-for-55"  # by ::add-mask::
SHAPES = [
    "ghp_" + "plantedA1b2C3d4E5f6G7h8I9j0K1l2M3n4",
    "glpat-" + "planted-x9Y8z7W6v5U4",
    "AKIA" + "PLANTED7EXAMPLE1",
    "xoxb-" + "123456789012-planted0abcdef",
    "npm_" + "plantedQ1w2E3r4T5y6U7i8O9p0A1s2D3f4",
    "eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiJwbGFudGVkIn0" + ".plantedSignature",
]
SAID = [
    "password=planted-assigned-1",
    "curl -H 'Authorization: Bearer planted.bearer.token.2'",
    "https://bot:planted-userinfo-3@git.example.com/x.git",
    "deploy --api-key planted-flag-4",
    '{"client_secret": "planted-json-5"}',
]
KEY_BLOCK = (
    "-----BEGIN OPENSSH PRIVATE KEY-----\nplantedkeyb64line1\nplantedkeyb64line2\n-----END OPENSSH PRIVATE KEY-----"
)
SECRETS = [
    *(
        "planted-deploy-7Qx",
        "planted pass/word&1",
        "planted%20pass%2Fword%261",
        "planted-line-two",
        "planted-stripe-88",
    ),
    *("planted-db-pw", "planted-npm-31", "planted-dsn-public", ASKED, *SHAPES),
    *("planted-assigned-1", "planted.bearer.token.2", "planted-userinfo-3", "planted-flag-4", "planted-json-5"),
    *("plantedkeyb64line1", base64.b64encode(b"planted-deploy-7Qx").decode().rstrip("=")),
]
SCRIPT = """
printf '%s\\n' "$DEPLOY_TOKEN" "$DB_PASSWORD" "$SIGNING_KEY" "$STRIPE_APIKEY" "$DATABASE_URL" "$NPM_AUTH" "$SENTRY_DSN"
cat output.txt >&2
exit 7
"""
OUTPUT = "\n".join(
    [
        f"::add-mask::{ASKED}",
        f"it was {ASKED}",
        *SHAPES,
        *SAID,
        KEY_BLOCK,
        "planted%20pass%2Fword%261",
        base64.b64encode(b"planted-deploy-7Qx").decode(),
        "tests failed",
        "",
    ]
)


def test_fifty_jobs_that_fail_at_once_are_one_incident(company: Shell, tmp_path: Path) -> None:
    assert len(SECRETS) >= 20
    policy = company.store / "itil.yaml"
    policy.write_text(policy.read_text() + ROUTING)
    company.git("commit", "-qam", "what CI's incidents are")
    hub = tmp_path / "hub.git"
    company.git("clone", "-q", "--bare", ".", str(hub))
    jobs = [_job(hub, tmp_path / f"job{number}", number) for number in range(JOBS)]
    said = [job.communicate()[1].decode() for job in jobs]
    assert [job.returncode for job in jobs] == [7] * JOBS, said
    assert [one for one in said if "not recorded" in one] == []

    company.git("pull", "-q", str(hub), "main")
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")  # the jobs' own, which the machine's clock gave
    (incident,) = company("list", "--json", now=now).json["incidents"]
    shown = company("show", incident["id"], "--json", now=now).json
    done = [event["do"] for event in shown["events"]]
    assert (done.count("logged"), done.count("recurred")) == (1, JOBS - 1)
    assert (shown["recurrences"], shown["priority"], shown["group"]) == (JOBS - 1, "P3", "support")
    assert company("check", now=now).code == 0
    found = company("audit", "--json", now=now).json["findings"]
    assert [one for one in found if str(one["path"]).startswith("incidents/")] == []
    assert sum(one.count(f"{incident['id']} opened") for one in said) == 1
    assert "tests failed" in shown["description"]
    words = ["git", "--git-dir", str(hub), "cat-file", "--batch-all-objects", "--batch"]
    everything = subprocess.run(words, capture_output=True, check=True).stdout
    assert b"tests failed" in everything
    assert [secret for secret in SECRETS if secret.encode() in everything] == []
    assert not list(tmp_path.glob("job*/home/.local/state/itil/spool/*/*.json"))


def _job(hub: Path, folder: Path, number: int) -> subprocess.Popen[bytes]:
    """A runner of its own: home, and a shallow clone; the store is the clone's remote."""
    home = folder / "home"
    home.mkdir(parents=True)
    clone = folder / "clone"
    subprocess.run(["git", "clone", "-q", "--depth", "1", hub.as_uri(), str(clone)], check=True)
    (clone / "output.txt").write_text(OUTPUT)
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    system = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_REPOSITORY": "acme/shop",
        "GITHUB_WORKFLOW": "build",
        "GITHUB_JOB": "test",
        "GITHUB_REF_NAME": "main",
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_RUN_ID": str(1000 + number),
        "GITHUB_SHA": f"{number:040x}",
        "GITHUB_ACTOR": "octocat",
    }
    return subprocess.Popen(
        [sys.executable, "-m", "itil_cli", "ci", "run", "--", "sh", "-c", SCRIPT],
        cwd=clone,
        env={**kept, **system, **IN_VARIABLES, "HOME": str(home), "PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
