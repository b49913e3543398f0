"""The audit's sentences, one commit at a time, in memory: time, late arrivals, imports, evidence."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from world import World

from itil_cli.process.audit import Facts, Ground, Side, Subject, Touched, judge
from itil_cli.process.auditing.codes import CODES, GATE
from itil_cli.process.auditing.evidence import Sampler, codes
from itil_cli.process.auditing.findings import Finding
from itil_cli.process.incident import Record, path_of
from itil_cli.process.transitions import ROWS

HOUR, DAY = 3600, 86400


class Court:
    """A world whose last decision is judged with facts of its own."""

    def __init__(self, **policy: Any) -> None:
        self.world = World(**policy)
        self.before: dict[str, Record] = {}

    def do(self, who: str, verb: str, *ids: str, **options: Any) -> None:
        self.before = dict(self.world.records)
        self.world.do(who, verb, *ids, **options)

    def judged(self, who: str, *, delay: int = 0, **facts: Any) -> list[Finding]:
        """The findings on the last decision, committed `delay` seconds after it."""
        assert self.world.last is not None
        changes = self.world.last.changes.items()
        touched = [Touched(path_of(name), "M" if old else "A", "100644", old, new) for name, (old, new) in changes]
        at = max(event.at for one in touched for _, event in one.added)
        address = f"{who}@example.com"
        said = {"author": address, "at": at, "committer": address, "committed_at": at + delay, **facts}
        ground = Ground(self.world.policy, self.world.people, self.world.services)
        subject = Subject(Facts("c", ("p",), **said), ground, [Side(touched, [])], self.before, (0,))
        return list(judge(subject))


def found(findings: list[Finding]) -> set[tuple[str, str]]:
    return {(one.code, one.severity) for one in findings}


@pytest.fixture
def court() -> Court:
    return Court()


def noted(court: Court) -> Court:
    incident = court.world.accepted()
    court.do("bob", "note", incident, message="Looked.")
    return court


def test_up_to_ten_minutes_a_commit_is_prompt(court: Court) -> None:
    assert found(noted(court).judged("bob", delay=600)) == set()


def test_up_to_the_offline_limit_it_is_a_late_arrival(court: Court) -> None:
    assert found(noted(court).judged("bob", delay=601)) == {("late", "warning")}
    assert found(court.judged("bob", delay=7 * DAY)) == {("late", "warning")}


def test_later_it_is_an_error(court: Court) -> None:
    assert found(noted(court).judged("bob", delay=7 * DAY + 1)) == {("too-late", "error")}


def test_the_servers_time_counts_before_the_committers(court: Court) -> None:
    noted(court)
    at = court.world.now
    assert found(court.judged("bob", received=at + 8 * DAY)) == {("too-late", "error")}


def test_ten_minutes_ahead_are_forgiven(court: Court) -> None:
    assert found(noted(court).judged("bob", delay=-600)) == set()
    assert ("future", "error") in found(court.judged("bob", delay=-601))


def test_in_a_sandbox_no_time_counts() -> None:
    assert found(noted(Court(sandbox=True)).judged("bob", delay=-DAY)) == set()


def test_an_alias_is_the_person() -> None:
    people = [{"email": "bob@example.com", "name": "Bob", "aliases": ["bob@home.example"], "roles": ["support"],
               "groups": ["support"]}]  # fmt: skip
    assert found(noted(Court(people=people)).judged("bob", author="bob@home.example")) == set()
    assert ("author", "error") in found(noted(Court(people=people)).judged("nora"))


def resolved_late(court: Court) -> tuple[str, list[Finding]]:
    """Bob resolves in time, and it comes three days later, long after the target."""
    incident = court.world.accepted(impact="high", urgency="critical")
    court.do("bob", "resolve", incident, code="fixed", message="New roller.")
    return incident, court.judged("bob", delay=3 * DAY)


def test_a_late_arrival_that_improves_a_verdict_is_an_error(court: Court) -> None:
    _, findings = resolved_late(court)
    assert ("late-verdict", "error") in found(findings)
    said = next(one.text for one in findings if one.code == "late-verdict")
    assert said.startswith("resolution was missed and is not missed by the late event ")


def test_the_incident_manager_countersigns_it(court: Court) -> None:
    incident, findings = resolved_late(court)
    late = next(one.event for one in findings if one.code == "late-verdict")
    court.do("ines", "correct", incident, accept_late=late, message="Bob was offline; the shop confirms.")
    assert found(court.judged("ines")) == set()
    assert court.world.event(incident)["accept-late"] == late
    assert court.world.refusal("bob", "correct", incident, accept_late=late, message="Mine.").code == "S10"


NEW: dict[str, dict[str, Any]] = {
    "problem": {"title": "Locked index", "service": "shop", "category": "hardware"},
    "known-error": {"title": "Locked index", "service": "shop", "category": "hardware", "workaround": "Restart it"},
    "article": {"title": "Locked index", "service": "shop", "category": "hardware", "description": "Restart it"},
}


def edited(court: Court, noun: str, **options: Any) -> str:
    """A record of that noun, edited by Bob; that is what is judged."""
    record_id = court.world.do("bob", f"{noun} new", **NEW[noun]).id
    court.do("bob", f"{noun} edit", record_id, **options)
    return record_id


def by_hand(court: Court, record_id: str, **fields: Any) -> None:
    """The last decision with another header."""
    assert court.world.last is not None
    old, new = court.world.last.changes[record_id]
    kept = {name: said for name, said in {**new.fields, **fields}.items() if said is not None}
    court.world.last = replace(court.world.last, changes={record_id: (old, replace(new, fields=kept))})


@pytest.mark.parametrize("noun", NEW)
def test_what_is_edited_by_a_command_is_right(court: Court, noun: str) -> None:
    edited(court, noun, title="Search is locked", service="mail")
    assert court.judged("bob") == []


@pytest.mark.parametrize("noun", NEW)
@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"title": "Whatever"}, "title says 'Whatever', the events say 'Search is locked'."),
        ({"title": "Locked index"}, "title says 'Locked index', the events say 'Search is locked'."),
        ({"service": "mail"}, "service says 'mail', the events say 'shop'."),
        ({"service": None}, "service says nothing, the events say 'shop'."),
        ({"category": "network"}, "category says 'network', the events say 'hardware'."),
        ({"cis": ["web-01"]}, "cis says ['web-01'], the events say nothing."),
    ],
)
def test_s2_a_header_changes_by_an_edited_event_that_says_so(
    court: Court, noun: str, fields: dict[str, Any], text: str
) -> None:
    by_hand(court, edited(court, noun, title="Search is locked"), **fields)
    assert [(one.code, one.severity, one.text) for one in court.judged("bob")] == [("S2", "error", text)]


def test_s2_a_status_is_what_the_events_lead_to(court: Court) -> None:
    by_hand(court, edited(court, "known-error", title="x"), status="published")
    assert [one.text for one in court.judged("bob")] == ["status says 'published', the events say 'draft'."]


def test_what_is_wrong_in_a_header_already_is_found_once(court: Court) -> None:
    record_id = edited(court, "problem", title="Search is locked")
    by_hand(court, record_id, service="mail")
    assert court.world.last is not None
    court.world.records[record_id] = court.world.last.changes[record_id][1]
    court.do("dana", "note", record_id, message="Seen.")
    assert court.judged("dana") == []


def test_every_step_of_a_major_incident_is_right(court: Court) -> None:
    incident = court.world.accepted(impact="critical", urgency="critical")
    steps: list[tuple[str, dict[str, Any]]] = [
        ("major accept", {"message": "No sales"}),
        ("major bridge", {"open": "https://meet"}),
        ("major stakeholder", {"people": ("alice", "network", "alice")}),
        ("major stakeholder", {"people": ("alice", "carl")}),
        ("major plan", {"audience": "shops", "interval": "20m"}),
        ("major inform", {"group": "network", "message": "Look."}),
        ("major milestone", {"name": "began", "at": "2026-03-09T08:55:00Z", "message": "First 502."}),
        ("major update", {"message": "Old gateway.", "status": "mitigated", "next_update": "2026-03-09T12:00:00Z"}),
        ("resolve", {"code": "fixed", "message": "Renewed.", "article": True}),
        ("major bridge", {"close": True}),
        ("major review", {"step": "start"}),
        ("major review", {"step": "waive", "message": "Small."}),
        ("major review", {"step": "finish", "message": "Held after all.", "presented_to": ("ines",)}),
        ("action add", {"message": "Watch.", "owner": "bob", "due": "2026-01-01"}),
        ("close", {"confirmed_by": "alice"}),
        ("major rca", {"attended": ("bob",), "message": "Nobody owned it."}),
        ("major review", {"step": "finish", "message": "Seen.", "presented_to": ("carl",)}),
        ("major handover", {"message": "No owner."}),
        ("action done", {"number": 1}),
    ]
    for verb, options in steps:
        court.do("max", verb, incident, **options)
        assert court.judged("max") == [], verb


def test_every_step_of_a_problem_with_its_known_error_is_right(court: Court) -> None:
    world = court.world
    first, other, child = world.accepted(), world.accepted(), world.logged()

    def do(who: str, verb: str, *ids: str, **options: Any) -> str:
        court.do(who, verb, *ids, **options)
        assert court.judged(who) == [], verb
        assert world.last is not None
        return world.last.ids[0]

    do("bob", "resolve", first, code="workaround", message="Restarted it")
    (problem,) = world.see(first).linked("problem")
    do("ines", "problem accept", problem, incidents=(other,))
    do("ines", "problem investigate", problem, message="The backup leaves a lock.")
    known = do("bob", "known-error new", **{"from": first})
    do("bob", "known-error edit", known, fix="New backup", title="Locked index")
    do("ines", "known-error publish", known, offered=(other,))
    do("bob", "apply", other, record=known, did_not_help=True)
    do("dana", "link", child, relation="child-of", target=other)
    do("bob", "pend", other, reason="awaiting-problem", ref=problem, message="Tonight")
    do("ines", "problem resolve", problem, message="New backup")
    do("ines", "problem resolve", problem, resolve_incidents=True)
    assert (world.see(other).kind, world.see(child).kind) == ("by-problem", "by-parent")
    do("ines", "problem close", problem)
    do("ines", "known-error retire", known, message="Mended.")
    by_problem = do("ines", "known-error new", problem=problem, workaround="Restart it", title="Another")
    assert world.records[by_problem].fields["category"] == "hardware"
    article = do("bob", "article new", **{"from": first})
    for verb in ("review", "edit", "review", "publish", "edit", "retire"):
        do("ines", f"article {verb}", article, message="x", title=verb)


def test_every_code_has_its_sentence_in_the_documents() -> None:
    page = (Path(__file__).parents[3] / "docs/audit.md").read_text(encoding="utf-8")
    for code, sentence in {**CODES, **GATE}.items():
        assert f"| `{code}` | {sentence} |" in page


def test_a_sample_is_drawn_by_its_seed_and_in_order(court: Court) -> None:
    from random import Random

    incident = court.world.accepted()
    events = [
        (f"e{number}", replace(court.world.records[incident].events[0], n=f"{number}-aaaa")) for number in range(50)
    ]

    def draw(seed: int) -> list[str]:
        sampler = Sampler("P01", 5, Random(seed).randrange)
        sampler.take("c", events, [])
        assert sampler.population == 50
        return [row["path"] for row in sampler.chosen()]

    assert draw(1) == draw(1) != draw(2)
    assert draw(1) == sorted(draw(1), key=lambda path: int(path[1:])) and len(draw(1)) == 5


def test_every_kind_of_event_is_evidence_of_its_rules(court: Court) -> None:
    event = court.world.records[court.world.accepted()].events[0]
    for row in ROWS:
        assert row.code in codes(replace(event, do=row.do))
