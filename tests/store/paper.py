"""Records and files for the codec's tests: one as the design shows it, and any that hypothesis thinks of."""

from __future__ import annotations

from hypothesis import strategies as st

from itil_cli.process.incident import SUMMARY, Entry, Event, Record, Value
from itil_cli.store.yaml.yamlwrite import UNSAFE

PATH = "incidents/2026/11/24/INC-20261124-7KQF2.md"
FILE = b"""---
id: INC-20261124-7KQF2
title: Card payments fail with 502
status: in-progress
priority: P1
cis: [pay-gw-01]
group: payments-l2
assignee: bob@example.com
events:
- {at: '2026-11-24T08:59:00Z', by: dana@example.com, n: 1-7k3q, do: logged, channel: phone, response: 4h}
- {at: '2026-11-24T09:05:00Z', by: bob@example.com, n: 2-q9ta, do: accepted}
- {at: '2026-11-24T09:10:00Z', by: bob@example.com, n: 3-v4hd, do: noted}
---

All card payments fail since the deploy of 08:55.

## Work log

### 2026-11-24T09:10:00Z bob@example.com (internal) #3-v4hd

Rolled the deploy back; no change.
"""

# A file as people leave it: comments, foreign fields, odd quoting and order, text that looks like structure.
BY_HAND = b"""---
# written by hand
title:   "Card payments: fail"   # as reported
id: 'INC-20261124-7KQF2'

x-ticket: {system: jira, key: PAY-12}   # foreign
status: new
"cis":
  - pay-gw-01   # the first
  - pay-gw-02
note: |
  several
  lines
assignee:
# the events
events:
  # oldest first
  - at: 2026-11-24T08:59:00Z
    by: dana@example.com
    n: 1-7k3q
    do: logged
  - {at: '2026-11-24T09:10:00Z', by: "bob@example.com", n: 2-v4hd, do: noted}   # on the phone
  # no more
zone: last
---
All of it.
---
title: not a header

## Work log
Kept by hand.

### 2026-11-24T09:10:00Z bob@example.com (internal) #2-v4hd
Tried  it.
\\### not an entry

### 2026-11-24T09:11:00Z eve@example.com (public) #9-zzzz

Nobody knows me.


"""

LINES = [
    "",
    " ",
    "## Work log",
    "\\## Work log",
    "### x",
    "#### x",
    "\\\\### x",
    "# x",
    "---",
    "```",
    "\\",
    "😀 é",
]
LINES += ["### 2026-11-24T09:10:00Z bob@example.com (internal) #3-v4hd", "<<<<<<< ours", ">>>>>>> theirs"]
LINES += [
    "=======",
    "  indented",
    "trailing  ",
    "a\rb",
    "a\r",
    "\x1b[31mred",
    "\u2028",
    "\x0b",
    "\x85",
    "\ufeff",
]
LINES += ["- {at: x}", "events:"]
texts = st.lists(
    st.sampled_from(LINES) | st.text(st.characters(exclude_categories=("Cs",)), max_size=20), max_size=6
).map("\n".join)
words = st.text(st.characters(exclude_categories=("Cs",)), max_size=20).filter(lambda text: not UNSAFE.search(text))
values: st.SearchStrategy[Value] = (
    words
    | st.integers(0, 10**6)
    | st.booleans()
    | st.lists(words, max_size=3)
    | st.dictionaries(words, words, max_size=2)
)
fields = st.dictionaries(st.sampled_from((*SUMMARY, "x-ref", "Größe", "no", "12")), values, max_size=7)
instants = st.integers(0, 7_258_118_399)
people = st.sampled_from(("dana@example.com", "bob@example.com", "no", "1"))
data = st.fixed_dictionaries(
    {}, optional={"public": st.booleans(), "group": words, "set": st.dictionaries(words, words, max_size=2)}
)


@st.composite
def events(draw: st.DrawFn, first: int = 1, most: int = 4) -> tuple[Event, ...]:
    """Some events with names that no other list of events has, if `first` differs."""
    count = draw(st.integers(0, most))
    return tuple(
        Event(draw(instants), draw(people), f"{first + place}-aaaa", draw(st.sampled_from(("noted", "no"))),
              draw(data), draw(st.none() | texts))
        for place in range(count)
    )  # fmt: skip


@st.composite
def records(draw: st.DrawFn) -> Record:
    """Any record that can be written."""
    names = st.sampled_from(("90-zzzz", "91-zzzz"))
    strays = draw(st.lists(st.builds(Entry, names, instants, people, st.booleans(), texts), max_size=2))
    return Record("INC-20261124-7KQF2", draw(fields), draw(events()), draw(texts), tuple(strays))
