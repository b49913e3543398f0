"""An open transaction with decisions that wait for their one commit: what a batch works on."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from itil_cli.errors import ItilError
from itil_cli.process.incident import PROCESS, Record
from itil_cli.process.lifecycle import Decision
from itil_cli.store.keys import key_path

if TYPE_CHECKING:
    from itil_cli.store.transaction import Transaction

Files = Mapping[str, bytes | None]  # by path; None: removed


@dataclass(slots=True)
class Bench:
    """An open transaction, with what has been decided on it but not yet committed."""

    transaction: Transaction
    one_commit: bool = False
    decided: dict[str, Record] = field(default_factory=dict)
    before: dict[str, Record | None] = field(default_factory=dict)
    keys: dict[str, str | None] = field(default_factory=dict)
    files: dict[str, bytes | None] = field(default_factory=dict)
    verbs: list[str] = field(default_factory=list)

    @property
    def records(self) -> ChainMap[str, Record]:
        """The records as the next command finds them."""
        return ChainMap(self.decided, self.transaction.records)  # type: ignore[arg-type]

    def find(self, part: str, kind: str = "INC") -> str:
        """The full id; what this batch has logged is found too."""
        if part.lower() == PROCESS:
            return PROCESS
        wanted = part.upper()
        near = [known for known in self.decided if known.startswith(f"{kind}-") and wanted in known]
        return near[0] if len(near) == 1 else self.transaction.find(part, kind)

    def holder(self, key: str) -> str | None:
        """The open incident that holds a dedup key."""
        if key in self.keys:
            return self.keys[key]
        data = self.transaction.read(key_path(key))
        return data.decode("ascii").strip() if data else None

    def hold(self, decision: Decision, verb: str, files: Files) -> None:
        """Keep a decision, and the files beside it, for the one commit at the end."""
        self.files |= files
        for record_id, (before, after) in decision.changes.items():
            self.before.setdefault(record_id, before)
            self.decided[record_id] = after
        for key, wanted in decision.keys.items():
            other = self.keys.get(key)
            if wanted or other is None or other in decision.changes:
                self.keys[key] = wanted
        self.verbs.append(verb)

    @contextmanager
    def whole(self) -> Iterator[None]:
        """What is kept inside is kept whole, or not at all where an error comes."""
        kept = (dict(self.decided), dict(self.before), dict(self.keys), dict(self.files), list(self.verbs))
        try:
            yield
        except ItilError:
            self.decided, self.before, self.keys, self.files, self.verbs = kept
            raise

    def decision(self) -> Decision:
        """All that is kept, as one decision."""
        changes = {record_id: (self.before[record_id], after) for record_id, after in self.decided.items()}
        return Decision(tuple(changes), changes, self.keys, ())
