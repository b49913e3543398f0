"""How an event differs from the one that the same command gives now, and under which rule that falls.

- `n` and `at` are judged elsewhere; `n`s that other keys name are compared by what they stand for.
- White space in texts does not count; nor do keys of others (`x-…`) and `said`, an arrival's own time.
"""

from __future__ import annotations

from typing import NamedTuple

from itil_cli.process.incident import Event, Value
from itil_cli.process.transitions import rows_for

_CODES = {
    "priority": "P08",
    "response": "S5",
    "resolution": "S5",
    "calendar": "S5",
    "ola": "S5",
    "ola-calendar": "S5",
    "uc": "S5",
    "uc-calendar": "S5",
    "clocks": "S5",
    "first-update": "S5",
    "update-every": "S5",
    "update-calendar": "S5",
    "on-change": "S5",
    "set": "S5",
    "pauses": "S4",
    "closes-at": "P13",
    "reopen-until": "P13",
    "mode": "S6",
    "agreed-with": "P09",
    "kind": "R4",
    "verified": "S19",
    "unverified": "S19",
    "owner": "S14",
    "informs": "S14",
}


_ORDER = {key: place for place, key in enumerate(_CODES)}


class Differs(NamedTuple):
    """The key that differs (`do`, `text`, `rule`, `missing` too), and in words."""

    key: str
    text: str

    def code_for(self, event: Event) -> str:
        """The rule that it falls under."""
        if self.key == "rule" and (event.str("rule") or "") in ("P11", "D6", "F4", "P14", "M10", "S4"):
            return event.str("rule") or ""
        return _CODES.get(self.key) or next((row.code for row in rows_for(event.do)), "S17")


def difference(decided: Event, actual: Event, names: dict[str, str]) -> Differs | None:
    """The first difference; None where there is none. `names` maps decided `n`s to actual ones."""
    if decided.do != actual.do:
        return Differs("rule" if actual.get("rule") else "do", f"{decided.do} belongs here.")
    if names.get(decided.n, actual.n) != actual.n:
        return Differs("n", f"its name is not that of the act it belongs to, {names[decided.n]}.")
    left, right = _said(decided, names), _said(actual, {})
    if left.get("rule") != right.get("rule"):
        return Differs("rule", f"the rule is {_shown(right.get('rule'))}, and should be {_shown(left.get('rule'))}.")
    for key in sorted(left.keys() | right.keys(), key=lambda name: (_ORDER.get(name, len(_ORDER)), name)):
        if left.get(key) != right.get(key):
            return Differs(key, f"{key} is {_shown(right.get(key))}, and should be {_shown(left.get(key))}.")
    if _words(decided.text) != _words(actual.text):
        return Differs("text", "its text is not what the rule writes.")
    return None


def _said(event: Event, names: dict[str, str]) -> dict[str, Value]:
    return {
        key: names.get(value, value) if isinstance(value, str) else value
        for key, value in event.data.items()
        if value not in (None, []) and not key.startswith("x-") and key != "said"
    }


def _words(text: str | None) -> list[str]:
    return (text or "").replace("\\", "").split()


def _shown(value: Value) -> str:
    return "not there" if value is None else repr(value)
