"""Pending, vendors, knowledge consulted (I3–I6, P12, S4, S8), sentence by sentence."""

from __future__ import annotations

from dataclasses import replace

import pytest
from world import World

from itil_cli.process.incident import Record

REASONS = "awaiting-requestor, awaiting-vendor, awaiting-change, awaiting-problem, awaiting-parent, awaiting-activity, scheduled"
KE, KB = "KE-20260309-00001", "KB-20260309-00001"


def with_knowledge() -> World:
    world = World()
    for record_id in (KE, KB):
        world.records[record_id] = Record(record_id, {"title": "t"}, ())
    return world


def test_p12_pending_needs_a_reason_and_a_message() -> None:
    world = World()
    incident_id = world.accepted()
    error = world.refusal("bob", "pend", incident_id, message="Which?")
    assert (str(error), error.code) == (
        f"pending needs a justified reason. Add --reason R (allowed reasons: {REASONS}).",
        "P12",
    )
    error = world.refusal("bob", "pend", incident_id, reason="awaiting-requestor")
    assert (str(error), error.code) == (
        f'pending needs a message to the requestor. Add -m "…" (allowed reasons: {REASONS}).',
        "P12",
    )
    error = world.refusal("bob", "pend", incident_id, reason="awaiting-requester", message="Which?")
    assert str(error) == "There is no pending reason 'awaiting-requester'. Did you mean awaiting-requestor?"


@pytest.mark.parametrize(
    ("reason", "given", "need", "how"),
    [
        ("awaiting-vendor", {}, "vendor and vendor-ticket", "--vendor V --vendor-ticket X"),
        ("awaiting-vendor", {"vendor_ticket": "T-1"}, "vendor", "--vendor V"),
        ("awaiting-vendor", {"vendor": "telco"}, "vendor-ticket", "--vendor-ticket X"),
        ("awaiting-change", {}, "ref", "--ref R"),
        ("awaiting-problem", {}, "ref", "--ref R"),
        ("awaiting-activity", {}, "ref", "--ref R"),
        ("scheduled", {}, "until", "--until TIME"),
    ],
)
def test_s4_a_reason_asks_for_what_it_needs(reason: str, given: dict[str, str], need: str, how: str) -> None:
    world = World()
    error = world.refusal("bob", "pend", world.accepted(), reason=reason, message="x", **given)
    assert (str(error), error.code) == (f"pending for {reason} needs its {need}. Add {how}.", "P12")


@pytest.mark.parametrize(
    ("reason", "given", "pauses"),
    [
        ("awaiting-requestor", {}, ["sla", "ola"]),
        ("awaiting-vendor", {"vendor": "telco", "vendor_ticket": "T-1"}, ["ola"]),
        ("awaiting-change", {"ref": "CHG-1"}, ["ola"]),
        ("awaiting-parent", {}, ["ola"]),
        ("scheduled", {"until": "2026-03-10T09:00:00Z"}, ["sla", "ola"]),
    ],
)
def test_s5_what_a_reason_pauses_stands_in_the_event(reason: str, given: dict[str, str], pauses: list[str]) -> None:
    world = World()
    incident_id = world.accepted()
    world.do("bob", "pend", incident_id, reason=reason, message="x", **given)
    event = world.event(incident_id)
    assert (event["reason"], event["pauses"], event["public"]) == (reason, pauses, True)
    assert {name: event[name.replace("_", "-")] for name in given} == given


def test_s4_the_date_agreed_is_yet_to_come() -> None:
    world = World()
    options = {"reason": "scheduled", "message": "Later", "until": "2026-03-09T09:04:00Z"}
    error = world.refusal("bob", "pend", world.accepted(), **options)
    assert (str(error), error.code) == (
        "the date agreed, 2026-03-09T09:04:00Z, is not after now, 2026-03-09T09:04:00Z. Give a later --until TIME.",
        "P12",
    )


def test_s4_from_one_pausing_reason_to_another_nothing_resumes() -> None:
    world = World()
    incident_id = world.accepted()
    world.do("bob", "pend", incident_id, reason="awaiting-requestor", message="Which?")
    seen = world.do("bob", "pend", incident_id, reason="scheduled", until="2026-03-10T09:00:00Z", message="Tomorrow")
    assert world.does(incident_id)[-2:] == ["pended", "pended"]
    assert (seen.status, seen.reason, seen.until) == ("pending", "scheduled", "2026-03-10T09:00:00Z")


def test_s4_where_requestor_and_actor_are_one_person_the_message_is_reason_and_communication_in_one() -> None:
    world = World()
    own = world.do("bob", "log", title="x", group="support", impact="low", urgency="low", category="data", take=True).id
    assert world.do("bob", "pend", own, reason="awaiting-activity", ref="T-1", message="After T-1").status == "pending"


def test_resuming_clears_the_reason() -> None:
    world = World()
    incident_id = world.accepted()
    world.do("bob", "pend", incident_id, reason="awaiting-requestor", message="Which?")
    seen = world.do("bob", "resume", incident_id, message="Found out")
    assert (seen.status, seen.reason, seen.pauses) == ("in-progress", None, ())


def test_i6_a_vendors_ticket_is_opened_and_answered() -> None:
    world = World(vendors={"telco": {"contract": "4h", "calendar": "business"}})
    incident_id = world.accepted()
    for options in ({}, {"opened": "telco", "ticket": "T-1", "answered": True}):
        error = world.refusal("bob", "vendor", incident_id, **options)
        assert (str(error), error.code) == (
            "say what happened at the vendor. Add --opened V --ticket X, or --answered.",
            "I6",
        )
    error = world.refusal("bob", "vendor", incident_id, opened="telco")
    assert (str(error), error.code) == ("a vendor's ticket needs its number. Add --ticket X.", "I6")
    error = world.refusal("bob", "vendor", incident_id, answered=True)
    assert (error.text, error.code) == (f"{incident_id} has no open ticket at a vendor.", "I6")
    world.do("bob", "vendor", incident_id, opened="telco", ticket="T-1")
    event = world.event(incident_id)
    assert (event["uc"], event["uc-calendar"], event["ticket"]) == ("4h", "business", "T-1")
    assert world.do("bob", "vendor", incident_id, answered=True).vendors == ()
    assert world.event(incident_id)["vendor"] == "telco"


def test_i6_of_two_vendors_the_one_that_is_named_has_answered_else_the_last() -> None:
    world = World()
    incident_id = world.accepted()
    world.do("bob", "vendor", incident_id, opened="telco", ticket="T-1")
    world.do("bob", "vendor", incident_id, opened="gasco", ticket="G-1")
    error = world.refusal("bob", "vendor", incident_id, answered=True, vendor="hosto")
    assert error.text == f"{incident_id} has no open ticket at hosto."
    assert world.do("bob", "vendor", incident_id, answered=True, vendor="telco").vendors == ("gasco",)
    assert world.notes() == ("telco has answered; a ticket is open at gasco.",)
    assert world.do("bob", "vendor", incident_id, answered=True).vendors == ()


def test_s8_after_a_reopening_the_vendor_is_asked_anew() -> None:
    world = World(vendors={"telco": {"contract": "4h", "calendar": "business"}})
    incident_id = world.accepted()
    given = {"reason": "awaiting-vendor", "vendor": "telco", "vendor_ticket": "T-1", "message": "Telco looks"}
    world.do("bob", "pend", incident_id, **given)
    assert world.do("bob", "resolve", incident_id, code="fixed", message="New line.").vendors == ()
    world.do("dana", "reopen", incident_id, message="Down again")
    world.do("bob", "accept", incident_id)
    world.do("bob", "pend", incident_id, **{**given, "vendor_ticket": "T-2"})
    event = world.event(incident_id, -2)
    assert (event["do"], event["ticket"], event["uc"]) == ("vendor-opened", "T-2", "4h")


def test_s4_waiting_for_a_vendor_opens_his_ticket_once() -> None:
    world = World(vendors={"telco": {"contract": "4h", "calendar": "business"}})
    incident_id = world.accepted()
    given = {"reason": "awaiting-vendor", "vendor": "telco", "vendor_ticket": "T-1", "message": "Telco looks"}
    world.do("bob", "pend", incident_id, **given)
    assert world.event(incident_id, -2)["uc"] == "4h"
    world.do("bob", "resume", incident_id)
    world.do("bob", "pend", incident_id, **given)
    assert world.does(incident_id).count("vendor-opened") == 1


def test_i3_what_was_consulted_is_recorded_and_whether_it_helped() -> None:
    world = with_knowledge()
    incident_id = world.accepted()
    world.do("bob", "apply", incident_id, record=KE.lower())
    assert (world.event(incident_id)["record"], world.event(incident_id)["helped"]) == (KE, True)
    world.do("bob", "apply", incident_id, record=KB, did_not_help=True)
    assert (world.event(incident_id)["record"], world.event(incident_id)["helped"]) == (KB, False)
    error = world.refusal("bob", "apply", incident_id, record="KE-20260309-ZZZZZ")
    assert str(error) == (
        "There is no known error or article 'KE-20260309-ZZZZZ'. `itil search` finds it by its text (KE-…)."
    )


def test_s1_a_clock_up_to_ten_minutes_behind_is_stamped_with_the_last_events_time() -> None:
    world = World()
    incident_id = world.accepted()
    last = world.now
    world.now -= 600 + 60
    assert world.do("bob", "note", incident_id, message="x").last_at == last
    world.now -= 61
    error = world.refusal("bob", "note", incident_id, message="x")
    assert (str(error), error.code) == (
        f"The clock says 2026-03-09T08:52:59Z, but the last event of {incident_id} is of 2026-03-09T09:03:00Z. "
        "Set the clock right, or give --now.",
        "S1",
    )


def test_what_the_program_does_not_know_in_a_header_is_kept() -> None:
    world = World()
    incident_id = world.accepted()
    record = world.records[incident_id]
    world.records[incident_id] = replace(record, fields={**record.fields, "x-seat": "B12"})
    world.do("bob", "note", incident_id, message="x")
    assert world.records[incident_id].fields["x-seat"] == "B12"
