"""Incident models: what they give to `log`, and what `check` says of them."""

from __future__ import annotations

from typing import Any

import pytest
from world import World

from itil_cli.errors import Refused
from itil_cli.process.incident import Record, Value
from itil_cli.process.knowledge.models import Model, filled, model_of, problems

TARGETS: dict[str, Value] = {"response": "30m", "resolution": "4h", "calendar": "always"}
GOOD: dict[str, Value] = {
    "title": "A till does not print",
    "category": "hardware/printer",
    "impact": "low",
    "urgency": "high",
    "group": "support",
    "tasks": ["Paper in?", {"text": "Test page", "mandatory": True}],
    "targets": TARGETS,
    "article": "KB-20260309-00001",
}


def model(**fields: Value) -> Model:
    return model_of(Record("till", {**GOOD, **fields}, ()))


def log(world: World, who: str = "dana", found: Model | None = None, **options: Any) -> str:
    return world.do(who, "log", **filled(options, found or model())).id


def test_a_model_gives_what_the_command_does_not_say() -> None:
    world = World()
    incident_id = log(world, requestor="alice")
    seen, first = world.see(incident_id), world.event(incident_id, 0)
    assert (seen.title, seen.category, seen.priority, seen.group, seen.status) == (
        "A till does not print", "hardware/printer", "P4", "support", "assigned",
    )  # fmt: skip
    assert (seen.response, seen.resolution, seen.calendar) == ("30m", "4h", "always")
    assert (first["model"], first["tasks"]) == ("till", GOOD["tasks"])
    assert world.event(incident_id)["rule"] == "model: till"


def test_the_commands_own_options_win() -> None:
    world = World()
    incident_id = log(world, title="Till 2", impact="medium", category="network", group="network", requestor="alice")
    seen = world.see(incident_id)
    assert (seen.title, seen.impact, seen.urgency, seen.category, seen.group) == (
        "Till 2", "medium", "high", "network", "network",
    )  # fmt: skip
    assert "rule" not in world.event(incident_id)


def test_a_requestor_may_follow_a_model_though_the_group_is_not_his_to_name() -> None:
    world = World()
    assert world.see(log(world, "alice")).group == "support"
    assert isinstance(world.refusal("alice", "log", title="x", group="support"), Refused)


def test_a_model_counts_before_a_routing_rule() -> None:
    route = {"channel": "phone", "group": "network", "impact": "high", "urgency": "high", "category": "network"}
    world = World(routing=[route])
    seen = world.see(log(world, requestor="alice", channel="phone"))
    assert (seen.group, seen.impact, seen.category) == ("support", "low", "hardware/printer")
    bare = model_of(Record("bare", {"title": "t"}, ()))
    assert world.see(log(world, found=bare, requestor="alice", channel="phone")).group == "network"


WRONG: list[tuple[dict[str, Value], str, str]] = [
    ({"title": None}, "D3", "a model needs a title."),
    ({"category": "hardwear"}, "C1", "the policy knows no category 'hardwear'. Did you mean hardware?"),
    ({"group": "suport"}, "C6", "the policy knows no group 'suport'. Did you mean support?"),
    ({"service": "til"}, "C4", "the policy knows no service 'til'. Did you mean tills?"),
    ({"impact": "lowest"}, "C3", "the policy knows no impact 'lowest'. Did you mean low?"),
    ({"urgency": None}, "C3", "impact and urgency go together."),
    ({"article": "KB-20260309-ZZZZZ"}, "F5", "there is no article KB-20260309-ZZZZZ."),
    ({"tasks": "Paper"}, "R1", "tasks must be a list."),
    ({"tasks": [{"text": "x", "must": True}]}, "R1", "a task is a text, or {text, mandatory: true}."),
    ({"targets": {"response": "4h"}}, "S5", "targets need response, resolution, calendar, and nothing else."),
    (
        {"targets": {**TARGETS, "response": "2bd"}},
        "S5",
        "'2bd' is in days; a target is in s, m or h of its calendar.",
    ),
    ({"targets": {**TARGETS, "calendar": "x"}}, "S5", "there is no calendar 'x'."),
]


@pytest.mark.parametrize(("fields", "code", "text"), WRONG)
def test_what_check_says_of_a_model(fields: dict[str, Value], code: str, text: str) -> None:
    world = World(services={"tills": {}})
    kept = {name: value for name, value in {**GOOD, **fields}.items() if value is not None}
    known = {"KB-20260309-00001"}.__contains__
    found = list(problems("till", Record("till", kept, ()), world.policy, world.services, known))
    assert [(one.code, one.text) for one in found] == [(code, text)]


def test_a_key_that_nearly_is_a_models_is_warned_of_and_any_other_is_somebodys_own() -> None:
    world = World()
    fields: dict[str, Value] = {**GOOD, "taks": ["Paper in?"], "x-floor": 3, "reviewed": "2026-03-01"}
    (found,) = problems("till", Record("till", fields, ()), world.policy, world.services, lambda name: True)
    assert (found.code, found.severity, found.text) == ("D3", "warning", "a model has no 'taks'. Did you mean tasks?")


def test_a_good_model_has_no_findings_and_its_id_is_its_files_name() -> None:
    world = World()
    record = Record("till", GOOD, ())
    assert list(problems("till", record, world.policy, world.services, lambda name: True)) == []
    (found,) = problems("tills", record, world.policy, world.services, lambda name: True)
    assert found.text == "the id says 'till', the file's name says 'tills'."
