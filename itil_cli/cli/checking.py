"""`itil check`: the findings of files and settings with their lines; and what `--fix` mends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from itil_cli.cli.context import App
from itil_cli.cli.deciding import trailers
from itil_cli.errors import Broken
from itil_cli.process.check import Links, mended
from itil_cli.process.check import check as check_records
from itil_cli.process.findings import WARNING, Finding
from itil_cli.process.incident import Record, path_of

if TYPE_CHECKING:
    from itil_cli.store.snapshot import Snapshot

SETTINGS = ("itil.yaml", "people.yaml", "services.yaml")


def check(snapshot: Snapshot) -> list[Finding]:
    """Every finding: of the settings first, then file by file, each with its line where it has one."""
    found = [*_settings(snapshot)]
    found += [
        _placed(snapshot, one) for one in check_records(snapshot.index.records(), snapshot.policy, snapshot.people)
    ]
    return [*found, *_older(snapshot)]


def _settings(snapshot: Snapshot) -> Iterator[Finding]:
    from itil_cli.store.files.settings import wrongs

    for wrong in wrongs({name: snapshot.read(name) for name in SETTINGS}):
        yield Finding(wrong.code, wrong.text, path=wrong.path, line=wrong.line, column=wrong.column)


def _placed(snapshot: Snapshot, finding: Finding) -> Finding:
    """The finding with the line and column of the header's key that it is about."""
    if not finding.key or finding.path is None:
        return finding
    from itil_cli.store.files import codec

    data = snapshot.read(finding.path)
    line, column = codec.place(data, finding.key) if data is not None else (None, None)
    return replace(finding, line=line, column=column)


def _older(snapshot: Snapshot) -> Iterator[Finding]:
    """Scalars that python-frontmatter (YAML 1.1) reads otherwise, with the form that both read alike."""
    from itil_cli.store.files import codec

    for path, held in snapshot.index.records():
        if isinstance(held, Broken) or not _may_differ(held):
            continue
        for line, column, text, quoted in codec.warnings_1_1(snapshot.read(path) or b""):
            said = f"{text} is read otherwise by YAML 1.1; write {quoted}."
            yield Finding("yaml-1.1", said, severity=WARNING, path=path, line=line, column=column)


def _may_differ(record: Record) -> bool:
    """Whether a text of the header could be a plain scalar that YAML 1.1 takes for something else."""
    from itil_cli.store.files.yamlolder import reads_otherwise

    return any(
        reads_otherwise(text) for text in _texts([dict(record.fields), *(dict(one.data) for one in record.events)])
    )


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield str(key)
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def mend(app: App) -> None:
    """Write summaries as the events have them, and the missing sides of links, in one commit (S2, S16)."""
    from itil_cli.store.transaction import Change, Signing

    with app.store.writing() as transaction:
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
    owed: dict[str, list[object]] = {}
    for link in links.missing():
        if link.target in records:
            owed.setdefault(link.target, []).append(link)
    for record_id, record in records.items():
        after = mended(record, owed.get(record_id, ()))  # type: ignore[arg-type]
        if after != record:
            yield record, after
