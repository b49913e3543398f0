"""Reviews, actions and tasks (M8, M9, R1), of an incident and of the process; the text of each refusal."""

from __future__ import annotations

from typing import Any

import pytest
from world import World

from itil_cli.errors import Malformed, NotFound, NotYourRole
from itil_cli.process.incident import PROCESS, path_of
from itil_cli.process.knowledge.models import Model
from itil_cli.process.majors.actions import actions, next_due, tasks

NEXT = {"message": "Watch it", "owner": "bob", "due": "2026-04-01"}
MODEL = Model("printer", tasks=("Paper in?", {"text": "Test page", "mandatory": True}))


def with_tasks(world: World) -> str:
    return world.accepted(model_value=MODEL, model="printer")


def test_m9_an_action_needs_a_text_an_owner_and_a_date() -> None:
    world = World()
    incident_id = world.resolved()
    for missing in NEXT:
        given = {name: value for name, value in NEXT.items() if name != missing}
        error = world.refusal("dana", "action add", incident_id, **given)
        said = 'an action needs a text, an owner and a date. Add -m "…" --owner P --due DATE.'
        assert (str(error), error.code) == (said, "M9")
    error = world.refusal("dana", "action add", incident_id, **{**NEXT, "due": "1.4.2026"})
    assert isinstance(error, Malformed)
    assert str(error) == "'1.4.2026' is not a date such as 2026-12-24. Write --due 2026-12-24."
    error = world.refusal("dana", "action add", incident_id, **{**NEXT, "owner": "bbo"})
    assert isinstance(error, NotFound)


def test_m9_actions_are_numbered_and_tracked_to_done() -> None:
    world = World()
    incident_id = world.resolved()
    world.do("dana", "action add", incident_id, **NEXT)
    assert world.notes() == ("Action 1 is bob@example.com's until 2026-04-01.",)
    world.do("dana", "action add", incident_id, **{**NEXT, "due": "2026-03-20"})
    assert next_due(world.records[incident_id].events) == "2026-03-20"
    world.do("bob", "action done", incident_id, number=2, message="Done")
    assert world.notes() == ("Action 2 is done; 1 left.",)
    found = actions(world.records[incident_id].events)
    assert [(one.number, one.due, one.done_by) for one in found] == [
        (1, "2026-04-01", None),
        (2, "2026-03-20", "bob@example.com"),
    ]
    error = world.refusal("bob", "action done", incident_id, number=2)
    assert (error.text, error.code) == (f"action 2 of {incident_id} is done already.", "M9")
    assert error.remedy == f"`itil action {incident_id} list` shows what is open."
    error = world.refusal("bob", "action done", incident_id, number=3)
    assert str(error) == f"{incident_id} has no action 3. There are: 1 to 2."
    error = world.refusal("bob", "action done", world.logged(), number=1)
    assert "Add one: `itil action" in str(error)


def test_m9_support_finishes_actions_and_adds_none() -> None:
    world = World()
    incident_id = world.resolved()
    error = world.refusal("bob", "action add", incident_id, **NEXT)
    assert isinstance(error, NotYourRole)
    assert str(error).endswith("Who may: service-desk; incident-manager; major-incident-manager; problem-manager.")
    world.do("ines", "action add", incident_id, **NEXT)
    assert isinstance(world.refusal("alice", "action done", incident_id, number=1), NotYourRole)
    world.do("bob", "action done", incident_id, number=1)


def test_m8_a_review_may_follow_closure_and_needs_what_was_learned() -> None:
    world = World()
    incident_id = world.resolved()
    world.do("dana", "close", incident_id, confirmed_by="alice")
    world.do("dana", "review", incident_id, step="start")
    error = world.refusal("dana", "review", incident_id, step="finish")
    assert (str(error), error.code) == ('finishing a review needs what was learned. Add -m "…".', "M8")
    world.do("dana", "review", incident_id, step="finish", message="Rollers", presented_to=("ines",))
    assert world.event(incident_id)["presented-to"] == ["ines@example.com"]
    assert isinstance(world.refusal("bob", "review", incident_id, step="start"), NotYourRole)


def test_the_process_itself_has_a_record_of_its_own() -> None:
    world = World()
    assert path_of(PROCESS) == "reviews/process.md"
    error = world.refusal("bob", "action done", PROCESS, number=1)
    assert error.text == "There is no process."
    assert world.refusal("ines", "review", PROCESS, step="finish").code == "M8"
    world.do("ines", "review", PROCESS, step="start", message="First quarter")
    world.do("ines", "action add", PROCESS, **NEXT)
    world.do("bob", "action done", PROCESS, number=1)
    assert world.does(PROCESS) == ["reviewed", "action-added", "action-done"]
    assert world.records[PROCESS].fields == {"title": "The process itself"}
    for verb in ("classify", "resolve", "task", "major propose", "accept"):
        error = world.refusal("ines", verb, PROCESS, message="x")
        assert isinstance(error, NotFound) and error.text == "process is no incident."


def test_r1_tasks_come_from_the_model_and_mandatory_ones_come_before_resolving() -> None:
    world = World()
    incident_id = with_tasks(world)
    found = tasks(world.records[incident_id].events)
    assert [(one.number, one.text, one.mandatory) for one in found] == [
        (1, "Paper in?", False),
        (2, "Test page", True),
    ]
    done: dict[str, Any] = {"code": "fixed", "message": "x"}
    error = world.refusal("bob", "resolve", incident_id, **done)
    assert (str(error), error.code) == (
        f"{incident_id} has a mandatory task open: 2 Test page. Carry them out, then `itil task {incident_id} N`.",
        "R1",
    )
    world.do("bob", "task", incident_id, number=2)
    assert world.do("bob", "resolve", incident_id, **done).status == "resolved"


@pytest.mark.parametrize("number", [0, 3])
def test_r1_a_task_that_there_is_not(number: int) -> None:
    world = World()
    error = world.refusal("bob", "task", with_tasks(world), number=number)
    assert isinstance(error, NotFound) and str(error).endswith(f"has no task {number}. There are: 1 to 2.")
    error = world.refusal("bob", "task", world.accepted(), number=1)
    assert str(error).endswith("has no task 1. Tasks come from a model: `itil log --model M`.")


def test_r1_a_task_is_done_once_and_by_those_who_work_on_it() -> None:
    world = World()
    incident_id = with_tasks(world)
    assert isinstance(world.refusal("nora", "task", incident_id, number=1), NotYourRole)
    world.do("bob", "task", incident_id, number=1)
    assert world.notes() == ("Task 1 is done; 1 left, 1 mandatory.",)
    error = world.refusal("bob", "task", incident_id, number=1)
    assert (str(error), error.code) == (f"task 1 of {incident_id} is done already. `itil task ID` lists them.", "R1")
    world.do("bob", "task", incident_id, number=2)
    assert world.notes() == ("Task 2 is done; none left.",)
