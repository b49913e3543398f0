"""What people do with git and an editor: each is found by `audit`, with its code and commit, and refused by the gate.

Every tampering is a function that leaves the commit to be found, and says the code. All are tried twice: the audit
of the clone names code and commit, and a push to the bare repository is refused with that code.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from itil_cli.process.incident import REDACTED, Event
from tests.audit.hub import FUTURE, Hub, codes, git
from tests.gits import needs_ssh_signing

pytestmark = pytest.mark.slow
Tampering = Callable[[Hub], str]
ALL: dict[str, tuple[str, Tampering]] = {}


def tampering(code: str) -> Callable[[Tampering], Tampering]:
    """Note a tampering and the code that it is found by."""

    def note(function: Tampering) -> Tampering:
        ALL[function.__name__] = (code, function)
        return function

    return note


def with_data(**data: object) -> Callable[[Event], Event]:
    return lambda event: replace(event, data={**event.data, **{k.replace("_", "-"): v for k, v in data.items()}})  # type: ignore[dict-item]


# --- what was there is changed


@tampering("event-changed")
def an_old_event_is_edited(hub: Hub) -> str:
    hub.alter(hub.jam, 1, with_data(impact="low"))
    return hub.commit(at=int(time.time()))


@tampering("event-changed")
def an_old_event_is_back_dated(hub: Hub) -> str:
    hub.alter(hub.jam, 3, lambda event: replace(event, at=event.at - 1))
    return hub.commit(at=int(time.time()))


@tampering("event-removed")
def an_event_is_taken_out(hub: Hub) -> str:
    record = hub.record(hub.jam)
    hub.write(hub.jam, replace(record, events=record.events[:-1]))
    return hub.commit(at=int(time.time()))


@tampering("event-moved")
def events_change_places(hub: Hub) -> str:
    record = hub.record(hub.jam)
    *rest, one, two = record.events
    hub.write(hub.jam, replace(record, events=(*rest, two, one)))
    return hub.commit(at=int(time.time()))


@tampering("text-changed")
def a_work_log_entry_is_edited(hub: Hub) -> str:
    hub.jam.write_text(hub.jam.read_text().replace("Looked at the roller.", "Did nothing."))
    return hub.commit(at=int(time.time()))


@tampering("text-changed")
def a_work_log_entry_is_taken_out(hub: Hub) -> str:
    text = hub.jam.read_text()
    hub.jam.write_text(text[: text.index("### ")])
    return hub.commit(at=int(time.time()))


@tampering("S10")
def a_redaction_by_somebody_else(hub: Hub) -> str:
    entry = next(event for event in hub.record(hub.jam).events if event.text)
    hub.alter(hub.jam, [event.n for event in hub.record(hub.jam).events].index(entry.n), _blotted)
    hub.add(hub.jam, "redacted", event=entry.n, text="Looks bad.")
    return hub.commit()


@tampering("text-changed")
def a_redaction_of_more_than_it_says(hub: Hub) -> str:
    hub.itil("bob", "note", hub.jam.stem, "-m", "Another one.")
    record = hub.record(hub.jam)
    one, two = (place for place, event in enumerate(record.events) if event.text)
    hub.alter(hub.jam, one, _blotted)
    hub.alter(hub.jam, two, _blotted)
    hub.add(hub.jam, "redacted", by="ada", event=record.events[one].n, text="A password.")
    return hub.commit(by="ada")


@tampering("S17")
def a_redaction_that_takes_nothing_out(hub: Hub) -> str:
    entry = next(event for event in hub.record(hub.jam).events if event.text)
    hub.add(hub.jam, "redacted", by="ada", event=entry.n, text="A password.")
    return hub.commit(by="ada")


def _blotted(event: Event) -> Event:
    return replace(event, text=REDACTED)


@tampering("description-changed")
def the_requestors_text_is_changed(hub: Hub) -> str:
    hub.jam.write_text(hub.jam.read_text().replace("It eats the paper.", "Never mind."))
    return hub.commit(at=int(time.time()))


@tampering("file-deleted")
def an_incident_is_deleted(hub: Hub) -> str:
    hub.jam.unlink()
    return hub.commit()


@tampering("file-deleted")
def a_file_is_moved(hub: Hub) -> str:
    target = hub.work / "incidents/2020/01/01" / hub.jam.name
    target.parent.mkdir(parents=True)
    hub.jam.rename(target)
    return hub.commit(at=int(time.time()))


@tampering("P01")
def the_id_is_not_the_files(hub: Hub) -> str:
    hub.jam.write_text(hub.jam.read_text().replace(f"id: {hub.jam.stem}", "id: INC-20200101-00000"))
    return hub.commit(at=int(time.time()))


@tampering("event-twice")
def a_name_stands_twice(hub: Hub) -> str:
    record = hub.record(hub.jam)
    again = replace(record.events[-1], do="noted", data={}, text="Again.")
    hub.write(hub.jam, replace(record, events=(*record.events, again)))
    return hub.commit(at=int(time.time()))


@tampering("event-inserted")
def an_event_is_inserted_in_the_past(hub: Hub) -> str:
    record = hub.record(hub.jam)
    first = record.events[0]
    fresh = Event(int(time.time()) + 5, "dana@example.com", "2-hand", "noted", {}, "Was here all along.")
    hub.write(hub.jam, replace(record, events=(first, fresh, *record.events[1:])))
    return hub.commit(by="dana", at=fresh.at)


# --- summaries and files


@tampering("S2")
def the_status_changes_without_an_event(hub: Hub) -> str:
    hub.jam.write_text(hub.jam.read_text().replace("status: in-progress", "status: closed"))
    return hub.commit()


@tampering("S2")
def the_priority_is_lowered_in_the_header(hub: Hub) -> str:
    hub.jam.write_text(hub.jam.read_text().replace("priority: P4", "priority: P5", 1))
    return hub.commit()


@tampering("I8")
def a_work_log_entry_without_an_event(hub: Hub) -> str:
    with hub.jam.open("a") as file:
        file.write("\n### 2026-03-09T10:00:00Z bob@example.com (internal) #9-fake\n\nCalled the vendor.\n")
    return hub.commit(at=int(time.time()))


@tampering("file-mode")
def a_record_becomes_a_link(hub: Hub) -> str:
    path = hub.jam
    path.unlink()
    path.symlink_to("/etc/passwd")
    return hub.commit()


@tampering("file-mode")
def a_record_becomes_executable(hub: Hub) -> str:
    hub.jam.chmod(0o755)
    return hub.commit(at=int(time.time()))


@tampering("file-mode")
def a_submodule_is_added(hub: Hub) -> str:
    head = git(hub.work, "rev-parse", "HEAD")
    git(hub.work, "update-index", "--add", "--cacheinfo", f"160000,{head},docs/other")
    git(hub.work, "commit", "-q", "-m", "x")
    return git(hub.work, "rev-parse", "HEAD")


@tampering("file-path")
def a_mailmap_is_added(hub: Hub) -> str:
    (hub.work / ".mailmap").write_text("Ines <ines@example.com> <bob@example.com>\n")
    return hub.commit(by="ada")


@tampering("file-path")
def attributes_merge_by_union(hub: Hub) -> str:
    (hub.work / ".gitattributes").write_text("*.md merge=union\n")
    return hub.commit(by="ada")


@tampering("file-path")
def a_name_that_differs_by_case(hub: Hub) -> str:
    path = hub.jam.relative_to(hub.work).as_posix()
    blob = git(hub.work, "rev-parse", f"HEAD:{path}")
    git(hub.work, "update-index", "--add", "--cacheinfo", f"100644,{blob},docs/readme.md")
    git(hub.work, "update-index", "--add", "--cacheinfo", f"100644,{blob},docs/README.md")
    git(hub.work, "commit", "-q", "-m", "x")
    return git(hub.work, "rev-parse", "HEAD")


@tampering("front-open")
def a_file_is_broken(hub: Hub) -> str:
    hub.jam.write_text("nothing of an incident\n")
    return hub.commit()


# --- what lies beside the events


@tampering("file-role")
def somebody_unknown_adds_a_field(hub: Hub) -> str:
    hub.jam.write_text(hub.jam.read_text().replace("events:\n", "x-cost: 100\nevents:\n", 1))
    return hub.commit(by="mallory", at=int(time.time()))


@tampering("file-role")
def a_requestor_hides_a_field_behind_an_event(hub: Hub) -> str:
    hub.add(hub.jam, "contacted", by="alice", text="Still jams.", **{"from": "alice@example.com"})
    hub.jam.write_text(hub.jam.read_text().replace("events:\n", "x-refund: yes please\nevents:\n", 1))
    return hub.commit(by="alice")


@tampering("I8")
def a_text_before_the_first_entry(hub: Hub) -> str:
    hub.jam.write_text(hub.jam.read_text().replace("## Work log\n", "## Work log\n\nApproved by the board.\n"))
    return hub.commit(at=int(time.time()))


@tampering("I8")
def a_second_heading_in_the_description(hub: Hub) -> str:
    text = hub.jam.read_text()
    hub.jam.write_text(text.replace("It eats the paper.", "It eats the paper.\n\n## Work log\n\nApproved."))
    return hub.commit(at=int(time.time()))


@tampering("text-changed")
def a_text_after_the_last_entry(hub: Hub) -> str:
    hub.jam.write_text(f"{hub.jam.read_text()}\nApproved by the board.\n")
    return hub.commit(at=int(time.time()))


@tampering("event-changed")
def an_invisible_letter_in_an_old_event(hub: Hub) -> str:
    hub.jam.write_text(hub.jam.read_text().replace("title: Printer jams,", "title: Print\u200ber jams,"))
    return hub.commit(at=int(time.time()))


@tampering("front-open")
def a_byte_order_mark(hub: Hub) -> str:
    hub.jam.write_bytes(b"\xef\xbb\xbf" + hub.jam.read_bytes())
    return hub.commit(at=int(time.time()))


@tampering("S10")
def a_name_in_other_letters(hub: Hub) -> str:
    hub.add(hub.jam, "noted", by="b\u043eb", text="A Cyrillic o.")
    return hub.commit(by="b\u043eb")


@tampering("S10")
def somebody_who_has_left(hub: Hub) -> str:
    people = hub.work / "people.yaml"
    people.write_text(people.read_text().replace("name: Bob Baker,", "name: Bob Baker, retired: '2020-01-01',"))
    hub.commit(by="ada", at=int(time.time()))
    assert hub.push() == ""
    hub.add(hub.jam, "noted", text="Me again.")
    return hub.commit()


@tampering("I8")
def a_note_that_a_sync_never_made(hub: Hub) -> str:
    hub.add(hub.jam, "noted", by="mallory", rule="sync", was="resolved", void="too late", text="I had resolved it.")
    return hub.commit(by="mallory")


@tampering("P03")
def a_link_taken_out_in_the_name_of_a_rule(hub: Hub) -> str:
    child = hub.itil("dana", "log", "-t", "Another printer jams")["id"]
    hub.itil("dana", "link", child, "child-of", hub.jam.stem)
    assert hub.push() == ""
    hub.add(hub.jam, "unlinked", relation="parent-of", target=child, rule="S16")
    return hub.commit()


@tampering("P01")
def one_id_in_two_places(hub: Hub) -> str:
    twin = hub.work / "incidents/2020/01/01/INC-20200101-AAAAA.md"
    twin.parent.mkdir(parents=True)
    twin.write_bytes(hub.jam.read_bytes())
    return hub.commit(at=int(time.time()))


@tampering("author")
def a_copy_under_another_id(hub: Hub) -> str:
    name = f"{hub.jam.stem[:-5]}ZZZZZ"
    hub.jam.with_name(f"{name}.md").write_text(hub.jam.read_text().replace(hub.jam.stem, name))
    return hub.commit(at=int(time.time()))


@tampering("file-role")
def a_model_by_support(hub: Hub) -> str:
    (hub.work / "models").mkdir(exist_ok=True)
    (hub.work / "models/vpn.md").write_text("---\nid: vpn\n---\n")
    return hub.commit(at=int(time.time()))


@tampering("file-role")
def attributes_among_the_reports(hub: Hub) -> str:
    (hub.work / "reports").mkdir()
    (hub.work / "reports/.gitattributes").write_text("* merge=ours\n")
    return hub.commit(at=int(time.time()))


@tampering("file-mode")
def the_people_become_a_link(hub: Hub) -> str:
    people = hub.work / "people.yaml"
    people.rename(hub.work / "others.yaml")
    people.symlink_to("others.yaml")
    return hub.commit(by="ada", at=int(time.time()))


@tampering("file-path")
def a_second_policy_in_capitals(hub: Hub) -> str:
    (hub.work / "ITIL.yaml").write_text((hub.work / "itil.yaml").read_text())
    return hub.commit(by="ada", at=int(time.time()))


@tampering("file-path")
def a_second_folder_in_capitals(hub: Hub) -> str:
    (hub.work / "docs").mkdir(exist_ok=True)
    (hub.work / "docs/readme.md").write_text("x")
    hub.commit(by="ada", at=int(time.time()))
    assert hub.push() == ""
    (hub.work / "Docs").mkdir()
    (hub.work / "Docs/readme.md").write_text("y")
    return hub.commit(by="ada", at=int(time.time()))


def _report(hub: Hub) -> Path:
    kept = hub.work / "reports/2026-10/summary.md"
    kept.parent.mkdir(parents=True)
    kept.write_text("sla_resolution 91 %\n")
    hub.commit(by="ada", at=int(time.time()))
    assert hub.push() == ""
    return kept


@tampering("file-changed")
def a_kept_report_is_embellished(hub: Hub) -> str:
    _report(hub).write_text("sla_resolution 99 %\n")
    return hub.commit(by="ada", at=int(time.time()))


@tampering("file-role")
def a_kept_report_is_taken_away(hub: Hub) -> str:
    _report(hub).unlink()
    return hub.commit(by="bob", at=int(time.time()))


def _attached(hub: Hub) -> Path:
    """A mail with an attachment, taken in by the bot."""
    mail = hub.folder / "mail.eml"
    mail.write_text(
        "From: Alice <alice@example.com>\nTo: itil@localhost\nSubject: Log\nMessage-ID: <1@x.example>\nMIME-Version: 1.0\n"
        'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain\n\nSee the log.\n--b\n'
        "Content-Type: text/plain\nContent-Disposition: attachment; filename=log.txt\n\nall broken\n--b--\n"
    )
    hub.itil("ci", "receive", "mail", str(mail))
    assert hub.push() == ""
    return next((hub.work / "attachments").rglob("*log.txt"))


@tampering("attachment")
def an_attachment_is_changed(hub: Hub) -> str:
    _attached(hub).write_text("all quiet\n")
    return hub.commit(at=int(time.time()))


@tampering("attachment")
def an_attachment_is_taken_away(hub: Hub) -> str:
    _attached(hub).unlink()
    return hub.commit(by="ada", at=int(time.time()))


@tampering("attachment")
def an_attachment_that_no_event_brought(hub: Hub) -> str:
    folder = hub.work / "attachments" / hub.jam.stem
    folder.mkdir(parents=True)
    (folder / "0123456789abcdef-proof.txt").write_text("Bob did it.\n")
    return hub.commit(by="dana", at=int(time.time()))


@tampering("file-changed")
def a_mail_is_made_to_belong_elsewhere(hub: Hub) -> str:
    _attached(hub)
    (pointer,) = (path for path in (hub.work / "mail").rglob("*") if path.is_file())
    pointer.write_text(f"{hub.jam.stem}\n")
    return hub.commit(by="dana", at=int(time.time()))


@tampering("key")
def a_mail_that_nobody_wrote(hub: Hub) -> str:
    (hub.work / "mail/ab").mkdir(parents=True)
    (hub.work / "mail/ab" / ("ab" * 32)).write_text(f"{hub.jam.stem}\n")
    return hub.commit(by="dana", at=int(time.time()))


def _delivery(hub: Hub, text: str) -> None:
    lines = hub.work / "deliveries" / hub.jam.relative_to(hub.work).with_suffix("")
    lines.parent.mkdir(parents=True, exist_ok=True)
    lines.write_text(text)


@tampering("delivery")
def a_line_about_a_message_is_none(hub: Hub) -> str:
    _delivery(hub, "told everybody\n")
    return hub.commit(by="dana", at=int(time.time()))


@tampering("delivery")
def a_message_was_never_sent_after_all(hub: Hub) -> str:
    line = "1-abcd received alice@example.com {} 2026-11-24T10:00:00Z 1 7KQF2ABC\n"
    _delivery(hub, line.format("sent"))
    hub.commit(by="dana", at=int(time.time()))
    assert hub.push() == ""
    _delivery(hub, line.format("failed"))
    return hub.commit(by="dana", at=int(time.time()))


# --- who


@tampering("author")
def an_event_in_somebody_elses_name(hub: Hub) -> str:
    hub.add(hub.jam, "noted", by="ines", text="I agree with Bob.")
    return hub.commit(by="bob")


@tampering("S10")
def the_wrong_role(hub: Hub) -> str:
    hub.add(hub.jam, "canceled", by="nora", text="No longer needed.", reason="withdrawn")
    return hub.commit(by="nora")


@tampering("S10")
def a_role_granted_and_used_in_the_same_push(hub: Hub) -> str:
    people = hub.work / "people.yaml"
    people.write_text(
        people.read_text().replace("name: Nora Net, roles: [support]", "name: Nora Net, roles: [service-desk]")
    )
    first = hub.commit(by="ada", at=int(time.time()))
    hub.add(hub.jam, "canceled", by="nora", text="No longer needed.", reason="withdrawn")
    hub.commit(by="nora")
    return first


@tampering("settings-role")
def a_role_granted_to_oneself(hub: Hub) -> str:
    people = hub.work / "people.yaml"
    people.write_text(
        people.read_text().replace("name: Bob Baker, roles: [support]", "name: Bob Baker, roles: [incident-manager]")
    )
    return hub.commit(by="bob")


@tampering("settings-role")
def the_policy_is_loosened_and_tightened_again(hub: Hub) -> str:
    policy = hub.work / "itil.yaml"
    before = policy.read_text()
    policy.write_text(before.replace("version: 2", "version: 3") + "cancel: all\n")
    found = hub.commit(by="bob")
    policy.write_text(before)
    hub.commit(by="bob")
    return found


def _ines_leaves(hub: Hub) -> None:
    people = hub.work / "people.yaml"
    people.write_text(people.read_text().replace("name: Ines Ito,", "name: Ines Ito, retired: '2026-01-01',"))
    hub.commit(by="ada", at=int(time.time()))
    assert hub.push() == ""


@tampering("settings-role")
def a_policy_dated_back_to_when_she_was_in_charge(hub: Hub) -> str:
    _ines_leaves(hub)
    policy = hub.work / "itil.yaml"
    policy.write_text(policy.read_text().replace("version: 2", "version: 3") + "cancel: all\n")
    return hub.commit(by="ines", at=int(datetime(2025, 12, 31, tzinfo=UTC).timestamp()))


@tampering("file-role")
def a_document_dated_back_to_when_she_was_in_charge(hub: Hub) -> str:
    _ines_leaves(hub)
    (hub.work / "README.md").write_text("Ring me instead.\n")
    return hub.commit(by="ines", at=int(datetime(2025, 12, 31, tzinfo=UTC).timestamp()))


@tampering("policy-version")
def the_policys_version_goes_back(hub: Hub) -> str:
    policy = hub.work / "itil.yaml"
    policy.write_text(policy.read_text().replace("version: 2", "version: 1"))
    return hub.commit(by="ada")


@tampering("calendar-past")
def hours_of_the_past_are_changed(hub: Hub) -> str:
    policy = hub.work / "itil.yaml"
    text = policy.read_text().replace("version: 2", "version: 3")
    policy.write_text(text.split("\ncalendars:")[0] + "\ncalendars:\n  always: {hours: [{mon-sun: ['00:00-12:00']}]}\n")
    return hub.commit(by="ada")


@tampering("file-role")
def somebody_writes_a_document(hub: Hub) -> str:
    (hub.work / "README.md").write_text("Ring me instead.\n")
    return hub.commit(by="alice")


# --- when


@tampering("future")
def an_event_from_the_future(hub: Hub) -> str:
    hub.add(hub.jam, "noted", at=int(time.time()) + FUTURE, text="Will have been done.")
    return hub.commit()


@tampering("too-late")
def an_event_of_last_month(hub: Hub) -> str:
    record = hub.record(hub.lan)
    first = record.events[0]
    old = Event(first.at - FUTURE, "dana@example.com", "0-hand", "noted", {}, "Long ago.")
    hub.write(hub.lan, replace(record, events=(*record.events, old)))
    return hub.commit(by="dana", at=old.at)


@tampering("author-time")
def the_authors_time_is_not_the_events(hub: Hub) -> str:
    event = hub.add(hub.jam, "noted", text="When was it?")
    return hub.commit(at=event.at - 90)


@tampering("commit-time")
def a_committer_time_before_the_parents(hub: Hub) -> str:
    event = hub.add(hub.jam, "noted", text="When was it?")
    return hub.commit(at=event.at, committed=event.at - 86400)


# --- what


@tampering("P08")
def a_priority_that_is_not_the_matrix(hub: Hub) -> str:
    promise = {"response": "8h", "resolution": "40h", "calendar": "business"}
    hub.add(
        hub.jam,
        "classified",
        impact="high",
        urgency="critical",
        priority="P5",
        category="hardware",
        text="Why.",
        **promise,
    )
    return hub.commit()


@tampering("S5")
def a_target_that_the_policy_does_not_give(hub: Hub) -> str:
    promise = {"response": "8h", "resolution": "999h", "calendar": "business"}
    hub.add(hub.jam, "classified", impact="medium", urgency="medium", priority="P4", category="hardware", **promise)
    return hub.commit()


@tampering("S4")
def a_wait_that_pauses_what_it_may_not(hub: Hub) -> str:
    hub.add(
        hub.jam, "pended", reason="awaiting-activity", ref="T1", pauses=["sla", "ola"], public=True, text="Waiting."
    )
    return hub.commit()


@tampering("P12")
def pending_without_a_message(hub: Hub) -> str:
    hub.add(hub.jam, "pended", reason="awaiting-requestor", pauses=["sla", "ola"], public=True)
    return hub.commit()


@tampering("R4")
def resolved_without_notes(hub: Hub) -> str:
    hub.add(hub.jam, "resolved", code="fixed", kind="permanent", category="hardware", public=True)
    return hub.commit()


@tampering("P13")
def a_closing_time_that_is_not_the_policys(hub: Hub) -> str:
    soon = "2026-11-25T00:00:00Z"
    said = {"code": "fixed", "kind": "permanent", "category": "hardware", "public": True}
    hub.add(hub.jam, "resolved", text="New roller.", closes_at=soon, reopen_until=soon, **said)
    return hub.commit()


@tampering("F2")
def closed_without_a_confirmation(hub: Hub) -> str:
    hub.itil("bob", "resolve", hub.jam.stem, "--code", "fixed", "-m", "New roller.")
    hub.add(hub.jam, "closed", by="dana")
    return hub.commit(by="dana")


@tampering("F4")
def closed_by_a_clock_that_has_not_come(hub: Hub) -> str:
    hub.itil("bob", "resolve", hub.jam.stem, "--code", "fixed", "-m", "New roller.")
    hub.add(hub.jam, "closed", by="bob", rule="F4")
    return hub.commit(by="bob")


@tampering("P09")
def handed_over_without_agreement(hub: Hub) -> str:
    hub.add(hub.jam, "assigned", group="network")
    return hub.commit()


@tampering("R2")
def resolved_before_it_is_accepted(hub: Hub) -> str:
    hub.itil("dana", "classify", hub.lan.stem, "--impact", "low", "--urgency", "low", "--category", "network")
    hub.itil("dana", "assign", hub.lan.stem, "--group", "network")
    hub.add(
        hub.lan, "resolved", by="nora", code="fixed", kind="permanent", category="network", public=True, text="Done."
    )
    return hub.commit(by="nora")


@tampering("P11")
def an_escalation_that_nothing_demanded(hub: Hub) -> str:
    hub.add(hub.jam, "escalated", to="incident-manager", trigger="P1", rule="P11")
    return hub.commit()


@tampering("S11")
def a_link_on_one_side_only(hub: Hub) -> str:
    hub.add(hub.lan, "linked", by="dana", relation="child-of", target=hub.jam.stem)
    return hub.commit(by="dana")


@tampering("import")
def an_imported_event_by_hand(hub: Hub) -> str:
    hub.add(hub.jam, "imported", by="ada", status="closed")
    return hub.commit(by="ada")


@tampering("import")
def an_import_into_an_incident_that_was_there(hub: Hub) -> str:
    event = hub.add(hub.jam, "imported", by="ada", status="closed")
    message = f"x\n\nImport: servicenow {'0' * 64}\n"
    return hub.commit(by="ada", at=event.at, message=message)


@tampering("S10")
def an_import_by_somebody_else(hub: Hub) -> str:
    record = hub.record(hub.lan)
    name = hub.lan.stem[:-5] + "ZZZZZ"
    logged = replace(record.events[0], by="bob@example.com")
    row = Event(logged.at, "bob@example.com", "2-hand", "imported", {"status": "closed"})
    hub.write(hub.lan.with_name(f"{name}.md"), replace(record, id=name, events=(logged, row)))
    return hub.commit(by="bob", at=logged.at, message=f"x\n\nImport: servicenow {'0' * 64}\n")


@tampering("S10")
def an_import_by_somebody_who_has_left(hub: Hub) -> str:
    _ines_leaves(hub)
    moment = int(datetime(2025, 12, 31, 9, tzinfo=UTC).timestamp())
    record = hub.record(hub.lan)
    name = "INC-20251231-ZZZZZ"
    logged = replace(record.events[0], at=moment, by="ines@example.com")
    row = Event(moment, "ines@example.com", "2-hand", "imported", {"status": "closed"})
    file = hub.work / f"incidents/2025/12/31/{name}.md"
    file.parent.mkdir(parents=True)
    hub.write(file, replace(record, id=name, events=(logged, row)))
    return hub.commit(by="ines", at=moment, message=f"x\n\nImport: servicenow {'0' * 64}\n")


@tampering("key")
def a_key_that_points_elsewhere(hub: Hub) -> str:
    (hub.work / "keys").mkdir(exist_ok=True)
    (hub.work / "keys" / ("0" * 64)).write_text(f"{hub.jam.stem}\n")
    return hub.commit()


# --- problems, known errors, articles


def _known_error(hub: Hub) -> Path:
    words = ("-t", "Printer jams", "--workaround", "Open the lid.", "--category", "hardware")
    name = hub.itil("bob", "known-error", "new", *words)["id"]
    hub.itil("bob", "known-error", "edit", name, "-t", "The printer jams")
    return next((hub.work / "known-errors").rglob(f"{name}.md"))


@tampering("S2")
def a_known_error_gets_another_title(hub: Hub) -> str:
    path = _known_error(hub)
    path.write_text(path.read_text().replace("title: The printer jams", "title: Never mind", 1))
    return hub.commit(at=int(time.time()))


@tampering("S2")
def a_problem_gets_another_category(hub: Hub) -> str:
    name = hub.itil("bob", "problem", "new", "-t", "Rollers wear out", "--category", "hardware")["id"]
    path = next((hub.work / "problems").rglob(f"{name}.md"))
    path.write_text(path.read_text().replace("category: hardware", "category: network", 1))
    return hub.commit(at=int(time.time()))


@tampering("S2")
def an_article_loses_its_service(hub: Hub) -> str:
    name = hub.itil("bob", "article", "new", "-t", "Rollers", "-d", "Turn them.", "--service", "printing")["id"]
    path = next((hub.work / "knowledge").rglob(f"{name}.md"))
    path.write_text(path.read_text().replace("service: printing\n", "", 1))
    return hub.commit(at=int(time.time()))


@tampering("S2")
def a_known_error_publishes_itself(hub: Hub) -> str:
    path = _known_error(hub)
    path.write_text(path.read_text().replace("status: draft", "status: published", 1))
    return hub.commit(at=int(time.time()))


@tampering("S2")
def a_merge_picks_a_title_of_its_own(hub: Hub) -> str:
    path = _known_error(hub)
    git(hub.work, "switch", "-q", "-c", "side")
    hub.itil("bob", "known-error", "edit", path.stem, "-t", "It jams")
    git(hub.work, "switch", "-q", "main")
    hub.itil("dana", "note", path.stem, "-m", "On main.")
    git(hub.work, "merge", "-q", "--no-ff", "--no-commit", "side", check=False)
    hub.write(path, replace(hub.record(path), fields={**hub.record(path).fields, "title": "Never mind"}))
    return hub.commit(by="nora")


# --- merges, roots and the shape of history


def _branch(hub: Hub) -> None:
    """Bob writes on a branch, Dana on main."""
    git(hub.work, "switch", "-q", "-c", "side")
    hub.itil("bob", "note", hub.jam.stem, "-m", "On the side.")
    git(hub.work, "switch", "-q", "main")
    hub.itil("dana", "note", hub.lan.stem, "-m", "On main.")


@tampering("merge-added")
def a_merge_smuggles_an_event(hub: Hub) -> str:
    _branch(hub)
    git(hub.work, "merge", "-q", "--no-ff", "--no-commit", "side")
    hub.add(hub.jam, "canceled", by="nora", text="No longer needed.", reason="withdrawn")
    return hub.commit(by="nora")


@tampering("merge-added")
def a_merge_smuggles_a_policy(hub: Hub) -> str:
    _branch(hub)
    git(hub.work, "merge", "-q", "--no-ff", "--no-commit", "side")
    policy = hub.work / "itil.yaml"
    policy.write_text(policy.read_text() + "cancel: all\n")
    return hub.commit(by="nora")


@tampering("merge-lost")
def a_merge_that_drops_the_other_side(hub: Hub) -> str:
    _branch(hub)
    git(hub.work, "merge", "-q", "-s", "ours", "-m", "x", "side", **hub.stamp("bob", int(time.time())))
    return git(hub.work, "rev-parse", "HEAD")


@tampering("event-changed")
def the_second_parent_rewrites(hub: Hub) -> str:
    git(hub.work, "switch", "-q", "-c", "side")
    hub.alter(hub.jam, 1, with_data(impact="low"))
    found = hub.commit(at=int(time.time()))
    git(hub.work, "switch", "-q", "main")
    hub.itil("dana", "note", hub.lan.stem, "-m", "On main.")
    git(hub.work, "merge", "-q", "--no-ff", "-m", "x", "side")
    return found


def _merging(hub: Hub) -> None:
    _branch(hub)
    git(hub.work, "merge", "-q", "--no-ff", "--no-commit", "side")


@tampering("merge-added")
def a_merge_smuggles_a_key(hub: Hub) -> str:
    _merging(hub)
    (hub.work / "keys").mkdir(exist_ok=True)
    (hub.work / "keys" / ("0" * 64)).write_text(f"{hub.jam.stem}\n")
    return hub.commit(by="nora")


@tampering("file-mode")
def a_merge_smuggles_a_link(hub: Hub) -> str:
    _merging(hub)
    (hub.work / "keys").mkdir(exist_ok=True)
    (hub.work / "keys" / ("0" * 64)).symlink_to("/etc/passwd")
    return hub.commit(by="nora")


@tampering("merge-added")
def a_merge_drops_a_key(hub: Hub) -> str:
    hub.itil("dana", "log", "-t", "Disk full", "--dedup-key", "disk")
    assert hub.push() == ""
    _merging(hub)
    for key in (hub.work / "keys").iterdir():
        key.unlink()
    return hub.commit(by="nora")


@tampering("file-mode")
def a_merge_makes_a_record_executable(hub: Hub) -> str:
    _merging(hub)
    hub.jam.chmod(0o755)
    return hub.commit(by="nora")


@tampering("merge-added")
def a_merge_says_that_a_message_was_sent(hub: Hub) -> str:
    _both_sent(hub)
    lines = hub.work / "deliveries" / hub.jam.relative_to(hub.work).with_suffix("")
    lines.write_text(lines.read_text() + "4-abcd told alice@example.com sent 2026-11-24T10:00:00Z 1 7KQF2ABC\n")
    return hub.commit(by="dana", at=int(time.time()))


def _octopus(hub: Hub) -> None:
    """Three branches, merged at once and not yet committed."""
    _branch(hub)
    git(hub.work, "switch", "-q", "-c", "third", "main~1")
    hub.itil("dana", "log", "-t", "Third")
    git(hub.work, "switch", "-q", "main")
    git(hub.work, "merge", "-q", "--no-ff", "--no-commit", "side", "third")


@tampering("merge-added")
def an_octopus_smuggles_an_event(hub: Hub) -> str:
    _octopus(hub)
    hub.add(hub.jam, "canceled", by="nora", text="No longer needed.", reason="withdrawn")
    return hub.commit(by="nora")


@tampering("merge-lost")
def an_octopus_drops_what_its_third_parent_brought(hub: Hub) -> str:
    _octopus(hub)
    third = next(path for path in (hub.work / "incidents").rglob("*.md") if "title: Third\n" in path.read_text())
    third.unlink()
    return hub.commit(by="nora")


def _crossed(hub: Hub) -> None:
    """Two branches that have merged each other, and go on."""
    git(hub.work, "branch", "side")
    hub.itil("dana", "note", hub.lan.stem, "-m", "On main.")
    git(hub.work, "switch", "-q", "side")
    hub.itil("bob", "note", hub.jam.stem, "-m", "On the side.")
    one, two = git(hub.work, "rev-parse", "main"), git(hub.work, "rev-parse", "side")
    git(hub.work, "merge", "-q", "--no-ff", "-m", "x", one, **hub.stamp("bob", int(time.time())))
    hub.itil("bob", "note", hub.jam.stem, "-m", "On the side again.")
    git(hub.work, "switch", "-q", "main")
    git(hub.work, "merge", "-q", "--no-ff", "-m", "x", two, **hub.stamp("dana", int(time.time())))
    hub.itil("dana", "note", hub.jam.stem, "-m", "On main again.")


@tampering("merge-lost")
def a_merge_of_branches_that_crossed_drops_a_note(hub: Hub) -> str:
    _crossed(hub)
    git(hub.work, "merge", "-q", "-s", "ours", "-m", "x", "side", **hub.stamp("bob", int(time.time())))
    return git(hub.work, "rev-parse", "HEAD")


@tampering("commit-form")
def a_commit_in_another_encoding(hub: Hub) -> str:
    hub.add(hub.jam, "noted", text="A note.")
    git(hub.work, "config", "i18n.commitEncoding", "ISO-8859-1")
    return hub.commit()


@tampering("commit-form")
def a_commit_in_a_zone_that_there_is_not(hub: Hub) -> str:
    hub.add(hub.jam, "noted", text="A note.")
    good = hub.commit()
    forged = git(hub.work, "cat-file", "commit", good).replace(" +0000\ncommitter", " +9959\ncommitter") + "\n"
    oid = git(hub.work, "hash-object", "-t", "commit", "-w", "--stdin", "--literally", data=forged.encode())
    git(hub.work, "update-ref", "refs/heads/main", oid)
    return oid


@tampering("commit-form")
def a_commit_with_two_authors(hub: Hub) -> str:
    data = git(hub.work, "cat-file", "commit", "HEAD") + "\n"
    author = next(line for line in data.split("\n") if line.startswith("author "))
    forged = data.replace(author, f"{author}\n{author.replace('dana', 'bob')}", 1)
    parent = git(hub.work, "rev-parse", "HEAD")
    forged = "\n".join(f"parent {parent}" if line.startswith("parent ") else line for line in forged.split("\n"))
    oid = git(hub.work, "hash-object", "-t", "commit", "-w", "--stdin", "--literally", data=forged.encode())
    git(hub.work, "update-ref", "refs/heads/main", oid)
    return oid


@tampering("commit-form")
def a_commit_with_escapes(hub: Hub) -> str:
    hub.add(hub.jam, "noted", text="A note.")
    return hub.commit(message="\x1b[2Jx")


# The gate says these in its own words, or its git does, before the audit's codes come into it.
BY_GIT = {"a_commit_with_two_authors": "fsck", "a_role_granted_and_used_in_the_same_push": "S10"}
# Lawful commit by commit: only the push that holds both is not.
ONLY_THE_GATE = {"a_role_granted_and_used_in_the_same_push"}


@pytest.mark.parametrize("name", ALL)
def test_a_tampering_is_found_and_refused(name: str, hub: Hub) -> None:
    code, tamper = ALL[name]
    commit = tamper(hub)
    found = hub.audit()
    if name in ONLY_THE_GATE:
        assert codes(found["findings"]) == set()
    else:
        assert code in codes(found["findings"], commit), found["findings"]
        assert found["exit"] == 1
    said = hub.push()
    assert f"error[{code}]" in said or BY_GIT.get(name, "?") in said, said
    assert git(hub.bare, "rev-parse", "main") != git(hub.work, "rev-parse", "HEAD")


def test_there_are_thirty_and_more() -> None:
    assert len(ALL) >= 30


def test_what_is_legal_with_three_parents_and_crossed_branches(hub: Hub) -> None:
    _crossed(hub)
    git(hub.work, "merge", "-q", "--no-ff", "-m", "x", "side", **hub.stamp("bob", int(time.time())))
    assert codes(hub.audit()["findings"]) == set()
    git(hub.work, "branch", "-m", "side", "crossed")
    _octopus(hub)
    hub.commit(by="dana", at=int(time.time()))
    assert codes(hub.audit()["findings"]) == set()
    assert hub.push() == ""


def _both_sent(hub: Hub) -> None:
    """Bob sends something on a branch, Dana on main, and git has merged it but not committed."""
    line = "{}-abcd received {}@example.com sent 2026-11-24T10:00:00Z 1 7KQF2ABC\n"
    _delivery(hub, line.format(1, "alice"))
    hub.commit(by="dana", at=int(time.time()))
    git(hub.work, "switch", "-q", "-c", "side")
    _delivery(hub, line.format(1, "alice") + line.format(2, "bob"))
    hub.commit(by="bob", at=int(time.time()))
    git(hub.work, "switch", "-q", "main")
    _delivery(hub, line.format(1, "alice") + line.format(3, "carl"))
    hub.commit(by="dana", at=int(time.time()))
    git(hub.work, "merge", "-q", "--no-ff", "--no-commit", "side")


def test_lines_about_messages_are_united_by_a_merge(hub: Hub) -> None:
    _both_sent(hub)
    hub.commit(by="dana", at=int(time.time()))
    assert codes(hub.audit()["findings"]) == set()
    assert hub.push() == ""


def test_the_incident_manager_takes_a_kept_file_away_and_it_is_told(hub: Hub) -> None:
    _report(hub).unlink()
    commit = hub.commit(by="ada", at=int(time.time()))
    found = [one for one in hub.audit()["findings"] if one["severity"] != "note"]
    assert [(one["code"], one["severity"], one["commit"]) for one in found] == [("file-deleted", "warning", commit)]
    assert hub.push() == ""


def test_an_attachment_may_be_as_large_as_the_policy_lets_it_come_in(hub: Hub) -> None:
    mail = hub.folder / "mail.eml"
    mail.write_text(
        "From: Alice <alice@example.com>\nSubject: Log\nMessage-ID: <1@x.example>\nMIME-Version: 1.0\n"
        'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain\n\nSee the log.\n--b\n'
        "Content-Type: text/plain\nContent-Disposition: attachment; filename=log.txt\n\n"
        + "all broken\n" * 300_000
        + "--b--\n"
    )
    hub.itil("ci", "receive", "mail", str(mail))
    assert hub.push() == ""


def test_history_that_was_squashed(hub: Hub, tmp_path: Path) -> None:
    """The anchor is no ancestor any more, and the gate moves forward only."""
    anchor = tmp_path / "anchor"
    assert hub.audit("--anchor", str(anchor))["exit"] == 0
    git(hub.work, "reset", "-q", "--soft", "HEAD~2")
    hub.commit(by="dana")
    found = hub.audit("--anchor", str(anchor))
    assert "anchor" in codes(found["findings"])
    assert "[rejected]" in hub.push() or "ref" in hub.push("+HEAD:refs/heads/main")
    assert "error[ref]" in hub.push("+HEAD:refs/heads/main") or "denied" in hub.push("+HEAD:refs/heads/main")


def test_a_replace_ref_is_ignored_and_reported(hub: Hub) -> None:
    hub.alter(hub.jam, 1, with_data(impact="low"))
    forged = hub.commit(at=int(time.time()))
    git(hub.work, "replace", forged, git(hub.work, "rev-parse", "HEAD~1"))
    found = hub.audit()
    assert "replace-ref" in codes(found["findings"]) and "event-changed" in codes(found["findings"], forged)
    assert "refs/replace" in hub.push("refs/replace/*:refs/replace/*")


def test_partial_history_is_refused(hub: Hub, tmp_path: Path) -> None:
    """Never "ok" on a part: grafts, shallow clones."""
    head, parent = git(hub.work, "rev-parse", "HEAD"), git(hub.work, "rev-parse", "HEAD~2")
    grafts = hub.work / ".git/info/grafts"
    grafts.parent.mkdir(exist_ok=True)
    grafts.write_text(f"{head} {parent}\n")
    assert hub.audit()["exit"] == 6
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{hub.bare}", "shallow")
    assert hub.audit(where=tmp_path / "shallow")["exit"] == 6


def test_a_second_root_is_refused(hub: Hub) -> None:
    tree = git(hub.work, "rev-parse", "HEAD^{tree}")
    root = git(hub.work, "commit-tree", "-m", "x", tree)
    git(hub.work, "merge", "-q", "--allow-unrelated-histories", "-s", "ours", "-m", "x", root)
    assert "error[root]" in hub.push()


def test_an_empty_branch_takes_the_trusted_root_alone(hub: Hub, tmp_path: Path) -> None:
    other = Hub(tmp_path / "other")
    other.folder.mkdir()
    git(other.folder, "init", "-q", "--bare", "-b", "main", str(other.bare))
    git(hub.work, "remote", "set-url", "origin", str(other.bare))
    other.protect()
    assert "error[root]" in hub.push()
    other.protect(trust="0" * 40)
    assert "error[root]" in hub.push()
    other.protect(trust=git(hub.work, "rev-list", "--max-parents=0", "HEAD"))
    assert hub.push() == ""


def test_other_refs_and_deletions_are_refused(hub: Hub) -> None:
    assert "error[ref]" in hub.push("HEAD:refs/heads/other")
    git(hub.work, "tag", "v1")
    assert "error[ref]" in hub.push("v1")
    assert hub.push(":refs/heads/main") != ""


def test_what_is_too_large_is_not_read(hub: Hub) -> None:
    with hub.jam.open("a") as file:
        file.write("x" * 3 * 1024 * 1024)
    hub.commit(at=int(time.time()))
    assert "error[size]" in hub.push()


def test_the_answer_controls_no_terminal(hub: Hub) -> None:
    path = hub.work / "docs" / "a\x1b[2Jb.md"
    path.parent.mkdir()
    path.write_text("x")
    hub.commit(by="ada")
    assert "\x1b" not in hub.push()


@pytest.mark.parametrize("where", ["a work-log entry", "a description"])
def test_a_secret_is_refused_while_it_can_be_kept_out_and_told_of_after(where: str, hub: Hub) -> None:
    """No tampering, so a warning; nobody takes it out of history any more, so the gate lets none in."""
    secret = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    if where == "a work-log entry":
        hub.add(hub.jam, "noted", text=f"It is {secret}.")
        commit = hub.commit()
    else:
        hub.jam.write_text(hub.jam.read_text().replace("It eats the paper.", f"It eats {secret}."))
        hub.add(hub.jam, "edited", description=True)
        commit = hub.commit()
    found = [one for one in hub.audit()["findings"] if one["code"] == "secret"]
    assert [(one["severity"], one["commit"]) for one in found] == [("warning", commit)]
    assert secret not in str(found) and "holds a GitHub token" in found[0]["text"]
    said = hub.push()
    assert "warning[secret]" in said and secret not in said


def test_a_legal_push_is_taken(hub: Hub) -> None:
    hub.itil("bob", "resolve", hub.jam.stem, "--code", "fixed", "-m", "New roller.")
    hub.itil("dana", "close", hub.jam.stem, "--confirmed-by", "alice@example.com")
    assert hub.audit()["exit"] == 0
    assert hub.push() == ""
    assert git(hub.bare, "rev-parse", "main") == git(hub.work, "rev-parse", "HEAD")


def test_the_server_attests(hub: Hub) -> None:
    found = hub.audit(where=hub.bare)
    assert found["exit"] == 0 and found["levels"]["attested"] == found["commits"]


def _key(folder: Path, name: str) -> Path:
    path = folder / name
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(path)], check=True)
    return path


def _sign_with(hub: Hub, key: Path) -> None:
    needs_ssh_signing()
    for name, value in {"gpg.format": "ssh", "user.signingkey": str(key), "commit.gpgsign": "true"}.items():
        git(hub.work, "config", name, value)


def test_signatures(hub: Hub, tmp_path: Path) -> None:
    """Unsigned where signatures are required, somebody else's key, a key that was taken out."""
    key, other = _key(tmp_path, "ada"), _key(tmp_path, "bob")
    public = " ".join(key.with_suffix(".pub").read_text().split()[:2])
    people = hub.work / "people.yaml"
    before = people.read_text()
    people.write_text(before.replace("name: Ada Test,", f"name: Ada Test, keys: ['{public}'],"))
    start = hub.commit(by="ada")
    assert hub.push() == ""
    hub.protect(signed=True)

    def signed(who: str, text: str) -> str:
        hub.add(hub.jam, "noted", by=who, text=text)
        return hub.commit(by=who, committer=who)

    _sign_with(hub, key)
    good = signed("ada", "Signed by Ada.")
    assert codes(hub.audit("--signed", f"{start}..HEAD")["findings"]) == set()
    assert hub.push() == ""
    forged = signed("bob", "Signed by Ada, says Bob.")
    assert codes(hub.audit("--signed", f"{good}..HEAD")["findings"], forged) == {"signer"}
    assert "error[signer]" in hub.push()
    git(hub.work, "reset", "-q", "--hard", good)
    _sign_with(hub, other)
    unknown = signed("ada", "Signed by a key that nobody has.")
    assert codes(hub.audit("--signed", f"{good}..HEAD")["findings"], unknown) == {"signer"}
    git(hub.work, "reset", "-q", "--hard", good)
    git(hub.work, "config", "commit.gpgsign", "false")
    plain = signed("ada", "Not signed.")
    assert codes(hub.audit("--signed", f"{good}..HEAD")["findings"], plain) == {"unsigned"}
    assert "error[unsigned]" in hub.push()
    git(hub.work, "reset", "-q", "--hard", good)
    _sign_with(hub, key)
    people.write_text(before)
    revoked = hub.commit(by="ada")
    assert hub.push() == ""
    late = signed("ada", "Signed by a key that is no longer Ada's.")
    assert codes(hub.audit("--signed", f"{revoked}..HEAD")["findings"], late) == {"signer"}
    assert "error[signer]" in hub.push()
