"""Words of a text, for comparing: what means the same becomes the same stem, whoever wrote it.

- Case, accents and the most common words of English, German and French do not count.
- A word of the field, or several together (`mot de passe`), becomes the name of its meaning (`lexicon.py`), also with
  an ending, with two letters swapped or one wrong, too many or too few, and as a part of a compound (`Kartenleser`).
- Any other word counts by its root (`spelling.py`). Numbers and names with digits stay as they are.
- What is written without spaces (Chinese, Japanese, Thai) counts by pairs of characters.
- Of what has fewer than three characters only numbers of two digits count.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache

from itil_cli.process.matching.spelling import blanked, root, slips

SHORTEST = 3
PART = 4  # letters of a word of the field in a compound
TROUBLE = 0.7
MISTYPED = 6  # letters from which on a slip is looked for
LONGEST = 64  # letters of a compound; what is longer is no word
_ENDINGS = ("ingly", "edly", "ing", "ies", "ied", "ed", "es", "ly", "s", "e", "y")
_CASES = ("ern", "ees", "ent", "en", "er", "em", "es", "ee", "n", "s", "e", "r", "t", "x")
_UNSPACED = r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
_WORD = re.compile(rf"{_UNSPACED}+|(?:(?!{_UNSPACED})[^\W_])+")


def words(text: str) -> list[str]:
    """The stems of the words of a text, in order; a compound has several."""
    return [stem for word in _lexicon().joined(_WORD.findall(plain(text))) for stem in stems(word)]


def plain(text: str) -> str:
    """Case and accents taken away."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFC", "".join(one for one in folded if not unicodedata.combining(one)))


def said(text: str) -> dict[str, str]:
    """The stems of a text, each with the word it was first said by."""
    found: dict[str, str] = {}
    for word in _lexicon().joined(_WORD.findall(plain(text))):
        for stem in stems(word):
            found.setdefault(stem, word)
    return found


def telling(stem: str) -> float:
    """How much a word tells, 1 or less: what goes wrong tells less than with what."""
    return TROUBLE if stem in _lexicon().trouble else 1.0


def spaced(text: str) -> str:
    """The text as full text keeps it: every character of a script without spaces as a word of its own, ss for ß."""
    return text if text.isascii() else re.sub(rf"({_UNSPACED})", r" \1 ", text).replace("ß", "ss")


@lru_cache(maxsize=16384)
def stems(word: str) -> tuple[str, ...]:
    """What one word counts as; nothing for a common one."""
    if re.match(_UNSPACED, word):
        return tuple(word[place : place + 2] for place in range(max(1, len(word) - 1)))
    known = _lexicon()
    if word in known.common:
        return ()
    if not word.isalpha():
        return (word,) if len(word) >= SHORTEST or (len(word) == 2 and word.isdecimal()) else ()
    meaning = known.meaning(word)
    if meaning:
        return (meaning,)
    if len(word) < SHORTEST:
        return ()
    return (root(word), *dict.fromkeys(known.parts(word)))


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


class Lexicon:
    """The words of the field, ready to be looked up."""

    def __init__(self, things: str, trouble: str, common: str) -> None:
        self.common = frozenset(common.split())
        self.trouble = frozenset(line.split()[0] for line in trouble.split("\n") if line)
        self._whole: dict[str, str] = {}
        self._first: dict[str, list[list[str]]] = {}
        self._cut: dict[str, str] = {}
        self._slips: dict[str, str] = {}
        for line in (line.split() for line in f"{things}\n{trouble}".split("\n") if line):
            name = line[0]
            for word in line:
                first, *rest = word.split("_")
                if rest:
                    self._first.setdefault(first, []).append(rest)
                self._whole.setdefault(word.replace("_", ""), name)
        for word, name in self._whole.items():
            self._cut.setdefault(_key(word), name)
            for slip in slips(word) if len(word) >= MISTYPED else ():
                self._slips.setdefault(slip, name)

    def joined(self, found: list[str]) -> list[str]:
        """The words; several together that are one of the field as one."""
        if self._first.keys().isdisjoint(found):
            return found
        together: list[str] = []
        skipped = 0
        for place, word in enumerate(found):
            if skipped:
                skipped -= 1
                continue
            more = next((rest for rest in self._first.get(word, ()) if _follows(rest, found, place + 1)), [])
            together.append(word + "".join(more))
            skipped = len(more)
        return together

    def meaning(self, word: str) -> str | None:
        """The name of what a word means, if it is one of the field."""
        for form in (word, _spelled(word)):
            found = self._whole.get(form) or self._cut.get(_key(form))
            if found:
                return found
        return self._mistyped(word) if MISTYPED <= len(word) <= LONGEST else None

    def _mistyped(self, word: str) -> str | None:
        """With one letter too many, too few, wrong, or two that have changed places."""
        if word in self._slips:
            return self._slips[word]
        for one in blanked(word):
            found = self._whole.get(one.replace("_", "")) or self._slips.get(one)
            if found:
                return found
        return None

    def parts(self, word: str) -> Iterator[str]:
        """The meanings of what a compound begins and ends with."""
        word = _spelled(word)
        if len(word) > LONGEST:
            return
        for place in range(SHORTEST, len(word) - SHORTEST + 1):
            for part in (word[:place], word[place:]):
                if len(part) >= PART and part in self._whole:
                    yield self._whole[part]


@cache
def _lexicon() -> Lexicon:
    from itil_cli.process.matching import lexicon

    return Lexicon(lexicon.THINGS, lexicon.TROUBLE, lexicon.COMMON)


def _follows(rest: list[str], found: list[str], place: int) -> bool:
    return found[place : place + len(rest)] == rest


def _spelled(word: str) -> str:
    """German umlauts written as two letters become what accents taken away leave."""
    return re.sub(r"(?<![aeq])([aou])e", r"\1", word)


def _key(word: str) -> str:
    """A word without an ending of English, German or French."""
    cut = stem(word)
    for ending in _CASES:
        if cut.endswith(ending) and len(cut) - len(ending) >= PART + (ending == "t"):
            return cut[: -len(ending)]
    return cut
