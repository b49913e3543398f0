"""The table of CI systems, by the variables that each of them sets in a real job."""

from __future__ import annotations

import pytest

from itil_cli.intake.ci.environments import SYSTEMS, Place, place

GITHUB = {
    "CI": "true",
    "GITHUB_ACTIONS": "true",
    "GITHUB_REPOSITORY": "acme/shop",
    "GITHUB_WORKFLOW": "build",
    "GITHUB_JOB": "test",
    "GITHUB_REF": "refs/heads/main",
    "GITHUB_REF_NAME": "main",
    "GITHUB_EVENT_NAME": "push",
    "GITHUB_SERVER_URL": "https://github.com",
    "GITHUB_RUN_ID": "1658821493",
    "GITHUB_SHA": "ffac537e6cbbf934b08745a378932722df287a53",
    "GITHUB_ACTOR": "octocat",
}
GITLAB = {
    "CI": "true",
    "GITLAB_CI": "true",
    "CI_PROJECT_PATH": "acme/shop",
    "CI_PIPELINE_NAME": "",
    "CI_JOB_NAME": "test",
    "CI_COMMIT_REF_NAME": "main",
    "CI_COMMIT_BRANCH": "main",
    "CI_JOB_URL": "https://gitlab.com/acme/shop/-/jobs/50",
    "CI_COMMIT_SHA": "1ecfd275763eff1d6b4844ea3168962458c9f27a",
    "GITLAB_USER_LOGIN": "dana",
}
JENKINS = {
    "JENKINS_URL": "https://jenkins.example.com/",
    "JOB_NAME": "acme/shop/main",
    "STAGE_NAME": "Test",
    "BRANCH_NAME": "main",
    "GIT_BRANCH": "origin/main",
    "BUILD_URL": "https://jenkins.example.com/job/acme/job/shop/job/main/12/",
    "GIT_COMMIT": "9fceb02",
    "BUILD_USER_ID": "dana",
}
AZURE = {
    "TF_BUILD": "True",
    "BUILD_REPOSITORY_NAME": "acme/shop",
    "BUILD_DEFINITIONNAME": "build",
    "SYSTEM_JOBNAME": "test",
    "BUILD_SOURCEBRANCH": "refs/heads/main",
    "BUILD_SOURCEBRANCHNAME": "main",
    "SYSTEM_COLLECTIONURI": "https://dev.azure.com/acme/",
    "SYSTEM_TEAMPROJECT": "shop",
    "BUILD_BUILDID": "77",
    "BUILD_SOURCEVERSION": "9fceb02",
    "BUILD_REQUESTEDFOR": "Dana Desk",
}
BITBUCKET = {
    "CI": "true",
    "BITBUCKET_BUILD_NUMBER": "12",
    "BITBUCKET_REPO_FULL_NAME": "acme/shop",
    "BITBUCKET_BRANCH": "main",
    "BITBUCKET_GIT_HTTP_ORIGIN": "https://bitbucket.org/acme/shop",
    "BITBUCKET_COMMIT": "9fceb02",
    "BITBUCKET_STEP_TRIGGERER_UUID": "{d301aafa-d676-4ee0-88be-962be7417567}",
}
CIRCLECI = {
    "CI": "true",
    "CIRCLECI": "true",
    "CIRCLE_PROJECT_USERNAME": "acme",
    "CIRCLE_PROJECT_REPONAME": "shop",
    "CIRCLE_JOB": "test",
    "CIRCLE_BRANCH": "main",
    "CIRCLE_BUILD_URL": "https://circleci.com/gh/acme/shop/12",
    "CIRCLE_SHA1": "9fceb02",
    "CIRCLE_USERNAME": "dana",
}
BUILDKITE = {
    "CI": "true",
    "BUILDKITE": "true",
    "BUILDKITE_ORGANIZATION_SLUG": "acme",
    "BUILDKITE_PIPELINE_SLUG": "shop",
    "BUILDKITE_LABEL": ":hammer: Test",
    "BUILDKITE_STEP_KEY": "test",
    "BUILDKITE_BRANCH": "main",
    "BUILDKITE_PULL_REQUEST": "false",
    "BUILDKITE_BUILD_URL": "https://buildkite.com/acme/shop/builds/12",
    "BUILDKITE_JOB_ID": "e44f9784",
    "BUILDKITE_COMMIT": "9fceb02",
    "BUILDKITE_BUILD_CREATOR": "Dana Desk",
}
DRONE = {
    "CI": "true",
    "DRONE": "true",
    "DRONE_REPO": "acme/shop",
    "DRONE_STAGE_NAME": "build",
    "DRONE_STEP_NAME": "test",
    "DRONE_BRANCH": "main",
    "DRONE_BUILD_LINK": "https://drone.example.com/acme/shop/12",
    "DRONE_COMMIT_SHA": "9fceb02",
    "DRONE_COMMIT_AUTHOR": "dana",
}
WOODPECKER = {
    "CI": "woodpecker",
    "CI_REPO": "acme/shop",
    "CI_WORKFLOW_NAME": "build",
    "CI_STEP_NAME": "test",
    "CI_COMMIT_BRANCH": "main",
    "CI_STEP_URL": "https://ci.codeberg.org/repos/7/pipeline/8",
    "CI_COMMIT_SHA": "9fceb02",
    "CI_COMMIT_AUTHOR": "dana",
}
HERE = {
    "GitHub Actions": (GITHUB, "ci:acme/shop:build:test:main", "https://github.com/acme/shop/actions/runs/1658821493"),
    "GitLab CI": (GITLAB, "ci:acme/shop:test:main", "https://gitlab.com/acme/shop/-/jobs/50"),
    "Jenkins": (JENKINS, "ci:acme/shop/main:Test:main", JENKINS["BUILD_URL"]),
    "Azure Pipelines": (
        AZURE,
        "ci:acme/shop:build:test:main",
        "https://dev.azure.com/acme/shop/_build/results?buildId=77",
    ),
    "Bitbucket Pipelines": (BITBUCKET, "ci:acme/shop:main", "https://bitbucket.org/acme/shop/pipelines/results/12"),
    "CircleCI": (CIRCLECI, "ci:acme/shop:test:main", CIRCLECI["CIRCLE_BUILD_URL"]),
    "Buildkite": (BUILDKITE, "ci:acme/shop:test:main", "https://buildkite.com/acme/shop/builds/12#e44f9784"),
    "Drone": (DRONE, "ci:acme/shop:build:test:main", DRONE["DRONE_BUILD_LINK"]),
    "Woodpecker": (WOODPECKER, "ci:acme/shop:build:test:main", WOODPECKER["CI_STEP_URL"]),
}


def test_every_system_of_the_table_is_tried() -> None:
    assert set(HERE) == {system.name for system in SYSTEMS}


@pytest.mark.parametrize("system", HERE)
def test_a_job_of_each_system_has_key_run_commit_and_actor(system: str) -> None:
    variables, key, run = HERE[system]
    found = place(variables)
    assert (found.system, found.key, found.run) == (system, key, run)
    assert found.commit and found.actor and not found.is_pull


PULLS = {
    "GitHub Actions": GITHUB
    | {"GITHUB_EVENT_NAME": "pull_request", "GITHUB_REF": "refs/pull/12/merge", "GITHUB_REF_NAME": "12/merge"},
    "GitLab CI": GITLAB | {"CI_MERGE_REQUEST_IID": "12"},
    "Jenkins": JENKINS | {"CHANGE_ID": "12", "BRANCH_NAME": "PR-12"},
    "Azure Pipelines": AZURE
    | {"SYSTEM_PULLREQUEST_PULLREQUESTNUMBER": "12", "BUILD_SOURCEBRANCH": "refs/pull/12/merge"},
    "Bitbucket Pipelines": BITBUCKET | {"BITBUCKET_PR_ID": "12"},
    "CircleCI": CIRCLECI | {"CIRCLE_PR_NUMBER": "12"},
    "Buildkite": BUILDKITE | {"BUILDKITE_PULL_REQUEST": "12"},
    "Drone": DRONE | {"DRONE_PULL_REQUEST": "12"},
    "Woodpecker": WOODPECKER | {"CI_COMMIT_PULL_REQUEST": "12"},
}


@pytest.mark.parametrize("system", HERE)
def test_a_pull_request_has_a_key_of_its_own_whatever_its_branch_is_called(system: str) -> None:
    found = place(PULLS[system])
    assert (found.branch, found.is_pull) == ("pull/12", True)
    assert found.key != place(HERE[system][0]).key


def test_without_a_system_nothing_is_known() -> None:
    assert place({"CI": "true", "PATH": "/bin"}) == Place("plain")
    assert place({"GITHUB_ACTIONS": ""}).system == "plain"


def test_what_is_given_counts_more() -> None:
    found = place(GITHUB).named(job="lint", branch=None)
    assert found.key == "ci:acme/shop:build:lint:main"


def test_titles() -> None:
    assert place(GITHUB).title("failed") == "acme/shop: build / test on main: failed"
    assert place(BITBUCKET).title("failed") == "acme/shop on main: failed"
    assert Place("plain", pipeline="shop", job="make test").title("failed") == "shop: make test: failed"
    assert Place("plain", pipeline="shop").title("failed") == "shop: failed"


def test_a_value_with_braces_is_a_value() -> None:
    assert place(GITHUB | {"GITHUB_WORKFLOW": "{GITHUB_SHA}"}).pipeline == "{GITHUB_SHA}"
