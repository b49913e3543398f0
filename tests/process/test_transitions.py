"""S10's table, typed again by hand from SEMANTICS.md, against the one that the program judges by."""

from __future__ import annotations

import pytest

from itil_cli.process.incident import Incident
from itil_cli.process.rights import Asked, may, roles_on, speaks_for
from itil_cli.process.settings.people import parse as parse_people
from itil_cli.process.settings.policy import parse as parse_policy
from itil_cli.process.transitions import (
    ADDRESSED,
    AGREED,
    ANY,
    AUDITOR,
    BOT,
    BROUGHT,
    CONFIRMED,
    DESK,
    IF_ALL,
    IM,
    IN_DESK,
    KNOWLEDGE,
    LADDER,
    MIM,
    OWN,
    OWN_KEY,
    OWN_RESOLUTION,
    PM,
    REQUESTOR,
    ROLES,
    ROWS,
    SUPPORT,
    WHILE_NEW,
    allowed_from,
    legal,
    rows_for,
    rows_of,
    steps_from,
    who_may,
)

ANY_STATUS = "new assigned in-progress pending resolved closed canceled"
OPEN = "new assigned in-progress pending"

# verb | event | from | to | requestor | desk | support | IM | PM | bot. `-`: the status stays, or no right.
S10 = f"""
log           | logged          | -                               | new         | any | any | any | any | any | any
contact       | contacted       | {ANY_STATUS}                    | -           | own | any | any | any | any | brought
contact       | recurred        | {ANY_STATUS}                    | -           | -   | -   | -   | -   | -   | own key
note          | noted           | {ANY_STATUS}                    | -           | -   | any | any | any | any | any
vendor        | vendor-opened   | {OPEN}                          | -           | -   | any | own | any | -   | -
vendor        | vendor-answered | {OPEN}                          | -           | -   | any | own | any | -   | -
tell          | told            | {ANY_STATUS}                    | -           | -   | any | own | any | -   | -
classify      | classified      | {OPEN}                          | -           | -   | any | own | any | -   | -
assign        | assigned        | new assigned in-progress pending| assigned    | -   | any | agreed | any | - | -
return        | returned        | assigned in-progress            | assigned    | -   | -   | own | any | -   | -
accept        | accepted        | assigned                        | in-progress | -   | in desk | own | any | - | -
pend          | pended          | in-progress pending             | pending     | -   | any | own | any | -   | -
resume        | resumed         | pending                         | in-progress | -   | any | own | any | -   | -
resolve       | resolved        | new                             | resolved    | -   | any | -   | any | -   | own key
resolve       | resolved        | assigned                        | resolved    | -   | -   | -   | -   | -   | own key
resolve       | resolved        | in-progress pending             | resolved    | -   | any | own | any | -   | -
reopen        | reopened        | resolved                        | assigned    | own | any | own resolution | any | - | -
close         | closed          | resolved                        | closed      | own | confirmed | - | any | - | -
cancel        | canceled        | new assigned in-progress pending| canceled    | if all | any | - | any | - | -
escalate      | escalated       | {OPEN}                          | -           | -   | any | ladder | any | - | -
acknowledge   | acknowledged    | {ANY_STATUS}                    | -           | -   | addressed | addressed | any | any | -
link          | linked          | {OPEN}                          | -           | -   | any | own | any | knowledge | -
unlink        | unlinked        | {OPEN}                          | -           | -   | any | own | any | knowledge | -
edit          | edited          | {OPEN}                          | -           | while new | any | own | any | - | -
correct       | corrected       | {ANY_STATUS}                    | -           | -   | -   | -   | any | -   | -
major propose | major-proposed  | {OPEN}                          | -           | -   | any | any | any | -   | -
"""
MIM_ONLY = {
    "major accept": ("major-accepted", OPEN),
    "major reject": ("major-rejected", OPEN),
    "major demote": ("major-demoted", OPEN),
    "major update": ("major-updated", ANY_STATUS),
    "major review": ("major-reviewed", ANY_STATUS),
    "major handover": ("major-handed-over", ANY_STATUS),
    **{
        f"major {verb}": ("major-noted", ANY_STATUS)
        for verb in ("bridge", "inform", "stakeholder", "plan", "rca", "milestone")
    },
}
# What S9 allows after closing and DESIGN.md names as events, without a line in S10.
BESIDE = ("apply", "import", "task", "review", "action", "redact")
WORDS = {
    "any": ANY, "own": OWN, "own key": OWN_KEY, "brought": BROUGHT, "agreed": AGREED, "in desk": IN_DESK, "confirmed": CONFIRMED,
    "own resolution": OWN_RESOLUTION, "if all": IF_ALL, "ladder": LADDER, "addressed": ADDRESSED,
    "knowledge": KNOWLEDGE, "while new": WHILE_NEW,
}  # fmt: skip
COLUMNS = (REQUESTOR, DESK, SUPPORT, IM, PM, BOT)

LINES = [[cell.strip() for cell in line.split("|")] for line in S10.strip().splitlines()]
STATUSES = ANY_STATUS.split()


def typed(verb: str, status: str, role: str) -> set[tuple[str, str | None, str]]:
    """What the hand-typed table says: events, targets and conditions of a verb at a status for a role."""
    found = set()
    for name, do, origin, to, *rights in LINES:
        right = rights[COLUMNS.index(role)] if role in COLUMNS else "-"
        if name == verb and status in origin.split() and right != "-":
            found.add((do, None if to == "-" else to, WORDS[right]))
    return found


VERBS = list(dict.fromkeys(line[0] for line in LINES))


@pytest.mark.parametrize("role", [role for role in ROLES if role != MIM])
@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_status_and_role_is_as_s10_says(verb: str, role: str) -> None:
    for status in STATUSES:
        ours = {(row.do, row.to, row.may[role]) for row in rows_of(verb) if status in row.origin and role in row.may}
        assert ours == typed(verb, status, role), (verb, status, role)


def test_logging_has_no_status_before_it() -> None:
    (row,) = rows_of("log")
    assert (row.origin, row.to, set(row.may)) == (frozenset(), "new", {REQUESTOR, DESK, SUPPORT, IM, PM, BOT})


@pytest.mark.parametrize("verb", MIM_ONLY)
def test_accepting_a_major_and_all_later_steps_are_the_mims_only(verb: str) -> None:
    do, origin = MIM_ONLY[verb]
    (row,) = rows_of(verb)
    assert (row.do, row.origin, row.to, dict(row.may)) == (do, frozenset(origin.split()), None, {MIM: ANY})


def test_nothing_stands_in_the_table_but_what_is_named_here() -> None:
    assert {row.verb for row in ROWS} == {*VERBS, *MIM_ONLY, *BESIDE, "rule"}


def test_the_mim_has_no_other_right_of_his_own_but_to_answer_and_to_follow_up() -> None:
    rights = {row.verb: row.may[MIM] for row in ROWS if MIM in row.may and row.verb not in MIM_ONLY}
    assert rights == {"acknowledge": ADDRESSED, "review": ANY, "action": ANY}


def test_the_auditor_reads() -> None:
    assert [row.verb for row in ROWS if AUDITOR in row.may] == []


def test_rules_write_what_s4_s11_and_s13_demand() -> None:
    rules = [(row.do, row.origin, row.to) for row in ROWS if row.rule]
    assert rules == [
        ("accepted", frozenset({"new"}), "in-progress"),
        ("resolved", frozenset(OPEN.split()), "resolved"),
        ("escalated", frozenset({"resolved"}), None),
    ]


@pytest.mark.parametrize(
    ("do", "status", "by_rule", "kind", "fits"),
    [
        ("accepted", "assigned", False, None, True),
        ("accepted", "new", False, None, False),
        ("accepted", "new", True, None, True),
        ("resolved", "new", False, "permanent", True),
        ("resolved", "assigned", False, "permanent", False),
        ("resolved", "assigned", False, "recovered", True),
        ("resolved", "assigned", True, "by-parent", True),
        ("resolved", "resolved", True, None, False),
        ("closed", "pending", True, None, False),
        ("noted", "closed", False, None, True),
        ("invented", "new", True, None, False),
    ],
)
def test_an_event_fits_a_status_or_it_does_not(
    do: str, status: str, by_rule: bool, kind: str | None, fits: bool
) -> None:
    assert legal(do, status, by_rule=by_rule, kind=kind) is fits


def test_what_is_allowed_from_a_status_is_told_in_the_tables_order() -> None:
    assert allowed_from("resolved") == (
        "contact", "note", "tell", "reopen", "close", "acknowledge", "correct", "review", "action",
    )  # fmt: skip
    assert "accept" in allowed_from("assigned") and "accept" not in allowed_from("new")


def test_who_may_is_told_in_the_order_of_s10s_columns() -> None:
    assert who_may("classify") == (DESK, SUPPORT, IM)
    assert who_may("resolve", "new") == (DESK, IM, BOT)
    assert who_may("return") == (SUPPORT, IM)
    assert who_may("fly") == () and rows_of("fly") == () and rows_for("flown") == ()


# Conditions, each by itself.

PEOPLE = parse_people(
    {
        "people": [
            {"email": "dana@x", "roles": ["service-desk"], "groups": ["service-desk"]},
            {"email": "bob@x", "roles": ["support"], "groups": ["support"]},
            {"email": "max@x", "roles": ["major-incident-manager"]},
            {"email": "pia@x", "roles": ["problem-manager"]},
            {"email": "ci@x", "roles": ["bot"], "answers-for": "support"},
            {"email": "cron@x", "roles": ["bot"], "answers-for": "alice@x"},
            {"email": "alice@x", "aliases": ["al@home"]},
        ]
    }
)


def judged(verb: str, who: str, incident: Incident, cancel: str = "staff", **options: object) -> bool:
    """Whether somebody may, by the lines that fit the incident's status."""
    asked = Asked(PEOPLE.get(who), incident, parse_policy({"cancel": cancel}), PEOPLE, options)
    return any(may(row, asked) for row in rows_of(verb) if incident.status in row.origin)


def test_own_is_a_requestors_incident_or_one_that_supports_group_holds() -> None:
    assert judged("contact", "alice@x", Incident("i", requestor="al@home"))
    assert not judged("contact", "alice@x", Incident("i", requestor="carl@x"))
    assert not judged("contact", "alice@x", Incident("i"))
    assert judged("classify", "bob@x", Incident("i", group="support"))
    assert not judged("classify", "bob@x", Incident("i", group="network"))


def test_a_bot_brings_what_somebody_else_wrote_and_says_nothing_itself() -> None:
    incident = Incident("i", requestor="alice@x")
    assert judged("contact", "ci@x", incident, **{"from": "alice@x"})
    assert not judged("contact", "ci@x", incident, **{"from": "ci@x"})
    assert not judged("contact", "ci@x", incident)


def test_s19_who_answers_for_a_bot_is_its_requestor() -> None:
    assert speaks_for(PEOPLE.get("bob@x"), Incident("i", requestor="ci@x"), PEOPLE)
    assert speaks_for(PEOPLE.get("alice@x"), Incident("i", requestor="cron@x"), PEOPLE)
    assert not speaks_for(PEOPLE.get("dana@x"), Incident("i", requestor="ci@x"), PEOPLE)


def test_a_desk_accepts_what_a_desk_holds() -> None:
    assert judged("accept", "dana@x", Incident("i", status="assigned", group="service-desk"))
    assert not judged("accept", "dana@x", Incident("i", status="assigned", group="support"))
    assert not judged("accept", "dana@x", Incident("i", status="assigned", group="gone"))


def test_support_reopens_its_own_resolution() -> None:
    assert judged("reopen", "bob@x", Incident("i", status="resolved", group="network", resolving_group="support"))
    assert not judged("reopen", "bob@x", Incident("i", status="resolved", group="support", resolving_group="network"))


def test_requestors_cancel_where_the_policy_says_all() -> None:
    own = Incident("i", requestor="alice@x")
    assert [judged("cancel", "alice@x", own, cancel) for cancel in ("off", "staff", "all")] == [False, False, True]
    assert not judged("cancel", "alice@x", Incident("i", requestor="carl@x"), "all")


def test_requestors_edit_their_own_while_new() -> None:
    assert judged("edit", "alice@x", Incident("i", requestor="alice@x"))
    assert not judged("edit", "alice@x", Incident("i", requestor="alice@x", status="assigned"))


def test_the_problem_manager_links_knowledge_only() -> None:
    verdicts = {
        relation: judged("link", "pia@x", Incident("i"), relation=relation)
        for relation in ("problem", "known-error", "article", "child-of", "related")
    }
    assert verdicts == {"problem": True, "known-error": True, "article": True, "child-of": False, "related": False}


def test_several_roles_give_the_most_permissive_right() -> None:
    both = parse_people({"people": [{"email": "a@x", "roles": ["support", "service-desk"], "groups": ["support"]}]})
    asked = Asked(both.get("a@x"), Incident("i", group="network"), parse_policy({}), both, {})
    assert may(rows_of("classify")[0], asked)


def test_s10_on_an_accepted_major_the_mim_may_whatever_the_im_may() -> None:
    major = Incident("i", status="in-progress", major="accepted", group="support")
    assert roles_on(major, PEOPLE.get("max@x")) == {REQUESTOR, MIM, IM}
    im_verbs = [verb for verb in VERBS if verb != "log" and any(IM in row.may for row in rows_of(verb))]
    for verb in im_verbs:
        status = next(status for row in rows_of(verb) if IM in row.may for status in STATUSES if status in row.origin)
        assert judged(verb, "max@x", Incident("i", status=status, major="accepted")), verb
        if verb != "acknowledge":
            assert not judged(verb, "max@x", Incident("i", status=status, major="proposed")), verb


@pytest.mark.parametrize("verb", ["resolve", "reopen", "close"])
def test_s10_an_accepted_major_is_ended_by_im_or_mim_only(verb: str) -> None:
    status = "in-progress" if verb == "resolve" else "resolved"
    major = Incident(
        "i", status=status, major="accepted", group="support", resolving_group="support", requestor="alice@x"
    )
    assert judged(verb, "max@x", major)
    assert [who for who in ("dana@x", "bob@x", "alice@x") if judged(verb, who, major)] == []


def test_what_only_a_bot_may_do_is_not_offered() -> None:
    """`itil resolve` of what is assigned was refused, and offered in the same breath."""
    assert "resolve" not in allowed_from("assigned")
    assert steps_from("assigned") == ("assign", "return", "accept", "cancel")
    assert steps_from("in-progress") == ("assign", "return", "pend", "resolve", "cancel")
