"""A report as OpenMetrics: gauges in base units, one family a figure.

- `itil_sla_resolution_ratio`, `itil_mttr_wall_seconds`, `itil_created`; n/a gives no sample.
- Groups are labels. What a figure is made of has families of its own: `…_numerator`, `…_denominator`.
- There are no timestamps: the period is a label, and scrapers put their own time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from itil_cli.process.figures import EVERY, Counted, Figure
from itil_cli.process.figures.values import Number
from itil_cli.process.time.instants import format_instant
from itil_cli.render.report.paper import Paper

Labels = Mapping[str, str]
_UNITS = {"share": "_ratio", "seconds": "_seconds", "count": "", "number": ""}


def report_metrics(paper: Paper) -> str:
    """The whole report."""
    families = _Families()
    common = {"report": paper.report.name, "period": paper.period.name}
    for figure in paper.figures.values():
        families.take(figure, common)
    for counted in [paper.groups] if paper.groups else []:
        _take(families, counted, common)
    info = {
        **common,
        "from": format_instant(paper.period.start),
        "to": format_instant(paper.period.end),
        "commit": paper.as_of,
        **{name: str(version) for name, version in paper.versions.items()},
    }
    families.add("itil_report_as_of", "Where the figures come from.", info, 1)
    return "".join(f"{line}\n" for line in [*families.lines(), "# EOF"])


def _take(families: _Families, counted: Counted, common: Labels) -> None:
    for key, figures in counted.rows:
        labels = {**common, **dict(zip(counted.table.by, key, strict=True))}
        for figure in figures.values():
            families.take(figure, labels)


class _Families:
    """Samples by family, since all of a family stand together."""

    def __init__(self) -> None:
        self._help: dict[str, str] = {}
        self._samples: dict[str, list[tuple[Labels, Number]]] = {}

    def add(self, name: str, about: str, labels: Labels, value: Number | None) -> None:
        """One sample; None gives none."""
        if value is not None:
            self._help[name] = about
            self._samples.setdefault(name, []).append((labels, value))

    def take(self, figure: Figure, labels: Labels) -> None:
        """The samples of one figure."""
        name = f"itil_{figure.id}"
        about = EVERY[figure.id].sentence
        self.add(f"{name}{_UNITS[figure.unit]}", about, labels, figure.value)
        if figure.n is not None:
            for quantile, value in (("median", figure.median), ("p90", figure.p90)):
                self.add(f"{name}_{quantile}{_UNITS[figure.unit]}", f"The {quantile} of {figure.id}.", labels, value)
            self.add(f"{name}_n", f"How many {figure.id} is made of.", labels, figure.n)
        elif figure.denominator is not None:
            self.add(f"{name}_numerator", f"The numerator of {figure.id}.", labels, figure.numerator)
            self.add(f"{name}_denominator", f"The denominator of {figure.id}.", labels, figure.denominator)
        for part, count in figure.parts.items():
            self.add(f"{name}_part", f"What {figure.id} is made of.", {**labels, "part": part}, count)
        for beside, count in figure.beside.items():
            self.add(f"itil_{beside}", EVERY[beside].sentence, labels, count)

    def lines(self) -> Iterator[str]:
        """The families in the order of their names."""
        for name in sorted(self._samples):
            yield f"# HELP {name} {_escaped(self._help[name])}"
            yield f"# TYPE {name} gauge"
            for labels, value in self._samples[name]:
                yield f"{name}{{{_labels(labels)}}} {value!r}"


def _labels(labels: Labels) -> str:
    return ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items())


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')
