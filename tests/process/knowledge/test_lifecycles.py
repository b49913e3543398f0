"""Problems, known errors and articles (S10, P06, P14, F5): every step, role and refusal of the table."""

from __future__ import annotations

from typing import Any

import pytest
from world import World

from itil_cli.errors import NotFound, NotYourRole, Refused
from itil_cli.process.incident import Event, Record
from itil_cli.process.knowledge.steps import STATUSES, STAYS, STEPS, fold

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
VERBS = [
    (step.kind, step.verb)
    for step in STEPS
    if step.origin and step.do not in ("identified", "edited") and (step.do, step.to) != ("resolved", STAYS)
]


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
    for allowed in error.allowed:
        assert any(status in one.origin for one in STEPS if (one.kind, one.verb) == (kind, allowed))


@pytest.mark.parametrize("who", ["dana", "bob", "max", "alice", "ci"])
@pytest.mark.parametrize("verb", [(kind, verb) for kind, verb in VERBS if verb != "article review"])
def test_the_problem_manager_alone_decides_publishes_and_retires(verb: tuple[str, str], who: str) -> None:
    world = World()
    step = next(one for one in STEPS if (one.kind, one.verb) == verb)
    record_id = reached(world, verb[0], step.origin[0])
    error = world.refusal(who, verb[1], record_id, message="x")
    assert isinstance(error, NotYourRole) and error.code == "S10"
    assert str(error).endswith(f"may not {verb[1].split()[1]} {record_id}. Who may: problem-manager.")


@pytest.mark.parametrize("kind", NEW)
def test_desk_support_im_and_pm_propose_and_draft(kind: str) -> None:
    verb, options = NEW[kind]
    for who in ("dana", "bob", "ines"):
        assert World().do(who, verb, **options)
    for who in ("alice", "max", "ci"):
        error = World().refusal(who, verb, **options)
        noun = {"PRB": "a problem", "KE": "a known error", "KB": "an article"}[kind]
        said = f"may not begin {noun}. Who may: service-desk; support; incident-manager; problem-manager."
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
        ("problem new", {}, "a problem needs a title. Add -t TITLE."),
        ("known-error new", {"title": "x"}, 'a known error needs its workaround. Add --workaround "…".'),
        ("known-error new", {"workaround": "x"}, "a known error needs a title. Add -t TITLE."),
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
    assert world.notes() == (
        f"{incident_id} waits for it: Printer jams.",
        f"`itil problem resolve {problem} --resolve-incidents` resolves what waits for it.",
    )
    assert world.see(incident_id).status == "pending"


def test_what_waits_for_a_problem_may_be_resolved_later_too() -> None:
    world = World()
    incident_id, problem = waiting(world)
    world.do("ines", "problem resolve", problem, message="New backup")
    error = world.refusal("ines", "problem resolve", problem, message="Once more")
    said = f"{problem} is resolved; problem resolve needs accepted, investigated or known-error."
    assert str(error) == f"{said} Allowed from here: problem close."
    assert isinstance(world.refusal("bob", "problem resolve", problem, resolve_incidents=True), NotYourRole)
    world.do("ines", "problem resolve", problem, resolve_incidents=True)
    seen = world.see(incident_id)
    assert (seen.status, seen.kind) == ("resolved", "by-problem")
    assert seen.events[-1].text == f"Resolved with {problem}: New backup"
    assert (world.records[problem].fields["status"], fold(world.records[problem]).voids) == ("resolved", {})
    assert isinstance(world.refusal("ines", "problem resolve", problem, resolve_incidents=True), Refused)


def test_what_waits_for_a_problem_that_is_not_there_is_not_found() -> None:
    world = World()
    incident_id = world.accepted()
    gone = {"reason": "awaiting-problem", "message": "Tonight"}
    error = world.refusal("bob", "pend", incident_id, ref="PRB-20260309-ZZZZZ", **gone)
    assert isinstance(error, NotFound) and error.text == "There is no problem 'PRB-20260309-ZZZZZ'."
    assert world.do("bob", "pend", incident_id, ref="PRB0040021", **gone).status == "pending"  # in another system


def test_solving_a_problem_tells_of_its_known_errors_that_are_still_offered() -> None:
    world = World()
    problem = reached(world, "PRB", "accepted")
    known = world.do("bob", "known-error new", workaround="Restart it", problem=problem).id
    assert (world.records[known].title, world.records[known].fields["problem"]) == ("Locked index", problem)
    world.do("ines", "known-error publish", known)
    world.do("ines", "problem resolve", problem, message="New backup")
    said = f"{known} is still offered: `itil known-error retire {known} -m …` once nobody needs it."
    assert world.notes() == (said,)


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


def test_s11_an_incident_resolved_by_its_problem_takes_its_open_children_along() -> None:
    world = World()
    parent, problem = waiting(world)
    fresh, waits, done = world.logged(), world.accepted(), world.resolved()
    for child in (fresh, waits):
        world.do("dana", "link", child, relation="child-of", target=parent)
    world.do("bob", "pend", waits, reason="awaiting-problem", ref=problem, message="Tonight")
    world.do("ines", "problem resolve", problem, message="New backup", resolve_incidents=True)
    assert (world.see(parent).kind, world.see(done).kind) == ("by-problem", "permanent")
    for child in (fresh, waits):
        seen = world.see(child)
        assert (seen.status, seen.kind, seen.voids) == ("resolved", "by-parent", {})
        assert seen.resolved_n == world.see(parent).resolved_n
        assert seen.events[-1].text == f"Resolved with {parent}: Resolved with {problem}: New backup"
    assert world.notes() == (
        f"{parent} is resolved by its problem; alice@example.com is told.",
        f"{fresh} is resolved by its parent; alice@example.com is told.",
        f"{waits} is resolved by its parent; alice@example.com is told.",
    )
    world.do("dana", "reopen", parent, message="Again")
    assert {world.see(child).status for child in (fresh, waits)} == {"assigned"}


def test_s10_the_problem_manager_resolves_no_accepted_major_incident_by_its_problem() -> None:
    paula = {"email": "paula@example.com", "name": "Paula", "roles": ["problem-manager"]}
    world = World(people=[paula])
    incident_id, problem = waiting(world)
    urgent = {"impact": "critical", "urgency": "critical"}
    world.do("max", "major accept", incident_id, message="All tills", criterion="security", **urgent)
    world.do("paula", "problem resolve", problem, message="New backup", resolve_incidents=True)
    said = "is an accepted major incident; incident-manager or major-incident-manager resolves it (S10)."
    assert world.notes() == (f"{incident_id} {said}",)
    assert world.see(incident_id).status == "pending"
    world.do("ines", "problem resolve", problem, resolve_incidents=True)  # who is incident manager, too
    assert world.see(incident_id).kind == "by-problem"


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
    said = f"{retired} is retired. It is offered no more; `itil article list --status published` shows what is."
    assert str(world.refusal("bob", "apply", incident_id, record=retired)) == said


def test_i3_that_it_helped_is_said_once_until_it_is_reopened() -> None:
    world = World()
    incident_id, known = world.accepted(), reached(world, "KE", "published")
    world.do("bob", "apply", incident_id, record=known)
    error = world.refusal("bob", "apply", incident_id, record=known)
    said = f"that {known} helped is on record already. Say more with `itil note`."
    assert (error.code, str(error)) == ("I3", said)
    world.do("bob", "apply", incident_id, record=known, did_not_help=True)
    error = world.refusal("bob", "apply", incident_id, record=known, did_not_help=True)
    assert error.text == f"that {known} did not help is on record already."
    world.do("bob", "apply", incident_id, record=known)
    world.do("bob", "resolve", incident_id, code="fixed", message="x")
    world.do("bob", "reopen", incident_id, message="Again")
    assert world.do("bob", "apply", incident_id, record=known).status == "assigned"


def test_p06_publishing_names_the_open_incidents_that_it_may_help() -> None:
    world = World()
    incident_id, known = world.accepted(), reached(world, "KE", "draft")
    world.do("ines", "known-error publish", known, offered=(incident_id,))
    assert world.event(known)["offered"] == [incident_id]
    assert world.notes() == (f"It may help {incident_id}: Printer jams. `itil apply {incident_id} {known}`",)


@pytest.mark.parametrize(
    ("relation", "code", "options"), [("known-error", "P06", {"workaround": "Restart it"}), ("article", "F5", {})]
)
def test_from_an_incident_nothing_is_drafted_twice_under_one_title(
    relation: str, code: str, options: dict[str, Any]
) -> None:
    world = World()
    incident_id = world.resolved()
    draft = world.do("bob", f"{relation} new", **{"from": incident_id}, **options).id
    error = world.refusal("bob", f"{relation} new", **{"from": incident_id}, **options)
    remedy = f"`itil {relation} edit {draft}` changes it; another one needs another title: -t."
    assert (error.code, str(error)) == (code, f"{draft} was drafted from {incident_id} already. {remedy}")
    world.do("bob", f"{relation} new", title="Another side of it", **{"from": incident_id}, **options)
    world.do("ines", f"{relation} retire", draft, message="x")
    assert world.do("bob", f"{relation} new", **{"from": incident_id}, **options).id != draft


def test_f5_a_second_resolution_drafts_no_second_article() -> None:
    world = World()
    incident_id = world.accepted()
    (article,) = world.do("bob", "resolve", incident_id, code="fixed", message="x", article=True).linked("article")
    world.do("bob", "reopen", incident_id, message="Again")
    world.do("bob", "accept", incident_id)
    seen = world.do("bob", "resolve", incident_id, code="fixed", message="y", article=True)
    assert seen.linked("article") == (article,)
    assert f"{article} was drafted from it already." in world.notes()


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
