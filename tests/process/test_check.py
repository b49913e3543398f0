"""Is every file what its events say? Each check, and each finding as it is printed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from world import World

from itil_cli.errors import Broken
from itil_cli.process.auditing.check import CHECKS, Links, check, check_file, mended
from itil_cli.process.auditing.findings import Finding
from itil_cli.process.events.fold import fold
from itil_cli.process.incident import Entry, Event, Record, path_of
from itil_cli.process.time.instants import parse_instant


def findings(world: World, record: Record, path: str | None = None) -> list[Finding]:
    return list(check_file(path or path_of(record.id), record, world.policy, world.people))


def texts(world: World, record: Record, path: str | None = None) -> list[str]:
    return [f"{found.code} {found.severity}: {found.text}" for found in findings(world, record, path)]


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def record(world: World) -> Record:
    """A resolved incident, as the program writes it."""
    return world.records[world.resolved()]


def altered(record: Record, place: int, change: Callable[[Event], Event]) -> Record:
    """One event changed, and the summary folded anew, so that only the change is found."""
    events = [change(event) if at == place else event for at, event in enumerate(record.events)]
    whole = replace(record, events=tuple(events))
    return replace(whole, fields=fold(whole).fields())


def test_what_the_program_writes_has_no_findings(world: World) -> None:
    parent, child = world.accepted(), world.logged()
    world.do("dana", "link", child, relation="child-of", target=parent)
    world.do("bob", "resolve", parent, code="workaround", message="Restarted it")
    files = [(path_of(record_id), record) for record_id, record in world.records.items()]
    assert list(check(files, world.policy, world.people)) == []


def test_an_id_is_its_files_name(world: World, record: Record) -> None:
    other = "INC-20260309-ZZZZZ"
    found = findings(world, record, path_of(other))
    assert [(one.text, one.code, one.key) for one in found] == [
        (f"the id says '{record.id}', the file's name says '{other}'.", "P01", ("id",))
    ]


def test_a_file_lies_in_its_folder(world: World, record: Record) -> None:
    path = path_of(record.id)
    assert texts(world, record, f"incidents/{record.id}.md") == [
        f"P01 error: the file does not lie where its id belongs: {path}."
    ]


def test_a_files_name_is_an_id(world: World, record: Record) -> None:
    assert texts(world, record, "incidents/2026/03/09/notes.md") == [
        "P01 error: the file's name 'notes' is no id; such a file is in no list.",
        f"P01 error: the id says '{record.id}', the file's name says 'notes'.",
    ]


def test_an_incident_begins_with_logged(world: World, record: Record) -> None:
    empty = replace(record, events=(), fields={"status": "new"})
    assert texts(world, empty) == ["P01 error: there are no events; an incident begins with `logged`."]
    headless = replace(record, events=record.events[1:2])
    headless = replace(headless, fields=fold(headless).fields())
    assert texts(world, headless) == ["P01 error: the first event is 'classified'; an incident begins with `logged`."]


def test_an_unknown_kind_of_event_is_found(world: World, record: Record) -> None:
    strange = altered(record, 1, lambda event: replace(event, do="clasified"))
    (found,) = [one for one in findings(world, strange) if one.code == "S16"]
    assert found.text == "no event is called 'clasified'."
    assert (found.event, found.person, found.key) == (record.events[1].n, "dana@example.com", ("events", 1))


def test_every_event_has_a_name_of_its_own(world: World, record: Record) -> None:
    name = record.events[0].n
    twice = altered(record, 4, lambda event: replace(event, n=name))
    assert texts(world, twice) == [f"S16 error: a second event is called {name!r}."]


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("status", "new", 'status says "new", the events say "resolved".'),
        ("assignee", None, 'assignee says nothing, the events say "bob@example.com".'),
        ("parent", "INC-20260309-ZZZZZ", 'parent says "INC-20260309-ZZZZZ", the events say nothing.'),
        ("children", ["a"], "children says ['a'], the events say nothing."),
    ],
)
def test_the_summary_is_the_fold_and_a_difference_is_named_with_both_values(
    world: World, record: Record, field: str, value: Any, text: str
) -> None:
    said = {**record.fields, field: value}
    (found,) = findings(world, replace(record, fields=said))
    assert (found.code, found.text, found.key) == ("S2", text, (field,))


def test_an_empty_field_is_as_good_as_none(world: World, record: Record) -> None:
    assert texts(world, replace(record, fields={**record.fields, "children": [], "parent": None, "x-own": 1})) == []


def test_every_work_log_entry_belongs_to_an_event(world: World, record: Record) -> None:
    stray = Entry("9-zzzz", 0, "bob@example.com", False, "x")
    (found,) = findings(world, replace(record, strays=(stray,)))
    assert (found.code, found.text) == ("I8", "the work log has an entry #9-zzzz that no event knows.")
    assert found.event == "9-zzzz"


def test_what_an_import_marked_as_forbidden_is_a_warning_under_its_rule(world: World, record: Record) -> None:
    rows = [
        Event(1, "ines@example.com", "1-a", "imported", {"status": "new"}),
        Event(2, "ines@example.com", "2-a", "imported", {"status": "resolved", "forbidden": "R2"}),
    ]
    imported = replace(record, events=tuple(rows))
    imported = replace(imported, fields=fold(imported).fields())
    assert texts(world, imported) == ["R2 warning: the source has a step to resolved that the process forbids."]


@pytest.mark.parametrize(
    ("place", "data", "text"),
    [
        (2, {"group": "suport"}, "C6 error: the policy knows no group 'suport'. Did you mean support?"),
        (1, {"category": "hardwear"}, "C1 error: the policy knows no category 'hardwear'. Did you mean hardware?"),
        (4, {"code": "fixd"}, "R4 error: the policy knows no closure code 'fixd'. Did you mean fixed?"),
        (1, {"owner": "dan@example.com"}, "P01 error: nobody is 'dan@example.com' (owner). Did you mean dana@example.com?"),
        (2, {"to": "x@y"}, None),  # the one who accepts is the assignee
    ],
)  # fmt: skip
def test_names_are_the_policys(
    world: World, record: Record, place: int, data: dict[str, Any], text: str | None
) -> None:
    given = altered(record, place, lambda event: replace(event, data={**event.data, **data}))
    if "category" in data:  # the resolution confirms it
        given = altered(given, 4, lambda event: replace(event, data={**event.data, **data}))
    assert texts(world, given) == ([text] if text else [])


def test_a_pending_reason_is_the_policys(world: World) -> None:
    incident_id = world.accepted()
    world.do("bob", "pend", incident_id, reason="awaiting-requestor", message="Which?")
    lunch = altered(
        world.records[incident_id], -1 % 5, lambda event: replace(event, data={**event.data, "reason": "lunch"})
    )
    assert texts(world, lunch) == ["P12 error: the policy knows no reason 'lunch'."]


@pytest.mark.parametrize("code", ["by-parent", "by-problem", "recovered"])
def test_codes_that_rules_write_are_known(world: World, record: Record, code: str) -> None:
    assert texts(world, altered(record, 4, lambda event: replace(event, data={**event.data, "code": code}))) == []


def test_a_requestor_is_known_where_the_policy_wants_it() -> None:
    for requestors, found in (
        ("anyone", []),
        ("known", ["P01 error: nobody is 'eve@elsewhere.example' (requestor)."]),
    ):
        world = World()
        incident_id = world.do("dana", "log", title="x", requestor="eve@elsewhere.example").id
        record = world.records[incident_id]
        assert texts(World(requestors=requestors), record) == found


def test_names_of_an_imported_incident_are_the_sources(world: World, record: Record) -> None:
    row = Event(1, "ines@example.com", "1-a", "imported", {"status": "new", "group": "Group 70", "category": "cat 4"})
    imported = replace(record, events=(row,))
    imported = replace(imported, fields=fold(imported).fields())
    assert texts(world, imported) == []


def test_a_link_stands_on_both_sides_under_the_same_name(world: World) -> None:
    parent, child = world.logged(), world.logged()
    world.do("dana", "link", child, relation="child-of", target=parent)
    whole = world.records[parent]
    bare = replace(whole, events=whole.events[:-1])
    bare = replace(bare, fields=fold(bare).fields())
    files = [(path_of(child), world.records[child]), (path_of(parent), bare)]
    (found,) = check(files, world.policy, world.people)
    assert (found.code, found.path, found.event) == ("S11", path_of(child), whole.events[-1].n)
    assert found.text == f"linked child-of {parent}, which does not know of it."
    (alone,) = check(files[:1], world.policy, world.people)
    assert alone.text == f"linked child-of {parent}, which is not in the store."


def test_a_reference_to_a_change_owes_nothing(world: World) -> None:
    incident_id = world.logged()
    world.do("dana", "link", incident_id, relation="change", target="CHG-7")
    assert list(check([(path_of(incident_id), world.records[incident_id])], world.policy, world.people)) == []


def test_a_file_that_cannot_be_read_is_a_finding_with_its_place(world: World, record: Record) -> None:
    broken = Broken("this is no header.", code="front-open", line=3, column=1)
    found = list(check([("incidents/x.md", broken), (path_of(record.id), record)], world.policy, world.people))
    assert found == [Finding("front-open", "this is no header.", path="incidents/x.md", line=3, column=1)]


def test_mended_writes_the_summary_anew_and_keeps_what_is_foreign(record: Record) -> None:
    wrong = replace(record, fields={**record.fields, "status": "new", "x-own": 1})
    assert mended(wrong).fields == {**record.fields, "x-own": 1}


def test_mended_writes_a_missing_counterpart(world: World) -> None:
    parent, child = world.logged(), world.logged()
    bare = world.records[parent]
    world.do("dana", "link", child, relation="child-of", target=parent)
    links = Links()
    links.take(path_of(child), world.records[child])
    links.take(path_of(parent), bare)
    owed = list(links.missing())
    assert [(link.holder, link.target) for link in owed] == [(child, parent)]
    whole = mended(bare, owed)
    assert whole.fields["children"] == [child]
    assert whole.events[-1].n == world.records[child].events[-1].n
    assert mended(Record("PRB-20260309-00001", {"title": "t"}, ()), []).fields == {"title": "t"}


def test_a_problems_status_is_the_fold_of_its_events(world: World) -> None:
    events = (Event(1, "a@x", "1-a", "proposed", {}), Event(2, "a@x", "2-b", "closed", {}))
    problem = Record("PRB-20260309-00001", {"title": "t", "status": "closed"}, events)
    assert texts(world, problem) == [
        'S2 error: status says "closed", the events say "proposed".',
        "S16 error: closed is void: closed does not fit the status proposed.",
    ]
    assert mended(problem).fields["status"] == "proposed"
    bare = Record("KE-20260309-00001", {"title": "t", "status": "published"}, ())
    assert texts(world, bare) == ["P01 error: there are no events; a record begins with one."]


def test_a_known_errors_facts_are_as_they_were_edited_last(world: World) -> None:
    known = world.do("bob", "known-error new", title="Locked", workaround="Restart it").id
    for title in ("Locked index", "Search index is locked"):
        world.do("bob", "known-error edit", known, title=title)
    assert texts(world, world.records[known]) == []
    changed = replace(world.records[known], fields={**world.records[known].fields, "title": "Locked index"})
    assert texts(world, changed) == [
        'S2 error: title says "Locked index", the events say "Search index is locked".',
    ]
    assert mended(changed) == world.records[known]


def test_an_overdue_action_is_a_warning(world: World) -> None:
    incident_id = world.resolved()
    world.do("dana", "action add", incident_id, message="Look after rollers", owner="bob", due="2026-03-10")
    record = world.records[incident_id]
    late = parse_instant("2026-03-11T00:00:00Z")
    found = list(check_file(path_of(incident_id), record, world.policy, world.people, late))
    assert [(one.code, one.severity, one.text, one.person) for one in found] == [
        ("M9", "warning", "action 1 of bob@example.com was due 2026-03-10: Look after rollers", "bob@example.com")
    ]
    assert list(check_file(path_of(incident_id), record, world.policy, world.people, late - 1)) == []
    world.do("bob", "action done", incident_id, number=1)
    assert list(check_file(path_of(incident_id), world.records[incident_id], world.policy, world.people, late)) == []


def test_every_check_is_named_here() -> None:
    assert [one.__name__ for one in CHECKS] == [
        "_path",
        "_beginning",
        "_kinds_of_events",
        "_names_of_events",
        "_summary",
        "_strays",
        "_forbidden",
        "_policy_names",
        "_knowledge",
        "_overdue",
    ]
