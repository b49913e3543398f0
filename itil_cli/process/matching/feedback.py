"""A second look for short texts: what the first ones found say beside the text's own words is asked for, too.

- Whoever writes `mike dead` finds `mike silent in teams`, and by that `no sound in teams`: words of the same matter
  stand together in the store's own records, in whatever language (pseudo relevance feedback, after Rocchio).
- Only of the titles of the first FIRST, the more like the text the more, and rare words more than common ones; of
  these the MOST that count most, at a share of a word of the text.
- A text of more words than FEW says enough itself.
- What came so counts for the order alone: never as covered, and it names nothing (`score.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from itil_cli.process.matching.score import Document, Query, Score, rarity
from itil_cli.process.matching.words import said, telling

FIRST, MOST, FEW = 3, 8, 12
SHARE = 0.4  # of what a word of the text itself counts
MARK = "~"  # before a word that the text does not say, where words are explained


def neighbours(
    wanted: Query, ranked: Sequence[Score], documents: Mapping[str, Document]
) -> dict[str, tuple[float, str]]:
    """The stems that stand beside the text's own in the titles found first: how near (0 to FIRST), and the word."""
    found: dict[str, tuple[float, str]] = {}
    if len(wanted.stems) > FEW:
        return found
    for score in ranked[:FIRST]:
        near = score.total / ranked[0].total if ranked[0].total else 0.0
        for stem, word in said(documents[score.id].title).items():
            if stem not in wanted.stems:
                found[stem] = (found.get(stem, (0.0, ""))[0] + near * telling(stem), word)
    return found


def wider(wanted: Query, beside: Mapping[str, tuple[float, str]], holding: Mapping[str, int], total: int) -> Query:
    """The query with the neighbours that tell most; one that no second record has finds nobody."""
    most = rarity(0, total) or 1.0
    points = {
        stem: near * rarity(holding.get(stem, 0), total) / most
        for stem, (near, _) in beside.items()
        if holding.get(stem, 0) > 1
    }
    chosen = sorted(points, key=lambda stem: (-points[stem], stem))[:MOST]
    if not chosen:
        return wanted
    stems = {stem: SHARE * min(1.0, points[stem] / 2) for stem in chosen}
    words = {stem: f"{MARK}{beside[stem][1]}" for stem in chosen}
    return replace(wanted, stems={**wanted.stems, **stems}, said={**wanted.said, **words}, beside=frozenset(chosen))
