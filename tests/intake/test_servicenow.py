"""Each sentence of intake/servicenow*.py on a small log that has every quirk of the real one."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from dataclasses import replace

import pytest

from itil_cli.errors import Broken, Malformed
from itil_cli.intake.ids import IncidentId
from itil_cli.intake.servicenow.log import Log, read
from itil_cli.intake.servicenow.records import records
from itil_cli.intake.servicenow.states import STATES, State
from itil_cli.intake.taken import Options, Taken
from itil_cli.process.events.fold import fold
from itil_cli.process.incident import Event
from itil_cli.process.time.instants import format_instant

HEADER = (
    "number,incident_state,caller_id,opened_by,opened_at,sys_updated_at,contact_type,category,subcategory,"
    "u_symptom,cmdb_ci,impact,urgency,priority,assignment_group,assigned_to,closed_code"
)
LOG = f"""{HEADER}
INC0000045,New,Caller 2403,Opened by  8,29/2/2016 01:16,29/2/2016 01:23,Phone,Category 55,Subcategory 170,Symptom 72,?,2 - Medium,2 - Medium,3 - Moderate,Group 56,?,code 5
INC0000045,Active,Caller 2403,Opened by  8,29/2/2016 01:16,29/2/2016 08:53,Phone,Category 55,Subcategory 170,Symptom 72,cmdb_ci 31,1 - High,2 - Medium,2 - High,Group 70,Resolver  9,code 5
INC0000045,-100,Caller 2403,Opened by  8,29/2/2016 01:16,29/2/2016 08:53,Phone,Category 55,Subcategory 170,Symptom 72,cmdb_ci 31,1 - High,2 - Medium,2 - High,Group 70,?,code 5
INC0000045,Resolved,Caller 2403,Opened by  8,29/2/2016 01:16,29/2/2016 07:00,Phone,Category 55,Subcategory 9,Symptom 72,cmdb_ci 31,1 - High,2 - Medium,2 - High,Group 70,?,code 5
INC0000045,Closed,Caller 2403,Opened by  8,29/2/2016 01:16,5/3/2016 12:00,Phone,Category 55,Subcategory 9,Symptom 72,cmdb_ci 31,1 - High,2 - Medium,2 - High,Group 70,?,code 5
INC0000046,Resolved,Caller 1,?,1/3/2016 09:00,1/3/2016 08:59,Self service,?,?,?,?,3 - Low,3 - Low,4 - Low,?,?,?
INC0000047,New,Caller 1,?,1/3/2016 09:00,1/3/2016 09:00,Email,A/B,?,?,?,3 - Low,3 - Low,4 - Low,Group 1,?,code 1
INC0000047,Awaiting User Info,Caller 1,?,1/3/2016 09:00,1/3/2016 09:05,Email,A/B,?,?,?,3 - Low,3 - Low,4 - Low,Group 1,?,code 1
INC0000047,Awaiting Vendor,Caller 1,?,1/3/2016 09:00,1/3/2016 09:06,Email,A/B,?,?,?,3 - Low,3 - Low,4 - Low,Group 1,?,code 1
INC0000047,Closed,Caller 1,?,1/3/2016 09:00,1/3/2016 09:07,Email,A/B,?,?,?,3 - Low,3 - Low,4 - Low,Group 1,?,code 1
INC0000047,Active,Caller 1,?,1/3/2016 09:00,1/3/2016 09:08,Email,A/B,?,?,?,3 - Low,3 - Low,4 - Low,Group 1,?,code 1
INC0000046,Active,Caller 1,?,1/3/2016 09:00,1/3/2016 09:30,Self service,?,?,?,?,3 - Low,3 - Low,4 - Low,?,?,?
"""
OPTIONS = Options("ines@example.com")


def log_of(text: str) -> Log:
    return read(io.BytesIO(text.encode()), "log.csv")


def take(text: str = LOG, options: Options = OPTIONS) -> dict[str, Taken]:
    return {taken.number: taken for taken in records(log_of(text), options, IncidentId())}


def events_of(number: str) -> tuple[Event, ...]:
    return take()[number].record.events


def line(event: Event) -> str:
    """An event in one line, without the source's own cells."""
    data = {key: value for key, value in event.data.items() if key not in ("x", "row")}
    return f"{format_instant(event.at)} {event.do} {data}"


def test_the_first_event_is_logged_then_one_for_each_row() -> None:
    assert [line(event) for event in events_of("INC0000045")] == [
        "2016-02-29T01:16:00Z logged {'title': 'Symptom 72 in Category 55/Subcategory 170 (INC0000045)', "
        "'owner': 'Opened by 8', 'requestor': 'Caller 2403', 'channel': 'phone', 'impact': 'medium', "
        "'urgency': 'medium', 'priority': 'P3', 'group': 'Group 56', 'category': 'Category 55/Subcategory 170'}",
        "2016-02-29T01:23:00Z imported {'status': 'new', 'requestor': 'Caller 2403', 'channel': 'phone', "
        "'impact': 'medium', 'urgency': 'medium', 'priority': 'P3', 'group': 'Group 56', "
        "'category': 'Category 55/Subcategory 170'}",
        "2016-02-29T08:53:00Z imported {'status': 'in-progress', 'cis': ['cmdb_ci 31'], 'impact': 'high', "
        "'priority': 'P2', 'group': 'Group 70', 'assignee': 'Resolver 9'}",
        "2016-02-29T08:53:00Z imported {'status': 'in-progress', 'forbidden': 'S10', 'assignee': ''}",
        "2016-02-29T08:53:00Z imported {'status': 'resolved', 'code': 'code 5', "
        "'category': 'Category 55/Subcategory 9', 'said': '2016-02-29T07:00:00Z'}",
        "2016-03-05T12:00:00Z imported {'status': 'closed'}",
    ]


def test_x_holds_what_differs_from_the_row_before() -> None:
    _, first, second, *_ = events_of("INC0000045")
    assert first.data["x"] == dict(zip(HEADER.split(","), LOG.split("\n")[1].split(","), strict=True))
    assert second.data["x"] == {
        "incident_state": "Active",
        "sys_updated_at": "29/2/2016 08:53",
        "cmdb_ci": "cmdb_ci 31",
        "impact": "1 - High",
        "priority": "2 - High",
        "assignment_group": "Group 70",
        "assigned_to": "Resolver  9",
    }


def rebuilt(all_taken: dict[str, Taken]) -> list[dict[str, str]]:
    """The rows of the log again, from the events alone, in the order of the file."""
    rows = []
    for taken in all_taken.values():
        cells: dict[str, str] = {}
        for event in taken.record.events[1:]:
            cells.update(event.data["x"])  # type: ignore[arg-type]
            rows.append((event.data["row"], dict(cells)))
    return [cells for _, cells in sorted(rows, key=lambda item: item[0])]  # type: ignore[arg-type, return-value]


def test_every_row_can_be_rebuilt_in_order_though_the_rows_of_one_incident_stand_apart() -> None:
    names = HEADER.split(",")
    assert rebuilt(take()) == [dict(zip(names, row.split(","), strict=True)) for row in LOG.strip().split("\n")[1:]]


def test_findings_by_kind() -> None:
    kinds = Counter(kind for taken in take().values() for kind in taken.kinds)
    assert {" ".join(kind): count for kind, count in kinds.items()} == {
        "(unknown state) -100 S10": 1,
        "(start) resolved D7": 1,
        "new pending P12": 1,
        "pending closed R2": 1,
        "closed in-progress F3": 1,
    }


def test_a_log_that_does_not_begin_at_new_is_marked_and_a_reopening_in_one_row_is_allowed() -> None:
    assert [line(event) for event in events_of("INC0000046")] == [
        "2016-03-01T09:00:00Z logged {'title': 'INC0000046', 'requestor': 'Caller 1', 'channel': 'self-service', "
        "'impact': 'low', 'urgency': 'low', 'priority': 'P4'}",
        "2016-03-01T09:00:00Z imported {'status': 'resolved', 'forbidden': 'D7', 'requestor': 'Caller 1', "
        "'channel': 'self-service', 'impact': 'low', 'urgency': 'low', 'priority': 'P4', "
        "'said': '2016-03-01T08:59:00Z'}",
        "2016-03-01T09:30:00Z imported {'status': 'in-progress'}",
    ]


def test_a_pending_row_says_its_reason_and_what_it_pauses() -> None:
    pending = [event.data for event in events_of("INC0000047") if event.data.get("status") == "pending"]
    assert [(data["reason"], data["pauses"], data.get("forbidden")) for data in pending] == [
        ("awaiting-requestor", ["sla", "ola"], "P12"),
        ("awaiting-vendor", ["ola"], None),
    ]


def test_only_the_row_that_resolves_takes_the_code_or_the_one_that_closes_without() -> None:
    assert [event.data.get("code") for event in events_of("INC0000047")] == [None] * 4 + ["code 1", None]


def test_a_slash_inside_a_name_is_no_level() -> None:
    assert take()["INC0000047"].record.fields["category"] == "A-B"


def test_the_header_is_the_fold_and_names_its_source() -> None:
    for taken in take().values():
        fields = dict(taken.record.fields)
        source = fields.pop("x-source")
        assert fold(taken.record).fields() == fields
        assert source == {
            "system": "servicenow",
            "number": taken.number,
            "rows": len(taken.record.events) - 1,
        }


def test_events_of_the_same_file_have_the_same_names() -> None:
    names = [event.n for event in events_of("INC0000045")]
    assert names == [event.n for event in events_of("INC0000045")]
    assert [name.partition("-")[0] for name in names] == ["1", "2", "3", "4", "5", "6"]
    assert len(set(names)) == 6


def test_times_are_read_in_one_zone() -> None:
    logged = take(options=replace(OPTIONS, zone="America/New_York"))["INC0000045"].record.events[0]
    assert format_instant(logged.at) == "2016-02-29T06:16:00Z"


def test_an_ambiguous_time_is_its_first_and_one_in_a_gap_moves_on() -> None:
    options = replace(OPTIONS, zone="Europe/Paris")
    text = "number,incident_state,opened_at,sys_updated_at\nINC1,New,27/3/2016 02:30,30/10/2016 02:30\n"
    logged, row = take(text, options)["INC1"].record.events
    assert (format_instant(logged.at), format_instant(row.at)) == (
        "2016-03-27T01:30:00Z",
        "2016-10-30T00:30:00Z",
    )


def test_targets_of_the_policy_are_promised_at_logging_and_with_a_new_priority() -> None:
    targets = {
        "P3": {"response": "4h", "resolution": "24h", "calendar": "business"},
        "P2": {"response": "30m"},
    }
    events = take(options=replace(OPTIONS, targets=targets))["INC0000045"].record.events
    assert [(event.data.get("response"), event.data.get("calendar")) for event in events[:4]] == [
        ("4h", "business"),
        (None, None),
        ("30m", None),
        (None, None),
    ]


def test_a_state_can_be_mapped() -> None:
    states = {**STATES, "-100": State("pending", "awaiting-activity")}
    taken = take(options=replace(OPTIONS, states=states))["INC0000045"]
    assert taken.record.events[3].data["reason"] == "awaiting-activity"
    assert taken.kinds == ()


def test_an_id_is_the_day_of_opening_and_the_number_in_base_32() -> None:
    assert take()["INC0000045"].record.id == "INC-20160229-0001D"


def test_no_two_numbers_share_an_id() -> None:
    give = IncidentId({"INC-20160229-0001D"})
    given = [give(number, 1456708560) for number in ("INC0000045", "INC45", "REQ7", "INC99999999")]
    assert len(set(given)) == 4
    assert "INC-20160229-0001D" not in given


def test_a_zip_with_one_csv_is_read() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("log.csv", "\ufeff" + LOG)
    packed.seek(0)
    assert read(packed, "log.zip") == replace(log_of(LOG), name="log.zip")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "",
            "log.csv:1: Not a ServiceNow incident log: no column number, incident_state, opened_at, sys_updated_at.",
        ),
        (
            "number,number,incident_state,opened_at,sys_updated_at\n",
            "log.csv:1: The column number stands twice.",
        ),
        (f"{HEADER}\nINC1,New\n", "log.csv:2: The row has 2 cells, the first line names 17."),
        (
            "number,incident_state,opened_at,sys_updated_at\n?,New,1/3/2016 09:00,1/3/2016 09:00\n",
            "log.csv:2: The row has no number.",
        ),
        (
            "number,incident_state,opened_at,sys_updated_at\nINC1,New,30/2/2016 09:00,1/3/2016 09:00\n",
            "log.csv:2: '30/2/2016 09:00' is no time: day is out of range for month.",
        ),
        (
            "number,incident_state,opened_at,sys_updated_at\nINC1,New,soon,1/3/2016 09:00\n",
            "log.csv:2: 'soon' is no time such as 29/2/2016 01:16.",
        ),
        (
            "number,incident_state,opened_at,sys_updated_at\nINC1,New,1/3/1916 09:00,1/3/2016 09:00\n",
            "log.csv:2: '1/3/1916 09:00' is outside the years 1970 to 2200.",
        ),
        (
            "number,incident_state,opened_at,sys_updated_at\nINC1,New,?,?\n",
            "log.csv:2: The incident has no time of opening.",
        ),
        (
            'number,incident_state,opened_at,sys_updated_at\nINC1,"New\n',
            "log.csv:2: No CSV: unexpected end of data.",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(text: str, said: str) -> None:
    with pytest.raises(Broken) as caught:
        take(text)
    assert str(caught.value).removesuffix(" Export the incident log as CSV in UTF-8 again.") == said


def test_other_bytes_are_refused() -> None:
    with pytest.raises(Broken, match=r"log\.csv:2: Not UTF-8\. "):
        read(io.BytesIO(f"{HEADER}\nINC\xe9".encode("latin-1")), "log.csv")
    with pytest.raises(Broken, match=r"log\.zip: A damaged zip\. "):
        read(io.BytesIO(b"PK\x03\x04 and no more"), "log.zip")


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(Malformed) as caught:
        take(options=replace(OPTIONS, zone="Mars/Olympus"))
    assert str(caught.value) == "There is no time zone 'Mars/Olympus'. Give an IANA name such as Europe/Paris or UTC."
