"""What the program writes, the world reads: whole files through python-frontmatter and YAML 1.1."""

from __future__ import annotations

from dataclasses import replace

import frontmatter
from hypothesis import given, settings
from hypothesis import strategies as st
from paper import BY_HAND, FILE, PATH, events, records

from itil_cli.process.incident import Event, Record, Value
from itil_cli.store.files import codec
from itil_cli.store.files.amend import amend


def said(record: Record) -> dict[str, Value]:
    """The header as values."""
    record = codec.normal(record)
    listed: list[Value] = [codec.event_value(event) for event in record.events]
    return {"id": record.id, **record.fields, **({"events": listed} if listed else {})}


@given(records())
def test_a_written_file_loads_with_python_frontmatter_to_the_same_values(record: Record) -> None:
    data = codec.write(record)
    post = frontmatter.loads(data.decode())
    assert post.metadata == said(record)
    assert codec.parse(data, PATH) == codec.normal(record)


@given(records())
def test_writing_what_was_read_gives_the_same_bytes(record: Record) -> None:
    data = codec.write(record)
    assert codec.write(codec.parse(data, PATH)) == data


@given(records(), events(first=10), st.sampled_from(["new", "in-progress", "no", "1:30"]))
def test_an_amended_file_loads_with_python_frontmatter_too(
    record: Record, more: tuple[Event, ...], status: str
) -> None:
    data = codec.write(record)
    before = codec.parse(data, PATH)
    after = replace(before, events=(*before.events, *more), fields={**before.fields, "status": status})
    amended = amend(data, before, after)
    assert frontmatter.loads(amended.decode()).metadata == said(after)
    assert codec.warnings_1_1(amended) == []


@settings(max_examples=40)
@given(events(first=10), st.sampled_from([FILE, BY_HAND, FILE.replace(b"\n", b"\r\n")]))
def test_a_file_of_the_user_s_loads_with_python_frontmatter_after_a_change(
    more: tuple[Event, ...], data: bytes
) -> None:
    before = codec.parse(data, PATH)
    after = replace(before, events=(*before.events, *more), fields={**before.fields, "status": "pending"})
    amended = amend(data, before, after)
    loaded = frontmatter.loads(amended.decode()).metadata
    expected = said(after)
    if data == BY_HAND:  # its first event has its time without quotes, which YAML 1.1 takes for a date
        del loaded["events"][0]["at"], expected["events"][0]["at"]  # type: ignore[index, union-attr, call-overload]
        assert loaded.pop("assignee") is None  # an empty field is the same as none
    assert loaded == expected
