"""`itil report` and `itil export` through the command line: formats, as-of, what-if, kept reports."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pytest
from shell import Shell

from itil_cli.process.figures import FIGURES, REPORTS

FORMATS = ("table", "json", "csv", "markdown", "html", "openmetrics")
EXPORTS = ("jsonl", "csv", "sqlite", "xes", "ocel")
NASTY = "<script>alert(1)</script> & =1+1"


_MADE: dict[str, Path] = {}


@pytest.fixture
def march(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    capsys: pytest.CaptureFixture[str],
) -> Shell:
    """Two incidents of March: one resolved, one open with a nasty title, category and service. Made once, then copied."""
    if "march" not in _MADE:
        company: Shell = request.getfixturevalue("company")
        first = company.id(
            "log", "-t", "Mail is late", "--impact", "medium", "--urgency", "high", "--category", "network", "--take"
        )
        company("resolve", first, "--code", "fixed", "-m", "Queue emptied.")
        nasty = ("--category", "network", "--service", "=cmd()")
        company("log", "-t", NASTY, "--impact", "low", "--urgency", "low", *nasty)
        _MADE["march"] = Path(shutil.copytree(company.store, tmp_path_factory.mktemp("march") / "shop", symlinks=True))
        return company
    return Shell(Path(shutil.copytree(_MADE["march"], tmp_path / "shop", symlinks=True)), capsys)


def whole(shell: Shell, *words: str) -> str:
    answer = shell("report", *words, now="2026-03-20T12:00:00Z")
    assert answer.code == 0, answer.err
    return answer.out


def test_json_has_the_documented_shape(march: Shell) -> None:
    said = json.loads(whole(march, "--format", "json", "--period", "2026-03"))
    assert {"schema": said["schema"], "kind": said["kind"], "name": said["name"]} == {
        "schema": "itil/1",
        "kind": "report",
        "name": "summary",
    }
    assert said["period"] == {
        "from": "2026-03-01T00:00:00Z",
        "to": "2026-04-01T00:00:00Z",
        "zone": "Etc/UTC",
        "name": "2026-03",
    }
    assert said["as_of"] == march.git("rev-parse", "HEAD").strip()
    assert set(said["versions"]) == {"itil", "tzdata", "policy"}
    resolution = said["figures"]["sla_resolution"]
    assert (resolution["value"], resolution["numerator"], resolution["denominator"]) == (1.0, 1, 1)
    assert {key: said["figures"]["mtta"][key] for key in ("value", "n", "median", "p90")} == {
        "value": 0, "n": 1, "median": 0, "p90": 0,
    }  # fmt: skip
    assert said["figures"]["comms"]["value"] is None
    assert said["figures"]["created"]["value"] == 2


def test_json_option_and_format_json_say_the_same(march: Shell) -> None:
    assert whole(march, "--json") == whole(march, "--format", "json")


def test_groups_by_one_field_and_by_two(march: Shell) -> None:
    one = json.loads(whole(march, "--json", "--by", "priority"))
    assert [one["groups"][key]["created"]["value"] for key in ("P3", "P5")] == [1, 1]
    two = json.loads(whole(march, "--json", "--by", "priority", "--by", "service"))
    assert two["by"] == ["priority", "service"]
    assert two["groups"]["P5"]["=cmd()"]["created"]["value"] == 1


def test_filters_are_those_of_list(march: Shell) -> None:
    assert json.loads(whole(march, "--json", "priority:P3"))["figures"]["created"]["value"] == 1
    said = json.loads(whole(march, "--json", "--priority", "P5"))
    assert said["figures"]["created"]["value"] == 1 and said["filters"] == ["priority:P5"]


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("form", FORMATS)
def test_every_report_in_every_format_twice_the_same(march: Shell, name: str, form: str) -> None:
    said = whole(march, name, "--format", form, "--period", "2026-03")
    assert said and said == whole(march, name, "--format", form, "--period", "2026-03")
    assert march.git("rev-parse", "HEAD").strip() in said


def test_compare_puts_the_period_before_beside(march: Shell) -> None:
    said = json.loads(whole(march, "--json", "--compare", "--period", "2026-04"))
    assert said["compare"]["period"]["name"] == "2026-03"
    assert said["compare"]["figures"]["created"]["value"] == 2 and said["figures"]["created"]["value"] == 0
    assert "in 2026-03" in whole(march, "--compare", "--period", "2026-04")


def test_all_is_from_the_first_incident_on(march: Shell) -> None:
    period = json.loads(whole(march, "--json", "--period", "all"))["period"]
    assert (period["from"], period["to"]) == ("2026-03-09T00:00:00Z", "2026-03-21T00:00:00Z")


def test_a_cell_of_csv_is_no_formula(march: Shell) -> None:
    text = whole(march, "agreement", "--format", "csv", "--by", "service")
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert "'=cmd()" in cells and "=cmd()" not in cells
    assert text.endswith("\r\n")


def test_markdown_does_not_let_text_out_of_its_cell(march: Shell) -> None:
    march("log", "-t", "X", "--impact", "low", "--urgency", "low", "--category", "network", "--service", "a|b\n# c <b>")
    said = whole(march, "agreement", "--format", "markdown")
    assert r"a\|b↵\# c \<b\>" in said


def test_definitions_say_what_each_figure_is(march: Shell) -> None:
    assert set(march("report", "--definitions", "--json").json["figures"]) >= set(FIGURES)
    assert "fcr" in march("report", "quality", "--definitions").out


def test_wrong_words_say_what_there_is(march: Shell) -> None:
    assert march("report", "sumary").code == 4
    assert "Did you mean summary?" in march("report", "sumary").err
    assert march("report", "--by", "colour").code == 2
    assert march("report", "--by", "priority,priority").code == 2
    assert march("report", "--period", "March").code == 2
    assert march("report", "--compare", "--period", "all").code == 2
    assert march("report", "summary", "sla").code == 2
    assert march("report", "--dry-run").code == 2


def test_output_goes_into_a_file_and_standard_output_stays_empty(march: Shell, tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    answer = march("report", "--format", "csv", "-o", str(target), now="2026-03-20T12:00:00Z")
    assert (answer.code, answer.out) == (0, "")
    assert target.read_bytes().decode() == whole(march, "--format", "csv")
    assert [file.name for file in tmp_path.iterdir() if file.name.startswith(".")] == []


@pytest.mark.parametrize("form", FORMATS)
def test_as_of_gives_the_same_bytes_before_and_after_later_commits_and_policies(march: Shell, form: str) -> None:
    commit = march.git("rev-parse", "HEAD").strip()
    words = ("report", "--as-of", commit, "--period", "2026-03", "--format", form, "--by", "priority")
    before = run(march.store, *words)
    march("log", "-t", "Later", "--impact", "low", "--urgency", "low", "--category", "network")
    policy = march.store / "itil.yaml"
    policy.write_text(
        policy.read_text() + "\ntargets: {P3: {response: 1m, resolution: 1m, calendar: always}}\ngoals: {fcr: 50%}\n"
    )
    march.git("commit", "-qam", "stricter")
    assert run(march.store, *words) == before
    assert run(march.store, "report", "--period", "2026-03", "--format", form, "--by", "priority") != before


@pytest.mark.slow
def test_a_tag_gives_the_same_bytes_after_a_hundred_commits_and_a_new_policy(march: Shell) -> None:
    march.git("tag", "v1")
    words = [("report", name, "--as-of", "v1", "--by", "category", "--json") for name in REPORTS]
    words += [("report", "--as-of", "v1", "--period", "2026-03", "--format", form) for form in FORMATS]
    before = [run(march.store, *one) for one in words]
    first, *_ = (one["id"] for one in march("list", "--all", "--json").json["incidents"])
    for number in range(50):
        assert march("note", first, "-m", f"Looked {number}.").code == 0
        march("log", "-t", f"Later {number}", "--impact", "low", "--urgency", "low", "--category", "network")
    policy = march.store / "itil.yaml"
    targets = "\ntargets: {P3: {response: 1m, resolution: 1m, calendar: always}}\nzone: Asia/Tokyo\n"
    policy.write_text(policy.read_text() + targets)
    march.git("commit", "-qam", "stricter")
    assert int(march.git("rev-list", "--count", "v1..HEAD")) > 100
    assert [run(march.store, *one) for one in words] == before


def run(store: Path, *words: str) -> str:
    """A run without --now: the present is the commit's."""
    command = [sys.executable, "-m", "itil_cli", "-C", str(store), *words]
    return subprocess.run(command, capture_output=True, check=True).stdout.decode()


def test_the_present_is_the_commit_unless_now_is_given(march: Shell) -> None:
    committed = march.git("log", "-1", "--format=%cI").strip().replace("+00:00", "Z")
    assert json.loads(run(march.store, "report", "--json"))["now"] == committed
    assert json.loads(whole(march, "--json"))["now"] == "2026-03-20T12:00:00Z"


def test_what_happened_after_now_has_not_happened(march: Shell) -> None:
    early = march("report", "--json", "--period", "2026-03", now="2026-03-09T09:01:30Z").json["figures"]
    assert (early["created"]["value"], early["resolved"]["value"], early["backlog"]["value"]) == (1, 0, 1)


def test_what_if_counts_under_another_policy(march: Shell, tmp_path: Path) -> None:
    other = tmp_path / "strict.yaml"
    text = (march.store / "itil.yaml").read_text()
    other.write_text(text + "\ntargets: {P3: {response: 1m, resolution: 30s, calendar: always}}\n")
    said = json.loads(whole(march, "sla", "--json", "--period", "2026-03", "--policy", str(other)))
    assert (said["figures"]["sla_resolution"]["value"], said["what_if"]) == (0.0, str(other))
    assert "What if" in whole(march, "sla", "--policy", str(other))


def test_due_reports_are_kept_in_one_commit_and_then_no_longer_due(march: Shell) -> None:
    def on(*words: str, who: str = "ines@example.com") -> object:
        return march(*words, now="2026-05-10T09:00:00Z", who=who)

    assert (
        march("report", "--due", "--dry-run", now="2026-05-10T09:00:00Z").out.splitlines()[0]
        == "Due: summary of 2026-04."
    )
    assert "P05" in march("check", now="2026-05-10T09:00:00Z").out
    assert "itil report --due" in march(now="2026-05-10T09:00:00Z").out
    refused = march("report", "--due", now="2026-05-10T09:00:00Z", who="bob@example.com")
    assert (refused.code, "P05" in refused.err) == (7, True)
    before = march.git("rev-list", "--count", "HEAD")
    assert march("report", "--due", "--json", now="2026-05-10T09:00:00Z", who="ines@example.com").json["reports"] == [
        {"name": "summary", "period": "2026-04", "path": "reports/2026-04/summary.md"}
    ]
    assert int(march.git("rev-list", "--count", "HEAD")) == int(before) + 1
    assert "Report: summary 2026-04" in march.git("log", "-1", "--format=%B")
    kept = json.loads((march.store / "reports/2026-04/summary.json").read_text())
    words = ("summary", "--period", "2026-04", "--as-of", kept["as_of"], "--now", kept["now"])
    assert run(march.store, "report", *words, "--json") == (march.store / "reports/2026-04/summary.json").read_text()
    text = (march.store / "reports/2026-04/summary.md").read_text()
    assert run(march.store, "report", *words, "--format", "markdown") == text
    assert "No report is due." in march("report", "--due", now="2026-05-10T09:00:00Z", who="ines@example.com").out
    assert "P05" not in march("check", now="2026-05-10T09:00:00Z").out
    assert "itil report --due" not in march(now="2026-05-10T09:00:00Z").out


@pytest.mark.parametrize("who", ["ines@example.com", "ci@example.com"])
def test_a_commit_of_kept_reports_is_legal(march: Shell, who: str) -> None:
    assert march("report", "--due", now="2026-04-02T08:00:00Z", who=who).code == 0
    assert march.git("show", "--name-only", "--format=", "HEAD").split()
    said = march("audit", "HEAD~1..HEAD", "--json")
    assert said.code == 0
    assert [one["code"] for one in said.json["findings"] if one["severity"] != "note"] == []


def test_a_requestor_keeps_no_report(march: Shell) -> None:
    kept = march.store / "reports" / "2026-03" / "summary.md"
    kept.parent.mkdir(parents=True)
    kept.write_text("All is well.\n")
    march.git("add", "-A")
    march.git("-c", "user.email=alice@example.com", "commit", "-qm", "All is well")
    said = march("audit", "HEAD~1..HEAD", "--json")
    (found,) = [one for one in said.json["findings"] if one["severity"] == "error"]
    assert (said.code, found["code"], found["path"]) == (1, "file-role", "reports/2026-03/summary.md")


def test_from_the_first_one_kept_on_every_period_is_wanted(march: Shell) -> None:
    march("report", "--due", now="2026-05-10T09:00:00Z", who="ines@example.com")
    names = march("report", "--due", "--dry-run", "--json", now="2026-08-10T09:00:00Z").json["reports"]
    assert [one["period"] for one in names] == ["2026-05", "2026-06", "2026-07"]


def test_a_report_that_there_is_not_is_told(march: Shell) -> None:
    policy = march.store / "itil.yaml"
    policy.write_text(policy.read_text() + "\nreports: [{name: sumary, every: month}]\n")
    march.git("commit", "-qam", "typo")
    assert "sumary" in march("check").out
    assert "No report is due." in march("report", "--due", who="ines@example.com").out


@pytest.mark.parametrize("form", EXPORTS)
def test_an_export_is_the_same_twice(march: Shell, tmp_path: Path, form: str) -> None:
    for name in ("a", "b"):
        answer = march("export", "--format", form, "-o", str(tmp_path / name), now="2026-03-20T12:00:00Z")
        assert answer.code == 0, answer.err
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def exported(shell: Shell, form: str, *words: str) -> str:
    answer = shell("export", "--format", form, *words, now="2026-03-20T12:00:00Z")
    assert answer.code == 0, answer.err
    return answer.out


def test_jsonl_is_what_show_says(march: Shell) -> None:
    first, second = sorted(map(json.loads, exported(march, "jsonl").splitlines()), key=lambda one: one["priority"])
    shown = march("show", first["id"], "--json", now="2026-03-20T12:00:00Z").json
    assert {key: shown[key] for key in first} == first
    assert second["title"] == NASTY
    assert len(exported(march, "jsonl", "priority:P3").splitlines()) == 1


def test_an_event_log_as_csv_holds_no_formula(march: Shell) -> None:
    rows = list(csv.DictReader(io.StringIO(exported(march, "csv"))))
    assert {"logged", "classified", "accepted", "resolved"} <= {row["do"] for row in rows}
    assert {row["service"] for row in rows} == {"", "'=cmd()"}


def test_sqlite_has_incidents_events_and_clocks(march: Shell, tmp_path: Path) -> None:
    target = tmp_path / "x.sqlite"
    march("export", "--format", "sqlite", "-o", str(target), now="2026-03-20T12:00:00Z")
    with sqlite3.connect(target) as connection:
        ask = lambda sql: connection.execute(sql).fetchone()[0]  # noqa: E731
        assert (
            ask("SELECT count(*) FROM incidents"),
            ask("SELECT verdict FROM clocks WHERE name = 'resolution' AND verdict IS NOT NULL"),
        ) == (
            2,
            "met",
        )
        assert ask("SELECT title FROM incidents WHERE priority = 'P5'") == NASTY
        assert ask("SELECT count(*) FROM events WHERE do = 'resolved'") == 1
    assert march("export", "--format", "sqlite").code == 2


def test_xes_is_well_formed_and_its_texts_are_texts(march: Shell) -> None:
    log = ElementTree.fromstring(exported(march, "xes"))
    space = "{http://www.xes-standard.org/}"
    titles = [one.get("value") or "" for one in log.iter(f"{space}string") if one.get("key") == "title"]
    assert sorted(titles) == sorted([NASTY, "Mail is late"])
    assert len(log.findall(f"{space}trace")) == 2


def test_ocel_names_only_objects_and_types_that_it_holds(march: Shell) -> None:
    log = json.loads(exported(march, "ocel"))
    objects = {one["id"] for one in log["objects"]}
    related = {relation["objectId"] for one in (*log["events"], *log["objects"]) for relation in one["relationships"]}
    assert related <= objects
    assert {one["type"] for one in log["objects"]} == {one["name"] for one in log["objectTypes"]}
    assert {one["type"] for one in log["events"]} == {one["name"] for one in log["eventTypes"]}


def test_policy_findings_are_what_check_finds_about_incidents(march: Shell) -> None:
    """A summary changed by hand, an event that nobody knows, a group and an assignee who are gone: by rule as in
    `check`. A filter and the month before leave them out; so does a month after."""
    first, second = (one["id"] for one in march("list", "--all", "--json", "--sort", "priority").json["incidents"])
    march("assign", second, "--group", "network", now="2026-03-10T09:00:00Z", who="dana@example.com")
    march("accept", second, now="2026-03-10T09:10:00Z", who="nora@example.com")
    for path, old, new in (
        (march.file(first), "title: Mail is late", "title: Mail was late"),
        (march.file(first), "do: resolved", "do: solved"),
        (march.store / "itil.yaml", "network", "networks"),
        (march.store / "people.yaml", "network", "networks"),
        (march.store / "people.yaml", "email: nora@", "email: nobody@"),
    ):
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))
    march.git("commit", "-qam", "By hand")
    now = "2026-03-20T12:00:00Z"
    found = [one for one in march("check", "--json", now=now).json["findings"] if one["path"].startswith("incidents/")]
    rules = dict(Counter(one["code"] for one in found))
    assert set(rules) == {"S2", "S16", "C6", "P01"}
    for words in ((), ("--no-index",)):
        figure = march("report", "quality", "--json", "--period", "2026-03", *words, now=now).json["figures"][
            "policy_findings"
        ]
        assert (figure["parts"], figure["value"]) == (rules, len(found))
        assert figure["beside"] == {"incidents_with_findings": 2}
    for words in (("--period", "2026-02"), ("--period", "2026-04"), ("--period", "2026-03", "priority:P1")):
        said = march("report", "quality", "--json", *words, now="2026-05-20T12:00:00Z").json["figures"]
        assert said["policy_findings"]["value"] == 0


def test_policy_findings_know_the_names_of_today(march: Shell) -> None:
    """What months came to is kept by the names that were known."""
    words = ("report", "quality", "--json", "--period", "2026-03")
    assert march(*words, now="2026-05-20T12:00:00Z").json["figures"]["policy_findings"]["value"] == 0
    policy = march.store / "itil.yaml"
    policy.write_text(policy.read_text() + "\ncategories: [hardware]\n")
    march.git("commit", "-qam", "One category")
    parts = march(*words, now="2026-05-20T12:00:00Z").json["figures"]["policy_findings"]["parts"]
    found = [one for one in march("check", "--json").json["findings"] if one["path"].startswith("incidents/")]
    assert parts == dict(Counter(one["code"] for one in found)) == {"C1": 2}


@pytest.mark.parametrize("words", [(), ("priority:P3",), ("priority:P5",), ("opened:>2030-01-01",)])
def test_ocel_has_no_relation_that_leads_out_of_the_selection(march: Shell, words: tuple[str, ...]) -> None:
    """A P3 is the parent of a P4 and related to a P5; whoever is left out is named by nobody."""
    first, second = (one["id"] for one in march("list", "--all", "--json", "--sort", "priority").json["incidents"])
    head = ("--impact", "low", "--category", "network")
    parent = march.id("log", "-t", "All of it", "--impact", "medium", "--urgency", "high", "--category", "network")
    child = march.id("log", "-t", "Part of it", "--urgency", "high", *head)
    assert march("link", child, "child-of", parent).code == 0
    assert march("link", parent, "related", second).code == 0
    log = json.loads(exported(march, "ocel", *words))
    objects = {one["id"] for one in log["objects"]}
    for one in (*log["events"], *log["objects"]):
        assert {relation["objectId"] for relation in one["relationships"]} <= objects, one["id"]
    pairs = {(one["id"], relation["objectId"]) for one in log["objects"] for relation in one["relationships"]}
    assert ((child, parent) in pairs, (parent, second) in pairs) == (not words, not words)
    assert {one for one in objects if one.startswith("INC-")} <= {first, second, parent, child}


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool (Debian: prometheus) is not on this machine")
@pytest.mark.parametrize("name", REPORTS)
def test_promtool_finds_the_metrics_good(march: Shell, name: str) -> None:
    text = whole(march, name, "--format", "openmetrics", "--by", "service")
    done = subprocess.run(["promtool", "check", "metrics"], input=text, text=True, capture_output=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert text.endswith("# EOF\n")


def test_without_the_extra_html_says_how_to_get_it(march: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    answer = march("report", "--format", "html", "--period", "2026-03")
    assert answer.code == 2 and 'pip install "itil-cli[html]"' in answer.err


def test_improvement_tells_of_every_goal(march: Shell) -> None:
    policy = march.store / "itil.yaml"
    policy.write_text(policy.read_text() + "\ngoals: {mtta: 15m, sla_resolution: 95%}\n")
    march.git("commit", "-qam", "goals")
    figures = json.loads(whole(march, "improvement", "--json", "--period", "2026-03"))["figures"]
    assert figures["mtta"]["goal"] == {"value": 900, "met": True}
    assert figures["sla_resolution"]["goal"] == {"value": 0.95, "met": True}


def test_agreement_shows_what_was_promised(march: Shell) -> None:
    tables = json.loads(whole(march, "agreement", "--json", "--period", "2026-03"))["tables"]
    (row,) = [row for row in tables[0]["rows"] if row["priority"] == "P3"]
    assert row["figures"]["resolution_target"]["value"] == 86_400


def test_a_broken_file_is_named_and_hides_no_other(march: Shell) -> None:
    incident = march("list", "--all", "--json").json["incidents"][0]["id"]
    march.file(incident).write_text("---\nid: nothing\n")
    march.git("commit", "-qam", "broken")
    answer = march("report", "--json", "--period", "2026-03", now="2026-03-20T12:00:00Z")
    assert answer.json["figures"]["created"]["value"] == 1
    assert incident in answer.err and "is not counted" in answer.err
    assert incident in march("export").err


def test_a_renamed_file_is_counted_too(march: Shell) -> None:
    before = json.loads(whole(march, "--json", "--period", "2026-03"))["figures"]
    (file, *_) = sorted(march.store.glob("incidents/**/*.md"))
    file.rename(file.with_name(f"{file.stem[:-1]}{'X' if file.stem[-1] != 'X' else 'Y'}.md"))
    march.git("add", "-A")
    march.git("commit", "-qm", "By hand")
    assert json.loads(whole(march, "--json", "--period", "2026-03"))["figures"] == before
