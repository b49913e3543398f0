"""The calendars of a policy as measures of time, each made on first use and kept (S5, S7)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

from itil_cli.process.calendar import Calendar
from itil_cli.process.settings.policy import Policy
from itil_cli.process.settings.values import CalendarSpec
from itil_cli.process.time.zones import version


class Calendars(Mapping[str, Calendar]):
    """Calendars by name. KeyError for a name that the policy does not know."""

    def __init__(self, specs: Mapping[str, CalendarSpec]) -> None:
        self._specs = specs
        self._made: dict[str, Calendar] = {}

    def __getitem__(self, name: str) -> Calendar:
        if name not in self._made:
            self._made[name] = _calendar(self._specs[name])
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._specs)

    def __len__(self) -> int:
        return len(self._specs)


def build(policy: Policy) -> Calendars:
    """The calendars that a policy names."""
    return Calendars(policy.calendars)


def digest(policy: Policy) -> str:
    """Tells whether two policies count time alike: by their calendars and the zone data, and nothing else."""
    said = repr((sorted(policy.calendars.items()), version()))
    return hashlib.sha256(said.encode()).hexdigest()


def _calendar(spec: CalendarSpec) -> Calendar:
    hours = [(week.start or "1970-01-01", week.weekly) for week in spec.hours]
    return Calendar.dated(spec.zone, hours, spec.holidays, spec.special)
