"""What services.yaml suggests at logging and classifying (C4)."""

from __future__ import annotations

from typing import Any

from world import World

SERVICES: dict[str, Any] = {
    "shop": {"criticality": "high", "depends-on": ["payments"], "group": "support"},
    "tills": {"criticality": "critical", "depends-on": ["payments"]},
    "payments": {"criticality": "high", "depends-on": ["network"], "group": "network", "cis": ["gw-1"]},
    "network": {},
    "mail": {},
}
ADVICE = ("Affected downstream", "Suggested")


def advice(world: World) -> list[str]:
    return [note for note in world.notes() if note.startswith(ADVICE)]


def test_services_downstream_through_others_and_round_in_circles() -> None:
    world = World(services=SERVICES | {"payments": SERVICES["payments"] | {"depends-on": ["network", "shop"]}})
    assert world.services.downstream("network") == ("shop", "tills", "payments")
    assert world.services.downstream("payments") == ("shop", "tills")
    assert world.services.downstream("mail") == ()
    assert world.services.of_ci("gw-1") == ("payments",)


def test_logging_tells_who_is_affected_and_suggests_impact_and_group() -> None:
    world = World(services=SERVICES)
    world.do("dana", "log", title="x", service="payments")
    assert advice(world) == [
        "Affected downstream of payments: shop, tills.",
        "Suggested impact: critical (services.yaml).",
        "Suggested group: network (services.yaml).",
    ]


def test_what_is_as_grave_and_where_it_belongs_needs_no_advice() -> None:
    world = World(services=SERVICES)
    incident_id = world.do("dana", "log", title="x", service="shop", impact="high", urgency="low").id
    assert advice(world) == ["Suggested group: support (services.yaml)."]
    world.do("dana", "classify", incident_id, impact="medium", urgency="low", message="Less", category="other")
    assert advice(world) == [
        "Suggested impact: high (services.yaml).",
        "Suggested group: support (services.yaml).",
    ]
    world.do("dana", "assign", incident_id, group="support")
    world.do("dana", "classify", incident_id, impact="high", urgency="low", message="More")
    assert advice(world) == []


def test_configuration_items_suggest_their_service() -> None:
    world = World(services=SERVICES | {"backup": {"cis": ["gw-1"]}})
    incident_id = world.do("dana", "log", title="x", cis=("gw-1",)).id
    assert advice(world) == ["Suggested service: payments or backup (services.yaml)."]
    world.do("dana", "classify", incident_id, service="payments", impact="critical", urgency="low", category="other")
    assert "Suggested service" not in " ".join(world.notes())


def test_the_group_of_the_service_unless_it_serves_other_tenants_only() -> None:
    groups = {
        "service-desk": {"level": 1, "desk": True},
        "support": {"level": 2},
        "network": {"level": 2, "tenants": ["birch"]},
        "larch-team": {"level": 2, "tenants": ["larch"]},
    }
    world = World(services=SERVICES, groups=groups)

    def suggested(**options: Any) -> list[str]:
        world.do("dana", "log", title="x", **options)
        return [note for note in advice(world) if "group" in note]

    assert suggested(service="payments") == ["Suggested group: network (services.yaml)."]
    assert suggested(service="payments", tenant="birch") == ["Suggested group: network (services.yaml)."]
    assert suggested(service="payments", tenant="larch") == ["Suggested group: larch-team (it serves larch)."]
    assert suggested(service="shop", tenant="larch") == ["Suggested group: support (services.yaml)."]
    assert suggested(tenant="larch") == ["Suggested group: larch-team (it serves larch)."]
    assert suggested(service="payments", tenant="oak") == []


def test_without_services_and_to_machines_nothing_is_suggested() -> None:
    world = World()
    world.do("dana", "log", title="x", service="anything")
    assert advice(world) == []
    world = World(services=SERVICES)
    world.do("ci", "log", title="x", service="payments")
    assert advice(world) == []
