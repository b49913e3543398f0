"""Imported events (S17): only the incident manager's, only in the commits of the import that creates the file.

- Such a commit has the trailer `Import: SYSTEM SHA256`; a file's later rows come under the trailer that made it.
- A file that an import makes begins with `logged`, which the import writes too. Nothing else is judged of rows:
  they set the state whatever it was, and say themselves what our process forbids.
- The times are the source's, so neither delay nor the day of writing counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from itil_cli.process.auditing.findings import Finding
from itil_cli.process.auditing.values import Facts, Ground, Touched, about
from itil_cli.process.incident import Event
from itil_cli.process.transitions import IM

_TRAILER = re.compile(r"[a-z0-9-]+ [0-9a-f]{64}")


def is_import(facts: Facts, one: Touched) -> bool:
    """Whether what this commit adds to a file came out of an import: the trailer, and nothing but its events."""
    added = [event.do for _, event in one.added]
    if not added:
        return False
    begins = one.old is None and added[0] == "logged"
    return all(do == "imported" for do in (added[1:] if begins else added))


def trailer(facts: Facts) -> Iterator[Finding]:
    """The trailer is of its form."""
    if facts.imports is not None and _TRAILER.fullmatch(facts.imports) is None:
        yield Finding("import", f"the trailer `Import: {facts.imports}` is not SYSTEM SHA256.")


def rows(facts: Facts, ground: Ground, one: Touched, origin: str | None) -> Iterator[Finding]:
    """What an import added; `origin` is the trailer of the commit that made the file (None: it had none)."""
    added = [event for _, event in one.added]
    if IM not in ground.actor(facts.author, facts.known_at).roles:  # its own time is that of what is imported
        yield about(added[0], "S10", f"{facts.author} is no incident manager, and imported.")
    if one.old is not None and origin != facts.imports:
        yield about(added[0], "import", "imported rows were added to a file that this import did not make.")
    if one.old is not None and any(event.do not in ("logged", "imported") for event in one.old.events):
        yield about(added[0], "import", "imported rows were added to an incident that people work on.")


def by_hand(events: list[Event]) -> Iterator[Finding]:
    """Imported events outside of an import."""
    for event in events:
        if event.do == "imported":
            yield about(event, "import", f"the event {event.n} is `imported`, and this is no commit of an import.")
