"""Whatever a command leaves, `audit` and `check` find nothing wrong with it, the gate takes it, and so a merge and a sync.

Each way of bringing many changes in has a test of its own; then two clones that did such things at once are merged
by git and by a sync.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.audit.hub import Hub, git

SERVICENOW = """\
number,incident_state,caller_id,opened_by,opened_at,sys_updated_at,contact_type,category,subcategory,u_symptom,cmdb_ci,impact,urgency,priority,assignment_group,assigned_to,closed_code
INC0000045,New,Caller 2403,Opened by  8,29/2/2016 01:16,29/2/2016 01:23,Phone,Category 55,Subcategory 170,Symptom 72,?,2 - Medium,2 - Medium,3 - Moderate,Group 56,?,code 5
INC0000045,Active,Caller 2403,Opened by  8,29/2/2016 01:16,29/2/2016 08:53,Phone,Category 55,Subcategory 170,Symptom 72,cmdb_ci 31,1 - High,2 - Medium,2 - High,Group 70,Resolver  9,code 5
INC0000045,Closed,Caller 2403,Opened by  8,29/2/2016 01:16,5/3/2016 12:00,Phone,Category 55,Subcategory 9,Symptom 72,cmdb_ci 31,1 - High,2 - Medium,2 - High,Group 70,?,code 5
INC0000047,New,Caller 1,?,1/3/2016 09:00,1/3/2016 09:00,Email,A/B,?,?,?,3 - Low,3 - Low,4 - Low,Group 1,?,code 1
INC0000047,Closed,Caller 1,?,1/3/2016 09:00,1/3/2016 09:07,Email,A/B,?,?,?,3 - Low,3 - Low,4 - Low,Group 1,?,code 1
INC0000047,Active,Caller 1,?,1/3/2016 09:00,1/3/2016 09:08,Email,A/B,?,?,?,3 - Low,3 - Low,4 - Low,Group 1,?,code 1
"""  # closed and active again: forbidden, kept and marked
ROWS = [
    {"number": "J-1", "at": "2026-01-05T09:00:00Z", "title": "Till down", "priority": "P2", "requestor": "ann"},
    {"number": "J-1", "at": "2026-01-05T10:10:00Z", "status": "in-progress", "assignee": "bob", "group": "support"},
    {"number": "J-1", "at": "2026-01-05T12:00:00Z", "status": "resolved", "code": "fixed", "text": "New one."},
]

pytestmark = pytest.mark.slow


def servicenow(hub: Hub, history: str) -> None:
    log = hub.folder / "log.csv"
    log.write_text(SERVICENOW)
    done = hub.itil("ada", "import", "servicenow", str(log), "--history", history)
    assert (done["imported"], done["findings"][0]["count"]) == (2, 1)


def jsonl(hub: Hub, history: str) -> None:
    log = hub.folder / "log.jsonl"
    log.write_text("".join(f"{json.dumps(row)}\n" for row in ROWS))
    assert hub.itil("ada", "import", "jsonl", str(log), "--history", history)["imported"] == 1


def bulk(hub: Hub, *words: str) -> None:
    for number in range(3):
        hub.itil("dana", "log", "-t", f"Network {number}", "--category", "network", "--requestor", "carl@example.com")
    asked = ("--where", "category:network", "--impact", "low", "--urgency", "low", "--category", "network")
    done = hub.itil("dana", "bulk", *words, "classify", *asked)
    assert done["done"] >= 3 and done["refused"] == []


def adopt(hub: Hub) -> None:
    text = hub.jam.read_text()
    hub.jam.write_text(text.replace("title: Printer jams", "title: Printer on floor 2 jams", 1))
    hub.itil("bob", "adopt", hub.jam.stem)


def holidays(hub: Hub) -> None:
    year = datetime.now(UTC).year + 1
    assert hub.itil("ada", "policy", "holidays", "DE-BY", str(year), "--write")


def services(hub: Hub) -> None:
    table = hub.folder / "cmdb.csv"
    table.write_text("name,owner,criticality,group,cis\nprinting,bob@example.com,high,support,prn-1;prn-2\n")
    hub.itil("ada", "service", "import", str(table))
    hub.itil("dana", "log", "-t", "No paper", "--service", "printing", "--ci", "prn-1")


def people(hub: Hub) -> None:
    day = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()
    hub.itil("ada", "people", "add", "sue@example.com", "--name", "Sue", "--role", "support", "--group", "support")
    assert hub.push() == ""  # a role granted in a push is not used in it
    hub.itil("sue", "note", hub.jam.stem, "-m", "I am new here.")
    hub.itil("ada", "people", "retire", "nora@example.com")
    hub.itil("ada", "people", "duty", "sue@example.com", "--group", "support", "--from", day, "--until", day)
    hub.itil("ada", "people", "away", "bob@example.com", "--from", day, "--until", day, "--deputy", "sue@example.com")


def mails(hub: Hub) -> None:
    policy = hub.work / "itil.yaml"
    policy.write_text(policy.read_text().replace("version: 2", "version: 3") + "mail: {address: desk@example.com}\n")
    hub.commit(by="ada", at=int(time.time()))
    mail = hub.folder / "mail.eml"
    mail.write_text(
        "From: Alice <alice@example.com>\nTo: desk@example.com\nSubject: No network\nMessage-ID: <1@x.example>\n"
        'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain\n\nSince noon.\n'
        "--b\nContent-Type: text/plain\nContent-Disposition: attachment; filename=log.txt\n\nall quiet\n--b--\n"
    )
    hub.itil("ci", "receive", "mail", str(mail))
    assert len(list((hub.work / "attachments").rglob("*log.txt"))) == 1


def known(hub: Hub) -> None:
    """Problems, known errors and articles, a major incident, a review, tasks: what is beside incidents."""
    problem = hub.itil("ada", "problem", "new", "-t", "Rollers wear out", "--incident", hub.jam.stem)["id"]
    hub.itil("ada", "problem", "accept", problem)
    hub.itil("ada", "report", "--due")


WAYS: dict[str, Callable[[Hub], None]] = {
    "servicenow in one commit": lambda hub: servicenow(hub, "single"),
    "servicenow event by event": lambda hub: servicenow(hub, "events"),
    "jsonl in one commit": lambda hub: jsonl(hub, "single"),
    "jsonl event by event": lambda hub: jsonl(hub, "events"),
    "bulk, a commit for each": lambda hub: bulk(hub),
    "bulk, one commit": lambda hub: bulk(hub, "--one-commit"),
    "adopt": adopt,
    "holidays": holidays,
    "services": services,
    "people": people,
    "mail": mails,
    "problems and reports": known,
}


# What an import brings to light is none of its own: rows that our process forbids, and months without a report.
TOLD = {("R2", "incidents/2016"), ("F3", "incidents/2016"), ("P05", "")}


def clean(hub: Hub) -> None:
    """`audit` finds nothing but notes, `check` beside that only what an import brings to light, as warnings."""
    assert [one for one in hub.audit()["findings"] if one["severity"] != "note"] == []
    found = hub.itil("ada", "check")["findings"]
    assert [one for one in found if one["severity"] == "error"] == []
    assert {(one["code"], (one["path"] or "")[:14]) for one in found} <= TOLD, found


@pytest.mark.parametrize("way", WAYS)
def test_what_a_command_leaves_is_clean_and_the_gate_takes_it(way: str, hub: Hub) -> None:
    WAYS[way](hub)
    clean(hub)
    assert hub.push() == ""
    assert git(hub.bare, "rev-parse", "main") == git(hub.work, "rev-parse", "HEAD")


def other(hub: Hub, folder: Path) -> Hub:
    """A second clone of the same server."""
    folder.mkdir()
    twin = Hub(folder)
    git(folder, "clone", "-q", str(hub.bare), "work")
    twin.bare = hub.bare
    twin.itil("ada", "setup")
    return twin


@pytest.mark.parametrize("way", WAYS)
def test_two_clones_that_did_it_at_once_are_one_after_a_sync(way: str, hub: Hub, tmp_path: Path) -> None:
    twin = other(hub, tmp_path / "twin")
    WAYS[way](hub)
    assert hub.push() == ""
    twin.itil("bob", "note", twin.jam.stem, "-m", "Beside it.")
    twin.itil("ada", "sync")
    clean(twin)


@pytest.mark.parametrize("way", WAYS)
def test_a_plain_merge_of_it_is_clean(way: str, hub: Hub) -> None:
    git(hub.work, "switch", "-q", "-c", "side")
    hub.itil("bob", "note", hub.jam.stem, "-m", "Beside it.")
    git(hub.work, "switch", "-q", "main")
    WAYS[way](hub)
    git(hub.work, "merge", "-q", "--no-ff", "-m", "x", "side", **hub.stamp("bob", int(time.time())))
    clean(hub)
    assert hub.push() == ""
