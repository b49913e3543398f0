"""Candidates and clusters for reading."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from itil_cli.process.incident import kind_of
from itil_cli.process.knowledge.candidates import Cluster
from itil_cli.process.matching.offers import Offer
from itil_cli.process.matching.score import Score
from itil_cli.process.time.instants import format_instant
from itil_cli.render.knowledge.knowledge import KINDS
from itil_cli.render.text import hours_text, one_line

Candidate = tuple[Score, dict[str, Any], Offer]

SHOWN = 10  # incidents of a cluster that a person reads


def candidate_lines(found: Sequence[Candidate], explain: bool) -> Iterator[str]:
    """Rank, score, id, status and title; below it what to do, and why it is alike."""
    for place, (score, said, offer) in enumerate(found, start=1):
        status = said.get("status") or ""
        yield one_line(f"{place}. {score.total:6.2f}  {score.id}  {status}  {said.get('title')}")
        yield one_line(f"           {offer.kind}: {offer.command}")
        if explain:
            yield one_line(f"           {explanation(score)}")


def explanation(score: Score) -> str:
    """`words: gateway 2.31, payment 1.20; boosts: service +30 %, recent +12 %`."""
    words = ", ".join(f"{word} {points:.2f}" for word, points in _strongest(score.words))
    boosts = ", ".join(f"{name} +{share * 100:.0f} %" for name, share in score.boosts.items())
    return f"words: {words}; boosts: {boosts or 'none'}; {score.covered * 100:.0f} % of the text"


def _strongest(points: Any) -> list[tuple[str, float]]:
    return sorted(points.items(), key=lambda item: (-item[1], item[0]))


def candidate_document(score: Score, said: dict[str, Any], offer: Offer) -> dict[str, Any]:
    """A candidate for a program."""
    return {
        "id": score.id,
        "kind": KINDS.get(kind_of(score.id), "incident"),
        "title": said.get("title"),
        "status": said.get("status"),
        "score": round(score.total, 4),
        "covered": round(score.covered, 4),
        "words": {word: round(points, 4) for word, points in _strongest(score.words)},
        "boosts": {name: round(share, 4) for name, share in score.boosts.items()},
        "offer": {"kind": offer.kind, "command": offer.command},
    }


def cluster_lines(clusters: Sequence[Cluster]) -> Iterator[str]:
    """A block a cluster: how many, where, what they cost, which."""
    for cluster in clusters:
        yield "\n".join(_cluster(cluster))


def _cluster(cluster: Cluster) -> Iterator[str]:
    first = cluster.cases[0]
    where = " · ".join(part for part in (first.service, first.category) if part)
    lost = f"{hours_text(cluster.lost)} of SLA lost, {cluster.missed} missed" if cluster.lost else "no SLA lost"
    yield one_line(f"{len(cluster.cases)} × {cluster.title}")
    yield f"  resolved from {format_instant(cluster.first)[:10]} to {format_instant(cluster.last)[:10]}"
    yield one_line(f"  {where or 'no service, no category'} · {cluster.minutes} minutes noted · {lost}")
    shown, more = cluster.cases[:SHOWN], len(cluster.cases) - SHOWN
    yield from (one_line(f"  {case.id}  {case.title}") for case in shown)
    if more > 0:
        yield f"  and {more:,} more (--json names them all)"
    if cluster.problems:
        yield f"  linked to {', '.join(cluster.problems)}"
    else:
        yield "  itil problem new " + " ".join(f"--incident {case.id}" for case in shown)


def cluster_document(cluster: Cluster) -> dict[str, Any]:
    """A cluster for a program; `sla_lost` in seconds."""
    first = cluster.cases[0]
    return {
        "title": cluster.title,
        "service": first.service,
        "category": first.category,
        "count": len(cluster.cases),
        "minutes": cluster.minutes,
        "sla_lost": cluster.lost,
        "missed": cluster.missed,
        "first_resolved": format_instant(cluster.first),
        "last_resolved": format_instant(cluster.last),
        "incidents": [case.id for case in cluster.cases],
        "problems": list(cluster.problems),
    }
