"""The body of a known error or article: a text, and sections under `## Heading`."""

from __future__ import annotations

import re
from collections.abc import Mapping

WORKAROUND, FIX, SYMPTOMS, SOLUTION = "Workaround", "Permanent fix", "Symptoms", "Cause and fix"
_HEADING = re.compile(r"^##[ \t]+(.+?)[ \t]*$", re.MULTILINE)


def compose(text: str | None, sections: Mapping[str, str | None]) -> str:
    """The text, then each section that says something."""
    parts = [text.strip()] if text and text.strip() else []
    parts += [f"## {name}\n\n{said.strip()}" for name, said in sections.items() if said and said.strip()]
    return "\n\n".join(parts)


def section(body: str, name: str) -> str | None:
    """What stands under a heading; None where there is none. The heading's case does not matter."""
    headings = list(_HEADING.finditer(body))
    for place, heading in enumerate(headings):
        if heading[1].casefold() == name.casefold():
            end = headings[place + 1].start() if place + 1 < len(headings) else len(body)
            return body[heading.end() : end].strip() or None
    return None


def changed(body: str, text: str | None, sections: Mapping[str, str | None]) -> str:
    """The body with another text before its first heading, and other sections; what is None stays as it is."""
    found = list(_HEADING.finditer(body))
    starts = [heading.start() for heading in found] + [len(body)]
    blocks = {
        heading[1].casefold(): body[start:end].strip()
        for heading, start, end in zip(found, starts, starts[1:], strict=False)
    }
    for name, said in sections.items():
        if said is not None:
            blocks[name.casefold()] = f"## {name}\n\n{said.strip()}"
    first = body[: starts[0]] if text is None else text
    return "\n\n".join(block for block in (first.strip(), *blocks.values()) if block)
