"""GitHub's webhooks about runs: workflow_run, workflow_job, check_run, check_suite, deployment_status, status.

- Which it is tells the header `X-GitHub-Event`; without one, the body does.
- What failed fires, what succeeded has recovered; what was canceled, skipped or is still running says nothing.
- The key is repository, workflow (and job, check or environment) and branch, so that the next success on the same
  branch answers the failure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from itil_cli.intake.monitoring.alert import CI, Alert, moment, name_of, one_line, told
from itil_cli.intake.monitoring.bodies import Body, mapping, text, wrong

SOURCE = "github"
FAILED = frozenset({"failure", "timed_out", "startup_failure", "error"})
SUCCEEDED = frozenset({"success"})


@dataclass(frozen=True, slots=True)
class _Run:
    """What all of them have in common: names that make the key, how it ended, when it began, where to look."""

    names: tuple[tuple[str, str], ...]
    conclusion: str
    since: object
    link: object
    commit: str
    more: tuple[tuple[str, str], ...] = ()
    text: str = ""


def alerts(value: Any, event: str | None = None) -> list[Alert]:
    """The alert that a body is about, if it is about one. Raises Malformed for a body that is none of GitHub's."""
    body = mapping(value, SOURCE)
    kind = event or next((name for name in _KINDS if name in body), None)
    kind = kind or ("status" if "state" in body and "context" in body else None)
    if kind is None and "repository" not in body and "zen" not in body:
        raise wrong(SOURCE, "this is no body of GitHub's")
    if kind not in _READ or (kind in _KINDS and kind not in body):
        return []
    run = _READ[kind](body)
    if run.conclusion not in FAILED | SUCCEEDED:
        return []
    return [_alert(body, run)]


def _alert(body: Body, run: _Run) -> Alert:
    repository = text(mapping(body.get("repository"), "repository"), "full_name", "repository.")
    names = {"repository": repository, **dict(run.names)}
    fingerprint = name_of("/".join(names.values()))
    labels = {**names, **dict(run.more), "conclusion": run.conclusion, "commit": run.commit}
    sender = body.get("sender")
    actor = sender.get("login") if isinstance(sender, dict) else None
    if isinstance(actor, str):
        labels["actor"] = actor
    labels = {name: said for name, said in labels.items() if said}
    links = [("run", run.link)] if isinstance(run.link, str) else []
    return Alert(
        key=f"{SOURCE}:{fingerprint}",
        fingerprint=fingerprint,
        since=_since(run.since),
        firing=run.conclusion in FAILED,
        title=_title(names, run.conclusion),
        text=told(run.text, labels, links),
        labels=labels,
        severity=run.conclusion,
        services=(repository, repository.rpartition("/")[2]),
        channel=CI,
    )


def _title(names: Mapping[str, str], conclusion: str) -> str:
    """`octo-org/octo-repo: CodeQL / linters on main: failure`."""
    between = " / ".join(said for name, said in names.items() if name not in ("repository", "branch") and said)
    branch = f" on {names['branch']}" if names.get("branch") else ""
    return one_line(f"{names['repository']}: {between}{branch}: {conclusion.replace('_', ' ')}")


def _since(value: object) -> str:
    try:
        since = moment(value)
    except ValueError as fault:
        raise wrong(SOURCE, str(fault)) from None
    if not since:
        raise wrong(SOURCE, "it does not say when the run began")
    return since


def _said(body: Body, name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""


def _workflow_run(body: Body) -> _Run:
    run = mapping(body["workflow_run"], "workflow_run")
    workflow = body.get("workflow")
    name = _said(run, "name") or (_said(workflow, "name") if isinstance(workflow, dict) else "")
    return _Run(
        (("workflow", name or "workflow"), ("branch", _said(run, "head_branch"))),
        _said(run, "conclusion"),
        run.get("run_started_at") or run.get("created_at"),
        run.get("html_url"),
        _said(run, "head_sha"),
        (("event", _said(run, "event")),),
    )


def _workflow_job(body: Body) -> _Run:
    job = mapping(body["workflow_job"], "workflow_job")
    names = (("workflow", _said(job, "workflow_name") or "workflow"), ("job", text(job, "name", "workflow_job.")))
    steps = ", ".join(_failed_steps(job))
    return _Run(
        (*names, ("branch", _said(job, "head_branch"))),
        _said(job, "conclusion"),
        job.get("started_at") or job.get("created_at"),
        job.get("html_url"),
        _said(job, "head_sha"),
        text=f"Failed at: {steps}." if steps else "",
    )


def _failed_steps(job: Body) -> Iterator[str]:
    steps = job.get("steps")
    for step in steps if isinstance(steps, list) else []:
        if isinstance(step, dict) and step.get("conclusion") in FAILED and isinstance(step.get("name"), str):
            yield one_line(step["name"])


def _check_run(body: Body) -> _Run:
    run = mapping(body["check_run"], "check_run")
    suite = run.get("check_suite")
    output = run.get("output")
    said = (_said(output, "title"), _said(output, "summary")) if isinstance(output, dict) else ()
    return _Run(
        (
            ("check", text(run, "name", "check_run.")),
            ("branch", _said(suite, "head_branch") if isinstance(suite, dict) else ""),
        ),
        _said(run, "conclusion"),
        run.get("started_at"),
        run.get("html_url") or run.get("details_url"),
        _said(run, "head_sha"),
        text="\n\n".join(part for part in said if part),
    )


def _check_suite(body: Body) -> _Run:
    suite = mapping(body["check_suite"], "check_suite")
    app = suite.get("app")
    name = _said(app, "name") if isinstance(app, dict) else ""
    return _Run(
        (("check", name or "checks"), ("branch", _said(suite, "head_branch"))),
        _said(suite, "conclusion"),
        suite.get("created_at"),
        None,
        _said(suite, "head_sha"),
    )


def _deployment_status(body: Body) -> _Run:
    status = mapping(body["deployment_status"], "deployment_status")
    deployment = body.get("deployment")
    commit = _said(deployment, "sha") if isinstance(deployment, dict) else ""
    return _Run(
        (("deployment", _said(status, "environment") or "deployment"),),
        _said(status, "state"),
        status.get("created_at"),
        status.get("log_url") or status.get("target_url"),
        commit,
        text=_said(status, "description"),
    )


def _status(body: Body) -> _Run:
    branches = body.get("branches")
    first = branches[0] if isinstance(branches, list) and branches else None
    return _Run(
        (("check", text(body, "context", "")), ("branch", _said(first, "name") if isinstance(first, dict) else "")),
        _said(body, "state"),
        body.get("updated_at") or body.get("created_at"),
        body.get("target_url"),
        _said(body, "sha"),
        text=_said(body, "description"),
    )


_READ: dict[str, Callable[[Body], _Run]] = {
    "workflow_run": _workflow_run,
    "workflow_job": _workflow_job,
    "check_run": _check_run,
    "check_suite": _check_suite,
    "deployment_status": _deployment_status,
    "status": _status,
}
_KINDS = tuple(name for name in _READ if name != "status")
