"""Problems, known errors and articles (S10, P06, P14, F5): every step, role and refusal of the table."""

from __future__ import annotations

from typing import Any

import pytest
from world import World

from itil_cli.errors import NotFound, NotYourRole, Refused
from itil_cli.process.incident import Event, Record
from itil_cli.process.knowledge.steps import STATUSES, STEPS, fold

NEW: dict[str, tuple[str, dict[str, Any]]] = {
    "PRB": ("problem new", {"title": "Locked index"}),
    "KE": ("known-error new", {"title": "Locked index", "workaround": "Restart it"}),
    "KB": ("article new", {"title": "Locked index", "description": "Restart it"}),
}
# How each status is reached, by the problem manager.
WAYS: dict[tuple[str, str], tuple[str, ...]] = {
    ("PRB", "proposed"): (),
    ("PRB", "accepted"): ("problem accept",),
    ("PRB", "investigated"): ("problem accept", "problem investigate"),
    ("PRB", "resolved"): ("problem accept", "problem resolve"),
    ("PRB", "closed"): ("problem accept", "problem resolve", "problem close"),
    ("PRB", "rejected"): ("problem reject",),
    ("KE", "draft"): (),
    ("KE", "published"): ("known-error publish",),
    ("KE", "retired"): ("known-error retire",),
    ("KB", "draft"): (),
    ("KB", "reviewed"): ("article review",),
    ("KB", "published"): ("article review", "article publish"),
    ("KB", "retired"): ("article retire",),
}
VERBS = [(step.kind, step.verb) for step in STEPS if step.origin and step.do not in ("identified", "edited")]


def reached(world: World, kind: str, status: str) -> str:
    verb, options = NEW[kind]
    record_id = world.do("bob", verb, **options).id
    for step in WAYS[kind, status]:
        world.do("ines", step, record_id, message="x")
    assert world.records[record_id].fields["status"] == status
    return record_id


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("way", WAYS)
def test_every_verb_leads_where_the_table_says_or_is_refused_with_what_is_allowed(
    way: tuple[str, str], verb: tuple[str, str]
) -> None:
    (kind, status), (of_kind, name) = way, verb
    if kind != of_kind:
        return
    world = World()
    record_id = reached(world, kind, status)
    step = next(one for one in STEPS if (one.kind, one.verb) == (kind, name))
    if status in step.origin:
        world.do("ines", name, record_id, message="x")
        assert world.records[record_id].fields["status"] == step.to
        return
    error = world.refusal("ines", name, record_id, message="x")
    assert isinstance(error, Refused) and error.code == step.code
    assert error.text.startswith(f"{record_id} is {status}; {name} needs ")
    assert all(status in one.origin for one in STEPS if one.kind == kind and one.verb in error.allowed)


@pytest.mark.parametrize("who", ["dana", "bob", "max", "alice", "ci"])
@pytest.mark.parametrize("verb", [(kind, verb) for kind, verb in VERBS if verb != "article review"])
def test_the_problem_manager_alone_decides_publishes_and_retires(verb: tuple[str, str], who: str) -> None:
    world = World()
    step = next(one for one in STEPS if (one.kind, one.verb) == verb)
    record_id = reached(world, verb[0], step.origin[0])
    error = world.refusal(who, verb[1], record_id, message="x")
    assert isinstance(error, NotYourRole) and error.code == "S10"
    assert str(error).endswith(f"may not {verb[1]} {record_id}. Who may: problem-manager.")


@pytest.mark.parametrize("kind", NEW)
def test_desk_support_im_and_pm_propose_and_draft(kind: str) -> None:
    verb, options = NEW[kind]
    for who in ("dana", "bob", "ines"):
        assert World().do(who, verb, **options)
    for who in ("alice", "max", "ci"):
        error = World().refusal(who, verb, **options)
        said = f"may not {verb}. Who may: service-desk; support; incident-manager; problem-manager."
        assert isinstance(error, NotYourRole) and str(error).endswith(said)


MISSING: list[tuple[str, str, str, dict[str, Any], str]] = [
    ("PRB", "proposed", "problem reject", {}, 'rejecting a problem needs a text. Add -m "…".'),
    ("PRB", "accepted", "problem investigate", {}, 'an investigation needs a text. Add -m "…".'),
    ("PRB", "accepted", "problem resolve", {}, 'resolving a problem needs a text. Add -m "…".'),
    ("KE", "published", "known-error retire", {}, 'retiring a known error needs a text. Add -m "…".'),
    ("KB", "published", "article retire", {}, 'retiring an article needs a text. Add -m "…".'),
]


@pytest.mark.parametrize(("kind", "status", "verb", "options", "text"), MISSING)
def test_what_is_missing_is_said(kind: str, status: str, verb: str, options: dict[str, Any], text: str) -> None:
    world = World()
    assert str(world.refusal("ines", verb, reached(world, kind, status), **options)) == text


@pytest.mark.parametrize(
    ("verb", "options", "text"),
    [
        ("problem new", {}, "it needs a title. Add -t TITLE."),
        ("known-error new", {"title": "x"}, 'a known error needs its workaround. Add --workaround "…".'),
        ("known-error new", {"workaround": "x"}, "it needs a title. Add -t TITLE."),
        ("article new", {"title": "x"}, "an article needs a text. Add -d TEXT, or --from INC."),
        (
            "problem new",
            {"title": "x", "category": "hardwear"},
            "There is no category 'hardwear'. Did you mean hardware?",
        ),
    ],
)
def test_what_a_new_record_needs(verb: str, options: dict[str, Any], text: str) -> None:
    assert str(World().refusal("ines", verb, **options)) == text


def test_an_id_of_another_kind_is_not_found() -> None:
    world = World()
    error = world.refusal("ines", "problem accept", reached(world, "KE", "draft"))
    assert isinstance(error, NotFound)
    assert str(error) == "KE-20260309-00001 is no problem. `itil problem list` shows what there is."


def test_accepting_a_problem_links_its_incidents() -> None:
    world = World()
    one, other, more = world.logged(), world.logged(), world.logged()
    problem = world.do("dana", "problem new", title="Index", incidents=(one, other)).id
    assert world.see(one).linked("problem") == ()
    world.do("ines", "problem accept", problem, incidents=(more,))
    for incident_id in (one, other, more):
        assert world.see(incident_id).linked("problem") == (problem,)
    assert world.notes() == tuple(f"{incident_id} is linked to it." for incident_id in (one, other, more))


def test_p14_accepting_what_a_workaround_proposed_links_nothing_twice() -> None:
    world = World()
    incident_id = world.accepted()
    world.do("bob", "resolve", incident_id, code="workaround", message="Restarted")
    (problem,) = world.see(incident_id).linked("problem")
    world.do("ines", "problem accept", problem)
    assert world.see(incident_id).linked("problem") == (problem,)


def waiting(world: World) -> tuple[str, str]:
    incident_id = world.accepted()
    problem = reached(world, "PRB", "accepted")
    world.do("bob", "pend", incident_id, reason="awaiting-problem", ref=problem.lower(), message="Tonight")
    return incident_id, problem


def test_resolving_a_problem_lists_the_incidents_that_wait_for_it() -> None:
    world = World()
    incident_id, problem = waiting(world)
    assert world.see(incident_id).linked("problem") == (problem,)
    world.do("ines", "problem resolve", problem, message="New backup")
    assert world.notes() == (f"{incident_id} waits for it: Printer jams. (--resolve-incidents resolves it)",)
    assert world.see(incident_id).status == "pending"


def test_resolve_incidents_resolves_them_by_problem_on_record_in_each() -> None:
    world = World()
    incident_id, problem = waiting(world)
    working, linked = world.accepted(), world.accepted()
    world.do("bob", "link", linked, relation="problem", target=problem)
    world.do("ines", "problem resolve", problem, message="New backup", resolve_incidents=True)
    seen = world.see(incident_id)
    assert (seen.status, seen.code, seen.kind, seen.voids) == ("resolved", "by-problem", "by-problem", {})
    assert world.does(incident_id)[-2:] == ["resumed", "resolved"]
    assert world.event(incident_id)["rule"] == f"by-problem: {problem}"
    assert seen.closes_at is not None
    assert {world.see(one).status for one in (working, linked)} == {"in-progress"}
    assert world.notes() == (f"{incident_id} is resolved by its problem; alice@example.com is told.",)


def test_a_known_error_from_an_incident_takes_facts_workaround_and_problem() -> None:
    world = World()
    incident_id = world.accepted(description="Empty page")
    world.do("bob", "resolve", incident_id, code="workaround", message="Restarted it")
    (problem,) = world.see(incident_id).linked("problem")
    world.do("ines", "problem accept", problem)
    known = world.do("bob", "known-error new", **{"from": incident_id, "fix": "New backup"}).id
    record = world.records[known]
    assert record.fields == {"title": "Printer jams", "category": "hardware", "problem": problem, "status": "draft"}
    assert record.description == "Empty page\n\n## Workaround\n\nRestarted it\n\n## Permanent fix\n\nNew backup"
    assert world.see(incident_id).linked("known-error") == (known,)
    world.do("ines", "known-error publish", known)
    assert world.records[problem].fields["status"] == "known-error"
    assert world.notes() == (f"{problem} is a known error now.",)


def test_f5_resolve_drafts_an_article_from_the_incident() -> None:
    world = World()
    incident_id = world.accepted(description="Every page")
    seen = world.do("bob", "resolve", incident_id, code="fixed", message="New roller.", article=True)
    (article,) = seen.linked("article")
    assert world.records[article].description == "## Symptoms\n\nEvery page\n\n## Cause and fix\n\nNew roller."
    assert (world.records[article].fields["status"], world.does(article)) == ("draft", ["drafted", "linked"])


def test_p06_only_what_is_published_is_applied() -> None:
    world = World()
    incident_id = world.accepted()
    draft = reached(world, "KE", "draft")
    error = world.refusal("bob", "apply", incident_id, record=draft)
    assert (str(error), error.code) == (f"{draft} is draft. First `itil known-error publish {draft}`.", "P06")
    world.do("ines", "known-error publish", draft)
    world.do("bob", "apply", incident_id, record=draft)
    retired = reached(world, "KB", "retired")
    assert world.refusal("bob", "apply", incident_id, record=retired).text == f"{retired} is retired."


# The fold


def record(kind: str, *does: str) -> Record:
    events = tuple(Event(place, "a@x", f"{place}-aaaa", do, {}) for place, do in enumerate(does, start=1))
    return Record(f"{kind}-20260309-00001", {"title": "t"}, events)


@pytest.mark.parametrize(
    ("kind", "does", "status", "voids"),
    [
        ("PRB", ("proposed", "linked", "accepted", "noted", "identified"), "known-error", {}),
        ("PRB", ("accepted", "proposed"), "proposed", {"1-aaaa": "accepted is no beginning"}),
        ("PRB", ("proposed", "closed"), "proposed", {"2-aaaa": "closed does not fit the status proposed"}),
        ("PRB", ("proposed", "proposed"), "proposed", {"2-aaaa": "proposed does not fit the status proposed"}),
        ("KE", ("drafted", "reviewed", "published"), "published", {}),
        ("KB", ("drafted", "published"), "draft", {"2-aaaa": "published does not fit the status draft"}),
        ("KE", ("drafted", "flown"), "draft", {"2-aaaa": "a known error knows no event 'flown'"}),
    ],
)
def test_the_status_is_the_fold_and_what_does_not_fit_is_void(
    kind: str, does: tuple[str, ...], status: str, voids: dict[str, str]
) -> None:
    known = fold(record(kind, *does))
    assert (known.status, known.voids) == (status, voids)


def test_the_table_names_every_status() -> None:
    for kind, statuses in STATUSES.items():
        assert {step.to for step in STEPS if step.kind == kind and step.to} == set(statuses)


def test_no_verb_of_incidents_touches_a_problem() -> None:
    world = World()
    problem = reached(world, "PRB", "proposed")
    for verb in ("classify", "assign", "accept", "resolve", "cancel", "major propose"):
        error = world.refusal("ines", verb, problem, message="x", impact="high", urgency="high")
        assert isinstance(error, NotFound) and error.text == f"{problem} is no incident."
    world.do("ines", "note", problem, message="Seen on both servers")
    assert world.does(problem)[-1] == "noted"
