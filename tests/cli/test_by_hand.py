"""Files edited by hand: committed or not, good or broken. One bad file hides no other, and nothing is lost."""

from __future__ import annotations

import subprocess

import pytest
from shell import Shell

FACTS = ("--impact", "low", "--urgency", "low", "--category", "hardware")


def edit(shell: Shell, incident: str, old: str, new: str, *, commit: bool = False) -> str:
    """Replace the first such text in the incident's file; gives the file's path in the store."""
    file = shell.file(incident)
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))
    if commit:
        shell.git("commit", "-qam", "by hand")
    return file.relative_to(shell.store).as_posix()


def test_s2_a_status_that_disagrees_with_its_events_is_found_with_both_values(shell: Shell) -> None:
    incident = shell.id("log", "-t", "Printer jams", *FACTS)
    path = edit(shell, incident, "status: new", "status: closed", commit=True)
    found = shell("check")
    assert found.code == 1
    assert found.out == f'{path}:4:9: error[S2]: status says "closed", the events say "new".\n'
    (finding,) = shell("check", "--json").json["findings"]
    assert {name: finding[name] for name in ("code", "severity", "path", "line", "column")} == {
        "code": "S2", "severity": "error", "path": path, "line": 4, "column": 9,
    }  # fmt: skip


def test_s2_fix_mends_what_is_derived_and_nothing_else(shell: Shell) -> None:
    incident = shell.id("log", "-t", "Printer jams", *FACTS)
    path = edit(shell, incident, "status: new", "status: closed   # odd\nx-floor: 3", commit=True)
    mended = shell("check", "--fix")
    assert mended.code == 0 and mended.out == "Every file is what its events say.\n"
    assert mended.err.startswith(f"Mended {path} (")
    text = shell.file(incident).read_text()
    assert "status: new   # odd\nx-floor: 3\n" in text
    assert shell.git("log", "-1", "--format=%s") == "check --fix: 1 file\n"
    assert shell("check", "--fix").err == ""


def test_a_broken_file_hides_no_other_and_is_named(shell: Shell) -> None:
    good, bad = shell.id("log", "-t", "Printer jams"), shell.id("log", "-t", "Screen dark")
    path = edit(shell, bad, "title: Screen dark", "title: [Screen", commit=True)
    said = f"{path}:4:7: this is not YAML: did not find expected ',' or ']' while parsing a flow sequence."
    listed = shell("list")
    assert listed.code == 0 and good in listed.out and bad not in listed.out
    assert listed.err == f"warning[yaml-syntax]: {said} Look at brackets, quotes and indentation.\n"
    answer = shell("list", "--json").json
    assert [one["id"] for one in answer["incidents"]] == [good]
    assert [(one["path"], one["line"], one["column"]) for one in answer["broken"]] == [(path, 4, 7)]
    shown = shell("show", bad)
    assert (shown.code, shown.out) == (5, "")
    assert shown.err == f"error[yaml-syntax]: {said} Look at brackets, quotes and indentation.\n"
    written = shell("note", bad, "-m", "x")
    assert written.code == 5 and shell("note", good, "-m", "x").code == 0
    assert shell("check").code == 1


def test_an_edited_file_is_marked_and_not_written_over(shell: Shell) -> None:
    incident = shell.id("log", "-t", "Printer jams")
    path = edit(shell, incident, "title: Printer jams", "title: Printer burns")
    shown = shell("show", incident)
    ways = f"take it in with `itil adopt {incident}`, or drop the changes with `git checkout -- {path}`."
    assert f"The file differs from what is committed: {ways}" in shown.out
    assert "Printer jams" in shown.out and "Printer burns" not in shown.out
    assert shell("show", incident, "--json").json["uncommitted"] is True
    assert f"{incident}*" in shell("list").out
    refused = shell("note", incident, "-m", "x")
    assert (refused.code, refused.out) == (6, "")
    assert refused.err == (
        f"error[uncommitted]: {path} differs from what is committed. "
        f"Take the changes in with `itil adopt {incident}`, or drop them with `git checkout -- {path}`.\n"
    )
    assert "title: Printer burns" in shell.file(incident).read_text()


def test_adopt_takes_a_new_title_in(shell: Shell) -> None:
    incident = shell.id("log", "-t", "Printer jams")
    edit(shell, incident, "title: Printer jams", "title: Printer burns   # since noon\nx-floor: 3")
    assert shell("adopt", incident).code == 0
    seen = shell("show", incident, "--json").json
    assert (seen["title"], seen["uncommitted"], seen["events"][-1]["do"]) == ("Printer burns", False, "edited")
    assert "title: Printer burns   # since noon\nx-floor: 3\n" in shell.file(incident).read_text()
    assert shell.git("log", "-1", "--format=%s") == f"{incident} adopt: Printer burns\n"
    assert shell.git("status", "--porcelain") == "" and shell("check").code == 0
    again = shell("adopt", incident)
    assert again.out == f"{incident} is as it is committed; there is nothing to adopt.\n"


def test_adopt_refuses_what_would_move_history(shell: Shell) -> None:
    incident = shell.id("log", "-t", "Printer jams")
    head = shell.git("rev-parse", "HEAD")
    edit(shell, incident, "do: logged", "do: noted")
    refused = shell("adopt", incident)
    assert refused.code == 3 and refused.err.startswith("error[S17]: event 1-")
    assert shell.git("rev-parse", "HEAD") == head


def test_s2_adopt_refuses_a_summary_that_no_event_made(shell: Shell) -> None:
    incident = shell.id("log", "-t", "Printer jams")
    edit(shell, incident, "status: new", "status: closed")
    refused = shell("adopt", incident)
    assert refused.code == 3
    assert refused.err == (
        "error[S2]: status says 'closed', the events say 'new'. "
        "The summary is derived: use the verb that changes it (`itil --help`).\n"
    )


def test_worktree_reads_the_files_as_they_lie(shell: Shell) -> None:
    incident = shell.id("log", "-t", "Printer jams")
    edit(shell, incident, "title: Printer jams", "title: Printer burns")
    assert shell("show", incident, "--worktree", "--json").json["title"] == "Printer jams"  # the events' title
    edit(shell, incident, "title: Printer jams, channel", "title: Printer burns, channel")
    assert shell("show", incident, "--worktree", "--json").json["title"] == "Printer burns"
    assert "Printer burns" in shell("list", "--worktree").out
    assert "Printer jams" in shell("list").out


def test_as_of_shows_the_store_as_it_stood(shell: Shell) -> None:
    incident = shell.id("log", "-t", "Printer jams")
    before = shell.git("rev-parse", "HEAD").strip()
    shell("edit", incident, "-t", "Printer burns")
    assert shell("show", incident, "--as-of", before, "--json").json["title"] == "Printer jams"
    assert shell("show", incident, "--as-of", "HEAD~2").code == 4
    assert shell("show", incident, "--json").json["title"] == "Printer burns"


def test_nothing_is_written_while_a_merge_is_under_way(shell: Shell) -> None:
    incident = shell.id("log", "-t", "Printer jams")
    policy = shell.store / "itil.yaml"
    text = policy.read_text()
    for branch, name in (("other", "Theirs"), ("main", "Ours")):
        shell.git("checkout", "-qB", branch, "main" if branch == "other" else "other~1")
        policy.write_text(text.replace("name: 'shop'", f"name: {name}"))
        shell.git("commit", "-qam", name)
    with pytest.raises(subprocess.CalledProcessError):
        shell.git("merge", "other")
    refused = shell("note", incident, "-m", "x")
    assert refused.code == 6
    assert refused.err == (
        "error[under-way]: a merge is under way; nothing is written. "
        "Finish it with `git merge --continue`, or give it up with `git merge --abort`.\n"
    )
    assert shell("list").code == 0


def test_a_description_that_both_changed_is_shown_as_before_with_the_way_on(shell: Shell) -> None:
    incident = shell.id("log", "-t", "Printer jams")
    shell.git("checkout", "-qb", "other")
    shell("edit", incident, "-d", "Theirs.")
    shell.git("checkout", "-q", "main")
    shell("edit", incident, "-d", "Ours.")
    with pytest.raises(subprocess.CalledProcessError):
        shell.git("merge", "other")
    path = shell.file(incident).relative_to(shell.store)
    way = (
        f"A merge is under way, and this is how it was before. Choose in {path}, then `git add {path}` and "
        "`git merge --continue`; or give it up with `git merge --abort`."
    )
    shown = shell("show", incident)
    assert shown.code == 0 and way in shown.out and "Ours." in shown.out and "adopt" not in shown.out
    file = shell.file(incident)
    before, _, rest = file.read_text().partition("<<<<<<<")
    file.write_text(f"{before}Both.\n{rest.rpartition('>>>>>>>')[2].partition(chr(10))[2]}")
    shell.git("add", str(path))
    shell.git("-c", "core.editor=true", "merge", "--continue")
    assert "Both." in shell("show", incident).out
    assert shell("check").code == 0


def test_a_detached_head_is_refused_with_the_way_back(shell: Shell) -> None:
    incident = shell.id("log", "-t", "Printer jams")
    shell.git("checkout", "-q", "--detach")
    refused = shell("note", incident, "-m", "x")
    assert refused.code == 6
    assert refused.err == (
        "error[detached]: HEAD is detached; nothing is written. "
        "Go to a branch with `git switch BRANCH`, then run the command again.\n"
    )


DESIGNED = """\
---
id: INC-20261124-7KQF2
title: Card payments fail with 502
status: in-progress
priority: P1
impact: high
urgency: critical
service: payments
cis: [pay-gw-01]
category: application/payments/outage
group: payments-l2
assignee: bob@example.com
requestor: alice@example.com
channel: phone
owner: dana@example.com
events:
- {at: '2026-11-24T08:59:00Z', by: dana@example.com, n: 1-7k3q, do: logged, channel: phone, group: service-desk, response: 4h, resolution: 24h, calendar: business}
- {at: '2026-11-24T09:01:00Z', by: dana@example.com, n: 2-0xg8, do: classified, impact: high, urgency: critical, priority: P1, category: application/payments/outage, response: 15m, resolution: 4h, calendar: always}
- {at: '2026-11-24T09:01:00Z', by: dana@example.com, n: 3-pw51, do: escalated, to: incident-manager, trigger: P1, rule: P11}
- {at: '2026-11-24T09:01:00Z', by: dana@example.com, n: 4-e1rb, do: major-proposed, rule: major.propose}
- {at: '2026-11-24T09:02:00Z', by: dana@example.com, n: 5-c2mz, do: assigned, group: payments-l2}
- {at: '2026-11-24T09:05:00Z', by: bob@example.com, n: 6-q9ta, do: accepted}
- {at: '2026-11-24T09:10:00Z', by: bob@example.com, n: 7-v4hd, do: noted}
---

All card payments fail since the deploy of 08:55.

## Work log

### 2026-11-24T09:10:00Z bob@example.com (internal) #7-v4hd

Rolled the deploy back; no change.
"""


def designed(shell: Shell, text: str = DESIGNED) -> None:
    """The file that DESIGN.md shows, committed, with the group that it names."""
    policy = shell.store / "itil.yaml"
    group = "\ngroups: {service-desk: {level: 1, desk: true}, support: {level: 2}, payments-l2: {level: 2}}\n"
    policy.write_text(policy.read_text() + group)
    people = shell.store / "people.yaml"
    roles = {"dana": "service-desk", "bob": "support", "alice": "requestor"}
    more = (
        f"  - {{email: {name}@example.com, name: {name.title()}, roles: [{role}]}}\n" for name, role in roles.items()
    )
    people.write_text(people.read_text() + "".join(more))
    file = shell.store / "incidents/2026/11/24/INC-20261124-7KQF2.md"
    file.parent.mkdir(parents=True)
    file.write_text(text)
    shell.git("add", "-A")
    shell.git("commit", "-qm", "by hand")


def test_the_file_that_the_design_shows_is_what_its_events_say(shell: Shell) -> None:
    """Its `logged` has no title and no event names the owner, who is the one that first classified (S14)."""
    designed(shell)
    assert shell("check").out == "Every file is what its events say.\n"
    seen = shell("show", "7kq", "--json", now="2026-11-24T09:12:00Z").json
    assert (seen["owner"], seen["major"], seen["title"]) == (
        "dana@example.com",
        "proposed",
        "Card payments fail with 502",
    )
    assert seen["worklog"][0]["text"] == "Rolled the deploy back; no change."
    noted = shell("note", "7kq", "-m", "one more", now="2026-11-24T09:20:00Z")
    assert noted.code == 0 and "owner: dana@example.com\n" in shell.file("INC-20261124-7KQF2").read_text()


def test_what_a_file_by_hand_says_otherwise_than_its_events_is_found(shell: Shell) -> None:
    designed(shell, DESIGNED.replace("status: in-progress", "status: pending"))
    assert shell("check").out == (
        'incidents/2026/11/24/INC-20261124-7KQF2.md:4:9: error[S2]: status says "pending", the events say "in-progress".\n'
    )
