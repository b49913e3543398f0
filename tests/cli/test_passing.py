"""`itil timeline --format mermaid|html` and `itil report flow`: where incidents wander."""

from __future__ import annotations

import json
import sys

import pytest
from shell import Shell

NASTY = '<script>alert(1)</script>: "a" ; %% b'
LATER = "2026-03-11T12:00:00Z"


@pytest.fixture
def way(company: Shell) -> tuple[Shell, str]:
    """Logged 08:00, assigned to support 08:30, accepted 09:00, waits 09:30 to 11:30, resolved 12:00, closed next day 12:00."""
    said = ["--impact", "low", "--urgency", "low", "--category", "network", "--requestor", "alice@example.com"]
    one = company.id("log", "-t", NASTY, *said, "--group", "service-desk", now="2026-03-09T08:00:00Z")
    steps = [
        ("08:30", "ada", ["assign", one, "--group", "support"]),
        ("09:00", "bob", ["accept", one]),
        ("09:30", "bob", ["pend", one, "--reason", "awaiting-requestor", "-m", "<b>Which one?</b>"]),
        ("11:30", "bob", ["resume", one]),
        ("12:00", "bob", ["resolve", one, "--code", "fixed", "-m", "Done."]),
    ]
    for at, who, words in steps:
        answer = company(*words, now=f"2026-03-09T{at}:00Z", who=f"{who}@example.com")
        assert answer.code == 0, answer.err
    closed = company("close", one, "--confirmed-by", "alice@example.com", now="2026-03-10T12:00:00Z")
    assert closed.code == 0, closed.err
    return company, one


def test_mermaid_tells_each_stretch_with_its_group(way: tuple[Shell, str]) -> None:
    shell, one = way
    assert shell("timeline", one, "--format", "mermaid", now=LATER).out == (
        f"gantt\n    title {one}  script alert(1) /script    a       b\n"
        "    dateFormat X\n    axisFormat %d %b %H h\n"
        "    section service-desk\n    new :1773043200, 1773045000\n"
        "    section support\n    assigned :1773045000, 1773046800\n"
        "    in-progress bob@example.com :1773046800, 1773048600\n"
        "    pending (awaiting-requestor) bob@example.com :1773048600, 1773055800\n"
        "    in-progress bob@example.com :1773055800, 1773057600\n"
        "    resolved bob@example.com :1773057600, 1773144000\n"
        "    closed bob@example.com :milestone, 1773144000, 1773144000\n"
    )


def test_html_is_one_page_whose_texts_are_texts(way: tuple[Shell, str]) -> None:
    shell, one = way
    page = shell("timeline", one, "--format", "html", now=LATER).out
    assert "<script>alert" not in page and "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<b>" not in page and "&lt;b&gt;Which one?&lt;/b&gt;" in page
    assert "<td>2h</td><td>pending (awaiting-requestor)</td><td>support</td>" in page
    assert "default-src &#39;none&#39;" in page and "<svg " in page
    assert page == shell("timeline", one, "--format", "html", now=LATER).out


def test_what_is_open_lasts_until_now(company: Shell) -> None:
    one = company.id("log", "-t", "Mail", now="2026-03-09T08:00:00Z")
    said = company("timeline", one, "--format", "mermaid", now="2026-03-09T09:00:00Z").out
    assert said.splitlines()[-1] == "    new :1773043200, 1773046800"


def test_a_timeline_goes_into_a_file_and_json_is_a_format_of_its_own(way: tuple[Shell, str]) -> None:
    shell, one = way
    target = shell.store.parent / "way.mmd"
    assert shell("timeline", one, "--format", "mermaid", "-o", str(target), now=LATER).out == ""
    assert target.read_text().startswith("gantt\n")
    refused = shell("timeline", one, "--format", "html", "--json", now=LATER)
    assert refused.code == 2 and refused.error["text"] == "--json is a format of its own."


def test_without_the_extra_a_page_says_how_to_get_it(way: tuple[Shell, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    answer = way[0]("timeline", way[1], "--format", "html", now=LATER)
    assert answer.code == 2 and 'pip install "itil-cli[html]"' in answer.err


def test_flow_counts_what_follows_what_and_how_long_it_took(way: tuple[Shell, str]) -> None:
    shell, _ = way
    said = shell("report", "flow", "--period", "2026-03", "--json", now=LATER).json
    (table,) = [one for one in said["tables"] if one["by"] == ["from", "to"]]
    rows = {
        (row["from"], row["to"]): (row["figures"]["moves"]["value"], row["figures"]["move_time"]["median"])
        for row in table["rows"]
    }
    assert rows == {
        ("new", "assigned"): (1, 1800),
        ("assigned", "in-progress"): (1, 1800),
        ("in-progress", "pending"): (1, 1800),
        ("pending", "in-progress"): (1, 7200),
        ("in-progress", "resolved"): (1, 1800),
        ("resolved", "closed"): (1, 86_400),
    }
    text = shell("report", "flow", "--period", "2026-03", now=LATER).out
    assert "from         to           moves  move_time  median\n" in text


def test_a_change_belongs_to_the_period_in_which_it_happened(way: tuple[Shell, str]) -> None:
    said = way[0]("report", "flow", "--period", "2026-03-10", "--json", now=LATER).json
    rows = next(one for one in said["tables"] if one["by"] == ["from", "to"])["rows"]
    assert [(row["from"], row["to"]) for row in rows] == [("resolved", "closed")]


def test_flow_as_mermaid(way: tuple[Shell, str]) -> None:
    shell, _ = way
    lines = shell("report", "flow", "--period", "2026-03", "--format", "mermaid", now=LATER).out.splitlines()
    assert lines[0].startswith("%% As of commit ") and lines[1] == "flowchart LR"
    assert '    pending["pending"] -->|"1 × · 2h"| in_progress["in-progress"]' in lines
    assert len(lines) == 8
    refused = shell("report", "sla", "--format", "mermaid", "--json", now=LATER)
    assert refused.code == 2
    assert json.loads(refused.err)["text"] == "sla has no diagram."
