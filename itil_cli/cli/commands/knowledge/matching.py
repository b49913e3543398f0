"""Know: similar."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from itil_cli.cli.context import App
from itil_cli.cli.params import pass_app, read_options
from itil_cli.process.incident import CROCKFORD

if TYPE_CHECKING:
    from itil_cli.process.incident import Incident
    from itil_cli.process.matching.score import Query
    from itil_cli.store.snapshot import Snapshot

_OF_IDS = frozenset(f"{CROCKFORD}-I")  # INC-20261124-7KQF2
_DRAWN = 5  # characters of an id that are drawn


@click.command("similar")
@click.argument("words", metavar="ID|TEXT...", nargs=-1, required=True)
@click.option("--explain", is_flag=True, help="Which words and what else made it alike, and by how much.")
@click.option("--limit", type=click.IntRange(1), default=5, show_default=True, metavar="N", help="At most so many.")
@read_options
@pass_app
def similar_command(
    app: App, words: tuple[str, ...], explain: bool, limit: int, as_of: str | None, worktree: bool
) -> None:
    """Incidents, published known errors and articles like an incident, or like a text; the most alike first (P06).

    Ranked by common words (BM25), the same service, item and category, and how recent it is; each with what to do.

    Example: itil similar "card terminal slow" --explain
    """
    from itil_cli.cli.finding import candidates
    from itil_cli.cli.looking.reading import snapshot_of
    from itil_cli.process.matching.offers import offer
    from itil_cli.render.knowledge.matching import candidate_document, candidate_lines
    from itil_cli.render.machine import document

    snapshot = snapshot_of(app, as_of, worktree)
    subject = _subject(snapshot, words)
    query, text = _of_incident(app, snapshot, subject) if subject else (_of_text(app, " ".join(words)), " ".join(words))
    requestor = subject.requestor if subject else None
    found = [
        (score, said, offer(said, requestor, subject.id if subject else None))
        for score, said in candidates(snapshot, query, without=subject, wide=True)[:limit]
    ]
    listed = [candidate_document(*one) for one in found]
    whole = document("similar", id=subject.id if subject else None, text=text, candidates=listed)
    app.emit(whole, "\n".join(candidate_lines(found, explain)) or "Nothing is like it.")


def _subject(snapshot: Snapshot, words: tuple[str, ...]) -> Incident | None:
    """The incident that a single word names; a word that cannot be an id is a text."""
    from itil_cli.errors import NotFound
    from itil_cli.process.events.fold import fold

    if len(words) != 1 or not _may_be_id(words[0].upper()):
        return None
    try:
        return fold(snapshot.records[snapshot.find(words[0])])
    except NotFound as error:
        if error.code == "ambiguous" or words[0].upper().startswith("INC-"):
            raise
        return None


def _may_be_id(word: str) -> bool:
    """Of the characters of an id, with a digit among them or as long as the random part of one."""
    return set(word) <= _OF_IDS and (len(word) == _DRAWN or any(character.isdigit() for character in word))


def _of_text(app: App, text: str) -> Query:
    from itil_cli.process.matching.score import query

    return query(text, app.now)


def _of_incident(app: App, snapshot: Snapshot, incident: Incident) -> tuple[Query, str]:
    from itil_cli.process.matching.score import query

    wanted = query(
        incident.title,
        app.now,
        description=snapshot.records[incident.id].description,
        service=incident.service,
        category=incident.category,
        cis=incident.cis,
    )
    return wanted, incident.title
