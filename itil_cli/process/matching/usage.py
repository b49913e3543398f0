"""What helped with incidents like the text helps with the text: knowledge is found by the words of those it was
applied to, whatever language they are in (P06, I3).

- A known error or an article that was applied to an incident, or linked to it, is as much like the text as the most
  alike of these incidents is, and HELPED of the words' score more; its own words count where they make more.
- What was applied and did not help with an incident gains nothing by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from itil_cli.process.incident import Record
from itil_cli.process.matching.score import Score
from itil_cli.process.summary import Summary

HELPED = 0.1
_RELATIONS = ("known-error", "article")


def helpers(record: Record, said: Summary) -> frozenset[str]:
    """The known errors and articles that were applied to an incident or linked to it, less what did not help."""
    found = {link["target"] for link in said.get("links") or () if link["relation"] in _RELATIONS}
    for event in record.events:
        target = event.get("record")
        if event.do == "applied" and isinstance(target, str):
            (found.add if event.get("helped") is not False else found.discard)(target)
    return frozenset(found)


def handed_on(ranked: Sequence[Score], helping: Mapping[str, Iterable[str]]) -> list[Score]:
    """The scores with those of what helped; `helping` tells what helped with an incident that is ranked."""
    best = {score.id: score for score in ranked}
    for score in ranked:
        for target in helping.get(score.id, ()):
            words_alone = score.total / (1 + sum(score.boosts.values()))
            boosts = {**score.boosts, "helped": HELPED}
            through = replace(score, id=target, total=score.total + HELPED * words_alone, boosts=boosts)
            if target not in best or best[target].total < through.total:
                best[target] = through
    return sorted(best.values(), key=lambda one: (-one.total, one.id))
