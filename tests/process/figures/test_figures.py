"""Every figure of S15 over the October of `october.py`; how each number comes about stands beside it."""

from __future__ import annotations

import json

import pytest
from october import October

from itil_cli.process.figures import FIGURES, REPORTS, Figure, Gathering, Table, drawn, gather
from itil_cli.process.settings.table import FIGURES as IN_GOALS
from itil_cli.process.time.instants import parse_instant


@pytest.fixture(scope="module")
def october() -> October:
    return October()


@pytest.fixture(scope="module")
def figures(october: October) -> dict[str, Figure]:
    return dict(october.report(*FIGURES).figures)


def share(figure: Figure) -> tuple[float | int | None, int, int | None]:
    return figure.value, figure.numerator, figure.denominator


def spread(figure: Figure) -> tuple[int, int | None, float | int | None, int | None]:
    """Sum, n, median, p90."""
    return figure.numerator, figure.n, figure.median, figure.p90


def test_created_is_what_was_logged_in_the_month_of_the_zone(figures: dict[str, Figure]) -> None:
    """A B C D E F G I K. Not J, who came a second later; nor H and M, canceled; nor L, a child."""
    assert figures["created"].value == 9


def test_resolved_is_what_was_last_resolved_and_still_is(figures: dict[str, Figure]) -> None:
    """A B C D E F G; D counts once."""
    assert figures["resolved"].value == 7


def test_mtta(figures: dict[str, Figure]) -> None:
    """300 300 1,200 1,800 1,800 2,400 3,600: sum 11,400, middle 1,800; p90 is the ceil(6.3) = 7th."""
    assert spread(figures["mtta"]) == (11_400, 7, 1_800, 3_600)
    assert figures["mtta"].value == pytest.approx(11_400 / 7)


def test_who_was_never_accepted_stands_beside_mtta(figures: dict[str, Figure]) -> None:
    """L by its parent and M, canceled; H is a double entry, I and K are still open (S4)."""
    assert figures["mtta"].beside == {"never_accepted": 2}


def test_mttr_wall(figures: dict[str, Figure]) -> None:
    """300 7,200 14,400 36,000 86,400 93,600 266,400: the hour that the zone gains is one."""
    assert spread(figures["mttr_wall"]) == (504_300, 7, 36_000, 266_400)


def test_mttr_sla(figures: dict[str, Figure]) -> None:
    """300 7,200 7,200 10,800 14,400 28,800 36,000."""
    assert spread(figures["mttr_sla"]) == (104_700, 7, 10_800, 36_000)


def test_sla_response(figures: dict[str, Figure]) -> None:
    """A B C D E G of seven; F after an hour of 30 min. D was accepted again in time; K is open and breached."""
    assert share(figures["sla_response"]) == (6 / 7, 6, 7)
    beside = {name: count for name, count in figures["sla_response"].beside.items() if count}
    assert beside == {"response_again_met": 1, "response_open_breached": 1}


def test_sla_resolution_counts_children(figures: dict[str, Figure]) -> None:
    """A B C D E G and the child L of eight; F after 10 h of 8 h. K is open and breached."""
    assert share(figures["sla_resolution"]) == (7 / 8, 7, 8)
    assert figures["sla_resolution"].beside["resolution_open_breached"] == 1


def test_fcr_and_first_level(figures: dict[str, Figure]) -> None:
    """B alone."""
    assert share(figures["fcr"]) == share(figures["first_level"]) == (1 / 7, 1, 7)


def test_group_changes(figures: dict[str, Figure]) -> None:
    """C changed three times, and support held it twice; coming back to its group by reopening, D did not."""
    assert share(figures["first_assignment"]) == (6 / 7, 6, 7)
    assert spread(figures["reassign_avg"]) == (3, 7, 0, 3)
    assert figures["reassign_avg"].beside == {"never_reassigned": 6}
    assert share(figures["bounced"]) == (1 / 7, 1, 7)


def test_reopen_rate(figures: dict[str, Figure]) -> None:
    """D of the seven that were first resolved."""
    assert share(figures["reopen_rate"]) == (1 / 7, 1, 7)


def test_backlog_stands_at_the_end_with_its_ages(figures: dict[str, Figure]) -> None:
    """I, a second old, and K, 11 days and 16 hours. J came at the end and not before it."""
    assert figures["backlog"].value == 2
    assert figures["backlog"].parts == {"[0,1)": 1, "[1,3)": 0, "[3,7)": 0, "[7,14)": 1, "[14,30)": 0, "[30,∞)": 0}


def test_misclassified(figures: dict[str, Figure]) -> None:
    """C was hardware, and is network."""
    assert share(figures["misclassified"]) == (1 / 7, 1, 7)


def test_misrouted(figures: dict[str, Figure]) -> None:
    """C, of those that were assigned: A C D E F G."""
    assert share(figures["misrouted"]) == (1 / 6, 1, 6)


def test_major(figures: dict[str, Figure]) -> None:
    """G of nine."""
    assert share(figures["major"]) == (1 / 9, 1, 9)


def test_pending_share_by_reason(figures: dict[str, Figure]) -> None:
    """E waited 3 × 86,400 s, the hour gained included: from Fri 11:00 to Mon 10:00 in Paris."""
    assert share(figures["pending_share"]) == (259_200 / 504_300, 259_200, 504_300)
    assert figures["pending_share"].parts == {"awaiting-requestor": 259_200}


def test_knowledge_and_problems(figures: dict[str, Figure]) -> None:
    """A with an article; D with the problem that its workaround proposed."""
    assert share(figures["kedb_use"]) == share(figures["problem_link"]) == (1 / 7, 1, 7)


def test_comms(figures: dict[str, Figure]) -> None:
    """06:20 by 06:25, 06:45 by 06:50; 07:30 after 07:15. The next, due at 08:00, was spared by the resolution then."""
    assert share(figures["comms"]) == (2 / 3, 2, 3)


def test_requestors_who_were_not_informed_in_time(figures: dict[str, Figure]) -> None:
    """Of F (P2: every 4 h) and G (P1: every hour) that of F, who heard nothing for ten hours. That of G heard of
    every update: after 20, 25, 45 and 30 minutes. All others are P3 and P4, without an interval."""
    assert share(figures["not_informed"]) == (1 / 2, 1, 2)
    assert figures["not_informed"].beside == {"open_not_informed": 0}


@pytest.mark.parametrize(("now", "count"), [("12:00:00", 0), ("12:00:01", 1), ("17:59:59", 1)])
def test_who_has_not_heard_from_us_by_now_stands_beside(october: October, now: str, count: int) -> None:
    """F was logged at 08:00 and is open until 18:00."""
    figure = october.report("not_informed", now=parse_instant(f"2026-10-12T{now}Z")).figures["not_informed"]
    assert figure.beside == {"open_not_informed": count}


def test_an_empty_denominator_is_not_applicable(october: October) -> None:
    figures = october.report(*FIGURES, period="2025-10").figures
    for name, figure in figures.items():
        if FIGURES[name].kind == "count":
            assert figure.value == 0, name
        else:
            assert (figure.value, figure.numerator, figure.denominator) == (None, 0, 0), name
            assert figure.median is None and figure.p90 is None


def test_a_day_in_which_the_clocks_go_back_has_25_hours(october: October) -> None:
    """Sunday the 25th; K and E are open at its end, and at its beginning."""
    figures = october.report("backlog", "created", period="2026-10-25").figures
    assert figures["created"].value == 0
    assert figures["backlog"].parts["[1,3)"] == 1 and figures["backlog"].parts["[3,7)"] == 1


def test_november_begins_at_23_00_utc(october: October) -> None:
    """J, and what October left."""
    figures = october.report("created", "backlog", period="2026-11").figures
    assert (figures["created"].value, figures["backlog"].value) == (1, 3)


def test_a_running_period_is_counted_up_to_now(october: October) -> None:
    """On the 20th at 07:00Z K, logged this second, is open; all others are done."""
    figures = october.report("backlog", now=parse_instant("2026-10-20T07:00:00Z")).figures
    assert figures["backlog"].value == 1


def test_what_is_logged_at_the_present_second_is_open(october: October) -> None:
    figures = october.report("backlog", period="2026-11", now=parse_instant("2026-10-31T23:00:00Z")).figures
    assert figures["backlog"].value == 3


def test_an_incident_belongs_to_the_period_of_the_event(october: October) -> None:
    """E was logged in the week of the 19th, as K was, and resolved in that of the 26th, in which I and J were logged."""
    before, after = (october.report("created", "mttr_wall", period=week).figures for week in ("2026-W43", "2026-W44"))
    assert (before["created"].value, before["mttr_wall"].n) == (2, 0)
    assert (after["created"].value, after["mttr_wall"].n) == (2, 1)


def test_first_resolved_counts_in_its_own_week_even_where_it_was_reopened(october: October) -> None:
    assert share(october.report("reopen_rate", period="2026-10-07").figures["reopen_rate"]) == (1.0, 1, 1)
    assert share(october.report("reopen_rate", period="2026-10-08").figures["reopen_rate"]) == (None, 0, 0)
    assert october.report("resolved", period="2026-10-07").figures["resolved"].value == 0


def test_groups(october: October) -> None:
    """P1 G; P2 F; P3 the other seven. The child L is P4."""
    table = Table("", ("priority",), ("created", "sla_resolution"))
    (counted,) = october.report("created", tables=(table,)).tables
    assert [(key, row["created"].value, row["sla_resolution"].denominator) for key, row in counted.rows] == [
        (("P1",), 1, 1),
        (("P2",), 1, 1),
        (("P3",), 7, 5),
        (("P4",), 0, 1),
    ]


def test_two_fields_and_what_is_empty(october: October) -> None:
    table = Table("", ("service", "priority"), ("created",))
    (counted,) = october.report("created", tables=(table,)).tables
    assert [(key, row["created"].value) for key, row in counted.rows] == [
        (("none", "P1"), 1),
        (("none", "P2"), 1),
        (("none", "P3"), 5),
        (("vpn", "P3"), 2),
    ]


def test_by_month_the_backlog_is_that_at_each_end(october: October) -> None:
    """I and K at the end of October; J with them now."""
    table = Table("", ("month",), ("created", "backlog"))
    (counted,) = october.report("created", period="2026-Q4", tables=(table,)).tables
    assert [(key[0], row["created"].value, row["backlog"].value) for key, row in counted.rows] == [
        ("2026-10", 9, 2),
        ("2026-11", 1, 3),
    ]


def test_by_week_the_backlog_is_that_at_each_end(october: October) -> None:
    table = Table("", ("week",), ("backlog",))
    (counted,) = october.report("created", tables=(table,)).tables
    assert [(key[0], row["backlog"].value) for key, row in counted.rows] == [("2026-W43", 2), ("2026-W44", 2)]


def test_goals_stand_beside(figures: dict[str, Figure]) -> None:
    """7 of 8 is less than 90 %; 1 of 7 more than 5 %; 1,629 s less than an hour; for a count there is no better."""
    assert [
        (figures[name].goal, figures[name].met) for name in ("sla_resolution", "reopen_rate", "mtta", "created")
    ] == [
        (0.9, False),
        (0.05, False),
        (3600, True),
        (3, None),
    ]


def test_an_order_of_incidents_changes_nothing(october: October, figures: dict[str, Figure]) -> None:
    turned = October()
    turned.records = dict(reversed(turned.records.items()))
    assert turned.report(*FIGURES).figures == figures


@pytest.mark.parametrize("first", [0, 5, 13])
@pytest.mark.parametrize("name", REPORTS)
def test_sums_of_parts_give_the_figures_of_the_whole(october: October, name: str, first: int) -> None:
    scope, found, report = october.scope(), october.found(), REPORTS[name]
    tables = (*report.tables, *drawn(scope.period, REPORTS["summary"].charts))
    whole, part = (Gathering(scope, report.figures, tables) for _ in range(2))
    part.add(found[:first])
    whole.add_sums(json.loads(json.dumps(part.sums())))
    whole.add(found[first:])
    assert whole.answer() == gather(found, scope, report.figures, tables)


def test_every_figure_of_a_goal_is_defined() -> None:
    assert set(IN_GOALS) <= set(FIGURES)


def test_every_report_and_every_sentence_is_whole() -> None:
    for report in REPORTS.values():
        for name in (*report.figures, *(name for table in report.tables for name in table.figures)):
            assert FIGURES[name].sentence.endswith("."), name
