"""Words of a text, for comparing: folded, without accents, reduced to their stems, without the most common ones."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

SHORTEST = 3
# The most common words of requests for help in English; they say nothing about what is wrong.
_COMMON = """
about after again all and any are because been but can cannot could did does doing done for from get gets got had has
have her here him his how into its just let more much not now off once only other our out over own please she should
since some still such than that the their them then there these they thing this those too until very was way were what
when where which while who why will with would yes yet you your
"""
COMMON = frozenset(_COMMON.split())
_ENDINGS = ("ingly", "edly", "ing", "ies", "ied", "ed", "es", "ly", "s", "e", "y")


def words(text: str) -> list[str]:
    """The stems of the words of a text, in order."""
    found = re.findall(r"\w+", plain(text))
    return [stem(word) for word in found if len(word) >= SHORTEST and word not in COMMON]


def plain(text: str) -> str:
    """Case and accents taken away."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in folded if not unicodedata.combining(character))


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """The word without a common English ending: prints, printed and printing are print, printer is printer.

    Numbers and names with digits stay as they are."""
    if any(character.isdigit() for character in word):
        return word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST:
            rest = word[: -len(ending)]
            if ending == "y" and rest[-1] in "aeou":
                return word  # gateway, as gateways is
            doubled = len(rest) > SHORTEST and rest[-1] == rest[-2] and ending in ("ing", "ed", "ingly", "edly")
            return rest[:-1] if doubled and rest[-1] not in "lsz" else rest
    return word
