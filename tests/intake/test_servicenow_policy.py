"""Each sentence of intake/servicenow/policy.py."""

from __future__ import annotations

from itil_cli.intake.servicenow.policy import matrix_of, split_at


def test_a_cell_is_what_most_rows_say() -> None:
    whole, shown = matrix_of({("high", "high", "P1"): 9, ("high", "high", "P2"): 1})
    assert whole["high", "high"] == "P1"
    assert shown == {("high", "high")}


def test_a_cell_that_no_row_shows_takes_the_mirrored_one() -> None:
    whole, _ = matrix_of({("low", "high", "P2"): 1})
    assert whole["high", "low"] == "P2"


def test_else_the_default_held_between_the_observed_ones() -> None:
    whole, _ = matrix_of({("medium", "medium", "P1"): 1, ("low", "low", "P4"): 1})
    assert whole["high", "medium"] == "P1"
    assert whole["low", "medium"] == "P4"
    assert whole["medium", "low"] == "P4"


def test_a_target_is_the_time_that_tells_met_from_missed() -> None:
    verdicts = [(hours / 2, hours <= 40) for hours in range(100)]
    assert split_at(verdicts) == (20, 1.0)


def test_where_no_time_tells_there_is_no_target() -> None:
    assert split_at([(hours, hours % 2 == 0) for hours in range(100)]) is None
    assert split_at([(hours, True) for hours in range(100)]) is None
    assert split_at([(1.0, True), (9.0, False)]) is None
