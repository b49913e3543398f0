"""GitHub's webhooks: the real bodies, and what each kind of event becomes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from itil_cli.errors import Malformed
from itil_cli.intake.monitoring.github import alerts

REPOSITORY = {"full_name": "octo-org/octo-repo"}


def real(shared: Path, name: str) -> dict[str, Any]:
    value: dict[str, Any] = json.loads((shared / "data" / "alerts" / f"github.{name}.json").read_bytes())
    return value


def test_a_real_failed_job_fires_and_names_the_step(shared: Path) -> None:
    (alert,) = alerts(real(shared, "workflow_job.completed.failure.with-organization"), "workflow_job")
    assert alert.firing and alert.channel == "ci" and alert.severity == "failure"
    assert alert.key == "github:Codertocat/Hello-World/CodeQL/linters/main"
    assert alert.since == "2021-08-05T10:34:58.000Z"
    assert alert.title == "Codertocat/Hello-World: CodeQL / linters on main: failure"
    assert alert.text.startswith("Failed at: Run yarn run format-check.\n\n- actor: Codertocat\n- branch: main\n")
    assert alert.text.endswith("- run: https://github.com/octo-org/octo-repo/runs/1291536064")
    assert alert.services == ("Codertocat/Hello-World", "Hello-World")


def test_the_real_success_of_that_job_answers_it(shared: Path) -> None:
    (failed,) = alerts(real(shared, "workflow_job.completed.failure.with-organization"))
    (passed,) = alerts(real(shared, "workflow_job.completed.success.with-organization"))
    assert not passed.firing and passed.key == failed.key


def test_a_real_run_of_a_workflow(shared: Path) -> None:
    """Its run has no name; the workflow beside it has."""
    (alert,) = alerts(real(shared, "workflow_run.completed"))
    assert not alert.firing and alert.since == "2020-10-05T16:33:49.000Z"
    assert alert.key == "github:octo-org/octo-repo/test/master"
    assert alert.labels["event"] == "repository_dispatch"


@pytest.mark.parametrize(
    ("kind", "part", "key", "text"),
    [
        (
            "check_run",
            {
                "name": "lint",
                "conclusion": "timed_out",
                "started_at": "2026-11-25T06:00:00Z",
                "html_url": "https://github.com/x",
                "head_sha": "abc",
                "check_suite": {"head_branch": "main"},
                "output": {"title": "2 faults", "summary": "in a.py"},
            },
            "github:octo-org/octo-repo/lint/main",
            "2 faults\n\nin a.py",
        ),
        (
            "check_suite",
            {
                "conclusion": "failure",
                "head_branch": "dev",
                "created_at": "2026-11-25T06:00:00Z",
                "app": {"name": "CI"},
            },
            "github:octo-org/octo-repo/CI/dev",
            "- branch: dev",
        ),
        (
            "deployment_status",
            {"state": "error", "environment": "prod", "created_at": "2026-11-25T06:00:00Z", "description": "No room."},
            "github:octo-org/octo-repo/prod",
            "No room.",
        ),
    ],
)
def test_other_kinds_of_events(kind: str, part: dict[str, Any], key: str, text: str) -> None:
    (alert,) = alerts({"action": "completed", kind: part, "repository": REPOSITORY}, kind)
    assert alert.firing and alert.key == key and alert.text.startswith(text)


def test_a_commit_status_has_no_part_of_its_own() -> None:
    body = {
        "state": "failure",
        "context": "ci/build",
        "sha": "abc",
        "description": "It broke.",
        "branches": [{"name": "main"}],
        "updated_at": "2026-11-25T06:00:00Z",
        "repository": REPOSITORY,
    }
    (alert,) = alerts(body)
    assert alert.key == "github:octo-org/octo-repo/ci/build/main" and alert.text.startswith("It broke.")
    assert alerts({**body, "state": "pending"}) == []


@pytest.mark.parametrize("conclusion", ["cancelled", "skipped", "neutral", "stale", "action_required", None])
def test_what_neither_failed_nor_succeeded_says_nothing(shared: Path, conclusion: str | None) -> None:
    body = real(shared, "workflow_job.completed.failure.with-organization")
    body["workflow_job"]["conclusion"] = conclusion
    assert alerts(body) == []


def test_other_events_are_no_alerts() -> None:
    assert alerts({"zen": "Keep it logically awesome.", "hook_id": 1}, "ping") == []
    assert alerts({"ref": "refs/heads/main", "repository": REPOSITORY}, "push") == []


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"alerts": []}, "github: this is no body of GitHub's."),
        ("x", 'github: "x" is not an object.'),
        ({"check_run": 1, "repository": REPOSITORY}, "check_run: 1 is not an object."),
        ({"workflow_job": {"name": "a", "conclusion": "failure"}}, "repository: null is not an object."),
        (
            {"workflow_job": {"name": "a", "conclusion": "failure"}, "repository": REPOSITORY},
            "github: it does not say when the run began.",
        ),
        (
            {"workflow_job": {"name": "a", "conclusion": "failure", "started_at": "x"}, "repository": REPOSITORY},
            "github: 'x' is no time such as 2026-11-24T08:59:00Z.",
        ),
    ],
)
def test_a_body_of_another_shape_says_where(given: Any, text: str) -> None:
    with pytest.raises(Malformed) as found:
        alerts(given)
    assert found.value.text == text
