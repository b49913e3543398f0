"""`itil ci`: jobs under the variables of each CI system, a store by URL, and everything that can be broken."""

from __future__ import annotations

import errno
import json
import os
import re
import signal
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from shell import Answer, Shell

from itil_cli.cli.answers.intake import spooling
from itil_cli.cli.main import run
from itil_cli.intake.ci.environments import SYSTEMS, place
from itil_cli.store.git.process import GitProcess
from itil_cli.store.sync import borrowed
from tests.intake.ci.test_ci_environments import GITHUB, HERE, PULLS

ROUTING = """
routing:
  - {channel: ci, group: support, impact: medium, urgency: high, category: application}
"""


@pytest.fixture(autouse=True)
def no_system(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The tests may run in a job of CI themselves: its variables are none of theirs."""
    prefixes = ("GITHUB_", "GITLAB_", "CI_", "BITBUCKET_", "CIRCLE", "BUILDKITE", "DRONE", "BUILD_", "SYSTEM_", "ITIL_")
    for name in [one for one in os.environ if one.startswith(prefixes) or one in {system.sign for system in SYSTEMS}]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert place(os.environ).system == "plain"


@pytest.fixture
def shop(company: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """The company's store with a rule for CI; jobs run in a folder of their own."""
    policy = company.store / "itil.yaml"
    policy.write_text(policy.read_text() + ROUTING)
    company.git("commit", "-qam", "what CI's incidents are")
    (tmp_path / "code").mkdir()
    monkeypatch.chdir(tmp_path / "code")
    return company


@pytest.fixture
def job(shop: Shell) -> Callable[..., Answer]:
    """Run a job that ends with this code; the pipeline script of these tests."""

    def run_job(code: int, *options: str) -> Answer:
        return shop("ci", "run", *options, "--", "sh", "-c", f"echo running; exit {code}")

    return run_job


def use(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


def incidents(shop: Shell, *words: str) -> list[dict[str, Any]]:
    listed = shop("list", "--all", "--json", *words).json["incidents"]
    return [shop("show", one["id"], "--json").json for one in listed]


def illegal(shop: Shell) -> list[Any]:
    """What the audit says of incidents, apart from a test's clock that is far from the machine's."""
    found = shop("audit", "--json").json["findings"]
    late = ("too-late", "late-verdict")
    return [one for one in found if str(one["path"]).startswith("incidents/") and one["code"] not in late]


@pytest.mark.parametrize("system", [*HERE, "plain"])
def test_fail_fail_succeed_is_one_incident_with_one_recurrence_resolved(
    system: str, shop: Shell, job: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    variables, key, run_url = HERE.get(system, ({}, "ci:code", ""))
    use(monkeypatch, variables)
    assert [job(code).code for code in (3, 4, 0)] == [3, 4, 0]
    (incident,) = incidents(shop)
    assert (incident["status"], incident["recurrences"], incident["channel"]) == ("resolved", 1, "ci")
    assert (incident["group"], incident["priority"], incident["category"]) == ("support", "P3", "application")
    dones = [event["do"] for event in incident["events"]]
    assert dones == ["logged", "classified", "assigned", "recurred", "resolved"]
    assert incident["events"][-1]["code"] == "recovered"
    assert run_url in incident["description"] and "    running" in incident["description"]
    assert incident["events"][0]["dedup_key"] == key
    assert shop("check").code == 0 and illegal(shop) == []


def test_the_record_says_what_failed_where_and_by_whom(
    shop: Shell, job: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, GITHUB)
    first, second = job(3), job(4)
    (incident,) = incidents(shop)
    assert (first.out, first.err) == ("", f"itil: {incident['id']} opened: acme/shop: build / test on main: failed\n")
    assert second.err == f"itil: {incident['id']} repeated: acme/shop: build / test on main: failed\n"
    run_url = "https://github.com/acme/shop/actions/runs/1658821493"
    assert incident["description"] == (
        "`echo running; exit 3` failed with exit code 3. Its last lines:\n\n    running\n\n"
        "- actor: octocat\n- at: 2026-03-09T09:01:00Z\n- branch: main\n- command: echo running; exit 3\n"
        f"- commit: {GITHUB['GITHUB_SHA']}\n- exit-code: 3\n- job: test\n- pipeline: build\n"
        f"- repository: acme/shop\n- system: GitHub Actions\n\n- run: {run_url}"
    )
    (entry,) = incident["worklog"]
    assert entry["text"] == (
        "`echo running; exit 4` failed with exit code 4. Its last lines:\n\n    running\n\n"
        f"commit: {GITHUB['GITHUB_SHA']}, actor: octocat, run: {run_url}"
    )


def test_a_success_without_an_incident_writes_nothing(shop: Shell, job: Callable[..., Answer]) -> None:
    before = shop.git("rev-parse", "HEAD")
    assert (job(0).code, job(0).err) == (0, "")
    assert shop.git("rev-parse", "HEAD") == before


def test_once_somebody_has_accepted_it_a_success_is_one_note(shop: Shell, job: Callable[..., Answer]) -> None:
    job(1)
    (incident,) = incidents(shop)
    assert shop("take", incident["id"], who="bob").code == 0
    assert job(0).err.startswith(f"itil: {incident['id']} noted: ")
    assert job(0).err == ""  # it is known already
    job(1)
    job(0)
    (incident,) = incidents(shop)
    assert incident["status"] == "in-progress"
    assert [event["do"] for event in incident["events"]][-3:] == ["noted", "recurred", "noted"]


def test_the_policy_may_say_note_or_nothing(shop: Shell, job: Callable[..., Answer]) -> None:
    policy = shop.store / "itil.yaml"
    plain = policy.read_text()
    for word, last in (("nothing", "assigned"), ("note", "noted")):
        policy.write_text(f"{plain}monitoring: {{on-recovery: {word}}}\n")
        shop.git("commit", "-qam", f"on recovery {word}")
        job(1, "--dedup-key", word)
        job(0, "--dedup-key", word)
        (incident,) = [one for one in incidents(shop) if one["events"][0]["dedup_key"] == word]
        assert incident["events"][-1]["do"] == last and incident["status"] == "assigned"


def test_many_failures_before_a_success_are_no_flapping(shop: Shell, job: Callable[..., Answer]) -> None:
    for code in (1, 1, 1, 1, 0):
        job(code)
    (incident,) = incidents(shop)
    assert (incident["status"], incident["recurrences"]) == ("resolved", 3)


def test_service_impact_and_urgency_of_the_command_line_count_more(shop: Shell, job: Callable[..., Answer]) -> None:
    (shop.store / "services.yaml").write_text("services:\n  shop: {owner: bob@example.com, group: support}\n")
    shop.git("add", "services.yaml")
    shop.git("commit", "-qm", "services")
    job(1, "--service", "shop", "--impact", "high", "--urgency", "high")
    answer = job(1, "--service", "shopp", "--job", "other")
    assert answer.err.startswith("itil: there is no service 'shopp'; it is left out. Did you mean shop?\n")
    found = {one["service"]: one["priority"] for one in incidents(shop)}
    assert found == {"shop": "P2", None: "P3"}


def test_impact_without_urgency_is_refused_before_anything_runs(shop: Shell, tmp_path: Path) -> None:
    answer = shop("ci", "run", "--impact", "high", "--", "touch", str(tmp_path / "ran"))
    assert (answer.code, answer.err) == (3, "error[C3]: impact and urgency go together. Give both, or neither.\n")
    assert not (tmp_path / "ran").exists()


def test_options_behind_the_command_are_the_commands(shop: Shell) -> None:
    assert shop("ci", "run", "printf", "%s\n", "--strict", "--json", "-m").code == 0


def test_a_pull_request_is_left_out_by_a_rule_of_the_policy(
    shop: Shell, job: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, PULLS["GitHub Actions"])
    answer = job(1)
    assert (answer.code, incidents(shop)) == (1, [])
    assert answer.err == (
        "itil: left out, by a rule of the policy (`monitoring: rules`): acme/shop: build / test on pull/12: failed\n"
    )


# The store by URL


@pytest.fixture
def hub(shop: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A bare store that jobs know by ITIL_STORE; git on this machine knows no user."""
    bare = tmp_path / "hub.git"
    shop.git("clone", "-q", "--bare", ".", str(bare))
    monkeypatch.setenv("ITIL_STORE", str(bare))
    Path(os.environ["HOME"], ".gitconfig").unlink()
    use(monkeypatch, GITHUB)
    return bare


def ci(*words: str) -> int:
    return run(["--now", "2026-03-09T09:00:30Z", "ci", *words])


def pulled(shop: Shell, hub: Path) -> list[dict[str, Any]]:
    shop.git("-c", "user.name=x", "-c", "user.email=x@example.com", "pull", "-q", str(hub), "main")
    return incidents(shop)


def test_a_store_by_url_needs_no_user_of_git(shop: Shell, hub: Path) -> None:
    assert [ci("run", "--", "sh", "-c", f"exit {code}") for code in (1, 1, 0)] == [1, 1, 0]
    (incident,) = pulled(shop, hub)
    assert (incident["status"], incident["recurrences"]) == ("resolved", 1)
    assert shop.git("log", "-1", "--format=%an %ae %cn %ce").split() == ["CI", "ci@example.com"] * 2


def test_a_store_that_is_away_fails_no_job_and_gets_each_event_once_when_it_is_back(
    shop: Shell, hub: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(spooling.PATIENCE, "offline", 0.0)
    away = hub.rename(tmp_path / "away.git")
    shop.capsys.readouterr()
    assert [ci("run", "--", "sh", "-c", f"exit {code}") for code in (7, 8)] == [7, 8]
    said = shop.capsys.readouterr().err.splitlines()
    (folder,) = (tmp_path / "state" / "itil" / "spool").iterdir()
    assert len(said) == 2 and said[0].startswith("itil: not recorded: ")
    assert said[0].endswith(f" It waits in {folder}; the next run delivers it.")
    assert ci("run", "--strict", "--", "true") == 6 and ci("run", "--strict", "--", "false") == 1
    assert len(list(folder.glob("*.json"))) == 4

    away.rename(hub)
    assert ci("run", "--", "sh", "-c", "exit 9") == 9
    assert shop.capsys.readouterr().err.count("(it had waited)") == 4
    dones = [event["do"] for one in pulled(shop, hub) for event in one["events"]]
    # failed twice, succeeded, failed twice: the second failure, and the last, repeat what the one before opened
    assert (dones.count("logged"), dones.count("recurred"), dones.count("resolved")) == (2, 2, 1)
    assert list(folder.glob("*.json")) == []


def test_an_event_that_was_delivered_but_not_forgotten_counts_once(
    shop: Shell, hub: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as killed:
        killed.setattr(spooling.Spool, "drop", lambda self, event: None)
        assert ci("run", "--", "false") == 1
    assert ci("open", "--dedup-key", "another") == 0
    assert sorted(one["recurrences"] for one in pulled(shop, hub)) == [0, 0]


def test_a_store_that_refuses_the_event_fails_no_job(shop: Shell, hub: Path) -> None:
    people = shop.store / "people.yaml"
    people.write_text(people.read_text().replace("roles: [bot], answers-for: support", "roles: [requestor]"))
    shop.git("-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "-qam", "no bot")
    shop.git("push", "-q", str(hub), "main")
    shop.capsys.readouterr()
    assert ci("run", "--", "false") == 1 and ci("run", "--strict", "--", "true") == 7
    assert shop.capsys.readouterr().err.startswith("itil: not recorded: git knows no user here, and only a bot takes")


def test_a_fork_without_secrets_is_told_why_nothing_is_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    use(monkeypatch, PULLS["GitHub Actions"] | {"ITIL_STORE": ""})
    monkeypatch.chdir(tmp_path)
    assert ci("run", "--", "false") == 1 and ci("run", "--", "true") == 0
    assert capsys.readouterr().err == 2 * (
        "itil: not recorded: there is no store here, and ITIL_STORE names none. Set ITIL_STORE to its URL; "
        "a fork's pull request is given no secrets, and records nothing.\n"
    )
    assert not (tmp_path / "state").exists()
    assert run(["-q", "ci", "run", "--", "false"]) == 1
    assert "not recorded" in capsys.readouterr().err
    assert ci("run", "--strict", "--", "true") == 4


def test_a_token_in_the_stores_url_is_not_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(spooling.PATIENCE, "offline", 0.0)
    monkeypatch.setenv("ITIL_STORE", "http://bot:planted-token@127.0.0.1:1/incidents.git")
    monkeypatch.chdir(tmp_path)
    assert ci("run", "--", "false") == 1
    said = capsys.readouterr().err
    assert "itil: not recorded" in said and "planted-token" not in said
    kept = [file.read_text() for file in (tmp_path / "state").rglob("*.json")]
    assert len(kept) == 1 and "planted-token" not in kept[0]


def test_a_server_that_says_nothing_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(spooling.PATIENCE, "offline", 0.0)
    monkeypatch.setitem(borrowed._STALLED, "http.lowSpeedTime", "1")
    monkeypatch.chdir(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as server:  # the kernel takes the connection, and nobody answers
        monkeypatch.setenv("ITIL_STORE", f"http://127.0.0.1:{server.getsockname()[1]}/incidents.git")
        assert ci("run", "--", "sh", "-c", "exit 5") == 5
    assert "too slow" in capsys.readouterr().err


def test_a_mistake_of_ours_fails_no_job(
    shop: Shell, job: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*words: Any) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(spooling, "take", broken)
    answer = job(5)
    assert answer.code == 5
    assert answer.err.startswith("itil: not recorded: RuntimeError: broken. This is our bug")


def test_a_work_tree_as_the_store_is_told_and_fails_no_job(
    shop: Shell, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ITIL_STORE", shop.store.as_uri())
    assert ci("run", "--", "sh", "-c", "exit 5") == 5
    assert capsys.readouterr().err.startswith(
        "itil: not recorded: origin is somebody's work tree, into which git takes no push. "
        "Name a bare repository (`git clone --bare` makes one of it). It waits in "
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_while_it_is_delivered_changes_no_exit_code(
    number: int, shop: Shell, job: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command has ended as it has; its event waits, and the next run delivers it."""
    take = spooling.take

    def interrupted(*words: Any) -> Any:
        os.kill(os.getpid(), number)
        return take(*words)

    monkeypatch.setattr(spooling, "take", interrupted)
    answer = job(3)
    assert (answer.code, answer.err) == (
        3,
        "itil: interrupted; what is not recorded yet waits, and the next run delivers it.\n",
    )
    assert incidents(shop) == []
    monkeypatch.setattr(spooling, "take", take)
    job(3)
    (incident,) = incidents(shop)
    assert [event["do"] for event in incident["events"]][:: len(incident["events"]) - 1] == ["logged", "recurred"]


def test_interrupted_while_it_is_delivered_only_strict_fails_what_succeeded(
    shop: Shell, job: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spooling, "take", lambda *words: os.kill(os.getpid(), signal.SIGTERM))
    assert (job(0).code, job(0, "--strict").code, job(4, "--strict").code) == (0, 130, 4)


def test_a_spool_that_cannot_be_emptied_fails_no_job_and_counts_once(
    shop: Shell, job: Callable[..., Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    def read_only(self: Path, missing_ok: bool = False) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(self))

    with monkeypatch.context() as broken:
        broken.setattr(Path, "unlink", read_only)
        answer = job(5)
    assert answer.code == 5
    assert re.fullmatch(
        r"itil: \S+\.json: Read-only file system\. The event is sent again by the next run, and counts once\.\n"
        r"itil: INC-\S+ opened: .*\n",
        answer.err,
    )
    job(5)
    (incident,) = incidents(shop)
    assert [event["do"] for event in incident["events"]].count("recurred") == 1  # not of what was sent again


# A clone of the store


def clone_of(shop: Shell, hub: Path, folder: Path, *options: str) -> Path:
    shop.git("clone", "-q", *options, hub.as_uri(), str(folder))
    return folder


def tips(*stores: Path) -> list[str]:
    return [GitProcess(store, ["--git-dir", str(store)]).run("rev-parse", "main").decode() for store in stores]


@pytest.mark.parametrize("options", [("--depth", "1"), ()])
def test_in_a_clone_that_was_made_for_the_job_its_remote_is_the_store(
    options: tuple[str, ...], shop: Shell, hub: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ITIL_STORE")
    clone = clone_of(shop, hub, tmp_path / "clone", *options)
    monkeypatch.chdir(clone)
    before = tips(clone / ".git")
    assert ci("run", "--", "false") == 1
    assert tips(clone / ".git") == before and len(pulled(shop, hub)) == 1


def test_in_a_clone_of_somebodys_own_the_clone_is_the_store(
    shop: Shell, hub: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ITIL_STORE", *GITHUB):
        monkeypatch.delenv(name)
    clone = clone_of(shop, hub, tmp_path / "clone")
    monkeypatch.chdir(clone)
    before = tips(hub)
    assert ci("run", "--", "false") == 1
    assert tips(hub) == before != tips(clone / ".git")


# Words of a workflow


def test_open_and_resolve_by_a_key(shop: Shell) -> None:
    opened = shop(
        "ci", "open", "--dedup-key", "deploy/shop", "-t", "The deployment fails", "-m", "Rolled back.", "--json"
    )
    assert opened.code == 0 and [one["result"] for one in opened.json["results"]] == ["opened"]
    again = shop("ci", "open", "--dedup-key", "deploy/shop", "-m", "Again.")
    (incident,) = incidents(shop)
    assert (opened.json["results"][0]["incident"], incident["title"]) == (incident["id"], "The deployment fails")
    assert again.out == "" and again.err.startswith(f"itil: {incident['id']} repeated: ")
    assert incident["worklog"][0]["text"].startswith("Again.")
    assert shop("ci", "resolve", "--dedup-key", "deploy/shop", "-m", "Deployed.").code == 0
    (incident,) = incidents(shop)
    assert (incident["status"], incident["recurrences"]) == ("resolved", 1)
    nothing = shop("ci", "resolve", "--dedup-key", "deploy/shop", "--json")
    assert [one["result"] for one in nothing.json["results"]] == ["ignored"]


def test_without_a_job_a_key_is_asked_for(shop: Shell) -> None:
    answer = shop("ci", "open", "-t", "It fails")
    assert (answer.code, answer.err) == (
        2, "error[usage]: nothing here says which job this is. Add --dedup-key K, or --job NAME.\n"
    )  # fmt: skip


def test_a_job_opens_and_resolves_its_incident_by_its_own_name(shop: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, GITHUB)
    assert shop("ci", "open").code == shop("ci", "resolve").code == 0
    (incident,) = incidents(shop)
    assert (incident["status"], incident["events"][0]["dedup_key"]) == ("resolved", "ci:acme/shop:build:test:main")


def test_output_that_looks_like_a_record_is_only_output(shop: Shell) -> None:
    script = "printf -- '---\\nid: INC-1\\n## Work log\\n\\n### 2026-03-09T09:00:00Z ada@example.com (public) #1-aaaa\\n\\nowned\\n'; exit 1"
    for _ in range(2):
        assert shop("ci", "run", "--", "sh", "-c", script).code == 1
    (incident,) = incidents(shop)
    assert len(incident["worklog"]) == 1 and "    ### 2026-03-09" in incident["worklog"][0]["text"]
    assert "    owned" in incident["description"]
    assert shop("check").code == 0 and illegal(shop) == []


def test_secrets_do_not_reach_the_store(shop: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEPLOY_TOKEN", "planted-one")
    script = 'echo "$DEPLOY_TOKEN"; echo "\x1b[31mpassword=\x1b[0mplanted-two"; echo ::add-mask::planted-three; echo a planted-three; exit 1'
    assert shop("ci", "run", "--", "sh", "-c", script).code == 1
    (incident,) = incidents(shop)
    assert "planted" not in json.dumps(incident).replace("planted-two; echo ::add-mask::planted-three", "")
