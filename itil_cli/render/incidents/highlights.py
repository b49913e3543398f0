"""Where the words that were searched for stand in a record, between « and »."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from itil_cli.process.incident import Record
from itil_cli.process.matching.sought import Term, sought
from itil_cli.process.matching.words import spaced
from itil_cli.render.text import one_line

AROUND = 40  # characters shown on either side of a hit
_OPEN, _CLOSE = "«", "»"


def highlights(record: Record, text: str) -> dict[str, str]:
    """The title, description and work log where they hold a word: an excerpt each, the hits marked."""
    wanted = pattern(text)
    log = "\n".join(event.text for event in record.events if event.text)
    parts = {"title": record.title, "description": record.description, "worklog": log}
    return {name: said for name, part in parts.items() if (said := excerpt(part, wanted, whole=name == "title"))}


def pattern(text: str) -> re.Pattern[str]:
    """Any of the words that are looked for, each also as a beginning, or a phrase; case and accents do not matter."""
    return re.compile("|".join(map(_term, sought(text).terms)) or r"(?!)")


def _term(term: Term) -> str:
    """What full text finds: whole words, of which the last may go on; what stands between them does not count."""
    if spaced(term.text) != term.text:
        return r"[\W_]*".join(re.escape(one) for one in re.findall(r"[^\W_]", _plain(term.text)))
    words = r"[\W_]+".join(re.escape(word) for word in re.findall(r"[^\W_]+", _plain(term.text)))
    words = words.replace("ss", "ss?")  # ß is one character where it is marked
    return rf"(?<![^\W_]){words}" + (r"(?![^\W_])" if term.phrase else r"[^\W_]*")


def excerpt(text: str, wanted: re.Pattern[str], *, whole: bool = False) -> str | None:
    """The text around its first hit, or the `whole` of it, with all hits in it marked; None without a hit."""
    first = wanted.search(_plain(text))
    if first is None:
        return None
    start = 0 if whole else max(0, first.start() - AROUND)
    end = len(text) if whole else min(len(text), first.end() + AROUND)
    cut = "".join(_marked(text[start:end], wanted))
    return one_line(f"{'…' if start else ''}{cut}{'…' if end < len(text) else ''}")


def _marked(text: str, wanted: re.Pattern[str]) -> Iterator[str]:
    done = 0
    for hit in wanted.finditer(_plain(text)):
        yield f"{text[done : hit.start()]}{_OPEN}{text[hit.start() : hit.end()]}{_CLOSE}"
        done = hit.end()
    yield text[done:]


def _plain(text: str) -> str:
    """Without case and accents, character by character, so that places stay the same."""
    return "".join(_base(character) for character in text)


def _base(character: str) -> str:
    folded = unicodedata.normalize("NFKD", character.casefold())
    return folded[0] if folded else character
