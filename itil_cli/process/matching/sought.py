"""What is searched for, read from words: `printer OR scanner "paper jam" NOT toner`.

- All words must be there; of `a OR b` one of them. What follows `NOT`, or a leading `-`, must not be.
- A word stands for all that begin so; "…" is a phrase of whole words.
- What has no letter or digit is left out, and so is an `OR` or `NOT` with nothing to go with.
"""

from __future__ import annotations

import re
from typing import NamedTuple

MOST = 100  # terms; full text refuses more than some 250
_PART = re.compile(r'(-?)"([^"]*)"|(-?)([^\s"]+)')


class Term(NamedTuple):
    """A phrase, or a word that stands for its beginnings too."""

    text: str
    phrase: bool


class Sought(NamedTuple):
    """Of each group of `all_of` one must be there, and nothing of `none_of`."""

    all_of: tuple[tuple[Term, ...], ...]
    none_of: tuple[Term, ...]

    @property
    def terms(self) -> list[Term]:
        """Everything that is looked for."""
        return [term for group in self.all_of for term in group]


def sought(text: str) -> Sought:
    """What a text asks for; of more than MOST terms the first."""
    groups: list[list[Term]] = []
    without: list[Term] = []
    joining = negated = False
    for minus, phrase, dash, word in _PART.findall(text.replace("\0", " "))[: 3 * MOST]:
        if word in ("OR", "NOT") and not dash:
            joining, negated = (joining or word == "OR"), (negated or word == "NOT")
            continue
        term = Term(phrase or word, bool(phrase))
        if re.search(r"[^\W_]", term.text):
            if negated or minus or dash:
                without.append(term)
            elif joining and groups:
                groups[-1].append(term)
            else:
                groups.append([term])
        joining = negated = False
    return Sought(tuple(map(tuple, groups[:MOST])), tuple(without[:MOST]))
