"""`itil receive`: bodies taken in through the command line, committed, and accepted by the audit."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from shell import Shell

from itil_cli.cli.main import run
from itil_cli.errors import Refused
from itil_cli.store.store import Store


def alert(name: str, status: str = "firing", start: str = "2026-03-09T08:59:00.5Z", **labels: str) -> dict[str, Any]:
    return {
        "status": status,
        "labels": {"alertname": name, "severity": "warning", **labels},
        "annotations": {"summary": f"{name} fires"},
        "startsAt": start,
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "http://prom/graph",
        "fingerprint": name.lower(),
    }


def group(*alerts: dict[str, Any], status: str = "firing") -> dict[str, Any]:
    return {"version": "4", "groupKey": "{}:{}", "status": status, "groupLabels": {}, "alerts": list(alerts)}


def illegal(company: Shell) -> list[Any]:
    """What the audit says of incidents, apart from a test's clock that is far from the machine's."""
    found = company("audit", "--json").json["findings"]
    late = ("too-late", "late-verdict")
    return [one for one in found if str(one["path"]).startswith("incidents/") and one["code"] not in late]


@pytest.fixture
def post(company: Shell, tmp_path: Path) -> Any:
    """Receive a body as the bot; returns results by title, or the whole answer."""

    def receive(body: Any, *words: str, whole: bool = False) -> Any:
        file = tmp_path / "body.json"
        file.write_text(body if isinstance(body, str) else json.dumps(body))
        answer = company("receive", *(words or ("alertmanager",)), str(file), "--json")
        if whole:
            return answer
        assert answer.code == 0, answer.err
        return [one["result"] for one in answer.json["results"]]

    return receive


def test_firing_again_and_resolved(company: Shell, post: Any) -> None:
    commits = int(company.git("rev-list", "--count", "HEAD"))
    assert post(group(alert("A"), alert("B"))) == ["opened", "opened"]
    assert post(group(alert("A"), alert("B"))) == ["known", "known"]
    assert int(company.git("rev-list", "--count", "HEAD")) == commits + 1  # both in one commit, and nothing twice
    ids = [one["id"] for one in company("list", "--json").json["incidents"]]
    first = next(one for one in ids if company("show", one, "--json").json["title"] == "A fires")
    assert company("classify", first, "--category", "network").code == 0
    assert company("take", first, who="bob").code == 0
    assert post(group(alert("A", "resolved"), alert("B", "resolved"), status="resolved")) == ["noted", "resolved"]
    assert post(group(alert("A", start="2026-03-09T10:00:00Z"))) == ["repeated"]
    shown = company("show", first, "--json").json
    assert shown["recurrences"] == 1 and shown["events"][-1]["by"] == "ci@example.com"
    assert not list((company.store / "keys").glob("*")) or len(list((company.store / "keys").glob("*"))) == 1
    assert company("check").code == 0
    assert illegal(company) == []


def test_the_answer_says_what_became_of_each_alert(company: Shell, tmp_path: Path) -> None:
    file = tmp_path / "body.json"
    file.write_text(json.dumps(group(alert("A"), alert("Watchdog"))))
    first, second = company("receive", "alertmanager", str(file)).out.splitlines()
    (incident,) = (one["id"] for one in company("list", "--json").json["incidents"])
    assert (first, second) == (f"{incident} opened: A fires", "- ignored: Watchdog fires")


def test_a_body_comes_from_standard_input(company: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    body = json.dumps(group(alert("A"))).encode()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(body), "utf-8"))
    assert company("receive", "alertmanager").code == 0


def test_a_group_is_one_incident_where_the_policy_says_so(company: Shell, post: Any) -> None:
    policy = company.store / "itil.yaml"
    policy.write_text(policy.read_text() + "monitoring: {grouping: group}\n")
    company.git("commit", "-qam", "group")
    assert post(group(alert("A"), alert("B"))) == ["opened", "repeated"]
    assert post(group(alert("A", "resolved"), alert("B"))) == ["noted", "known"]
    assert post(group(alert("A", "resolved"), alert("B", "resolved"), status="resolved")) == ["known", "resolved"]
    assert illegal(company) == []


def test_githubs_real_failure_and_success(company: Shell, shared: Path) -> None:
    folder = shared / "data" / "alerts"
    failed = str(folder / "github.workflow_job.completed.failure.with-organization.json")
    passed = str(folder / "github.workflow_job.completed.success.with-organization.json")
    results = [company("receive", "github", one, "--json").json["results"] for one in (passed, failed, failed, passed)]
    assert [one["result"] for found in results for one in found] == ["ignored", "opened", "known", "resolved"]
    (incident,) = company("list", "--all", "--json").json["incidents"]
    assert (incident["channel"], incident["title"]) == (
        "ci",
        "Codertocat/Hello-World: CodeQL / linters on main: failure",
    )


def test_json_by_a_mapping_of_the_policy(company: Shell, post: Any) -> None:
    policy = company.store / "itil.yaml"
    policy.write_text(policy.read_text() + "monitoring: {json: {x: {key: id, title: t, firing: up == `false`}}}\n")
    company.git("commit", "-qam", "x")
    words = ("json", "--sender", "x")
    assert post({"id": 1, "t": "T", "up": False}, *words) == ["opened"]
    assert post({"id": 1, "t": "T", "up": True}, *words) == ["resolved"]
    answer = post({}, "json", "--sender", "y", whole=True)
    assert answer.code == 4 and answer.error["text"] == "the policy has no sender of JSON called 'y'."


def test_a_mapping_that_is_no_jmespath_is_told_by_policy_validate(company: Shell) -> None:
    policy = company.store / "itil.yaml"
    policy.write_text(policy.read_text() + "monitoring: {json: {x: {key: 'a[', title: t, firing: up}}}\n")
    answer = company("policy", "validate", "--worktree")
    assert answer.code == 5 and "1 thing is wrong." in answer.err
    assert "itil.yaml: monitoring.json.x.key: " in answer.err and "jmespath.org says how it is written." in answer.err


def test_what_the_process_refuses_to_resolve_is_noted(company: Shell, post: Any) -> None:
    policy = company.store / "itil.yaml"
    policy.write_text(policy.read_text() + "mandatory: {resolve: [code, notes, category]}\n")
    company.git("commit", "-qam", "a category is mandatory")
    assert post(group(alert("A"))) == ["opened"]
    assert post(group(alert("A", "resolved"), status="resolved")) == ["noted"]
    (incident,) = company("list", "--json").json["incidents"]
    (entry,) = company("show", incident["id"], "--json").json["worklog"]
    assert entry["text"] == "It has recovered; it could not be resolved by itself."


def test_what_fires_recovers_and_fires_again_in_one_commit(company: Shell) -> None:
    """As when bodies have waited for the lock: each sees what the one before it came to."""
    from itil_cli.cli.answers.intake.taking import Body, acting_bot, take
    from itil_cli.cli.context import App

    app = App()
    app.directory, app.now_text = str(company.store), "2026-03-09T09:00:00Z"
    acting_bot(app)
    bodies = [
        Body("alertmanager", group(alert("A"))),
        Body("alertmanager", group(alert("A", "resolved"))),
        Body("alertmanager", {}),
        Body("alertmanager", group(alert("A"), alert("A", start="2026-03-09T08:59:30Z"))),
        Body("alertmanager", group(alert("A", start="2026-03-09T08:59:30Z"))),
    ]
    before = int(company.git("rev-list", "--count", "HEAD"))
    outcomes = take(app, bodies)
    app.close()
    results = [[one.result for one in found] if isinstance(found, list) else str(found) for found in outcomes]
    assert results == [
        ["opened"],
        ["resolved"],
        "alerts: there is no list. docs/monitoring.md says what is taken.",
        ["known", "opened"],
        ["known"],
    ]
    assert int(company.git("rev-list", "--count", "HEAD")) == before + 1
    (pointer,) = (company.store / "keys").iterdir()
    assert pointer.read_text().strip() == outcomes[3][1].incident  # type: ignore[index]
    assert illegal(company) == [] and company("check").code == 0


def test_alerts_that_the_program_makes_are_taken_as_they_are(company: Shell) -> None:
    from itil_cli.cli.answers.intake.taking import MADE, Body, acting_bot, take
    from itil_cli.cli.context import App
    from itil_cli.intake.monitoring.alert import Alert

    app = App()
    app.directory, app.now_text = str(company.store), "2026-03-09T09:00:00Z"
    assert acting_bot(app) == "ci@example.com"
    made = Alert("job", "job", "2026-03-09T08:59:00.000Z", True, "The job fails", channel="ci")
    (found,) = take(app, [Body(MADE, [made, made])])
    app.close()
    assert not isinstance(found, Exception) and [one.result for one in found] == ["opened", "known"]
    (incident,) = company("list", "--json").json["incidents"]
    assert (incident["title"], incident["channel"]) == ("The job fails", "ci")


def test_a_borrowed_store_takes_alerts_too(
    company: Shell, post: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = tmp_path / "hub.git"
    company.git("clone", "-q", "--bare", ".", str(hub))
    (tmp_path / "body.json").write_text(json.dumps(group(alert("A"))))
    for result in ("opened", "known"):
        assert run(["--store", str(hub), "receive", "alertmanager", str(tmp_path / "body.json")]) == 0
        assert f"{result}: A fires" in company.capsys.readouterr().out
    assert company.git("--git-dir", str(hub), "log", "-1", "--format=%an") == "CI\n"
    (tmp_path / "body.json").write_text(json.dumps(group(alert("A", "resolved"), status="resolved")))
    assert run(["--store", str(hub), "receive", "alertmanager", str(tmp_path / "body.json")]) == 0
    assert "resolved: A fires" in company.capsys.readouterr().out


def test_a_body_with_nothing_in_it_says_so(company: Shell, tmp_path: Path) -> None:
    (tmp_path / "ping.json").write_text('{"zen": "Design for failure.", "hook_id": 1}')
    answer = company("receive", "github", "--event", "ping", str(tmp_path / "ping.json"))
    assert (answer.code, answer.out) == (0, "There is nothing in it to take in.\n")


def test_a_broken_body_says_which_file_and_where(post: Any, company: Shell, tmp_path: Path) -> None:
    answer = post('{"alerts": [', whole=True)
    assert answer.code == 2 and answer.out == ""
    assert answer.error["text"] == f"{tmp_path}/body.json: not JSON: Expecting value (line 1, column 13)."
    assert post("", whole=True).error["text"] == f"{tmp_path}/body.json: it is empty."
    assert company.git("status", "--porcelain") == ""


def test_one_refused_alert_leaves_its_whole_body_out(company: Shell, post: Any) -> None:
    before = company.git("rev-parse", "HEAD")
    answer = post(group(alert("A"), {**alert("B"), "status": "sick"}), whole=True)
    assert answer.error["text"] == "alerts[1].status: 'sick' is not firing or resolved."
    policy = company.store / "itil.yaml"
    policy.write_text(policy.read_text() + "mandatory: {log: [title, service]}\n")
    company.git("commit", "-qam", "services are mandatory")
    before = company.git("rev-parse", "HEAD")
    answer = post(group(alert("A", service="shop"), alert("B")), whole=True)
    assert answer.code == Refused.exit_code and company.git("rev-parse", "HEAD") == before


def test_only_a_bot_takes_alerts_in(company: Shell, shell: Shell, post: Any, tmp_path: Path) -> None:
    answer = company("receive", "alertmanager", "/dev/null", who="bob")
    assert answer.code == 2  # the body is read first
    (tmp_path / "body.json").write_text(json.dumps(group(alert("A"))))
    answer = company("receive", "alertmanager", str(tmp_path / "body.json"), who="bob")
    assert answer.code == 7 and answer.err == (
        "error[D2]: bob@example.com is no bot, and only a bot takes alerts in. "
        "Say which one acts: `--as ci@example.com` (there are ci@example.com).\n"
    )


def test_a_store_without_a_bot_says_how_to_get_one(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "body.json").write_text(json.dumps(group(alert("A"))))
    answer = shell("receive", "alertmanager", str(tmp_path / "body.json"))
    assert answer.code == 7 and answer.err == (
        "error[D2]: ada@example.com is no bot, and only a bot takes alerts in. "
        "Add one: `itil people add monitoring@example.com --role bot --answers-for support`.\n"
    )


def test_a_strangers_text_neither_breaks_the_file_nor_writes_work_log(company: Shell, post: Any) -> None:
    evil = alert("A")
    evil["annotations"] = {
        "summary": "---\nid: INC-1\n\x1b[2Jevents: []",
        "description": "## Work log\n\n### 2026-03-09T09:00:00Z ada@example.com (public) #1-aaaa\n\n---\nowned",
    }
    assert post(group(evil)) == ["opened"]
    (incident,) = company("list", "--json").json["incidents"]
    shown = company("show", incident["id"], "--json").json
    assert shown["title"] == "--- id: INC-1 [2Jevents: []" and shown["worklog"] == []
    assert company("check").code == 0 and illegal(company) == []


def test_the_index_finds_the_incidents_of_a_key_the_newest_first(company: Shell, post: Any) -> None:
    for hour in (10, 11):
        post(group(alert("A", start=f"2026-03-09T{hour}:00:00Z")))
        post(group(alert("A", "resolved", start=f"2026-03-09T{hour}:00:00Z"), status="resolved"))
    store = Store.find(company.store)
    try:
        found = store.snapshot().index.of_key("alertmanager:a", 5)
        assert len(found) == 2 and store.snapshot().index.of_key("alertmanager:a", 1) == found[:1]
        assert [store.snapshot().records[one].events[0].str("alert") for one in found] == [
            "a@2026-03-09T11:00:00.000Z",
            "a@2026-03-09T10:00:00.000Z",
        ]
        assert store.snapshot().index.of_key("nothing", 5) == []
    finally:
        store.close()


def test_what_a_very_full_incident_holds_back_is_counted_and_shown(
    company: Shell, post: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each body comes a minute after the last one; the third event is the first that is held back."""
    monkeypatch.setattr("itil_cli.intake.monitoring.responding.MANY_EVENTS", 3)
    starts = [f"2026-03-09T08:{minute}:00Z" for minute in range(10, 16)]
    results = [post(group(alert("A", start=start)))[0] for start in starts]
    assert results == ["opened", "repeated", "damped", "damped", "damped", "damped"]
    assert post(group(alert("A", start=starts[-1]))) == ["known"]
    (incident,) = [one["id"] for one in company("list", "--json").json["incidents"]]
    assert company("show", incident, "--json").json["recurrences"] == 1
    company.minute += 60
    refused = post(group(alert("A", start="2026-03-09T08:30:00Z"), {"status": "firing"}), whole=True)
    assert refused.code == 2  # of a body that is refused nothing is counted, nor told
    assert post(group(alert("A", start="2026-03-09T08:31:00Z"))) == ["repeated"]
    shown = company("show", incident, "--json").json
    last = [one for one in shown["events"] if one["do"] == "recurred"][-1]
    assert (shown["recurrences"], last["times"]) == (6, 5)
    assert "times 5" in company("timeline", incident).out
    assert post(group(alert("A", start="2026-03-09T08:32:00Z"))) == ["damped"]
    (company.store / ".git/itil/damped").write_text("noise")
    company.minute += 60
    assert post(group(alert("A", start="2026-03-09T08:33:00Z"))) == ["repeated"]
    assert company("show", incident, "--json").json["recurrences"] == 7
    assert company("check").code == 0 and illegal(company) == []
