"""The registry of rules as text."""

from __future__ import annotations

from collections.abc import Sequence

from itil_cli.process.rules import Rule
from itil_cli.process.transitions import ALWAYS, ROWS


def rules_text(rules: Sequence[Rule]) -> str:
    """A line a rule; one rule alone with its remedy and the verbs that it judges."""
    if len(rules) != 1:
        return "\n".join(f"{rule.code:<4} {rule.text}" for rule in rules)
    rule = rules[0]
    lines = [f"{rule.code}: {rule.text}", f"  How: {rule.remedy}"]
    return "\n".join(lines + [f"  {line}" for line in _rows(rule.code)])


def _rows(code: str) -> list[str]:
    found = []
    for row in ROWS:
        if row.rule or (row.code != code and code != "S10"):
            continue
        origin = "any" if row.origin == ALWAYS else ", ".join(sorted(row.origin)) or "nothing"
        may = "; ".join(role if right == "any" else f"{role} ({right})" for role, right in row.may.items())
        found.append(f"{row.verb}: from {origin} to {row.to or 'the same'}; {may}")
    return found
