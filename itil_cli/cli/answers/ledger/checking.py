"""`itil check`: the findings of files and settings with their lines; and what `--fix` mends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from itil_cli.cli.answers.ledger.checkattached import Attached
from itil_cli.cli.answers.ledger.checkkeys import Keys
from itil_cli.cli.context import App
from itil_cli.cli.deciding import alone, trailers
from itil_cli.errors import Broken
from itil_cli.process.auditing.check import Link, Links, mended
from itil_cli.process.auditing.check import check as check_records
from itil_cli.process.auditing.findings import WARNING, Finding
from itil_cli.process.incident import Record, path_of

if TYPE_CHECKING:
    from itil_cli.store.snapshot import Snapshot
    from itil_cli.store.yaml.yamlmarks import Marks

SETTINGS = ("itil.yaml", "people.yaml", "services.yaml")


def check(snapshot: Snapshot, now: int | None = None) -> list[Finding]:
    """Every finding: of the settings first, then file by file, each with its line where it has one."""
    found = [*_settings(snapshot)]
    keys, attached = Keys(), Attached()
    noted = attached.noted(keys.noted(snapshot.index.records()))
    records = check_records(noted, snapshot.policy, snapshot.people, now=now)
    places = _Places(snapshot)
    found += [places.put(one) for one in records]
    found += [places.put(one) for one in _models(snapshot)]
    found += [*keys.findings(snapshot), *attached.findings(snapshot)]
    return [*found, *_older(snapshot)]


def _settings(snapshot: Snapshot) -> Iterator[Finding]:
    from itil_cli.store.files.settings import wrongs

    for wrong in wrongs({name: snapshot.read(name) for name in SETTINGS}):
        yield Finding(wrong.code, wrong.text, path=wrong.path, line=wrong.line, column=wrong.column)


def _models(snapshot: Snapshot) -> Iterator[Finding]:
    """Incident models, against the policy."""
    from itil_cli.process.knowledge.models import problems
    from itil_cli.store.models import model_files

    for path, name, held in model_files(snapshot):
        if isinstance(held, Broken):
            yield Finding(held.code, held.text, path=path, line=held.line, column=held.column)
            continue
        for one in problems(name, held, snapshot.policy, snapshot.services, snapshot.records.__contains__):
            yield replace(one, path=path)


class _Places:
    """Lines and columns in files; findings come file by file, so the last file's are kept."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._path: str | None = None
        self._marks: Marks | None = None

    def put(self, finding: Finding) -> Finding:
        """The finding with the line and column of the header's key that it is about."""
        if not finding.key or finding.path is None:
            return finding
        if finding.path != self._path:
            self._path, self._marks = finding.path, self._marks_of(finding.path)
        line, column = self._marks.of(finding.key) if self._marks else (None, None)
        return replace(finding, line=line, column=column)

    def _marks_of(self, path: str) -> Marks | None:
        from itil_cli.store.files import codec

        data = self._snapshot.read(path)
        return None if data is None else codec.places(data)


def _older(snapshot: Snapshot) -> Iterator[Finding]:
    """Scalars that python-frontmatter (YAML 1.1) reads otherwise, with the form that both read alike."""
    from itil_cli.store.files import codec

    files = snapshot.index.readable()
    for (path, _), data in zip(files, snapshot.git.blobs([oid for _, oid in files]), strict=True):
        for line, column, text, quoted in codec.warnings_1_1(data):
            said = f"{text} is read otherwise by YAML 1.1; write {quoted}."
            yield Finding("yaml-1.1", said, severity=WARNING, path=path, line=line, column=column)


def mend(app: App) -> None:
    """Write summaries as the events have them, and the missing sides of links, in one commit (S2, S16)."""
    from itil_cli.store.transaction import Change, Signing

    with alone(app, "check --fix") as transaction:
        changes = [Change(before, after) for before, after in _mended(transaction)]
        if not changes:
            return
        commit = transaction.commit(
            changes,
            subject=f"check --fix: {len(changes)} {'file' if len(changes) == 1 else 'files'}",
            trailers=trailers(app, changes),
            signing=Signing(app.actor, app.now, app.clock()),
        )
    for change in changes:
        app.say(f"Mended {path_of(change.after.id)} ({commit[:10]}).")


def _mended(snapshot: Snapshot) -> Iterator[tuple[Record, Record]]:
    links, records = Links(), {}
    for path, held in snapshot.index.records():
        if isinstance(held, Record):
            links.take(path, held)
            records[held.id] = held
    owed: dict[str, list[Link]] = {}
    for link in links.missing():
        if link.target in records:
            owed.setdefault(link.target, []).append(link)
    lost: dict[str, list[Link]] = {}
    for link, _ in links.lost():
        lost.setdefault(link.holder, []).append(link)
    for record_id, record in records.items():
        after = mended(record, owed.get(record_id, ()), lost.get(record_id, ()))
        if after != record:
            yield record, after
