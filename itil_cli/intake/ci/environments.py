"""Where a job runs: one table of what each CI system calls its pipeline, job, branch, run, commit and actor.

- A cell holds templates over the environment's variables; the first whose variables are all set counts.
- What a pull request builds is named `pull/NUMBER` and never after its branch: a fork may call its branch `main`.
- A system that does not name its jobs leaves `job` empty; the command line then stands for it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

_VARIABLE = re.compile(r"\{([A-Z0-9_]+)\}")
_NO = frozenset({"", "false"})  # Buildkite's BUILDKITE_PULL_REQUEST is `false` for a branch

Templates = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class System:
    """A CI system: the variable that it is known by (with its value, where it has one), and its templates."""

    name: str
    sign: str
    value: str | None = None
    repository: Templates = ()
    pipeline: Templates = ()
    job: Templates = ()
    branch: Templates = ()
    run: Templates = ()
    commit: Templates = ()
    actor: Templates = ()
    pull: Templates = ()
    pull_events: Mapping[str, frozenset[str]] = field(default_factory=dict)  # variable → values that mean one

    def is_here(self, variables: Mapping[str, str]) -> bool:
        """Whether the job runs there."""
        found = variables.get(self.sign, "")
        return bool(found) if self.value is None else found.lower() == self.value


@dataclass(frozen=True, slots=True)
class Place:
    """Where one job runs; what is not known is empty."""

    system: str
    repository: str = ""
    pipeline: str = ""
    job: str = ""
    branch: str = ""
    run: str = ""
    commit: str = ""
    actor: str = ""
    is_pull: bool = False

    def named(self, **given: Any) -> Place:
        """The same with what the command line says instead."""
        return replace(self, **{name: value for name, value in given.items() if value})

    @property
    def key(self) -> str:
        """What the incident of this job is known by: pipeline, job and branch."""
        return "ci:" + ":".join(self._names())

    def title(self, outcome: str) -> str:
        """`acme/shop: build / test on main: failed`."""
        names = self._names()[: -1 if self.branch else None]
        first, rest = names[:1], names[1:]
        branch = f" on {self.branch}" if self.branch else ""
        return ": ".join([*first, " / ".join(rest) + branch, outcome] if rest else [*first, outcome])

    def _names(self) -> list[str]:
        return [name for name in dict.fromkeys((self.repository, self.pipeline, self.job)) if name] + (
            [self.branch] if self.branch else []
        )


SYSTEMS = (
    System(
        "Woodpecker",
        "CI",
        "woodpecker",
        repository=("{CI_REPO}",),
        pipeline=("{CI_WORKFLOW_NAME}",),
        job=("{CI_STEP_NAME}",),
        branch=("{CI_COMMIT_BRANCH}", "{CI_COMMIT_TAG}"),
        run=("{CI_STEP_URL}", "{CI_PIPELINE_URL}", "{CI_BUILD_LINK}"),
        commit=("{CI_COMMIT_SHA}",),
        actor=("{CI_PIPELINE_AUTHOR}", "{CI_COMMIT_AUTHOR}"),
        pull=("{CI_COMMIT_PULL_REQUEST}",),
    ),
    System(
        "GitHub Actions",
        "GITHUB_ACTIONS",
        repository=("{GITHUB_REPOSITORY}",),
        pipeline=("{GITHUB_WORKFLOW}",),
        job=("{GITHUB_JOB}",),
        branch=("{GITHUB_REF_NAME}", "{GITHUB_REF}"),
        run=("{GITHUB_SERVER_URL}/{GITHUB_REPOSITORY}/actions/runs/{GITHUB_RUN_ID}",),
        commit=("{GITHUB_SHA}",),
        actor=("{GITHUB_TRIGGERING_ACTOR}", "{GITHUB_ACTOR}"),
        pull_events={"GITHUB_EVENT_NAME": frozenset({"pull_request", "pull_request_target"})},
    ),
    System(
        "GitLab CI",
        "GITLAB_CI",
        repository=("{CI_PROJECT_PATH}",),
        pipeline=("{CI_PIPELINE_NAME}",),
        job=("{CI_JOB_NAME}",),
        branch=("{CI_COMMIT_REF_NAME}", "{CI_COMMIT_BRANCH}"),
        run=("{CI_JOB_URL}", "{CI_PIPELINE_URL}"),
        commit=("{CI_COMMIT_SHA}",),
        actor=("{GITLAB_USER_LOGIN}", "{GITLAB_USER_NAME}"),
        pull=("{CI_MERGE_REQUEST_IID}", "{CI_EXTERNAL_PULL_REQUEST_IID}"),
    ),
    System(
        "Azure Pipelines",
        "TF_BUILD",
        repository=("{BUILD_REPOSITORY_NAME}",),
        pipeline=("{BUILD_DEFINITIONNAME}",),
        job=("{SYSTEM_JOBNAME}", "{AGENT_JOBNAME}", "{SYSTEM_JOBDISPLAYNAME}"),
        branch=("{BUILD_SOURCEBRANCH}", "{BUILD_SOURCEBRANCHNAME}"),
        run=("{SYSTEM_COLLECTIONURI}{SYSTEM_TEAMPROJECT}/_build/results?buildId={BUILD_BUILDID}",),
        commit=("{BUILD_SOURCEVERSION}",),
        actor=("{BUILD_REQUESTEDFOREMAIL}", "{BUILD_REQUESTEDFOR}"),
        pull=("{SYSTEM_PULLREQUEST_PULLREQUESTNUMBER}", "{SYSTEM_PULLREQUEST_PULLREQUESTID}"),
    ),
    System(
        "Bitbucket Pipelines",
        "BITBUCKET_BUILD_NUMBER",
        repository=("{BITBUCKET_REPO_FULL_NAME}", "{BITBUCKET_REPO_SLUG}"),
        pipeline=("{BITBUCKET_DEPLOYMENT_ENVIRONMENT}",),
        branch=("{BITBUCKET_BRANCH}", "{BITBUCKET_TAG}"),
        run=(
            "{BITBUCKET_GIT_HTTP_ORIGIN}/pipelines/results/{BITBUCKET_BUILD_NUMBER}",
            "https://bitbucket.org/{BITBUCKET_REPO_FULL_NAME}/pipelines/results/{BITBUCKET_BUILD_NUMBER}",
        ),
        commit=("{BITBUCKET_COMMIT}",),
        actor=("{BITBUCKET_STEP_TRIGGERER_UUID}",),
        pull=("{BITBUCKET_PR_ID}",),
    ),
    System(
        "CircleCI",
        "CIRCLECI",
        repository=("{CIRCLE_PROJECT_USERNAME}/{CIRCLE_PROJECT_REPONAME}", "{CIRCLE_PROJECT_REPONAME}"),
        job=("{CIRCLE_JOB}",),
        branch=("{CIRCLE_BRANCH}", "{CIRCLE_TAG}"),
        run=("{CIRCLE_BUILD_URL}",),
        commit=("{CIRCLE_SHA1}",),
        actor=("{CIRCLE_USERNAME}",),
        pull=("{CIRCLE_PR_NUMBER}",),  # set for forks only; what CircleCI builds else are branches
    ),
    System(
        "Buildkite",
        "BUILDKITE",
        pipeline=("{BUILDKITE_ORGANIZATION_SLUG}/{BUILDKITE_PIPELINE_SLUG}", "{BUILDKITE_PIPELINE_SLUG}"),
        job=("{BUILDKITE_STEP_KEY}", "{BUILDKITE_LABEL}"),
        branch=("{BUILDKITE_BRANCH}", "{BUILDKITE_TAG}"),
        run=("{BUILDKITE_BUILD_URL}#{BUILDKITE_JOB_ID}", "{BUILDKITE_BUILD_URL}"),
        commit=("{BUILDKITE_COMMIT}",),
        actor=("{BUILDKITE_BUILD_CREATOR_EMAIL}", "{BUILDKITE_BUILD_CREATOR}"),
        pull=("{BUILDKITE_PULL_REQUEST}",),
    ),
    System(
        "Drone",
        "DRONE",
        repository=("{DRONE_REPO}",),
        pipeline=("{DRONE_STAGE_NAME}",),
        job=("{DRONE_STEP_NAME}",),
        branch=("{DRONE_BRANCH}", "{DRONE_TAG}"),
        run=("{DRONE_BUILD_LINK}",),
        commit=("{DRONE_COMMIT_SHA}", "{DRONE_COMMIT}"),
        actor=("{DRONE_BUILD_TRIGGER}", "{DRONE_COMMIT_AUTHOR}"),
        pull=("{DRONE_PULL_REQUEST}",),
    ),
    System(
        "Jenkins",
        "JENKINS_URL",
        pipeline=("{JOB_NAME}",),
        job=("{STAGE_NAME}",),
        branch=("{BRANCH_NAME}", "{GIT_BRANCH}", "{GIT_LOCAL_BRANCH}"),
        run=("{BUILD_URL}",),
        commit=("{GIT_COMMIT}",),
        actor=("{BUILD_USER_ID}", "{CHANGE_AUTHOR}"),
        pull=("{CHANGE_ID}",),
    ),
)
PLAIN = "plain"


def place(variables: Mapping[str, str]) -> Place:
    """Where the job runs, by its environment; `plain` where that is no CI system that the table knows."""
    system = next((one for one in SYSTEMS if one.is_here(variables)), None)
    if system is None:
        return Place(PLAIN)
    number = _filled(system.pull, variables)
    is_pull = number not in _NO or any(variables.get(name) in values for name, values in system.pull_events.items())
    branch = f"pull/{number}" if number not in _NO else _short(_filled(system.branch, variables))
    return Place(
        system.name,
        _filled(system.repository, variables),
        _filled(system.pipeline, variables),
        _filled(system.job, variables),
        branch,
        _filled(system.run, variables),
        _filled(system.commit, variables),
        _filled(system.actor, variables),
        is_pull,
    )


def _filled(templates: Templates, variables: Mapping[str, str]) -> str:
    for template in templates:
        values = {name: variables.get(name, "") for name in _VARIABLE.findall(template)}
        if all(values.values()):
            return template.format_map(values)
    return ""


def _short(ref: str) -> str:
    """The branch that a ref names: Azure writes `refs/heads/main`, Jenkins `origin/main`, GitHub `12/merge`."""
    if match := re.fullmatch(r"(?:refs/pull/)?([0-9]+)/(?:merge|head)", ref):
        return f"pull/{match[1]}"
    return ref.removeprefix("refs/heads/").removeprefix("refs/tags/").removeprefix("origin/")
