"""HTML as text: its words, with line breaks where a reader sees them; scripts, styles and pictures left out.

One pass over the text, whatever it looks like: `html.parser` of the standard library takes minutes for some pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

MOST = 1 << 20  # characters of HTML that are read
_BLOCKS = frozenset({
    "address", "article", "blockquote", "br", "dd", "div", "dl", "dt", "footer", "form", "h1", "h2", "h3", "h4", "h5",
    "h6", "header", "hr", "li", "ol", "p", "pre", "section", "table", "tr", "ul",
})  # fmt: skip
_UNSEEN = frozenset({"head", "script", "style", "template", "title"})
_NAME = re.compile(r"</?([A-Za-z][A-Za-z0-9]{0,15})")
_HREF = re.compile(r"""\bhref\s{0,9}=\s{0,9}["']?(https?://[^"'\s>]{1,2000})""", re.IGNORECASE)


def html_text(html: str) -> str:
    """The text of an HTML page or fragment."""
    lines = [" ".join(line.split()) for line in "".join(_shown(html[:MOST])).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def _shown(html: str) -> Iterator[str]:
    """What is seen, piece by piece."""
    unseen, link = None, ""
    for is_tag, piece in _pieces(html):
        if not is_tag:
            if unseen is None:
                yield re.sub(r"\s+", " ", unescape(piece))
            continue
        found = _NAME.match(piece)
        name, closes = (found[1].lower() if found else ""), piece.startswith("</")
        if unseen is not None:
            unseen = None if (closes and name == unseen) or name == "body" else unseen
        elif name in _UNSEEN and not closes:
            unseen = name
        elif name in _BLOCKS:
            yield "\n- " if name == "li" and not closes else "\n"
        elif name in ("td", "th"):
            yield " "
        elif name == "a":
            yield f" <{link}>" if closes and link else ""
            link = unescape(target[1]) if not closes and (target := _HREF.search(piece)) else ""


def _pieces(html: str) -> Iterator[tuple[bool, str]]:
    """Text and tags in turn; a comment is left out, and what never ends is text."""
    at = 0
    while (start := html.find("<", at)) >= 0:
        yield False, html[at:start]
        is_comment = html.startswith("<!--", start)
        mark = "-->" if is_comment else ">"
        end = html.find(mark, start)
        if end < 0:
            at = start
            break
        at = end + len(mark)
        if not is_comment:
            yield True, html[start:at]
    yield False, html[at:]
