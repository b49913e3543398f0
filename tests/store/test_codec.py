"""What a file says, and what a new one looks like."""

from __future__ import annotations

from dataclasses import replace

import frontmatter
import pytest
from hypothesis import given
from paper import BY_HAND, FILE, PATH, records, texts

from itil_cli.errors import Malformed
from itil_cli.process.incident import Entry, Event, Record
from itil_cli.process.time.instants import format_instant, parse_instant
from itil_cli.store.files import codec, worklog

AT = parse_instant("2026-11-24T09:10:00Z")


def test_a_file_is_read_as_the_design_shows_it() -> None:
    record = codec.parse(FILE, PATH)
    assert record.id == "INC-20261124-7KQF2"
    assert list(record.fields) == ["title", "status", "priority", "cis", "group", "assignee"]
    assert record.fields["cis"] == ["pay-gw-01"]
    assert record.description == "All card payments fail since the deploy of 08:55."
    assert record.events[0].data == {"channel": "phone", "response": "4h"}
    assert record.events[2] == Event(AT, "bob@example.com", "3-v4hd", "noted", {}, "Rolled the deploy back; no change.")
    assert record.strays == ()


def test_a_file_written_by_hand_is_read_too() -> None:
    record = codec.parse(BY_HAND, PATH)
    assert record.fields["x-ticket"] == {"system": "jira", "key": "PAY-12"}
    assert record.fields["assignee"] is None
    assert record.fields["note"] == "several\nlines\n"
    assert record.description == "All of it.\n---\ntitle: not a header"
    assert [event.text for event in record.events] == [None, "Tried  it.\n### not an entry"]


def test_an_entry_that_no_event_knows_is_a_stray() -> None:
    assert codec.parse(BY_HAND, PATH).strays == (
        Entry("9-zzzz", parse_instant("2026-11-24T09:11:00Z"), "eve@example.com", True, "Nobody knows me."),
    )


def test_a_second_entry_under_one_name_is_a_stray() -> None:
    again = FILE + b"\n### 2026-11-24T09:10:00Z bob@example.com (internal) #3-v4hd\n\nAgain.\n"
    record = codec.parse(again, PATH)
    assert record.events[2].text == "Rolled the deploy back; no change."
    assert [stray.text for stray in record.strays] == ["Again."]


def test_a_new_file_is_the_design_s_byte_for_byte() -> None:
    assert codec.write(codec.parse(FILE, PATH)) == FILE


def test_empty_fields_are_left_out_and_known_ones_come_first() -> None:
    record = Record("INC-20261124-7KQF2", {"x-a": 1, "cis": [], "owner": None, "status": "new", "title": "t"}, ())
    assert codec.write(record) == b"---\nid: INC-20261124-7KQF2\ntitle: t\nstatus: new\nx-a: 1\n---\n"


def test_crlf_reads_as_lf() -> None:
    assert codec.parse(FILE.replace(b"\n", b"\r\n"), PATH) == codec.parse(FILE, PATH)
    assert codec.parse(BY_HAND.replace(b"\n", b"\r\n"), PATH) == codec.parse(BY_HAND, PATH)


@given(records())
def test_what_is_written_reads_back(record: Record) -> None:
    assert codec.parse(codec.write(record), PATH) == codec.normal(record)


@given(records())
def test_python_frontmatter_reads_the_same_values(record: Record) -> None:
    data = codec.write(record)
    post = frontmatter.loads(data.decode())
    ours = codec.normal(record)
    lines = [
        {"at": format_instant(event.at), "by": event.by, "n": event.n, "do": event.do} | dict(event.data)
        for event in ours.events
    ]
    expected = {"id": ours.id} | dict(ours.fields) | ({"events": lines} if lines else {})
    assert post.metadata == expected
    assert post.content == data.decode().split("\n---\n", 1)[1].strip()
    assert codec.warnings_1_1(data) == []


@given(texts)
def test_a_text_never_starts_a_new_entry(text: str) -> None:
    event = Event(AT, "bob@example.com", "1-aaaa", "noted", {}, text)
    record = codec.parse(codec.write(Record("INC-20261124-7KQF2", {}, (event,), text)), PATH)
    assert record.description == worklog.tidy(text)
    assert record.events == (replace(event, text=worklog.tidy(text) or None),)
    assert record.strays == ()


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("\n \n  a\n\n b  \n\n", "  a\n\n b"),
        ("a\r\nb\r\n", "a\nb"),
        ("a\rb", "a\rb"),
        (" \r\n\t", ""),
        ("", ""),
        ("\u2028a\x85", "\u2028a\x85"),
    ],
)
def test_texts_keep_no_blank_lines_around_them_and_lf_only(text: str, kept: str) -> None:
    assert worklog.tidy(text) == kept
    assert worklog.tidy(kept) == kept


def test_what_looks_like_structure_is_written_with_a_backslash() -> None:
    text = "## Work log\n### a\n#### b\n\\### c\n<<<<<<< ours\n ### d"
    assert worklog.shown(text) == "\\## Work log\n\\### a\n#### b\n\\\\### c\n\\<<<<<<< ours\n ### d"


def test_a_public_event_has_a_public_entry() -> None:
    event = Event(AT, "bob@example.com", "1-aaaa", "told", {"public": True}, "Soon.")
    data = codec.write(Record("INC-20261124-7KQF2", {}, (event,)))
    assert data.endswith(b"## Work log\n\n### 2026-11-24T09:10:00Z bob@example.com (public) #1-aaaa\n\nSoon.\n")


def test_half_a_surrogate_pair_is_refused() -> None:
    with pytest.raises(Malformed) as caught:
        codec.write(Record("INC-20261124-7KQF2", {}, (), "caf\udce9"))
    assert str(caught.value) == "the character U+DCE9 cannot be kept. Take it out."


def test_what_1_1_reads_otherwise_is_found_at_its_line_of_the_file() -> None:
    assert codec.warnings_1_1(BY_HAND) == [(18, 9, "2026-11-24T08:59:00Z", "'2026-11-24T08:59:00Z'")]


def test_null_and_empty_lists_are_the_same_as_nothing() -> None:
    event = Event(AT, "bob@example.com", "1-aaaa", "noted", {"minutes": None}, " \n")
    full = Record("INC-20261124-7KQF2", {"cis": [], "owner": None}, (event,))
    assert codec.normal(full) == Record("INC-20261124-7KQF2", {}, (replace(event, data={}, text=None),))
