"""What is served: `services.yaml`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from itil_cli.process.settings.schema import Wrong
from itil_cli.process.settings.services import Service, Services, parse, problems
from itil_cli.store.yaml import yamlsafe


def test_the_example_says_what_it_says(shared: Path) -> None:
    value = yamlsafe.load((shared / "examples" / "services.yaml").read_bytes()).value
    services = parse(value, ["service-desk", "support", "network"])
    assert services.names() == ("payments", "vpn", "network-core")
    assert services.get("payments") == Service(
        "payments",
        "ines@example.com",
        "critical",
        "support",
        ("pay-gw-01", "pay-gw-02"),
        ("network-core",),
        "shop",
    )
    assert services.cis() == ("pay-gw-01", "pay-gw-02", "vpn-01", "sw-core-1")
    assert services.get("mail") is None


def test_a_store_may_do_without() -> None:
    assert Services.none().names() == () and Services.none().cis() == ()


def test_a_configuration_item_may_belong_to_several() -> None:
    assert parse({"services": {"a": {"cis": ["x"]}, "b": {"cis": ["x", "y"]}}}).cis() == ("x", "y")


def test_parse_raises_the_first_wrong() -> None:
    with pytest.raises(Wrong) as found:
        parse({"services": {"vpn": {"group": "netwrk"}}}, ["network"])
    assert str(found.value) == "services.vpn.group: there is no group 'netwrk'. Did you mean network?"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "nothing is not a mapping."),
        ({}, "services is missing. Add `services:`: Every service."),
        ({"services": []}, "services: a list is not a mapping of services to a service."),
        ({"services": {"vpn": None}}, "services.vpn: nothing is not a service."),
        ({"services": {"vpn": {"ownr": "a@x"}}}, "services.vpn.ownr: there is no such setting. Did you mean owner?"),
        ({"services": {"vpn": {"owner": "bob"}}}, "services.vpn.owner: 'bob' is not an e-mail address."),
        (
            {"services": {"vpn": {"criticality": "hi"}}},
            "services.vpn.criticality: 'hi' is not critical, high, medium or low. Did you mean high?",
        ),
        (
            {"services": {"vpn": {"depends-on": ["vpm"]}}},
            "services.vpn.depends-on[0]: there is no service 'vpm'. Did you mean vpn?",
        ),
        (
            {"services": {"vpn": {"group": "desk"}}},
            "services.vpn.group: there is no group 'desk'. There are: network.",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_path(value: Any, text: str) -> None:
    assert [str(wrong) for wrong in problems(value, ["network"])] == [text]


def test_groups_are_checked_where_the_policy_is_at_hand() -> None:
    assert problems({"services": {"vpn": {"group": "anything"}}}) == []
