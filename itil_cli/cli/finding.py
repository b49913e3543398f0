"""What is like something: the candidates of `log` and `similar`, the clusters of `problem candidates`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from itil_cli.cli.looking.parts import find_of
from itil_cli.process.incident import OPEN, kind_of, texts

if TYPE_CHECKING:
    from itil_cli.cli.context import App
    from itil_cli.process.incident import Incident
    from itil_cli.process.matching.score import Query, Score
    from itil_cli.store.snapshot import Snapshot

SHOWN = 5  # open incidents to which something new is offered


def candidates(
    snapshot: Snapshot,
    query: Query,
    *,
    without: Incident | None = None,
    since: int | None = None,
    wide: bool = False,
) -> list[tuple[Score, dict[str, Any]]]:
    """What is like it: published knowledge, and incidents but canceled ones; `since`: open, or changed since.

    `wide`: with a second look (`process/matching/feedback.py`)."""
    from itil_cli.store.index.alike import alike

    own = {without.id, without.parent, *without.children} if without else set[str | None]()

    def fits(said: dict[str, Any]) -> bool:
        if kind_of(said["id"]) != "INC":
            return bool(said.get("status") == "published")
        recent = since is None or said["status"] in OPEN or said["last_at"] >= since
        return said["status"] != "canceled" and said["id"] not in own and recent

    return alike(snapshot.index, query, fits=fits, wide=wide)


def may_help(app: App, part: str, kind: str) -> list[str]:
    """The open incidents that a known error or an article may help with, the most alike first (P06)."""
    from itil_cli.process.knowledge.steps import NAMES
    from itil_cli.process.matching import offers
    from itil_cli.process.matching.score import query
    from itil_cli.store.index.alike import alike

    snapshot = app.bench.transaction if app.bench else app.snapshot
    record = snapshot.records[find_of(app.whole, part, (kind,), NAMES[kind])]
    text = f"{record.title}\n{record.description}"
    facts = {name: said for name in ("service", "category") if isinstance(said := record.fields.get(name), str)}
    wanted = query(record.title, app.now, description=record.description, cis=texts(record.fields.get("cis")), **facts)
    found = alike(snapshot.index, wanted, kinds=("INC",), fits=lambda said: said["status"] in OPEN)
    return [said["id"] for _, said in found if offers.may_help(text, said["title"])][:SHOWN]


def answer_candidates(app: App, at_least: int, since: int | None, limit: int, by: str) -> None:
    """`problem candidates`: clusters of resolved incidents."""
    from itil_cli.cli.looking.clocking import Clocking
    from itil_cli.process.knowledge.candidates import case_of, clusters
    from itil_cli.render.knowledge.matching import cluster_document, cluster_lines
    from itil_cli.render.machine import document
    from itil_cli.store.index.query import Filter

    snapshot = app.snapshot
    clocking = Clocking(app, snapshot)
    rows = snapshot.index.listed(Filter(equal={"status": ("resolved", "closed")}), ["id"])
    clocked = zip(rows, clocking.of_ids([one.id for one in rows.brief()]), strict=True)
    cases = [
        case_of(row.summary, clocks)
        for row, clocks in clocked
        if since is None or (row.summary["resolved_at"] or 0) >= since
    ]
    found = [one for one in clusters(cases, by) if len(one.cases) >= at_least][:limit]
    whole = document("problem-candidates", candidates=[cluster_document(one) for one in found])
    app.emit(whole, "\n\n".join(cluster_lines(found)) or "No incidents are alike.")
