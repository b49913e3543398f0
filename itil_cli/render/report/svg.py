"""matplotlib's SVG made fit for a page under a strict policy, and the same on every machine.

- Text stays text; ids follow from a salt, so that pictures do not get in each other's way; no date, no program.
- Styles become attributes, since the page's policy allows no inline style; the page's own styles go before those.
- Colours are those of PALETTE; the page exchanges them in the dark (`style.css`).
- Text from files is never taken for mathematics, and is on one line.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable
from html import escape
from typing import Any

from itil_cli.errors import Malformed
from itil_cli.render.text import one_line, shorten

Axes = Any  # matplotlib's, which is imported only where something is drawn
INK, MUTED, GRID = "#1f2328", "#59636e", "#d8dee4"
BLUE, ORANGE, GREEN, RED = "#2b6cb0", "#b7791f", "#2f855a", "#c53030"
PALETTE = (INK, MUTED, GRID, BLUE, ORANGE, GREEN, RED)
LABEL = 22  # characters of a label
_STYLE = re.compile(r' style="([^"]*)"')
_IDLE = re.compile(r' id="(?![mpch][0-9a-f]{10}")[^"]*"')
_SETTINGS: Any = {
    "svg.fonttype": "none",
    "text.parse_math": False,
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "text.color": INK,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "axes.edgecolor": GRID,
    "axes.labelcolor": MUTED,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "grid.color": GRID,
    "grid.linewidth": 0.6,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "legend.frameon": False,
}
MISSING = 'Install it: pip install "itil-cli[html]".'


def drawing(name: str, size: tuple[float, float], draw: Callable[[Axes], None]) -> str:
    """The SVG element of a picture, with `{head}` where its text alternative goes. Raises Malformed (html)."""
    try:
        import matplotlib
        from matplotlib.figure import Figure
    except ImportError:
        raise Malformed("the pictures of an HTML report need matplotlib.", code="html", remedy=MISSING) from None
    with warnings.catch_warnings(), matplotlib.rc_context():
        warnings.simplefilter("ignore")  # a letter that the font has not: the page's font draws it
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(_SETTINGS | {"svg.hashsalt": name})
        figure = Figure(figsize=size, layout="constrained")
        axes = figure.subplots()
        axes.tick_params(length=0)
        draw(axes)
        out = io.StringIO()
        figure.savefig(out, format="svg", metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
    return _plain(out.getvalue(), name)


def _plain(text: str, name: str) -> str:
    """Only what a page needs of matplotlib's file."""
    _, _, rest = text.partition("<svg ")
    attributes, _, body = rest.partition(">")
    box = re.search(r'viewBox="([^"]*)"', attributes)
    body = re.sub(r"<defs>\s*<style[^>]*>[^<]*</style>\s*</defs>", "", body)
    body = _IDLE.sub("", _STYLE.sub(_attributes, body)).replace("xlink:href", "href")
    body = re.sub(r">\s+<", "><", re.sub(r"<!--.*?-->", "", body, flags=re.DOTALL))
    body = re.sub(r"\s*\n\s*", " ", body)
    labelled = f'role="img" aria-labelledby="{name}-title {name}-desc"'
    return f'<svg viewBox="{box[1] if box else ""}" {labelled}>{{head}}{body.strip()}'


def _attributes(match: re.Match[str]) -> str:
    pairs = (part.partition(":") for part in match[1].split(";") if ":" in part)
    said = [(key.strip(), value.strip()) for key, _, value in pairs]
    return "".join(f' {key}="{value}"' for key, value in said if key != "font-family")


def headed(svg: str, name: str, title: str, about: str) -> str:
    """The element with its text alternative."""
    head = f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(about)}</desc>'
    return svg.replace("{head}", head, 1)


def label(text: str) -> str:
    """A text from a file as a label."""
    return shorten(one_line(text), LABEL)
