"""An audit's findings as SARIF, JSON, Markdown and text, over a history that an editor has tampered with."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path
from typing import Any

import pytest

from itil_cli.cli.main import run
from tests.audit.hub import Hub, git

LEVELS = {"error", "warning", "note", "none"}  # of SARIF 2.1.0, section 3.27.10


def said(hub: Hub, *words: str, code: int = 1) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        assert run(["-C", str(hub.work), "audit", *words]) == code
    return out.getvalue()


@pytest.fixture
def tampered(hub: Hub) -> Hub:
    """A resolution by somebody who may not, and a file whose name is no address."""
    hub.add(hub.jam, "resolved", by="alice", code="fixed", text="Done | <b>.")
    hub.commit(by="alice")
    (hub.work / "what is this?.md").write_text("x")
    hub.commit(by="bob")
    git(hub.work, "commit", "-q", "--allow-empty", "-m", "x", **hub.stamp("bob", 2_000_000_000))
    return hub


def test_sarif_is_what_a_code_host_takes(tampered: Hub) -> None:
    """What SARIF 2.1.0 requires (3.13, 3.14, 3.27), and a place and a fingerprint for each result."""
    log: dict[str, Any] = json.loads(said(tampered, "--format", "sarif"))
    assert log["version"] == "2.1.0" and set(log) == {"$schema", "version", "runs"}
    driver = log["runs"][0]["tool"]["driver"]
    rules = [rule["id"] for rule in driver["rules"]]
    results = log["runs"][0]["results"]
    assert len(set(rules)) == len(rules) and {one["ruleId"] for one in results} == set(rules)
    assert all(one["level"] in LEVELS and one["message"]["text"] for one in results)
    assert len({one["partialFingerprints"]["itilFinding/v1"] for one in results}) == len(results)
    places = [one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in results]
    assert "what%20is%20this%3F.md" in places
    assert "itil.yaml" in places  # the commit from the future touches no file


@pytest.mark.parametrize(("words", "code"), [((), 1), (("HEAD~1..HEAD",), 1), (("--rule", "I8", "--evidence"), 0)])
def test_sarif_is_valid_by_the_schema_of_oasis(words: tuple[str, ...], code: int, tampered: Hub) -> None:
    from jsonschema import Draft4Validator

    schema = json.loads((Path(__file__).parent / "schemas/sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8"))
    Draft4Validator.check_schema(schema)
    log = json.loads(said(tampered, "--format", "sarif", *words, code=code))
    assert [one.message for one in Draft4Validator(schema).iter_errors(log)] == []
    assert [one.validator for one in Draft4Validator(schema).iter_errors({**log, "version": "2.0"})] == ["enum"]


def test_all_forms_tell_of_the_same_findings(tampered: Hub) -> None:
    found = json.loads(said(tampered, "--format", "json"))["findings"]
    results = json.loads(said(tampered, "--format", "sarif"))["runs"][0]["results"]
    assert [(one["code"], one["severity"]) for one in found] == [(one["ruleId"], one["level"]) for one in results]
    text, markdown = said(tampered), said(tampered, "--format", "markdown")
    for one in found:
        assert f"{one['severity']}[{one['code']}]: {one['text']}" in text
    rows = [line for line in markdown.split("\n") if line.startswith("| ")]
    assert all(line.replace("\\|", "").count("|") in (7, 8) for line in rows), rows
    assert "<b>" not in markdown


def test_who_changed_the_settings_stands_at_the_end(hub: Hub) -> None:
    tip, root = git(hub.work, "log", "--format=%h", "--abbrev=10", "--", "people.yaml").split()
    lines = [line for line in said(hub, code=0).split("\n") if line.startswith("  ")]
    assert [line.split()[0] for line in lines] == [root, tip]
    assert "ada@example.com  itil.yaml, people.yaml (version 2)" in lines[1]


def test_evidence_is_drawn_by_its_seed(hub: Hub) -> None:
    for number in range(6):
        hub.itil("bob", "note", hub.jam.stem, "-m", f"Step {number}.")
    words = ("--rule", "I8", "--evidence")
    everything = json.loads(said(hub, *words, "--format", "json", code=0))
    assert everything["population"] == everything["sample"] == 7
    first = json.loads(said(hub, *words, "--sample", "3", "--seed", "5", "--format", "json", code=0))
    again = json.loads(said(hub, *words, "--sample", "3", "--seed", "5", "--format", "json", code=0))
    assert first == again and first["population"] == 7 and first["sample"] == 3
    other = [json.loads(said(hub, *words, "--sample", "3", "--seed", str(seed), "--format", "json", code=0))
             for seed in range(4)]  # fmt: skip
    assert len({json.dumps(one["evidence"]) for one in other}) > 1
    row = first["evidence"][0]
    assert set(row) == {"commit", "path", "event", "do", "at", "person", "reason", "message", "result"}
    assert row["result"] == "ok"


def test_p12_evidence_says_the_reason_and_the_message(hub: Hub) -> None:
    hub.itil("bob", "pend", hub.jam.stem, "--reason", "awaiting-requestor", "-m", "Which till | is it?")
    words = ("--rule", "P12", "--evidence")
    row = json.loads(said(hub, *words, "--format", "json", code=0))["evidence"][-1]
    assert (row["do"], row["reason"], row["message"]) == ("pended", "awaiting-requestor", "Which till | is it?")
    assert said(hub, *words, code=0).split("\n")[-3].endswith('pended (awaiting-requestor) "Which till | is it?": ok')
    assert "| awaiting-requestor | Which till \\| is it? | ok |" in said(hub, *words, "--format", "markdown", code=0)


@pytest.mark.parametrize(
    "words, error",
    [
        (["--evidence"], "error[usage]: --evidence needs a rule. Add --rule P12; `itil rules` lists them."),
        (["--sample", "3"], "error[usage]: --sample is of the evidence. Add --evidence and --rule CODE."),
    ],
)
def test_what_does_not_go_together(words: list[str], error: str, hub: Hub, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["-C", str(hub.work), "audit", *words]) == 2
    assert error in capsys.readouterr().err
