"""Random histories made through the program have no finding: two hundred by seed, in memory and through git.

A history is a company of people who try verbs at random until one is legal; what is refused is no part of it. Half
of the time they go on with what lies there, so that majors are reviewed, problems closed and known errors retired.
Each decision becomes a commit's facts and is judged as the audit judges it; at the end every file is what its events
say. Twenty histories are made with the command line, too.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from world import World

from itil_cli.errors import ItilError
from itil_cli.process.audit import Facts, Ground, Side, Subject, Touched, judge
from itil_cli.process.auditing.check import check
from itil_cli.process.auditing.findings import ERROR, Finding
from itil_cli.process.incident import LEVELS, Record, path_of
from itil_cli.process.knowledge.models import Model
from itil_cli.process.lifecycle import NEW, VERBS
from tests.audit.hub import Hub, codes

pytestmark = pytest.mark.slow
HISTORIES, STEPS, TRIES = 200, 40, 12
WHO = ("dana", "bob", "nora", "ines", "max", "alice", "carl", "ci")
WAITS: tuple[dict[str, Any], ...] = (
    {"reason": "awaiting-requestor"},
    {"reason": "awaiting-vendor", "vendor": "telco", "vendor_ticket": "T-1"},
    {"reason": "awaiting-activity", "ref": "the delivery"},
    {"reason": "awaiting-change", "ref": "CHG-7"},
)


def verbs(rng: random.Random, mine: str, other: str) -> list[tuple[str, tuple[str, ...], dict[str, Any]]]:
    """Something of everything, some of it nonsense."""
    levels = {"impact": rng.choice(LEVELS), "urgency": rng.choice(LEVELS)}
    return [
        (
            "log",
            (),
            {"title": "It fails", "category": "hardware", **rng.choice([{}, levels, {**levels, "take": True}])},
        ),
        (
            "log",
            (),
            {
                "title": "It fails",
                "requestor": "alice",
                "group": rng.choice(["support", "network"]),
                **levels,
                "category": "network",
            },
        ),
        (
            "contact",
            (mine,),
            {"message": "Any news?", **rng.choice([{}, {"escalate": True}, {"confirms": True}, {"rejects": True}])},
        ),
        (
            "note",
            (mine,),
            {"message": "Looked.", "public": rng.choice([True, False]), "minutes": rng.choice([None, 5])},
        ),
        ("tell", (mine,), {"message": "We are at it."}),
        ("edit", (mine,), {"title": "It fails badly", "description": rng.choice([None, "More of it."])}),
        (
            "classify",
            (mine,),
            {**levels, "message": rng.choice([None, "Because."]), "category": rng.choice([None, "access"])},
        ),
        (
            "assign",
            (mine,),
            {
                "group": rng.choice(["support", "network", "service-desk"]),
                **rng.choice([{}, {"to": "bob"}, {"agreed_with": "nora"}]),
            },
        ),
        ("return", (mine,), {"message": "Not ours."}),
        ("accept", (mine,), {}),
        ("take", (mine,), {}),
        (
            "escalate",
            (mine,),
            {"up": True, "reason": "cannot-resolve", "message": "Help.", "for_decision": rng.choice([True, None])},
        ),
        ("escalate", (mine,), {"to": "network", "reason": "cannot-resolve", "message": "Help."}),
        ("acknowledge", (mine,), rng.choice([{}, {"decision": "Go on.", "decided_by": "ines"}])),
        ("pend", (mine,), {"message": "Waiting.", **rng.choice(WAITS)}),
        ("resume", (mine,), {}),
        ("vendor", (mine,), rng.choice([{"opened": "telco", "ticket": "T-2"}, {"answered": True}])),
        (
            "resolve",
            (mine,),
            {
                "code": rng.choice(["fixed", "workaround", "no-fault"]),
                "message": "Done.",
                **rng.choice(
                    [
                        {},
                        {"category": "network"},
                        {"no_problem": "Known."},
                        {"confirmed_by": "alice"},
                        {"article": True},
                    ]
                ),
            },
        ),
        ("reopen", (mine,), {"message": "Again.", **rng.choice([{}, {"requested_by": "alice"}])}),
        ("close", (mine,), rng.choice([{}, {"confirmed_by": "alice"}])),
        ("cancel", (mine,), {"reason": "withdrawn", "message": "No more."}),
        (
            "link",
            (mine,),
            {"relation": rng.choice(["child-of", "related", "follows", "duplicate-of"]), "target": other},
        ),
        ("unlink", (mine,), {"relation": "child-of", "target": other}),
        ("correct", (mine,), {"message": "It was not.", **rng.choice([levels, {"impact": rng.choice(LEVELS)}])}),
        ("major propose", (mine,), {"criterion": "security"}),
        (
            "major accept",
            (mine,),
            {
                "message": "All tills.",
                "criterion": "security",
                **rng.choice([{}, {"impact": "high", "urgency": "critical"}]),
            },
        ),
        ("major update", (mine,), {"message": "Still down.", "status": "investigating"}),
        ("major demote", (mine,), {"message": "It is not."}),
        ("major review", (mine,), {"message": "Learned."}),
        ("action add", (mine,), {"message": "Renew.", "owner": "bob", "due": "2026-12-24"}),
        ("sweep", (mine,), {}),
        ("redact", (mine,), {"event": str(rng.randint(1, 9)), "message": "A password."}),
        ("review", (mine,), {"step": rng.choice(["start", "finish"]), "message": "Ask earlier."}),
        ("task", (mine,), {"number": 1}),
    ]


# What leads on from each status: who does it, the verb, and how.
ONWARD: dict[str, list[tuple[str, str, dict[str, Any]]]] = {
    "new": [("dana", "classify", {"impact": "high", "urgency": "critical", "category": "access", "message": "x"}),
            ("dana", "assign", {"group": "support"}), ("ines", "assign", {"group": "network"}),
            ("max", "major reject", {"message": "One till."}), ("max", "major accept", {"message": "All tills."})],
    "assigned": [("bob", "accept", {}), ("nora", "accept", {}), ("dana", "accept", {}),
                 ("max", "major accept", {"message": "All tills.", "criterion": "security"})],
    "in-progress": [("bob", "resolve", {"code": "fixed", "message": "Done."}),
                    ("max", "resolve", {"code": "workaround", "message": "Use the other."}),
                    ("max", "major update", {"message": "Still down."}), ("max", "major demote", {"message": "x"}),
                    ("bob", "pend", {"reason": "awaiting-requestor", "message": "Which?"})],
    "pending": [("bob", "resume", {}), ("alice", "contact", {"message": "This one."}), ("max", "resume", {})],
    "resolved": [("ines", "reopen", {"message": "Again."}), ("max", "major review", {"message": "Learned."}),
                 ("alice", "contact", {"message": "Thanks.", "confirms": True}), ("max", "close", {})],
    "closed": [("max", "major rca", {"attended": ("bob",), "message": "x"})],
    "proposed": [("ines", "problem accept", {})],
    "accepted": [("ines", "problem investigate", {"message": "x"})],
    "investigated": [("ines", "problem resolve", {"message": "Mended.", "resolve_incidents": True})],
    "known-error": [("ines", "problem resolve", {"message": "Mended."})],
    "draft": [("ines", "known-error publish", {}), ("bob", "article review", {})],
    "reviewed": [("ines", "article publish", {})],
    "published": [("ines", "known-error retire", {"message": "x"}), ("ines", "article retire", {"message": "x"})],
}  # fmt: skip
MODEL = Model("printer", "A printer jams", impact="low", urgency="low", category="hardware", tasks=("Look",))


def onward(rng: random.Random, records: Mapping[str, Record]) -> tuple[str, str, tuple[str, ...], dict[str, Any]]:
    """A step that may lead some record on; a resolved problem is closed, a child leaves its parent now and then."""
    status = {name: str(record.fields.get("status")) for name, record in records.items()}
    name = rng.choice(sorted(name for name in records if status[name] in ONWARD))
    if name.startswith("PRB-") and status[name] == "resolved":
        return "ines", "problem close", (name,), {}
    parent = records[name].fields.get("parent")
    if parent and rng.random() < 0.2:
        return "dana", "unlink", (name,), {"relation": "child-of", "target": parent}
    who, verb, options = rng.choice(ONWARD[status[name]])
    return who, verb, (name,), options


def of_majors(rng: random.Random, mine: str) -> list[tuple[str, tuple[str, ...], dict[str, Any]]]:
    """What a major incident manager does, also when it is none."""
    name, hour = rng.choice(["began", "mitigated", "resolved", "accepted"]), rng.choice(["08:30", "09:30", "12:00"])
    return [
        ("major bridge", (mine,), rng.choice([{"open": "https://meet"}, {"close": True}])),
        ("major stakeholder", (mine,), {"people": rng.choice([("alice",), ("alice", "network"), ("carl",)])}),
        ("major plan", (mine,), rng.choice([{"interval": "20m"}, {"audience": "shops", "channel": "mail"}])),
        ("major inform", (mine,), {"group": "network", "message": "Look."}),
        ("major rca", (mine,), {"attended": ("bob",), "message": "Nobody owned it."}),
        ("major milestone", (mine,), {"name": name, "at": f"2026-03-09T{hour}:00Z", "message": "The log."}),
        ("major handover", (mine,), {"message": "No owner."}),
        ("major reject", (mine,), {"message": "One till."}),
        (
            "major review",
            (mine,),
            {
                "step": rng.choice(["start", "finish", "waive"]),
                "message": "x",
                "presented_to": rng.choice([(), ("ines",)]),
            },
        ),
        ("action done", (mine,), {"number": 1, "message": "Done."}),
    ]


def of_knowledge(
    rng: random.Random, mine: str, records: Mapping[str, Record]
) -> list[tuple[str, tuple[str, ...], dict[str, Any]]]:
    """Problems, known errors and articles, new and old, in any order."""
    some = {kind: rng.choice([name for name in records if name.startswith(kind)][-2:] or [None]) for kind in _NOUNS}
    problem, known, article = some["PRB"], some["KE"], some["KB"]
    found: list[tuple[str, tuple[str, ...], dict[str, Any]]] = [
        ("problem new", (), {"title": "Rollers wear out", "incidents": rng.choice([(), (mine,)])}),
        ("known-error new", (), {"workaround": "Turn it.", **rng.choice([{"title": "It jams"}, {"from": mine}])}),
        ("article new", (), rng.choice([{"title": "Rollers", "description": "Turn them."}, {"from": mine}])),
    ]
    if None not in some.values():
        found = [rng.choice(found)]  # go on with what there is, mostly
    for kind, name in some.items():
        for verb in _NOUNS[kind] if name else ():
            more = {"description": "Turn them."} if verb.startswith("article") else {"category": "network"}
            options = {"title": "Rollers", **more} if verb.endswith("edit") else {"message": "x"}
            found.append((verb, (str(name),), options))
    if problem:
        wait = {"reason": "awaiting-problem", "ref": problem, "message": "Tonight."}
        found += [("pend", (mine,), wait), ("link", (mine,), {"relation": "problem", "target": problem})]
        found.append(("problem resolve", (problem,), {"message": "Mended.", "resolve_incidents": True}))
        found.append(("known-error new", (), {"workaround": "Turn it.", "problem": problem}))
    for record in (known, article):
        if record:
            found.append(("apply", (mine,), {"record": record, "did_not_help": rng.choice([True, None])}))
            publish = "known-error publish" if record == known else "article publish"
            found.append((publish, (record,), {"offered": rng.choice([(), (mine,)])}))
    return found


_NOUNS = {
    "PRB": tuple(f"problem {verb}" for verb in ("accept", "edit", "investigate", "reject", "resolve", "close")),
    "KE": tuple(f"known-error {verb}" for verb in ("edit", "publish", "retire")),
    "KB": tuple(f"article {verb}" for verb in ("edit", "review", "publish", "retire")),
}


def history(seed: int) -> list[Finding]:
    """What the audit says of one history."""
    world, found = begun(), list[Finding]()
    for who, _, before in lived(world, random.Random(seed)):
        found += audited(world, who, before)
    files = ((path_of(name), record) for name, record in world.records.items())
    late = [one for one in check(files, world.policy, world.people, now=world.now) if one.severity == ERROR]
    return [*found, *late]


def begun() -> World:
    world = World(ola={"support": {"P3": "2h", "P1": "30m", "calendar": "business"}})
    world.logged()
    world.accepted()
    grave = world.accepted(impact="critical", urgency="critical", model="printer", model_value=MODEL)
    world.do("max", "major accept", grave, message="All tills.")
    return world


def lived(world: World, rng: random.Random) -> Iterator[tuple[str, str, dict[str, Record]]]:
    """So many legal steps: after each, who did it, the verb, and the records before."""
    for _ in range(STEPS):
        world.now += rng.choice([0, 60, 3600, 86400, 4 * 86400])
        for _ in range(TRIES):
            who, verb, named, options = onward(rng, world.records) if rng.random() < 0.5 else anything(rng, world)
            before, now = dict(world.records), world.now
            try:
                world.do(who, verb, *named, **options)
            except ItilError:
                world.records, world.now = before, now
                continue
            yield who, verb, before
            break


def anything(rng: random.Random, world: World) -> tuple[str, str, tuple[str, ...], dict[str, Any]]:
    """Any verb by anybody."""
    ids = [name for name in world.records if name.startswith("INC-")]
    mine = rng.choice(ids)
    likely = verbs(rng, mine, rng.choice(ids))
    families = [
        (likely, WHO),
        (likely, WHO),
        (of_majors(rng, mine), ("max", "max", *WHO)),
        (of_knowledge(rng, mine, world.records), ("ines", "ines", "ines", "bob", *WHO)),
    ]
    family, whose = rng.choice(families)
    verb, named, options = rng.choice(family)
    return rng.choice(whose), verb, named, options


def audited(world: World, who: str, before: dict[str, Any]) -> list[Finding]:
    """The last decision as the audit sees it."""
    assert world.last is not None
    changes = world.last.changes.items()
    touched = [Touched(path_of(name), "M" if old else "A", "100644", old, new) for name, (old, new) in changes]
    at = max((event.at for one in touched for _, event in one.added), default=world.now)
    address = f"{who}@example.com"
    facts = Facts("0" * 40, ("1" * 40,), address, at, address, at)
    ground = Ground(world.policy, world.people, world.services)
    return list(judge(Subject(facts, ground, [Side(touched, [])], before, (0,))))


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_a_legal_history_has_no_finding(seed: int) -> None:
    assert history(seed) == []


def test_the_histories_reach_every_verb() -> None:
    """Of what they never reach the test above would say nothing."""
    seen: set[str] = set()
    for seed in range(HISTORIES):
        seen |= {verb for _, verb, _ in lived(begun(), random.Random(seed))}
        if seen >= {*NEW, *VERBS}:
            break
    assert {*NEW, *VERBS} - seen == set()


@pytest.mark.parametrize("seed", range(20))
def test_so_has_one_made_with_the_command_line(seed: int, hub: Hub) -> None:
    rng = random.Random(seed)
    names = [hub.jam.stem, hub.lan.stem]
    for _ in range(12):
        mine = rng.choice(names)
        words = rng.choice(
            [
                ("note", mine, "-m", "Looked\n### not an entry"),
                ("contact", mine, "-m", "Any news?"),
                ("classify", mine, "--impact", "high", "--urgency", rng.choice(LEVELS), "-m", "Worse."),
                ("take", mine),
                ("pend", mine, "--reason", "awaiting-requestor", "-m", "Which one?"),
                ("resume", mine),
                ("resolve", mine, "--code", "workaround", "-m", "Restarted."),
                ("reopen", mine, "-m", "Again."),
                ("log", "-t", "Another", "--dedup-key", "k1"),
                ("link", names[1], "child-of", names[0]),
                ("sweep",),
            ]
        )
        from itil_cli.cli.main import run

        run(["-C", str(hub.work), "-q", "--as", f"{rng.choice(WHO)}@example.com", *words])
    found = hub.audit()
    assert codes(found["findings"]) == set(), found["findings"]
    assert hub.push() == ""
