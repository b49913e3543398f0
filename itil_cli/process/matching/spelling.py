"""One word written in several ways: what is left of it when the differences are taken away.

- `root`: endings of English, German and French, and how the three spell what they share (`Produkt`, `product`).
- `slips`, `blanked`: a word with a slip of the finger, for looking one up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

SHORTEST = 4  # letters that a root keeps
_ENDINGS = (
    "isierungen", "isierung", "isations", "isation", "izations", "ization", "isieren", "isiert", "ierungen",
    "ierung", "ations", "ation", "ating", "ated", "ates", "ate", "ieren", "ierte", "iert", "ateur", "ator",
    "itaten", "itat", "ities", "ites", "ity", "ite", "ungen", "ung", "ions", "ion", "ments", "ment", "ingly",
    "ings", "ing", "edly", "keiten", "keit", "heiten", "heit", "euses", "euse", "eurs", "eur", "ables", "able",
    "bares", "baren", "bare", "bar", "ives", "ive", "ifs", "if", "ies", "ied", "ees", "ee", "ers", "ern", "er",
    "est", "et", "ez", "ent", "ant", "ens", "en", "ed", "em", "es", "ly", "te", "ten", "tes", "ter", "t", "x",
    "s", "n", "r", "e", "y",
)  # fmt: skip
_ALIKE = (
    ("qu", "k"),
    ("ph", "f"),
    ("ck", "k"),
    ("ct", "kt"),
    ("th", "t"),
    ("sch", "s"),
    ("sh", "s"),
    ("c", "k"),
    ("z", "s"),
    ("y", "i"),
)


def root(word: str) -> str:
    """What a word of no meaning of the field is compared by."""
    return _told_alike(_cut(word))


def _cut(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST + (len(ending) == 1):
            return word[: -len(ending)]
    return word


def _told_alike(word: str) -> str:
    """As all three languages might spell it."""
    for several, one in _ALIKE:
        word = word.replace(several, one)
    return re.sub(r"(.)\1", r"\1", word)


def slips(word: str) -> Iterator[str]:
    """The word with two of its inner letters swapped, without one of them, or with one that may be any (`_`)."""
    for place in range(1, len(word) - 2):
        yield f"{word[:place]}{word[place + 1]}{word[place]}{word[place + 2 :]}"
    for place in range(1, len(word) - 1):
        yield f"{word[:place]}{word[place + 1 :]}"
        yield f"{word[:place]}_{word[place + 1 :]}"


def blanked(word: str) -> Iterator[str]:
    """The word with each of its inner letters as `_`."""
    return (f"{word[:place]}_{word[place + 1 :]}" for place in range(1, len(word) - 1))
