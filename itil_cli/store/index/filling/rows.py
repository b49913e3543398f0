"""What the index keeps of a file: its record as JSON, its summary, its facts for figures, its words, or its error."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from itil_cli.errors import Broken
from itil_cli.process.auditing.check import own_findings
from itil_cli.process.events.fold import fold
from itil_cli.process.figures.facts import facts as facts_of
from itil_cli.process.figures.facts import to_text
from itil_cli.process.incident import ID, Entry, Event, Record, kind_of, path_of
from itil_cli.process.summary import Summary, header_summary, summary
from itil_cli.store.index.schema import COLUMNS, LIVING

REGULAR = ("100644", "100755")


class Parsed(NamedTuple):
    """What one blob came to: JSON texts (summary, facts and the packed record, or error), and the words to search.

    Facts are an incident's only."""

    summary: str | None
    facts: str | None
    doc: bytes | None
    error: str | None
    words: tuple[str, str, str]
    stems: str


def parsed(data: bytes, path: str) -> Parsed:
    """Parse a blob; a broken one is kept as its error. Never raises Broken."""
    from itil_cli.store.files import codec

    try:
        record = codec.parse(data, path)
    except Broken as error:
        return Parsed(None, None, None, to_json(_error_document(error)), ("", "", ""), "")
    said, facts = _said(record)
    texts = words_of(record, said)
    return Parsed(to_json(said), facts, _packed(record), None, texts, stems_of(texts))


def words_of(record: Record, said: Summary) -> tuple[str, str, str]:
    """Title, description and work log, as full text keeps them."""
    log = "\n".join(event.text for event in record.events if event.text)
    return str(said.get("title") or ""), record.description, log


def stems_of(texts: Iterable[str]) -> str:
    """Each stem of these texts once, as far as they are compared."""
    from itil_cli.process.matching.score import MOST_TEXT
    from itil_cli.process.matching.words import words

    return " ".join(dict.fromkeys(stem for text in texts for stem in words(text[:MOST_TEXT])))


def _said(record: Record) -> tuple[Summary, str | None]:
    if kind_of(record.id) != "INC":
        return header_summary(record), None
    incident = fold(record)
    return summary(incident), to_text(facts_of(incident, own_findings(record, incident)))


def to_json(value: Any) -> str:
    """Compact JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _error_document(error: Broken) -> list[Any]:
    return [error.text, error.code, error.line, error.column, error.remedy]


def error_from(text: str, path: str) -> Broken:
    """The error that `parsed` kept, for the file it stands in."""
    said, code, line, column, remedy = json.loads(text)
    return Broken(said, code=code, path=path, line=line, column=column, remedy=remedy)


def _packed(record: Record) -> bytes:
    return zlib.compress(to_json(_record_document(record)).encode("utf-8", "surrogatepass"), 1)


def _record_document(record: Record) -> list[Any]:
    events = [[one.at, one.by, one.n, one.do, one.data, one.text] for one in record.events]
    strays = [[one.n, one.at, one.by, one.public, one.text] for one in record.strays]
    return [record.id, record.fields, events, record.description, strays]


def record_from(packed: bytes) -> Record:
    """The record that `parsed` kept."""
    text = zlib.decompress(packed).decode("utf-8", "surrogatepass")
    record_id, fields, events, description, strays = json.loads(text)
    return Record(
        record_id,
        fields,
        tuple(Event(*event) for event in events),
        description,
        tuple(Entry(*stray) for stray in strays),
    )


def id_in(path: str) -> str | None:
    """The id that a path stands for; None where it is not where its id belongs."""
    name = path.rpartition("/")[2].removesuffix(".md")
    return name if ID.fullmatch(name) and path_of(name) == path else None


def entry_values(path: str, oid: str, seq: int, said: Summary | None) -> list[Any]:
    """One row of `entry`, in the order of its columns; a broken file has an id and little else."""
    record_id = id_in(path)
    kind = kind_of(record_id) if record_id else "?"
    broken = said is None
    said = said or {}
    facts = [_plain(said, name) for name in COLUMNS]
    beside = [_beside(said, kind, name) for name in LIVING]
    return [path, oid, seq, record_id, kind, said.get("logged_at"), said.get("last_at"), broken, *facts, *beside]


def _beside(said: Mapping[str, Any], kind: str, name: str) -> str | int | None:
    """A list as JSON, or nothing where it is empty; records of other kinds have their own meanings for these names."""
    value = said.get(name) if kind == "INC" else None
    return to_json(value) if value and isinstance(value, list | tuple) else value or None


def _plain(said: Mapping[str, Any], name: str) -> str | None:
    value = said.get(name)
    return value if isinstance(value, str) else None
