"""More of what people do with git and an editor: objects that git takes in silence, and what lies beside the events.

Each is found by `audit`, with its code and commit, and refused by the gate, as in `test_tamperings`.
"""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from itil_cli.process.incident import Event
from tests.audit.hub import Hub, codes, git

pytestmark = pytest.mark.slow
Forgery = Callable[[Hub], str]
ALL: dict[str, tuple[str, Forgery]] = {}
Entries = list[tuple[str, bytes, str]]


def forgery(code: str) -> Callable[[Forgery], Forgery]:
    """Note a forgery and the code that it is found by."""

    def note(function: Forgery) -> Forgery:
        ALL[function.__name__] = (code, function)
        return function

    return note


# --- trees


def _tree(hub: Hub, entries: Entries) -> str:
    data = b"".join(mode.encode() + b" " + name + b"\0" + bytes.fromhex(oid) for mode, name, oid in entries)
    return git(hub.work, "hash-object", "-t", "tree", "-w", "--stdin", "--literally", data=data)


def _entries(hub: Hub, tree: str) -> Entries:
    lines = [line.split("\t", 1) for line in git(hub.work, "ls-tree", "-z", tree).split("\0") if line]
    return [(head.split()[0].lstrip("0"), name.encode(), head.split()[2]) for head, name in lines]


def _with_tree(hub: Hub, folder: str, change: Callable[[Entries], Entries], by: str = "ada") -> str:
    """A commit in which a folder's tree (`""`: the root) has other entries."""

    def made(tree: str, parts: list[str]) -> str:
        entries = _entries(hub, tree)
        if not parts:
            return _tree(hub, change(entries))
        return _tree(hub, [
            (mode, name, made(oid, parts[1:]) if name.decode() == parts[0] else oid) for mode, name, oid in entries
        ])  # fmt: skip

    tree = made("HEAD^{tree}", [part for part in folder.split("/") if part])
    commit = git(hub.work, "commit-tree", tree, "-p", "HEAD", "-m", "x", **hub.stamp(by, int(time.time())))
    git(hub.work, "update-ref", "refs/heads/main", commit)
    return commit


def _day(hub: Hub) -> str:
    return hub.jam.parent.relative_to(hub.work).as_posix()


def _blob(hub: Hub, data: bytes) -> str:
    return git(hub.work, "hash-object", "-w", "--stdin", data=data)


def _plus(entries: Entries, mode: str, name: bytes, oid: str) -> Entries:
    return sorted([*entries, (mode, name, oid)], key=lambda one: one[1] + (b"/" if one[0] == "40000" else b""))


@forgery("tree-form")
def names_in_another_order(hub: Hub) -> str:
    return _with_tree(hub, _day(hub), lambda entries: entries[::-1])


@forgery("tree-form")
def a_record_twice(hub: Hub) -> str:
    closed = _blob(hub, hub.jam.read_bytes().replace(b"status: in-progress", b"status: closed"))
    return _with_tree(hub, _day(hub), lambda entries: _plus(entries, "100644", hub.jam.name.encode(), closed))


@forgery("tree-form")
def the_people_twice(hub: Hub) -> str:
    other = _blob(hub, (hub.work / "people.yaml").read_bytes().replace(b"[support]", b"[incident-manager]"))
    return _with_tree(hub, "", lambda entries: _plus(entries, "100644", b"people.yaml", other))


@forgery("tree-form")
def one_name_of_several_parts(hub: Hub) -> str:
    blob = _blob(hub, b"x\n")
    return _with_tree(hub, "", lambda entries: _plus(entries, "100644", b"docs/a/b.md", blob))


@forgery("tree-form")
def a_way_out_of_the_work_tree(hub: Hub) -> str:
    inner = _tree(hub, [("100644", b"evil.sh", _blob(hub, b"x\n"))])
    return _with_tree(hub, "", lambda entries: _plus(entries, "40000", b"..", inner))


@forgery("tree-form")
def a_folder_that_windows_takes_for_gits_own(hub: Hub) -> str:
    inner = _tree(hub, [("100644", b"config", _blob(hub, b"x\n"))])
    return _with_tree(hub, "", lambda entries: _plus(entries, "40000", b".git. ", inner))


@forgery("tree-form")
def a_mode_of_long_ago(hub: Hub) -> str:
    return _with_tree(hub, _day(hub), lambda entries: [("100664", name, oid) for _, name, oid in entries])


@forgery("tree-form")
def a_mode_with_a_nought(hub: Hub) -> str:
    return _with_tree(hub, _day(hub), lambda entries: [("0100644", name, oid) for _, name, oid in entries])


@forgery("tree-form")
def a_folder_without_files_that_no_list_shows(hub: Hub) -> str:
    empty = _tree(hub, [])
    return _with_tree(hub, "", lambda entries: _plus(entries, "40000", b"zone", empty), by="mallory")


# --- commits


def _rewritten(hub: Hub, change: Callable[[str], str]) -> str:
    """A note by Bob, and its commit's bytes changed."""
    hub.add(hub.jam, "noted", text="A note.")
    data = git(hub.work, "cat-file", "commit", hub.commit()) + "\n"
    oid = git(hub.work, "hash-object", "-t", "commit", "-w", "--stdin", "--literally", data=change(data).encode())
    git(hub.work, "update-ref", "refs/heads/main", oid)
    return oid


@forgery("commit-form")
def two_signatures(hub: Hub) -> str:
    one = "gpgsig -----BEGIN SSH SIGNATURE-----\n AAAA\n -----END SSH SIGNATURE-----\n"
    return _rewritten(hub, lambda data: data.replace("\n\n", f"\n{one}{one}\n", 1))


@forgery("commit-form")
def two_encodings(hub: Hub) -> str:
    return _rewritten(hub, lambda data: data.replace("\n\n", "\nencoding UTF-8\nencoding UTF-8\n\n", 1))


@forgery("commit-form")
def a_date_with_a_nought(hub: Hub) -> str:
    return _rewritten(hub, lambda data: re.sub(r"> ([0-9]+) (\S+)\ncommitter", r"> 0\1 \2\ncommitter", data, count=1))


@forgery("commit-form")
def a_zone_beyond_the_date_line(hub: Hub) -> str:
    return _rewritten(hub, lambda data: data.replace(" +0000\ncommitter", " +1530\ncommitter", 1))


@forgery("merge-added")
def a_merge_with_itself_hides_a_note(hub: Hub) -> str:
    def twice(data: str) -> str:
        parent = next(line for line in data.split("\n") if line.startswith("parent "))
        return data.replace(parent, f"{parent}\n{parent}", 1)

    return _rewritten(hub, twice)


@forgery("root")
def a_history_of_ones_own_is_merged(hub: Hub) -> str:
    """Nora begins a store in which she may do anything, and merges what she did there."""
    git(hub.work, "checkout", "-q", "--orphan", "mine")
    people = hub.work / "people.yaml"
    before = people.read_text()
    people.write_text(before.replace("name: Nora Net, roles: [support]", "name: Nora Net, roles: [service-desk]"))
    shutil.rmtree(hub.work / "incidents")
    begun = hub.commit(by="nora", at=int(time.time()))
    hub.itil("nora", "log", "-t", "Never reported")
    people.write_text(before)
    hub.commit(by="nora", at=int(time.time()))
    git(hub.work, "switch", "-q", "main")
    stamp = hub.stamp("nora", int(time.time()))
    git(hub.work, "merge", "-q", "--no-ff", "--allow-unrelated-histories", "-m", "x", "mine", **stamp)
    return begun


# --- headings, names and places of events


@forgery("text-changed")
def an_internal_entry_is_called_public(hub: Hub) -> str:
    hub.jam.write_text(hub.jam.read_text().replace("(internal)", "(public)"))
    return hub.commit(at=int(time.time()))


@forgery("text-changed")
def an_entry_gets_another_author(hub: Hub) -> str:
    hub.jam.write_text(re.sub(r"(### \S+) bob@example\.com", r"\1 dana@example.com", hub.jam.read_text()))
    return hub.commit(at=int(time.time()))


@forgery("text-changed")
def an_entry_gets_another_time(hub: Hub) -> str:
    hub.jam.write_text(hub.jam.read_text().replace("### 20", "### 19", 1))
    return hub.commit(at=int(time.time()))


@forgery("text-changed")
def a_merge_gives_an_entry_another_author(hub: Hub) -> str:
    git(hub.work, "switch", "-q", "-c", "side")
    hub.itil("bob", "note", hub.jam.stem, "-m", "On the side.")
    git(hub.work, "switch", "-q", "main")
    hub.itil("dana", "note", hub.lan.stem, "-m", "On main.")
    git(hub.work, "merge", "-q", "--no-ff", "--no-commit", "side")
    hub.jam.write_text(re.sub(r"(### \S+) bob@example\.com", r"\1 dana@example.com", hub.jam.read_text(), count=1))
    return hub.commit(by="nora")


@forgery("event-moved")
def events_of_one_second_change_places(hub: Hub) -> str:
    first = hub.add(hub.jam, "noted", text="One.")
    hub.commit()
    hub.add(hub.jam, "noted", at=first.at, text="Two.")
    hub.commit()
    assert hub.push() == ""
    record = hub.record(hub.jam)
    *rest, one, two = record.events
    hub.write(hub.jam, replace(record, events=(*rest, two, one)))
    return hub.commit(at=int(time.time()))


@forgery("S16")
def a_position_before_what_is_there(hub: Hub) -> str:
    record = hub.record(hub.jam)
    event = Event(record.events[-1].at, "bob@example.com", "1-hand", "noted", {}, "Was first.")
    hub.write(hub.jam, replace(record, events=(*record.events, event)))
    return hub.commit()


@forgery("I8")
def a_key_that_no_command_writes(hub: Hub) -> str:
    hub.add(hub.jam, "noted", text="A note.", refund="100")
    return hub.commit()


@forgery("I8")
def less_time_than_none(hub: Hub) -> str:
    hub.add(hub.jam, "noted", text="A note.", minutes=-5)
    return hub.commit()


# --- pointers, attachments, names


@forgery("key")
def a_pointer_is_led_elsewhere(hub: Hub) -> str:
    hub.itil("dana", "log", "-t", "Disk full", "--dedup-key", "disk")
    assert hub.push() == ""
    (pointer,) = (hub.work / "keys").iterdir()
    pointer.write_text(f"{hub.jam.stem}\n")
    return hub.commit(by="dana", at=int(time.time()))


@forgery("key")
def an_incident_with_a_key_and_no_pointer(hub: Hub) -> str:
    hub.itil("dana", "log", "-t", "Disk full", "--dedup-key", "disk")
    git(hub.work, "reset", "-q", "--soft", "HEAD~1")
    shutil.rmtree(hub.work / "keys")
    return hub.commit(by="dana")


@forgery("key")
def a_pointer_that_outlives_its_incident(hub: Hub) -> str:
    facts = ("--category", "hardware", "--impact", "low", "--urgency", "low")
    name = hub.itil("dana", "log", "-t", "Disk full", "--dedup-key", "disk", *facts)["id"]
    assert hub.push() == ""
    (pointer,) = (hub.work / "keys").iterdir()
    hub.itil("dana", "resolve", name, "--code", "fixed", "-m", "Deleted the logs.")
    git(hub.work, "reset", "-q", "--soft", "HEAD~1")
    pointer.parent.mkdir(exist_ok=True)
    pointer.write_text(f"{name}\n")
    return hub.commit(by="dana")


@forgery("attachment")
def an_attachment_that_is_not_there(hub: Hub) -> str:
    file = hub.folder / "log.txt"
    file.write_text("all broken\n")
    hub.itil("bob", "note", hub.jam.stem, "-m", "See the log.", "--attach", str(file))
    git(hub.work, "reset", "-q", "--soft", "HEAD~1")
    shutil.rmtree(hub.work / "attachments")
    return hub.commit()


@forgery("file-path")
def a_name_that_differs_by_how_a_letter_is_composed(hub: Hub) -> str:
    (hub.work / "docs").mkdir()
    (hub.work / "docs/caf\u00e9.md").write_text("x")
    hub.commit(by="ada", at=int(time.time()))
    assert hub.push() == ""
    (hub.work / "docs/cafe\u0301.md").write_text("y")
    return hub.commit(by="ada", at=int(time.time()))


# --- both judges

# Refused by the server's git before it comes to the audit.
BY_GIT = {
    "names_in_another_order", "a_record_twice", "the_people_twice", "one_name_of_several_parts", "a_mode_with_a_nought",
    "a_way_out_of_the_work_tree", "a_folder_that_windows_takes_for_gits_own", "a_date_with_a_nought",
}  # fmt: skip


@pytest.mark.parametrize("name", ALL)
def test_a_forgery_is_found_and_refused(name: str, hub: Hub) -> None:
    code, forge = ALL[name]
    commit = forge(hub)
    found = hub.audit()
    assert code in codes(found["findings"], commit), found["findings"]
    assert found["exit"] == 1
    said = hub.push()
    assert f"error[{code}]" in said or (name in BY_GIT and "fsck" in said), said
    assert git(hub.bare, "rev-parse", "main") != git(hub.work, "rev-parse", "HEAD")


def test_a_second_beginning_is_found_in_a_range_too(hub: Hub) -> None:
    """Also where it has become the line of first parents."""
    tip = git(hub.work, "rev-parse", "HEAD")
    begun = a_history_of_ones_own_is_merged(hub)
    turned = git(hub.work, "commit-tree", "-m", "x", "-p", "mine", "-p", tip, "HEAD^{tree}")
    git(hub.work, "update-ref", "refs/heads/main", turned)
    assert "root" in codes(hub.audit(f"{tip}..HEAD")["findings"], begun)


def test_the_same_file_may_be_attached_again(hub: Hub) -> None:
    file = hub.folder / "log.txt"
    file.write_text("all broken\n")
    for _ in range(2):
        hub.itil("bob", "note", hub.jam.stem, "-m", "See the log.", "--attach", str(file))
    assert codes(hub.audit()["findings"]) == set()
    assert hub.push() == ""


def test_a_key_may_come_and_go(hub: Hub) -> None:
    facts = ("--category", "hardware", "--impact", "low", "--urgency", "low")
    name = hub.itil("dana", "log", "-t", "Disk full", "--dedup-key", "disk", *facts)["id"]
    hub.itil("dana", "resolve", name, "--code", "fixed", "-m", "Deleted the logs.")
    hub.itil("dana", "reopen", name, "-m", "Full again.")
    hub.itil("dana", "cancel", name, "--reason", "gone", "-m", "A new disk is in.")
    assert codes(hub.audit()["findings"]) == set()
    assert hub.push() == ""


def test_a_history_without_a_store_may_have_had_many_beginnings(hub: Hub) -> None:
    """A store that was put into a project's repository, whose own roots are nobody's affair."""
    readme = _tree(hub, [("100644", b"README.md", _blob(hub, b"x\n"))])
    roots = [git(hub.work, "commit-tree", "-m", name, readme) for name in ("a", "b")]
    merged = git(hub.work, "commit-tree", "-m", "x", "-p", roots[0], "-p", roots[1], readme)
    tree = git(hub.work, "rev-parse", f"{git(hub.work, 'rev-list', '--max-parents=0', 'HEAD')}^{{tree}}")
    store = git(hub.work, "commit-tree", "-m", "x", "-p", merged, tree, **hub.stamp("ada", int(time.time())))
    git(hub.work, "update-ref", "refs/heads/main", store)
    assert "root" not in codes(hub.audit()["findings"])
