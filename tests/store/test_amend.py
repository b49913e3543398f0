"""Changing a file's bytes: what does not concern the change stays as it is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from paper import BY_HAND, FILE, PATH, events, fields, records, texts

from itil_cli.errors import ItilError, Malformed
from itil_cli.process.incident import Entry, Event, Record
from itil_cli.store.files import codec
from itil_cli.store.files.amend import amend

NEW = Event(1795511700, "dana@example.com", "4-mmmm", "told", {"public": True}, "Soon.\n### x")
SHORT = Event(1795511800, "dana@example.com", "5-nnnn", "accepted")


def changed(data: bytes, **changes: object) -> str:
    """The file after some fields of its record were replaced."""
    before = codec.parse(data, PATH)
    after = replace(before, **changes)  # type: ignore[arg-type]
    return amend(data, before, after).decode()


def summary(data: bytes, **new: object) -> str:
    """The file after some header fields changed; None takes one out."""
    now = {**codec.parse(data, PATH).fields, **{key.replace("_", "-"): value for key, value in new.items()}}
    return changed(data, fields=now)


def with_events(data: bytes, *more: Event) -> str:
    return changed(data, events=(*codec.parse(data, PATH).events, *more))


def difference(data: bytes, text: str) -> list[str]:
    """The lines that went (`-`) and came (`+`), in order."""
    from difflib import ndiff

    lines = ndiff(data.decode().split("\n"), text.split("\n"))
    return [line for line in lines if line[0] in "+-"]


# --- the header


def test_a_changed_field_is_replaced_where_it_stands() -> None:
    assert difference(FILE, summary(FILE, status="pending")) == ["- status: in-progress", "+ status: pending"]


def test_alignment_and_the_comment_behind_a_value_stay() -> None:
    assert difference(BY_HAND, summary(BY_HAND, title="Paid: no")) == [
        '- title:   "Card payments: fail"   # as reported',
        "+ title:   'Paid: no'   # as reported",
    ]


def test_an_empty_field_is_filled() -> None:
    assert difference(BY_HAND, summary(BY_HAND, assignee="bob@example.com")) == [
        "- assignee:",
        "+ assignee: bob@example.com",
    ]


def test_a_block_is_replaced_by_one_line() -> None:
    assert sorted(difference(BY_HAND, summary(BY_HAND, cis=["a", "b"], note="one"))) == [
        '+ "cis": [a, b]',
        "+ note: one",
        "-   - pay-gw-01   # the first",
        "-   - pay-gw-02",
        "-   lines",
        "-   several",
        '- "cis":',
        "- note: |",
    ]


def test_a_field_is_added_after_its_predecessor() -> None:
    assert difference(FILE, summary(FILE, impact="high", owner="o", x_ref="r")) == [
        "+ impact: high",
        "+ owner: o",
        "+ x-ref: r",
    ]
    text = summary(FILE, impact="high", owner="o", x_ref="r")
    assert "priority: P1\nimpact: high\ncis:" in text
    assert "assignee: bob@example.com\nowner: o\nx-ref: r\nevents:" in text


def test_a_field_is_removed_with_its_line() -> None:
    assert difference(BY_HAND, summary(BY_HAND, title=None, status=None, note=None)) == [
        '- title:   "Card payments: fail"   # as reported',
        "- status: new",
        "- note: |",
        "-   several",
        "-   lines",
    ]


def test_removing_and_adding_side_by_side_lose_nothing() -> None:
    text = summary(FILE, priority=None, impact="low", cis=None, service="pay", status="new")
    assert "status: new\nimpact: low\nservice: pay\ngroup: payments-l2\n" in text


# --- the events


def test_new_events_are_appended_one_a_line() -> None:
    assert difference(FILE, with_events(FILE, SHORT)) == [
        "+ - {at: '2026-11-24T09:16:40Z', by: dana@example.com, n: 5-nnnn, do: accepted}"
    ]


def test_new_events_take_the_indentation_of_the_list() -> None:
    text = with_events(BY_HAND, SHORT)
    assert difference(BY_HAND, text) == [
        "+   - {at: '2026-11-24T09:16:40Z', by: dana@example.com, n: 5-nnnn, do: accepted}"
    ]
    assert "# on the phone\n  - {at: '2026-11-24T09:16:40Z'" in text


FLOW = b"---\nid: a\nevents: [{at: '2026-11-24T08:59:00Z', by: d@e, n: 1-a, do: logged}] # x\n---\n"
TALL = FLOW.replace(b"[{", b"[\n    {").replace(b"}]", b"},\n  ]")
LINE = "{at: '2026-11-24T09:16:40Z', by: dana@example.com, n: 5-nnnn, do: accepted}"


def test_a_list_in_brackets_grows_inside_them() -> None:
    assert with_events(FLOW, SHORT).endswith(f"do: logged}},\n  {LINE}] # x\n---\n")
    assert with_events(TALL, SHORT).endswith(f"do: logged}},\n    {LINE},\n  ] # x\n---\n")


@pytest.mark.parametrize("empty", [b"", b"events:\n", b"events: []\n", b"events: null\n"])
def test_a_file_without_events_gets_a_list(empty: bytes) -> None:
    text = with_events(b"---\nid: a\n" + empty + b"x: y\n---\n", SHORT)
    assert f"events:\n- {LINE}\n" in text


def test_late_events_go_where_they_belong() -> None:
    """A merge puts events between older ones (S16)."""
    for data in (FILE, BY_HAND):
        first, *rest = codec.parse(data, PATH).events
        text = changed(data, events=(SHORT, first, NEW, *rest))
        assert [event.n for event in codec.parse(text.encode(), PATH).events][:3] == [
            "5-nnnn",
            first.n,
            "4-mmmm",
        ]


def test_a_redacted_event_is_replaced_where_it_stands() -> None:
    first, *rest = codec.parse(BY_HAND, PATH).events
    text = changed(BY_HAND, events=(replace(first, data={"redacted": True}), *rest))
    assert "  - {at: '2026-11-24T08:59:00Z', by: dana@example.com, n: 1-7k3q, do: logged, redacted: true}\n" in text


def test_events_are_never_taken_out() -> None:
    before = codec.parse(FILE, PATH)
    with pytest.raises(ItilError) as caught:
        amend(FILE, before, replace(before, events=before.events[1:]))
    assert str(caught.value) == "events are only ever added to a file. Nothing was written."
    assert caught.value.exit_code == 70


# --- the body


def test_an_entry_is_appended_and_what_stood_there_stays() -> None:
    assert with_events(FILE, NEW).endswith(
        "no change.\n\n### 2026-11-24T09:15:00Z dana@example.com (public) #4-mmmm\n\nSoon.\n\\### x\n"
    )


def test_an_entry_stands_after_the_one_before_it_and_before_strays() -> None:
    text = with_events(BY_HAND, NEW)
    header = "### 2026-11-24T09:15:00Z dana@example.com (public) #4-mmmm"
    assert f"\\### not an entry\n\n{header}\n\nSoon.\n\\### x\n\n### " in text
    assert text.endswith("Nobody knows me.\n\n\n")


def test_the_heading_is_made_where_there_is_none() -> None:
    header = b"---\nid: a\n---\n"
    entry = "### 2026-11-24T09:15:00Z dana@example.com (public) #4-mmmm\n\nSoon.\n\\### x"
    events_line = codec.write(Record("a", {}, (replace(NEW, text=None),))).decode().split("---\n")[1][6:]
    start = f"---\nid: a\n{events_line}---\n"
    assert with_events(header, NEW) == f"{start}\n## Work log\n\n{entry}\n"
    assert with_events(header[:-1], NEW) == f"{start}\n## Work log\n\n{entry}"
    assert with_events(header + b"\nText\n", NEW) == f"{start}\nText\n\n## Work log\n\n{entry}\n"
    assert with_events(header + b"\nText", NEW) == f"{start}\nText\n\n## Work log\n\n{entry}"


def test_the_description_is_replaced_added_and_removed() -> None:
    assert difference(FILE, changed(FILE, description="New\n## Work log")) == [
        "- All card payments fail since the deploy of 08:55.",
        "+ New",
        "+ \\## Work log",
    ]
    gone = changed(FILE, description="")
    assert "---\n\n## Work log\n" in gone
    assert changed(gone.encode(), description="All card payments fail since the deploy of 08:55.").encode() == FILE


def test_a_stray_that_gets_its_event_stays_as_it_is() -> None:
    before = codec.parse(BY_HAND, PATH)
    stray = before.strays[0]
    event = Event(stray.at, stray.by, stray.n, "noted", {"public": True}, stray.text)
    text = changed(BY_HAND, events=(*before.events, event), strays=())
    assert [line[:1] for line in difference(BY_HAND, text)] == ["+"]


def test_strays_are_added_and_removed() -> None:
    assert "Nobody knows me" not in changed(BY_HAND, strays=())
    added = Entry("8-yyyy", NEW.at, NEW.by, False, "Late.")
    assert changed(FILE, strays=(added,)).endswith("(internal) #8-yyyy\n\nLate.\n")


# --- what holds for any file


def test_no_change_changes_nothing() -> None:
    for data in (FILE, BY_HAND, FILE[:-1], BY_HAND.replace(b"\n", b"\r\n")):
        record = codec.parse(data, PATH)
        assert amend(data, record, record) == data


def test_crlf_stays_crlf() -> None:
    data = BY_HAND.replace(b"\n", b"\r\n")
    text = with_events(data, NEW).encode()
    assert text.count(b"\n") == text.count(b"\r\n")
    assert text.replace(b"\r\n", b"\n").decode() == with_events(BY_HAND, NEW)


def test_a_missing_last_line_end_stays_missing() -> None:
    assert with_events(FILE[:-1], NEW).endswith("\\### x")
    assert not summary(FILE[:-1], status="new").endswith("\n")


def dressed(data: bytes, crlf: bool, comments: bool, open_end: bool) -> bytes:
    """The file as an editor may leave it."""
    head, body = data[4:].split(b"\n---\n", 1)
    if comments:
        head = b"\n".join(b"# c%d\n%s" % (place, line) for place, line in enumerate(head.split(b"\n")))
    data = b"---\n" + head + b"\n---\n" + body
    data = data.removesuffix(b"\n") if open_end else data
    return data.replace(b"\n", b"\r\n") if crlf else data


@given(records(), fields, events(first=20), texts, st.booleans(), st.booleans(), st.booleans())
def test_any_record_can_become_any_later_one(
    record: Record,
    new: dict[str, object],
    more: tuple[Event, ...],
    text: str,
    crlf: bool,
    comments: bool,
    end: bool,
) -> None:
    data = dressed(codec.write(record), crlf, comments, end)
    before = codec.parse(data, PATH)
    after = replace(before, fields=new, events=(*before.events, *more), description=text)  # type: ignore[arg-type]
    result = amend(data, before, after)
    assert codec.normal(codec.parse(result, PATH)) == codec.normal(after)
    assert amend(result, after, after) == result
    if comments:
        assert result.count(b"\n# c") == data.count(b"\n# c")


@given(records(), events(first=20), st.booleans(), st.booleans(), st.booleans())
def test_appending_keeps_every_line_that_was_there(
    record: Record, more: tuple[Event, ...], crlf: bool, comments: bool, end: bool
) -> None:
    data = dressed(codec.write(record), crlf, comments, end)
    before = codec.parse(data, PATH)
    result = amend(data, before, replace(before, events=(*before.events, *more)))
    lines = iter(line.rstrip(b"\r") for line in result.split(b"\n"))
    assert all(line.rstrip(b"\r") in lines for line in data.split(b"\n"))


@given(records(), events(first=20, most=2), events(first=30, most=2))
def test_events_merged_in_between_read_back_in_order(
    record: Record, first: tuple[Event, ...], middle: tuple[Event, ...]
) -> None:
    data = codec.write(record)
    before = codec.parse(data, PATH)
    half = len(before.events) // 2
    merged = (*first, *before.events[:half], *middle, *before.events[half:])
    result = amend(data, before, replace(before, events=merged))
    assert [event.n for event in codec.parse(result, PATH).events] == [event.n for event in merged]


# --- what has no room


def test_a_file_that_is_full_says_so() -> None:
    before = codec.parse(FILE, PATH)
    full = replace(before, description="x" * 2 * 1024 * 1024)
    with pytest.raises(Malformed) as caught:
        amend(FILE, before, full)
    assert str(caught.value) == (
        "INC-20261124-7KQF2 has no room for this: the file has 2,097,690 bytes; 2 MiB is the limit."
        " Move long text elsewhere."
    )


def test_a_before_that_is_not_the_file_is_our_bug() -> None:
    before = codec.parse(FILE, PATH)
    other = replace(before, fields={**before.fields, "status": "new"})
    with pytest.raises(ItilError) as caught:
        amend(FILE, other, other)
    assert str(caught.value) == "INC-20261124-7KQF2 would not read back as it should. Nothing was written."
