"""Reading what is new in a file gives what reading the whole of it gives; anything odd is read whole."""

from __future__ import annotations

from dataclasses import replace

import pytest

from itil_cli.process.events.fold import fold, told_on
from itil_cli.process.incident import Event, Record
from itil_cli.store.files import codec, grown

DATA = {"title": "It fails: #1", "channel": "phone", "group": "support", "x": {"a": "1", "b": "no"}}
FIRST = Event(1_795_511_700, "dana@example.com", "1-aaaa", "logged", DATA)
SECOND = Event(1_795_511_760, "bob@example.com", "2-bbbb", "assigned", {"group": "network"})


def record(*events: Event) -> Record:
    plain = Record("INC-20261124-7KQF2", {}, events, "It says so.")
    return replace(plain, fields={**fold(plain).fields(), "x-source": {"system": "s", "rows": 2}})


def version(one: Record) -> grown.Version:
    return grown.first(codec.write(one), codec.parse(codec.write(one), "x"))


def test_what_is_new_is_read_alone() -> None:
    data = codec.write(record(FIRST, SECOND))
    found = grown.grown(version(record(FIRST)), data)
    assert found is not None and found.record == codec.parse(data, "x")
    assert found.record.events[0] is version(record(FIRST)).record.events[0] or found.record.events[0] == FIRST


def test_the_fold_goes_on() -> None:
    before, after = record(FIRST), record(FIRST, SECOND)
    assert told_on(fold(before), after) == fold(after)


ODD = {
    "a changed event": lambda text: text.replace("It fails: #1", "It works", 2),
    "another body": lambda text: text.replace("It says so.", "It says no."),
    "an event on two lines": lambda text: text.replace("do: assigned,", "do: assigned,\n  "),
    "a name twice": lambda text: text.replace("2-bbbb", "1-aaaa"),
    "a key twice": lambda text: text.replace("status: assigned", "status: assigned\nstatus: new"),
    "a quoted text over two lines": lambda text: text.replace("channel: phone\n", 'channel: "pho\nne: x"\n', 1),
    "a block text": lambda text: text.replace("channel: phone\n", "channel: |\n  phone\n", 1),
    "an anchor": lambda text: text.replace("- {at: '2026-11-24T09:16", "- &a {at: '2026-11-24T09:16"),
    "a conflict": lambda text: text.replace("channel: phone\n", "channel: phone\n<<<<<<< x\n", 1),
    "a second header end": lambda text: text.replace("channel: phone\n", "channel: phone\n---\n", 1),
    "no id": lambda text: text.replace("id: INC-20261124-7KQF2\n", ""),
    "a tab": lambda text: text.replace("channel: phone\n", "channel:\tphone\n", 1),
}


@pytest.mark.parametrize("name", ODD)
def test_anything_else_is_read_whole_or_says_the_same(name: str) -> None:
    text = codec.write(record(FIRST, SECOND)).decode()
    data = ODD[name](text).encode()
    assert data != text.encode()
    found = grown.grown(version(record(FIRST)), data)
    assert found is None or found.record == codec.parse(data, "x")
