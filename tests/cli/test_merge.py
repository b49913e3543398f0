"""`itil merge`, `itil merge-driver` and `itil setup`, with the exact bytes and words."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from shell import Answer, Shell

from itil_cli.cli.main import run

PATH = "incidents/2026/03/09/INC-20260309-7KQF2.md"
BASE = """\
---
id: INC-20260309-7KQF2
title: Printer jams
status: assigned
group: support
owner: service-desk
events:
- {at: '2026-03-09T09:00:00Z', by: dana@example.com, n: 1-aaaa, do: logged, title: Printer jams, group: service-desk}
- {at: '2026-03-09T09:05:00Z', by: dana@example.com, n: 2-aaaa, do: assigned, group: support}
---

It jams.

Since today.
"""
ACCEPTED = "- {at: '2026-03-09T10:00:00Z', by: bob@example.com, n: 3-bbbb, do: accepted}\n"
MOVED = "- {at: '2026-03-09T09:30:00Z', by: dana@example.com, n: 3-cccc, do: assigned, group: network}\n"
OURS = BASE.replace("status: assigned", "status: in-progress").replace(
    "group: support\nowner", "group: support\nassignee: bob@example.com\nowner"
).replace("---\n\nIt", f"{ACCEPTED}---\n\nIt")  # fmt: skip
THEIRS = BASE.replace("group: support\nowner", "group: network   # for now\nowner").replace(
    "---\n\nIt", f"{MOVED}---\n\nIt"
)
MERGED = THEIRS.replace("status: assigned", "status: in-progress").replace(
    "owner: service-desk", "assignee: bob@example.com\nowner: service-desk"
).replace("---\n\nIt", f"{ACCEPTED}---\n\nIt")  # fmt: skip


class Desk:
    """Three files, and what is done with them."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.capsys = folder, capsys

    def __call__(self, base: str, ours: str, theirs: str, *words: str, verb: str = "merge-driver") -> Answer:
        names = [str(self.folder / name) for name in ("base", "ours", "theirs")]
        for name, text in zip(names, (base, ours, theirs), strict=True):
            Path(name).write_text(text)
        self.capsys.readouterr()
        code = run([verb, *names, *(words or ((PATH,) if verb == "merge-driver" else ()))])
        return Answer(code, *self.capsys.readouterr())

    @property
    def ours(self) -> str:
        return (self.folder / "ours").read_text()


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path, capsys)


def test_the_driver_writes_the_merged_file_whichever_side_is_ours(desk: Desk) -> None:
    for ours, theirs in ((OURS, THEIRS), (THEIRS, OURS)):
        assert desk(BASE, ours, theirs) == Answer(0, "", "")
        assert desk.ours == MERGED


def test_what_only_one_side_changed_is_taken_byte_by_byte(desk: Desk) -> None:
    assert desk(BASE, BASE, OURS).code == 0 and desk.ours == OURS
    assert desk(BASE, OURS, BASE).code == 0 and desk.ours == OURS
    assert desk(BASE, OURS, OURS).code == 0 and desk.ours == OURS


def test_a_void_event_is_told_and_stays(desk: Desk) -> None:
    other = OURS.replace("3-bbbb", "3-dddd").replace("10:00:00", "10:01:00")
    done = desk(BASE, OURS, other)
    assert done == Answer(
        0,
        "",
        "INC-20260309-7KQF2: 3-dddd (accepted by bob@example.com) is void: "
        "accepted does not fit the status in-progress.\n",
    )
    assert "3-bbbb" in desk.ours and "3-dddd" in desk.ours


@pytest.mark.parametrize("swap", [False, True])
def test_a_conflict_stands_in_the_description_alone(desk: Desk, swap: bool) -> None:
    one, other = OURS.replace("It jams.", "It jams daily."), THEIRS.replace("It jams.", "It jams hourly.")
    done = desk(BASE, *((other, one) if swap else (one, other)))
    assert (done.code, done.out) == (1, "")
    assert done.err == (
        "INC-20260309-7KQF2: both sides changed the description; choose between the markers.\n"
    )  # fmt: skip
    assert desk.ours == MERGED.replace(
        "It jams.\n",
        "<<<<<<< one side\nIt jams daily.\n=======\nIt jams hourly.\n>>>>>>> other side\n",
    )


def test_changes_to_different_lines_of_the_description_go_together(desk: Desk) -> None:
    base = BASE.replace("Since today.", "a\n\nb\n\nSince today.")
    one, other = base.replace("It jams.", "It jams daily."), base.replace("Since today", "Since yesterday")
    assert desk(base, one, other).code == 0
    assert desk.ours == one.replace("Since today", "Since yesterday")


def test_comments_and_foreign_fields_of_both_sides_stay(desk: Desk) -> None:
    one = OURS.replace("owner: service-desk\n", "owner: service-desk\nx-floor: 3\n")
    other = THEIRS.replace("owner: service-desk\n", "owner: service-desk\nx-asset: P-17\n")
    for ours, theirs in ((one, other), (other, one)):
        assert desk(BASE, ours, theirs).code == 0
        assert "x-floor: 3\n" in desk.ours and "x-asset: P-17\n" in desk.ours
        if ours is one:
            first = desk.ours
    assert desk.ours == first


def test_two_incidents_of_one_id_are_left_to_sync(desk: Desk) -> None:
    stranger = THEIRS.replace("1-aaaa", "1-zzzz")
    done = desk("", OURS, stranger)
    assert done.code == 1 and desk.ours == OURS
    assert done.err == (
        f"{PATH}: two different records drew the id INC-20260309-7KQF2; they are not merged. "
        "`itil sync`, instead of `git pull`, gives the one that is not yet published a new id.\n"
    )


def test_a_file_that_is_no_record_or_broken_is_merged_as_text(desk: Desk) -> None:
    assert desk("a\nb\nc\n", "A\nb\nc\n", "a\nb\nC\n", "models/vpn.md").code == 0
    assert desk.ours == "A\nb\nC\n"
    broken = OURS.replace("title: Printer jams\n", "title: [\n")
    done = desk(BASE, broken, OURS)
    assert done.err.startswith(f"{PATH}:") and done.err.endswith("It was merged as text.\n")
    assert done.code == 1 and "<<<<<<< one side" in desk.ours


def test_merge_prints_or_writes(desk: Desk) -> None:
    assert desk(BASE, OURS, THEIRS, verb="merge") == Answer(0, MERGED, "")
    file = desk.folder / "merged.md"
    assert desk(BASE, OURS, THEIRS, "-o", str(file), verb="merge") == Answer(0, "", "")
    assert file.read_text() == MERGED


def test_merge_answers_in_json(desk: Desk) -> None:
    other = OURS.replace("3-bbbb", "3-dddd")
    document = desk(BASE, OURS, other, "--json", "-o", str(desk.folder / "m"), verb="merge").json
    why = "accepted does not fit the status in-progress"
    assert document == {
        "schema": "itil/1", "kind": "merge", "id": "INC-20260309-7KQF2", "conflict": False, "events": 4,
        "void": [{"n": "3-dddd", "why": why}],
        "warnings": [f"3-dddd (accepted by bob@example.com) is void: {why}."],
    }  # fmt: skip


def test_merge_names_a_file_that_is_not_there(desk: Desk) -> None:
    done = desk(BASE, OURS, THEIRS, verb="merge")
    assert done.code == 0
    (desk.folder / "base").unlink()
    assert run(["merge", *(str(desk.folder / name) for name in ("base", "ours", "theirs"))]) == 4


def test_init_tells_git_of_the_driver_and_setup_says_what_it_did(shell: Shell) -> None:
    assert shell("setup").out == "git in this clone merges records with itil already.\n"
    shell.git("config", "--unset", "merge.itil.driver")
    said = shell("setup").out.splitlines()
    assert said[0] == "git in this clone now merges records with itil:"
    assert said[1].startswith("  merge.itil.driver = ") and said[1].endswith(" merge-driver %O %A %B %P")
    assert shell("setup", "--json").json == {"schema": "itil/1", "kind": "setup", "changed": []}


def test_git_merges_branches_through_the_driver(shell: Shell) -> None:
    incident = shell.id("log", "-t", "Printer jams", "--impact", "low", "--urgency", "low", "--category", "hardware")
    shell.git("switch", "-qc", "other")
    shell("note", incident, "-m", "on the other branch")
    shell.git("switch", "-q", "main")
    shell("note", incident, "-m", "on main")
    done = subprocess.run(["git", "merge", "-q", "--no-edit", "other"], cwd=shell.store, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    said = [entry["text"] for entry in shell("show", incident, "--json").json["worklog"]]
    assert said == ["on the other branch", "on main"]
    assert shell("check").code == 0
